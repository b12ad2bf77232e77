-- Erases a person for good: "ehem. Bearbeitung #n" stands where the name was.
create or replace function action.person_erase(p_me app.caller, p_person text, p_understood boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
  y record;
begin
  perform lock_roles();
  y := protection(array(select m.id from membership m where m.person_id = p.id),
    array(select r.id from platform_role r where r.person_id = p.id), today());
  if y.code is not null then
    return refuse(p_me, 'person.erase', 'person', p.id, y.code, y.args);
  elsif p.id = p_me.person_id then
    return refuse(p_me, 'person.erase', 'person', p.id, 'self_erase');
  elsif p.state = 'erased' then
    perform fail('CN409', 'person_state');
  elsif not p_understood then
    perform fail('CN422', 'understood', 'understood');
  end if;
  perform erase_person(p_me, p.id);
  return json_build_object('location', '/people/' || p.key || '/erasure?notice=person_erased');
end $$;
