-- Organisations, seats and address lists: one holder per seat and day, the
-- status derived from it, names with their time, and what an entry must be.
\ir t/setup.sql
select plan(55);
\set codelists `cat "$SQL_TESTS/../../assets/codelists/federal.json"`
set local role resonanz_owner;
select set_config('t.codes', :'codelists', true) as quiet \gset
select is(job.import_code_lists(current_setting('t.codes')::jsonb) ->> 'state', 'imported', 'code lists are loaded');
select is(job.import_code_lists(current_setting('t.codes')::jsonb) ->> 'state', 'unchanged', 'once');
reset role;

create function t.admin(p_sql text) returns jsonb language sql as $$
  select t.act('adler', 'administrator', p_sql)
$$;
create function t.holder(p_seat text, p_on text) returns text language sql as $$
  select string_agg(o.code, ',') from app.seat_holding h join app.seat s on s.id = h.seat_id
    join app.organisation o on o.id = h.organisation_id where s.key = p_seat and h.valid @> p_on::date
$$;
-- Days from 2008 to 2030 on which the seat has not exactly one holder, from the
-- first day of the first.
create function t.bad_days(p_seat text) returns bigint language sql as $$
  select count(*) from generate_series((select min(lower(h.valid)) from app.seat_holding h
      join app.seat s on s.id = h.seat_id where s.key = p_seat), date '2030-01-01', interval '1 day') d
    where (select count(*) from app.seat_holding h join app.seat s on s.id = h.seat_id
      where s.key = p_seat and h.valid @> d::date) <> 1
$$;
create function t.make(p_code text, p_from text default '') returns jsonb language sql as $$
  select t.admin(format('action.organisation_create(e, %L, %L, '''', ''land'', null, ''09'', '''', null, '''', %L, null)',
    p_code, 'Ministerium ' || p_code, p_from))
$$;

-- --- what an entry must be -------------------------------------------------------
create function t.problems(p_entry jsonb) returns text language sql as $$
  select coalesce(string_agg(field || ':' || code, ' ' order by field, code), '') from app.organisation_problems(array[jsonb_populate_record(
    null::app.address_entry, '{"name": "Gemeinde Musterdorf", "level": "kommune", "land": "13"}' || p_entry)])
$$;
select is(t.problems(x.entry::jsonb), x.found, x.entry) from (values
  ('{}', ''), ('{"ars": "130999999902", "kind": "gemeinde", "size_class": "unter-5000", "mail": "post@muster.example"}', ''),
  ('{"ars": "13099", "kind": "landkreis"}', ''), ('{"ars": "130999999", "kind": "gemeindeverband"}', ''),
  ('{"ars": "13099"}', 'ars:ars_length'), ('{"ars": "13099", "kind": "gemeinde"}', 'ars:ars_length'),
  ('{"ars": "13099999"}', 'ars:ars_is_ags'), ('{"ars": "13099999990"}', 'ars:ars_zero'),
  ('{"ars": "1,3E+11"}', 'ars:ars_digits'), ('{"ars": "140999999902"}', 'ars:ars_land'),
  ('{"land": "17"}', 'land:land_unknown'), ('{"land": null}', 'land:land_missing'),
  ('{"level": "kreis"}', 'level:level_unknown'), ('{"level": null}', 'level:level_missing'),
  ('{"name": null}', 'name:name_missing'), ('{"kind": "ministerium"}', 'kind:kind_unknown'),
  ('{"kind": "hochschule"}', 'kind:kind_level'), ('{"size_class": "riesig"}', 'size_class:size_unknown'),
  ('{"level": "wissenschaft", "size_class": "ab-500000"}', 'size_class:size_level'),
  ('{"mail": "poststelle"}', 'mail:bad_mail'), ('{"name": "Ge\u0007meinde"}', 'name:bad_character'),
  ('{"level": "bund", "land": null, "ars": "17"}', 'ars:ars_land'),
  ('{"level": null, "land": "17", "mail": "x"}', 'land:land_unknown level:level_missing mail:bad_mail'))
  x(entry, found);
select is(app.level_from('Kommunaler Spitzenverband') || app.level_from('FÖDERALE EINRICHTUNG') || app.level_from('Kreis'),
  'kommunalverbandfoederale_einrichtungKreis', 'levels by their words');
select is(app.land_from('9') || app.land_from('Thüringen') || app.land_from('nw') || app.land_from('17'), '09160517',
  'Länder by number, name and letters');

-- --- entries ---------------------------------------------------------------------
select is(t.make('T-NEU') ->> 'code', 'T-NEU', 'an organisation is made');
select is(t.make('T-NEU') ->> 'error', 'organisation_exists', 'once');
select is(t.admin('action.organisation_create(e, ''t-by'', ''Anderes Haus'', '''', ''sonstige'', null, null, '''', null, '''', '''', null)')
  - 'state' - 'args', '{"error": "code_taken", "field": "organisation_code"}', 'a code is taken, whatever its letters');
select is(t.admin('action.organisation_create(e, null, ''Stadt Köln am Rhein'', '''', ''kommune'', ''kreisfreie_stadt'', ''05'',
  ''05315'', null, '''', '''', null)') ->> 'code', 'STADT-KOELN-AM-RHEIN', 'a code out of the name');
