-- Sends a mail once more, or at once when it waits; a link in it will be new.
create or replace function action.mail_again(p_me app.caller, p_mail text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  m app.mail := mail_of(p_mail);
begin
  perform from mail x where x.id = m.id for update;
  m := mail_of(p_mail);
  if m.state = 'sending' then
    perform fail('CN409', 'mail_sending');
  elsif mail_is_moot(m) is not null then
    perform fail('CN409', 'mail_moot');
  end if;
  update mail x set state = 'ready', attempts = 0, next_at = clock_timestamp(), sent_at = null, last_error = null
    where x.id = m.id;
  perform mail_note(m.id, 'again', null, null, p_me.person_id), audit(p_me, 'mail.again', 'mail', m.id);
  return json_build_object('location', '/mail/' || m.key || '?notice=mail_again');
end $$;
