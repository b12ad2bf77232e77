-- Before erasing: what goes, what stays and why, and why it may not be.
create or replace function page.erasure(p_me app.caller, p_person text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'person', person_json(p),
    'is_me', p.id = p_me.person_id,
    'is_erased', p.state = 'erased',
    'roles', role_list(p.id),
    'effect', erasure_effect(p.id),
    'last_of', left_bare_json(array(select m.id from membership m where m.person_id = p.id),
      array(select r.id from platform_role r where r.person_id = p.id), today()));
end $$;
