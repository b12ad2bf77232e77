-- A moderator records what a house has told in another way.
create or replace function action.deviation_record(p_me app.caller, p_commitment text, p_organisation text, p_subject text, p_since text,
  p_reason text, p_reason_due_on text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
  v_organisation bigint := any_organisation(p_organisation, 'organisation');
  v_since date := read_day(p_since, 'since');
  v_due date := read_day(p_reason_due_on, 'reason_due_on');
  v_reason text := nullif(btrim(p_reason), '');
  v_id bigint;
begin
  if not c.is_adopted then
    perform fail('CN409', 'not_adopted');
  end if;
  perform demand_deviation(clean(p_subject), v_since, v_reason, v_due, null);
  insert into deviation (commitment_id, organisation_id, subject, since, reason, reason_due_on, released_at, reason_released_at,
      released_by, changed_at, changed_by)
    values (c.id, v_organisation, clean(p_subject), v_since, v_reason, v_due, app.now(), case when v_reason is not null then app.now() end,
      p_me.person_id, app.now(), p_me.person_id) returning id into v_id;
  perform audit(p_me, 'deviation.record', 'deviation', v_id);
  return json_build_object('location', '/commitments/' || c.number || '?notice=saved');
end $$;
