create or replace function app.answer_form(a app.answer) returns json
language sql stable parallel safe as $$
  select json_build_object('version', coalesce(a.version, 0), 'stance', app.form_stance(a.kind, a.stance),
    'body', coalesce(a.body, ''), 'proposal', coalesce(a.proposal, ''), 'reason', coalesce(a.reason, ''),
    'confidential', coalesce(a.confidential, false),
    'confidential_reason', coalesce(a.confidential_reason, ''), 'papers', app.papers_of(a.value),
    'picked', app.picked_of(a.value))
$$;

-- Why nothing can be written here now; null when it can.
create or replace function app.closed_reason(h app.house) returns text
language sql immutable parallel safe as $$
  select case when h.can_edit then null
    when not app.is_open(h.response_state) then h.response_state
    when h.is_over then 'deadline'
    when not h.has_begun then 'planned'
    else 'reader' end
$$;

-- The state of one answer, or of none. (answer_state is inlined over plain
-- values only.)
create or replace function app.state_here(h app.house, a app.answer) returns text
language plpgsql stable as $$
declare
  v_kind text := case when a.kind is null and h.nil_rest then 'nil' else a.kind end;
  v_state text := h.response_state;
  v_cosign text := cosign_state(h, a.id);
begin
  return answer_state(v_kind, v_state, v_cosign);
end $$;

create or replace function app.answer_json(a app.answer, h app.house, p_state text) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'state', p_state,
    'changed_at', a.changed_at,
    'by', case when a.id is not null then (select person_name(p) from person p where p.id = a.author_id) end,
    'revision_count', case when a.id is null then 0 else (select count(*) from answer_revision r
      where r.answer_id = a.id and r.organisation_id = h.organisation_id) end);
end $$;

-- The wording of an item and what is proposed instead, compared; null for what
-- is no item.
create or replace function app.comparison(t app.target, a app.answer) returns json
language plpgsql stable as $$
declare
  v_wording text := wording_of(t.item_version_id);
begin
  return case when v_wording is not null then json_build_object('wording', v_wording,
    'diff_of', json_build_object('old', v_wording, 'new', coalesce(a.proposal, v_wording))) end;
end $$;

-- p_fill "wording": the proposal begins with the wording, where there is none;
-- "earlier-1": all begins with what was said in an earlier stage.
-- p_about: the answer that was saved on the way here, if that voided something.
create or replace function page.answer(p_me app.caller, p_consultation text, p_target text,
  p_fill text default null, p_about text default null) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  v_filled app.answer;
  s app.seen;
  r record;
  v_state text;
  v_comments json;
  v_base text := '/consultations/' || h.slug || '/response/answers/';
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    return null;
  end if;
  if not target_asks(t.audience, h.level, h.seat_status) then -- to be read, and no more
    h.can_edit := false;
    h.is_editor := false;
    h.is_releaser := false;
  end if;
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id
    and x.organisation_id = p_me.organisation_id;
  select x.* into s from seen x where x.person_id = p_me.person_id and x.response_id = h.response_id and x.target_id = t.id;
  select * into r from target_of(t);
  if p_fill = 'wording' and h.can_edit then
    a.proposal := coalesce(a.proposal, wording_of(t.item_version_id));
  end if;
  if p_fill ~ '^earlier-\d{1,3}$' and h.can_edit and a.kind is null then
    v_filled := earlier_filled(h, t, a, substr(p_fill, 9)::bigint);
  end if;
  v_state := state_here(h, a);
  v_comments := answer_comments(p_me, h, t, coalesce(s.comment_id, 0));
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'target', target_json(t, h.slug, r.i, r.v, r.q, r.q_key, r.k),
    'audience', audience_json(t.audience, h), 'is_asked', target_asks(t.audience, h.level, h.seat_status),
    'chapter', chapter_json(r.k, h.slug),
    'decisions', case when t.item_version_id is not null then decisions_of(t.item_version_id) else '[]' end,
    'requirements', case when (r.i).kind = 'user_group' then requirements_of(t.item_version_id) else '[]' end,
    'aims', case when t.question_version_id is not null
      then aims_in_full(t.question_version_id, h.slug, h) else '[]' end,
    'item_progress', case when (r.q).shape = 'per_item' then item_progress(h, t.question_version_id) end,
    'questions', case when t.item_version_id is not null then questions_about(r.v, h.slug) else '[]' end,
    'sub_items', coalesce((r.q).sub_items::json, '[]'),
    'form', answer_form(case when v_filled.kind is not null then v_filled else a end)::jsonb
      || pick_form(r.q, case when v_filled.kind is not null then v_filled.value else a.value end),
    'earlier', answer_earlier(h, t, a),
    'answer', answer_json(a, h, v_state),
    'cosign', answer_cosign(h, a),
    'assignment', answer_assignment(p_me, h, t, v_state),
    'comparison', comparison(t, a),
    'joined', answer_join(h, a),
    'discussion', v_comments,
    'news', answer_news(p_me, h, t, a, s, v_comments),
    'void', void_about(h, p_about),
    'limits', json_build_object('text', 20000),
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h),
    'deadline', deadline_json(h),
    'position', target_place(t, h),
    'previous', target_neighbour(t, false, v_base, h.level, h.seat_status),
    'next', target_neighbour(t, true, v_base, h.level, h.seat_status));
end $$;
