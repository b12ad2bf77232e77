-- Before a run by hand: what it deletes.
create or replace function page.retention_preview(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_counts jsonb := retention_counts();
begin
  return json_build_object(
    'frame', frame(p_me, null, 'retention'),
    'classes', v_counts,
    'total', (select sum((x ->> 'count')::bigint) from jsonb_array_elements(v_counts) x));
end $$;
