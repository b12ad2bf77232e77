-- The page of a one-time link, of an invitation or to reset a password.
create or replace function page.link(p_me app.caller, p_token bytea) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, null), 'link', link_view(p_token));
end $$;
