-- Seats: who holds one from when to when.

create or replace function app.seat_of(p_key text) returns app.seat
language plpgsql stable set search_path = app, pg_temp as $$
declare
  s app.seat;
begin
  select x.* into s from seat x where x.key = p_key;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return s;
end $$;

create or replace function app.holder_on(p_seat_id bigint, p_on date) returns app.seat_holding
language plpgsql stable set search_path = app, pg_temp as $$
declare
  h app.seat_holding;
begin
  select x.* into h from seat_holding x where x.seat_id = p_seat_id and x.valid @> p_on;
  return h;
end $$;

-- „Land Berlin, seit 01.01.2020“ as data of a refusal.
create or replace function app.holding_args(p_organisation_id bigint, p_valid daterange, p_new daterange)
returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object('name', (select left(n.short_name, 60) from name_on(p_organisation_id, today()) n),
    'from', lower(p_valid), 'until', upper(p_valid) - 1, 'new_from', lower(p_new), 'new_until', upper(p_new) - 1);
end $$;

-- What would be after p_organisation_id holds the seat in p_new: the holder of
-- the first day is cut, everybody else stands in the way. Refuses overlaps and
-- gaps, naming both periods.
create or replace function app.demand_holding(p_seat_id bigint, p_organisation_id bigint, p_new daterange)
returns void
language plpgsql stable set search_path = app, pg_temp as $$
declare
  o app.organisation;
  v_before app.seat_holding := holder_on(p_seat_id, lower(p_new));
  h app.seat_holding;
begin
  select x.* into o from organisation x where x.id = p_organisation_id;
  if not o.valid @> p_new then
    perform fail('CN422', 'holder_not_valid', 'from', holding_args(o.id, o.valid, p_new));
  elsif v_before.organisation_id = p_organisation_id then
    perform fail('CN422', 'same_holder', 'organisation', holding_args(o.id, v_before.valid, p_new));
  end if;
  select x.* into h from seat_holding x where x.seat_id = p_seat_id and x.valid && p_new
      and (x.id is distinct from v_before.id or lower(x.valid) = lower(p_new))
    order by x.valid limit 1;
  if found then
    perform fail('CN422', 'seat_overlap', 'from', holding_args(h.organisation_id, h.valid, p_new));
  end if;
  -- the day behind the end belongs to nobody, or the day before the begin
  if not upper_inf(p_new) and not exists (select from seat_holding x
      where x.seat_id = p_seat_id and lower(x.valid) = upper(p_new)) then
    perform fail('CN422', 'seat_gap_after', 'until', holding_args(p_organisation_id, p_new, p_new));
  elsif v_before.id is null and exists (select from seat_holding x
      where x.seat_id = p_seat_id and lower(x.valid) < lower(p_new)) then
    select x.* into h from seat_holding x where x.seat_id = p_seat_id and upper(x.valid) < lower(p_new)
      order by x.valid desc limit 1;
    perform fail('CN422', 'seat_gap_before', 'from', holding_args(h.organisation_id, h.valid, p_new));
  end if;
end $$;

-- The change itself; p_until null: for good, or up to the next holder on record.
create or replace function app.give_seat(p_me app.caller, p_seat_id bigint, p_organisation_id bigint,
  p_new daterange) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_before app.seat_holding;
  v_id bigint;
begin
  perform 1 from seat s where s.id = p_seat_id for update;
  perform demand_holding(p_seat_id, p_organisation_id, p_new);
  v_before := holder_on(p_seat_id, lower(p_new));
  update seat_holding h set valid = daterange(lower(h.valid), lower(p_new)) where h.id = v_before.id;
  insert into seat_holding (seat_id, organisation_id, valid) values (p_seat_id, p_organisation_id, p_new)
    returning id into v_id;
  perform audit(p_me, 'seat.change', 'seat_holding', v_id);
end $$;

-- From a day for good, up to the next holder on record, or up to p_until.
create or replace function app.seat_period(p_seat_id bigint, p_from date, p_until date) returns daterange
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return daterange(p_from, coalesce(p_until + 1, (select min(lower(h.valid)) from seat_holding h
    where h.seat_id = p_seat_id and lower(h.valid) > p_from)));
end $$;

-- When and under which name an organisation last answered in a stage: what its
-- seat spoke as. Only that, and so as resonanz_identity: the administration
-- reads no response.
set local role resonanz_identity;
create or replace function app.released_under(p_stage_id bigint, p_organisation_id bigint)
returns table (organisation_name text, released_at timestamptz)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select v.organisation_name::text, v.released_at from response_version v
    where v.stage_id = p_stage_id and v.organisation_id = p_organisation_id
    order by v.number desc limit 1;
end $$;
grant execute on function app.released_under(bigint, bigint) to resonanz_owner;
set local role resonanz_owner;
