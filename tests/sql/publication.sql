-- What the public reads: nothing without consent and without the act, never a
-- word that was cut, counts of which no group under five can be found; and
-- whatever ends is gone in the same transaction.
\ir t/setup.sql
select plan(93);

create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.publish(variadic p_codes text[]) returns jsonb language sql as $$
  select t.act('sander', 'moderator_confirmed', format('action.publication_publish(e, ''dachstrategie'', %L)',
    (select coalesce(json_object_agg(o.code, v.receipt_no), '{}') from app.organisation o join app.current_version c on c.organisation_id = o.id
      join app.response_version v on v.id = c.response_version_id where o.code = any (p_codes))))
$$;
create function t.revoke(p_code text, p_reason text default 'Bitte der Organisation') returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.publication_revoke(e, ''dachstrategie'', %L, %L)', p_code, p_reason))
$$;
create function t.public(p_call text) returns jsonb language sql as $$
  select t.read(null, 'public', p_call)
$$;
-- All that is public, as one text: pages, files and what the search finds.
create function t.everything() returns text language sql as $$
  select concat(t.public('page.results(e, ''dachstrategie'')'), t.public('page.statements(e, ''dachstrategie'', null)'),
    (select string_agg(t.public(format('page.result(e, ''dachstrategie'', %L, null)', x.key))::text, '') from app.target x where x.stage_id = (select id from t.stage)),
    (select string_agg(t.public(format('page.statement(e, ''dachstrategie'', %L)', c))::text, '') from unnest(array['T-BY', 'T-MV', 'T-KLEIN']) c),
    t.public('(select json_agg(r) from page.statement_rows(e, ''dachstrategie'') r)'), t.public('(select json_agg(r) from page.result_rows(e, ''dachstrategie'') r)'),
    t.public('page.result_file(e, ''dachstrategie'', ''statements'')'))
$$;
create function t.shows(p_words text) returns boolean language sql as $$
  select case when x.e like '%"state": "42%' or x.e like '%"state": "XX%' then null else strpos(x.e, p_words) > 0 end from (select t.everything()) x(e)
$$;
create function t.found(p_q text) returns text[] language sql as $$
  select coalesce(array_agg(h ->> 'organisation' order by h ->> 'organisation') filter (where h ->> 'type' = 'published'), '{}')
    from jsonb_array_elements(t.public(format('page.search(e, %L, null, null, null, null, null, null)', p_q)) -> 'hits') h
$$;
-- A statement but for who has joined, which is known once they are public too.
create function t.words(p_groups jsonb) returns jsonb language sql as $$
  select jsonb_agg(r - 'joined_by') from jsonb_path_query(p_groups, '$[*].rows[*]') r
$$;
create function t.word(p_word text) returns boolean language sql as $$
  select exists (select from app.word w where w.visibility = 'public' and w.lexeme = app.lexeme_of(p_word))
$$;

update app.edition e set state = 'published', published_at = app.now(), content_hash = job.edition_hash(e.id) where e.id = (select id from t.edition);
-- Bayern: shortened, and others may join; Mecklenburg-Vorpommern: no; Kleinbeispiel: yes.
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Die Pflicht gilt für Neuvorhaben. Das Rechenzentrum Geheimnisort bleibt. Danach frei.', '', 'Quastenflosser schwimmen.'));
select t.do(t.save('huber', 'K4.G2.4', 0, 'agree', 'Offene Standards sind Pflicht.'));
select t.do(t.act('huber', 'editor', 'action.answer_save(e, ''dachstrategie'', ''K4'', 0, null, ''Nur vertraulich gesagt.'', '''', '''', true, ''laufendes Verfahren'', ''[]'', ''[]'', null)'));
select t.do(t.act('huber', 'member', 'action.redaction_mark(e, ''dachstrategie'', ''K4.G2.5'', ''Rechenzentrum Geheimnisort'', ''Sicherheitsgrund'', null, null, null)'));
select t.do(t.act('huber', 'member', 'action.redaction_mark(e, ''dachstrategie'', ''K4.G2.5'', ''schwimmen'', ''Sicherheitsgrund'', null, null, null)'));
select t.do(t.release('brandl', 'T-BY', 'shortened', p_joinable => true));
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'reject', 'Das Schlüsselwort Zauberwürfel steht nirgends sonst.'));
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.act('thoms', 'editor', format('action.join_adopt(e, ''dachstrategie'', ''T-BY'', %L, ''{}'', ''{"K4.G2.4": "1"}'', null, null, false)',
  (select v.receipt_no from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'T-BY'))));
