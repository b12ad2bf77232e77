-- Receipts: one form for SQL and C, signed once, told by mail, shown to whom.
\ir t/setup.sql
\set file `cat "$SQL_TESTS/../fixtures/receipt.json"`
create table t.receipt as select (:'file')::json as doc;
select plan(38);

select is_empty($$
  select v ->> 'name' from t.receipt, json_array_elements(doc -> 'receipts') v
    cross join lateral json_to_record(v -> 'receipt') as x (number text, consultation text, stage text, organisation text,
      level text, version int, replaces text, publication text, nil_rest boolean, content_hash text, answers json)
    cross join lateral (select app.receipt_canon(x.number, x.consultation, x.stage, x.organisation, x.level, x.version,
      x.replaces, (v ->> 'received_at_utc')::timestamptz, x.publication, x.nil_rest, decode(x.content_hash, 'hex'),
      (select coalesce(array_agg(concat_ws(' ', a ->> 'target', a ->> 'kind', a ->> 'wording', a ->> 'hash', a ->> 'terms')
        order by (a ->> 'target') collate "C"), '{}') from json_array_elements(x.answers) a)) as canon) c
    where c.canon is distinct from v ->> 'canon' or encode(app.canon_hash(c.canon), 'hex') <> v ->> 'sha256' $$,
  'one form, whatever the time zone of the session');
select is(app.public_key_pem(decode(repeat('00', 32), 'hex')),
  e'-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END PUBLIC KEY-----\n', 'a key as PEM');

-- --- a release ------------------------------------------------------------------
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Grundsätzlich ja.', 'Nur für Neuvorhaben', 'Bestand'));
select t.do(t.save('huber', 'L-K4-1', 0, 'not_applicable'));
create table t.first as select t.release('brandl', 'T-BY', 'yes') ->> 'receipt' as no;
create view t.row as select c.* from app.receipt c join t.first f on f.no = c.number;
select is(sha256(body), sha256, 'the SHA-256 is the one of the octets') from t.row;
select is(row(key_id, signature)::text, '(,)', 'a release leaves it unsigned') from t.row;
select is((select array_agg(split_part(l, ' ', 1) || ' ' || split_part(l, ' ', 2) order by l) from t.row,
    unnest(string_to_array(convert_from(body, 'UTF8'), e'\n')) l where l ~ '^[KL]'),
  '{K4.G2.5 answered,L-K4-1 not_applicable}', 'it lists what was answered, without the words');
select unalike(convert_from(body, 'UTF8'), '%Neuvorhaben%', 'and none of them') from t.row;

-- --- mail -----------------------------------------------------------------------
select results_eq($$ select p.name::text, m.args - 'receipt', m.address from app.mail m join app.person p on p.id = m.person_id
    where m.template = 'receipt' order by 1 $$, $$ values ('Brandl', '{}'::jsonb, null::text), ('Huber', '{}', null) $$,
  'who released and who edits is told the number, and nothing else');
select is((select array_agg(distinct m.args ->> 'receipt') from app.mail m where m.template = 'receipt'),
  (select array[no] from t.first), 'the number');

-- --- before the signature ---------------------------------------------------------
create function t.page(p_who text, p_call text) returns jsonb language sql as $$
  select t.read(p_who, 'signed_in', format('page.%s(e, %L)', p_call, (select no from t.first))) $$;
