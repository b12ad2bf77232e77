-- Invites a person with roles in an organisation of a consultation.
create or replace function action.invitation_make(p_me app.caller, p_mail text, p_name text, p_organisation text,
  p_reader boolean, p_editor boolean, p_cosigner boolean, p_releaser boolean, p_valid_from text, p_valid_until text)
returns json
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
  elsif cardinality(v_roles) = 0 then
    perform fail('CN422', 'role_needed', 'roles');
  end if;
  v_organisation := find_organisation(p_organisation, 'organisation');
  x := invite_to(p_me, p_mail, p_name, v_organisation, v_roles, null, v_valid);
  return json_build_object('location', '/invitations?notice=person_' || x.outcome, 'outcome', x.outcome);
end $$;
