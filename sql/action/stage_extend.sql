-- The one thing that changes while a stage is open: it ends later, for
-- everybody who has no later end of its own. Every invited house is told.
create or replace function action.stage_extend(p_me app.caller, p_consultation text, p_stage text, p_until text,
  p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := stage_to_change(p_consultation, p_stage);
  v_until timestamptz;
begin
  if stage_state(s) <> 'open' then
    perform fail('CN409', 'stage_not_open');
  end if;
  v_until := read_deadline(p_until, s.closes_at);
  if text_or_null(p_reason) is null then
    perform fail('CN422', 'decision_reason', 'reason');
  end if;
  insert into stage_act (stage_id, act, at, closed_at, closes_at, reason)
    values (s.id, 'extended', app.now(), s.closes_at, v_until, p_reason);
  update stage x set closes_at = v_until, version = x.version + 1 where x.id = s.id;
  perform audit(p_me, 'stage.extend', 'stage', s.id),
    (select count(mail_stage(s, p.organisation_id, v_until)) from participation p where p.stage_id = s.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/stages/' || s.key || '?notice=stage_extended',
    'closes_at', v_until);
end $$;
