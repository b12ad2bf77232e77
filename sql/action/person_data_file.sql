-- A person's data as a file; not a route: /people/:person/data.json calls it.
create or replace function action.person_data_file(p_me app.caller, p_person text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  perform audit_seen(p_me, 'data.export', 'person', p.id, null);
  return person_data(p.id, null);
end $$;
