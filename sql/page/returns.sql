create or replace function app.return_matches(p_state text, p_is_missing boolean, p_is_late boolean, p_wanted text)
returns boolean
language sql immutable parallel safe as $$
  select case p_wanted when 'missing' then p_is_missing when 'late' then p_is_late else p_state = p_wanted end
$$;

-- All numbers of the page and one page of its list from one reading. The series counts by the day of the first
-- release of what counts now. p_after: the organisation the page before ended with.
create or replace function app.return_sums(s app.stage, p_level text, p_land text, p_seat text, p_state text,
  p_after text, out totals json, out groups json, out levels json, out series json, out sections json, out next text)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  c_size constant int := 100;
  v_days int := case when stage_state(s) = 'open' then
    (s.closes_at at time zone 'Europe/Berlin')::date - today() end;
  v_after bigint := (select o.id from organisation o where o.code = p_after);
  v_today date := today();
begin
  with r as materialized (select x.*, k.key, array_position(return_groups(), k.key) as place
      from return_rows(s.id, s.closes_at) x cross join lateral return_group(x.seat_status, x.level) k(key)),
  n as materialized (select r.key, r.level, r.seat_status, count(*) as of, count(*) filter (where r.is_in) as released,
      count(*) filter (where r.state = 'nil') as nil, count(*) filter (where r.state = 'frozen') as frozen,
      count(*) filter (where r.is_missing) as missing, count(*) filter (where r.state = 'withdrawn') as withdrawn,
      count(*) filter (where r.state = 'invited') as invited, count(*) filter (where r.is_late) as late,
      count(*) filter (where r.is_missing and not r.is_late) as open,
      min(r.sort_key) as first
    from r group by r.key, r.level, r.seat_status),
  g as (select y.key, y.place, sum(n.of) as of, sum(n.released) as released, sum(n.frozen) as frozen,
      sum(n.missing) as missing, sum(n.withdrawn) as withdrawn
    from unnest(return_groups() || '{voting,all}') with ordinality y(key, place)
      left join n on y.key in (n.key, n.seat_status, 'all') group by y.key, y.place),
  l as (select n.level, min(n.first) as first, sum(n.of) as of, sum(n.released) as released, sum(n.frozen) as frozen,
      sum(n.missing) as missing from n group by n.level),
  d as (select r.first_on, sum(count(*)) over w as total,
      sum(count(*) filter (where r.seat_status = 'voting')) over w as seats
    from r where r.first_on is not null group by r.first_on window w as (order by r.first_on)),
  m as (select r.organisation_id, r.place, r.sort_key from r where (p_level is null or r.level = p_level) and (p_land is null or r.land_code = p_land)
      and (p_seat is null or r.seat_status = p_seat)
      and (p_state is null or return_matches(r.state, r.is_missing, r.is_late, p_state))),
  k as (select m.* from m left join r a on a.organisation_id = v_after
    where a.place is null or (m.place, m.sort_key, m.organisation_id) > (a.place, a.sort_key, a.organisation_id)
    order by m.place, m.sort_key, m.organisation_id limit c_size + 1),
  f as (select r.* from r where r.organisation_id in (select k.organisation_id from k)),
  q as (select f.*, row_number() over (order by f.place, f.sort_key, f.organisation_id) as n from f)
  select (select json_build_object('invited', coalesce(sum(n.of), 0), 'opened', coalesce(sum(n.of - n.invited), 0),
      'released', coalesce(sum(n.released), 0), 'nil', coalesce(sum(n.nil), 0), 'frozen', coalesce(sum(n.frozen), 0),
      'missing', coalesce(sum(n.missing), 0), 'open', coalesce(sum(n.open), 0), 'withdrawn', coalesce(sum(n.withdrawn), 0),
      'late', coalesce(sum(n.late), 0), 'filtered', (select count(*) from m), 'days_left', v_days) from n),
    (select json_agg(json_build_object('key', g.key, 'released', coalesce(g.released, 0), 'of', coalesce(g.of, 0),
      'frozen', coalesce(g.frozen, 0), 'missing', coalesce(g.missing, 0), 'withdrawn', coalesce(g.withdrawn, 0))
      order by g.place) from g),
    (select coalesce(json_agg(json_build_object('level', l.level, 'released', l.released, 'of', l.of,
      'frozen', l.frozen, 'missing', l.missing) order by l.first), '[]') from l),
    (select coalesce(json_agg(json_build_object('on', d.first_on, 'total', d.total, 'seats', d.seats)
      order by d.first_on), '[]') from d),
    (select coalesce(json_agg(json_build_object('key', z.key, 'released', g.released, 'of', g.of, 'rows', z.rows)
        order by g.place), '[]')
      from (select q.key, json_agg(json_build_object('organisation', json_build_object('code', o.code, 'name', c.name,
            'short_name', c.short_name), 'level', q.level, 'land', q.land_code, 'land_name', b.name,
          'seat_status', q.seat_status, 'state', q.state, 'since', q.since, 'joined', joined_by(q.organisation_id, q.receipt),
          'deadline', q.deadline, 'is_extended', q.extension_reason is not null, 'extension_reason', q.extension_reason,
          'reminded_at', q.reminded_at, 'is_late', q.is_late, 'was_withdrawn', q.was_withdrawn, 'receipt', q.receipt,
          'has_submission', q.receipt is not null or q.was_withdrawn) order by q.n) as rows
        from q join organisation o on o.id = q.organisation_id left join land b on b.code = q.land_code,
          name_on(o.id, v_today) c
        where q.n <= c_size group by q.key) z join g on g.key = z.key),
    (select o.code from organisation o where o.id = (select q.organisation_id from q where q.n = c_size)
      and exists (select from q where q.n > c_size))
    into totals, groups, levels, series, sections, next;
