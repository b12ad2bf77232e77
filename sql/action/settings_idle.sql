-- After how many minutes without a request a session ends.
create or replace function action.settings_idle(p_me app.caller, p_idle_minutes bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_idle_minutes not between 10 and 60 then
    perform fail('CN422', 'idle_bounds', 'idle_minutes', json_build_object('least', 10, 'most', 60));
  end if;
  perform set_setting(p_me, 'session.idle_minutes', to_jsonb(p_idle_minutes));
  return json_build_object('location', '/settings?notice=settings_saved');
end $$;
