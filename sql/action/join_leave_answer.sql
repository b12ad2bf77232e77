-- One answer is not taken over any more: its text stays as own words (keep), or
-- goes (remove).
create or replace function action.join_leave_answer(p_me app.caller, p_consultation text, p_target text,
  p_version bigint, p_text text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    perform fail('CN404', 'not_found');
  elsif not h.is_editor then
    perform fail('CN403', 'audience');
  elsif p_text is null or p_text not in ('keep', 'remove') then
    perform fail('CN422', 'bad_choice', 'text');
  end if;
  h := open_response(h);
  select x.* into a from answer x join adoption d on d.answer_id = x.id
    where x.response_id = h.response_id and x.target_id = t.id for update of x;
  if not found then
    perform fail('CN409', 'not_adopted');
  elsif a.version <> p_version then
    perform fail('CN409', 'stale');
  end if;
  perform leave_answer(p_me, h, a, p_text = 'keep'), audit(p_me, 'join.leave', 'answer', a.id);
  return json_build_object('location', '/consultations/' || h.slug || '/response/answers/' || t.key || '?notice=join_left');
end $$;
