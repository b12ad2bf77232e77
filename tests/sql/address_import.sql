-- A confirmed address list, part by part: every line once, whoever is killed,
-- whatever changes meanwhile, and nothing of it silent.
\ir t/setup.sql
select plan(46);

create function t.line(n int, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('line', n, 'name', 'Gemeinde Testfeld ' || n, 'level', 'Kommune', 'land', '13',
    'ars', '13' || lpad(n::text, 10, '0'), 'mail', 'post@testfeld' || n || '.example') || p_more
$$;
-- Uploads lines as Sander does; the key.
create function t.upload(p_rows jsonb, p_stage text default 'dachstrategie.s1') returns text language sql as $$
  select t.act('sander', 'inviter', format('action.address_import_create(e, %L, ''gemeinden.csv'', %L, ''utf-8'', '';'', %L, ''[]'')',
    p_stage, encode(sha256(convert_to(p_rows::text, 'UTF8')), 'hex'), p_rows)) ->> 'import'
$$;
create function t.page(p_key text) returns jsonb language sql as $$
  select t.read('sander', 'inviter', format('page.address_import_result(e, %L)', p_key))
$$;
create function t.confirm(p_key text, p_skip_bad boolean default true) returns jsonb language sql as $$
  select t.act('sander', 'inviter_confirmed', format('action.address_import_confirm(e, %L, %L, %L)', p_key,
    t.page(p_key) ->> 'token', p_skip_bad))
$$;
create function t.import(p_key text) returns app.organisation_import language sql as $$
  select i.* from app.organisation_import i where i.key = p_key
$$;
create function t.job(p_key text) returns app.job language sql as $$
  select j.* from app.job j where j.dedupe_key = p_key order by j.id desc limit 1
$$;
-- One part as the job loop does it, with its rights; p_is_killed: before the commit.
create function t.part(p_key text, p_is_killed boolean default false) returns text language plpgsql as $$
declare
  v_job app.job;
  v_said text;
begin
  begin
    perform set_config('session_authorization', 'resonanz_jobs', true);
    perform job.claim('t', '{address_import}');
    v_job := t.job(p_key);
    v_said := job.part_end(v_job.id, job.address_import(v_job.id, job.part_begin(v_job.id, 't'), v_job.args))::text;
    if p_is_killed then
      raise exception 'killed';
    end if;
  exception when others then
    v_said := sqlerrm;
  end;
  reset session authorization;
  return v_said;
end $$;
grant execute on all functions in schema t to public;
alter function t.job(text) security definer;
create function t.made() returns bigint language sql as $$
  select count(*) from app.organisation_name where name like 'Gemeinde Testfeld %'
$$;
create function t.state() returns text language sql as $$
  select concat_ws(' ', t.made(), (select count(*) from app.participation), (select count(*) from app.mail),
    (select count(*) from app.audit where act in ('organisation.create', 'participation.invite')))
$$;

-- --- what a line says more than we take over ----------------------------------------
select t.upload($$[
  {"line": 2, "name": "Freistaat Bayern", "short_name": "Bayern", "level": "Land", "land": "9", "mail": "post@bayern.example"},
  {"line": 3, "name": "Land Mecklenburg-Vorpommern", "short_name": "Meck-Pomm", "level": "Land", "land": "13", "ars": "13"},
  {"line": 4, "name": "Gemeinde Kleinbeispiel", "level": "Kommune", "land": "13"}]$$) as kept \gset
select is((select jsonb_agg(x -> 'fields') from jsonb_array_elements(t.page(:'kept') -> 'kept') x),
  '[["mail"], ["short_name", "ars"]]', 'what ours lacks and another short name are named, what the list lacks is not');
select is(t.page(:'kept') -> 'counts' ->> 'kept', '2', 'and counted');
select is(t.page(:'kept') ->> 'is_nothing', 'true', 'the list changes nothing');
delete from app.participation where organisation_id = (select id from app.organisation where code = 'T-BY');
select is(t.page(:'kept') -> 'counts' #>> '{no_mail}', '1', 'whose office only the list knows gets no mail');
select is(t.confirm(:'kept') ->> 'location', '/invitations/import/' || :'kept' || '?notice=imported', 'a short list is in at once');
select is((t.import(:'kept')).result - 'read' - 'ok' - 'same' - 'bad', '{"new": 0, "kept": 2, "mail": 0, "invite": 1, "no_mail": 1}', 'its numbers');
select is((select count(*) from app.mail), 0::bigint, 'no mail, as was said');
select is((t.job(:'kept')).id, null, 'without a job');
select is_empty('select * from job.outcome_faults()', 'an invitation taken away and given again is counted once');

-- --- codes, and organisations of another time ----------------------------------------
insert into app.organisation (code, level, land_code, ars, valid) values ('T-ENDE', 'kommune', '13', '130000009999', '(,2020-01-01)');
select t.upload(jsonb_build_array(t.line(2, '{"short_name": "Bonn"}'), t.line(3, '{"short_name": "Bonn"}'),
  t.line(4, '{"code": "BONN"}'), t.line(5, '{"ars": "130000009999"}'), t.line(6, '{"code": "T-ENDE"}')), null) as codes \gset
select is((select jsonb_agg((x -> 'reasons' -> 0) - 'args') from jsonb_array_elements(t.page(:'codes') -> 'bad') x),
  '[{"code": "other_time", "field": "ars"}, {"code": "other_time", "field": "organisation_code"}]', 'ARS and code of an organisation that has ended are not free');
select t.do(t.confirm(:'codes'));
select is((select string_agg(o.code, ' ' order by o.ars) from app.organisation o join app.organisation_name n on n.organisation_id = o.id
  where n.name ~ '^Gemeinde Testfeld \d+$'), 'BONN-130000000002 BONN-130000000003 BONN', 'a code that the list names goes to its line');
delete from app.organisation_name where name like 'Gemeinde Testfeld %';
delete from app.organisation where code like 'BONN%';

-- --- parts --------------------------------------------------------------------------
create temp table list as select jsonb_agg(t.line(n, case when n = 900 then '{"mail": "post@testfeld10.example"}'
  when n = 7 then '{"land": "17"}' else '{}' end::jsonb) order by n) as rows from generate_series(2, 1301) n;
select t.upload((select rows from list)) as key \gset
select t.state() as before \gset
select is(t.page(:'key') -> 'counts', '{"read": 1300, "ok": 1299, "new": 1299, "same": 0, "bad": 1, "kept": 0, "invite": 1299, "mail": 1298, "no_mail": 0}', 'the check');
select is(t.confirm(:'key', false) ->> 'error', 'skip_bad', 'errors want to be left out');
select is(t.state(), :'before', 'nothing is there yet');
select is(t.confirm(:'key') ->> 'location', '/invitations/import/' || :'key', 'confirmed');
select is((t.import(:'key')).state || ' ' || ((t.import(:'key')).done ->> 'read') || ' ' || t.made(), 'running 500 500', 'the first part is in');
select is((t.job(:'key')).state, 'ready', 'the rest waits for the job loop');
select is(t.confirm(:'key') ->> 'error', 'import_over', 'it is confirmed once');
select is(t.act('sander', 'inviter', format('action.address_import_discard(e, %L)', :'key')) ->> 'error', 'import_over', 'and not discarded any more');
select is(t.page(:'key') -> 'progress' ->> 'state', 'asleep', 'nobody works, and the page says so');
insert into app.job_period (kind, seconds) values ('mail', 1);
select is((t.page(:'key') -> 'progress') - 'done' - 'run_at', '{"lines": 500, "total": 1299, "rest": 799, "state": "going", "note": null}', 'a moderator sees how far it is');
select is((select count(*) from jsonb_array_elements(t.read('adler', 'administrator', 'page.jobs(e, null, null)') -> 'rows') x
  where x ->> 'kind' = 'address_import'), 1::bigint, 'and the administration among the jobs');

select t.state() as half \gset
select is(t.part(:'key', true), 'killed', 'a part that is killed before its end');
select is(t.state(), :'half', 'leaves nothing');
select is((t.import(:'key')).done ->> 'read', '500', 'not even progress');

-- meanwhile: one is made by hand as it stands in the list, one otherwise
create function t.make(p_name text, p_ars text) returns jsonb language sql as $$
  select t.act('adler', 'administrator', format('action.organisation_create(e, null, %L, '''', ''kommune'', null, ''13'', %L, null, '''', '''', null)', p_name, p_ars))
$$;
select t.do(t.make('Gemeinde Testfeld 600', '130000000600'));
select t.do(t.make('Stadt Anders', '130000001200'));
select is(t.part(:'key'), 'false', 'the second part');
select is((t.import(:'key')).done ->> 'read', '1000', 'goes on where the first ended');
select is(t.made(), 1000::bigint, 'what was made by hand is not made again');
select is((select count(*) from app.participation t join app.organisation o on o.id = t.organisation_id where o.ars = '130000000600'), 1::bigint, 'but invited');
select is(t.part(:'key'), 'true', 'the third is the last');
select is((t.import(:'key')).state, 'imported', 'all of it is in');
select is((t.import(:'key')).result, '{"read": 1300, "ok": 1298, "new": 1297, "same": 1, "bad": 2, "kept": 1, "invite": 1298, "mail": 1296, "no_mail": 1}',
  'the numbers are what was done');
select is((select jsonb_agg(x -> 'line' || (x -> 'reasons' -> 0 -> 'code')) from jsonb_array_elements(t.page(:'key') -> 'bad') x),
  '[[7, "land_unknown"], [1200, "existing"]]', 'what was left out is named, with its reason');
select is((select count(*) || ' ' || count(distinct name) from app.organisation_name where name like 'Gemeinde Testfeld %'), '1298 1298', 'no organisation twice');
select is((select count(*) from app.mail where template = 'office_invitation' and args ->> 'by' = 'Sander'), 1296::bigint, 'one mail for each office, in the name of who confirmed');
select is((select string_agg(x.act || ' ' || x.n, ', ' order by x.act) from (select a.act, count(*) as n from app.audit a
    join app.person p on p.id = a.person_id and p.name = 'Sander' where a.act in ('organisation.create', 'participation.invite') group by a.act) x),
  'organisation.create 1300, participation.invite 1299', 'an entry for each');
select is((select a.amount from app.audit a where a.act = 'address_list.import' and a.object_id = (t.import(:'key')).id), 1298::bigint, 'and one for the list');
select is((t.job(:'key')).state, 'done', 'the job is done');
select t.state() as after \gset
select app.queue_job('address_import', :'key', json_build_object('import', (t.import(:'key')).id)::jsonb, null) as quiet \gset
select is(t.part(:'key') || t.state(), 'true' || :'after', 'asked for once more it does nothing');
select is(t.page(t.upload((select rows - 5 - 1197 from list))) ->> 'is_nothing', 'true', 'nor does the same list again');

-- --- the stage closes, and the end of retention -----------------------------------------
select t.upload((select jsonb_agg(t.line(n)) from generate_series(2001, 2600) n)) as late \gset
select t.do(t.confirm(:'late'));
select is(t.page(t.upload((select jsonb_agg(t.line(n)) from generate_series(2001, 2600) n))) -> 'earlier' ->> 'key', :'late', 'the same file once more hears of the one at work');
select t.clock('2024-06-22 09:00');
select t.state() as closed \gset
select is(t.part(:'late') || t.state(), 'Diese Stufe nimmt keine Einladungen mehr an.' || :'closed', 'after the deadline nobody is invited, and nothing is made');
select ok(not exists (select from app.retention_due('organisation_import', 30) d where d = (t.import(:'late')).id), 'retention leaves what is at work');
update app.job set state = 'ready', heartbeat_at = null, run_at = clock_timestamp() + interval '5 minutes', note = 'Diese Stufe …' where id = (t.job(:'late')).id;
select is(t.page(:'late') -> 'progress' ->> 'state', 'waiting', 'the page tells of the next attempt');
update app.job set state = 'failed', finished_at = clock_timestamp() where id = (t.job(:'late')).id;
select is((t.page(:'late') -> 'progress') - 'done' - 'run_at', '{"lines": 500, "total": 600, "rest": 100, "state": "stopped", "note": "Diese Stufe …"}', 'and of the end of attempts');
select ok(exists (select from app.retention_due('organisation_import', 30) d where d = (t.import(:'late')).id), 'what nobody works at goes in its time');

select * from finish();
rollback;
