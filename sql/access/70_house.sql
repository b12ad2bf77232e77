-- Helpers for pages and actions: the stage in question, the house in it, the
-- canonical form of a response.
--
-- As those of sql/page they run with the search_path of who calls them, page or
-- action: setting it costs as much as a lookup, twenty times for each save. What
-- is called by itself too, by tests or at the command line, has its own.

-- planned, open, closed by the clock; weighed, reported, archived by people.
create or replace function app.stage_state(p_stage app.stage) returns text
language sql stable as $$
  select case
    when p_stage.later_state is not null then p_stage.later_state
    when p_stage.opens_at is null or p_stage.opens_at > app.now() then 'planned'
    when p_stage.closes_at >= app.now() then 'open'
    else 'closed'
  end
$$;

-- The stage that the address names, if it names one (app.consultation_at).
create or replace function app.pinned_stage() returns bigint
language sql stable parallel safe as $$
  select nullif(current_setting('app.stage_id', true), '')::bigint
$$;

-- An address is dachstrategie-2024, or with one of its stages dachstrategie-2024.s1
-- (the server makes that of ?stage=s1): what follows in this transaction is about
-- that stage, and the links that are made lead on in it.
create or replace function app.consultation_at(p_address text) returns bigint
language plpgsql stable as $$
declare
  v_id bigint;
  v_stage bigint;
  v_slug constant text := split_part(p_address, '.', 1);
begin
  select c.id into v_id from consultation c where c.slug = v_slug;
  if v_slug <> p_address then
    select s.id into v_stage from stage s where s.consultation_id = v_id and v_slug || '.' || s.key = p_address;
    v_id := case when v_stage is not null then v_id end;
  end if;
  perform set_config('app.stage_id', coalesce(v_stage::text, ''), true);
  return v_id;
end $$;

-- The same the other way round, for links of this transaction.
create or replace function app.address(p_slug text) returns text
language plpgsql stable as $$
begin
  return p_slug || coalesce('.' || (select s.key from stage s where s.id = pinned_stage()), '');
end $$;

-- For links that are followed later, as those in mails: without a stage while it is the one that is meant anyway.
create or replace function app.stage_address(s app.stage) returns text
language plpgsql stable as $$
begin
  return (select c.slug || case when exists (select from stage x where x.consultation_id = s.consultation_id
      and x.id <> s.id and x.opens_at <= app.now()) then '.' || s.key else '' end
    from consultation c where c.id = s.consultation_id);
end $$;

-- The stage a visitor means: the one of the address, else the one that opened last, else the first planned.
create or replace function app.current_stage(p_consultation_id bigint) returns app.stage
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
  v_pinned bigint := pinned_stage();
  v_stage app.stage;
begin
  select s.* into v_stage from stage s where s.consultation_id = p_consultation_id
    order by (s.id = v_pinned) desc nulls last, (s.opens_at <= v_now) desc nulls last,
      case when s.opens_at <= v_now then s.opens_at end desc, s.kind, s.number
    limit 1;
  return v_stage;
end $$;

-- The stage a house means: of those that it takes part in the one of the address, else the one that is open for it
-- and ends first, else the one that opened last, else the first to come.
create or replace function app.house_stage(p_consultation_id bigint, p_organisation_id bigint) returns app.stage
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
  v_pinned bigint := pinned_stage();
  v_stage app.stage;
begin
  select s.* into v_stage from stage s join participation p on p.stage_id = s.id and p.organisation_id = p_organisation_id
    where s.consultation_id = p_consultation_id and (v_pinned is null or s.id = v_pinned)
    order by (s.opens_at <= v_now and coalesce(p.extended_until, s.closes_at) >= v_now) desc nulls last,
      case when s.opens_at <= v_now and coalesce(p.extended_until, s.closes_at) >= v_now
        then coalesce(p.extended_until, s.closes_at) end,
      (s.opens_at <= v_now) desc nulls last, case when s.opens_at <= v_now then s.opens_at end desc, s.opens_at, s.kind, s.number
    limit 1;
  return v_stage;
