-- Saves one answer of the house, as app.put_answer does.
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
  v_before bigint[];
  v_void json;
  v_cosign text;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    perform fail('CN404', 'not_found');
  elsif not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  if p_paper_title is not null then
    v_shape := (select q.shape from question_version q where q.id = t.question_version_id);
  end if;
  c := answer_content(v_shape, t.takes_stance, p_stance, p_body, proposal_on(t, p_proposal), p_reason,
    coalesce(p_confidential, false), p_confidential_reason, p_paper_title, p_paper_source);
  if h.response_state <> 'draft' then
    v_before := standing_requests(h, (select x.id from answer x where x.response_id = h.response_id and x.target_id = t.id));
  end if;
  a := put_answer(p_me, h, t, p_version, c);
  v_cosign := cosign_state(h, a.id);
  v_void := requests_gone(v_before, standing_requests(h, a.id));
  return json_build_object('location', answer_location(h, t, p_then,
      case when json_array_length(v_void) > 0 then 'saved&about=' || t.key else 'saved' end), 'version', coalesce(a.version, 0),
    'saved_at', coalesce(a.changed_at, app.now()), 'state', answer_state(a.kind, h.response_state, v_cosign), 'void', v_void);
end $$;
