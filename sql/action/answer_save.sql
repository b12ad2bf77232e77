-- The text that was sent, or what was decided in a conflict; where that is not
-- complete, or cannot be written now, the page of the conflict again.
create or replace function app.take_decision(p_me app.caller, h app.house, t app.target, p_version int, p_base int,
  p_choice json, p_merged json, inout c app.answer_content, out refusal json)
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  a app.answer;
  o app.history_entry;
  m app.answer_content := c;
  v_code text;
  v_field text;
  v_args text;
begin
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id for update;
  select x.* into o from text_at(a, p_version) x;
  if a.id is null or not found then
    return; -- nothing to choose from any more: stale
  end if;
  c := decided(t, m, o.content, p_choice, p_merged);
  perform demand_reason(t, c);
  if not h.can_edit then
    perform keep_both(p_me, a, p_version, c);
    refusal := refuse_page('CN409', case when h.is_over then 'deadline' when h.response_state = 'frozen' then 'frozen'
      else 'not_draft' end, 'answer_conflict', answer_conflict(p_me, h, t, a, p_base, m, p_choice, p_merged), null,
      json_build_object('closes_at', h.closes_at));
  end if;
exception when sqlstate 'CN422' then
  get stacked diagnostics v_code = message_text, v_field = column_name, v_args = pg_exception_detail;
  refusal := refuse_page('CN422', v_code, 'answer_conflict',
    answer_conflict(p_me, h, t, a, p_base, m, p_choice, p_merged), v_field, nullif(v_args, '')::json);
end $$;

-- Saves one answer of the house, as app.put_answer does. p_version: the newest
-- that the form knew of. Where another text stands by now, both are kept and
-- the page of the conflict asks what shall hold; from there come p_base, the
-- version the text was made from, and for each field p_choice and p_merged.
-- p_then 'review': that page in any case, and nothing saved.
create or replace function action.answer_save(p_me app.caller, p_consultation text, p_target text,
  p_version bigint, p_stance text, p_body text, p_proposal text, p_reason text, p_confidential boolean,
  p_confidential_reason text, p_paper_title json, p_paper_source json, p_then text,
  p_base text default null, p_choice json default '{}', p_merged json default '{}', p_option text default null,
  p_pick json default '{}') returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  c app.answer_content;
  v_decides constant boolean := coalesce(p_choice::text, '{}') <> '{}' or coalesce(p_merged::text, '{}') <> '{}';
  v_version constant int := least(p_version, 2147483647);
  v_base constant int := case when v_decides and p_base ~ '^\d{1,9}$' then p_base::int else v_version end;
  r record;
  v_code text;
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
  perform demand_asked(h, t);
  if not v_decides or h.can_edit then
    h := open_response(h);
  end if;
  c := answer_content(t.takes_stance, p_stance, p_body, proposal_on(t, p_proposal), p_reason,
    coalesce(p_confidential, false), p_confidential_reason,
    value_sent(t, p_paper_title, p_paper_source, p_option, p_pick));
  if v_decides then
    r := take_decision(p_me, h, t, v_version, v_base, p_choice, p_merged, c);
    c := r.c;
    if r.refusal is not null then
      return r.refusal;
    end if;
  end if;
  if p_then = 'review' then
    select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id for update;
    if found then
      perform keep_both(p_me, a, v_version, c);
      return refuse_page('CN409', 'review', 'answer_conflict', answer_conflict(p_me, h, t, a, v_version, c, '{}', '{}'));
    end if;
  end if;
  if h.response_state <> 'draft' then
    v_before := standing_requests(h, (select x.id from answer x where x.response_id = h.response_id and x.target_id = t.id));
  end if;
  begin
    a := put_answer(p_me, h, t, p_version, c);
  exception when sqlstate 'CN409' then
    get stacked diagnostics v_code = message_text;
    select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id for update;
    if v_code <> 'stale' or a.id is null then
      raise;
    end if;
    perform keep_both(p_me, a, v_version, c);
    return refuse_page('CN409', 'stale', 'answer_conflict', answer_conflict(p_me, h, t, a, v_version, c, '{}', '{}'));
  end;
  v_cosign := cosign_state(h, a.id);
  v_void := requests_gone(v_before, standing_requests(h, a.id));
  return json_build_object('location', answer_location(h, t, p_then,
      case when json_array_length(v_void) > 0 then 'saved&about=' || t.key else 'saved' end), 'version', coalesce(a.version, 0),
    'saved_at', coalesce(a.changed_at, app.now()), 'state', answer_state(a.kind, h.response_state, v_cosign), 'void', v_void);
end $$;
