-- Helpers of the auditor's pages. The log holds ids; names are looked up when
-- it is read, so whoever was erased is erased here as well.

-- Every act that is written, and the area it is filtered by. The words are in
-- labels.json ("act"), what each means in conf/audit-log.md.
create or replace function app.acts() returns table (act text, area text)
language sql immutable parallel safe as $$
  values ('login', 'access'), ('login_failed', 'access'), ('logout', 'access'), ('login.password', 'access'),
    ('login.factor', 'access'), ('login.factor_failed', 'access'), ('login.throttled', 'access'),
    ('login.address_throttled', 'access'), ('password.reset_throttled', 'access'),
    ('token.create', 'access'), ('token.revoke', 'access'), ('session.context', 'access'), ('session.end', 'access'), ('session.end_others', 'access'),
    ('session.step_up', 'access'), ('session.step_up_failed', 'access'),
    ('factor.set', 'access'), ('factor.replace', 'access'), ('factor.remove', 'access'), ('factor.codes', 'access'),
    ('factor.recovery_used', 'access'), ('factor.reset', 'access'), ('factor.demand', 'access'),
    ('factor.demand_end', 'access'), ('password.set', 'access'), ('password.change', 'access'),
    ('password.reset', 'access'), ('password.reset_link', 'access'),
    ('answer.save', 'response'), ('response.nil_rest', 'response'), ('response.nil_rest_off', 'response'),
    ('response.release', 'response'), ('response.correction', 'response'), ('receipt.sign', 'response'),
    ('response.freeze', 'response'), ('response.approve', 'response'), ('response.reject', 'response'),
    ('response.thaw', 'response'), ('redaction.mark', 'response'), ('redaction.remove', 'response'),
    ('cosign.ask', 'response'), ('cosign.withdraw', 'response'), ('cosign.remind', 'response'), ('cosign.agree', 'response'),
    ('cosign.agree_changed', 'response'), ('cosign.return', 'response'), ('cosign.nil', 'response'), ('cosign.undo', 'response'),
    ('assignment.set', 'response'), ('assignment.end', 'response'), ('assignment.done', 'response'), ('assignment.undone', 'response'),
    ('join.allow', 'response'), ('join.adopt', 'response'), ('join.stay', 'response'), ('join.leave', 'response'),
    ('joinable.view', 'seen'),
    ('comment.write', 'response'), ('comment.withdraw', 'response'),
    ('answer.confirm', 'response'), ('answer.give_up', 'response'), ('answer.restore', 'response'), ('answer.empty', 'response'),
    ('group.compare', 'desk'), ('group.propose', 'desk'), ('group.merge', 'desk'), ('group.keep_apart', 'desk'),
    ('group.undo', 'desk'), ('group.form', 'desk'), ('group.add', 'desk'), ('group.remove', 'desk'),
    ('group.dissolve', 'desk'), ('group.rename', 'desk'),
    ('edition.create', 'desk'), ('edition.discard', 'desk'), ('edition.save', 'desk'), ('edition.upload', 'desk'), ('artifact.make', 'desk'), ('report.export', 'seen'), ('edition.publish', 'desk'), ('position.reanchor', 'desk'), ('orphan.view', 'seen'),
    ('anchor.propose', 'desk'), ('anchor.confirm', 'desk'), ('anchor.confirm_same', 'desk'),
    ('cause.add', 'desk'), ('cause.remove', 'desk'), ('chain.view', 'seen'),
    ('topic.create', 'desk'), ('topic.template', 'desk'), ('topic.save', 'desk'), ('topic.remove', 'desk'), ('topic.tag', 'desk'),
    ('topic.undo', 'desk'), ('text_block.create', 'desk'), ('text_block.save', 'desk'), ('text_block.remove', 'desk'),
    ('cut.form', 'desk'), ('cut.undo', 'desk'), ('cut.view', 'seen'),
    ('view.save', 'desk'), ('view.change', 'desk'), ('view.delete', 'desk'), ('position.nature', 'desk'),
    ('assessment.save', 'desk'), ('assessment.take_over', 'desk'), ('approval.ask', 'desk'), ('position.assign', 'desk'), ('position.assign_undo', 'desk'),
    ('workflow.save', 'desk'), ('sponsor.add', 'desk'), ('sponsor.remove', 'desk'),
    ('assessment.review', 'desk'), ('approval.approved', 'desk'), ('approval.returned', 'desk'), ('approval.take_back', 'desk'),
    ('report.create', 'desk'), ('report.save', 'desk'), ('report.dissent', 'desk'), ('report.dissent_undo', 'desk'), ('report.freeze', 'desk'),
    ('report.outcome', 'desk'), ('report.view', 'seen'),
    ('reply.save', 'desk'), ('reply.schedule', 'desk'), ('reply.move', 'desk'), ('reply.cancel', 'desk'), ('reply.view', 'seen'),
    ('ask_back.write', 'response'), ('ask_back.answer', 'desk'),
    ('house.rules', 'organisation'),
    ('intake.record', 'response'), ('intake.save', 'response'), ('intake.hand_over', 'response'), ('intake.recall', 'response'),
    ('intake.discard', 'response'), ('intake.confirm', 'response'), ('intake.return', 'response'), ('intake.take_over', 'response'),
    ('submission.view', 'seen'), ('synopsis.view', 'seen'), ('opinion.view', 'seen'), ('amendment.view', 'seen'), ('intake.view', 'seen'), ('search.view', 'seen'), ('synopsis.export', 'seen'),
    ('group.view', 'seen'), ('position.view', 'seen'), ('approval.view', 'seen'), ('audit.view', 'seen'), ('audit.export', 'seen'), ('data.view', 'seen'), ('data.export', 'seen'),
    ('organisation.export', 'seen'), ('shift.export', 'seen'), ('matrix.export', 'seen'), ('opinion.export', 'seen'), ('validity.export', 'seen'), ('finding.view', 'seen'), ('finding.record', 'desk'), ('finding.handle', 'desk'),
    ('barrier.report', 'desk'), ('barrier.handle', 'desk'), ('barrier.view', 'seen'), ('barrier.throttled', 'access'),
    ('account.create', 'people'), ('account.password', 'people'), ('account.role', 'people'),
    ('person.create', 'people'), ('person.name', 'people'), ('person.mail', 'people'), ('person.lock', 'people'),
    ('person.unlock', 'people'), ('person.erase', 'people'), ('role.grant', 'people'), ('role.end', 'people'),
    ('role.hand_over', 'people'), ('platform_role.grant', 'people'), ('platform_role.end', 'people'),
    ('membership.end', 'people'),
    ('invitation.make', 'invitation'), ('invitation.withdraw', 'invitation'), ('invitation.accept', 'invitation'),
    ('participation.invite', 'invitation'), ('extension.ask', 'invitation'), ('extension.grant', 'invitation'),
    ('extension.refuse', 'invitation'), ('response.withdraw', 'response'), ('response.reopen', 'response'),
    ('stage.create', 'desk'), ('stage.save', 'desk'), ('stage.audience', 'desk'), ('stage.extend', 'desk'), ('stage.weighed', 'desk'), ('stage.reported', 'desk'),
    ('stage.archived', 'desk'), ('publication.publish', 'desk'), ('publication.revoke', 'desk'), ('result.publish', 'desk'), ('result.revoke', 'desk'), ('consent.withdraw', 'response'),
    ('reminder.send', 'invitation'), ('participation.single_release', 'invitation'), ('participation.single_release_off', 'invitation'), ('address_list.upload', 'invitation'),
    ('address_list.confirm', 'invitation'), ('address_list.import', 'invitation'), ('address_list.discard', 'invitation'),
    ('organisation.create', 'organisation'), ('organisation.save', 'organisation'),
    ('organisation.rename', 'organisation'), ('organisation.succeed', 'organisation'),
    ('organisation.end', 'organisation'), ('seat.change', 'organisation'), ('seat.undo', 'organisation'),
    ('council_decision.create', 'register'), ('council_decision.save', 'register'), ('council_decision.link', 'register'),
    ('council_decision.unlink', 'register'), ('protocol_statement.record', 'register'), ('protocol_statement.withdraw', 'register'),
    ('commitment.create', 'register'), ('commitment.save', 'register'), ('commitment.adopted', 'register'), ('commitment.amended', 'register'),
    ('commitment.replaced', 'register'), ('commitment.repealed', 'register'), ('commitment.expired', 'register'), ('commitment.withdrawn', 'register'),
    ('commitment.project', 'register'), ('cooperation.join', 'register'), ('cooperation.leave', 'register'), ('cooperation.declare', 'register'),
    ('cooperation.take_back', 'register'), ('cooperation.confirmed', 'register'), ('cooperation.refused', 'register'), ('deviation.save', 'register'),
    ('deviation.release', 'register'), ('deviation.discard', 'register'), ('deviation.record', 'register'), ('focus_topic.save', 'register'),
    ('convergence.state', 'register'),
    ('audit.verify', 'log'), ('audit.intact', 'log'), ('audit.broken', 'log'), ('audit.checkpoint', 'log'),
    ('consultation.import', 'platform'), ('consultation.create', 'platform'), ('consultation.save', 'platform'), ('codes.import', 'platform'), ('mail.again', 'platform'), ('mail.withdraw', 'platform'), ('mail.return', 'platform'), ('job.retry', 'platform'),
    ('consultation.release_factor', 'platform'), ('setting.change', 'platform'), ('retention.limit', 'platform'),
    ('retention.run', 'platform'), ('keys.reseal', 'platform'), ('demo.load', 'platform')
