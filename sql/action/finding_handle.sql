-- Taken up in a stage, answered, or closed with a reason. The house reads it.
create or replace function action.finding_handle(p_me app.caller, p_consultation text, p_finding text, p_version bigint,
  p_state text, p_stage text, p_reply text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  v_stage bigint;
  f app.finding;
begin
  select x.* into f from finding x where x.consultation_id = v_id and x.key = p_finding for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif f.version <> p_version then
    perform fail('CN409', 'finding_changed');
  elsif p_state is null or p_state not in ('taken_up', 'answered', 'closed') then
    perform fail('CN422', 'choose', 'state');
  elsif p_state = 'taken_up' then
    v_stage := (select s.id from stage s where s.consultation_id = v_id and s.key = p_stage);
    if v_stage is null then
      perform fail('CN422', 'choose', 'stage');
    end if;
  elsif text_or_null(p_reply) is null then
    perform fail('CN422', 'required', 'reply');
  end if;
  update finding x set state = p_state, stage_id = v_stage, reply = text_or_null(p_reply), handled_at = app.now(), version = x.version + 1
    where x.id = f.id;
  perform audit(p_me, 'finding.handle', 'finding', f.id);
  if p_state in ('answered', 'closed') and f.organisation_id is not null then
    perform mail_house_of(f.organisation_id, v_id, 'finding_answered', jsonb_build_object('consultation', p_consultation),
      'finding_answered ' || f.id || '-' || f.version);
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/inbox/' || f.key || '?notice=finding_handled',
    'version', f.version + 1);
end $$;
