-- Several positions at once, by their numbers.
create or replace function page.bulk_new(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'form', json_build_object('positions', '', 'kind', 'assign'));
end $$;
