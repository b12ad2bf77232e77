-- Reminding those whose response is missing. One list for the page and the act.

-- Everybody of the filter, and why a mail does not go to them; reason null: it goes. To people who can write or
-- release, else to the office of the house.
create or replace function app.reminder_rows(s app.stage, p_organisation text, p_level text, p_land text, p_seat text)
returns table (organisation_id bigint, code text, state text, deadline timestamptz, reminded_at timestamptz,
  people int, office_mail text, reason text, place int, sort_key text)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_today date := today();
  v_organisation bigint := (select o.id from organisation o where o.code = p_organisation);
  v_has_begun boolean := coalesce(s.opens_at <= app.now(), false);
begin
  return query
    with w as (select m.organisation_id, count(distinct m.person_id)::int as people
      from membership m join person p on p.id = m.person_id and p.state = 'active'
      where m.role in ('editor', 'releaser') and m.valid @> v_today
        and coalesce(m.consultation_id, s.consultation_id) = s.consultation_id
        and (v_organisation is null or m.organisation_id = v_organisation) group by m.organisation_id)
    select r.organisation_id, o.code::text, r.state, r.deadline, r.reminded_at, coalesce(w.people, 0),
        case when w.people is null then o.office_mail::text end,
        case when r.is_in then 'released' when not r.is_missing then r.state when not v_has_begun then 'planned'
          when r.is_late then 'late' when w.people is null and o.office_mail is null then 'unreachable' end,
        array_position(return_groups(), return_group(r.seat_status, r.level)), r.sort_key
      from return_rows(s.id, s.closes_at, v_organisation) r join organisation o on o.id = r.organisation_id
        left join w on w.organisation_id = r.organisation_id
      where (p_organisation is null or r.organisation_id = v_organisation) and (p_level is null or r.level = p_level)
        and (p_land is null or r.land_code = p_land) and (p_seat is null or r.seat_status = p_seat);
end $$;

-- Names of at most ten for a sentence; null beyond.
create or replace function app.names_of(p_organisations bigint[]) returns text
language plpgsql stable as $$
begin
  if cardinality(p_organisations) > 10 then
    return null;
  end if;
  return (select string_agg(n.short_name, ', ' order by o.place)
    from unnest(p_organisations) with ordinality o(id, place), name_on(o.id, today()) n);
end $$;

create or replace function app.last_reminder(p_stage_id bigint) returns app.reminder
language plpgsql stable as $$
declare
  r app.reminder;
begin
  select x.* into r from reminder x where x.stage_id = p_stage_id order by x.id desc limit 1;
  return r;
end $$;

-- Up to so many are ticked one by one, more only all together.
create or replace function app.reminder_limit() returns int
language sql immutable parallel safe as $$ select 500 $$;
