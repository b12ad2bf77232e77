-- Parts of the pages about people.

-- Roles of today and later, for a line of a list.
create or replace function app.role_list(p_person_id bigint) returns json
language plpgsql stable as $$
declare
  v_future daterange := daterange(today(), null);
begin
  return (select coalesce(json_agg(json_build_object('role', x.role, 'organisation', x.organisation,
      'organisation_code', x.code, 'is_planned', x.is_planned) order by x.organisation nulls first, x.role), '[]')
    from (
      select m.role::text, n.short_name::text as organisation, o.code, lower(m.valid) > today() as is_planned
        from membership m join organisation o on o.id = m.organisation_id, name_on(o.id, today()) n
        where m.person_id = p_person_id and m.valid && v_future
      union all
      select r.role::text, null, null, lower(r.valid) > today() from platform_role r
        where r.person_id = p_person_id and r.valid && v_future) x);
end $$;

-- Every membership that was or is, newest first; p_organisation_id null: all.
create or replace function app.membership_list(p_person_id bigint, p_organisation_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', m.key, 'role', m.role,
      'organisation', json_build_object('code', o.code, 'name', n.name, 'short_name', n.short_name),
      'consultation', c.title, 'from', t."from", 'until', t.until, 'state', t.state,
      'deputy_for', person_name(d), 'is_deputy', m.deputy_for is not null, 'granted_at', m.granted_at,
      'is_protected', t.state <> 'past' and exists (select from roles_left_bare(with_deputies(m.id, today()), '{}', today())))
      order by (t.state = 'past'), n.short_name, m.role, lower(m.valid) nulls first), '[]')
    from membership m join organisation o on o.id = m.organisation_id
      left join consultation c on c.id = m.consultation_id left join person d on d.id = m.deputy_for,
      name_on(o.id, today()) n, period_json(m.valid) t
    where m.person_id = p_person_id and m.organisation_id = coalesce(p_organisation_id, m.organisation_id));
end $$;

create or replace function app.platform_role_list(p_person_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', r.key, 'role', r.role, 'from', t."from",
      'until', t.until, 'state', t.state, 'granted_at', r.granted_at, 'granted_by', person_name(g),
      'is_protected', t.state <> 'past' and exists (select from roles_left_bare('{}', array[r.id], today())))
      order by (t.state = 'past'), r.role, lower(r.valid) nulls first), '[]')
    from platform_role r left join person g on g.id = r.granted_by, period_json(r.valid) t
    where r.person_id = p_person_id);
end $$;

create or replace function app.invitation_list(p_person_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', i.key, 'state', s.state, 'created_at', i.created_at,
      'sent_at', i.sent_at, 'ends_at', i.ends_at, 'used_at', i.used_at, 'organisation', n.short_name,
      'by', b.name, 'can_withdraw', s.state in ('open', 'sent'),
      'can_resend', p.state = 'invited' and not exists (select from invitation x
        where x.person_id = p.id and x.purpose = 'invitation' and x.id > i.id))
      order by i.id desc), '[]')
    from invitation i join person p on p.id = i.person_id left join person b on b.id = i.created_by
      left join name_on(i.organisation_id, today()) n on true,
      lateral (select invitation_state(i, app.now()) as state) s
    where i.person_id = p_person_id and i.purpose = 'invitation');
end $$;

-- Sessions that would still be answered.
create or replace function app.session_count(p_person_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from session s where s.person_id = p_person_id and s.ends_at > clock_timestamp()
    and s.touched_at > clock_timestamp() - idle_time());
end $$;

create or replace function app.person_json(p app.person) returns json
language plpgsql stable as $$
begin
  return json_build_object('key', p.key, 'name', person_name(p),
    'mail', p.mail, 'state', p.state, 'created_at', p.created_at, 'last_login_at', p.last_login_at,
    'factor_set_at', p.totp_set_at, 'factor_demanded', p.factor_demanded, 'has_factor', p.totp_set_at is not null,
    'sessions', session_count(p.id));
end $$;

-- What nobody else could do any more, with the day from which.
create or replace function app.left_bare_json(p_memberships bigint[], p_platform_roles bigint[], p_from date)
returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('role', b.role, 'organisation', n.short_name, 'from', b.first_day,
      'is_today', b.first_day = today()) order by b.role, n.short_name)
    from roles_left_bare(p_memberships, p_platform_roles, p_from) b
      left join name_on(b.organisation_id, today()) n on true);
end $$;

-- Those that a filter means: by code or a part of a name; null when it is off.
create or replace function app.organisation_filter(p_text text) returns bigint[]
language plpgsql stable as $$
declare
  v_text text := lower(p_text);
  v_today date := today();
begin
  return case when p_text is not null then array(
    select o.id from organisation o join organisation_name n on n.organisation_id = o.id and n.valid @> v_today
      where lower(o.code) = v_text or position(v_text in lower(n.name)) > 0
        or position(v_text in lower(n.short_name)) > 0) end;
end $$;

-- Names to choose from, at most 300, municipalities last: the field takes any
-- name. p_like: others of the level and the Land of that organisation.
create or replace function app.organisation_names(p_like app.organisation default null) returns json
language plpgsql stable as $$
declare
  v_today date := today();
  v_all boolean := is_administrator();
begin
  return (select coalesce(json_agg(x.name order by x.name), '[]') from (
    select n.name from organisation o join organisation_name n on n.organisation_id = o.id and n.valid @> v_today
      where (p_like.id is null and o.valid @> v_today
          or o.level = p_like.level and o.land_code is not distinct from p_like.land_code and o.id <> p_like.id
            and not o.valid << daterange(v_today, null))
        and (v_all or exists (select from participation p where p.organisation_id = o.id))
      order by o.level = 'kommune', n.sort_name limit 300) x);
end $$;

-- What stands in the field for a code in a link: the name, or the code where
-- others have the same name.
create or replace function app.organisation_field(p_code text) returns text
language plpgsql stable as $$
begin
  return (select case when exists (select from organisation_name x where x.sort_name = n.sort_name
      and x.organisation_id <> o.id) then o.code else n.name end
    from organisation o, name_on(o.id, today()) n where o.code = p_code);
end $$;
