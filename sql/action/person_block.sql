-- Locks a person: the next request of every session finds nobody, open links
-- are void. Roles stay for when the lock is taken off.
create or replace function action.person_block(p_me app.caller, p_person text) returns json
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
    return refuse(p_me, 'person.lock', 'person', p.id, y.code, y.args);
  elsif p.id = p_me.person_id then
    return refuse(p_me, 'person.lock', 'person', p.id, 'self_lock');
  end if;
  update person x set state = 'locked' where x.id = p.id and x.state in ('active', 'invited');
  if not found then
    perform fail('CN409', 'person_state');
  end if;
  perform end_sessions(p.id), withdraw_links(p.id, null), audit(p_me, 'person.lock', 'person', p.id),
    mail_act(p_me, 'account_locked', p.id);
  return json_build_object('location', '/people/' || p.key || '?notice=person_locked');
end $$;
