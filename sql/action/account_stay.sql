-- "I am still here": the session lasts on.
create or replace function action.account_stay(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform session_stays(p_me.session_id);
  return json_build_object('location', '/account?notice=stayed', 'stays_until',
    least(p_me.ends_at, clock_timestamp() + p_me.idle));
end $$;
