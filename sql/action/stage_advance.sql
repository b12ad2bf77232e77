-- A stage that has closed is weighed, reported, archived: said by a person, one
-- after the other. Weighed with positions left open needs their number, as it
-- was shown, and a reason; reported means that its session has been.
create or replace function action.stage_advance(p_me app.caller, p_consultation text, p_stage text, p_to text,
  p_open_positions bigint, p_anyway boolean, p_state_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := stage_to_change(p_consultation, p_stage);
  v_open bigint := open_positions(s.id);
begin
  if p_to is distinct from next_stage_state(s) then
    perform fail('CN409', 'stage_moved');
  elsif p_to = 'weighed' and exists (select from participation p where p.stage_id = s.id and p.extended_until >= app.now()) then
    perform fail('CN409', 'stage_house_open');
  elsif p_to = 'weighed' and v_open <> p_open_positions then
    perform fail('CN409', 'stage_counted', null, json_build_object('now', v_open, 'was', p_open_positions));
  elsif p_to = 'weighed' and v_open > 0 and p_anyway is not true then
    perform fail('CN422', 'stage_anyway', 'anyway', json_build_object('count', v_open));
  elsif p_to = 'weighed' and v_open > 0 and text_or_null(p_state_reason) is null then
    perform fail('CN422', 'required', 'state_reason');
  elsif p_to = 'reported' and coalesce(s.session_on > today(), true) then
    perform fail('CN409', 'stage_session', null, json_build_object('session_on', s.session_on));
  end if;
  update stage x set later_state = p_to, version = x.version + 1 where x.id = s.id;
  insert into stage_act (stage_id, act, at, open_positions, reason)
    values (s.id, p_to, app.now(), case when p_to = 'weighed' then v_open end, text_or_null(p_state_reason));
  perform audit(p_me, 'stage.' || p_to, 'stage', s.id, null, null, v_open);
  return json_build_object('location', '/consultations/' || p_consultation || '/stages/' || s.key || '?notice=stage_' || p_to,
    'state', p_to);
end $$;
