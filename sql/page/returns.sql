-- The groups of the council an organisation counts in.
create or replace function app.return_keys(p_seat_status text, p_level text) returns text[]
language sql immutable parallel safe as $$
  select case p_seat_status
    when 'voting' then case when p_level = 'land' then array['voting', 'laender'] else array['voting'] end
    when 'advisory' then array['advisory']
    else array['others'] end || array['all']
$$;

-- All numbers of the page and its list from one reading; "missing" is all that is not in. The
-- series counts by the day of the first release of what counts now.
create or replace function app.return_sums(s app.stage, p_slug text, p_level text, p_land text, p_state text,
  out totals json, out groups json, out levels json, out series json, out list json)
language plpgsql stable as $$
declare
  v_href text := '/consultations/' || p_slug || '/submissions/';
  v_days int := case when stage_state(s) = 'open' then
    (s.closes_at at time zone 'Europe/Berlin')::date - today() end;
begin
  with r as materialized (select x.*, x.state in ('released', 'nil') as is_in
      from return_rows(s.id, s.closes_at) x),
  f as (select * from r where (p_level is null or r.level = p_level) and (p_land is null or r.land_code = p_land)
      and (p_state is null or r.state = p_state) order by r.sort_key limit 1000),
  g as (select k.key, count(*) as of, count(*) filter (where r.is_in) as is_in,
      count(*) filter (where r.state = 'begun') as begun
    from r cross join lateral unnest(return_keys(r.seat_status, r.level)) k(key) group by k.key),
  l as (select r.level, min(r.sort_key) as first, count(*) as of, count(*) filter (where r.is_in) as is_in,
      count(*) filter (where r.state = 'begun') as begun from r group by r.level),
  d as (select r.first_on, sum(count(*)) over w as total,
      sum(count(*) filter (where r.seat_status = 'voting')) over w as seats
    from r where r.first_on is not null group by r.first_on window w as (order by r.first_on))
  select (select json_build_object('invited', count(*), 'opened', count(*) filter (where r.state <> 'invited'),
      'begun', count(*) filter (where r.state = 'begun'), 'released', count(*) filter (where r.is_in),
      'nil', count(*) filter (where r.state = 'nil'), 'missing', count(*) filter (where not r.is_in),
      'late', count(*) filter (where r.is_late), 'days_left', v_days) from r),
    (select json_agg(json_build_object('key', o.key, 'released', coalesce(g.is_in, 0), 'of', coalesce(g.of, 0),
        'begun', coalesce(g.begun, 0), 'missing', coalesce(g.of - g.is_in, 0)) order by o.place)
      from (values (1, 'voting'), (2, 'laender'), (3, 'advisory'), (4, 'others'), (5, 'all')) o(place, key)
        left join g on g.key = o.key),
    (select coalesce(json_agg(json_build_object('level', l.level, 'released', l.is_in, 'of', l.of,
      'begun', l.begun, 'missing', l.of - l.is_in) order by l.first), '[]') from l),
    (select coalesce(json_agg(json_build_object('on', d.first_on, 'total', d.total, 'seats', d.seats)
      order by d.first_on), '[]') from d),
    (select coalesce(json_agg(json_build_object('organisation', json_build_object(
        'code', o.code, 'name', n.name, 'short_name', n.short_name), 'level', f.level, 'land', f.land_code,
      'land_name', b.name, 'seat_status', f.seat_status, 'state', f.state, 'since', f.since,
      'joined', joined_by(f.organisation_id, f.receipt), 'deadline', f.deadline, 'is_extended', f.is_extended, 'is_late', f.is_late, 'receipt', f.receipt,
      'href', case when f.receipt is not null or f.state = 'withdrawn' then v_href || o.code end) order by f.sort_key), '[]')
    from f join organisation o on o.id = f.organisation_id left join land b on b.code = f.land_code,
      name_on(o.id, today()) n)
    into totals, groups, levels, series, list;
end $$;

-- From the opening to today or the last deadline, whichever comes first.
create or replace function app.return_chart(p_stage app.stage, p_series json, p_invited bigint) returns json
language plpgsql stable as $$
declare
  v_from date := coalesce((p_stage.opens_at at time zone 'Europe/Berlin')::date, today());
  v_end date := (p_stage.closes_at at time zone 'Europe/Berlin')::date;
  v_last date := (select max((x ->> 'on')::date) from json_array_elements(p_series) x);
begin
  return json_build_object('kind', 'steps', 'id', 'returns', 'title', 'chart:returns',
    'desc', 'chart:returns_desc', 'from', v_from, 'to', greatest(v_from, v_end, v_last),
    'max', p_invited,
    'series', (select json_agg(json_build_object('key', k.key, 'label', 'chart:' || k.key,
        'points', (select coalesce(json_agg(json_build_object('on', x ->> 'on',
            'value', (x ->> k.key)::int) order by x ->> 'on'), '[]') from json_array_elements(p_series) x))
        order by k.place)
      from (values (1, 'total'), (2, 'seats')) k(place, key)),
    'marks', case when v_end is null then '[]'
      else json_build_array(json_build_object('on', v_end, 'label', 'chart:deadline')) end);
end $$;

create or replace function page.returns(p_me app.caller, p_consultation text, p_level text, p_land text,
  p_state text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r record;
begin
  if s.id is null then
    return null;
  end if;
  select * into r from return_sums(s, p_consultation, p_level, p_land, p_state);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'totals', r.totals,
    'seats', json_build_object('released', r.groups -> 0 -> 'released', 'of', r.groups -> 0 -> 'of'),
    'groups', r.groups, 'levels', r.levels, 'series', r.series,
    'chart', return_chart(s, r.series, (r.totals ->> 'invited')::bigint),
    'rows', r.list,
    'requests', extensions_of(s.id, null, true),
    'can', json_build_object('manage', 'moderator' = any (p_me.roles)),
    'filter', json_build_object('level', p_level, 'land', p_land, 'state', p_state,
      'is_on', num_nonnulls(p_level, p_land, p_state) > 0),
    'options', json_build_object('levels', level_options(s.id), 'lands', land_options(s.id),
      'states', json_build_array('invited', 'opened', 'begun', 'released', 'nil', 'withdrawn')));
end $$;
