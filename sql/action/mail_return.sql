-- Somebody has seen a report that no program has read: the mail came back, and
-- its address counts as wrong until it is changed.
create or replace function action.mail_return(p_me app.caller, p_mail text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  m app.mail := mail_of(p_mail);
begin
  update mail x set state = 'bounced' where x.id = m.id and x.state = 'sent';
  if not found then
    perform fail('CN409', 'mail_not_sent');
  end if;
  perform mark_bounced(m, null), mail_note(m.id, 'bounced', null, null, p_me.person_id),
    audit(p_me, 'mail.return', 'mail', m.id);
  return json_build_object('location', '/mail/' || m.key || '?notice=mail_returned');
end $$;
