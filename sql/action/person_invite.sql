-- Invites a person with roles in an organisation, on the platform, or both. An
-- address that is known gets the further roles.
create or replace function action.person_invite(p_me app.caller, p_mail text, p_name text, p_organisation text,
  p_reader boolean, p_editor boolean, p_cosigner boolean, p_releaser boolean, p_platform_role text,
  p_valid_from text, p_valid_until text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_roles text[] := ticked_roles(p_reader, p_editor, p_cosigner, p_releaser);
  v_valid daterange := role_period(p_valid_from, p_valid_until);
  v_organisation bigint;
  x record;
begin
  if is_own_address(p_me, p_mail) then
    return refuse(p_me, 'role.grant', 'person', p_me.person_id, 'self_grant');
  elsif p_platform_role is not null and p_platform_role not in ('moderator', 'reporter', 'auditor', 'administrator') then
    perform fail('CN422', 'bad_choice', 'platform_role');
  elsif cardinality(v_roles) = 0 and p_platform_role is null then
    perform fail('CN422', 'role_needed', 'roles');
  elsif cardinality(v_roles) = 0 and p_organisation is not null then
    perform fail('CN422', 'role_needed_here', 'roles');
  elsif cardinality(v_roles) > 0 then
    v_organisation := find_organisation(p_organisation, 'organisation');
  end if;
  x := invite_to(p_me, p_mail, p_name, v_organisation, v_roles, p_platform_role, v_valid);
  return json_build_object('location', '/people/' || x.person_key || '?notice=person_' || x.outcome,
    'person', x.person_key, 'outcome', x.outcome);
end $$;
