-- A further role in an organisation.
create or replace function page.role_new(p_me app.caller, p_person text, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'person', person_json(p),
    'is_me', p.id = p_me.person_id,
    'organisations', organisation_names(),
    'today', today(),
    'form', json_build_object('organisation', coalesce(organisation_field(p_organisation),
      (select n.name from membership m, name_on(m.organisation_id, today()) n
        where m.person_id = p.id order by m.id limit 1))));
end $$;
