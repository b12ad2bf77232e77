-- A run by hand, after its effect was shown.
create or replace function action.retention_now(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform retention_run(p_me, false);
  return json_build_object('location', '/retention?notice=retention_run');
end $$;
