-- The reply to one organisation as the moderators make it: what would be told
-- now, what is scheduled, what was told; the covering text; what was asked back.

-- What the preview shows: the release that is to come as it is fixed, where it
-- reaches this organisation, else what one made now would tell.
create or replace function app.reply_preview(s app.stage, p_organisation_id bigint, out version_id bigint, out body text,
  out points app.told_point[], out state text)
language plpgsql stable as $$
declare
  n app.reply_release := next_release(s.id);
  v app.reply_version := reply_of(s.id, p_organisation_id, coalesce(n.at, app.now()));
begin
  if v.release_id is not null and v.release_id = n.id then
    version_id := v.response_version_id;
    body := v.body;
    points := told_points(p_organisation_id, version_id, n.at);
    state := 'scheduled';
    return;
  end if;
  select c.response_version_id into version_id from current_version c
    where c.stage_id = s.id and c.organisation_id = p_organisation_id;
  if version_id is null then -- withdrawn after it was told
    version_id := v.response_version_id;
    body := v.body;
    points := told_points(p_organisation_id, version_id, app.now());
    state := 'released';
    return;
  end if;
  body := (select t.body from reply t where t.stage_id = s.id and t.organisation_id = p_organisation_id);
  points := points_now(s, p_organisation_id, version_id);
  state := case when v.release_id is null then 'draft'
    when v.response_version_id <> version_id or v.body is distinct from body
      or exists (select from unnest(points) x where x.told_at is null) then 'changed' else 'released' end;
end $$;

create or replace function page.reply(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  t app.reply;
  r record;
begin
  select * into r from reply_preview(s, p.organisation_id);
  if r.version_id is null then
    return null;
  end if;
  select y.* into t from reply y where y.stage_id = s.id and y.organisation_id = p.organisation_id;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'replies'),
    'consultation', consultation_json(s.consultation_id),
    'organisation', organisation_json(p.organisation_id),
    'participation', json_build_object('level', p.level, 'seat_status', p.seat_status,
      'land_name', (select l.name from land l where l.code = p.land_code)),
    'response', reply_about(r.version_id),
    'state', r.state, 'counts', reply_counts(r.points),
    'groups', reply_groups(s, p.organisation_id, r.version_id, r.points, null),
    'text', r.body, 'sponsors', to_json(sponsor_names(s.consultation_id)),
    'next', reply_release_json(next_release(s.id)), 'last', reply_release_json(last_release(s.id)),
    'waiting', (select count(*) from ask_back b where b.stage_id = s.id and b.organisation_id = p.organisation_id
      and b.answer is null),
    'reply', json_build_object('version', coalesce(t.version, 0), 'body', t.body, 'saved_at', t.saved_at,
      'saved_by', (select person_name(w) from person w where w.id = t.saved_by)),
    'form', json_build_object('body', coalesce(t.body, '')));
end $$;
