-- The way of a mail into the outbox, in the transaction of the act that it is
-- about; "resonanzctl jobs" sends it. Runs as resonanz_identity, since mail is
-- queued by people who may not read the outbox, and before anybody is known.
set local role resonanz_identity;

-- The templates (assets/mail/NAME.txt) and what each may be told. Arguments
-- are short facts: an answer never leaves by mail.
create or replace function app.mail_template_args(p_template text) returns text[]
language plpgsql immutable parallel safe set search_path = app, pg_temp as $$
begin
  return case p_template
    when 'invitation' then array['by']
    when 'office_invitation' then array['consultation', 'stage', 'closes_at', 'by']
    when 'password_reset' then array[]::text[]
    when 'password_changed' then array['at']
    when 'factor_reset' then array['at', 'by']
    when 'release_handed_over' then array['by', 'from', 'until', 'organisation', 'consultation']
    when 'handover_confirmed' then array['to', 'organisation', 'consultation']
    when 'deputy_named' then array['by', 'for', 'from', 'until', 'organisation', 'consultation']
    when 'deputy_confirmed' then array['to', 'from', 'until', 'organisation', 'consultation']
    when 'role_granted' then array['by', 'from', 'until', 'organisation', 'editor', 'cosigner', 'releaser', 'reader',
      'moderator', 'reporter', 'auditor', 'administrator']
    when 'mail_changed' then array['at', 'by']
    when 'account_locked' then array['at', 'by']
    when 'receipt' then array['receipt']
    when 'release_asked' then array['consultation', 'by']
    when 'release_rejected' then array['consultation', 'by']
    when 'cosign_request' then array['by', 'count', 'until', 'consultation', 'consents']
    when 'cosign_returned' then array['by', 'target', 'consultation']
    when 'cosign_reminder' then array['by', 'count', 'until', 'consultation', 'is_due', 'consents']
    when 'assigned' then array['by', 'count', 'until', 'consultation']
    when 'assignment_ended' then array['by', 'count', 'consultation']
    when 'assignment_reminder' then array['count', 'until', 'consultation', 'is_due']
    when 'extension_asked' then array['consultation', 'closes_at', 'code']
    when 'extension_granted' then array['consultation', 'closes_at']
    when 'stage_extended' then array['consultation', 'closes_at']
    when 'extension_refused' then array['consultation']
    when 'reminder' then array['consultation', 'reminder']
    when 'response_reopened' then array['consultation', 'closes_at']
    when 'joined_changed' then array['consultation', 'author']
    when 'joined_withdrawn' then array['consultation', 'author']
    when 'response_withdrawn' then array['consultation', 'receipt']
    when 'statement_published' then array['consultation']
    when 'statement_ended' then array['consultation']
    when 'intake_waiting' then array['consultation']
    when 'intake_returned' then array['consultation', 'code']
    when 'intake_confirmed' then array['consultation', 'code']
    when 'position_assigned' then array['by', 'count', 'number', 'until', 'consultation']
    when 'approval_asked' then array['by', 'count', 'until', 'consultation']
    when 'approval_returned' then array['by', 'number', 'consultation']
    when 'reply' then array['consultation']
    when 'reply_update' then array['consultation']
    when 'ask_back' then array['consultation', 'code']
    when 'ask_back_answered' then array['consultation']
    when 'finding_answered' then array['consultation']
    when 'cooperation_declared' then array['number']
    when 'cooperation_decided' then array['number']
    when 'barrier_reported' then array['number', 'until']
    when 'barrier_answered' then array['number', 'code']
    when 'checkpoint' then array['body']
    when 'audit_broken' then array['at', 'block', 'count']
  end;
end $$;

-- Puts one mail into the outbox and gives its id; of two with the same dedupe
-- key only the first is kept. p_address null: the person's own when it is sent.
create or replace function app.queue_mail(p_template text, p_person_id bigint, p_address text,
  p_organisation_id bigint, p_args jsonb, p_invitation_id bigint, p_dedupe text) returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_known text[] := mail_template_args(p_template);
  v_args jsonb := coalesce(p_args, '{}');
  v_id bigint;
  r record;
