-- Roles with their time: giving, ending, and who cannot be done without. All of
-- it runs with what the caller's roles may see; actions say who may call it.

-- A day as people write it (TT.MM.JJJJ) or as programs do; null when empty.
create or replace function app.read_day(p_text text, p_field text) returns date
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  v text[] := regexp_match(btrim(p_text), '^(\d{1,2})[.](\d{1,2})[.](\d{4})$');
  v_iso text[] := regexp_match(btrim(p_text), '^(\d{4})-(\d{2})-(\d{2})$');
  v_day date;
begin
  if coalesce(btrim(p_text), '') = '' then
    return null;
  end if;
  begin
    v_day := make_date(coalesce(v[3], v_iso[1])::int, coalesce(v[2], v_iso[2])::int, coalesce(v[1], v_iso[3])::int);
  exception when datetime_field_overflow then
    v_day := null;
  end;
  if v_day is null then
    perform fail('CN422', 'bad_day', p_field);
  end if;
  return v_day;
end $$;

-- When a role given now holds: from today unless said otherwise, its last day
-- included. What is past cannot be given.
create or replace function app.role_period(p_from text, p_until text) returns daterange
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_from date := coalesce(read_day(p_from, 'valid_from'), today());
  v_until date := read_day(p_until, 'valid_until');
begin
  if v_from < today() then
    perform fail('CN422', 'day_past', 'valid_from', json_build_object('today', today()));
  elsif v_until < v_from then
    perform fail('CN422', 'period_turned', 'valid_until');
  end if;
  return daterange(v_from, v_until + 1);
end $$;

-- Changes of roles come one after the other: who is the last of a kind depends
-- on all of them.
create or replace function app.lock_roles() returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('resonanz roles', 13));
end $$;

create or replace function app.fail_overlap(p_role text, p_have daterange, p_new daterange) returns void
language plpgsql stable set search_path = app, pg_temp as $$
begin
  perform fail('CN409', 'role_overlap', 'valid_from', json_build_object('have_from', lower(p_have),
    'have_until', upper(p_have) - 1, 'from', lower(p_new), 'until', upper(p_new) - 1));
end $$;

create or replace function app.grant_membership(p_me app.caller, p_person_id bigint, p_organisation_id bigint,
  p_role text, p_valid daterange, p_deputy_for bigint, p_consultation_id bigint default null) returns bigint
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_have daterange;
  v_id bigint;
begin
  perform lock_roles();
  select m.valid into v_have from membership m where m.person_id = p_person_id and m.role = p_role
    and m.organisation_id = p_organisation_id and m.consultation_id is not distinct from p_consultation_id
    and m.valid && p_valid limit 1;
  if found then
    perform fail_overlap(p_role, v_have, p_valid);
  end if;
  insert into membership (person_id, organisation_id, consultation_id, role, valid, deputy_for, granted_by, granted_at)
    values (p_person_id, p_organisation_id, p_consultation_id, p_role, p_valid, p_deputy_for, p_me.person_id, app.now())
    returning id into v_id;
  perform audit(p_me, 'role.grant', 'membership', v_id);
  return v_id;
end $$;

create or replace function app.grant_platform_role(p_me app.caller, p_person_id bigint, p_role text,
  p_valid daterange) returns bigint
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_have daterange;
  v_id bigint;
begin
  perform lock_roles();
  select r.valid into v_have from platform_role r
    where r.person_id = p_person_id and r.role = p_role and r.valid && p_valid limit 1;
  if found then
    perform fail_overlap(p_role, v_have, p_valid);
  end if;
  insert into platform_role (person_id, role, valid, granted_by, granted_at)
    values (p_person_id, p_role, p_valid, p_me.person_id, app.now()) returning id into v_id;
  perform audit(p_me, 'platform_role.grant', 'platform_role', v_id);
  return v_id;
end $$;

-- Release and administration that nobody active would hold any more on some
-- day from p_from on, if these rows ended the day before: with the first such
-- day while the organisation lasts. A role for one consultation stands in for no
-- role for all of them.
create or replace function app.roles_left_bare(p_memberships bigint[], p_platform_roles bigint[], p_from date)
returns table (role text, organisation_id bigint, first_day date)
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_future daterange := daterange(p_from, null);
begin
  return query
    select 'releaser', m.organisation_id, min(lower(b.bare))
      from membership m join person p on p.id = m.person_id and p.state = 'active'
          join organisation g on g.id = m.organisation_id,
        lateral (select datemultirange(m.valid * g.valid * v_future) - coalesce((select range_agg(o.valid * v_future)
          from membership o join person q on q.id = o.person_id and q.state = 'active'
          where o.organisation_id = m.organisation_id and o.role = 'releaser' and o.id <> all (p_memberships)
            and coalesce(o.consultation_id = m.consultation_id, o.consultation_id is null)), '{}') as bare) b
      where m.id = any (p_memberships) and m.role = 'releaser' and not isempty(b.bare)
      group by m.organisation_id
    union all
    select 'administrator', null, min(lower(b.bare))
      from platform_role r join person p on p.id = r.person_id and p.state = 'active',
        lateral (select datemultirange(r.valid * v_future) - coalesce((select range_agg(o.valid * v_future)
          from platform_role o join person q on q.id = o.person_id and q.state = 'active'
          where o.role = 'administrator' and o.id <> all (p_platform_roles)), '{}') as bare) b
      where r.id = any (p_platform_roles) and r.role = 'administrator' and not isempty(b.bare)
      having count(*) > 0;
