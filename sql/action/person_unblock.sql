create or replace function action.person_unblock(p_me app.caller, p_person text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  update person x set state = case when x.password_hash is null then 'invited' else 'active' end
    where x.id = p.id and x.state = 'locked';
  if not found then
    perform fail('CN409', 'person_state');
  end if;
  perform audit(p_me, 'person.unlock', 'person', p.id);
  return json_build_object('location', '/people/' || p.key || '?notice=person_unlocked');
end $$;
