-- One request to the caller: the text that was asked about, and the verdict.

create or replace function app.cosign_stand(q app.cosign_request, a app.answer, c app.cosign) returns text
language plpgsql stable as $$
begin
  return case when q.withdrawn_at is not null then 'withdrawn'
    when a.content_hash <> q.content_hash then 'changed'
    when c.id is null and not is_cosigner(q.person_id, q.organisation_id, (select s.consultation_id from stage s where s.id = a.stage_id),
      today()) then 'gone'
    when not exists (select from response r join stage s on s.id = r.stage_id
        join participation p on p.stage_id = r.stage_id and p.organisation_id = r.organisation_id
      where r.id = a.response_id and is_open(r.state) and coalesce(p.extended_until, s.closes_at) >= app.now()) then 'closed'
    when c.id is not null then 'decided'
    else 'waiting' end;
end $$;

-- What differs from the text that the caller gave back; null when she did not.
create or replace function app.changes_since_return(q app.cosign_request, r app.answer_revision) returns json
language plpgsql stable as $$
declare
  o app.answer_revision := returned_before(q);
begin
  if o.revision is null then
    return null;
  end if;
  return json_build_object(
    'remark', (select c.remark from cosign c where c.answer_id = o.answer_id and c.revision = o.revision
      and c.person_id = q.person_id and c.verdict = 'return' and c.undone_at is null order by c.id desc limit 1),
    'fields', array_of(field_change('stance', form_stance(o.kind, o.stance), form_stance(r.kind, r.stance)),
      field_change('body', o.body, r.body), field_change('proposal', o.proposal, r.proposal),
      field_change('reason', o.reason, r.reason)));
end $$;

create or replace function page.cosign(p_me app.caller, p_cosign_request text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  q app.cosign_request;
  a app.answer;
  r app.answer_revision;
  c app.cosign;
  t app.target;
  s app.stage;
  o record;
  v_slug text;
begin
  select x.* into q from cosign_request x where x.key = p_cosign_request and x.person_id = p_me.person_id
    and x.organisation_id = p_me.organisation_id;
  if not found then
    return null;
  end if;
  select x.* into a from answer x where x.id = q.answer_id;
  select x.* into r from answer_revision x where x.answer_id = q.answer_id and x.revision = q.revision;
  select x.* into c from cosign x where x.request_id = q.id and x.undone_at is null;
  select x.* into t from target x where x.id = a.target_id;
  select x.* into s from stage x where x.id = t.stage_id;
  v_slug := (select x.slug from consultation x where x.id = s.consultation_id);
  select * into o from target_of(t);
  return json_build_object(
    'frame', frame(p_me, s.consultation_id, 'cosigns'),
    'consultation', consultation_json(s.consultation_id),
    'target', target_json(t, v_slug, o.i, o.v, o.q, o.q_key, o.k),
    'request', json_build_object('key', q.key, 'by', name_of(q.asked_by), 'asked_at', q.asked_at, 'due_on', q.due_on,
      'is_late', q.due_on < today(), 'silence', q.silence, 'message', q.message),
    'words', json_build_object('stance', form_stance(r.kind, r.stance), 'body', r.body, 'proposal', r.proposal,
      'reason', r.reason, 'papers', papers_of(r.value), 'picked', picked_of(r.value)),
    'stand', cosign_stand(q, a, c),
    'decision', case when c.id is not null then json_build_object('verdict', c.verdict, 'remark', c.remark, 'at', c.decided_at) end,
    'since_return', changes_since_return(q, r),
    'form', json_build_object('verdict', '', 'remark', ''));
end $$;
