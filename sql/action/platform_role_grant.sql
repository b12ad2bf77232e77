create or replace function action.platform_role_grant(p_me app.caller, p_person text, p_role text,
  p_valid_from text, p_valid_until text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
  v_valid daterange;
begin
  if p.id = p_me.person_id then
    return refuse(p_me, 'platform_role.grant', 'person', p.id, 'self_grant');
  elsif p.state in ('locked', 'erased') then
    perform fail('CN409', 'person_' || p.state);
  elsif p_role not in ('moderator', 'reporter', 'auditor', 'administrator') then
    perform fail('CN422', 'bad_choice', 'role');
  end if;
  v_valid := role_period(p_valid_from, p_valid_until);
  perform grant_platform_role(p_me, p.id, p_role, v_valid), mail_roles(p_me, p.id, null, array[p_role], v_valid);
  return json_build_object('location', '/people/' || p.key || '?notice=role_granted');
end $$;
