-- Organisations: what an entry must be, for forms and address lists alike.

-- The day of a filter; null when it is none.
create or replace function app.day_of(p_text text) returns date
language plpgsql immutable set search_path = app, pg_temp as $$
begin
  return read_day(p_text, 'on');
exception
  when sqlstate 'CN422' then
    return null;
end $$;

create or replace function app.demand_day(p_text text, p_field text) returns date
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  v_day date := read_day(p_text, p_field);
begin
  if v_day is null then
    perform fail('CN422', 'required', p_field);
  end if;
  return v_day;
end $$;

-- The same name however it is written.
create or replace function app.fold_name(p_text text) returns text
language sql immutable parallel safe as $$
  select btrim(regexp_replace(translate(lower(p_text), 'äöüéèáà', 'aoueeaa'), '[^a-z0-9ß]+', ' ', 'g'))
$$;

create or replace function app.levels() returns text[]
language sql immutable parallel safe as $$
  select array['bund', 'land', 'kommune', 'kommunalverband', 'fachministerkonferenz', 'foederale_einrichtung',
    'aufsicht', 'wirtschaft', 'wissenschaft', 'zivilgesellschaft', 'sonstige']
$$;

-- How long an ARS may be; a municipality that does not say its kind has 12.
create or replace function app.ars_lengths(p_level text, p_kind text) returns int[]
language sql immutable parallel safe as $$
  select case
    when p_level <> 'kommune' then array[2, 5, 9, 12]
    when p_kind in ('kreisfreie_stadt', 'landkreis') then array[5, 12]
    when p_kind = 'gemeindeverband' then array[9, 12]
    when p_kind in ('zweckverband', 'it_dienstleister') then array[2, 5, 9, 12]
    else array[12] end
$$;

-- An address as it is stored: its lines without spaces around, no empty ones. A cell
-- of a list may write it in one line, with commas.
create or replace function app.postal_lines(p_text text, p_is_cell boolean default false) returns text
language sql immutable parallel safe as $$
  select nullif(string_agg(y.line, e'\n' order by x.n), '')
    from regexp_split_to_table(p_text, case when p_is_cell and p_text !~ '[\r\n]' then ',' else '\r?\n' end) with ordinality x(line, n)
      cross join lateral (select normalize(btrim(regexp_replace(x.line, '\s+', ' ', 'g'))) as line) y where y.line <> ''
$$;

-- What is wrong with entries, all of it: field, code and numbers of the text.
-- Entries as an array: a list is checked in one go.
create or replace function app.organisation_problems(p_entries app.address_entry[])
returns table (line int, field text, code text, args jsonb)
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_lands text[] := array(select x.code from land x);
begin
  return query
    select e.line, v.field, v.code, case when v.value is null then '{}' else jsonb_build_object(
        'value', left(v.value, 60), 'actual', char_length(v.value), 'needed', v.needed) end
      from unnest(p_entries) e
        left join code k on k.list_key = 'organisation-kind' and k.key = e.kind
        left join code z on z.list_key = 'size-class' and z.key = e.size_class
        left join land l on l.code = e.land
        -- not VALUES, which would be set up anew for each line
        cross join lateral unnest(array[
          (e.name is null, 'name', 'name_missing', null, null),
          (char_length(e.name) > 300, 'name', 'name_too_long', e.name, '300'),
          (char_length(e.short_name) > 60, 'short_name', 'name_too_long', e.short_name, '60'),
          (concat(e.name, e.short_name) ~ '[[:cntrl:]]', 'name', 'bad_character', null, null),
          (e.level is null, 'level', 'level_missing', null, null),
          (not e.level = any (levels()), 'level', 'level_unknown', e.level, null),
          (e.kind is not null and k.key is null, 'kind', 'kind_unknown', e.kind, null),
          (k.level <> e.level and e.level = any (levels()), 'kind', 'kind_level', e.kind, null),
          (e.land is null and e.level in ('land', 'kommune'), 'land', 'land_missing', null, null),
          (e.land is not null and l.code is null, 'land', 'land_unknown', e.land, null),
          (e.ars !~ '^\d+$', 'ars', 'ars_digits', e.ars, null),
          (e.ars ~ '^\d{8}$', 'ars', 'ars_is_ags', e.ars, null),
          (e.ars ~ '^\d{11}$', 'ars', 'ars_zero', e.ars, null),
          (e.ars ~ '^\d+$' and not char_length(e.ars) = any (array[8, 11] || ars_lengths(e.level, e.kind)),
            'ars', 'ars_length', e.ars, array_to_string(ars_lengths(e.level, e.kind), ' oder ')),
          (e.ars ~ '^\d+$' and left(e.ars, 2) <> l.code, 'ars', 'ars_land', e.ars, null),
          (e.ars ~ '^\d+$' and e.land is null and not left(e.ars, 2) = any (v_lands), 'ars', 'ars_land', e.ars, null),
          (e.size_class is not null and z.key is null, 'size_class', 'size_unknown', e.size_class, null),
          (e.size_class is not null and e.level <> 'kommune', 'size_class', 'size_level', null, null),
          (e.mail is not null and not is_mail(e.mail), 'mail', 'bad_mail', e.mail, null),
          (e.postal_address ~ '[^\n]{61}|(\n.*){5}', 'postal_address', 'postal_long', null, null),
          (e.postal_address ~ '[\u0001-\u0009\u000b-\u001f\u007f]', 'postal_address', 'bad_character', null, null),
          (e.postal_address !~ '(^|\n)([A-Z]{1,3}-)?\d{4,5} \S', 'postal_address', 'postal_town', null, null)]::entry_check[]) v
      where v.is_so;
