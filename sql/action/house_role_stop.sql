-- Ends a role in the own house at once. Release in the own right is ended by
-- the administration or by handing it over.
create or replace function action.house_role_stop(p_me app.caller, p_membership text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  m app.membership;
begin
  perform lock_roles();
  m := house_role(p_me, p_membership);
  if m.role = 'releaser' and m.deputy_for is null then
    return refuse(p_me, 'role.end', 'person', m.person_id, 'release_stays');
  elsif m.role = 'releaser' and not owns_release(p_me, m.consultation_id) then
    perform fail('CN409', 'deputy_only');
  end if;
  perform end_memberships(p_me, array[m.id], today());
  return json_build_object('location', '/house?notice=role_ended');
end $$;
