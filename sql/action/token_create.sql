-- A token for a program. It is shown with this answer and never again.
create or replace function action.token_create(p_me app.caller, p_name text, p_scope text, p_context text,
  p_days bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_token text;
begin
  if p_scope not in ('read', 'write') then
    perform fail('CN422', 'choose', 'scope');
  elsif p_days not between 1 and 365 then
    perform fail('CN422', 'token_days', 'days');
  end if;
  v_token := make_token(p_me, p_name, p_context, p_scope = 'write', p_days::int);
  return json_build_object('page', 'account_token', 'location', '/account/tokens', 'token', v_token,
    'name', p_name, 'scope', p_scope, 'frame', frame(p_me, null, null));
end $$;
