-- Hands release over: the own role ends today with the deputies in its name,
-- and the colleague holds it for as long as it would have lasted.
create or replace function action.house_hand_over(p_me app.caller, p_person text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_own datemultirange;
  v_rest datemultirange;
  v_valid daterange;
  p app.person;
  v_id bigint;
begin
  perform lock_roles();
  v_own := own_release(p_me) * datemultirange(daterange(today(), null));
  if v_own is null then
    perform fail('CN409', 'deputy_only');
  end if;
  p := colleague(p_me, p_person);
  for v_id in select m.id from membership m where m.person_id = p_me.person_id and m.role = 'releaser'
      and m.organisation_id = p_me.organisation_id and m.deputy_for is null and m.consultation_id is null
      and (upper_inf(m.valid) or upper(m.valid) > today()) loop
    perform end_memberships(p_me, with_deputies(v_id, today()), today());
  end loop;
  v_rest := v_own - coalesce((select range_agg(m.valid) from membership m where m.person_id = p.id
    and m.organisation_id = p_me.organisation_id and m.role = 'releaser' and m.consultation_id is null), '{}');
  for v_valid in select unnest(v_rest) loop
    perform grant_membership(p_me, p.id, p_me.organisation_id, 'releaser', v_valid, null);
  end loop;
  v_valid := range_merge(v_own);
  perform audit(p_me, 'role.hand_over', 'person', p.id),
    mail_release(p_me, 'release_handed_over', 'handover_confirmed', p, v_valid);
  return json_build_object('location', '/account?notice=handed_over');
end $$;
