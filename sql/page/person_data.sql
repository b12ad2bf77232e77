-- What is kept about a person, for the administration that has to answer.
create or replace function page.person_data(p_me app.caller, p_person text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'person', json_build_object('key', p.key, 'name', person_name(p)),
    'data', person_data(p.id, 200),
    'file_href', '/people/' || p.key || '/data.json');
end $$;
