-- Acts, filters and sealing of the audit log.
\ir t/setup.sql
select plan(25);

-- Every act that a function writes is known: what stands in a call of audit()
-- in the source of each.
create view t.written as
  select distinct m.act from pg_proc p
    cross join lateral regexp_matches(p.prosrc, '\maudit(?:_seen)?\(([^;]*);', 'g') c(call)
    cross join lateral (select (regexp_matches(c.call[1], '''([a-z_]+\.[a-z_.]+|log(?:in|out)(?:_failed)?)''', 'g'))[1] as act) m
    where p.pronamespace in ('app'::regnamespace, 'page'::regnamespace, 'action'::regnamespace, 'job'::regnamespace)
      and p.proname <> 'acts';
select cmp_ok((select count(*) from t.written), '>', 25::bigint, 'acts are found in the functions');
select is_empty('select w.act from t.written w where w.act not in (select a.act from app.acts() a)',
  'each act that is written is known to the filter');
select is((select count(*) - count(distinct a.act) from app.acts() a), 0::bigint, 'each once');

-- Only ids, acts and hashes: no column could take words.
select is((select string_agg(a.attname, ' ' order by a.attname) from pg_attribute a
    where a.attrelid = 'app.audit'::regclass and a.attnum > 0 and a.atttypid = 'text'::regtype),
  'act object_kind request_id', 'the columns of text');
select throws_ok($$ insert into app.audit (epoch, act) values (1, 'Vera Huber') $$, '23514', null, 'an act is no sentence');
select throws_ok($$ insert into app.audit (epoch, act, object_kind) values (1, 'login', 'vera@bayern.example') $$, '23514', null,
  'a kind is no address');

select t.save('huber', 'K4.G2.5', 0, 'agree', 'Streng vertraulicher Wortlaut.');
select is((select count(*) from app.audit a where a::text ~ 'Wortlaut|huber|@'), 0::bigint, 'no word, name or address in an entry');
select is((select (a.hash_before, a.hash_after) from app.audit a where a.act = 'answer.save' limit 1),
  (select (null::bytea, x.content_hash::bytea) from app.answer x limit 1), 'the hash of what was saved');

-- Filters.
create function t.filter(p_from text default null, p_until text default null, p_act text default null,
  p_person text default null, p_organisation text default null, p_object text default null) returns app.audit_filter
language plpgsql set search_path = app, pg_temp as $$
begin
  return read_audit_filter(p_from, p_until, p_act, p_person, p_organisation, p_object);
end $$;
create function t.found(f app.audit_filter) returns bigint
language plpgsql set search_path = app, pg_temp as $$
begin
  return (select count(*) from audit_rows(f, null, null, null, null));
end $$;
select is((t.filter(p_from => '32.01.2024')).bad, '{from}', 'no such day');
select is((t.filter(p_from => '02.01.2024', p_until => '01.01.2024')).bad, '{until}', 'a period that runs backwards');
select is((t.filter(p_from => '31.03.2024', p_until => '31.03.2024')).until_at
  - (t.filter(p_from => '31.03.2024', p_until => '31.03.2024')).from_at, interval '23 hours', 'the day when summer time begins');
select is(t.found(t.filter(p_act => 'answer.save')), 1::bigint, 'by act');
select is(t.found(t.filter(p_act => 'response')), 1::bigint, 'by area');
select is(t.found(t.filter(p_act => 'no.such')), 0::bigint, 'an unknown act finds nothing');
select is(t.found(t.filter(p_person => 'huber')), 1::bigint, 'by a part of the name');
select is(t.found(t.filter(p_person => '%')), 0::bigint, 'a wildcard is a letter');
select is(t.found(t.filter(p_organisation => 't-by')), 1::bigint, 'by the code of the house');
select is(t.found(t.filter(p_object => 'answer')), 1::bigint, 'by kind');
select is(t.found(t.filter(p_object => 'T-BY')), 0::bigint, 'by an object that has no entry');

-- Sealing: who may, and what it takes.
select is((select count(*) from job.seal_next('0123456789abcdef')), 0::bigint,
  'an entry of a transaction that still runs is not sealed');
select is(has_function_privilege('resonanz_web', 'job.seal_next(text)', 'execute')
    or has_function_privilege('resonanz_web', 'job.seal_store(text, bytea)', 'execute')
    or has_table_privilege('resonanz_web', 'app.audit', 'select')
    or has_table_privilege('resonanz_jobs', 'app.audit_block', 'insert'), false, 'the web seals nothing and reads no table');
select is(app.is_own_epoch(), true, 'the epoch is this cluster''s');
set local session_replication_role = replica;
update app.setting set value = value || '{"system": "7"}' where key = 'audit.epoch';
set local session_replication_role = origin;
select is(app.is_own_epoch(), false, 'a restored dump is noticed');
select throws_like($$ select * from job.seal_next('0123456789abcdef') $$, '%restored or upgraded%', 'and nothing is sealed in it');
select is((app.ready() ->> 'is_own_epoch'), 'false', 'nor served');

select * from finish();
rollback;
