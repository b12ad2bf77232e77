-- The second factor of a person: demand it, or reset it after a loss.
create or replace function page.person_factor(p_me app.caller, p_person text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  if p.state = 'erased' then
    perform fail('CN404', 'not_found');
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'person', person_json(p),
    'is_me', p.id = p_me.person_id,
    'recovery_codes', (select count(*) from recovery_code c where c.person_id = p.id and c.used_at is null),
    'roles', role_list(p.id));
end $$;
