-- "Neue Position aus Auswahl": a part with the sentences that are ticked; the text
-- p_part instead from a character to another. Topics, assignee, place and day of
-- the whole one pass to it; the whole one is set aside, as it is.
create or replace function action.cut_form(p_me app.caller, p_consultation text, p_position text, p_sentence json,
  p_part text, p_first text, p_first_char text, p_last text, p_last_char text, p_target text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_most constant int := 100;
  s app.stage := desk_stage(p_consultation, p_position);
  w app.position := whole_to_cut(s, p_position);
  a app.released_answer;
  p app.position;
  t app.target;
  v_exact int4range;
  v_number int := (select count(*) from position x where x.stage_id = w.stage_id and x.number = w.number);
begin
  select x.* into a from released_answer x where x.id = w.released_answer_id;
  if not w.set_aside or not is_answer_held(a.id) then
    perform demand_uncut(s, w, p_consultation);
  end if;
  v_exact := case when p_part is not null then exact_range(a, p_part, p_first, p_first_char, p_last, p_last_char) end;
  p := w;
  p.body_range := case when p_part = 'body' then v_exact else ticked_range(a, 'body', p_sentence) end;
  p.proposal_range := case when p_part = 'proposal' then v_exact else ticked_range(a, 'proposal', p_sentence) end;
  p.reason_range := case when p_part = 'reason' then v_exact else ticked_range(a, 'reason', p_sentence) end;
  select x.* into t from target x where x.stage_id = s.id and x.key = coalesce(p_target, (select y.key from target y where y.id = a.target_id));
  if num_nonnulls(p.body_range, p.proposal_range, p.reason_range) = 0 then
    perform fail('CN422', 'none_ticked', 'sentence');
  elsif concat(cut(a.body, p.body_range), cut(a.proposal, p.proposal_range), cut(a.reason, p.reason_range)) ~ '^[\s\u00a0\u202f]*$' then
    perform fail('CN422', 'selection_blank', 'first_char');
  elsif t.id is null then
    perform fail('CN422', 'bad_choice', 'target');
  elsif v_number > c_most then
    perform fail('CN422', 'cut_many', 'sentence', json_build_object('most', c_most));
  end if;
  insert into position (stage_id, organisation_id, number, part, kind, released_answer_id, target_id, body_range, proposal_range,
      reason_range, assignee_id, place_id, due_on, released_at, sort_target, sort_key, stance, level, land_code, seat_status)
    values (w.stage_id, w.organisation_id, w.number, v_number, 'part', w.released_answer_id, t.id, p.body_range, p.proposal_range,
      p.reason_range, w.assignee_id, w.place_id, w.due_on, w.released_at, t.sort_key, w.sort_key, w.stance, w.level, w.land_code,
      w.seat_status) returning * into p;
  insert into position_cut (position_id, whole_id, stage_id, made_at, made_by) values (p.id, w.id, s.id, app.now(), p_me.person_id);
  insert into position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
    select p.id, g.topic_id, g.stage_id, g.tagged_at, g.tagged_by from position_topic g where g.position_id = w.id;
  update position x set set_aside = true, is_current = false where x.id = w.id and not x.set_aside;
  perform audit(p_me, 'cut.form', 'position', p.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/answers/' || position_number(s.kind, s.number, w.number, 0)
    || '/cut?notice=cut_formed#' || position_number(s.kind, s.number, p.number, p.part),
    'number', position_number(s.kind, s.number, p.number, p.part));
end $$;
