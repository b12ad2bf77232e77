-- A new link for somebody who has not accepted; older ones are void.
create or replace function action.invitation_resend(p_me app.caller, p_invitation text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  i app.invitation := invitation_of(p_invitation);
  v_person record;
begin
  select p.key, p.state into v_person from person p where p.id = i.person_id;
  if v_person.state = 'active' then
    perform fail('CN409', 'invitation_used');
  end if;
  perform invite(p_me, i.person_id, i.organisation_id, 'invitation');
  return json_build_object('location', invitation_back(v_person.key, p_then) || '?notice=invitation_resent');
end $$;

-- Where the button was.
create or replace function app.invitation_back(p_person text, p_then text) returns text
language sql immutable parallel safe as $$
  select case p_then when 'person' then '/people/' || p_person else '/invitations' end
$$;
