-- What runs, waits, is done or has failed, and what comes round by the clock.
create or replace function app.job_counts() returns json
language plpgsql stable as $$
begin
  return (select json_build_object('running', count(*) filter (where j.state = 'running'),
      'ready', count(*) filter (where j.state = 'ready'), 'failed', count(*) filter (where j.state = 'failed'),
      'done', count(*) filter (where j.state = 'done')) from job j);
end $$;

-- Daily kinds are jobs: their last one tells how they are.
create or replace function app.job_periods() returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('kind', p.kind, 'seconds', p.seconds,
      'daily_at', to_char(p.daily_at, 'HH24:MI'),
      'ran_at', coalesce(j.finished_at, p.ran_at), 'is_ok', case when p.daily_at is null then p.is_ok
        else coalesce(j.state = 'done', true) end,
      'did', case when p.daily_at is null then nullif(p.did, 0) end,
      'note', case when p.daily_at is null then p.note else j.note end) order by p.daily_at nulls first, p.kind), '[]')
    from job_period p left join lateral (select x.* from job x where x.kind = p.kind and x.finished_at is not null
      order by x.finished_at desc limit 1) j on p.daily_at is not null);
end $$;

-- Nobody does what waits; null while somebody does.
create or replace function app.jobs_asleep() returns json
language plpgsql stable as $$
declare
  v_seen timestamptz := (select max(p.seen_at) from job_period p);
begin
  return case when v_seen is null or v_seen < clock_timestamp() - interval '3 minutes' then
    json_build_object('since', v_seen, 'is_new', v_seen is null) end;
end $$;

create or replace function page.jobs(p_me app.caller, p_state text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  c_size constant int := 50;
  v_after bigint := (select j.id from job j where j.key = p_after);
  v_rows json;
  v_next text;
begin
  with r as (select j.*, row_number() over (order by j.id desc) as n from job j
    where (p_state is null or j.state = p_state) and (v_after is null or j.id < v_after)
    order by j.id desc limit c_size + 1)
  select coalesce(json_agg(json_build_object('key', r.key, 'kind', r.kind, 'state', r.state,
        'parts_done', r.parts_done, 'parts_total', r.parts_total, 'has_parts', r.parts_total > 1,
        'created_at', r.created_at, 'by', (select person_name(p) from person p where p.id = r.created_by),
        'run_at', case when r.state = 'ready' and r.run_at > clock_timestamp() then r.run_at end,
        'finished_at', r.finished_at, 'attempts', r.attempts, 'note', r.note,
        'can_retry', r.state = 'failed') order by r.n) filter (where r.n <= c_size), '[]'),
      case when max(r.n) > c_size then max(r.key) filter (where r.n = c_size) end
    into v_rows, v_next from r;
  return json_build_object(
    'frame', frame(p_me, null, 'jobs'),
    'rows', v_rows, 'next', v_next, 'is_first', v_after is null, 'counts', job_counts(), 'periods', job_periods(),
    'asleep', jobs_asleep(),
    'filter', json_build_object('state', p_state, 'is_on', p_state is not null),
    'options', json_build_object('states', json_build_array('running', 'ready', 'failed', 'done')));
end $$;
