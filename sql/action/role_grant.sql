-- A further role in an organisation. Who administers gives none to himself: it
-- would open the drafts of a house.
create or replace function action.role_grant(p_me app.caller, p_person text, p_organisation text, p_role text,
  p_valid_from text, p_valid_until text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
  v_valid daterange;
  v_organisation bigint;
begin
  if p.id = p_me.person_id then
    return refuse(p_me, 'role.grant', 'person', p.id, 'self_grant');
  elsif p.state in ('locked', 'erased') then
    perform fail('CN409', 'person_' || p.state);
  elsif p_role not in ('reader', 'cosigner', 'editor', 'releaser') then
    perform fail('CN422', 'bad_choice', 'role');
  end if;
  v_organisation := find_organisation(p_organisation, 'organisation');
  v_valid := role_period(p_valid_from, p_valid_until);
  perform grant_membership(p_me, p.id, v_organisation, p_role, v_valid, null),
    mail_roles(p_me, p.id, v_organisation, array[p_role], v_valid);
  return json_build_object('location', '/people/' || p.key || '?notice=role_granted');
end $$;
