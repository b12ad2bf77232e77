-- A saved view, to be renamed, shared or deleted.
create or replace function page.saved_view(p_me app.caller, p_consultation text, p_saved_view text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v app.saved_view := saved_view_of(p_me, p_consultation, p_saved_view);
begin
  if v.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'key', v.key, 'href', saved_view_href(v, '/consultations/' || p_consultation || '/synopsis'),
    'form', json_build_object('name', v.name, 'is_shared', v.is_shared),
    'can', json_build_object('moderate', p_me.roles @> '{moderator}'));
end $$;
