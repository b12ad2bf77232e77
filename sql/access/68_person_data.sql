-- Everything that is kept about one person (Art. 15 and 20 DSGVO), and nothing
-- of others: no other person's name or text. Runs as resonanz_identity, whose
-- policies open texts and log entries of the one person asked for. The callers
-- are pages and actions that say who may ask.
create or replace function app.person_name(p app.person) returns text
language sql immutable parallel safe as $$
  select coalesce(p.name::text, 'ehem. Bearbeitung #' || p.former_no::text)
$$;
grant execute on function app.person_name(app.person) to resonanz_identity;

set local role resonanz_identity;

create or replace function app.person_data_profile(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select json_build_object('key', p.key, 'name', app.person_name(p), 'mail', p.mail, 'state', p.state,
      'created_at', p.created_at, 'last_login_at', p.last_login_at, 'last_context', p.last_context,
      'password_set_at', p.password_set_at, 'mail_bounced_at', p.mail_bounced_at, 'has_factor', p.totp_set_at is not null,
      'factor_set_at', p.totp_set_at, 'factor_demanded', p.factor_demanded,
      'recovery_codes', (select count(*) from recovery_code r where r.person_id = p.id and r.used_at is null))
    from person p where p.id = p_person_id);
end $$;

create or replace function app.person_data_roles(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(x order by x."from" nulls first, x.organisation, x.role), '[]') from (
    select n.name::text as organisation, o.code as organisation_code, c.title::text as consultation, m.role::text,
        m.deputy_for is not null as is_deputy, lower(m.valid) as "from", upper(m.valid) - 1 as until, m.granted_at
      from membership m join organisation o on o.id = m.organisation_id
        left join consultation c on c.id = m.consultation_id, name_on(o.id, today()) n
      where m.person_id = p_person_id
    union all
    select null, null, null, r.role::text, false, lower(r.valid), upper(r.valid) - 1, r.granted_at
      from platform_role r where r.person_id = p_person_id) x);
end $$;

create or replace function app.person_data_access(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_account bytea := (select sha256(convert_to(p.mail, 'UTF8')) from person p where p.id = p_person_id);
begin
  return json_build_object(
    'sessions', (select coalesce(json_agg(json_build_object('created_at', s.created_at, 'touched_at', s.touched_at,
        'ends_at', s.ends_at, 'agent', s.agent, 'context', coalesce(o.code, 'platform'),
        'with_factor', s.factor_at is not null) order by s.created_at), '[]')
      from session s left join organisation o on o.id = s.organisation_id where s.person_id = p_person_id),
    'links', (select coalesce(json_agg(json_build_object('purpose', i.purpose, 'organisation_code', o.code,
        'created_at', i.created_at, 'ends_at', i.ends_at, 'sent_at', i.sent_at, 'used_at', i.used_at,
        'withdrawn_at', i.withdrawn_at) order by i.created_at), '[]')
      from invitation i left join organisation o on o.id = i.organisation_id where i.person_id = p_person_id),
    'mails', (select coalesce(json_agg(json_build_object('template', m.template, 'state', m.state,
        'address', m.address, 'created_at', m.created_at, 'sent_at', m.sent_at) order by m.created_at), '[]')
      from mail m where m.person_id = p_person_id),
    'login_attempts', (select coalesce(json_agg(json_build_object('at', a.at, 'address', a.address,
        'is_ok', a.is_ok) order by a.at), '[]')
      from login_attempt a where a.account_hash = v_account));
end $$;

-- The texts this person wrote last: as they stand, in sealed copies, and between.
-- what: present, revision, step, refused, intake (entered from paper for a house).
create or replace function app.person_data_drafts(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('consultation', c.title, 'stage', s.key, 'target', t.key,
      'organisation_code', o.code, 'revision', x.revision, 'what', x.what,
      'is_current', x.what = 'present', 'written_at', x.at,
      'kind', x.kind, 'stance', x.stance, 'body', x.body, 'proposal', x.proposal, 'reason', x.reason,
      'value', x.value, 'confidential_reason', x.confidential_reason)
      order by x.at, t.key, x.what, x.revision nulls last), '[]')
    from (
      select a.stage_id, a.target_id, a.organisation_id, 'present' as what, null::int as revision, a.changed_at as at, a.kind,
          a.stance, a.body, a.proposal, a.reason, a.value, a.confidential_reason
        from answer a where a.author_id = p_person_id
      union all
      select a.stage_id, a.target_id, a.organisation_id, 'revision', r.revision, r.written_at, r.kind, r.stance, r.body,
          r.proposal, r.reason, r.value, r.confidential_reason
        from answer_revision r join answer a on a.id = r.answer_id where r.author_id = p_person_id
      union all
      select a.stage_id, a.target_id, a.organisation_id, case when r.part = 0 then 'step' else 'refused' end, null,
          r.written_at, r.kind, r.stance, r.body, r.proposal, r.reason, r.value, r.confidential_reason
        from answer_step r join answer a on a.id = r.answer_id where r.author_id = p_person_id
      union all
      select i.stage_id, i.target_id, i.organisation_id, 'intake', null, i.changed_at, i.kind, i.stance, i.body,
          i.proposal, i.reason, i.value, i.confidential_reason
        from intake_answer i where i.author_id = p_person_id) x
      join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id
      join target t on t.id = x.target_id join organisation o on o.id = x.organisation_id);
