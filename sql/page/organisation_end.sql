-- People who lose their roles with the organisation.
create or replace function app.people_until(p_organisation_id bigint, p_until date) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('name', x.name, 'roles', x.roles) order by x.name), '[]')
    from (select person_name(p) as name, json_agg(distinct m.role) as roles
      from membership m join person p on p.id = m.person_id
      where m.organisation_id = p_organisation_id
        and coalesce(upper(m.valid), 'infinity') > p_until + 1 group by p.id) x);
end $$;

create or replace function page.organisation_end(p_me app.caller, p_organisation text, p_until text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
  v_until date := day_of(p_until);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'organisations'),
    'organisation', organisation_facts(o),
    'seats', (select coalesce(json_agg(s), '[]') from json_array_elements(seats_held(o.id)) s
      where s #>> '{period,state}' <> 'past'),
    'form', json_build_object('until', coalesce(p_until, '')),
    'effect', case when v_until is not null and lower(o.valid) <= v_until is not false then json_build_object(
      'until', v_until,
      'held', (select json_build_object('key', s.key, 'name', s.name) from seat_holding h join seat s on s.id = h.seat_id
        where h.organisation_id = o.id and coalesce(upper(h.valid), 'infinity') > v_until + 1 order by s.position limit 1),
      'people', people_until(o.id, v_until),
      'participations', (select coalesce(json_agg(p), '[]') from json_array_elements(
        organisation_participations(o.id)) p where (p ->> 'is_open')::boolean)) end);
end $$;
