-- Release, receipt, positions, correction and numbers.
\ir t/setup.sql
select plan(45);

create function t.position_of(p_target text) returns app.position language sql as $$
  select p.* from app.position p join app.target x on x.id = p.target_id
    where x.key = p_target and p.is_current and p.stage_id = (select id from t.stage)
$$;

select is(t.release('huber', 'T-BY', p_hash => repeat('0', 64)) ->> 'state', 'CN403', 'an editor cannot release');
select is(t.release('brandl', 'T-BY', p_hash => repeat('0', 64)) - 'args',
  '{"error": "nothing", "state": "CN409", "field": ""}', 'nothing to release');
select is(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Grundsätzlich ja.', 'Nur für Neuvorhaben', 'Bestand') ->> 'version',
  '1', 'an item');
select is(t.save('huber', 'L-K4-1', 0, 'note', 'Es fehlt „Nachnutzung“.') ->> 'version', '1', 'a question');
select is(t.save('huber', 'K3.N1', 0, 'not_applicable') ->> 'version', '1', 'not applicable');
select is(t.save('huber', 'K4', 0, null, 'Zum Kapitel im Ganzen.') ->> 'version', '1', 'a chapter');
select is(t.save('huber', 'K4.G2.4', 0, 'agree', 'Zustimmung.', p_confidential => true,
  p_confidential_reason => 'Laufendes Vergabeverfahren') ->> 'version', '1', 'a confidential one');
select t.do(t.save('huber', 'L-K12-4', 0, 'note', 'Weg damit.'));
select t.do(t.save('huber', 'L-K12-4', 1));

select is(t.release('brandl', 'T-BY', 'perhaps') ->> 'field', 'publication', 'publication is one of three');
select is(t.release('brandl', 'T-BY', 'no', false) - 'args',
  '{"error": "required", "state": "CN422", "field": "declaration"}', 'the declaration is needed');
select is(t.release('brandl', 'T-BY', p_hash => repeat('0', 64)) ->> 'error', 'hash_changed',
  'another hash than that of the preview is refused');
create table t.first as select t.release('brandl', 'T-BY', 'yes') as r;
select matches((select r ->> 'receipt' from t.first), '^R1-T-BY-1-[0-9A-HJKMNP-TV-Z]{4}$', 'a receipt number');
select is((select r ->> 'location' from t.first), (select '/receipts/' || (r ->> 'receipt') || '?notice=submitted' from t.first),
  'and its page');
select is((select state from app.response), 'submitted', 'the response is submitted');
select is((select row(v.organisation_name, v.level, v.land_code, v.seat_status, v.publication, v.number)::text
  from app.response_version v), '("Freistaat Bayern",land,09,voting,yes,1)', 'name and status as of the release');
select is((select v.content_hash::bytea from app.response_version v),
  (select sha256(convert_to(app.version_canon(v.id), 'UTF8')) from app.response_version v),
  'the hash follows from what was released');
select matches((select app.version_canon(v.id) from app.response_version v),
  '^resonanz response 1\nstage=2:s1\norganisation=16:Freistaat Bayern\nlevel=4:land\nnumber=1:1\npublication=3:yes\nnil_rest=5:false\nK3.N1 [0-9a-f]{64} [0-9a-f]{64}\nK4 [0-9a-f]{64} [0-9a-f]{64}\nK4.G2.4 [0-9a-f]{64} [0-9a-f]{64}\nK4.G2.5 [0-9a-f]{64} [0-9a-f]{64}\nL-K4-1 [0-9a-f]{64} [0-9a-f]{64}\n$',
  'its canonical form, in the order of the bytes of the keys');
select is((select count(*) from app.version_answer), 5::bigint, 'an emptied answer is not released');
select matches((select convert_from(body, 'UTF8') from app.receipt),
  '^resonanz receipt 2\nnumber=\d+:R1-T-BY-1-....\nconsultation=13:dachstrategie\nstage=2:s1\norganisation=16:Freistaat Bayern\nlevel=4:land\nversion=1:1\nreplaces=\nreceived_at=25:2024-04-22T09:00:\d\d\+02:00\npublication=3:yes\nnil_rest=5:false\ncontent_hash=64:[0-9a-f]{64}\nanswers=1:5\nK3.N1 not_applicable [0-9a-f]{64} [0-9a-f]{64}\nK4 answered ',
  'the receipt says what was received when');
select is((select sha256 from app.receipt), (select sha256(body) from app.receipt), 'with its own hash');
select is((select count(*) from app.position where is_current), 4::bigint, 'one position an answered target');
select is((select row((t.position_of('K4.G2.5')).body_range, (t.position_of('K4.G2.5')).proposal_range,
  (t.position_of('L-K4-1')).proposal_range)::text), '("[0,17)","[0,19)",)', 'ranges count code points');
