-- All stages of a consultation, for those who plan them.
create or replace function page.stages(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
begin
  return case when v_id is not null then json_build_object(
    'frame', frame(p_me, v_id, 'paper'),
    'consultation', consultation_json(v_id),
    'stages', (select coalesce(json_agg(stage_json(s, '/consultations/' || p_consultation)
        order by s.opens_at nulls last, s.kind, s.number), '[]') from stage s where s.consultation_id = v_id)) end;
end $$;
