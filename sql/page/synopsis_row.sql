-- One row of the synopsis in full, for who reads it without the list beside it.
create or replace function page.synopsis_row(p_me app.caller, p_consultation text, p_position text, p_view text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  v_row json;
begin
  v_row := synopsis_open_row(p_me, s, '/consultations/' || p_consultation || '/synopsis', p_position, p_view, null, null,
    null, '{}');
  if v_row is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'row', v_row, 'can', json_build_object('moderate', p_me.roles @> '{moderator}'), 'view_kind', coalesce(p_view, 'work'));
end $$;