end $$;

-- Approvals and rejections of this person, with reasons, and the passages she
-- has marked.
create or replace function app.person_data_verdicts(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'consultation', c.title, 'stage', s.key,
      'organisation_code', o.code, 'what', x.what, 'target', t.key, 'reason', x.reason) order by x.at, t.key), '[]')
    from (select a.at, a.stage_id, a.organisation_id, a.verdict as what, null::bigint as target_id, a.reason::text
        from approval a where a.person_id = p_person_id
      union all select d.made_at, d.stage_id, d.organisation_id, 'mark', a.target_id, d.reason::text
        from redaction d join answer a on a.id = d.answer_id where d.made_by = p_person_id) x
      join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id
      join organisation o on o.id = x.organisation_id left join target t on t.id = x.target_id);
end $$;

-- Whom she asked to co-sign, with her own message; what she was asked; what she
-- has said, with her remark. Who else had a part in it stays out.
create or replace function app.person_data_cosigns(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'consultation', c.title, 'stage', s.key,
      'organisation_code', o.code, 'target', t.key, 'what', x.what, 'text', x.text, 'due_on', x.due_on, 'ended_at', x.ended_at)
      order by x.at, t.key, x.what), '[]')
    from (select q.answer_id, q.asked_at as at, 'ask' as what, q.message as text, q.due_on, q.withdrawn_at as ended_at
        from cosign_request q where q.asked_by = p_person_id
      union all select q.answer_id, q.asked_at, 'asked', null, q.due_on, q.withdrawn_at
        from cosign_request q where q.person_id = p_person_id
      union all select d.answer_id, d.decided_at, d.verdict, d.remark, null, d.undone_at
        from cosign d where d.person_id = p_person_id) x
      join answer a on a.id = x.answer_id join stage s on s.id = a.stage_id join consultation c on c.id = s.consultation_id
      join organisation o on o.id = a.organisation_id join target t on t.id = a.target_id);
end $$;

-- What she was given to do and gave to others, her comments inside the house,
-- and which answers she has looked at.
create or replace function app.person_data_work(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'consultation', c.title, 'stage', s.key,
      'organisation_code', o.code, 'target', t.key, 'what', x.what, 'text', x.text, 'due_on', x.due_on, 'ended_at', x.ended_at)
      order by x.at, t.key, x.what), '[]')
    from (select g.assigned_at as at, g.stage_id, g.organisation_id, g.target_id, 'assigned' as what, null::text as text,
          g.due_on, g.done_at as ended_at from assignment g where g.person_id = p_person_id
      union all select g.assigned_at, g.stage_id, g.organisation_id, g.target_id, 'assign', null, g.due_on, null
        from assignment g where g.assigned_by = p_person_id
      union all select n.written_at, n.stage_id, n.organisation_id, n.target_id, 'comment', n.body, null, n.withdrawn_at
        from internal_comment n where n.person_id = p_person_id
      union all select v.seen_at, v.stage_id, v.organisation_id, v.target_id, 'seen', null, null, null
        from seen v where v.person_id = p_person_id) x
      join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id
      join organisation o on o.id = x.organisation_id join target t on t.id = x.target_id);