select is(t.admin('action.organisation_save(e, ''T-KLEIN'', 1, ''kommune'', ''gemeinde'', ''13'', ''13099'', null, '''', '''')')
  - 'state', '{"error": "ars_length", "field": "ars", "args": "{\"value\": \"13099\", \"actual\": 5, \"needed\": \"12\"}"}',
  'an ARS of five digits is refused with its numbers');
select is(t.act('sander', 'administrator', 'action.organisation_save(e, ''T-KLEIN'', 1, ''kommune'', null, ''13'', null, null, '''', '''')')
  ->> 'error', 'audience', 'a moderator changes no organisation');

-- --- names -------------------------------------------------------------------------
select t.do(t.admin('action.organisation_rename(e, ''T-KLEIN'', 1, ''Stadt Kleinbeispiel'', ''Kleinbeispiel'', ''01.07.2024'')'));
select is((select string_agg(n.name || ' ' || n.valid, ', ' order by n.valid) from app.organisation_name n
  join app.organisation o on o.id = n.organisation_id where o.code = 'T-KLEIN'),
  'Gemeinde Kleinbeispiel (,2024-07-01), Stadt Kleinbeispiel [2024-07-01,)', 'a name from a day on');
select is(t.admin('action.organisation_rename(e, ''T-KLEIN'', 2, ''Stadt Kleinbeispiel'', ''Kleinbeispiel'', ''01.08.2024'')')
  ->> 'error', 'same_name', 'the same name again is none');
select t.do(t.admin('action.organisation_rename(e, ''T-KLEIN'', 2, ''Stadt Kleinbeispiel an der Nebel'', '''', ''01.07.2024'')'));
select is((select count(*) || max(n.name) from app.organisation_name n join app.organisation o on o.id = n.organisation_id
  where o.code = 'T-KLEIN'), '2Stadt Kleinbeispiel an der Nebel', 'the same day corrects it');
select is(t.admin('action.organisation_rename(e, ''T-KLEIN'', 2, ''X'', '''', ''01.09.2024'')') ->> 'error', 'stale',
  'who saw an older version renames nothing');
