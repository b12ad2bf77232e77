-- Before a role in the own house ends.
create or replace function page.house_role_end(p_me app.caller, p_membership text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  m app.membership := house_role(p_me, p_membership);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'house'),
    'person', (select json_build_object('name', person_name(p), 'key', p.key) from person p where p.id = m.person_id),
    'is_me', m.person_id = p_me.person_id,
    'role', role_end_json(m, null),
    'kept', roles_kept(m.person_id, m, null),
    'can', json_build_object('end', m.role <> 'releaser' or m.deputy_for is not null
      and owns_release(p_me, m.consultation_id)));
end $$;
