-- The outbox for the administration, and of it invitations and reminders for moderators.

create or replace function app.mail_is_mine(m app.mail) returns boolean
language sql stable as $$
  select app.is_administrator() or m.template in ('invitation', 'office_invitation', 'reminder')
$$;

create or replace function app.mail_of(p_key text) returns app.mail
language plpgsql stable set search_path = app, pg_temp as $$
declare
  m app.mail;
begin
  select x.* into m from mail x where x.key = p_key;
  if m.id is null or not mail_is_mine(m) then
    perform fail('CN404', 'not_found');
  end if;
  return m;
end $$;

-- Who gets it: the name where there is one, and the address of today.
create or replace function app.mail_to(m app.mail) returns json
language plpgsql stable as $$
begin
  return json_build_object('name', (select person_name(p) from person p where p.id = m.person_id),
    'address', coalesce(m.address, (select p.mail from person p where p.id = m.person_id)),
    'href', (select '/people/' || p.key from person p where p.id = m.person_id and is_administrator()),
    'organisation', (select n.name from name_on(m.organisation_id, today()) n));
end $$;

-- Why no mail leaves at the moment; null: all is well.
create or replace function app.mail_trouble() returns json
language plpgsql stable as $$
declare
  p app.job_period;
begin
  select x.* into p from job_period x where x.kind = 'mail';
  return case
    when p.kind is null or p.seen_at < clock_timestamp() - interval '3 minutes' then
      json_build_object('is_asleep', true, 'since', p.seen_at)
    when not p.is_ok then json_build_object('note', p.note, 'since', p.ran_at) end;
end $$;

create or replace function app.mail_counts() returns json
language plpgsql stable as $$
begin
  return (select json_build_object('ready', count(*) filter (where m.state = 'ready'),
      'sending', count(*) filter (where m.state = 'sending'), 'sent', count(*) filter (where m.state = 'sent'),
      'failed', count(*) filter (where m.state = 'failed'), 'bounced', count(*) filter (where m.state = 'bounced'),
      'withdrawn', count(*) filter (where m.state = 'withdrawn'))
    from mail m where mail_is_mine(m));
end $$;

-- What may be done with it: a link that does not hold any more is not sent again.
create or replace function app.mail_can(m app.mail) returns json
language plpgsql stable as $$
begin
  return json_build_object('again', m.state <> 'sending' and mail_is_moot(m) is null,
    'withdraw', m.state = 'ready', 'bounced', m.state = 'sent');
end $$;

