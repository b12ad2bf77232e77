-- Invites a colleague; release itself is given by the administration.
create or replace function action.house_invite_send(p_me app.caller, p_mail text, p_name text, p_reader boolean,
  p_editor boolean, p_cosigner boolean, p_valid_from text, p_valid_until text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_roles text[] := ticked_roles(p_reader, p_editor, p_cosigner, false);
  v_valid daterange := role_period(p_valid_from, p_valid_until);
  x record;
begin
  if cardinality(v_roles) = 0 then
    perform fail('CN422', 'role_needed', 'roles');
  end if;
  x := invite_to(p_me, p_mail, p_name, p_me.organisation_id, v_roles, null, v_valid);
  return json_build_object('location', '/house?notice=person_' || x.outcome, 'outcome', x.outcome);
end $$;
