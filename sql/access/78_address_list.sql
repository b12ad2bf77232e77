-- Address lists: every line checked against the lists, the file itself and what
-- is there. Computed when it is shown, once more when it is confirmed and for
-- each part once more when it is done, so that nothing done is older than the
-- database.

-- The key for a word that people write; the word itself when nobody knows it.
create or replace function app.level_from(p_text text) returns text
language sql immutable parallel safe as $$
  select coalesce((select w.key from (values ('bund', 'bund'), ('land', 'land'), ('kommune', 'kommune'),
      ('kommunalverband', 'kommunalverband'), ('spitzenverband', 'kommunalverband'),
      ('kommunaler spitzenverband', 'kommunalverband'), ('fachministerkonferenz', 'fachministerkonferenz'),
      ('foederale einrichtung', 'foederale_einrichtung'), ('foderale einrichtung', 'foederale_einrichtung'),
      ('aufsicht', 'aufsicht'), ('wirtschaft', 'wirtschaft'), ('wissenschaft', 'wissenschaft'),
      ('zivilgesellschaft', 'zivilgesellschaft'), ('sonstige', 'sonstige'), ('sonstiges', 'sonstige'))
      w(word, key) where w.word = app.fold_name(p_text)), p_text)
$$;

create or replace function app.code_word(p_list text, p_text text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return coalesce((select c.key from code c where c.list_key = p_list
    and (c.key = p_text or fold_name(c.key) = fold_name(p_text) or fold_name(c.label) = fold_name(p_text)
      or (p_list = 'size-class' and c.position::text = p_text)) limit 1), p_text);
end $$;

create or replace function app.land_from(p_text text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when p_text ~ '^\d$' then '0' || p_text
    else coalesce((select l.code from land l where l.code = p_text or l.short_code = upper(p_text)
      or fold_name(l.name) = fold_name(p_text)), p_text) end;
end $$;

-- The lines with the words of people turned into keys. Words repeat, so each is
-- looked up once.
create or replace function app.address_entries(p_rows jsonb) returns setof app.address_entry
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query
    with raw as materialized (select (x ->> 'line')::int as line, x ->> 'error' as error,
        x ->> 'content' as content, normalize(clean(x ->> 'name')) as name,
        normalize(clean(x ->> 'short_name')) as short_name, upper(clean(x ->> 'code')) as code,
        clean(x ->> 'level') as level, clean(x ->> 'kind') as kind, clean(x ->> 'land') as land,
        nullif(replace(x ->> 'ars', ' ', ''), '') as ars, clean(x ->> 'size_class') as size_class,
        lower(clean(x ->> 'mail')) as mail, postal_lines(x ->> 'postal_address', true) as postal_address, concat_ws('; ', x ->> 'name', x ->> 'short_name', x ->> 'code',
          x ->> 'level', x ->> 'kind', x ->> 'land', x ->> 'ars', x ->> 'size_class', x ->> 'mail', x ->> 'postal_address') as words
      from jsonb_array_elements(p_rows) x),
    l as materialized (select d.level as word, level_from(d.level) as key from (select distinct r.level from raw r) d),
    k as materialized (select d.kind as word, code_word('organisation-kind', d.kind) as key
      from (select distinct r.kind from raw r where r.kind is not null) d),
    b as materialized (select d.land as word, land_from(d.land) as key
      from (select distinct r.land from raw r where r.land is not null) d),
    z as materialized (select d.size_class as word, code_word('size-class', d.size_class) as key
      from (select distinct r.size_class from raw r where r.size_class is not null) d)
    select r.line, r.error, left(coalesce(r.content, r.words), 300), r.name, r.short_name, r.code, l.key, k.key,
        b.key, r.ars, z.key, r.mail, r.postal_address
      from raw r left join l on l.word = r.level left join k on k.word = r.kind
        left join b on b.word = r.land left join z on z.word = r.size_class;
end $$;

-- Where in the file the same organisation stands first, and which one of ours
-- it is. By code, by ARS, by name; two municipalities of a name differ by Land
-- or ARS.
create or replace function app.address_matches(p_entries app.address_entry[]) returns setof app.address_match
language plpgsql stable set search_path = app, pg_temp
-- the planner takes a list for a hundred lines
set enable_nestloop = off as $$
declare
  v_today date := today();
begin
  return query
    with e as materialized (select x.*, fold_name(x.name) || case x.level when 'kommune' then '/'
        || coalesce(x.land, '') else '' end as key
      from unnest(p_entries) x where x.name is not null),
    f as (select e.line, least(case when e.ars is null then min(e.line) over (partition by e.key)
          else least(min(e.line) over (partition by e.key, e.ars),
            min(e.line) filter (where e.ars is null) over (partition by e.key)) end,
        case when e.ars is not null then min(e.line) over (partition by e.ars) end,
        case when e.code is not null then min(e.line) over (partition by e.code) end) as first_line from e),
    o as materialized (select x.id, x.code, x.ars, fold_name(n.name) || case x.level when 'kommune' then '/'
        || coalesce(x.land_code, '') else '' end as key
      from organisation x join organisation_name n on n.organisation_id = x.id and n.valid @> v_today
      where x.valid @> v_today),
    m as (
      select e.line, 1 as rank, o.id from e join o on o.code = e.code
      union all select e.line, 2, o.id from e join o on o.ars = e.ars
      union all select e.line, 3, o.id from e join o on o.key = e.key
        where o.ars is null or e.ars is null or o.ars = e.ars or e.ars !~ '^\d{12}$'),
    b as (select distinct on (m.line) m.line, m.id from m order by m.line, m.rank, m.id)
    select e.line, nullif(f.first_line, e.line), b.id
      from e join f on f.line = e.line left join b on b.line = e.line;
end $$;

-- In what a line contradicts what is stored; what is empty on one side does not.
create or replace function app.address_differences(o app.organisation, p_name text, p_own_name text,
  p_code text, p_level text, p_kind text, p_land text, p_ars text, p_size_class text, p_mail text) returns text[]
language sql immutable parallel safe as $$
  select array_remove(array[case when app.fold_name(p_name) <> app.fold_name(p_own_name) then 'name' end,
    case when p_code <> o.code then 'organisation_code' end, case when p_level <> o.level then 'level' end,
    case when p_kind <> o.kind then 'kind' end, case when p_land <> o.land_code then 'land' end,
    case when p_ars <> o.ars then 'ars' end, case when p_size_class <> o.size_class then 'size_class' end,
    case when p_mail <> o.office_mail then 'mail' end], null)
$$;

-- What a line says of an organisation that is there, and which we do not take
-- over: what ours lacks, another short name and another postal address.
create or replace function app.address_kept(o app.organisation, p_short_name text, p_own_short_name text,
  p_kind text, p_land text, p_ars text, p_size_class text, p_mail text, p_postal_address text) returns text[]
language sql immutable parallel safe as $$
  select array_remove(array[
    case when app.fold_name(p_short_name) <> app.fold_name(p_own_short_name) then 'short_name' end,
    case when o.kind is null and p_kind is not null then 'kind' end,
    case when o.land_code is null and p_land is not null then 'land' end,
    case when o.ars is null and p_ars is not null then 'ars' end,
    case when o.size_class is null and p_size_class is not null then 'size_class' end,
    case when o.office_mail is null and p_mail is not null then 'mail' end,
    case when app.fold_name(p_postal_address) <> app.fold_name(coalesce(o.postal_address, '')) then 'postal_address' end], null)
$$;

-- A reason as the page shows it.
create or replace function app.address_reason(p_field text, p_code text, p_args jsonb) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_build_array(jsonb_build_object('field', p_field, 'code', p_code, 'args', coalesce(p_args, '{}')))
$$;

-- What is wrong with the lines beside each entry for itself: a code that cannot
-- be, the same organisation twice, what an organisation of another time has.
create or replace function app.address_problems(p_entries app.address_entry[], p_matches app.address_match[])
returns table (line int, field text, code text, args jsonb)
language plpgsql stable set search_path = app, pg_temp
-- the planner takes a list for a hundred lines
set enable_nestloop = off as $$
declare
  v_codes text[] := array(select x.code from organisation x where not x.valid @> today());
  v_ars text[] := array(select x.ars from organisation x where x.ars is not null and not x.valid @> today());
begin
  return query
    select e.line, 'organisation_code', 'bad_code', jsonb_build_object('value', left(e.code, 60))
      from unnest(p_entries) e where e.code !~ '^[A-Z0-9][A-Z0-9-]{0,39}$'
    union all select m.line, 'name', 'duplicate', jsonb_build_object('line', m.of)
      from unnest(p_matches) m where m.of is not null
    union all select e.line, case when e.ars = any (v_ars) then 'ars' else 'organisation_code' end, 'other_time',
        jsonb_build_object('value', case when e.ars = any (v_ars) then e.ars else e.code end)
      from unnest(p_entries) e join unnest(p_matches) m on m.line = e.line
      where m.of is null and m.organisation_id is null and (e.ars = any (v_ars) or e.code = any (v_codes));
end $$;

-- Each line: new, same (nothing to do for the organisation) or bad with all its
-- reasons; kept: what of it we do not take over; is_invited: takes part in the
-- stage already.
create or replace function app.address_check(p_rows jsonb, p_stage_id bigint)
returns table (line int, content text, state text, reasons jsonb, kept text[], name text, short_name text, code text,
  level text, kind text, land text, ars text, size_class text, mail text, organisation_id bigint,
  is_invited boolean, postal_address text)
language plpgsql stable set search_path = app, pg_temp
-- the planner takes a list for a hundred lines
set enable_nestloop = off as $$
declare
  v_today date := today();
  v_entries app.address_entry[] := array(select e from address_entries(p_rows) e);
  v_matches app.address_match[] := array(select m from address_matches(v_entries) m);
begin
  return query
    with p as materialized (select x.line, jsonb_agg(jsonb_build_object('field', x.field, 'code', x.code,
        'args', coalesce(x.args, '{}')) order by x.rank, x.ordinality) as found
      from (select 1 as rank, o.* from organisation_problems(v_entries) with ordinality o
        union all select 2, a.* from address_problems(v_entries, v_matches) with ordinality a) x group by x.line),
    r as materialized (select e.*, o.id, o.code as own_code, t.organisation_id is not null as is_in,
          case when e.error is not null then address_reason(null, e.error, null) else coalesce(p.found, '[]') end as found,
          case when m.of is null and o.id is not null then address_differences(o, e.name, n.name, e.code,
            e.level, e.kind, e.land, e.ars, e.size_class, e.mail) else '{}' end as differs,
          case when o.id is not null then address_kept(o, e.short_name, n.short_name, e.kind, e.land, e.ars,
            e.size_class, e.mail, e.postal_address) else '{}' end as kept
        from unnest(v_entries) e left join p on p.line = e.line left join unnest(v_matches) m on m.line = e.line
          left join organisation o on o.id = m.organisation_id
          left join organisation_name n on n.organisation_id = o.id and n.valid @> v_today
          left join participation t on t.stage_id = p_stage_id and t.organisation_id = o.id),
    x as materialized (select r.*, case when r.found = '[]' and cardinality(r.differs) > 0
        then address_reason('name', 'existing', jsonb_build_object('code', r.own_code, 'fields', to_jsonb(r.differs)))
        else r.found end as reasons from r)
    select x.line, x.content, case when x.reasons <> '[]' then 'bad' when x.id is not null then 'same'
        else 'new' end, x.reasons, case when x.reasons = '[]' then x.kept else '{}' end, x.name, x.short_name, x.code,
        x.level, x.kind, x.land, x.ars, x.size_class, x.mail, x.id, x.is_in, x.postal_address
      from x order by x.line;
end $$;

-- One mail for each office and stage.
create or replace function app.office_mail_key(p_stage_id bigint, p_mail text) returns text
language sql immutable parallel safe as $$
  select 'office_invitation:' || p_stage_id || ':' || p_mail
$$;

-- What a confirmation would do, in numbers. An organisation that is there is
-- written to where we know its office, not where the list says.
create or replace function app.address_counts(p_checked jsonb, p_stage_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('read', count(*), 'ok', count(*) filter (where x.state <> 'bad'),
      'new', count(*) filter (where x.state = 'new'), 'same', count(*) filter (where x.state = 'same'),
      'bad', count(*) filter (where x.state = 'bad'), 'kept', count(*) filter (where x.kept <> '[]'),
      'invite', count(*) filter (where x.is_due),
      'mail', count(distinct x.office) filter (where x.is_due and not exists (select from mail m
        where m.dedupe_key = office_mail_key(p_stage_id, x.office))),
      'no_mail', count(*) filter (where x.is_due and x.office is null))
    from (select r.state, r.kept, p_stage_id is not null and r.state <> 'bad' and not r.is_invited as is_due,
        case r.state when 'new' then r.mail else o.office_mail end as office
      from jsonb_to_recordset(p_checked) r (state text, kept jsonb, is_invited boolean, mail text, organisation_id bigint)
        left join organisation o on o.id = r.organisation_id) x);
end $$;

create or replace function app.import_of(p_key text) returns app.organisation_import
language plpgsql stable set search_path = app, pg_temp as $$
declare
  i app.organisation_import;
begin
  select x.* into i from organisation_import x where x.key = p_key;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return i;
end $$;

-- The numbers as a word of a form.
create or replace function app.import_token(p_counts json) returns text
language sql immutable parallel safe as $$
  select concat_ws('-', p_counts ->> 'read', p_counts ->> 'new', p_counts ->> 'same', p_counts ->> 'bad',
    p_counts ->> 'invite')
$$;
