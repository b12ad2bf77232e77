-- What waits for the word of the caller, in all consultations of this house.

-- The last words of the caller on an earlier text of this answer, if she gave it back.
create or replace function app.returned_before(q app.cosign_request) returns app.answer_revision
language plpgsql stable as $$
declare
  r app.answer_revision;
begin
  select x.* into r from cosign c join answer_revision x on x.answer_id = c.answer_id and x.revision = c.revision
    where c.answer_id = q.answer_id and c.person_id = q.person_id and c.verdict = 'return' and c.undone_at is null
      and c.content_hash <> q.content_hash
    order by c.id desc limit 1;
  return r;
end $$;

create or replace function app.cosigns_open(p_me app.caller) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', q.key, 'href', '/cosigns/' || q.key, 'target', t.key,
      'title', target_title(t), 'consultation', c.title, 'by', name_of(q.asked_by), 'asked_at', q.asked_at,
      'due_on', q.due_on, 'is_late', q.due_on < today(), 'is_silent', is_silent(q), 'message', q.message,
      'stage', json_build_object('kind', s.kind, 'number', s.number), 'stance', form_stance(r.kind, r.stance), 'body', r.body, 'proposal', r.proposal, 'reason', r.reason,
      'papers', papers_of(r.value), 'picked', picked_of(r.value), 'is_changed', (returned_before(q)).revision is not null) order by q.due_on, t.position), '[]')
    from cosigns_waiting(p_me.person_id, p_me.organisation_id) q
      join answer_revision r on r.answer_id = q.answer_id and r.revision = q.revision
      join answer a on a.id = q.answer_id join target t on t.id = a.target_id
      join stage s on s.id = t.stage_id join consultation c on c.id = s.consultation_id);
end $$;

-- What the caller has said, the newest first; undone as long as the text and
-- the response are as they were.
create or replace function app.cosigns_done(p_me app.caller) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'href', '/cosigns/' || x.key, 'target', x.target,
      'title', x.title, 'verdict', x.verdict, 'at', x.decided_at, 'is_void', x.is_void,
      'can_undo', x.is_open and not x.is_void) order by x.decided_at desc), '[]')
    from (select q.key, t.key as target, target_title(t) as title, d.verdict, d.decided_at,
        a.content_hash <> q.content_hash as is_void, is_open(r.state) and coalesce(p.extended_until, s.closes_at) >= app.now() as is_open
      from cosign d join cosign_request q on q.id = d.request_id join answer a on a.id = q.answer_id
        join target t on t.id = a.target_id join response r on r.id = a.response_id join stage s on s.id = r.stage_id
        join participation p on p.stage_id = r.stage_id and p.organisation_id = r.organisation_id
      where d.person_id = p_me.person_id and d.organisation_id = p_me.organisation_id and d.undone_at is null
      order by d.decided_at desc limit 50) x);
end $$;

create or replace function page.cosigns(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_open json := cosigns_open(p_me);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'cosigns'),
    'rule', (rule_of(p_me.organisation_id)).silence,
    'rows', v_open,
    'first_due', v_open -> 0 -> 'due_on',
    'done', cosigns_done(p_me));
end $$;
