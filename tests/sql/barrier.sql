-- Barriers: the public reports without a name, the answer comes within six weeks, and only who holds the key reads it.
\ir t/setup.sql
select plan(25);
create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.report(p_body text, p_mail text default '', p_name text default '', p_contact text default null) returns jsonb language sql as $$
  select t.act(null, 'public', format('action.barrier_record(e, %L, %L, %L, %L, %L)', '/search', p_body, p_name, p_mail, p_contact))
$$;
create function t.handle(p_who text, p_number text, p_version int, p_state text, p_reply text) returns jsonb language sql as $$
  select t.act(p_who, 'inviter', format('action.barrier_handle(e, %L, %L, %L, %L)', p_number, p_version, p_state, p_reply))
$$;
select t.clock('2024-07-01 09:00');
select is(t.error(t.report(e' \n')), 'CN422 required body', 'a report has words');
select is(t.error(t.report('Kein Kontrast.', 'ada')), 'CN422 bad_mail mail', 'an address is one');
select is(t.report('Der Kontrast ist zu schwach.') ->> 'number', 'B-2024-0001', 'no name, no address, a number');
select is(t.report('Die Tabelle lässt sich nicht rollen.', 'Ada.Wolf@post.example', 'Ada Wolf', 'kontakt@fitko.example') ->> 'due_on', '2024-08-12', 'and a day six weeks on');
select is((select count(*) from app.audit a where a.act = 'barrier.report' and a.person_id is null), 2::bigint, 'the log has the acts of nobody');
select is((select string_agg(m.template || ' ' || coalesce(m.address, p.mail) || ' ' || m.args::text, ', ' order by m.id) from app.mail m
    left join app.person p on p.id = m.person_id where m.template like 'barrier%'),
  'barrier_reported sander@t.example {"until": "2024-08-12", "number": "B-2024-0001"}, barrier_reported kontakt@fitko.example {"until": "2024-08-12", "number": "B-2024-0002"}',
  'the contact hears of it, where there is none the moderators');
create view t.key as select number, key from app.barrier_report;
select is(t.read(null, 'public', format('page.barrier_received(e, %L)', (select key from t.key where number = 'B-2024-0002'))) #> '{report}' ? 'body', false, 'the page of a report never shows it');
select is(t.read(null, 'public', $$page.barrier_received(e, 'B-2024-0002')$$), null, 'a number opens nothing');
select is(t.error(t.read('huber', 'inviter', $$page.barriers(e, null, null)$$)), 'CN403 audience', 'no house reads them');
select is(t.read('sander', 'inviter', $$page.barriers(e, null, null)$$) #>> '{rows,0,due_on}', '2024-08-12', 'the moderators do, by their day');
select is((select string_agg(x ->> 'kind' || ' ' || (x ->> 'name'), ', ' order by x ->> 'name') from jsonb_array_elements(
    t.read('sander', 'desk', $$page.desk(e, 'dachstrategie')$$) -> 'dates') x where x ->> 'kind' = 'barrier'),
  'barrier B-2024-0001, barrier B-2024-0002', 'and on their desk');
select is(t.error(t.handle('huber', 'B-2024-0001', 1, 'closed', '')), 'CN403 audience', 'no house answers');
select is(t.error(t.handle('sander', 'B-2024-0002', 1, null, '')), 'CN422 choose state', 'a state is chosen');
select is(t.error(t.handle('sander', 'B-2024-0002', 1, 'answered', ' ')), 'CN422 required reply', 'an answer has words');
select is(t.handle('sander', 'B-2024-0002', 1, 'answered', 'Die Tabelle rollt jetzt.') ->> 'version', '2', 'answered');
select is(t.error(t.handle('sander', 'B-2024-0002', 1, 'closed', '')), 'CN409 barrier_changed', 'an old form changes nothing');
select is((select m.address || ' ' || (m.args - 'code')::text from app.mail m where m.template = 'barrier_answered'),
  'ada.wolf@post.example {"number": "B-2024-0002"}', 'who left an address hears, without a word of it');
select is(t.read(null, 'public', format('page.barrier_received(e, %L)', (select key from t.key where number = 'B-2024-0002'))) #>> '{report,reply}',
  'Die Tabelle rollt jetzt.', 'and reads it with the key');
select t.clock('2024-08-13 09:00');
select is(t.read('sander', 'inviter', $$page.barriers(e, 'overdue', null)$$) #>> '{rows,0,number}', 'B-2024-0001', 'what is over its day is named');
select throws_ok($$update app.barrier_report set body = 'Anders.'$$, 'CN409', 'immutable', 'what was reported stands');
select throws_ok($$update app.barrier_report set mail = 'x@y.example'$$, 'CN409', 'immutable', 'nobody else is written to');
do $$ begin for i in 1 .. 200 loop perform t.report('Noch eine.'); end loop; end $$;
select is(t.error(t.report('Eine zu viel.')), 'CN429 barriers_full', 'no more a day than somebody can read');
select is((select count(*) from app.barrier_report r where r.number = 'B-2024-0202'), 1::bigint, 'numbers go on');
select count(app.barrier_begin('192.0.2.7')) as n from generate_series(1, 5) \gset
select cmp_ok(app.barrier_begin('192.0.2.7'), '>', 0, 'who sends many waits');
select is(app.barrier_begin('192.0.2.8'), 0, 'and nobody else');
select * from finish();
rollback;
