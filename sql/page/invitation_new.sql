-- The form for inviting somebody to an organisation.
create or replace function page.invitation_new(p_me app.caller, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, 'invitations'),
    'organisations', organisation_names(),
    'today', today(),
    'form', json_build_object('organisation', organisation_field(p_organisation)));
end $$;
