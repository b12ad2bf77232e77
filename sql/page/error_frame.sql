-- The frame of an error page, for who is signed in: the same whatever was asked
-- for, so without times.
create or replace function page.error_frame(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return (frame(p_me, null, null)::jsonb - 'server_time') #- '{user,stays_until}' #- '{user,ends_in}';
end $$;
