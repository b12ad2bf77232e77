-- What an organisation asked back, with the point as it was told.
create or replace function page.reply_ask_back(p_me app.caller, p_consultation text, p_organisation text, p_ask_back text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v app.reply_version := reply_of(s.id, p.organisation_id, app.now());
  b app.ask_back;
begin
  select x.* into b from ask_back x where x.stage_id = s.id and x.organisation_id = p.organisation_id and x.key = p_ask_back;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'replies'),
    'consultation', consultation_json(s.consultation_id),
    'organisation', organisation_json(p.organisation_id),
    'ask_back', b.key, 'is_answered', b.answer is not null, 'sponsors', to_json((last_release(s.id)).sponsors),
    'point', reply_groups(s, p.organisation_id, v.response_version_id, array(select x
      from unnest(told_points(p.organisation_id, v.response_version_id, app.now())) x where x.position_id = b.position_id), null) #> '{0,points,0}',
    'form', json_build_object('ask_back_text', ''));
end $$;
