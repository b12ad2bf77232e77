-- How one organisation takes part in the stage, for the moderators: who can
-- write and release there, and whether one person alone may.
create or replace function app.invited_house(p_stage_id bigint, p_organisation text) returns app.participation
language plpgsql stable as $$
declare
  p app.participation;
begin
  select x.* into p from participation x join organisation o on o.id = x.organisation_id
    where x.stage_id = p_stage_id and o.code = p_organisation;
  return p;
end $$;

-- People who can sign in, by what they may do there.
create or replace function app.house_strength(p_organisation_id bigint, p_consultation_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('editors', count(distinct m.person_id) filter (where m.role = 'editor'),
      'releasers', count(distinct m.person_id) filter (where m.role = 'releaser'),
      'people', count(distinct m.person_id) filter (where m.role in ('editor', 'releaser')))
    from membership m join person p on p.id = m.person_id and p.state = 'active'
    where m.organisation_id = p_organisation_id and m.valid @> today()
      and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id);
end $$;

create or replace function page.participation(p_me app.caller, p_consultation text, p_organisation text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_request json := extensions_of(s.id, p.organisation_id, true) -> 0;
  v_return record;
begin
  if p.organisation_id is null then
    return null;
  end if;
  select x.state, x.reason into v_return from reminder_rows(s, p_organisation, null, null, null) x;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'organisation', organisation_json(p.organisation_id),
    'participation', json_build_object('level', p.level, 'seat_status', p.seat_status,
      'land_name', (select l.name from land l where l.code = p.land_code), 'invited_at', p.invited_at,
      'opened_at', p.opened_at, 'closes_at', coalesce(p.extended_until, s.closes_at),
      'is_extended', p.extended_until is not null, 'extension_reason', p.extension_reason,
      'single_release', p.single_release, 'state', v_return.state, 'reminded_at', p.reminded_at,
      'receipt', (select v.receipt_no from current_version c join response_version v on v.id = c.response_version_id
        where c.stage_id = s.id and c.organisation_id = p.organisation_id)),
    'people', house_strength(p.organisation_id, s.consultation_id),
    'can', json_build_object('remind', v_return.reason is null, 'reopen', coalesce(p.extended_until, s.closes_at) < app.now() and exists (
      select from response r where r.stage_id = s.id and r.organisation_id = p.organisation_id
        and r.state in ('submitted', 'withdrawn'))),
    'intake', intake_state(s, p, p_consultation),
    'request', v_request,
    'extensions', (select coalesce(json_agg(x order by n), '[]') from json_array_elements(extensions_of(s.id,
      p.organisation_id, false)) with ordinality y(x, n) where x ->> 'verdict' is not null),
    'form', json_build_object('reason', '', 'reopen_until', '', 'reopen_reason', '', 
      'until', coalesce(deadline_text((v_request ->> 'wanted_until')::timestamptz), '')));
end $$;