begin
  if v_known is null then
    raise exception 'no such mail template: %', p_template;
  end if;
  for r in select key, value from jsonb_each(v_args) loop
    if not r.key = any (v_known) then
      raise exception 'template % takes no argument %', p_template, r.key;
    elsif jsonb_typeof(r.value) in ('object', 'array') or char_length(r.value #>> '{}')
        > (case r.key when 'body' then 4000 else 300 end) then
      raise exception 'argument % of a mail is not a short text', r.key;
    end if;
  end loop;
  insert into mail (template, person_id, address, organisation_id, args, invitation_id, dedupe_key)
    values (p_template, p_person_id, p_address, p_organisation_id, v_args, p_invitation_id, p_dedupe)
    on conflict (dedupe_key) do nothing
    returning id into v_id;
  if v_id is null then
    select m.id into v_id from mail m where m.dedupe_key = p_dedupe;
  end if;
  return v_id;
end $$;

-- To the moderators, of whom houses know nothing.
create or replace function app.mail_moderators(p_template text, p_organisation_id bigint, p_args jsonb,
  p_dedupe text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform queue_mail(p_template, r.person_id, null, p_organisation_id, p_args, null, p_dedupe || ' ' || r.person_id)
    from (select distinct x.person_id from platform_role x join person p on p.id = x.person_id and p.state = 'active'
      where x.role = 'moderator' and x.valid @> today()) r;
end $$;

-- To who writes and who releases in another house; once to each.
create or replace function app.mail_house_of(p_organisation_id bigint, p_consultation_id bigint, p_template text,
  p_args jsonb, p_dedupe text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform queue_mail(p_template, x.person_id, null, p_organisation_id, p_args, null, p_dedupe || ' ' || x.person_id)
    from (select distinct m.person_id from membership m join person p on p.id = m.person_id and p.state = 'active'
      where m.organisation_id = p_organisation_id and m.role in ('editor', 'releaser') and m.valid @> today()
        and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id) x;
end $$;

-- To who releases in another house; once to each.
create or replace function app.mail_releasers_of(p_organisation_id bigint, p_consultation_id bigint, p_template text,
  p_args jsonb, p_dedupe text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform queue_mail(p_template, x.person_id, null, p_organisation_id, p_args, null, p_dedupe || ' ' || x.person_id)
    from (select distinct m.person_id from membership m join person p on p.id = m.person_id and p.state = 'active'
      where m.organisation_id = p_organisation_id and m.role = 'releaser' and m.valid @> today()
        and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id) x;
end $$;

-- The same; to its office where nobody has an account yet.
create or replace function app.mail_house_or_office(p_organisation_id bigint, p_consultation_id bigint, p_office_mail text,
  p_template text, p_args jsonb, p_dedupe text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform mail_house_of(p_organisation_id, p_consultation_id, p_template, p_args, p_dedupe || ' ' || p_organisation_id);
  if p_office_mail is not null and not exists (select from membership m join person p on p.id = m.person_id and p.state = 'active'
      where m.organisation_id = p_organisation_id and m.role in ('editor', 'releaser') and m.valid @> today()
        and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id) then
    perform queue_mail(p_template, null, p_office_mail, p_organisation_id, p_args, null, p_dedupe || ' ' || p_organisation_id);
  end if;
end $$;

grant execute on function app.mail_template_args(text), app.mail_moderators(text, bigint, jsonb, text),
  app.mail_releasers_of(bigint, bigint, text, jsonb, text),
  app.mail_house_of(bigint, bigint, text, jsonb, text),
  app.mail_house_or_office(bigint, bigint, text, text, jsonb, text),
  app.queue_mail(text, bigint, text, bigint, jsonb, bigint, text) to resonanz_owner;
set local role resonanz_owner;

-- The address that a mail went to has come back: of the person, or of the
-- office of the organisation when it went there. p_recipient null: whichever.
create or replace function app.mark_bounced(m app.mail, p_recipient text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  if m.address is null then
    update person p set mail_bounced_at = clock_timestamp()
      where p.id = m.person_id and p.mail = coalesce(lower(p_recipient), p.mail);
  else
    update organisation o set office_mail_bounced_at = clock_timestamp()
      where o.id = m.organisation_id and lower(o.office_mail) = lower(m.address)
        and lower(o.office_mail) = coalesce(lower(p_recipient), lower(o.office_mail));
  end if;
end $$;