end $$;

-- R of a consultation, E of an evaluation, U of a review (Überprüfung): in numbers of positions and receipts.
create or replace function app.stage_letter(p_kind text) returns text
language sql immutable parallel safe as $$
  select case p_kind when 'evaluation' then 'E' when 'review' then 'U' else 'R' end
$$;
grant execute on function app.stage_letter(text) to resonanz_identity;

-- The stage in which a number was given: R1-0042 is of the first consultation. Null for what is no such number.
create or replace function app.numbered_stage(p_consultation_id bigint, p_number text) returns app.stage
language plpgsql stable as $$
declare
  v_parts text[] := regexp_match(p_number, '^([REU])(\d{1,4})-');
  v_stage app.stage;
begin
  if v_parts is not null then
    select s.* into v_stage from stage s where s.consultation_id = p_consultation_id
      and stage_letter(s.kind) = v_parts[1] and s.number = v_parts[2]::int;
  end if;
  return v_stage;
end $$;

-- Voting, advisory or none, by the seats an organisation holds that day.
create or replace function app.seat_status_on(p_organisation_id bigint, p_on date) returns app.seat_status
language plpgsql stable as $$
begin
  return coalesce((select s.seat_status from app.seat_holding h join app.seat s on s.id = h.seat_id
    where h.organisation_id = p_organisation_id and h.valid @> p_on
    order by s.seat_status desc limit 1), 'none'); -- 'voting' > 'advisory'
end $$;

-- Asked by app.resolve for the second factor.
grant execute on function app.seat_status_on(bigint, date) to resonanz_identity;

-- The name on a day; outside every period the nearest there is.
create or replace function app.name_on(p_organisation_id bigint, p_on date)
returns setof app.organisation_name
language sql stable rows 1 as $$
  select n.* from app.organisation_name n where n.organisation_id = p_organisation_id
    order by n.valid @> p_on desc, n.valid desc limit 1
$$;
grant execute on function app.name_on(bigint, date) to resonanz_identity;

-- Order of all lists: Bund, Länder by name, advisory, others by name.
create or replace function app.participation_sort_key(p_organisation_id bigint, p_on date) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_status text := seat_status_on(p_organisation_id, p_on);
begin
  return (select case
      when o.level = 'bund' and v_status = 'voting' then '0'
      when v_status = 'voting' then '1'
      when v_status = 'advisory' then '2'
      else '3' end
    || '-' || translate(lower(coalesce(case when v_status = 'voting' then l.name end, n.name)), 'äöüß', 'aous')
    || '-' || o.code
    from organisation o left join land l on l.code = o.land_code, name_on(o.id, p_on) n
    where o.id = p_organisation_id);
end $$;

-- While it is open the text may change, before and during co-signing.
create or replace function app.is_open(p_response_state text) returns boolean
language sql immutable parallel safe as $$
  select p_response_state in ('draft', 'cosigning')
$$;

-- The house of the caller in a stage. 404 without participation, as for a
-- consultation that does not exist.
create or replace function app.house_at(p_me app.caller, s app.stage, p_address text) returns app.house
language plpgsql stable as $$
declare
  h app.house;
  v_now timestamptz := app.now();
  v_today date := (v_now at time zone 'Europe/Berlin')::date;
  v_roles text[];
