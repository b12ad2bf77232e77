-- The reply to the own house as a letter, once it is released.
create or replace function page.outcome_print(p_me app.caller, p_consultation text, p_stage text default null) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  s app.stage := outcome_stage(h, p_stage);
  v app.reply_version := reply_of(s.id, h.organisation_id, app.now());
begin
  if v.release_id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_of(p_me, h, 'outcome'),
    'consultation', consultation_json(h.consultation_id),
    'back_href', with_query('/consultations/' || h.slug || '/response/outcome', array['stage'], array[p_stage]),
    'letter', letter_json(s, h.organisation_id, v.response_version_id, v.body,
      told_points(h.organisation_id, v.response_version_id, app.now()), (last_release(s.id)).at),
    'mark', null);
end $$;
