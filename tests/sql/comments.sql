-- What a house says among itself about an answer, and what each has seen.
\ir t/setup.sql
select plan(38);

update app.edition set state = 'published', published_at = app.now(), content_hash = sha256('x')
  where id = (select id from t.edition);
create function t.say(p_who text, p_words text, p_target text default 'K4.G2.5') returns jsonb language sql as $$
  select t.act(p_who, 'member', format('action.comment_write(e, ''dachstrategie'', %L, %L)', p_target, p_words))
$$;
create function t.page(p_who text, p_target text default 'K4.G2.5') returns jsonb language sql as $$
  select t.read(p_who, 'member', format('page.answer(e, ''dachstrategie'', %L, null)', p_target))
$$;
-- As the server does after the page; p_late: what was shown when somebody saves meanwhile.
create function t.look(p_who text, p_target text default 'K4.G2.5', p_late jsonb default null) returns jsonb language sql as $$
  select t.act(p_who, 'member', format('action.answer_looked(e, ''dachstrategie'', %L, %L, %L)', p_target, n ->> 'version', n ->> 'comment'))
    from coalesce(p_late, t.page(p_who, p_target) -> 'news') n
$$;
create function t.news(p_who text, p_target text default 'K4.G2.5') returns text language sql as $$
  select concat_ws(' ', x ->> 'key', x ->> 'by', (select string_agg(concat_ws(' ', f ->> 'name', f #>> '{diff_of,old}', '>', f #>> '{diff_of,new}'), '; ')
    from jsonb_array_elements(x -> 'fields') f)) from (select t.page(p_who, p_target) -> 'news') n (x)
$$;
create function t.changed(p_who text) returns text language sql as $$
  select string_agg(distinct (r ->> 'target') || ' ' || (r ->> 'news') || ' ' || (r ->> 'unread'), ', ')
    from t.read(p_who, 'member', 'page.response(e, ''dachstrategie'', ''changed'')') x,
      jsonb_path_query(x, '$.**.rows[*] ? (@.news != null)') r
$$;
create function t.due(p_who text) returns boolean language sql as $$ select (t.page(p_who) #>> '{news,is_due}')::boolean $$;

-- --- comments ----------------------------------------------------------------------
select is(t.say('graf', e'Bestand trennen.\n<b>Bitte</b> & „Neuvorhaben“') ->> 'location',
  '/consultations/dachstrategie/response/answers/K4.G2.5?notice=comment_written', 'who co-signs says something, before there is an answer');
select is((select count(*)::int from app.answer), 0, 'and writes none by that');
select is(t.page('huber') #> '{discussion,rows,0}' @> '{"name": "Graf", "is_mine": false, "is_new": true, "body": "Bestand trennen.\n<b>Bitte</b> & „Neuvorhaben“"}',
  true, 'all of the house read it, new');
select is(t.page('graf') #> '{discussion,unread}', '0', 'one’s own is not new');
select is(t.say('graf', e' \n\t ') ->> 'error', 'required', 'nothing is no comment');
select is(t.say('huber', 'Wozu?', 'K9.X') ->> 'state', 'CN404', 'no target');
select is(t.say('lorenz', 'Schwerin hat eigene Gedanken.') ->> 'location' is not null, true, 'another house has its own');
select is(jsonb_array_length(t.page('huber') #> '{discussion,rows}'), 1, 'of which nobody here knows');
update app.membership m set role = 'reader' from app.person p where p.id = m.person_id and p.mail = 'graf@t.example';
select is(t.say('graf', 'Nur lesend.') ->> 'state', 'CN403', 'who only reads says nothing');
select is(t.page('graf') #> '{discussion,can_write}', 'false', 'and is offered nothing');
select is(jsonb_array_length(t.page('graf') #> '{discussion,rows}'), 1, 'but reads');
update app.membership m set role = 'cosigner' from app.person p where p.id = m.person_id and p.mail = 'graf@t.example';
select is(t.act('huber', 'member', format('action.comment_withdraw(e, ''dachstrategie'', ''K4.G2.5'', %L)', (select min(c.key) from app.internal_comment c join app.person p on p.id = c.person_id where p.mail = 'graf@t.example'))) ->> 'state',
  'CN404', 'nobody takes back what others said');
select t.do(t.act('graf', 'member', format('action.comment_withdraw(e, ''dachstrategie'', ''K4.G2.5'', %L)', (select min(c.key) from app.internal_comment c join app.person p on p.id = c.person_id where p.mail = 'graf@t.example'))));
select is((select c.body from app.internal_comment c join app.person p on p.id = c.person_id where p.mail = 'graf@t.example'), null, 'taken back, the words are gone');
select is(t.page('huber') #>> '{discussion,rows,0,withdrawn_at}' is not null, true, 'that there were some stays');
select is(t.page('huber') #> '{discussion,unread}', '0', 'and is nothing new');
select throws_ok($$update app.internal_comment set body = 'Anders.' where body is not null$$, 'CN409', 'immutable', 'words stand as they were said');
select throws_ok($$update app.internal_comment set withdrawn_at = app.now(), person_id = 1, body = null where body is not null$$, 'CN409', 'immutable', 'by whom, too');
select is((select count(*)::int from app.audit a where a::text ~ 'trennen|Schwerin'), 0, 'the log has no word of it');

-- --- what changed --------------------------------------------------------------------
select t.do(t.save('huber', 'K4.G2.5', 0, 'note', 'Erster Satz.'));
select is(t.news('brandl') || '|' || t.changed('brandl'), 'new Huber|K4.G2.5 new 0', 'an answer she has never seen is new');
select is(t.news('huber'), '', 'not to who wrote it');
select is(t.due('brandl'), true, 'the visit is to be noted');
select t.do(t.look('brandl'));
select is(t.news('brandl') || coalesce(t.changed('brandl'), '') || t.due('brandl'), 'false', 'seen: nothing is new');
select is((select max(revision) from app.answer_revision), 1, 'the text she saw is kept');
select t.do(t.save('huber', 'K4.G2.5', 1, 'note', 'Erster Satz. Zweiter Satz.'));
select is(t.news('brandl'), 'changed Huber body Erster Satz. > Erster Satz. Zweiter Satz.', 'what changed since');
select is(t.changed('brandl'), 'K4.G2.5 changed 0', 'is marked in the overview');
select t.do(t.save('brandl', 'K4.G2.5', 2, 'note', 'Erster Satz. Dritter Satz.'));
select is(t.news('brandl'), '', 'who writes has seen what she writes on');
select is(t.news('huber'), 'new Brandl body Erster Satz. Zweiter Satz. > Erster Satz. Dritter Satz.', 'against the text one wrote oneself');
create temp table shown as select t.page('huber') -> 'news' as news;
select t.do(t.save('brandl', 'K4.G2.5', 3, 'note', 'Vierter Satz.'));
select t.do(coalesce(t.look('huber', 'K4.G2.5', (select news from shown)), '{}'));
select is((select count(*)::int from app.seen s join app.person p on p.id = s.person_id where p.mail = 'huber@t.example'), 0, 'saved between page and note: that text was not seen');
select t.do(t.look('huber'));
select is(t.news('huber'), '', 'the next visit counts');
select t.do(t.say('graf', 'Jetzt passt es.'));
select is(t.changed('huber') || '|' || t.changed('brandl') || '|' || t.due('huber'), 'K4.G2.5 comment 1|K4.G2.5 comment 1|true', 'a comment is news');
select t.do(t.look('huber'));
select is(t.changed('huber'), null, 'until it was read');
select is(t.due('huber'), false, 'once');

-- --- never out of the house, and its end ----------------------------------------------
select t.do(t.act('huber', 'editor', $$action.release_freeze(e, 'dachstrategie')$$));
select is(t.say('brandl', 'Geheimwort Gamsbart.') ? 'location', true, 'what is frozen is talked about');
select t.do(t.release('brandl', 'T-BY'));
select is(t.say('huber', 'Nach der Freigabe.') ? 'location', true, 'and what is released');
select is((select count(*)::int from (select v::text from app.response_version v union all select a::text from app.released_answer a
    union all select r::text from app.receipt r union all select p::text from app.position p) x (words) where x.words ~ 'Gamsbart|passt es'), 0,
  'nothing of it is released');
select is(app.person_data((select id from app.person where mail = 'brandl@t.example'), 10)::jsonb -> 'work' @? '$[*] ? (@.what == "comment" && @.text == "Geheimwort Gamsbart.")'
  , true, 'it belongs to what is kept about her');
select is(app.person_data((select id from app.person where mail = 'huber@t.example'), 10)::text ~ 'Gamsbart', false, 'and to nobody else');
do $$ begin perform app.erase_traces(p) from app.person p where p.mail = 'brandl@t.example'; end $$;
select is((select count(*)::int from app.internal_comment c join app.person p on p.id = c.person_id where p.mail = 'brandl@t.example' and c.body is not null), 0,
  'erased with her');
select * from finish();
rollback;
