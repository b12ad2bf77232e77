-- Makes an open link void. Roles that were given stay until they are ended.
create or replace function action.invitation_withdraw(p_me app.caller, p_invitation text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  i app.invitation := invitation_of(p_invitation);
begin
  if invitation_state(i, app.now()) not in ('open', 'sent') then
    perform fail('CN409', 'invitation_closed');
  end if;
  perform withdraw_links(i.person_id, 'invitation'), audit(p_me, 'invitation.withdraw', 'invitation', i.id);
  return json_build_object('location', invitation_back((select p.key from person p where p.id = i.person_id), p_then)
    || '?notice=invitation_withdrawn');
end $$;
