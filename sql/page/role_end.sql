-- Before a role ends: what the person keeps, who stands in, and whether
-- anybody else could do it.

-- One role of a person by its key, of either kind.
create or replace function app.role_of(p_person_id bigint, p_key text, out m app.membership, out r app.platform_role)
language plpgsql stable as $$
begin
  select x.* into m from membership x where x.person_id = p_person_id and x.key = p_key
    and (upper_inf(x.valid) or upper(x.valid) > today());
  select x.* into r from platform_role x where x.person_id = p_person_id and x.key = p_key
    and (upper_inf(x.valid) or upper(x.valid) > today());
  if m.id is null and r.id is null then
    perform fail('CN404', 'not_found');
  end if;
end $$;

create or replace function app.role_end_json(m app.membership, r app.platform_role) returns json
language plpgsql stable as $$
declare
  v_ids bigint[] := case when m.id is not null then with_deputies(m.id, today()) else '{}' end;
begin
  return (select json_build_object('key', coalesce(m.key, r.key), 'role', coalesce(m.role::text, r.role::text),
      'organisation', n.name, 'consultation', (select c.title from consultation c where c.id = m.consultation_id),
      'from', t."from", 'until', t.until, 'state', t.state,
      'deputy_for', (select person_name(d) from person d where d.id = m.deputy_for),
      'deputies', (select coalesce(json_agg(json_build_object('name', person_name(p), 'from', lower(d.valid),
          'until', upper(d.valid) - 1) order by d.valid), '[]')
        from membership d join person p on p.id = d.person_id where d.id = any (v_ids) and d.id <> m.id),
      'last_of', left_bare_json(v_ids, case when r.id is not null then array[r.id] else '{}' end, today()))
    from period_json(coalesce(m.valid, r.valid)) t
      left join name_on(m.organisation_id, today()) n on true);
end $$;

-- What the person holds besides, in the same context.
create or replace function app.roles_kept(p_person_id bigint, m app.membership, r app.platform_role) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(distinct x.role), '[]') from (
    select o.role::text from membership o where m.id is not null and o.person_id = p_person_id
      and o.organisation_id = m.organisation_id and o.id <> m.id and o.valid @> today()
    union all
    select o.role::text from platform_role o where r.id is not null and o.person_id = p_person_id
      and o.id <> r.id and o.valid @> today()) x);
end $$;

create or replace function page.role_end(p_me app.caller, p_person text, p_membership text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
  x record;
begin
  select * into x from role_of(p.id, p_membership);
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'person', person_json(p),
    'is_me', p.id = p_me.person_id,
    'role', role_end_json(x.m, x.r),
    'kept', roles_kept(p.id, x.m, x.r),
    'today', today(),
    'form', json_build_object('last_day', null));
end $$;
