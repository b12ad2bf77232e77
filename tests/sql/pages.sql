-- The pages: their JSON for each audience, sums that add up, drafts that stay
-- in the house, and a synopsis that is walked without loss.
\ir t/setup.sql
select plan(122);
insert into app.question_set_chapter select s.edition_id, s.id, s.chapter_id from app.question_set s where s.edition_id = (select id from t.edition);
update app.edition set state = 'published', published_at = app.now(), content_hash = sha256('1') where id = (select id from t.edition);

-- Members that a page or a part of it lacks.
create function t.lacks(p_json jsonb, p_names text) returns text[]
language sql as $$
  select coalesce(array_agg(n order by n), '{}') from unnest(string_to_array(p_names, ' ')) n
    where p_json is null or not p_json ? n
$$;
create function t.page(p_who text, p_audience text, p_call text) returns jsonb
language sql as $$
  select t.read(p_who, p_audience, 'page.' || regexp_replace(replace(p_call, '(', '(e'), '\mC\M', '''dachstrategie'''))
$$;
create function t.open(p_call text) returns jsonb language sql as $$ select t.page(null, 'public', p_call) $$;
create function t.house(p_who text, p_call text) returns jsonb language sql as $$ select t.page(p_who, 'member', p_call) $$;
create function t.desk(p_call text) returns jsonb language sql as $$ select t.page('sander', 'desk', p_call) $$;

-- --- the frame ----------------------------------------------------------------
select is(t.lacks(t.open('help()') -> 'frame', 'user consultation stage nav server_time is_demo'), '{}', 'the frame');
select is(t.open('help()') -> 'frame' -> 'user', 'null', 'nobody is signed in');
select is(t.open('help()') #> '{frame,stage}', '{"key": "s1", "kind": "consultation", "number": 1, "state": "open",
  "opens_at": "2024-03-25T00:00:00+01:00", "closes_at": "2024-04-26T23:59:59+02:00", "is_extended": false,
  "days_left": 4, "hours_left": 110}', 'the stage and what is left of it');
select is(t.open('help()') #>> '{frame,nav,2,key}' || (t.open('help()') #>> '{frame,nav,2,is_current}'), 'helptrue',
  'three ways for everybody');
