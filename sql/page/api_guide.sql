create or replace function page.api_guide(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, 'help'));
end $$;
