-- The moderators open a response again after its deadline, for one organisation
-- and until a day. What was released counts until a new version replaces it.
create or replace function action.response_reopen(p_me app.caller, p_consultation text, p_organisation text,
  p_reopen_until text, p_reopen_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_closes timestamptz := coalesce(p.extended_until, s.closes_at);
  v_reason text := text_or_null(p_reopen_reason);
  v_until timestamptz;
  v_response_id bigint;
begin
  if p.organisation_id is null then
    perform fail('CN404', 'not_found');
  elsif v_closes is null or v_closes >= app.now() then
    perform fail('CN409', 'reopen_early', null, json_build_object('closes_at', v_closes));
  end if;
  v_until := read_deadline(p_reopen_until, v_closes, 'reopen_until');
  if v_reason is null then
    perform fail('CN422', 'decision_reason', 'reopen_reason');
  end if;
  select r.id into v_response_id from response r where r.stage_id = p.stage_id
    and r.organisation_id = p.organisation_id and r.state in ('submitted', 'withdrawn') for update;
  if not found then
    perform fail('CN409', 'not_submitted');
  end if;
  update response r set state = 'draft', changed_at = app.now() where r.id = v_response_id;
  perform grant_time(p_me, p, v_until, v_reason, true),
    audit(p_me, 'response.reopen', 'response', v_response_id),
    mail_writers(p_me, s, p.organisation_id, 'response_reopened', jsonb_build_object('closes_at', v_until));
  return json_build_object('location', '/consultations/' || p_consultation || '/participations/' || p_organisation
    || '?notice=reopened', 'closes_at', v_until);
end $$;
