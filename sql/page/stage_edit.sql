-- A stage: while it is planned its form, later what may still be done with it.
create or replace function page.stage_edit(p_me app.caller, p_consultation text, p_stage text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  v_open bigint;
  s app.stage;
begin
  select x.* into s from stage x where x.consultation_id = v_id and x.key = p_stage;
  if not found then
    return null;
  end if;
  v_open := open_positions(s.id);
  return json_build_object(
    'frame', frame(p_me, v_id, 'paper'),
    'consultation', consultation_json(v_id),
    'stage', stage_json(s, '/consultations/' || p_consultation),
    'acts', stage_acts(s.id),
    'options', stage_options(v_id),
    'next_state', next_stage_state(s),
    'open_positions', v_open,
    'can', json_build_object('edit', stage_state(s) = 'planned', 'extend', stage_state(s) = 'open',
      'advance', next_stage_state(s) is not null
        and (next_stage_state(s) <> 'reported' or coalesce(s.session_on <= today(), false))),
    'form', stage_form(s, false));
end $$;