end $$;

-- From the opening to today or the last deadline, whichever comes first.
create or replace function app.return_chart(p_stage app.stage, p_series json, p_invited bigint, p_seats bigint) returns json
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
    'levels', case when p_seats > 0 and p_seats * 20 > p_invited then json_build_array(
      json_build_object('value', p_seats, 'label', 'chart:seats_level')) else '[]' end,
    'marks', case when v_end is null then '[]'
      else json_build_array(json_build_object('on', v_end, 'label', 'chart:deadline')) end);
end $$;

create or replace function page.returns(p_me app.caller, p_consultation text, p_level text, p_land text,
  p_seat text, p_state text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_path text := '/consultations/' || p_consultation || '/returns';
  v_names constant text[] := array['level', 'land', 'seat', 'state', 'after'];
  v_filter text[] := array[p_level, p_land, p_seat, p_state];
  s app.stage := desk_stage(p_consultation);
  r record;
  v_seats json;
begin
  if s.id is null then
    return null;
  end if;
  select * into r from return_sums(s, p_level, p_land, p_seat, p_state, p_after);
  v_seats := (select x from json_array_elements(r.groups) x where x ->> 'key' = 'voting');
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'totals', r.totals,
    'seats', json_build_object('released', v_seats -> 'released', 'of', v_seats -> 'of'),
    'groups', r.groups, 'levels', r.levels, 'series', r.series,
    'chart', return_chart(s, r.series, (r.totals ->> 'invited')::bigint, (v_seats ->> 'of')::bigint),
    'sections', r.sections,
    'next_href', case when r.next is not null then with_query(v_path, v_names, v_filter || r.next) end,
    'first_href', case when p_after is not null then with_query(v_path, v_names, v_filter || null::text) end,
    'intake_count', intake_count(s.id),
    'requests', extensions_of(s.id, null, true),
    'can', json_build_object('manage', 'moderator' = any (p_me.roles), 'remind', 'moderator' = any (p_me.roles)
      and s.opens_at <= app.now() and (r.totals ->> 'open')::bigint > 0),
    'filter', json_build_object('level', p_level, 'land', p_land, 'seat', p_seat, 'state', p_state,
      'is_on', num_nonnulls(p_level, p_land, p_seat, p_state) > 0),
    'options', json_build_object('levels', level_options(s.id), 'lands', land_options(s.id),
      'seats', json_build_array('voting', 'advisory', 'none'),
      'states', json_build_array('missing', 'invited', 'opened', 'draft', 'cosigning', 'frozen', 'intake', 'released', 'nil',
        'withdrawn', 'late')));
end $$;
