-- A role on the platform; nobody gives one to himself.
create or replace function page.platform_role_new(p_me app.caller, p_person text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'person', person_json(p),
    'is_me', p.id = p_me.person_id,
    'platform_roles', json_build_array('moderator', 'reporter', 'auditor', 'administrator'),
    'today', today(),
    'form', json_build_object('role', null));
end $$;
