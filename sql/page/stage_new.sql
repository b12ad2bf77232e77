create or replace function page.stage_new(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
begin
  s.consultation_id := consultation_at(p_consultation);
  return case when s.consultation_id is not null then json_build_object(
    'frame', frame(p_me, s.consultation_id, 'paper'),
    'consultation', consultation_json(s.consultation_id),
    'options', stage_options(s.consultation_id),
    'form', stage_form(s, true)) end;
end $$;