select is((select string_agg(n ->> 'key' || coalesce(':' || (n ->> 'count'), ''), ' ')
  from jsonb_array_elements(t.house('huber', 'help()') #> '{frame,nav}') n), 'start paper response:2 help',
  'a member also has the response, with what is open');
select is((select string_agg(n ->> 'key', ' ') from jsonb_array_elements(t.desk('help()') #> '{frame,nav}') n),
  'start paper desk returns opinion matrix synopsis reports groups topics editions replies invitations mail barriers help', 'the desk has its own');
select is((select string_agg(n ->> 'key', ' ') from jsonb_array_elements(t.page('adler', 'administrator', 'help()') #> '{frame,nav}') n),
  'start paper organisations seats people invitations mail jobs barriers retention settings help', 'the administration has its areas');
select is((select string_agg(n ->> 'key', ' ') from jsonb_array_elements(t.page('voss', 'auditor', 'help()') #> '{frame,nav}') n),
  'start paper audit help', 'the revision has the log');
select is((select string_agg(n ->> 'key', ' ') from jsonb_array_elements(t.house('brandl', 'help()') #> '{frame,nav}') n),
  'start paper response house help', 'who releases has the people of the house');
select is((t.house('huber', 'help()') #> '{frame,user}') - 'name' - 'stays_until' - 'ends_in', '{"organisation": "Bayern",
  "contexts": null, "idle_minutes": 30,
  "organisation_code": "T-BY", "roles": ["editor"], "is_member": true, "is_editor": true, "is_releaser": false,
  "is_desk": false, "context": "T-BY", "withheld": []}', 'who is signed in');
select is(t.lacks(t.open(p || '()'), 'frame'), '{}', p || ' is a page')
  from unnest('{glossary,visibility,accessibility,easy_language,privacy,imprint}'::text[]) p;
select is(t.page(null, 'public', 'login(, ''/account'')') -> 'form', '{"mail": "", "next": "/account"}', 'the login');
select is(t.page(null, 'public', 'login(, null)') -> 'form', '{"mail": "", "next": ""}', 'and without a way on');

-- --- reading ------------------------------------------------------------------
select is(t.lacks(t.open('start()'), 'frame consultation edition stages chapters milestones commitment_steps counts progress primary'),
  '{}', 'start');
select is(t.open('start()') - 'frame', (t.open('consultation(, C)') - 'frame'), 'the consultation says the same');
select is(t.open('start()') -> 'counts', '{"invited": 3, "questions": 2, "items": 3, "chapters": 2, "footnotes": 0}', 'its counts');
select is(t.open('start()') -> 'progress', '{"day": 29, "of_days": 33}', 'the day of the window');
select is(t.open('start()') #>> '{primary,key}' || ' ' || (t.house('huber', 'start()') #>> '{primary,key}') || ' '
  || (t.desk('start()') #>> '{primary,key}'), 'read response returns', 'one next thing for each');
select is(t.open('consultation(, ''nichts'')'), null, 'an unknown consultation is not there');
select is(t.lacks(t.open('consultations()') #> '{list,0}', 'slug title vision status_note stage href'), '{}', 'consultations');

select is(t.lacks(t.open('chapter(, C, ''K4'', null)'), 'frame consultation edition chapter chapter_count sections question_sets comment previous next can_answer'),
  '{}', 'chapter');
select is(t.lacks(t.open('chapter(, C, ''K4'', null)') #> '{sections,0,items,0}', 'key kind title body href decisions requirements own'), '{}', 'its items');
select is(t.lacks(t.open('chapter(, C, ''K4'', null)') #> '{question_sets,0,questions,0}', 'key body href aims own'), '{}', 'its questions');
select is(t.open('chapter(, C, ''K4'', null)') #> '{sections,0,items,0,own}', 'null', 'nobody has an own answer there');
select is(t.house('huber', 'chapter(, C, ''K4'', null)') #> '{sections,0,items,1,own}', '{"target": "K4.G2.5", "state": "empty",
  "stance": null, "href": "/consultations/dachstrategie/response/answers/K4.G2.5", "can_edit": true}', 'a member has');
select is(t.desk('chapter(, C, ''K4'', null)') #> '{sections,0,items,1,own}', 'null', 'the desk has not');
select is(t.open('chapter(, C, ''K9'', null)'), null, 'an unknown chapter');
select is(t.lacks(t.open('item(, C, ''K4.G2.5'', null)'), 'frame consultation edition chapter section item decisions requirements questions own previous next footnotes'),
  '{}', 'item');
select is(t.open('item(, C, ''K3.N1.1'', null)') #>> '{item,key}', 'K3.N1', 'a requirement is on the page of its group');
select is(t.open('item(, C, ''K4.G2.4'', null)') #>> '{previous,key}' || ' ' || (t.open('item(, C, ''K4.G2.4'', null)') #>> '{next,key}'),
  'K3.N1 K4.G2.5', 'items follow each other over the chapters');
select is(t.lacks(t.open('question(, C, ''L-K4-1'', null)'), 'frame consultation chapters set question aims own previous next'), '{}', 'question');
insert into app.council_decision (ref, year, number) values ('B-2025/33-IT', 2025, 33), ('2023/42', 2023, 42);
select is(t.lacks(t.open('council_decisions(, null, null)') #> '{rows,0}', 'ref href year cited_by'), '{}', 'council decisions');
select is(t.open('council_decision(, ''B-2025'', ''33-IT'')') #>> '{decision,ref}', 'B-2025/33-IT', 'one of them');
select is(t.open('council_decision(, ''2023'', ''43'')'), null, 'an unknown one');

-- --- the house ----------------------------------------------------------------
select is(t.page(p_who, 'member', 'response(, C, null)') ->> 'state', p_state, 'the response is closed to ' || coalesce(p_who, 'nobody'))
  from (values (null, 'CN401'), ('sander', 'CN403'), ('voss', 'CN403'), ('adler', 'CN403')) v (p_who, p_state);
select is(t.lacks(t.house('huber', 'response(, C, null)'), 'frame organisation response deadline progress next_step filters groups items comments can releasers roles_text'),
  '{}', 'response');
select is(t.house('huber', 'response(, C, null)') #>> '{next_step,key}', 'start', 'first: begin');
select is(t.house('brandl', 'response(, C, null)') -> 'releasers', '["Brandl"]', 'who may release');
select is(t.lacks(t.house('huber', 'answer(, C, ''L-K4-1'')'), 'frame consultation target chapter decisions aims item_progress questions sub_items form answer comparison void limits can closed_reason position previous next'),
  '{}', 'answer');
select is(t.house('huber', 'answer(, C, ''L-K4-1'')') -> 'form', '{"version": 0, "stance": null, "body": "", "proposal": "",
  "reason": "", "confidential": false, "confidential_reason": "", "papers": [], "picked": null}', 'an empty form');
select is(t.house('huber', 'answer(, C, ''K3.N1.1'')'), null, 'what is no target is not there');

select t.do(t.save('huber', 'L-K4-1', 0, null, 'Geheimwort Gamsbart: Es fehlt „Nachnutzung“ & <b>.'));
select is(t.house('huber', 'response(, C, null)') -> 'progress', '{"done": 1, "ready": 0, "work": 1, "empty": 1, "of": 2,
  "segments": [{"state": "empty"}, {"state": "work"}]}', 'a text without a stance is begun');
select is(t.house('huber', 'response(, C, null)') #>> '{next_step,key}' || ' ' || (t.house('huber', 'response(, C, null)') #>> '{next_step,target}'),
  'continue L-K4-1', 'and to be finished');
select t.do(t.save('huber', 'L-K4-1', 1, 'note', 'Geheimwort Gamsbart: Es fehlt „Nachnutzung“ & <b>.'));
select is(t.house('huber', 'response(, C, null)') #>> '{next_step,target}', 'L-K12-4', 'then the next empty one');
select is(t.house('graf', 'response(, C, null)') #>> '{next_step,key}', 'reading', 'who only co-signs reads');
select is(t.house('huber', 'response(, C, ''empty'')') #> '{groups,0,rows,0,target}', '"L-K12-4"', 'the filter leaves the empty one');
select t.do(t.save('huber', 'L-K12-4', 0, 'agree', 'Geheimwort Gamsbart.', p_title => '["Dresdner Forderungen"]', p_source => '["Städte, 2021"]'));
select t.do(t.save('huber', 'K4.G2.5', 0, 'reject', 'Geheimwort Gamsbart.', 'Geheimwort Gamsbart', 'Geheimwort Gamsbart'));
select is(t.house('huber', 'answer(, C, ''L-K12-4'')') #> '{form,papers}', '[{"title": "Dresdner Forderungen", "source": "Städte, 2021"}]', 'papers come back');
select is(t.house('huber', 'response(, C, null)') #>> '{next_step,key}' || ' ' || (t.house('brandl', 'response(, C, null)') #>> '{next_step,key}'),
  'freeze release', 'all ready: one puts it up, one releases');
select is(t.lacks(t.house('brandl', 'release(, C)'), 'frame response organisation content_hash counts groups changed_since blockers releasers form can'), '{}', 'release');
select is(t.lacks(t.house('brandl', 'release(, C)') #> '{groups,0,rows,0}', 'target title kind stance state body proposal reason confidential papers'), '{}', 'in words');
select is(t.house('huber', 'release(, C)') #>> '{blockers,0,code}' || (t.house('huber', 'release(, C)') #>> '{can,release}'),
  'not_releaserfalse', 'with what stands against it');
select is(t.house('brandl', 'release(, C)') ->> 'content_hash', (select app.preview_hash(id) from app.response), 'and the hash it binds to');
select is(t.lacks(t.house('huber', 'response_print(, C)'), 'frame response organisation content_hash counts groups mark'), '{}', 'print');
select is(t.house('huber', 'response_print(, C)') ->> 'mark', 'draft', 'is marked a draft');

-- --- drafts stay in the house --------------------------------------------------
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree_changed', 'Wir begrüßen das Ziel.', 'Nur für Neuvorhaben.', 'Der Bestand trägt es nicht.'));
select t.do(t.save('lorenz', 'K4.G2.4', 0, 'agree', 'Zustimmung.', p_confidential => true, p_confidential_reason => 'Laufendes Verfahren'));
select t.do(t.save('lorenz', 'L-K4-1', 0, null, 'Nur Text.'));
select t.do(t.save('lorenz', 'K4', 0, null, 'Zum Kapitel.'));
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.act('lorenz', 'editor', 'action.correction(e, ''dachstrategie'')'));
select t.do(t.save('lorenz', 'K4.G2.5', 1, 'reject', 'Geheimwort Gamsbart nach der Freigabe.'));
create function t.desk_pages() returns setof text language sql as $$
  select x from unnest(array['returns(, C, null, null, null, null, null)', 'opinion(, C)', 'opinion_target(, C, ''K4.G2.5'')',
    'opinion_target(, C, ''L-K12-4'')', 'amendments(, C)', 'amendment(, C, ''K4.G2.5'', ''["T-BY"]'', null)', 'submission(, C, ''T-MV'')', 'submission(, C, ''T-BY'')',
    'synopsis(, C)']) x
$$;
select unalike(coalesce(t.desk(p)::text, ''), '%Gamsbart%', 'no draft in ' || p) from t.desk_pages() p;
select is(t.page('huber', 'desk', 'returns(, C, null, null, null, null, null)') ->> 'state', 'CN403', 'no member at the desk');
select is(t.desk('submission(, C, ''T-BY'')'), null, 'no submission before the release');
select unalike(t.house('lorenz', 'response_print(, C)')::text, '%Nachnutzung%', 'no other house either');
select alike(t.house('huber', 'response_print(, C)')::text, '%Gamsbart%', 'only the own');
select is(t.house('lorenz', 'release(, C)') #> '{changes,rows}' #- '{0,fields}' #- '{0,signers}',
  '[{"target": "K4.G2.5", "title": "Cloud und Souveränität", "change": "changed"}]', 'a correction shows what it changes');

-- --- receipts -----------------------------------------------------------------
create view t.mv as select v.* from app.response_version v order by v.number desc limit 1;
select is(t.lacks(t.page('lorenz', 'signed_in', format('receipt(, %L)', (select receipt_no from t.mv))), 'frame receipt organisation stage answers deadline'), '{}', 'receipt');
select is(t.page(p_who, 'signed_in', format('receipt(, %L)', (select receipt_no from t.mv))), null, 'no receipt for ' || p_who)
  from unnest('{huber,brandl,thoms,voss,adler}'::text[]) p_who;
select is((select (a ->> 'answer_kind') || coalesce(' ' || (a ->> 'stance'), '') from jsonb_array_elements(
    t.page(p_who, 'signed_in', format('receipt(, %L)', (select receipt_no from t.mv))) -> 'answers') a where a ->> 'target' = 'K4.G2.5'),
  p_answer, 'what ' || p_who || ' sees of an answer') from (values ('lorenz', 'answered agree_changed'), ('sander', 'answered')) v (p_who, p_answer);
select is(t.page('lorenz', 'signed_in', 'receipt(, ''R1-T-MV-1-0000'')'), null, 'nor an invented one');
select is(t.page('lorenz', 'signed_in', format('receipt(, %L)', (select receipt_no from t.mv))) #>> '{receipt,sha256}',
  (select encode(content_hash, 'hex') from t.mv), 'it carries the hash of the content');
select is(t.lacks(t.page('sander', 'signed_in', 'account()'), 'frame person memberships sessions'), '{}', 'account');
select is((select count(*) from jsonb_array_elements(t.page('sander', 'signed_in', 'account()') -> 'sessions')), 1::bigint, 'the own sessions only');

-- --- the desk -----------------------------------------------------------------
select t.do(t.act('thoms', 'editor', 'action.nil_rest(e, ''dachstrategie'', true)'));
select is(t.house('thoms', 'response(, C, null)') #>> '{groups,0,rows,0,state}', 'nil', 'Fehlanzeige for the rest shows at each');
select t.do(t.save('thoms', 'K4.G2.5', 0, 'agree', 'Das entlastet kleine Ämter.'));
select t.do(t.release('thoms', 'T-KLEIN'));
select is(t.lacks(t.desk('returns(, C, null, null, null, null, null)'), 'frame totals seats groups levels series chart sections filter options'), '{}', 'returns');
select is(t.desk('returns(, C, null, null, null, null, null)') -> 'totals', '{"invited": 3, "opened": 3, "released": 2, "nil": 0, "frozen": 0,
  "missing": 1, "open": 1, "withdrawn": 0, "late": 0, "filtered": 3, "days_left": 4}', 'who is where');
select is(t.desk('returns(, C, null, null, null, null, null)') -> 'seats', '{"of": 2, "released": 1}', 'one of two seats');
create function t.returns(p_filter text) returns text language sql as $$
  select string_agg((x ->> 'key') || ' ' || (r #>> '{organisation,code}') || ' ' || (r ->> 'state'), ', ')
    from jsonb_array_elements(t.desk(format('returns(, C, %s)', p_filter)) -> 'sections') x, jsonb_array_elements(x -> 'rows') r
$$;
select is(t.returns('null, ''13'', null, ''released'', null'), 'laender T-MV released, municipal T-KLEIN released', 'filtered');
select is(t.returns('null, null, ''voting'', null, null'), 'laender T-BY draft, laender T-MV released', 'by seat');
select is(t.returns('null, null, null, ''missing'', null'), 'laender T-BY draft', 'who is missing');
select is(t.returns('null, null, null, null, ''T-BY'''), 'laender T-MV released, municipal T-KLEIN released', 'the page after one');
select is((select string_agg((g ->> 'key') || ' ' || (g ->> 'released') || '/' || (g ->> 'of'), ', ')
    from jsonb_array_elements(t.desk('returns(, C, null, null, null, null, null)') -> 'groups') g),
  'bund 0/0, laender 1/2, advisory 0/0, municipal 1/1, others 0/0, voting 1/2, all 2/3', 'each group with its base');
select t.do(t.act('huber', 'editor', 'action.release_freeze(e, ''dachstrategie'')'));
select is(t.returns('null, null, null, ''frozen'', null') || ' ' || (t.desk('returns(, C, null, null, null, null, null)') #>> '{totals,missing}'),
  'laender T-BY frozen 0', 'put up for release it is no longer missing');
select t.do(t.act('huber', 'editor', 'action.release_thaw(e, ''dachstrategie'')'));
select is(t.lacks(t.desk('submission(, C, ''T-MV'')'), 'frame organisation version receipt released_at publication nil_rest groups'), '{}', 'submission');
select is(t.lacks(t.desk('opinion(, C)'), 'frame totals charts'), '{}', 'opinion');
select is(t.lacks(t.desk('opinion_target(, C, ''K4.G2.5'')'), 'frame target by_level by_seat_status chart sums words previous next'), '{}', 'opinion of a target');

create view t.sums as
  select x.key, j.name, j.row
    from app.target x cross join lateral (select t.desk(format('opinion_target(, C, %L)', x.key)) as page) p
      cross join lateral (
        select 'level' as name, r as row from jsonb_array_elements(p.page #> '{by_level,rows}') r
        union all select 'seat', r from jsonb_array_elements(p.page #> '{by_seat_status,rows}') r
        union all select 'all', p.page -> 'sums') j
    where x.stage_id = (select id from t.stage);
select is_empty($$ select key, name from t.sums where (row ->> 'base')::int <> (select sum(value::int) from jsonb_each_text(row -> 'counts')) $$,
  'the classes of each group sum up to its base');
select is_empty($$ select key, name from t.sums group by key, name having sum((row ->> 'base')::int) <> 3 $$,
  'the groups sum up to all that were invited');
select is_empty($$
  select s.key, c.key, sum(c.value::int) from t.sums s, jsonb_each_text(s.row -> 'counts') c
    group by s.key, c.key having count(distinct s.name) <> 3 or sum(c.value::int) filter (where s.name = 'level')
      <> sum(c.value::int) filter (where s.name = 'all') or sum(c.value::int) filter (where s.name = 'seat')
      <> sum(c.value::int) filter (where s.name = 'all') $$, 'class by class');
select is((select row -> 'counts' from t.sums where key = 'K4.G2.5' and name = 'all'), '{"agree": 1, "agree_changed": 1, "reject": 0,
  "note": 0, "no_position": 0, "nil": 0, "not_applicable": 0, "no_answer": 0, "outstanding": 1}', 'words of two, one outstanding');
select is((select row -> 'counts' from t.sums where key = 'L-K4-1' and name = 'all'), '{"agree": 0, "agree_changed": 0, "reject": 0,
  "note": 0, "no_position": 1, "nil": 1, "not_applicable": 0, "no_answer": 0, "outstanding": 1}', 'a text without stance, one nil for the rest');
select is((select row -> 'counts' ->> 'no_answer' from t.sums where key = 'K3.N1' and name = 'all'), '1', 'released without a row');
select is_empty($$
  select c ->> 'key' from jsonb_array_elements(t.desk('opinion(, C)') -> 'charts') c, jsonb_array_elements(c #> '{chart,rows}') r
    where (r ->> 'n')::int <> 2 or 2 <> (select sum(v::int) from jsonb_array_elements_text(r -> 'values') v) $$, 'the bars of the seats too');

-- --- the synopsis ---------------------------------------------------------------
select is(t.lacks(t.desk('synopsis(, C)'), 'frame rows counts stance_sum filter options next_href first_href exports'), '{}', 'synopsis');
select is(t.lacks(t.desk('synopsis(, C)') #> '{rows,0}', 'number target target_title edition from stance kind body proposal reason decision released_at confidential'), '{}', 'its rows');
select is((select jsonb_agg(r ->> 'target' || ' ' || (r #>> '{from,code}')) from jsonb_array_elements(t.desk('synopsis(, C)') -> 'rows') r),
  '["L-K4-1 T-MV", "K4.G2.4 T-MV", "K4.G2.5 T-MV", "K4.G2.5 T-KLEIN", "K4 T-MV"]', 'by target, then by sender');
select is(t.desk('synopsis(, C, p_seat => ''none'', p_stance => ''agree'')') -> 'stance_sum', '[{"stance": "agree", "count": 1}]', 'filtered');
select is(t.desk('synopsis(, C, ''nichts'')') -> 'counts' @> '{"filtered": 0, "organisations": 0, "all": 5, "is_capped": false}', true, 'an unknown target finds nothing');

-- As the export reads it, p_limit at a time: p_after is the last row's token.
create function t.rows(p_after text, p_limit int) returns table (token text, target text, code text)
language sql as $$
  select coalesce(r ->> 'number', r ->> 'target' || '_' || (r ->> 'organisation_code')), r ->> 'target', r ->> 'organisation_code'
    from jsonb_array_elements(t.read('sander', 'desk', format('(select json_agg(x) from page.synopsis_rows(e, %L,
      p_after => %L, p_limit => %L) x)', 'dachstrategie', p_after, p_limit))) r
$$;
select is((select count(*) from t.rows(null, null)), 5::bigint, 'the export has every row');
with recursive w as (
  select 1 as n, r.* from t.rows(null, 1) r
  union all select w.n + 1, r.* from w cross join lateral t.rows(w.token, 1) r where w.n < 20)
select is((select array_agg(w.token order by w.n) from w), (select array_agg(x.token) from t.rows(null, null) x), 'row by row the same, unnumbered');
update app.position p set number = n.n from (select id, row_number() over (order by id) as n from app.position) n where n.id = p.id;
insert into app.position (stage_id, organisation_id, number, released_answer_id, target_id, released_at, sort_target, sort_key, stance, level, land_code, seat_status)
  select p.stage_id, p.organisation_id, 10 + i * 10 + p.number, p.released_answer_id, p.target_id, p.released_at, p.sort_target, p.sort_key,
    p.stance, p.level, p.land_code, p.seat_status from app.position p, generate_series(1, 24) i;
create function t.walk() returns table (number text) language plpgsql as $$
declare
  v_after text;
  v_page jsonb;
begin
  for i in 1..10 loop
    v_page := t.desk(format('synopsis(, C, p_after => %L)', v_after));
    return query select r ->> 'number' from jsonb_array_elements(v_page -> 'rows') r;
    exit when v_page ->> 'next_href' is null;
    v_after := substring(v_page ->> 'next_href' from 'after=([A-Za-z0-9._-]+)$');
  end loop;
end $$;
create table t.walked as select row_number() over () as n, w.number from t.walk() w;
select is((select count(*) from t.walked), 125::bigint, 'the pages have every row');
select is((select array_agg(w.number order by w.n) from t.walked w), (select array_agg(x.token) from t.rows(null, null) x),
  'exactly once and in the order of the export');
select is(jsonb_array_length(t.desk('synopsis(, C)') -> 'rows'), 50, 'fifty on a page');

-- --- after the deadline -------------------------------------------------------
select t.clock('2024-04-27 00:00:01');
select is(t.house('huber', 'answer(, C, ''K4.G2.5'')') ->> 'closed_reason', 'deadline', 'the deadline closes the form');
select is(t.house('huber', 'response(, C, null)') #>> '{next_step,key}' || ' ' || (t.house('huber', 'help()') #>> '{frame,stage,state}'), 'closed closed', 'and says so');
update app.participation set extended_until = '2024-05-03 12:00', extension_reason = 'Präsidium am 30.04.'
  where organisation_id = (select id from app.organisation where code = 'T-BY');
select is(t.house('huber', 'help()') #>> '{frame,stage,state}' || ' ' || (t.house('huber', 'help()') #>> '{frame,stage,closes_at}')
  || ' ' || (t.house('lorenz', 'help()') #>> '{frame,stage,state}'), 'open 2024-05-03T12:00:00+02:00 closed', 'an own deadline holds for the house alone');
select is(t.desk('returns(, C, null, null, null, null, null)') #>> '{totals,late}', '0', 'and nobody is late before it');

select * from finish();
rollback;
