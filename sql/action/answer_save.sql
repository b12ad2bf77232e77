-- Saves one answer of the house. The version says which text was edited; who
-- edited an older one gets CN409 stale and overwrites nothing.
create or replace function action.answer_save(p_me app.caller, p_consultation text, p_target text,
  p_version bigint, p_stance text, p_body text, p_proposal text, p_reason text, p_confidential boolean,
  p_confidential_reason text, p_paper_title json, p_paper_source json, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  c app.answer_content;
  v_shape text;
  v_before bytea;
  v_now timestamptz := app.now();
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    perform fail('CN404', 'not_found');
  elsif not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  select q.shape into v_shape from question_version q where q.id = t.question_version_id;
  c := answer_content(v_shape, t.takes_stance, p_stance, p_body, p_proposal, p_reason,
    coalesce(p_confidential, false), p_confidential_reason, p_paper_title, p_paper_source);

  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id for update;
  if not found and p_version = 0 and c.kind is not null then
    insert into answer (response_id, stage_id, organisation_id, target_id, kind, stance, body, proposal,
        reason, value, confidential, confidential_reason, author_id, created_at, changed_at)
      values (h.response_id, h.stage_id, h.organisation_id, t.id, c.kind, c.stance, c.body, c.proposal,
        c.reason, c.value, c.confidential, c.confidential_reason, p_me.person_id, v_now, v_now)
      on conflict (response_id, target_id) do nothing returning * into a;
    if not found then
      perform fail('CN409', 'stale');
    end if;
    perform audit(p_me, 'answer.save', 'answer', a.id, null, a.content_hash);
  elsif a.id is not null and (a.kind, a.stance, a.body, a.proposal, a.reason, a.value, a.confidential,
      a.confidential_reason) is distinct from (c.kind, c.stance, c.body, c.proposal, c.reason, c.value,
      c.confidential, c.confidential_reason) then
    if a.version <> p_version then
      perform fail('CN409', 'stale');
    end if;
    v_before := a.content_hash;
    if is_seal_due(a, p_me.person_id) then
      perform seal_answer(a);
    end if;
    update answer x set kind = c.kind, stance = c.stance, body = c.body, proposal = c.proposal,
        reason = c.reason, value = c.value, confidential = c.confidential,
        confidential_reason = c.confidential_reason, version = x.version + 1,
        author_id = p_me.person_id, changed_at = v_now
      where x.id = a.id returning * into a;
    perform audit(p_me, 'answer.save', 'answer', a.id, v_before, a.content_hash);
  elsif a.id is null and p_version <> 0 then
    perform fail('CN409', 'stale');
  end if; -- else nothing changed: a repeated save is answered like the first

  return json_build_object('location', answer_location(h, t, p_then), 'version', coalesce(a.version, 0),
    'saved_at', coalesce(a.changed_at, v_now), 'state', answer_state(a.kind, h.response_state,
      cosign_state(h, a.id)));
end $$;