$$;

-- What a filter names, as ids; null where it does not filter.
create or replace function app.audit_people(p_text text) returns bigint[]
language plpgsql stable as $$
declare
  v_former int := (regexp_match(p_text, '#?(\d{1,9})$'))[1]::int;
  v_like text := '%' || regexp_replace(lower(p_text), '([\\%_])', '\\\1', 'g') || '%';
begin
  return case when p_text is not null then array(select p.id from person p
    where p.key = p_text or lower(p.name) like v_like or p.mail = lower(p_text)
      or (p_text ~* '^(ehem\. bearbeitung *)?#?\d+$' and p.former_no = v_former)) end;
end $$;

create or replace function app.audit_organisations(p_text text) returns bigint[]
language plpgsql stable as $$
begin
  return case when p_text is not null then array(select o.id from organisation o, name_on(o.id, today()) n
    where o.code = upper(p_text) or position(lower(p_text) in lower(n.name)) > 0
      or position(lower(p_text) in lower(n.short_name)) > 0) end;
end $$;

-- An object by its public number: a receipt, a target, a house, a person; or
-- all of a kind.
create or replace function app.audit_objects(p_object text, out kinds text[], out ids bigint[])
language plpgsql stable as $$
begin
  if p_object is null then
    return;
  end if;
  select coalesce(array_agg(x.kind), '{}'), coalesce(array_agg(x.id), '{}') into kinds, ids from (
    select 'response_version' as kind, v.id from response_version v where v.receipt_no = upper(p_object)
    union all select 'target', t.id from target t where t.key = p_object
    union all select 'organisation', o.id from organisation o where o.code = upper(p_object)
    union all select 'person', p.id from person p where p.key = p_object) x;
  if cardinality(ids) = 0 then
    kinds := array[lower(p_object)];
    ids := null;
  end if;
