-- Ends a role, at once or after a last day; with release end the deputies in
-- its name. The last release of a house and the last administration stay.
create or replace function action.role_stop(p_me app.caller, p_person text, p_membership text, p_last_day text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
  v_from date := coalesce(read_day(p_last_day, 'last_day') + 1, today());
  v_ids bigint[];
  x record;
  y record;
begin
  perform lock_roles();
  select * into x from role_of(p.id, p_membership);
  if v_from < today() then
    perform fail('CN422', 'day_past', 'last_day', json_build_object('today', today()));
  elsif v_from >= upper(coalesce((x.m).valid, (x.r).valid)) then
    perform fail('CN422', 'last_day_late', 'last_day',
      json_build_object('until', upper(coalesce((x.m).valid, (x.r).valid)) - 1));
  end if;
  v_ids := case when (x.m).id is not null then with_deputies((x.m).id, v_from) else '{}' end;
  y := protection(v_ids, case when (x.r).id is not null then array[(x.r).id] else '{}' end, v_from);
  if y.code is not null then
    return refuse(p_me, case when (x.m).id is not null then 'role.end' else 'platform_role.end' end, 'person', p.id,
      y.code, y.args);
  elsif (x.m).id is not null then
    perform end_memberships(p_me, v_ids, v_from);
  else
    perform end_platform_role(p_me, (x.r).id, v_from);
  end if;
  return json_build_object('location', '/people/' || p.key || '?notice=role_ended');
end $$;
