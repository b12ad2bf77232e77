-- Everybody with an account or an invitation, by name; 50 to a page.

create or replace function app.people_rows(p_q text, p_organisation text, p_role text, p_state text,
  p_factor text, a app.person, p_limit int) returns setof app.person
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_today date := today();
  v_like text := '%' || regexp_replace(lower(p_q), '([\\%_])', '\\\1', 'g') || '%';
  v_organisations bigint[] := organisation_filter(p_organisation);
begin
  return query select p.* from person p
    where (p.state = p_state or p_state is null and p.state <> 'erased')
      and (p_q is null or lower(p.name) like v_like or p.mail like v_like)
      and (p_factor is null or (p.totp_set_at is not null) = (p_factor = 'yes'))
      and (v_organisations is null and (p_role is null or exists (select from platform_role r
            where r.person_id = p.id and r.role = p_role and r.valid @> v_today))
        or (v_organisations is not null or p_role is not null) and exists (select from membership m
          where m.person_id = p.id and (v_organisations is null or m.organisation_id = any (v_organisations))
            and (p_role is null or m.role = p_role) and (upper_inf(m.valid) or upper(m.valid) > v_today)))
      and (a.id is null or (p.sort_name, p.id) > (a.sort_name, a.id))
    order by p.sort_name, p.id limit p_limit;
end $$;

create or replace function page.people(p_me app.caller, p_q text, p_organisation text, p_role text,
  p_state text, p_factor text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  a app.person;
  v_rows json;
  v_next text;
begin
  select x.* into a from person x where x.key = p_after;
  with r as (select x.*, row_number() over () as n
      from people_rows(p_q, p_organisation, p_role, p_state, p_factor, a, c_size + 1) x)
  select coalesce(json_agg(json_build_object('key', r.key, 'href', '/people/' || r.key,
      'name', coalesce(r.name, 'ehem. Bearbeitung #' || r.former_no), 'mail', r.mail, 'state', r.state,
      'has_factor', r.totp_set_at is not null, 'factor_demanded', r.factor_demanded,
      'last_login_at', r.last_login_at, 'roles', role_list(r.id)) order by r.n) filter (where r.n <= c_size), '[]'),
    case when max(r.n) > c_size then max(r.key) filter (where r.n = c_size) end
    into v_rows, v_next from r;
  return json_build_object(
    'frame', frame(p_me, null, 'people'),
    'rows', v_rows, 'next', v_next, 'is_first', a.id is null,
    'counts', (select json_build_object('all', count(*) filter (where p.state <> 'erased'),
      'active', count(*) filter (where p.state = 'active'), 'invited', count(*) filter (where p.state = 'invited'),
      'locked', count(*) filter (where p.state = 'locked'),
      'factor', count(*) filter (where p.totp_set_at is not null)) from person p),
    'filter', json_build_object('q', p_q, 'organisation', p_organisation, 'role', p_role, 'state', p_state,
      'factor', p_factor, 'is_on', num_nonnulls(p_q, p_organisation, p_role, p_state, p_factor) > 0),
    'options', json_build_object('organisations', organisation_names(),
      'roles', json_build_array('editor', 'cosigner', 'releaser', 'reader', 'moderator', 'reporter', 'auditor',
        'administrator'),
      'states', json_build_array('active', 'invited', 'locked', 'erased')));
end $$;
