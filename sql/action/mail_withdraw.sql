-- A mail that waits is not sent.
create or replace function action.mail_withdraw(p_me app.caller, p_mail text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  m app.mail := mail_of(p_mail);
begin
  update mail x set state = 'withdrawn' where x.id = m.id and x.state = 'ready';
  if not found then
    perform fail('CN409', 'mail_gone');
  end if;
  perform mail_note(m.id, 'withdrawn', null, null, p_me.person_id), audit(p_me, 'mail.withdraw', 'mail', m.id);
  return json_build_object('location', '/mail/' || m.key || '?notice=mail_withdrawn');
end $$;
