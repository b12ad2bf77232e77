-- The letter to it, for the file.
create or replace function page.reply_print(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  n app.reply_release := next_release(s.id);
  r record;
begin
  select * into r from reply_preview(s, p.organisation_id);
  if r.version_id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'replies'),
    'consultation', consultation_json(s.consultation_id),
    'back_href', '/consultations/' || p_consultation || '/replies/' || p_organisation,
    'letter', letter_json(s, p.organisation_id, r.version_id, r.body, r.points,
      case r.state when 'scheduled' then n.at when 'released' then (last_release(s.id)).at end),
    'mark', case r.state when 'released' then null else 'draft' end);
end $$;
