-- The own account: memberships and roles of today, and living sessions. Times
-- of sessions are of the real clock.
create or replace function page.account(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'person', (select json_build_object('name', p.name, 'mail', p.mail,
        'password_set_at', p.password_set_at) from person p
      where p.id = p_me.person_id),
    'factor', factor_need(p_me.person_id),
    'has_others', exists (select from session s where s.person_id = p_me.person_id and s.id <> p_me.session_id
      and s.ends_at > clock_timestamp() and s.touched_at > clock_timestamp() - idle_time()),
    'memberships', (select coalesce(json_agg(json_build_object('organisation', x.organisation,
        'organisation_code', x.code, 'role', x.role, 'consultation', x.consultation)
        order by x.organisation nulls last, x.role), '[]')
      from (
        select n.name::text as organisation, o.code, m.role::text, c.title::text as consultation
          from membership m join organisation o on o.id = m.organisation_id
            left join consultation c on c.id = m.consultation_id, name_on(o.id, today()) n
          where m.person_id = p_me.person_id and m.valid @> today()
        union all
        select null, null, r.role::text, null from platform_role r
          where r.person_id = p_me.person_id and r.valid @> today()) x),
    'sessions', (select coalesce(json_agg(json_build_object('id', s.id, 'created_at', s.created_at,
        'touched_at', s.touched_at, 'agent', s.agent,
        'is_current', coalesce(s.id = p_me.session_id, false)) order by s.touched_at desc), '[]')
      from session s where s.person_id = p_me.person_id and s.ends_at > clock_timestamp()
        and s.touched_at > clock_timestamp() - idle_time()));
end $$;
