-- What a house does otherwise, as a draft; of one that is released, the reason
-- that is still due, and its end.
create or replace function action.deviation_save(p_me app.caller, p_commitment text, p_deviation text, p_version bigint, p_subject text,
  p_since text, p_reason text, p_reason_due_on text, p_ended_on text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
  d app.deviation;
  v_since date := read_day(p_since, 'since');
  v_due date := read_day(p_reason_due_on, 'reason_due_on');
  v_ended date := read_day(p_ended_on, 'ended_on');
  v_reason text := nullif(btrim(p_reason), '');
begin
  if not c.is_adopted then
    perform fail('CN404', 'not_found');
  end if;
  if p_deviation is not null then
    select x.* into d from deviation x where x.commitment_id = c.id and x.key = p_deviation and x.organisation_id = p_me.organisation_id
      for update;
    if not found then
      perform fail('CN404', 'not_found');
    elsif d.version <> p_version then
      perform fail('CN409', 'stale');
    end if;
  end if;
  perform demand_deviation(case when d.released_at is null then clean(p_subject) else d.subject end,
    case when d.released_at is null then v_since else d.since end, coalesce(v_reason, d.reason),
    coalesce(v_due, case when d.released_at is not null then d.reason_due_on end), v_ended);
  if d.id is null then
    insert into deviation (commitment_id, organisation_id, subject, since, reason, reason_due_on, ended_on, changed_at, changed_by)
      values (c.id, p_me.organisation_id, clean(p_subject), v_since, v_reason, v_due, v_ended, app.now(), p_me.person_id)
      returning * into d;
  else
    update deviation x set subject = case when d.released_at is null then clean(p_subject) else d.subject end,
        since = case when d.released_at is null then v_since else d.since end,
        reason = case when d.reason_released_at is null then v_reason else d.reason end,
        reason_due_on = case when d.released_at is null then v_due else d.reason_due_on end,
        ended_on = v_ended, version = x.version + 1, changed_at = app.now(), changed_by = p_me.person_id
      where x.id = d.id;
  end if;
  perform audit(p_me, 'deviation.save', 'deviation', d.id);
  return json_build_object('location', '/commitments/' || c.number || '/deviations?deviation=' || d.key || '&notice=saved');
end $$;