end $$;

create or replace function app.audit_day(p_text text, p_field text, inout p_bad text[], out day date)
language plpgsql stable as $$
begin
  day := read_day(p_text, p_field);
exception
  when sqlstate 'CN422' then
    p_bad := p_bad || p_field;
end $$;

create or replace function app.read_audit_filter(p_from text, p_until text, p_act text, p_person text,
  p_organisation text, p_object text) returns app.audit_filter
language plpgsql stable as $$
declare
  f app.audit_filter;
  v_from date;
  v_until date;
begin
  f.bad := '{}';
  select x.p_bad, x.day into f.bad, v_from from audit_day(p_from, 'from', f.bad) x;
  select x.p_bad, x.day into f.bad, v_until from audit_day(p_until, 'until', f.bad) x;
  f.from_at := v_from::timestamp at time zone 'Europe/Berlin';
  f.until_at := (v_until + 1)::timestamp at time zone 'Europe/Berlin';
  if f.until_at <= f.from_at then
    f.bad := f.bad || 'until'::text;
  end if;
  f.acts := case when p_act is not null then array(select a.act from acts() a where p_act in (a.act, a.area)) end;
  f.people := audit_people(p_person);
  f.organisations := audit_organisations(p_organisation);
  select x.kinds, x.ids into f.kinds, f.ids from audit_objects(p_object) x;
  return f;