end $$;

-- What she asked for, decided and sent about deadlines: with her own words and those only.
create or replace function app.person_data_deadlines(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'consultation', c.title, 'stage', s.key,
      'organisation_code', o.code, 'what', x.what, 'until', x.until, 'text', x.text) order by x.at, x.what), '[]')
    from (select e.stage_id, e.organisation_id, e.asked_at as at, 'asked' as what, e.wanted_until as until, e.wish::text as text
        from extension e where e.asked_by = p_person_id
      union all select e.stage_id, e.organisation_id, e.decided_at, case when e.reopens then 'reopened' else e.verdict end,
          e.until, case when e.reason is distinct from e.wish then e.reason::text end
        from extension e where e.decided_by = p_person_id
      union all select r.stage_id, null, r.sent_at, 'reminded', null, r.subject::text || e'\n\n' || r.body::text
        from reminder r where r.sent_by = p_person_id) x
      join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id
      left join organisation o on o.id = x.organisation_id);
end $$;

-- What she made of positions at the desk, and said to it for a sponsor: her own words.
create or replace function app.person_data_weighing(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'consultation', c.title, 'stage', s.key, 'what', x.what,
      'version', x.version, 'decision', x.decision, 'text', x.text) order by x.at, x.id, x.what), '[]')
    from (select a.stage_id, a.id, a.saved_at as at, 'assessed' as what, a.version, a.decision, concat_ws(e'\n', a.referred_to, a.edition_place, a.body) as text
        from assessment a where a.saved_by = p_person_id
      union all select a.stage_id, a.id, r.reviewed_at, 'reviewed', a.version, a.decision, null
        from assessment_review r join assessment a on a.id = r.assessment_id where r.reviewed_by = p_person_id
      union all select a.stage_id, a.id, x.decided_at, x.verdict, a.version, a.decision, x.remark
        from assessment_approval x join assessment a on a.id = x.assessment_id where x.decided_by = p_person_id) x
      join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id);
end $$;

-- What she wrote for replies, asked back and answered: her own words only.
create or replace function app.person_data_replies(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'consultation', c.title, 'stage', s.key,
      'organisation_code', o.code, 'what', x.what, 'until', x.until, 'text', x.text) order by x.at, x.what), '[]')
    from (select t.stage_id, t.organisation_id, t.saved_at as at, 'text' as what, null::timestamptz as until, t.body::text as text
        from reply t where t.saved_by = p_person_id
      union all select r.stage_id, null, y.made_at, y.kind, y.at, y.reason
        from reply_release_step y join reply_release r on r.id = y.release_id where y.made_by = p_person_id
      union all select b.stage_id, b.organisation_id, b.asked_at, 'asked', null, b.body from ask_back b where b.asked_by = p_person_id
      union all select b.stage_id, b.organisation_id, b.answered_at, 'answered', null, b.answer
        from ask_back b where b.answered_by = p_person_id) x
      join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id
      left join organisation o on o.id = x.organisation_id);
end $$;

