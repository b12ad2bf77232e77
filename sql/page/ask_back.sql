-- Asking back about one point of the own reply.

-- The position with that number among what the house was told; null for any other.
create or replace function app.told_position(h app.house, p_position text) returns app.position
language plpgsql stable as $$
declare
  v app.reply_version := reply_of(h.stage_id, h.organisation_id, app.now());
  p app.position := position_at(h.stage_id, p_position);
begin
  if not exists (select from unnest(told_points(h.organisation_id, v.response_version_id, app.now())) x
      where x.position_id = p.id) then
    return null;
  end if;
  return p;
end $$;

create or replace function page.ask_back(p_me app.caller, p_consultation text, p_position text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation, p_position);
  p app.position := told_position(h, p_position);
  v app.reply_version := reply_of(h.stage_id, h.organisation_id, app.now());
  l app.reply_release := last_release(h.stage_id);
  s app.stage := outcome_stage(h, null);
  v_point json;
begin
  if p.id is null then
    return null;
  end if;
  v_point := reply_groups(s, h.organisation_id, v.response_version_id, array(select x
    from unnest(told_points(h.organisation_id, v.response_version_id, app.now())) x where x.position_id = p.id), null) #> '{0,points,0}';
  return json_build_object(
    'frame', frame_of(p_me, h, 'outcome'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'point', v_point, 'sponsors', to_json(l.sponsors),
    'ask_back_until', l.ask_back_until, 'is_over', app.now() > l.ask_back_until,
    'can', json_build_object('ask', h.is_releaser and app.now() <= l.ask_back_until and v_point ->> 'ask_back' is null),
    'form', json_build_object('body', ''));
end $$;