end $$;

-- Entries of a filter, the newest first, before the place (a_epoch, a_xid,
-- a_id). An organisation's are those of its people and those about it.
create or replace function app.audit_rows(f app.audit_filter, a_epoch int, a_xid xid8, a_id bigint, p_limit bigint)
returns setof app.audit
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return query select a.* from audit a
    where (f.from_at is null or a.at >= f.from_at) and (f.until_at is null or a.at < f.until_at)
      and (f.acts is null or a.act = any (f.acts))
      and (f.people is null or a.person_id = any (f.people)
        or a.object_kind = 'person' and a.object_id = any (f.people))
      and (f.organisations is null or a.organisation_id = any (f.organisations)
        or a.object_kind = 'organisation' and a.object_id = any (f.organisations)
        or a.object_kind = 'response_version' and exists (select from response_version v
          where v.id = a.object_id and v.organisation_id = any (f.organisations)))
      and (f.kinds is null or f.ids is null and a.object_kind = f.kinds[1]
        or exists (select from unnest(f.kinds, f.ids) x(kind, id) where x.kind = a.object_kind and x.id = a.object_id))
      and (a_epoch is null or (a.epoch, a.xid, a.id) < (a_epoch, a_xid, a_id))
    order by a.epoch desc, a.xid desc, a.id desc limit p_limit;
end $$;

create or replace function app.person_label(p_person_id bigint) returns text
language plpgsql stable as $$
begin
  return (select person_name(p) from person p where p.id = p_person_id);
end $$;

create or replace function app.organisation_label(p_organisation_id bigint) returns text
language plpgsql stable as $$
begin
  return (select n.short_name from name_on(p_organisation_id, today()) n);
end $$;

-- What an entry is about, in words that are public numbers or names of today;
-- a role comes as its code. Null: no more than its number is known.
create or replace function app.audit_object(p_kind text, p_id bigint, out label text, out role text)
language plpgsql stable as $$
begin
  case p_kind
    when 'person' then label := person_label(p_id);
    when 'organisation' then label := organisation_label(p_id);
    when 'response_version' then
      select v.receipt_no into label from response_version v where v.id = p_id;
    when 'target' then select t.key into label from target t where t.id = p_id;
    when 'report' then select coalesce('Bericht ' || r.number, 'Entwurf') || ', ' || r.title into label from report r where r.id = p_id;
    when 'stage' then select c.slug || ', ' || s.key into label from stage s
      join consultation c on c.id = s.consultation_id where s.id = p_id;
    when 'seat' then select s.name into label from seat s where s.id = p_id;
    when 'membership' then select person_label(m.person_id) || ', ' || organisation_label(m.organisation_id), m.role
      into label, role from membership m where m.id = p_id;
    when 'platform_role' then select person_label(r.person_id), r.role into label, role
      from platform_role r where r.id = p_id;
    when 'commitment' then select c.number into label from commitment c where c.id = p_id;
    when 'council_decision' then select d.ref into label from council_decision d where d.id = p_id;
    when 'checkpoint' then select 'Block ' || c.block_number into label from checkpoint c where c.id = p_id;
    else null;
  end case;
  label := coalesce(label, 'Nr. ' || p_id);
end $$;

-- The block of an entry; null while it is not sealed.
create or replace function app.block_of(p_epoch int, p_xid xid8) returns bigint
language plpgsql stable as $$
begin
  return (select case when b.xid_to > p_xid then b.number end from audit_block b
    where b.epoch = p_epoch and b.xid_from <= p_xid order by b.xid_from desc limit 1);
end $$;

-- Entries counted to 10,001.
create or replace function app.audit_count(f app.audit_filter, out shown bigint, out is_capped boolean)
language plpgsql stable as $$
begin
  select least(count(*), 10000), count(*) > 10000 into shown, is_capped
    from audit_rows(f, null, null, null, 10001);
end $$;