end $$;

-- The same for all that a person holds: before locking and erasing.
create or replace function app.person_left_bare(p_person_id bigint)
returns table (role text, organisation_id bigint, first_day date)
language sql stable set search_path = app, pg_temp as $$
  select * from roles_left_bare(
    array(select m.id from membership m where m.person_id = p_person_id),
    array(select r.id from platform_role r where r.person_id = p_person_id), today())
$$;

-- --- what the guards ask (0027), whoever acts ------------------------------------
set local role resonanz_identity;

-- Fails unless somebody active releases today for the organisation, or (null)
-- administers the platform. An organisation that is no more needs nobody.
create or replace function app.demand_holder(p_organisation_id bigint, p_consultation_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform lock_roles();
  if p_organisation_id is null and not exists (
      select from platform_role r join person p on p.id = r.person_id and p.state = 'active'
      where r.role = 'administrator' and r.valid @> today()) then
    perform fail('CN409', 'last_administrator', null, json_build_object('from', today(), 'is_today', true));
  elsif exists (select from organisation o where o.id = p_organisation_id and o.valid @> today())
      and not exists (select from membership m join person p on p.id = m.person_id and p.state = 'active'
        where m.organisation_id = p_organisation_id and m.role = 'releaser' and m.valid @> today()
          and coalesce(m.consultation_id = p_consultation_id, m.consultation_id is null)) then
    perform fail('CN409', 'last_releaser', null, json_build_object('from', today(), 'is_today', true,
      'organisation', (select left(n.short_name, 80) from name_on(p_organisation_id, today()) n)));
  end if;
end $$;

-- Whose role is another or gone. Who had not accepted, or was locked, held none;
-- who is erased gives up release (retention does so to who was not needed any
-- more), but not administration.
create or replace function app.role_was_taken(p_person_id bigint, p_valid daterange, p_organisation_id bigint,
  p_consultation_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  if p_valid @> today() and exists (select from person p where p.id = p_person_id
      and (p.state = 'active' or p.state = 'erased' and p_organisation_id is null)) then
    perform demand_holder(p_organisation_id, p_consultation_id);
  end if;
end $$;

create or replace function app.person_was_locked(p_person_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform demand_holder(null, null) from platform_role r
    where r.person_id = p_person_id and r.role = 'administrator' and r.valid @> today();
  perform demand_holder(m.organisation_id, m.consultation_id) from membership m
    where m.person_id = p_person_id and m.role = 'releaser' and m.valid @> today();
end $$;
grant execute on function app.role_was_taken(bigint, daterange, bigint, bigint), app.person_was_locked(bigint)
  to resonanz_owner;
set local role resonanz_owner;

-- A role for release and the deputies who hold it in the name of that person,
-- unless the person holds another one for the same consultation or for all.
create or replace function app.with_deputies(p_membership_id bigint, p_from date) returns bigint[]
language sql stable set search_path = app, pg_temp as $$
  select p_membership_id || array(
    select d.id from membership m
        join membership d on d.deputy_for = m.person_id and d.organisation_id = m.organisation_id
      where m.id = p_membership_id and m.role = 'releaser' and m.deputy_for is null
        and not d.valid << daterange(p_from, null)
        and (m.consultation_id is null or m.consultation_id = d.consultation_id)
        and not exists (select from membership o where o.person_id = m.person_id and o.id <> m.id
          and o.organisation_id = m.organisation_id and o.role = 'releaser' and o.deputy_for is null
          and (o.consultation_id is null or o.consultation_id = d.consultation_id) and o.valid @> greatest(lower(d.valid), p_from)))
$$;

-- From p_from on these hold no more; what had not begun goes as if never given.
create or replace function app.end_memberships(p_me app.caller, p_ids bigint[], p_from date) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_id bigint;
  v_people bigint[] := array(select distinct m.person_id from membership m where m.id = any (p_ids));
begin
  foreach v_id in array p_ids loop
    delete from membership m where m.id = v_id and lower(m.valid) >= p_from;
    if not found then
      update membership m set valid = daterange(lower(m.valid), p_from)
        where m.id = v_id and (upper_inf(m.valid) or upper(m.valid) > p_from);
    end if;
    perform audit(p_me, 'role.end', 'membership', v_id);
  end loop;
  perform withdraw_bare_links(x) from unnest(v_people) x;
end $$;

create or replace function app.end_platform_role(p_me app.caller, p_id bigint, p_from date) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_person bigint := (select r.person_id from platform_role r where r.id = p_id);
begin
  delete from platform_role r where r.id = p_id and lower(r.valid) >= p_from;
  if not found then
    update platform_role r set valid = daterange(lower(r.valid), p_from)
      where r.id = p_id and (upper_inf(r.valid) or upper(r.valid) > p_from);
  end if;
  perform audit(p_me, 'platform_role.end', 'platform_role', p_id), withdraw_bare_links(v_person);
end $$;

-- A time of validity as pages show it; both ends may be open.
create or replace function app.period_json(p_valid daterange, out "from" date, out until date, out state text)
language sql stable set search_path = app, pg_temp as $$
  select lower(p_valid), upper(p_valid) - 1,
    case when p_valid @> today() then 'current' when p_valid << daterange(today(), null) then 'past'
      else 'planned' end
$$;
