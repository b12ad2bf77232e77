-- All organisations as they stand on a day.
create or replace function page.organisations(p_me app.caller, p_q text, p_level text, p_land text,
  p_status text, p_on text, p_valid text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  v_names constant text[] := array['q', 'level', 'land', 'status', 'on', 'valid', 'after'];
  v_is_bad boolean := p_on is not null and day_of(p_on) is null;
  v_on date := coalesce(day_of(p_on), today());
  v_filter text[] := array[url_part(p_q), p_level, p_land, p_status, case when day_of(p_on) is not null
    then v_on::text end, case p_valid when 'all' then 'all' end];
  v_rows json;
  v_last text;
begin
  with r as (select x.*, row_number() over () as n
    from page.organisation_rows(p_me, p_q, p_level, p_land, p_status, v_on, p_valid = 'all' is true,
      p_after, c_size + 1) x)
  select coalesce(json_agg(json_build_object('code', r.code, 'name', r.name, 'short_name', r.short_name,
      'level', r.level, 'land', r.land, 'land_name', r.land_name, 'ars', r.ars, 'seats', r.seats,
      'status', r.status, 'valid', json_build_object('from', r.valid_from, 'until', r.valid_until),
      'people', r.people, 'hints', organisation_hints(o, v_on)) order by r.n) filter (where r.n <= c_size), '[]'),
    case when max(r.n) > c_size then max(r.code) filter (where r.n = c_size) end
    into v_rows, v_last from r join organisation o on o.id = r.id;
  return json_build_object(
    'frame', frame(p_me, null, 'organisations'),
    'rows', v_rows,
    'count', organisation_count(p_q, p_level, p_land, p_status, v_on, p_valid = 'all' is true),
    'filter', json_build_object('q', p_q, 'level', p_level, 'land', p_land, 'status', p_status,
      'on', case when v_is_bad then p_on else to_char(v_on, 'DD.MM.YYYY') end, 'is_bad', v_is_bad,
      'valid', p_valid, 'is_on', num_nonnulls(p_q, p_level, p_land, p_status, p_on, p_valid) > 0),
    'on', v_on,
    'options', organisation_options(),
    'lists', code_lists_json(),
    'is_first', p_after is null,
    'next_href', case when v_last is not null then with_query('/organisations', v_names, v_filter || v_last) end,
    'first_href', with_query('/organisations', v_names, v_filter || null::text),
    'csv_href', with_query('/organisations.csv', v_names, v_filter || null::text));
end $$;

-- For the export: the day as the query carries it.
create or replace function page.organisations_csv(p_me app.caller, p_q text, p_level text, p_land text,
  p_status text, p_on text, p_valid text)
returns table (code text, name text, short_name text, level text, kind text, land text, land_name text, ars text,
  size_class text, seats text, status text, valid_from date, valid_until date, office_mail text, people bigint,
  postal_address text)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return query select r.code, r.name, r.short_name, r.level, kind_label(r.kind), r.land, r.land_name, r.ars,
      (select c.label::text from code c where c.list_key = 'size-class' and c.key = r.size_class), r.seats,
      r.status, r.valid_from, r.valid_until, r.office_mail, r.people,
      (select o.postal_address from organisation o where o.id = r.id)
    from page.organisation_rows(p_me, p_q, p_level, p_land, p_status, coalesce(day_of(p_on), today()),
      p_valid = 'all' is true) r;
end $$;