-- Her own things at the desk: views with their filters, what is assigned to her, what
-- she has open to write, and what she did to several positions at once or cut.
create or replace function app.person_data_desk(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'consultation', c.title, 'stage', s.key, 'what', x.what,
      'text', x.text, 'filter', x.filter, 'count', x.count, 'due_on', x.due_on, 'ended_at', x.ended_at)
      order by x.at nulls first, x.due_on, x.what, x.text), '[]')
    from (select v.consultation_id, null::bigint as stage_id, v.saved_at as at, case when v.is_shared then 'view_shared' else 'view' end as what,
          v.name::text as text, v.filter, null::bigint as count, null::date as due_on, null::timestamptz as ended_at
        from saved_view v where v.person_id = p_person_id
      union all select t.consultation_id, null, null, 'topic', t.name, null, null, null, null from topic t where t.assignee_id = p_person_id
      union all select s.consultation_id, s.id, null, 'assigned', string_agg(position_number(s.kind, s.number, p.number, p.part), ', '
          order by p.number, p.part), null, count(*), p.due_on, null
        from position p join stage s on s.id = p.stage_id where p.assignee_id = p_person_id and p.is_current group by s.id, p.due_on
      union all select s.consultation_id, s.id, l.taken_at, 'lock', coalesce(group_number(g.number),
          position_number(s.kind, s.number, p.number, p.part)), null, null, null, l.ends_at
        from row_lock l join stage s on s.id = l.stage_id left join position p on p.id = l.position_id
          left join position_group g on g.id = l.group_id where l.person_id = p_person_id
      union all select s.consultation_id, s.id, b.made_at, b.kind, null, null, (select count(*) from bulk_position y where y.bulk_id = b.id),
          b.due_on, b.undone_at
        from bulk b join stage s on s.id = b.stage_id where b.made_by = p_person_id
      union all select s.consultation_id, s.id, b.made_at, 'tag_' || b.mode, b.topic_name, null,
          (select count(*) from topic_bulk_position y where y.bulk_id = b.id), null, null
        from topic_bulk b join stage s on s.id = b.stage_id where b.made_by = p_person_id
      union all select s.consultation_id, s.id, g.made_at, 'group', group_number(g.number) || ' ' || g.name, null, null, null, null
        from position_group g join stage s on s.id = g.stage_id where g.made_by = p_person_id
      union all select s.consultation_id, s.id, k.made_at, 'cut', string_agg(position_number(s.kind, s.number, p.number, p.part), ', '
          order by p.number, p.part), null, count(*), null, k.undone_at
        from position_cut k join position p on p.id = k.position_id join stage s on s.id = k.stage_id
        where k.made_by = p_person_id group by s.id, k.made_at, k.undone_at) x
      join consultation c on c.id = x.consultation_id left join stage s on s.id = x.stage_id);
end $$;

-- Entries by this person and about this person; who else acted stays out.
create or replace function app.person_data_log(p_person_id bigint, p_limit int) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'act', x.act, 'object_kind', x.object_kind,
      'object', x.object_id, 'organisation_code', o.code, 'is_actor', x.is_actor, 'request', x.request)
      order by x.at desc, x.id desc), '[]')
    from (select a.at, a.id, a.act, a.object_kind, a.object_id, a.organisation_id,
          coalesce(a.person_id = p_person_id, false) as is_actor,
          case when a.person_id = p_person_id then a.request_id end as request
        from audit a where a.person_id = p_person_id or a.object_kind = 'person' and a.object_id = p_person_id
        order by a.at desc, a.id desc limit p_limit) x
      left join organisation o on o.id = x.organisation_id);
end $$;

-- p_log: how many entries of the log at most; null: all.
create or replace function app.person_data(p_person_id bigint, p_log int) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_access json := person_data_access(p_person_id);
begin
  perform set_config('app.subject_id', p_person_id::text, true);
  return json_build_object(
    'made_at', clock_timestamp(),
    'person', person_data_profile(p_person_id),
    'roles', person_data_roles(p_person_id),
    'sessions', v_access -> 'sessions', 'tokens', token_list(p_person_id), 'links', v_access -> 'links', 'mails', v_access -> 'mails',
    'login_attempts', v_access -> 'login_attempts',
    'drafts', person_data_drafts(p_person_id),
    'verdicts', person_data_verdicts(p_person_id),
    'cosigns', person_data_cosigns(p_person_id),
    'work', person_data_work(p_person_id),
    'deadlines', person_data_deadlines(p_person_id),
    'weighing', person_data_weighing(p_person_id),
    'replies', person_data_replies(p_person_id),
    'desk', person_data_desk(p_person_id),
    'log', person_data_log(p_person_id, p_log),
    'log_count', (select count(*) from audit a where a.person_id = p_person_id
      or a.object_kind = 'person' and a.object_id = p_person_id));
end $$;

grant execute on function app.person_data(bigint, int) to resonanz_owner;
set local role resonanz_owner;
