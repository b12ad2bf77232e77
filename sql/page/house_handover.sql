-- Handing release over: first to whom, then what that means.
create or replace function page.house_handover(p_me app.caller, p_person text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person;
begin
  select x.* into p from colleagues(p_me) x where x.key = p_person;
  if p.id is null and p_person is not null then
    perform fail('CN404', 'not_found');
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'house'),
    'organisation', house_name(p_me),
    'colleagues', colleague_list(p_me),
    'to', case when p.id is not null then json_build_object('key', p.key, 'name', person_name(p),
      'has_factor', p.totp_set_at is not null, 'roles', house_roles(p_me, p.id)) end,
    'own', own_release_list(p_me),
    'needs_factor', house_needs_factor(p_me) and p.totp_set_at is null,
    'deputies', (select coalesce(json_agg(x.name order by x.name), '[]') from (
      select distinct person_name(d) as name from membership m join person d on d.id = m.person_id
        where m.deputy_for = p_me.person_id and m.organisation_id = p_me.organisation_id
          and not m.valid << daterange(today(), null)) x),
    'kept', (select coalesce(json_agg(distinct m.role), '[]') from membership m where m.person_id = p_me.person_id
      and m.organisation_id = p_me.organisation_id and m.role <> 'releaser' and m.valid @> today()),
    'can', json_build_object('hand_over', exists (select from own_releases(p_me))),
    'form', json_build_object('person', p.key));
end $$;
