-- More time: what the house has asked for, what became of it, and the form.
create or replace function page.extension(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_requests json := extensions_of(h.stage_id, h.organisation_id, false);
  v_is_open boolean := json_array_length(extensions_of(h.stage_id, h.organisation_id, true)) > 0;
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'deadline', deadline_json(h),
    'response', json_build_object('state', h.response_state, 'last_receipt', last_receipt(h)),
    'requests', v_requests,
    'is_open', v_is_open,
    'can', json_build_object('ask', (h.is_editor or h.is_releaser) and h.has_begun and not v_is_open),
    'form', json_build_object('until', '', 'reason', ''));
end $$;