begin
  h.consultation_id := s.consultation_id;
  h.slug := p_address;
  h.stage_id := s.id;
  h.stage_key := s.key;
  h.stage_number := s.number;
  h.edition_id := s.edition_id;
  select p.organisation_id, o.code, coalesce(w.opens_at, s.opens_at), coalesce(p.extended_until, s.closes_at),
      p.extended_until is not null, r.id, coalesce(r.state, 'draft'), coalesce(r.nil_rest, false), p.level, p.seat_status,
      array(select m.role from membership m
        where m.person_id = p_me.person_id and m.organisation_id = p_me.organisation_id
          and coalesce(m.consultation_id, h.consultation_id) = h.consultation_id and m.valid @> v_today)
    into h.organisation_id, h.organisation_code, h.opens_at, h.closes_at, h.is_extended, h.response_id,
      h.response_state, h.nil_rest, h.level, h.seat_status, v_roles
    from participation p join organisation o on o.id = p.organisation_id
      left join stage_wave w on w.stage_id = p.stage_id and w.wave = p.wave
      left join response r on r.stage_id = p.stage_id and r.organisation_id = p.organisation_id
    where p.stage_id = s.id and p.organisation_id = p_me.organisation_id;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  h.has_begun := coalesce(h.opens_at <= v_now, false);
  h.is_over := coalesce(v_now > h.closes_at, false);
  h.is_editor := 'editor' = any (v_roles);
  h.is_releaser := 'releaser' = any (v_roles);
  h.can_edit := h.is_editor and is_open(h.response_state) and h.has_begun and not h.is_over;
  return h;
end $$;

-- The same in the stage it means, or in which p_number was given.
create or replace function app.house(p_me app.caller, p_consultation text, p_number text default null) returns app.house
language plpgsql stable as $$
declare
  v_id bigint := consultation_at(p_consultation);
  v_stage app.stage := numbered_stage(v_id, p_number);
begin
  if v_stage.id is null then
    v_stage := house_stage(v_id, p_me.organisation_id);
  end if;
  return house_at(p_me, v_stage, p_consultation);
end $$;

-- Refuses a write outside the window, without the role, or after a release.
create or replace function app.demand_draft(h app.house) returns void
language plpgsql stable as $$
begin
  if not h.has_begun then
    perform fail('CN409', 'not_open', null, json_build_object('opens_at', h.opens_at));
  elsif h.is_over then
    perform fail('CN409', 'deadline', null, json_build_object('closes_at', h.closes_at));
  elsif not is_open(h.response_state) then
    perform fail('CN409', 'not_draft');
  end if;
end $$;

-- The response of the house, made when it is not there; locked against a
-- release at the same time. Returns its state, read under the lock.
create or replace function app.open_response(inout h app.house)
language plpgsql volatile as $$
begin
  if h.response_id is null then
    insert into response (stage_id, organisation_id, state, created_at, changed_at)
      values (h.stage_id, h.organisation_id, 'draft', app.now(), app.now())
      on conflict (stage_id, organisation_id) do nothing;
    update participation p set opened_at = app.now() where p.stage_id = h.stage_id
      and p.organisation_id = h.organisation_id and p.opened_at is null;
  end if;
  select r.id, r.state, r.nil_rest into h.response_id, h.response_state, h.nil_rest
    from response r where r.stage_id = h.stage_id and r.organisation_id = h.organisation_id
    for share;
  perform demand_draft(h);
end $$;

-- The state of an answer as pages show it. p_cosign: where co-signing stands
-- (app.cosign_states), null where nobody was asked.
create or replace function app.answer_state(p_kind text, p_response_state text, p_cosign text) returns text
language sql immutable parallel safe as $$
  select case
    when p_kind is null then 'empty'
    when p_response_state = 'submitted' then 'submitted'
    when p_response_state = 'frozen' then 'frozen'
    when p_cosign is not null then p_cosign
    when p_kind = 'answered' then 'draft'
    else p_kind
  end
$$;

-- The seven values of the form's radio group.
create or replace function app.form_stance(p_kind text, p_stance text) returns text
language sql immutable parallel safe as $$
  select case when p_kind in ('nil', 'not_applicable') then p_kind else p_stance end
$$;

-- The words of a range; null when the field is no part of the position.
create or replace function app.cut(p_text text, p_range int4range) returns text
language sql immutable parallel safe as $$
  select substr(p_text, lower(p_range) + 1, upper(p_range) - lower(p_range))
$$;
