-- The history of an answer: sealed copies and steps, whole and one by one.
\ir t/setup.sql
select plan(33);

create function t.restore(p_who text, p_version int, p_entry text, p_field text default null) returns jsonb
language sql as $$
  select t.act(p_who, 'editor', format('action.answer_restore(e, %L, %L, %L, %L, %L)', 'dachstrategie', 'K4.G2.5',
    p_version, p_entry, p_field))
$$;
create function t.history(p_who text, p_show text default null, p_after text default null) returns jsonb
language sql as $$
  select t.read(p_who, 'member', format('page.answer_history(e, %L, %L, %L, %L)', 'dachstrategie', 'K4.G2.5', p_show, p_after))
$$;
-- The keys of the list, and of one entry a field against the text before or the present one.
create function t.keys(p_doc jsonb) returns text language sql as $$
  select string_agg(e ->> 'key', ' ' order by n) from jsonb_array_elements(p_doc -> 'entries') with ordinality x (e, n)
$$;
create function t.field(p_doc jsonb, p_key text, p_name text) returns jsonb language sql as $$
  select f from jsonb_array_elements(p_doc -> 'entries') e, jsonb_array_elements(e -> 'fields') f
    where e ->> 'key' = p_key and f ->> 'name' = p_name
$$;

select t.do(t.save('huber', 'K4.G2.5', 0, 'agree', 'Eins.', 'Wortlaut', 'Grund'));
select is(t.history('huber') -> 'entries', '[]', 'a first text has no history');
select t.clock('2024-04-22 09:01');
select t.do(t.save('huber', 'K4.G2.5', 1, 'agree', 'Zwei.', 'Wortlaut', 'Grund'));
select t.clock('2024-04-22 09:02');
select t.do(t.save('brandl', 'K4.G2.5', 2, 'reject', 'Drei.', 'Wortlaut', 'Grund'));
select t.clock('2024-04-22 09:03');
select t.do(t.save('brandl', 'K4.G2.5', 3, 'reject', 'Vier.', '', 'Grund', true, 'Vergabe läuft'));

select is(t.keys(t.history('huber')), 'r1', 'what another person took over is sealed');
select is(t.keys(t.history('huber', 'steps')), 'v3 r1 v1', 'and what else was saved is there as a step, none twice');
select is(t.field(t.history('huber', 'steps'), 'r1', 'body') -> 'before' -> 'diff_of', '{"old": "Eins.", "new": "Zwei."}',
  'beside the text before it');
select is(t.field(t.history('huber'), 'r1', 'stance') -> 'now' -> 'change_of', '{"old": "reject", "new": "agree"}',
  'and what it would change in the present one');
select is(t.field(t.history('huber'), 'r1', 'reason') -> 'now', 'null', 'nothing where it is the same');
select is(t.field(t.history('huber'), 'r1', 'confidential_reason') -> 'now', 'null', 'nor where it would not change');
select is(t.history('lorenz') -> 'entries', '[]', 'of no other house');
select is(t.history('sander') ->> 'state', 'CN403', 'nor for the desk');

select is(t.restore('huber', 3, 'r1') - 'args' - 'field', '{"error": "stale_history", "state": "CN409"}', 'an older version of the page');
select is(t.restore('graf', 4, 'r1') ->> 'state', 'CN403', 'who does not edit');
select is(t.restore('huber', 4, 'r9') - 'args', '{"error": "entry_gone", "state": "CN422", "field": "entry"}', 'a text that is not there');
select is(t.restore('huber', 4, 'r1.2') ->> 'error', 'entry_gone', 'nor this');
select is(t.restore('huber', 4, 'r1', 'confidential') ->> 'error', 'bad_choice', 'nor that field');

select t.clock('2024-04-22 09:04');
select is(t.restore('huber', 4, 'r1') ->> 'location', '/consultations/dachstrategie/response/answers/K4.G2.5?notice=restored',
  'the whole text');
select is(((t.answer('T-BY', 'K4.G2.5')).body::text, (t.answer('T-BY', 'K4.G2.5')).stance::text,
  (t.answer('T-BY', 'K4.G2.5')).proposal::text, (t.answer('T-BY', 'K4.G2.5')).version), ('Zwei.'::text, 'agree'::text, 'Wortlaut'::text, 5),
  'is back, as a version of its own');
select is((t.answer('T-BY', 'K4.G2.5')).confidential_reason, 'Vergabe läuft', 'as confidential as what stood there');
select is(t.keys(t.history('huber')), 'r2 r1', 'what stood there is sealed, though it was the same minute');
select t.clock('2024-04-22 09:05');
select t.do(t.restore('huber', 5, 'r2', 'body'));
select is(((t.answer('T-BY', 'K4.G2.5')).body::text, (t.answer('T-BY', 'K4.G2.5')).stance::text,
  (t.answer('T-BY', 'K4.G2.5')).proposal::text), ('Vier.'::text, 'agree'::text, 'Wortlaut'::text), 'one field alone');
select t.do(t.restore('huber', 6, 'v1', 'body'));
select is((t.answer('T-BY', 'K4.G2.5')).body::text, 'Eins.', 'of a step as well');

select t.clock('2024-04-22 09:06');
select is(t.restore('huber', 7, 'empty') ->> 'location', '/consultations/dachstrategie/response/answers/K4.G2.5?notice=emptied',
  'emptying is restoring the text that says nothing');
select is(((t.answer('T-BY', 'K4.G2.5')).kind is null, (t.answer('T-BY', 'K4.G2.5')).confidential), (true, false), 'all of it');
select t.clock('2024-04-22 09:07');
select t.do(t.restore('brandl', 8, (select 'r' || max(revision) from app.answer_revision)));
select is(((t.answer('T-BY', 'K4.G2.5')).body::text, (t.answer('T-BY', 'K4.G2.5')).confidential_reason), ('Eins.'::text, 'Vergabe läuft'::text),
  'what was emptied comes back as protected as it went');
select t.do(t.save('brandl', 'K4.G2.5', 9, 'nil'));
select is(t.restore('brandl', 10, 'r1', 'stance') ->> 'version', '11', 'a stance in place of a nil return');
select t.do(t.save('brandl', 'K4.G2.5', 11, 'nil'));
select is(t.restore('brandl', 12, 'r1', 'reason') ->> 'version', '13', 'a text in place of it');
select is(((t.answer('T-BY', 'K4.G2.5')).kind::text, (t.answer('T-BY', 'K4.G2.5')).stance is null), ('answered'::text, true), 'is an answer');
select is(t.restore('brandl', 13, 'v12', 'stance') ->> 'error', 'conflict_kind', 'a nil return not beside a text');

select is((select array_agg(distinct act order by act)::text from app.audit where act like 'answer%'),
  '{answer.empty,answer.restore,answer.save}', 'each with an act of its own');
select is(app.requests_gone('{}', '{}')::text, '[]', 'nobody had signed');

-- What the co-signs say is tests/sql/cosign.sql; here that they come back.
select throws_ok('update app.answer_step set body = null', 'CN409', 'immutable', 'no step is changed');
select t.do(t.act('huber', 'editor', $$action.release_freeze(e, 'dachstrategie')$$));
select is(t.restore('huber', 13, 'r1') ->> 'error', 'not_draft', 'nothing comes back while it is frozen');
select t.clock('2024-04-30 09:00');
select is((select count(*) from app.retention_due('answer_step', 4)), (select count(*) from app.answer_step where part = 0),
  'steps go after some days');
select is(t.keys(t.history('huber', 'steps', 'r2')), 'v3 r1 v1', 'page by page');

select * from finish();
rollback;
