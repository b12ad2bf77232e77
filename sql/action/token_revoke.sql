-- Ends one of the caller's own tokens: the next request with it finds nobody.
create or replace function action.token_revoke(p_me app.caller, p_access_token bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform revoke_token(p_me, p_access_token);
  return json_build_object('location', '/account/tokens?notice=token_revoked');
end $$;