end $$;

-- Voting, advisory; consulted: takes part without a seat. Never typed.
create or replace function app.council_status_on(p_organisation_id bigint, p_on date) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_status text := seat_status_on(p_organisation_id, p_on);
begin
  return case when v_status <> 'none' then v_status
    when exists (select from participation p where p.organisation_id = p_organisation_id) then 'consulted'
    else 'none' end;
end $$;

create or replace function app.organisation_of(p_code text) returns app.organisation
language plpgsql stable set search_path = app, pg_temp as $$
declare
  o app.organisation;
begin
  select x.* into o from organisation x where x.code = p_code;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return o;
end $$;

-- The organisation for a change, locked. Refuses who edited an older version;
-- p_version null: whatever there is now.
create or replace function app.change_organisation(p_me app.caller, p_id bigint, p_version bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update organisation o set version = o.version + 1, changed_at = app.now(), changed_by = p_me.person_id
    where o.id = p_id and o.version = coalesce(p_version, o.version);
  if not found then
    perform fail('CN409', 'stale');
  end if;
end $$;

-- A code out of a name: Stadt Köln is STADT-KOELN.
create or replace function app.code_from(p_name text) returns text
language sql immutable parallel safe as $$
  select coalesce(nullif(btrim(left(regexp_replace(upper(replace(replace(replace(replace(replace(replace(replace(
      p_name, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'Ä', 'Ae'), 'Ö', 'Oe'), 'Ü', 'Ue'), 'ß', 'ss')),
    '[^A-Z0-9]+', '-', 'g'), 24), '-'), ''), 'ORG')
$$;

-- The same entry as another: its ARS, or its name where ARS do not differ.
create or replace function app.organisation_like(p_id bigint, p_name text, p_level text, p_land text,
  p_ars text, p_on date) returns app.organisation
language plpgsql stable set search_path = app, pg_temp as $$
declare
  o app.organisation;
begin
  select x.* into o from organisation x join organisation_name n on n.organisation_id = x.id and n.valid @> p_on
    where x.id is distinct from p_id and x.valid @> p_on
      and (x.ars = p_ars or (fold_name(n.name) = fold_name(p_name)
        and (p_level <> 'kommune' or x.level <> 'kommune' or x.land_code = p_land)
        and (x.ars is null or p_ars is null)))
    order by x.ars = p_ars desc nulls last limit 1;
  return o;
end $$;

-- Refuses an entry of a form by its first problem.
create or replace function app.demand_organisation(p_id bigint, p_name text, p_short_name text, p_level text,
  p_kind text, p_land text, p_ars text, p_size_class text, p_mail text, p_postal_address text) returns void
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_problem record;
  o app.organisation;
begin
  select x.* into v_problem from organisation_problems(array[jsonb_populate_record(
    null::address_entry, jsonb_build_object('name', p_name, 'short_name', p_short_name, 'level', p_level,
      'kind', p_kind, 'land', p_land, 'ars', p_ars, 'size_class', p_size_class, 'mail', p_mail,
      'postal_address', p_postal_address))]) x limit 1;
  if found then
    perform fail('CN422', v_problem.code, case v_problem.field when 'mail' then 'office_mail'
      else v_problem.field end, v_problem.args::json);
  end if;
  o := organisation_like(p_id, p_name, p_level, p_land, p_ars, today());
  if o.id is not null then
    perform fail('CN422', 'organisation_exists', case when o.ars = p_ars then 'ars' else 'name' end,
      json_build_object('name', (select n.name from name_on(o.id, today()) n), 'code', o.code));
  end if;
end $$;
