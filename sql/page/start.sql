create or replace function page.start(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return overview(p_me, default_consultation(), 'start');
end $$;