select is((select app.cut(a.body, p.body_range) from app.position p join app.released_answer a
  on a.id = p.released_answer_id where p.id = (t.position_of('L-K4-1')).id), 'Es fehlt „Nachnutzung“.', 'and give the words');
select is((select row((t.position_of('K4.G2.5')).stance, (t.position_of('K4.G2.5')).level,
  (t.position_of('K4.G2.5')).land_code, (t.position_of('K4.G2.5')).seat_status)::text), '(agree_changed,land,09,voting)',
  'with the copies that pages filter by');
select is((select array_agg(a.attname::text order by 1) from pg_attribute a where a.attrelid = 'app.released_answer'::regclass
  and a.attname ~ 'author|person|_by'), null, 'no person is in what is released');

select is(t.save('huber', 'K4.G2.5', 1, 'reject', 'Doch nicht.') ->> 'error', 'not_draft', 'submitted is closed for edits');
select is(t.act('huber', 'editor', $$action.nil_rest(e, 'dachstrategie', true)$$) ->> 'error', 'not_draft', 'and for the flag');
select is(t.release('brandl', 'T-BY') ->> 'error', 'not_draft', 'no second release of the same');

select t.do(t.save('thoms', 'K3.N1', 0, 'note', 'Kleine Ämter entlasten.'));
select t.do(t.act('thoms', 'editor', $$action.nil_rest(e, 'dachstrategie', true)$$));
select is(t.release('thoms', 'T-KLEIN') ->> 'version', '1', 'a small office releases one answer and nil for the rest');
select is((select nil_rest from app.response_version where land_code = '13'), true, 'the flag is released');

set local session authorization resonanz_jobs;
select job.number_positions() as numbered \gset
reset session authorization;
select is(:numbered, 5, 'the job numbers what is new');
select results_eq('select p.number, x.key::text collate "default" from app.position p join app.target x on x.id = p.target_id order by 1',
  $$values (1, 'L-K4-1'), (2, 'K4.G2.4'), (3, 'K4.G2.5'), (4, 'K4'), (5, 'K3.N1')$$,
  'in order of release, without gaps');

select is(t.act('lorenz', 'editor', $$action.correction(e, 'dachstrategie')$$) ->> 'error', 'not_submitted',
  'who has not submitted has nothing to correct');
select is(t.act('huber', 'editor', $$action.correction(e, 'dachstrategie')$$) ->> 'location',
  '/consultations/dachstrategie/response?notice=correction', 'a correction before the deadline');
select is((select count(*) from app.current_version), 2::bigint, 'what was released still counts');
select t.do(t.save('brandl', 'K4.G2.5', 1, 'agree', 'Jetzt doch.'));
select t.do(t.save('brandl', 'K4', 1, 'nil'));
create table t.second as select t.release('brandl', 'T-BY', 'no') as r;
select is((select r ->> 'version' from t.second), '2', 'is a new version');
select matches((select convert_from(c.body, 'UTF8') from app.receipt c join t.second s on s.r ->> 'receipt' = c.number),
  (select '\nreplaces=\d+:' || (r ->> 'receipt') || '\n' from t.first), 'that names what it replaces');
select is((select v.number from app.current_version c join app.response_version v on v.id = c.response_version_id
  where v.land_code = '09'), 2, 'and counts from now on');
select is((t.position_of('L-K4-1')).number, 1, 'an unchanged answer keeps its position and number');
select is((select is_current from app.position where number = 3), false, 'a replaced one is superseded');
select ok((t.position_of('K4')).id is null, 'so is one that became nil');
select is(job.number_positions(), 1, 'the new position gets a number');
select is((t.position_of('K4.G2.5')).number, 6, 'never one used before');

select t.do(t.act('huber', 'editor', $$action.correction(e, 'dachstrategie')$$));
select t.do(t.save('brandl', 'K4.G2.5', 2, 'agree_changed', 'Grundsätzlich ja.', 'Nur für Neuvorhaben', 'Bestand'));
select t.do(t.release('brandl', 'T-BY'));
select is((t.position_of('K4.G2.5')).number, 3, 'going back to the first text brings back its number');

select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree'));
select t.clock('2024-04-27 00:00:01');
select is(t.act('huber', 'editor', $$action.correction(e, 'dachstrategie')$$) ->> 'error', 'deadline',
  'no correction after the deadline');
select is(t.release('lorenz', 'T-MV', p_hash => repeat('0', 64)) ->> 'error', 'deadline', 'and no release');

select * from finish();
rollback;
