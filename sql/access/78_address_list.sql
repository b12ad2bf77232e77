-- Address lists: every line checked against the lists, the file itself and what
-- is there. Computed when it is shown and once more when it is confirmed, so
-- that a result is never older than the database.

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
create or replace function app.address_entries(p_rows jsonb)
returns table (line int, error text, content text, name text, short_name text, code text, level text,
  kind text, land text, ars text, size_class text, mail text)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query
    with raw as materialized (select (x ->> 'line')::int as line, x ->> 'error' as error,
        x ->> 'content' as content, normalize(clean(x ->> 'name')) as name,
        normalize(clean(x ->> 'short_name')) as short_name, upper(clean(x ->> 'code')) as code,
        clean(x ->> 'level') as level, clean(x ->> 'kind') as kind, clean(x ->> 'land') as land,
        nullif(replace(x ->> 'ars', ' ', ''), '') as ars, clean(x ->> 'size_class') as size_class,
        lower(clean(x ->> 'mail')) as mail, concat_ws('; ', x ->> 'name', x ->> 'short_name', x ->> 'code',
          x ->> 'level', x ->> 'kind', x ->> 'land', x ->> 'ars', x ->> 'size_class', x ->> 'mail') as words
      from jsonb_array_elements(p_rows) x),
    l as materialized (select d.level as word, level_from(d.level) as key from (select distinct r.level from raw r) d),
    k as materialized (select d.kind as word, code_word('organisation-kind', d.kind) as key
      from (select distinct r.kind from raw r where r.kind is not null) d),
    b as materialized (select d.land as word, land_from(d.land) as key
      from (select distinct r.land from raw r where r.land is not null) d),
    z as materialized (select d.size_class as word, code_word('size-class', d.size_class) as key
      from (select distinct r.size_class from raw r where r.size_class is not null) d)
    select r.line, r.error, left(coalesce(r.content, r.words), 300), r.name, r.short_name, r.code, l.key, k.key,
        b.key, r.ars, z.key, r.mail
      from raw r left join l on l.word = r.level left join k on k.word = r.kind
        left join b on b.word = r.land left join z on z.word = r.size_class;
end $$;

-- Where in the file the same organisation stands first, and which one of ours
-- it is. By code, by ARS, by name; two municipalities of a name differ by Land
-- or ARS.
create or replace function app.address_matches(p_rows jsonb)
returns table (line int, of int, organisation_id bigint)
language plpgsql stable set search_path = app, pg_temp
-- the planner takes a list for a hundred lines
set enable_nestloop = off as $$
declare
  v_today date := today();
begin
  return query
    with e as materialized (select x.*, fold_name(x.name) || case x.level when 'kommune' then '/'
        || coalesce(x.land, '') else '' end as key from address_entries(p_rows) x where x.name is not null),
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

-- How a line differs from what is stored; what is empty on one side does not.
create or replace function app.address_differences(o app.organisation, p_name text, p_own_name text,
  p_code text, p_level text, p_kind text, p_land text, p_ars text, p_size_class text, p_mail text) returns text[]
language sql immutable parallel safe as $$
  select coalesce(array_agg(d.field order by d.place), '{}') from (values
    (1, 'name', app.fold_name(p_name), app.fold_name(p_own_name)), (2, 'organisation_code', p_code, o.code),
    (3, 'level', p_level, o.level::text), (4, 'kind', p_kind, o.kind), (5, 'land', p_land, o.land_code),
    (6, 'ars', p_ars, o.ars), (7, 'size_class', p_size_class, o.size_class), (8, 'mail', p_mail, o.office_mail))
    d(place, field, theirs, ours) where d.theirs <> d.ours
$$;

-- A reason as the page shows it.
create or replace function app.address_reason(p_field text, p_code text, p_args jsonb) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_build_array(jsonb_build_object('field', p_field, 'code', p_code, 'args', coalesce(p_args, '{}')))
$$;

-- Each line: new, same (nothing to do for the organisation) or bad with all its
-- reasons; is_invited: takes part in the stage already.
create or replace function app.address_check(p_rows jsonb, p_stage_id bigint)
returns table (line int, content text, state text, reasons jsonb, name text, short_name text, code text,
  level text, kind text, land text, ars text, size_class text, mail text, organisation_id bigint,
  is_invited boolean)
language plpgsql stable set search_path = app, pg_temp
-- the planner takes a list for a hundred lines
set enable_nestloop = off as $$
declare
  v_today date := today();
begin
  return query
    with e as materialized (select * from address_entries(p_rows)),
    p as materialized (select x.line, jsonb_agg(jsonb_build_object('field', x.field, 'code', x.code, 'args', x.args)) as found
      from organisation_problems((select jsonb_agg(to_jsonb(y)) from e y where y.error is null)) x group by x.line),
    r as materialized (select e.*, m.organisation_id as id, o.code as own_code,
          case when e.error is not null then address_reason(null, e.error, null)
          else coalesce(p.found, '[]') || case when e.code !~ '^[A-Z0-9][A-Z0-9-]{0,39}$'
              then address_reason('organisation_code', 'bad_code', jsonb_build_object('value', left(e.code, 60))) else '[]' end
            || case when m.of is not null
              then address_reason('name', 'duplicate', jsonb_build_object('line', m.of)) else '[]' end end as found,
          case when m.of is null and o.id is not null then address_differences(o, e.name, n.name, e.code,
            e.level, e.kind, e.land, e.ars, e.size_class, e.mail) else '{}' end as differs,
          t.organisation_id is not null as is_in
        from e left join p on p.line = e.line left join address_matches(p_rows) m on m.line = e.line
          left join organisation o on o.id = m.organisation_id
          left join organisation_name n on n.organisation_id = o.id and n.valid @> v_today
          left join participation t on t.stage_id = p_stage_id and t.organisation_id = o.id),
    x as materialized (select r.*, r.found || case when r.found = '[]' and cardinality(r.differs) > 0
        then address_reason('name', 'existing', jsonb_build_object('code', r.own_code, 'fields', to_jsonb(r.differs)))
        else '[]' end as reasons from r)
    select x.line, x.content, case when x.reasons <> '[]' then 'bad' when x.id is not null then 'same'
        else 'new' end, x.reasons, x.name, x.short_name, x.code, x.level, x.kind, x.land, x.ars, x.size_class,
        x.mail, x.id, x.is_in
      from x order by x.line;
end $$;

-- What a confirmation would do, in numbers.
create or replace function app.address_counts(p_checked jsonb, p_stage_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('read', count(*), 'ok', count(*) filter (where x.state <> 'bad'),
      'new', count(*) filter (where x.state = 'new'), 'same', count(*) filter (where x.state = 'same'),
      'bad', count(*) filter (where x.state = 'bad'),
      'invite', count(*) filter (where p_stage_id is not null and x.state <> 'bad' and not x.is_invited),
      'mail', count(distinct coalesce(x.mail, x.own_mail)) filter (where p_stage_id is not null
        and x.state <> 'bad' and not x.is_invited),
      'no_mail', count(*) filter (where p_stage_id is not null and x.state <> 'bad' and not x.is_invited
        and coalesce(x.mail, x.own_mail) is null))
    from (select r.state, r.is_invited, r.mail, o.office_mail as own_mail
      from jsonb_to_recordset(p_checked) r (state text, is_invited boolean, mail text, organisation_id bigint)
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
