-- The house releases what it does otherwise; the reason with it, or by its day.
create or replace function action.deviation_release(p_me app.caller, p_commitment text, p_deviation text, p_version bigint,
  p_is_public boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
  d app.deviation;
begin
  select x.* into d from deviation x where x.commitment_id = c.id and x.key = p_deviation and x.organisation_id = p_me.organisation_id
    for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif d.version <> p_version then
    perform fail('CN409', 'stale');
  elsif d.reason is null and d.released_at is not null then
    perform fail('CN409', 'reason_missing');
  end if;
  update deviation x set released_at = coalesce(x.released_at, app.now()), released_by = p_me.person_id,
      reason_released_at = coalesce(x.reason_released_at, case when x.reason is not null then app.now() end),
      is_public = p_is_public and x.reason is not null, version = x.version + 1, changed_at = app.now(), changed_by = p_me.person_id
    where x.id = d.id;
  perform audit(p_me, 'deviation.release', 'deviation', d.id, null, sha256(convert_to(coalesce(d.reason, ''), 'UTF8')));
  return json_build_object('location', '/commitments/' || c.number || '/deviations?notice=deviation_released');
end $$;