select is(t.page('huber', 'receipt') #> '{receipt,signature}', 'null', 'the page says that it is not signed');
select is(t.page('huber', 'receipt_print') -> 'proof', 'null', 'so does the print view');
select is(t.page('huber', 'receipt_file') - 'args', '{"error": "receipt_unsigned", "state": "CN503", "field": ""}',
  'there is no file yet: come again');
select is(t.page('lorenz', 'receipt_file'), null, 'for another house there is none at all');

-- --- signing ----------------------------------------------------------------------
create function t.sign(p_key text) returns int language sql as $$
  select job.receipts_store(left(encode(sha256(decode(p_key, 'hex')), 'hex'), 16), decode(p_key, 'hex'),
    array_agg(u.id), array_agg(repeat('5a', 64))) from job.receipts_unsigned(10) u
$$;
create function t.key(p_octet text) returns text language sql as $$ select repeat(p_octet, 32) $$;
set local session authorization resonanz_web;
select throws_ok('select * from job.receipts_unsigned(1)', '42501', null, 'the web server signs nothing');
set local session authorization resonanz_jobs;
create temp table sent as select * from job.receipts_unsigned(10);
create temp table signed as select job.receipts_store(left(encode(sha256(decode(repeat('0a', 32), 'hex')), 'hex'), 16),
  decode(repeat('0a', 32), 'hex'), array_agg(id), array_agg(repeat('5a', 64))) as count from sent;
reset session authorization;
select is(row(s.number, convert_to(s.body, 'UTF8'))::text, row(r.number, r.body)::text, 'the job gets number and octets')
  from sent s, t.row r;
select is((select count from signed), 1, 'and signs one');
select is(row(key_id, encode(signature, 'hex'))::text, format('(%s,%s)', left(encode(sha256(decode(t.key('0a'), 'hex')), 'hex'), 16),
  repeat('5a', 64)), 'with its key') from t.row;
select is((select count(*) from job.receipts_unsigned(10)), 0::bigint, 'then none is left');
select results_eq($$ select a.object_kind, a.object_id, a.hash_after from app.audit a where a.act = 'receipt.sign' $$,
  'select ''response_version'', response_version_id, sha256 from t.row', 'the log has its hash');
select is((select job.receipts_store(k.id, k.public_key, array[r.response_version_id], array[repeat('00', 64)])
  from app.signing_key k, t.row r), 0, 'a second signature is not taken');
select is((select count(*) from app.audit where act = 'receipt.sign'), 1::bigint, 'nor noted');

-- --- what never changes -------------------------------------------------------------
select throws_ok($$update app.receipt set $$ || what, 'CN409', 'immutable', 'signed, then no change: ' || what)
  from unnest(array['signature = decode(repeat(''00'', 64), ''hex'')', 'signature = null, key_id = null', 'body = ''x''']) what;
select t.do(t.act('huber', 'editor', $$action.correction(e, 'dachstrategie')$$));
select t.do(t.save('huber', 'K4.G2.5', 1, 'reject', 'Doch nicht.'));
create table t.second as select t.release('brandl', 'T-BY', 'no') ->> 'receipt' as no;
select throws_ok(format('update app.receipt set signature = decode(repeat(''00'', 64), ''hex''), key_id = (select id from app.signing_key),
  %s where number = %L', what, (select no from t.second)), 'CN409', 'immutable', 'nothing changes with the signature: ' || what)
  from unnest(array['body = ''x''', 'number = (select no from t.first)']) what;
select throws_ok('update app.signing_key set used_from = used_from - interval ''1 day''', 'CN409', 'immutable', 'a key stays');
select throws_ok('delete from app.signing_key', 'CN409', 'immutable', 'for good');
select throws_ok($$insert into app.signing_key (id, public_key) values ('0123456789abcdef', decode(repeat('01', 32), 'hex'))$$, '23514',
  null, 'under the name that follows from it');

-- --- another key --------------------------------------------------------------------
select is(t.sign(t.key('0b')), 1, 'the second version is signed with a new key');
select results_eq($$ select used_until is null, (select count(*) from app.receipt r where r.key_id = k.id) from app.signing_key k
  order by used_from $$, $$ values (false, 1::bigint), (true, 1) $$, 'the old one stays, with its time');
select is((select array_agg(k ->> 'key_id') from jsonb_array_elements(t.read(null, 'public', 'page.receipt_keys(e)') -> 'keys') k),
  (select array_agg(id order by used_from desc) from app.signing_key), 'everybody reads both');

-- --- what pages say -----------------------------------------------------------------
select is(t.page('huber', 'receipt_file') ->> 'signature', translate(encode(signature, 'base64'), e'\n', ''),
  'the file carries the signature in one line') from t.row;
select is((select string_agg(l || e'\n', '' order by n) from jsonb_array_elements_text(t.page('huber', 'receipt_file') -> 'lines')
  with ordinality x(l, n)), convert_from(body, 'UTF8'), 'and the lines, each with its end') from t.row;
select is(t.page('huber', 'receipt') #>> '{receipt,state}', 'replaced', 'the first version is replaced');
select is(t.page('huber', 'receipt') #>> '{receipt,replaced_by}', (select no from t.second), 'by the second');
delete from app.current_version where organisation_id = (select organisation_id from t.row);
select is(t.read('huber', 'signed_in', format('page.receipt(e, %L)', (select no from t.second))) #>> '{receipt,state}', 'withdrawn',
  'without a version that counts it was withdrawn');
select is((select jsonb_path_query_first(t.read('huber', 'member', format('page.receipt_response(e, %L)', no)),
    '$.groups[*].rows[*] ? (@.target == "K4.G2.5").body') #>> '{}' from t.first), 'Grundsätzlich ja.', 'the own house reads the words of each version');
select is(t.read('lorenz', 'member', format('page.receipt_response(e, %L)', (select no from t.first))), null, 'nobody else');

select * from finish();
rollback;
