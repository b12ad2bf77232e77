-- Notes that something came on paper, and how; later what is wrong about that.
create or replace function action.intake_save(p_me app.caller, p_consultation text, p_organisation text,
  p_version bigint, p_received_on text, p_channel text, p_reference text, p_note text, p_late_reason text,
  p_nil_rest boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_closes timestamptz := coalesce(p.extended_until, s.closes_at);
  v_location text := '/consultations/' || p_consultation || '/participations/' || p_organisation || '/intake?notice=saved';
  v_on date;
  i app.intake;
begin
  if p.organisation_id is null then
    perform fail('CN404', 'not_found');
  elsif s.opens_at is null or s.opens_at > app.now() then
    perform fail('CN409', 'not_open', null, json_build_object('opens_at', s.opens_at));
  end if;
  perform from participation y where y.stage_id = s.id and y.organisation_id = p.organisation_id for update;
  perform demand_no_version(p);
  v_on := intake_day(p_received_on, s, v_closes);
  if p_channel is null or p_channel not in ('letter', 'mail', 'fax', 'hand') then
    perform fail('CN422', 'bad_choice', 'channel');
  elsif app.now() > v_closes and text_or_null(p_late_reason) is null then
    perform fail('CN422', 'intake_late_reason', 'late_reason', json_build_object('closes_at', v_closes));
  end if;
  if (open_intake(s.id, p.organisation_id)).id is null and p_version = 0 then
    insert into intake (stage_id, organisation_id, received_on, channel, reference, note, late_reason, nil_rest,
        entered_by, entered_at, changed_at)
      values (s.id, p.organisation_id, v_on, p_channel, text_or_null(p_reference), text_or_null(p_note),
        text_or_null(p_late_reason), coalesce(p_nil_rest, false), p_me.person_id, app.now(), app.now());
    perform audit(p_me, 'intake.record', 'organisation', p.organisation_id);
    return json_build_object('location', v_location, 'version', 1);
  end if;
  i := writable_intake(p_me, s.id, p);
  if i.version <> p_version then
    perform fail('CN409', 'stale');
  end if;
  update intake x set received_on = v_on, channel = p_channel, reference = text_or_null(p_reference),
      note = text_or_null(p_note), late_reason = text_or_null(p_late_reason), nil_rest = coalesce(p_nil_rest, false),
      version = x.version + 1, changed_at = app.now()
    where x.id = i.id;
  perform audit(p_me, 'intake.record', 'organisation', p.organisation_id);
  return json_build_object('location', v_location, 'version', i.version + 1);
end $$;
