-- The form for inviting somebody, with every role there is.
create or replace function page.person_new(p_me app.caller, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'organisations', organisation_names(),
    'platform_roles', json_build_array('moderator', 'reporter', 'auditor', 'administrator'),
    'today', today(),
    'form', json_build_object('organisation', organisation_field(p_organisation)));
end $$;
