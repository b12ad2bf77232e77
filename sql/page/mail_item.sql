-- One mail with its history; never its text, never the token of its link.
create or replace function page.mail_item(p_me app.caller, p_mail text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  m app.mail := mail_of(p_mail);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'mail'),
    'mail', json_build_object('key', m.key, 'template', m.template, 'state', m.state, 'to', mail_to(m),
      'created_at', m.created_at, 'sent_at', m.sent_at,
      'next_at', case when m.state = 'ready' then m.next_at end, 'attempts', m.attempts, 'last_error', m.last_error,
      'address_bounced_at', coalesce((select p.mail_bounced_at from person p where p.id = m.person_id and m.address is null),
        (select o.office_mail_bounced_at from organisation o
          where o.id = m.organisation_id and lower(o.office_mail) = lower(m.address)))),
    'link', (select json_build_object('ends_at', i.ends_at, 'used_at', i.used_at, 'withdrawn_at', i.withdrawn_at)
      from invitation i where i.id = m.invitation_id),
    'moot', mail_is_moot(m), 'can', mail_can(m), 'trouble', mail_trouble(),
    'history', (select coalesce(json_agg(json_build_object('at', e.at, 'event', e.event, 'note', e.note,
        'by', (select person_name(p) from person p where p.id = e.person_id)) order by e.id desc), '[]')
      from mail_event e where e.mail_id = m.id));
end $$;
