-- Hands release over: the own roles end today with the deputies in their name,
-- and the colleague holds each for as long as it would have lasted and in what
-- consultation it held.
create or replace function action.house_hand_over(p_me app.caller, p_person text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_ids bigint[];
  v_own record;
  v_valid daterange;
  p app.person;
begin
  perform lock_roles();
  if not exists (select from own_releases(p_me)) then
    perform fail('CN409', 'deputy_only');
  end if;
  p := colleague(p_me, p_person);
  -- release in all consultations first: it covers that in one
  for v_own in select o.* from own_releases(p_me) o order by o.consultation_id nulls first loop
    v_ids := array(select m.id from membership m where m.person_id = p_me.person_id and m.role = 'releaser'
      and m.organisation_id = p_me.organisation_id and m.deputy_for is null
      and m.consultation_id is not distinct from v_own.consultation_id and not m.valid << daterange(today(), null));
    perform end_memberships(p_me, with_deputies(x, today()), today()) from unnest(v_ids) x;
    for v_valid in select unnest(v_own.valid - coalesce((select range_agg(m.valid) from membership m
        where m.person_id = p.id and m.organisation_id = p_me.organisation_id and m.role = 'releaser'
          and (m.consultation_id is null or m.consultation_id = v_own.consultation_id)), '{}')) loop
      perform grant_membership(p_me, p.id, p_me.organisation_id, 'releaser', v_valid, null, v_own.consultation_id);
    end loop;
    v_valid := range_merge(v_own.valid);
    perform mail_release(p_me, 'release_handed_over', 'handover_confirmed', p, v_valid, v_own.consultation_id);
  end loop;
  perform audit(p_me, 'role.hand_over', 'person', p.id);
  return json_build_object('location', '/account?notice=handed_over');
end $$;
