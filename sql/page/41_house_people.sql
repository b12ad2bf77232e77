-- Parts of the pages on which a house looks after its own people.

-- What the caller may release today or later in the own right, not as a deputy:
-- in all consultations (consultation_id null) or in one.
create or replace function app.own_releases(p_me app.caller)
returns table (consultation_id bigint, valid datemultirange)
language sql stable as $$
  select m.consultation_id, range_agg(m.valid) * datemultirange(daterange(today(), null)) from membership m
    where m.person_id = p_me.person_id and m.organisation_id = p_me.organisation_id and m.role = 'releaser'
      and m.deputy_for is null and not m.valid << daterange(today(), null)
    group by m.consultation_id
$$;

-- Whether any of it covers a role for that consultation, or for all.
create or replace function app.owns_release(p_me app.caller, p_consultation_id bigint) returns boolean
language sql stable as $$
  select exists (select from own_releases(p_me) o
    where o.consultation_id is null or o.consultation_id = p_consultation_id)
$$;

create or replace function app.own_release_list(p_me app.caller) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('consultation', c.title, 'until', upper(o.valid) - 1)
      order by c.title nulls first), '[]')
    from own_releases(p_me) o left join consultation c on c.id = o.consultation_id
$$;

-- Colleagues who can take over: they have signed in and hold a role today.
create or replace function app.colleagues(p_me app.caller) returns setof app.person
language sql stable as $$
  select p.* from person p where p.state = 'active' and p.id <> p_me.person_id and exists (
    select from membership m where m.person_id = p.id and m.organisation_id = p_me.organisation_id and m.valid @> today())
    order by p.sort_name, p.id
$$;

create or replace function app.colleague(p_me app.caller, p_key text) returns app.person
language plpgsql stable as $$
declare
  p app.person;
begin
  select x.* into p from colleagues(p_me) x where x.key = p_key;
  if not found then
    perform fail('CN422', 'colleague_unknown', 'person');
  end if;
  return p;
end $$;

create or replace function app.colleague_list(p_me app.caller) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('key', c.key, 'name', c.name, 'mail', c.mail,
    'has_factor', c.totp_set_at is not null, 'roles', house_roles(p_me, c.id)) order by c.sort_name, c.id), '[]')
  from colleagues(p_me) c
$$;

-- Roles in the house of today and later. Release is given and taken by the
-- administration; a deputy's ends by who was named as deputy's principal.
create or replace function app.house_roles(p_me app.caller, p_person_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', m.key, 'role', m.role, 'consultation', c.title,
      'from', t."from", 'until', t.until, 'state', t.state, 'deputy_for', person_name(d),
      'can_end', m.role <> 'releaser' or m.deputy_for is not null
        and owns_release(p_me, m.consultation_id))
      order by array_position(array['editor', 'cosigner', 'releaser', 'reader'], m.role::text), lower(m.valid)), '[]')
    from membership m left join consultation c on c.id = m.consultation_id
      left join person d on d.id = m.deputy_for, period_json(m.valid) t
    where m.person_id = p_person_id and m.organisation_id = p_me.organisation_id and t.state <> 'past');
end $$;

-- One role of the own house that may be ended here.
create or replace function app.house_role(p_me app.caller, p_key text) returns app.membership
language plpgsql stable as $$
declare
  m app.membership;
begin
  select x.* into m from membership x where x.key = p_key and x.organisation_id = p_me.organisation_id
    and (upper_inf(x.valid) or upper(x.valid) > today());
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return m;
end $$;

create or replace function app.house_name(p_me app.caller) returns text
language sql stable as $$
  select n.name from name_on(p_me.organisation_id, today()) n
$$;

-- Whether release for the house needs a second factor: for a seat always, else
-- where a consultation it takes part in wants it.
create or replace function app.house_needs_factor(p_me app.caller) returns boolean
language sql stable as $$
  select seat_status_on(p_me.organisation_id, today()) <> 'none' or exists (
    select from participation p join stage s on s.id = p.stage_id
      join consultation c on c.id = s.consultation_id and c.release_needs_factor
      where p.organisation_id = p_me.organisation_id)
$$;