select is(t.admin('action.organisation_rename(e, ''T-KLEIN'', 3, ''X'', '''', ''30.02.2024'')') - 'state' - 'args',
  '{"error": "bad_day", "field": "from"}', 'a day that is none');

-- --- one holder per seat and day ------------------------------------------------------
create function t.change(p_code text, p_from text, p_until text default '') returns jsonb language sql as $$
  select t.admin(format('action.seat_change(e, ''t-by'', %L, %L, %L, true)', p_code, p_from, p_until))
$$;
select is(t.change('T-NEU', '06.05.2025') ->> 'location', '/seats/t-by?notice=seat_changed', 'another holder from a day');
select is(t.holder('t-by', '2025-05-05') || ' ' || t.holder('t-by', '2025-05-06'), 'T-BY T-NEU', 'the day before and the day');
select t.do(t.make('T-DRITTE', '01.01.2025'));
select is(t.change('T-DRITTE', '06.05.2025') -> 'args', to_jsonb('{"name" : "Ministerium T-NEU", "from" : "2025-05-06", "until" : null, "new_from" : "2025-05-06", "new_until" : null}'::text),
  'an overlap names both periods');
select is(t.change('T-DRITTE', '01.06.2025', '30.06.2025') ->> 'error', 'seat_gap_after', 'a gap behind is refused');
select is(t.change('T-DRITTE', '01.12.2024') ->> 'error', 'holder_not_valid', 'an organisation that is not there yet');
select is(t.change('T-NEU', '01.06.2025') ->> 'error', 'same_holder', 'who holds it already');
select is(t.change('T-DRITTE', '01.02.2025') ->> 'location', '/seats/t-by?notice=seat_changed', 'in between, up to the next');
select is((select string_agg(o.code || h.valid, ' ' order by h.valid) from app.seat_holding h join app.seat s on s.id = h.seat_id
  join app.organisation o on o.id = h.organisation_id where s.key = 't-by'),
  'T-BY[2010-01-01,2025-02-01) T-DRITTE[2025-02-01,2025-05-06) T-NEU[2025-05-06,)', 'as it stands');
-- whatever is tried, in any order
do $$
begin
  perform setseed(0.42);
  for i in 1..60 loop
    perform t.change((array['T-BY', 'T-NEU', 'T-DRITTE', 'T-MV'])[1 + floor(random() * 4)::int],
      to_char(date '2009-01-01' + floor(random() * 7000)::int, 'DD.MM.YYYY'),
      case when random() < 0.4 then to_char(date '2009-01-01' + floor(random() * 8000)::int, 'DD.MM.YYYY') else '' end);
  end loop;
end $$;
select cmp_ok((select count(*) from app.seat_holding h join app.seat s on s.id = h.seat_id where s.key = 't-by'), '>', 5::bigint,
  'of sixty changes at random some are made');
select is(t.bad_days('t-by'), 0::bigint, 'and every day has exactly one holder');
select throws_ok($$ delete from app.seat_holding h using app.seat s where s.id = h.seat_id and s.key = 't-by'
    and lower(h.valid) = (select max(lower(x.valid)) from app.seat_holding x where x.seat_id = s.id);
  set constraints all immediate $$, 'CN409', 'seat_gap', 'a gap written by hand is refused');

-- --- the status follows the seat --------------------------------------------------------
select is_empty($$ select o.code, d::date from app.organisation o, generate_series(date '2009-01-01', date '2030-01-01', '29 days') d
  where app.council_status_on(o.id, d::date) is distinct from coalesce((select s.seat_status::text from app.seat_holding h
      join app.seat s on s.id = h.seat_id where h.organisation_id = o.id and h.valid @> d::date
      order by s.seat_status desc limit 1),
    case when exists (select from app.participation p where p.organisation_id = o.id) then 'consulted' else 'none' end) $$,
  'voting and advisory by the seat of the day, consulted by taking part');
select is_empty($$ select table_name, column_name from information_schema.columns where table_schema = 'app'
  and column_name ~ 'seat_status' and table_name not in ('seat', 'participation', 'response_version', 'position', 'cause', 'outcome_count') $$,
  'no other table has a status that somebody could type');

-- --- the end -------------------------------------------------------------------------------
select is(t.admin('action.organisation_finish(e, ''T-MV'', ''31.12.2025'', true)') ->> 'error', 'holds_seat',
  'who holds a seat does not end');
select t.do(t.admin('action.organisation_finish(e, ''T-KLEIN'', ''31.12.2024'', true)'));
select is((select o.valid::text from app.organisation o where o.code = 'T-KLEIN'), '(,2025-01-01)', 'an end with its last day');
select is((select string_agg(distinct m.valid::text, ' ') from app.membership m join app.organisation o on o.id = m.organisation_id
  where o.code = 'T-KLEIN'), '(,2025-01-01)', 'roles end with it');
select is_empty($$ select x.act from (values ('organisation.create'), ('organisation.rename'), ('organisation.end'), ('seat.change'),
  ('membership.end')) x(act) where not exists (select from app.audit a where a.act = x.act and a.person_id is not null) $$,
  'each act has its entry');

select * from finish();
rollback;
