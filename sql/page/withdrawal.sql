-- What taking back would do, before it is done; how the desk has cut an answer
-- is not the house's business.
create or replace function page.withdrawal(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_receipt json := last_receipt(h);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'deadline', deadline_json(h),
    'response', json_build_object('state', h.response_state, 'last_receipt', v_receipt),
    'positions', (select count(distinct a.id) from position x join released_answer a on a.id = x.released_answer_id
      where a.response_id = h.response_id and x.is_current),
    'held_elsewhere', held_elsewhere(h.response_id),
    'joined_by', joined_count(h.response_id),
    'can', json_build_object('withdraw', h.is_releaser and v_receipt is not null and not h.is_over),
    'form', json_build_object('receipt', v_receipt ->> 'number'));
end $$;
