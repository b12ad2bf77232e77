-- Sums by group of the council; "missing" is all that is not in.
create or replace function app.return_groups(p_stage app.stage) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (with r as materialized (select x.*, x.state in ('released', 'nil') as is_in
      from return_rows(p_stage.id, p_stage.closes_at) x)
  select json_agg(json_build_object('key', g.key,
      'released', (select count(*) from r where g.key = any (app.return_keys(r.seat_status, r.level)) and is_in),
      'of', (select count(*) from r where g.key = any (app.return_keys(r.seat_status, r.level))),
      'begun', (select count(*) from r where g.key = any (app.return_keys(r.seat_status, r.level))
        and state = 'begun'),
      'missing', (select count(*) from r where g.key = any (app.return_keys(r.seat_status, r.level))
        and not is_in)) order by g.place)
    from (values (1, 'voting'), (2, 'laender'), (3, 'advisory'), (4, 'others'), (5, 'all')) g(place, key));
end $$;

create or replace function app.return_keys(p_seat_status text, p_level text) returns text[]
language sql immutable parallel safe as $$
  select case p_seat_status
    when 'voting' then case when p_level = 'land' then array['voting', 'laender'] else array['voting'] end
    when 'advisory' then array['advisory']
    else array['others'] end || array['all']
$$;

create or replace function app.return_totals(p_stage app.stage) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('invited', count(*),
      'opened', count(*) filter (where r.state <> 'invited'),
      'begun', count(*) filter (where r.state = 'begun'),
      'released', count(*) filter (where r.state in ('released', 'nil')),
      'nil', count(*) filter (where r.state = 'nil'),
      'missing', count(*) filter (where r.state not in ('released', 'nil')),
      'late', count(*) filter (where r.is_late),
      'days_left', case when stage_state(p_stage) = 'open'
        then (p_stage.closes_at at time zone 'Europe/Berlin')::date - today() end)
    from return_rows(p_stage.id, p_stage.closes_at) r);
end $$;

create or replace function app.return_levels(p_stage app.stage) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('level', x.level, 'released', x.released, 'of', x.of,
      'begun', x.begun, 'missing', x.of - x.released) order by x.first), '[]')
    from (select r.level, count(*) filter (where r.state in ('released', 'nil')) as released, count(*) as of,
        count(*) filter (where r.state = 'begun') as begun, min(r.sort_key) as first
      from return_rows(p_stage.id, p_stage.closes_at) r group by r.level) x);
end $$;

-- By day of the first release of what counts now, summed up.
create or replace function app.return_series(p_stage app.stage) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('on', x.first_on, 'total', x.total, 'seats', x.seats)
      order by x.first_on), '[]')
    from (select r.first_on, sum(count(*)) over w as total,
        sum(count(*) filter (where r.seat_status = 'voting')) over w as seats
      from return_rows(p_stage.id, p_stage.closes_at) r where r.first_on is not null
      group by r.first_on window w as (order by r.first_on)) x);
end $$;

-- From the opening to today or the last deadline, whichever comes first.
create or replace function app.return_chart(p_stage app.stage, p_series json, p_invited bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
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

create or replace function app.return_list(p_stage app.stage, p_slug text, p_level text, p_land text,
  p_state text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('organisation', sender_json(r.organisation_id),
      'level', r.level, 'land', r.land_code, 'land_name', l.name, 'seat_status', r.seat_status,
      'state', r.state, 'since', r.since, 'deadline', r.deadline, 'is_extended', r.is_extended,
      'is_late', r.is_late, 'receipt', r.receipt, 'href', case when r.receipt is not null then
        '/consultations/' || p_slug || '/submissions/' || o.code end) order by r.sort_key), '[]')
    from (select * from return_rows(p_stage.id, p_stage.closes_at) x
        where (p_level is null or x.level = p_level) and (p_land is null or x.land_code = p_land)
          and (p_state is null or x.state = p_state)
        order by x.sort_key limit 1000) r
      join organisation o on o.id = r.organisation_id left join land l on l.code = r.land_code);
end $$;

create or replace function page.returns(p_me app.caller, p_consultation text, p_level text, p_land text,
  p_state text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_totals json := return_totals(s);
  v_series json := return_series(s);
  v_groups json := return_groups(s);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, s.consultation_id, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'totals', v_totals,
    'seats', json_build_object('released', v_groups -> 0 -> 'released', 'of', v_groups -> 0 -> 'of'),
    'groups', v_groups,
    'levels', return_levels(s),
    'series', v_series,
    'chart', return_chart(s, v_series, (v_totals ->> 'invited')::bigint),
    'rows', return_list(s, p_consultation, p_level, p_land, p_state),
    'filter', json_build_object('level', p_level, 'land', p_land, 'state', p_state,
      'is_on', num_nonnulls(p_level, p_land, p_state) > 0),
    'options', json_build_object('levels', level_options(s.id), 'lands', land_options(s.id),
      'states', json_build_array('invited', 'opened', 'begun', 'released', 'nil')));
end $$;
