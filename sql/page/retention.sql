-- How long what is kept, what the next run deletes, what runs have deleted.
create or replace function page.retention(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_counts jsonb := retention_counts();
begin
  return json_build_object(
    'frame', frame(p_me, null, 'retention'),
    'classes', v_counts,
    'form', (select json_object_agg('keep_' || c.key, c.days) from retention_class c),
    'total', (select sum((x ->> 'count')::bigint) from jsonb_array_elements(v_counts) x),
    'runs', (select coalesce(json_agg(json_build_object('at', r.at, 'by', person_name(p), 'result',
        (select coalesce(jsonb_agg(x), '[]') from jsonb_array_elements(r.result) x where (x ->> 'count')::bigint > 0),
        'total', (select sum((x ->> 'count')::bigint) from jsonb_array_elements(r.result) x)) order by r.id desc), '[]')
      from (select x.* from retention_run x where not x.is_dry order by x.id desc limit 30) r
        left join person p on p.id = r.person_id));
end $$;
