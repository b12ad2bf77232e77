-- The outbox as "resonanzctl jobs" empties it. A mail is claimed and committed
-- before it is handed over, so a loop that is killed leaves it "sending" and
-- after five minutes (the handing over is given up after one) another sends it:
-- every template at least once, none at most once. What a mail tells of here is
-- something a person must learn (an invitation, that a password was changed), so
-- twice is a nuisance and never is harm. A second mail with a link has a link of
-- its own, and the link in the mail that came last is the one that holds; a
-- second one without a link keeps the Message-ID, so that mailboxes may drop it.
-- Times are of the real clock, those of invitations of the consultation's.

-- After 1, 5, 15, 60 minutes, then each hour: two days in all.
create or replace function app.mail_backoff(p_attempts int) returns interval
language sql immutable parallel safe as $$
  select case when p_attempts < 51
    then (array[1, 5, 15, 60])[least(greatest(p_attempts, 1), 4)] * interval '1 minute' end
$$;

create or replace function app.mail_note(p_id bigint, p_event text, p_message_id text, p_note text,
  p_person_id bigint default null) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into mail_event (mail_id, event, message_id, note, person_id)
    values (p_id, p_event, p_message_id, left(p_note, 500), p_person_id);
end $$;

-- Why a mail is not sent any more; null: it is.
create or replace function app.mail_is_moot(m app.mail) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  i app.invitation;
  p app.person;
begin
  select x.* into p from person x where x.id = m.person_id;
  select x.* into i from invitation x where x.id = m.invitation_id;
  return case
    when p.state = 'erased' then 'Das Konto wurde gelöscht.'
    when coalesce(m.address, p.mail) is null then 'Es gibt keine Adresse.'
    when i.used_at is not null then 'Der Link wurde schon benutzt.'
    when i.withdrawn_at is not null then 'Der Link wurde zurückgezogen.'
    when i.ends_at <= app.now() then 'Der Link ist abgelaufen.'
    when m.template = 'reminder' and exists (select from reminder r join current_version c on c.stage_id = r.stage_id
      where r.key = m.args ->> 'reminder' and c.organisation_id = m.organisation_id) then 'Die Stellungnahme ist inzwischen da.'
  end;
end $$;

-- What the template is told: names, times, never a text of the consultation's answers.
create or replace function app.mail_facts(m app.mail) returns jsonb
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return m.args || jsonb_build_object(
    'id', m.id, 'template', m.template, 'attempt', m.attempts, 'message_id', m.message_id,
    'address', coalesce(m.address, (select p.mail from person p where p.id = m.person_id)),
    'name', (select p.name from person p where p.id = m.person_id),
    'organisation', coalesce(to_jsonb((select n.name::text from name_on(m.organisation_id, today()) n)),
      m.args -> 'organisation'),
    'consultation', (select jsonb_build_object('slug', m.args ->> 'consultation', 'title', c.title) from consultation c
      where c.slug = split_part(m.args ->> 'consultation', '.', 1)),
    'reminder', (select jsonb_build_object('subject', r.subject, 'text', r.body, 'is_office', m.person_id is null,
        'closes_at', coalesce(p.extended_until, s.closes_at))
      from reminder r join stage s on s.id = r.stage_id
        join participation p on p.stage_id = r.stage_id and p.organisation_id = m.organisation_id
      where r.key = m.args ->> 'reminder'),
    'operator', (select s.value ->> 'operator_name' from setting s where s.key = 'operator'),
    'contact', (select s.value ->> 'contact_mail' from setting s where s.key = 'operator'),
    'has_link', m.invitation_id is not null,
    'ends_at', (select i.ends_at from invitation i where i.id = m.invitation_id));
end $$;

-- One mail that is due, as the facts of its template; null: none. p_token_hash
-- is of the token that its link will carry, if it has one.
create or replace function job.mail_claim(p_token_hash bytea, p_message_id text) returns jsonb
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  m app.mail;
  v_moot text;
begin
  loop
    select x.* into m from mail x
      where x.state = 'ready' and x.next_at <= clock_timestamp()
        or x.state = 'sending' and x.claimed_at < clock_timestamp() - interval '5 minutes'
      order by x.next_at, x.id limit 1 for update skip locked;
    if not found then
      return null;
    end if;
    v_moot := mail_is_moot(m);
    if v_moot is not null then
      update mail x set state = 'withdrawn', last_error = v_moot where x.id = m.id;
      perform mail_note(m.id, 'withdrawn', null, v_moot);
      continue;
    end if;
    if m.state = 'sending' then
      perform mail_note(m.id, 'lost', m.message_id, 'Der Versand brach ab.');
    end if;
    update mail x set state = 'sending', claimed_at = clock_timestamp(), attempts = x.attempts + 1,
        message_id = case when x.invitation_id is null then coalesce(x.message_id, p_message_id) else p_message_id end
      where x.id = m.id returning x.* into m;
    update invitation i set token_hash = p_token_hash where i.id = m.invitation_id;
    perform mail_note(m.id, 'sending', m.message_id, null);
    return mail_facts(m);
  end loop;
end $$;

-- What became of an attempt: sent, retry or failed. Gives the state of the
-- mail; null when it is not this attempt's any more.
create or replace function job.mail_end(p_id bigint, p_attempt int, p_result text, p_note text) returns text
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  m app.mail;
  v_wait interval;
begin
  select x.* into m from mail x where x.id = p_id and x.state = 'sending' and x.attempts = p_attempt for update;
  if not found then
    return null;
  end if;
  v_wait := case when p_result = 'retry' then mail_backoff(m.attempts) end;
  m.state := case when p_result = 'retry' then case when v_wait is null then 'failed' else 'ready' end else p_result end;
  update mail x set state = m.state, claimed_at = null,
      sent_at = case when m.state = 'sent' then clock_timestamp() end,
      next_at = coalesce(clock_timestamp() + v_wait, x.next_at),
      last_error = case when m.state <> 'sent' then left(p_note, 500) end
    where x.id = m.id;
  if m.state = 'sent' then
    update invitation i set sent_at = app.now() where i.id = m.invitation_id;
  end if;
  perform mail_note(m.id, case when m.state = 'ready' then 'retry' else m.state end, m.message_id, p_note);
  return m.state;
end $$;

-- A report of a mail server: the mail it is about by its Message-ID, of
-- whichever attempt, which nobody can guess. The address counts as bounced when
-- the other side says for good (5.x.x) that nobody is there under it and it is
-- still the address of that person or office. Gives the key of the mail.
create or replace function job.mail_bounce(p_message_id text, p_recipient text, p_action text, p_status text,
  p_note text) returns text
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  m app.mail;
  v_note text := nullif(concat_ws(' ', nullif(p_status, ''), nullif(p_note, '')), '');
begin
  select x.* into m from mail x
    where x.id = (select e.mail_id from mail_event e where e.message_id = p_message_id limit 1) for update;
  if not found then
    return null;
  elsif lower(p_action) <> 'failed' then
    if lower(p_action) = 'delayed' then
      perform mail_note(m.id, 'delayed', p_message_id, v_note);
    end if;
    return m.key;
  end if;
  if m.state = 'sent' then
    update mail x set state = 'bounced', last_error = left(v_note, 500) where x.id = m.id;
  end if;
  perform mail_note(m.id, 'bounced', p_message_id, v_note);
  if p_status ~ '^5\.1\.|^5\.0\.0' or p_status = '' then
    perform mark_bounced(m, p_recipient);
  end if;
  return m.key;
end $$;
