-- Helpers of the pages about organisations and seats.

-- Text as a part of a query string.
create or replace function app.url_part(p_text text) returns text
language sql immutable parallel safe as $$
  select string_agg(case when x.c ~ '[A-Za-z0-9._~-]' then x.c
      else regexp_replace(upper(encode(convert_to(x.c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by x.n)
    from regexp_split_to_table(p_text, '') with ordinality x(c, n)
$$;

-- The choices of forms and filters about organisations.
create or replace function app.organisation_options() returns json
language plpgsql stable as $$
begin
  return json_build_object('levels', to_json(levels()),
    'lands', (select json_agg(json_build_object('code', l.code, 'name', l.name) order by l.name) from land l),
    'kinds', (select coalesce(json_agg(json_build_object('level', g.level, 'kinds', g.kinds) order by g.first), '[]')
      from (select c.level, min(c.position) as first,
          json_agg(json_build_object('key', c.key, 'label', c.label) order by c.position) as kinds
        from code c where c.list_key = 'organisation-kind' group by c.level) g),
    'size_classes', (select coalesce(json_agg(json_build_object('key', c.key, 'label', c.label)
        order by c.position), '[]') from code c where c.list_key = 'size-class'),
    'statuses', json_build_array('voting', 'advisory', 'consulted', 'none'));
end $$;

-- Which lists these are, and of which day.
create or replace function app.code_lists_json() returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', l.key, 'title', l.title, 'as_of', l.as_of,
    'source', l.source) order by l.key), '[]') from code_list l where l.key <> 'holiday');
end $$;

create or replace function app.kind_label(p_kind text) returns text
language plpgsql stable as $$
begin
  return (select c.label from code c where c.list_key = 'organisation-kind' and c.key = p_kind);
end $$;

-- Seats an organisation holds, with their periods.
create or replace function app.seats_held(p_organisation_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', s.key, 'name', s.name, 'seat_status', s.seat_status,
      'period', period_json(h.valid), 'is_now', h.valid @> today()) order by h.valid, s.position), '[]')
    from seat_holding h join seat s on s.id = h.seat_id where h.organisation_id = p_organisation_id);
end $$;

-- What a person should look at: ended, to come, a successor, a name that
-- changes within 90 days, nobody who releases, no office address.
create or replace function app.organisation_hints(o app.organisation, p_on date) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('code', h.code, 'on', h.on_day, 'name', h.name)), '[]')
    from (
      select 'ended' as code, upper(o.valid) - 1 as on_day, null::text as name
        where upper(o.valid) <= p_on
      union all select 'future', lower(o.valid), null where lower(o.valid) > p_on
      union all select 'successor', null, n.short_name from organisation x, name_on(x.id, p_on) n
        where x.predecessor_id = o.id
      union all select 'renamed', lower(n.valid), n.short_name from organisation_name n
        where n.organisation_id = o.id and lower(n.valid) > p_on and lower(n.valid) <= p_on + 90
      union all select 'no_releaser', null, null where o.valid @> p_on and not exists (
        select from membership m join person p on p.id = m.person_id and p.state in ('active', 'invited')
          where m.organisation_id = o.id and m.role = 'releaser' and m.valid @> p_on)
      union all select 'no_office_mail', null, null where o.valid @> p_on and o.office_mail is null) h);
end $$;

-- Who sits in the council on a day: the status of the house and its seats.
create or replace function app.seated_on(p_on date)
returns table (organisation_id bigint, status text, seats text)
language sql stable as $$
  select h.organisation_id, max(s.seat_status::text), string_agg(s.key, ', ' order by s.position)
    from seat_holding h join seat s on s.id = h.seat_id where h.valid @> p_on group by h.organisation_id
$$;

-- Organisations under their names of a day, filtered, with what their seats make
-- of them. p_q: as sort_name is written. One statement with who calls it.
create or replace function app.organisations_on(p_on date, p_all boolean, p_q text, p_level text, p_land text,
  p_status text)
returns table (o app.organisation, n app.organisation_name, status text, seats text)
language sql stable as $$
  select o, n, coalesce(t.status, case when o.id in (select p.organisation_id from participation p)
      then 'consulted' else 'none' end), t.seats
    from organisation_name n join organisation o on o.id = n.organisation_id
      left join seated_on(p_on) t on t.organisation_id = o.id
    where n.valid @> p_on and (p_all or o.valid @> p_on)
      and (p_level is null or o.level = p_level) and (p_land is null or o.land_code = p_land)
      and (p_q is null or position(p_q in n.sort_name) > 0 or o.ars like p_q || '%' or lower(o.code) = p_q)
      and (p_status is null or case when p_status in ('voting', 'advisory') then t.status = p_status
        else o.id not in (select s.organisation_id from seated_on(p_on) s)
          and o.id in (select p.organisation_id from participation p) = (p_status = 'consulted')
          and p_status in ('consulted', 'none') end)
$$;

create or replace function app.sort_text(p_text text) returns text
language sql immutable parallel safe as $$
  select nullif(translate(lower(btrim(p_text)), 'äöüéèáàß', 'aoueeaas'), '')
$$;

-- The rows of the list and of its export, in the order of names; p_after is
-- the code of the last one seen.
create or replace function page.organisation_rows(p_me app.caller, p_q text, p_level text, p_land text,
  p_status text, p_on date, p_all boolean, p_after text default null, p_limit bigint default null)
returns table (code text, name text, short_name text, level text, kind text, land text, land_name text, ars text,
  size_class text, seats text, status text, valid_from date, valid_until date, office_mail text, people bigint,
  id bigint)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_name text;
  v_id bigint;
begin
  if not is_administrator() or not 'administrator' = any (p_me.roles) then
    return;
  end if;
  select n.sort_name, n.organisation_id into v_name, v_id
    from organisation o join organisation_name n on n.organisation_id = o.id and n.valid @> p_on
    where o.code = p_after;
  return query
    select (x.o).code, (x.n).name::text, (x.n).short_name::text, (x.o).level::text, (x.o).kind, (x.o).land_code,
        (select l.name::text from land l where l.code = (x.o).land_code), (x.o).ars, (x.o).size_class, x.seats,
        x.status, lower((x.o).valid), upper((x.o).valid) - 1, (x.o).office_mail,
        (select count(distinct m.person_id) from membership m
          where m.organisation_id = (x.o).id and m.valid @> p_on), (x.o).id
      from organisations_on(p_on, p_all, sort_text(p_q), p_level, p_land, p_status) x
      where v_id is null or ((x.n).sort_name, (x.n).organisation_id) > (v_name, v_id)
      order by (x.n).sort_name, (x.n).organisation_id limit p_limit;
end $$;

create or replace function app.organisation_count(p_q text, p_level text, p_land text, p_status text,
  p_on date, p_all boolean) returns bigint
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (select count(*) from organisations_on(p_on, p_all, sort_text(p_q), p_level, p_land, p_status));
end $$;
