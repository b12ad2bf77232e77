-- After the loss of a device: secret and recovery codes go, sessions end, the
-- person learns of it. The own factor is changed in the own account.
create or replace function action.person_factor_reset(p_me app.caller, p_person text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  if p.id = p_me.person_id then
    return refuse(p_me, 'factor.reset', 'person', p.id, 'self_factor');
  end if;
  if not clear_factor(p.id) then
    perform fail('CN409', 'no_factor');
  end if;
  perform end_sessions(p.id), audit(p_me, 'factor.reset', 'person', p.id), mail_act(p_me, 'factor_reset', p.id);
  return json_build_object('location', '/people/' || p.key || '?notice=factor_reset');
end $$;