select t.do(t.save('thoms', 'K4.G2.5', 0, 'note', 'Kleine Gemeinden brauchen Muster.'));
select t.do(t.release('thoms', 'T-KLEIN', 'yes'));

-- The cut itself.
select is(app.redacted('abcdefgh', array['[2,4)'::int4range]), 'ab[…]efgh', 'a mark for what is cut');
select is(app.redacted('abcdefgh', array['[0,1)', '[6,8)']::int4range[]), '[…]bcdef[…]', 'at both ends');
select is(app.redacted('abcdefgh', array['[2,4)', '[4,5)']::int4range[]), 'ab[…]fgh', 'neighbours are one');
select is(app.redacted('ab', null), 'ab', 'nothing cut');
select is(app.redacted('a🙂c', array['[1,2)'::int4range]), 'a[…]c', 'in code points');
select is(app.redacted(repeat('x', 500), array['[0,500)'::int4range]), app.redacted('y', array['[0,1)'::int4range]), 'the mark does not say how much');

-- Who, and when.
select is(t.error(t.publish('T-BY')), 'CN409 publication_window_open', 'not while houses may answer');
select is(t.error(t.act('sander', 'moderator_confirmed', 'action.result_publish(e, ''dachstrategie'')')), 'CN409 publication_window_open', 'nor the counts');
select t.clock('2024-05-06 10:00');
select is(t.error(t.publish('T-MV')), 'CN409 publication_no_consent', 'not without consent');
select is(t.error(t.publish('T-BY', 'T-MV')), 'CN409 publication_no_consent', 'and then none of them');
select is((select count(*) from app.publication), 0::bigint, 'so nothing is public');
select is(t.error(t.publish('T-XX')), 'CN409 publication_nothing', 'somebody has to be chosen');
select is(t.act('huber', 'moderator_confirmed', 'action.publication_publish(e, ''dachstrategie'', ''{}'')') ->> 'state', 'CN403', 'it is the moderators'' act');
select is(t.public('page.publications(e, ''dachstrategie'', null, null)') ->> 'error', null, 'a page that asks for no audience of its own');
select throws_ok($$insert into app.publication (response_version_id, response_id, stage_id, organisation_id, is_shortened, organisation_name,
    organisation_short_name, level, sort_key, published_at, published_by)
  select v.id, v.response_id, v.stage_id, v.organisation_id, false, 'x', 'x', v.level, 'x', app.now(), (select min(id) from app.person)
    from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'T-MV'$$, 'CN409', 'not_publishable', 'the guard holds without the function');
select throws_ok($$insert into app.publication (response_version_id, response_id, stage_id, organisation_id, is_shortened, organisation_name,
    organisation_short_name, level, sort_key, published_at, published_by)
  select v.id, v.response_id, v.stage_id, v.organisation_id, false, 'x', 'x', v.level, 'x', app.now(), (select min(id) from app.person)
    from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'T-BY'$$, 'CN409', 'not_publishable', 'in full what is to be shortened: neither');

-- The preview is what will be public.
create table t.preview as select t.read('sander', 'moderator', 'page.publication(e, ''dachstrategie'', ''T-BY'')') as doc;
select is(t.read('sander', 'moderator', 'page.publications(e, ''dachstrategie'', null, null)') #> '{rows}' @>
  '[{"consent": "shortened", "part": "ready"}, {"consent": "no", "part": "no"}, {"consent": "yes", "part": "ready"}]', true, 'the list says who agreed to what');
