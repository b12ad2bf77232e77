-- The moderators answer a request for more time, or give it unasked. p_extension:
-- the request the page showed, null where there was none. Granted without a day
-- or a reason of their own: with those of the request.
create or replace function action.extension_decide(p_me app.caller, p_consultation text, p_organisation text,
  p_extension text, p_verdict text, p_until text, p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_is_granted boolean := coalesce(p_verdict = 'granted', false);
  v_reason text := text_or_null(p_reason);
  v_until timestamptz;
  x app.extension;
begin
  if p.organisation_id is null then
    perform fail('CN404', 'not_found');
  elsif p_verdict is null or p_verdict not in ('granted', 'refused') then
    perform fail('CN422', 'bad_choice', 'verdict');
  end if;
  perform from participation y where y.stage_id = p.stage_id and y.organisation_id = p.organisation_id for update;
  select y.* into x from extension y
    where y.stage_id = p.stage_id and y.organisation_id = p.organisation_id and y.verdict is null;
  if p_extension is distinct from x.key or (x.key is null and not v_is_granted) then
    perform fail('CN409', 'extension_decided');
  elsif v_is_granted then
    v_until := read_deadline(coalesce(text_or_null(p_until), deadline_text(x.wanted_until)), s.closes_at);
    v_reason := coalesce(v_reason, x.wish);
  end if;
  if v_reason is null then
    perform fail('CN422', 'decision_reason', 'reason');
  end if;
  if v_is_granted then
    perform grant_time(p_me, p, v_until, v_reason, false);
  else
    update extension y set verdict = 'refused', reason = v_reason, decided_by = p_me.person_id, decided_at = app.now()
      where y.id = x.id;
  end if;
  perform audit(p_me, case when v_is_granted then 'extension.grant' else 'extension.refuse' end, 'organisation',
      p.organisation_id),
    mail_writers(p_me, s, p.organisation_id, 'extension_' || p_verdict, jsonb_strip_nulls(jsonb_build_object('closes_at', v_until)));
  return json_build_object('location', '/consultations/' || p_consultation || '/participations/' || p_organisation
    || '?notice=extension_' || p_verdict, 'closes_at', v_until);
end $$;
