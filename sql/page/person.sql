-- One person: profile, second factor, roles with their time, links, and what
-- may be done; what may not is there with its reason.
create or replace function page.person(p_me app.caller, p_person text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
  v_bare json := left_bare_json(array(select m.id from membership m where m.person_id = p.id),
    array(select r.id from platform_role r where r.person_id = p.id), today());
  v_is_me boolean := p.id = p_me.person_id;
begin
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'person', person_json(p),
    'is_me', v_is_me,
    'memberships', membership_list(p.id, null),
    'platform_roles', platform_role_list(p.id),
    'invitations', invitation_list(p.id),
    'last_of', v_bare,
    'can', json_build_object('change', p.state <> 'erased', 'grant', p.state in ('active', 'invited'),
      'grant_platform', p.state in ('active', 'invited') and not v_is_me,
      'lock', p.state in ('active', 'invited') and not v_is_me and v_bare is null,
      'unlock', p.state = 'locked', 'reset_factor', p.totp_set_at is not null and not v_is_me));
end $$;