select is((select doc #>> '{preview,withheld,confidential}' from t.preview), '1', 'the preview names what stays out');
select is((select doc #>> '{preview,withheld,cuts,0,reason}' from t.preview), 'Sicherheitsgrund', 'and why, for the moderators');
select unalike((select doc ->> 'preview' from t.preview), '%Geheimnisort%', 'but not what was cut');
select is(t.read('sander', 'moderator', 'page.publication(e, ''dachstrategie'', ''T-MV'')') -> 'preview', 'null', 'no preview of what nobody agreed to');
select is(t.public('page.statement(e, ''dachstrategie'', ''T-BY'')'), null, 'nothing is public yet');
select is(t.shows('Neuvorhaben'), false, 'nowhere');

select is(t.publish('T-BY', 'T-KLEIN') ->> 'count', '2', 'several at a time');
select is(t.words(t.public('page.statement(e, ''dachstrategie'', ''T-BY'')') -> 'groups'),
  (select t.words(doc #> '{preview,groups}') from t.preview), 'public is what the preview showed');
select is((select string_agg(distinct split_part(p.mail, '@', 1), ', ') from app.mail m join app.person p on p.id = m.person_id where m.template = 'statement_published'),
  'brandl, huber, thoms', 'who writes and releases for them hears of it');
select is((select count(*) from app.audit a where a.act = 'publication.publish'), 2::bigint, 'each with an entry of the log');
select is(t.error(t.publish('T-BY')), 'CN409 publication_nothing', 'once');

-- What was cut, and what was confidential, is nowhere.
select is(t.shows('Die Pflicht gilt für Neuvorhaben. Das […] bleibt. Danach frei.'), true, 'the rest is there');
select is(t.shows('Geheimnisort'), false, 'a cut word is in no page and no file');
select is(t.shows('schwimmen'), false, 'of no field');
select is(t.shows('Sicherheitsgrund'), false, 'nor is the reason');
select is(t.shows('vertraulich gesagt'), false, 'a confidential answer is not there');
select is(t.shows(encode(a.content_hash, 'hex')), false, 'nor the hash of the text that it was cut from')
  from app.released_answer a where a.body like '%Geheimnisort%';
select is(t.shows('Zauberwürfel'), false, 'nor who has not agreed');
select is((select count(*) from t.stage s, lateral (select t.everything()) x(e), app.person p where x.e like '%' || p.name || '%'), 0::bigint, 'no name of a person');
select is(t.found('Quastenflosser'), '{Bayern}', 'the public finds what is public');
select is(t.found('Geheimnisort'), '{}', 'and not what was cut');
select is(t.word('Geheimnisort'), false, 'of which the index has no word');
select is(t.found('Zauberwürfel'), '{}', 'nor who has not agreed');

-- Joined: the words are the other house's.
select is(t.public('page.statement(e, ''dachstrategie'', ''T-KLEIN'')') #>> '{groups,0,rows,0,body}', 'Offene Standards sind Pflicht.', 'what was taken over is read with its house');
select is(t.public('page.statement(e, ''dachstrategie'', ''T-KLEIN'')') #>> '{groups,0,rows,0,joined,name}', 'Freistaat Bayern', 'which is named');
select is(t.public('page.statement(e, ''dachstrategie'', ''T-BY'')') #>> '{groups,0,rows,0,joined_by,0,name}', 'Gemeinde Kleinbeispiel', 'and who has joined');

-- What became of it.
select is(t.public('page.statement(e, ''dachstrategie'', ''T-BY'')') #> '{groups,0,rows,1,decisions}', '[]', 'what became of it is not said before the house is told');

create temp table told as select p.id as position_id, p.stage_id, (select min(x.id) from app.person x) as by_id from app.position p
  join app.organisation o on o.id = p.organisation_id join app.target x on x.id = p.target_id where o.code in ('T-BY', 'T-MV') and x.key = 'K4.G2.5';
set local session_replication_role = replica;
insert into app.assessment (stage_id, position_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
  select n.stage_id, n.position_id, 1, 'partly', 'Bestandsverfahren bleiben erfasst.', 'K4.G2.5, Satz 2', sha256('a'), app.now(), n.by_id from told n;
insert into app.reply_release (stage_id, number, at, ask_back_until)
  select min(n.stage_id), 1, '2024-05-06 12:00', '2024-06-06 12:00' from told n;
insert into app.reply_point (release_id, stage_id, position_id, assessment_id)
  select r.id, r.stage_id, a.position_id, a.id from app.reply_release r join app.assessment a on a.stage_id = r.stage_id;
set local session_replication_role = origin;
select is(t.shows('Bestandsverfahren'), false, 'nor before its time has come');
select t.clock('2024-05-06 12:00');
select is(t.public('page.statement(e, ''dachstrategie'', ''T-BY'')') #> '{groups,0,rows,1,decisions}' @>
  '[{"decision": "partly", "assessment": "Bestandsverfahren bleiben erfasst.", "place": "K4.G2.5, Satz 2"}]', true, 'then decision and reason are public');
select is((select count(*) from jsonb_array_elements(t.public('(select json_agg(r) from page.statement_rows(e, ''dachstrategie'') r)')) r
  where r ->> 'decision' = 'partly'), 1::bigint, 'in the file as well, for what is published only');

-- A reason that quotes what was cut stays with the house; the decision is public.
set local session_replication_role = replica;
update app.assessment a set body = 'Das rechenzentrum  Geheimnisort wird gesondert behandelt.' from told n where n.position_id = a.position_id;
set local session_replication_role = origin;
select is(t.shows('gesondert'), false, 'a reason that quotes what was cut is not public');
select is(t.public('page.statement(e, ''dachstrategie'', ''T-BY'')') #> '{groups,0,rows,1,decisions}' @> '[{"decision": "partly", "assessment": null}]', true, 'the decision is');

-- A change that it has caused names it.
insert into app.edition (consultation_id, number, as_of, based_on_id) select consultation_id, 2, '2024-06-19', id from t.edition where number = 1;
insert into app.change (edition_id, dropped_version_id, reason, changed_at) select e.id, v.id, 'Gestrichen.', app.now()
  from app.edition e, app.item_version v join app.item i on i.id = v.item_id where e.number = 2 and i.key = 'K4.G2.5' and v.edition_id = e.based_on_id;
insert into app.cause (change_id, position_id, organisation_id, stance, sort_key, level, seat_status)
  select c.id, p.id, p.organisation_id, p.stance, p.sort_key, p.level, p.seat_status from app.change c, told n join app.position p on p.id = n.position_id;
set local search_path = app, public; -- as pages run
select is((select string_agg(x ->> 'name', ', ') from app.change c, json_array_elements(app.behind_json(c.id)) x), 'Freistaat Bayern', 'who is public behind a change is named, nobody else');
set local search_path to default;
delete from app.cause;
delete from app.change;
delete from app.edition where number = 2;

-- An end by the moderators.
select is(t.error(t.revoke('T-KLEIN', ' ')), 'CN422 required reason', 'only with a reason');
create table t.before as select t.public('page.result_file(e, ''dachstrategie'', ''statements'')') ->> 'etag' as etag;
select t.do(t.revoke('T-KLEIN'));
select is((select count(*) from app.mail m where m.template = 'statement_ended'), 1::bigint, 'its house hears of that, too');
select is(t.public('page.statement(e, ''dachstrategie'', ''T-KLEIN'')'), null, 'its address is gone');
select is(t.shows('Muster'), false, 'and its words');
select isnt(t.public('page.result_file(e, ''dachstrategie'', ''statements'')') ->> 'etag', (select etag from t.before), 'files are new');
select is(t.word('Gemeinden'), false, 'the index has none of its words');
select is(t.word('Standards'), true, 'but those that stand elsewhere');
select is(t.error(t.revoke('T-KLEIN')), 'CN409 publication_none', 'twice is no end');
select is(t.error(t.revoke('T-XX')), 'CN404 publication_none', 'nobody of that name');
select t.do(t.publish('T-KLEIN'));

-- By the house: with its consent the words of who joined it go as well.
select is(t.read('huber', 'member', 'page.publication_consent(e, ''dachstrategie'')') #>> '{can,withdraw}', 'false', 'an editor cannot');
select t.do(t.act('brandl', 'releaser_confirmed', format('action.consent_withdraw(e, ''dachstrategie'', %L)',
  t.read('brandl', 'member', 'page.publication_consent(e, ''dachstrategie'')') #>> '{form,receipt}')));
select is(t.public('page.statement(e, ''dachstrategie'', ''T-BY'')'), null, 'the consent is taken back, the statement is gone');
select is(t.found('Quastenflosser'), '{}', 'from the search');
select is((select count(*) from app.published_answer a join app.organisation o on o.id = a.organisation_id where o.code = 'T-BY'), 0::bigint, 'there is no row');
select is(t.public('page.statement(e, ''dachstrategie'', ''T-KLEIN'')') #> '{groups,0,rows,0}' @> '{"is_without_words": true, "joined": null, "body": null}', true, 'who had joined shows no words of theirs');
select is(t.shows('Offene Standards sind Pflicht'), false, 'nowhere');
select is(t.error(t.publish('T-BY')), 'CN409 publication_consent_withdrawn', 'and nobody publishes it again');
select is((select string_agg(p.revoked_as, ',' order by p.id) from app.publication p where p.revoked_at is not null), 'consent,desk', 'how each has ended');

-- A new version and a withdrawal.
update app.participation p set extended_until = '2024-06-30 12:00', extension_reason = 'Gremium' from app.organisation o where o.id = p.organisation_id and o.code = 'T-KLEIN';
select is(t.error(t.publish('T-KLEIN')), 'CN409 publication_window_open', 'who has more time is not published meanwhile');
select t.do(t.act('thoms', 'editor', 'action.correction(e, ''dachstrategie'')'));
select isnt(t.public('page.statement(e, ''dachstrategie'', ''T-KLEIN'')'), null, 'a draft of a new version changes nothing');
select t.do(t.save('thoms', 'K4.G2.5', 1, 'note', 'Ganz neu gesagt.'));
select t.do(t.release('thoms', 'T-KLEIN', 'yes'));
select is(t.public('page.statement(e, ''dachstrategie'', ''T-KLEIN'')'), null, 'a new version ends what was public');
select is((select p.revoked_as from app.publication p where p.revoked_at is not null order by p.id desc limit 1), 'replaced', 'as replaced');
select t.clock('2024-07-01 10:00');
select t.do(t.publish('T-KLEIN'));
select is(t.shows('Ganz neu gesagt.'), true, 'it is published anew');
select t.clock('2024-06-29 10:00');
select t.do(t.act('thoms', 'releaser_confirmed', format('action.response_withdraw(e, ''dachstrategie'', %L)', (select v.receipt_no from app.current_version c
  join app.response_version v on v.id = c.response_version_id join app.organisation o on o.id = v.organisation_id where o.code = 'T-KLEIN'))));
select is((select p.revoked_as from app.publication p order by p.id desc limit 1), 'withdrawn', 'a withdrawal ends it');
select is((select count(*) from app.published_answer), 0::bigint, 'nothing is left');

select is(t.public('page.results(e, ''dachstrategie'')') #> '{state,is_shown}', 'false', 'counts are not public by themselves');
select t.do(t.act('sander', 'moderator_confirmed', 'action.result_publish(e, ''dachstrategie'')'));
select is(t.public('page.results(e, ''dachstrategie'')') #> '{chapters,1,rows}', '[]', 'published counts of three houses show none');
select is(t.public('page.result(e, ''dachstrategie'', ''K4.G2.5'', null)') #> '{groups,total}', 'null', 'on the page of a point neither');
select is(t.public('(select json_agg(r) from page.result_rows(e, ''dachstrategie'') r)'), null, 'nor in the file');

-- Counts: from what is shown and from the sums no group under five can be found.
create table t.group_size (target_id bigint, level text, n int, named int);
create or replace function app.stances_by_level(p_stage_id bigint, p_target_id bigint)
returns table (target_id bigint, level text, base bigint, answered bigint, named bigint, counts bigint[])
language sql stable as $$ select g.target_id, g.level, 20::bigint, g.n::bigint, g.named::bigint, array[g.n, 0, 0, 0, 0]::bigint[] from t.group_size g $$;
grant select on t.group_size to public;
grant execute on function app.stances_by_level(bigint, bigint) to public;
select setseed(0.0114);
insert into t.group_size select w, l, n, (random() * n * (random() < 0.3)::int)::int from generate_series(1, 400) w,
  lateral (select l, (random() * random() * 14)::int as n from unnest((array['bund', 'land', 'kommune', 'wirtschaft', 'aufsicht'])[:1 + w % 5]) l) x;
create table t.shown as select * from app.public_rows((select id from t.stage));
select is((select count(*) from t.shown s where s.level = 'rest' and not exists (select from t.shown o where o.target_id = s.target_id
  and o.level <> 'rest')), 0::bigint, 'the rest of nothing is no row');
select is((select count(*) from t.shown s where s.answered < 5), 0::bigint, 'no row of fewer than five');
select is((select count(*) from t.shown s where s.level not in ('rest') and not exists (select from t.group_size g
  where g.target_id = s.target_id and g.level = s.level and g.n = s.answered)), 0::bigint, 'a row says what is so');
select is((select count(*) from (select s.target_id, sum(s.answered) filter (where s.level is not null) as parts, sum(s.answered) filter (where s.level is null) as total
  from t.shown s group by 1) x where x.parts <> x.total), 0::bigint, 'rows and their sum agree');
-- What an attacker can write down is one equation for each row; the rows of a
-- target have no level in common, so that the smallest set he can find is a row.
select is((select count(*) from t.shown a join t.shown b on b.target_id = a.target_id and b.level > a.level and a.levels && b.levels), 0::bigint, 'rows do not overlap');
select is((select count(*) from t.shown s cross join lateral (select sum(g.n) as n, sum(g.named) as named from t.group_size g
    where g.target_id = s.target_id and g.level = any (s.levels)) x
  where x.n <> s.answered or x.n < 5 or x.n - x.named between 1 and 4), 0::bigint, 'nor does taking away leave a few: not those either who are read by name');
select cmp_ok((select count(*) from t.shown s where s.level not in ('rest')), '>', 150::bigint, 'and most that are many are shown');
-- Where they are linked, and under which licence they stand.
select is(t.public('page.item(e, ''dachstrategie'', ''K4.G2.5'', null)') ->> 'result_href', '/consultations/dachstrategie/results/K4.G2.5', 'an item leads to its results');
select is(t.public('page.question(e, ''dachstrategie'', ''L-K4-1'', null)') ->> 'result_href', '/consultations/dachstrategie/results/L-K4-1', 'a question too');
select is(t.error(t.act('adler', 'administrator', 'action.settings_licence(e, ''CC0'', ''javascript:alert(1)'')')), 'CN422 bad_web_address licence_href', 'a licence has an address of the web');
select is(t.error(t.act('adler', 'administrator', 'action.settings_licence(e, '''', ''https://lizenz.example/'')')), 'CN422 required licence_name', 'and a name');
select t.do(t.act('adler', 'administrator', 'action.settings_licence(e, ''CC0 1.0'', ''https://lizenz.example/cc0'')'));
select is(t.public('page.result_file(e, ''dachstrategie'', ''results'')') #> '{about,licence}' @> '{"name": "CC0 1.0", "href": "https://lizenz.example/cc0"}', true, 'a file says under which');
select t.do(t.act('adler', 'administrator', 'action.settings_licence(e, '''', '''')'));
select alike(t.public('page.results(e, ''dachstrategie'')') #>> '{licence,name}', 'Datenlizenz Deutschland%', 'without it stands the usual one');
select is(t.error(t.act('sander', 'moderator', 'action.result_revoke(e, ''dachstrategie'', '''')')), 'CN422 required reason', 'the counts go with a reason');
select t.do(t.act('sander', 'moderator', 'action.result_revoke(e, ''dachstrategie'', ''Zahlen werden geprüft.'')'));
select is((select count(*) from app.public_rows((select id from t.stage))), 0::bigint, 'and then there are none');
select * from finish();
rollback;
