-- The search: who finds what, and how German is found. Each text of a house
-- holds a word of its own, so that a hit of the wrong one shows.
\ir t/setup.sql
select plan(63);

create function t.hits(p_who text, p_q text, p_literal text default null, p_kind text default null, p_land text default null)
returns jsonb language sql as $$
  select t.read(p_who, 'public', format('page.search(e, %L, %L, %L, null, null, %L, null)', p_q, p_kind, p_land, p_literal))
$$;
-- "kind key" of each hit.
create function t.found(p_who text, p_q text, p_literal text default null) returns text[] language sql as $$
  select coalesce(array_agg((h ->> 'type') || ' ' || (h ->> 'key') order by h ->> 'type', h ->> 'key'), '{}')
    from jsonb_array_elements(t.hits(p_who, p_q, p_literal) -> 'hits') h
$$;
create function t.index() returns int language sql as $$ select job.search_index() $$;
create function t.place(p_who text, p_q text) returns text language sql as $$ select t.hits(p_who, p_q) ->> 'location' $$;

update app.edition e set state = 'published', published_at = app.now(), content_hash = job.edition_hash(e.id)
  where e.id = (select id from t.edition);
select is(app.search_index_edition((select id from t.edition)), 8, 'chapters, items and questions of an edition are read in');
select is(app.search_index_edition((select id from t.edition)), 8, 'again: the same, each once');
select is((select count(*) from app.search_document), 8::bigint, 'and no more');

-- The paper, for everybody.
select is(t.found(null, 'Souveränität'), '{principle K4.G2.5}', 'anybody finds an item by its title');
select is(t.found(null, 'souveränitäten'), '{principle K4.G2.5}', 'in any form of the word');
select is(t.found(null, 'Souveraenitaet'), '{principle K4.G2.5}', 'written without umlauts');
select is(t.found(null, 'Schnittstelle'), '{principle K4.G2.4}', 'singular finds plural');
select is(t.found(null, 'Bedürfnis'), '{requirement K3.N1.1}', 'a requirement');
select is(t.hits(null, 'Bedürfnis') #>> '{hits,0,href}', '/consultations/dachstrategie/items/K3.N1#K3.N1.1', 'on the page of its user group');
select is(t.found(null, 'Papiere beziehen'), '{question L-K12-4}', 'a question, by all its words');
select is(t.found(null, 'Zukunftsbild'), '{chapter K3}', 'a chapter');
select is(t.found(null, 'Papiere Cloud'), '{}', 'all words are wanted');
select is(t.found(null, 'Zukunftsbild ODER Cloud'), '{"chapter K3","principle K4.G2.5"}', 'or either of two');
select is(t.found(null, 'Standards -Schnittstellen'), '{}', 'a minus excludes');
select is(t.found(null, '"offene Standards"'), '{principle K4.G2.4}', 'a phrase');
select is(t.found(null, '„Standards offene“'), '{}', 'in its order only');
select is(t.hits(null, 'Souverenität') ->> 'corrected', 'Souveränität', 'a mistyped word becomes one that stands there, as it is written');
select is(t.found(null, 'Souverenität'), '{principle K4.G2.5}', 'and is found');
select is(t.found(null, 'Souverenität', '1'), '{}', 'not if it shall be literal');
select is(t.hits(null, 'Souverenität') ->> 'literal_href', '/search?q=Souverenit%C3%A4t&literal=1', 'which is one click away');
select is(t.found(null, 'Wechsel'), '{principle K4.G2.5}', 'a compound by a part of it');
select is(t.found(null, 'Wechsel', '1'), '{}', 'unless literal');
select is(t.hits(null, 'Wechselmöglichkeit') #> '{hits,0,excerpt}',
  '[{"hit": false, "text": "Mehrere Anbieter, "}, {"hit": true, "text": "Wechselmöglichkeit"}, {"hit": false, "text": "."}]',
  'the excerpt comes in pieces');

-- Numbers go straight to their pages.
select is(t.place(null, ' k4.g2.5 '), '/consultations/dachstrategie/items/K4.G2.5', 'an item');
select is(t.place(null, 'K4'), '/consultations/dachstrategie/chapters/K4', 'a chapter');
select is(t.place(null, 'K4.G2'), '/consultations/dachstrategie/chapters/K4#K4.G2', 'a section');
select is(t.place(null, 'l-k4-1'), '/consultations/dachstrategie/questions/L-K4-1', 'a question');
insert into app.council_decision (ref, year, number) values ('2024/99', 2024, 99);
select is(t.place(null, '2024/99'), '/council-decisions/2024/99', 'a decision of the council');
select is(t.place(null, 'K9.Z9'), null, 'what is nowhere is searched for like a word');

-- Whatever is typed is no error.
select is((select array_agg(q) from unnest(array[$$' & | ! ( ) :*$$, '"', '""""', '-', '- - "', 'und oder der', '%_\', '<b>', $$\$$,
    repeat('a', 200), repeat('x ', 100), 'a:*', '!!a', '(a', 'ODER', 'ODER ODER', '''''', e'\u00ad', '🙂', 'K4.', '2024/', 'R1-', 'R1-99999999999']) q
  where t.hits('huber', q) ->> 'error' is not null or t.hits('sander', q) ->> 'error' is not null), null, 'hostile and odd input');
select is(t.hits(null, 'und der') ->> 'total', null, 'stop words alone are no search');
select is(t.hits(null, '-Cloud') ->> 'total', null, 'nor is excluding alone');
select is(t.hits(null, null) ->> 'query', null, 'the empty page');

-- Drafts: the own house only, live.
select t.do(t.save('huber', 'K4.G2.5', 0, 'reject', 'Geheimwort Gamsbart im Entwurf.'));
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree', 'Geheimwort Leuchtturm im Entwurf.'));
select is(t.found('huber', 'Gamsbart'), '{draft K4.G2.5}', 'a house finds its draft at once');
select is(t.found('graf', 'Gamsbart'), '{draft K4.G2.5}', 'and so do those who co-sign');
select is(t.hits('huber', 'Gamsbart') #>> '{hits,0,href}', '/consultations/dachstrategie/response/answers/K4.G2.5', 'on the page where it is written');
select is(t.found(w, 'Gamsbart'), '{}', coalesce(w, 'nobody') || ' does not find it')
  from unnest(array['lorenz', 'thoms', 'sander', 'voss', 'adler', null]) w;
select is((select array_agg(coalesce(w, 'nobody')) from unnest(array['lorenz', 'thoms', 'sander', 'voss', 'adler', null]) w
  where t.hits(w, 'Gamsbrt')::text ~* 'gamsbart' or t.hits(w, 'Gams')::text ~* 'gamsbart'), null, 'nor is anybody told of the word');
select is(t.hits('huber', 'Gamsbrt') ->> 'corrected', 'Gamsbart', 'but the house is');

-- Released: the desk too, from the moment it is read in.
select t.do(t.save('huber', 'K4.G2.4', 0, 'agree', 'Geheimwort Edelweiss, vertraulich.', p_confidential => true,
  p_confidential_reason => 'Vergabeverfahren'));
select t.do(t.release('brandl', 'T-BY', 'yes'));
select is(t.found('huber', 'Gamsbart'), '{answer K4.G2.5}', 'a house finds what it released at once, and no draft beside it');
select matches(t.hits('huber', 'Gamsbart') #>> '{hits,0,href}', '^/receipts/R1-T-BY-1-..../response#K4\.G2\.5$', 'in its words');
select is(t.index(), 2, 'the job reads it in');
select is(t.index(), 0, 'once');
select is(t.found('sander', 'Gamsbart'), '{answer K4.G2.5}', 'the desk finds what was released');
select is(t.found('sander', 'Edelweiß'), '{answer K4.G2.4}', 'confidential as well, and ß as ss');
select is(t.hits('sander', 'Edelweiss') #>> '{hits,0,confidential}', 'true', 'marked');
select is((select array_agg(coalesce(w, 'nobody') || ' ' || q) from unnest(array['lorenz', 'thoms', 'voss', 'adler', null]) w,
    unnest(array['Gamsbart', 'Gamsbrt', 'Gams', 'Edelweiss', 'Edelweis']) q
  where t.hits(w, q) ->> 'total' <> '0' or t.hits(w, q) ->> 'corrected' is not null), null, 'nobody else finds or is told anything of it');
select is(t.hits('sander', 'Geheimwort', null, 'answer', '13') ->> 'total', '0', 'a filter narrows down');
select is((select array_agg(x ->> 'count') from jsonb_array_elements(t.hits('sander', 'Geheimwort', null, 'answer', '13') #> '{facets,land,values}') x),
  '{2}', 'and says what there would be without it');
select is(t.place('huber', 'R1-1'), null, 'a position number is of the desk');
select t.do(to_jsonb(job.number_positions()));
select is(t.place('sander', 'r1-0001'), '/consultations/dachstrategie/submissions/T-BY#K4.G2.4', 'and leads it to the words');
select is((select array_agg(coalesce(w, 'nobody') || coalesce(t.place(w, (select v.receipt_no from app.response_version v)), '')) from unnest(array['lorenz', 'voss', null]) w),
  '{lorenz,voss,nobody}', 'a receipt is found by who may see it');
select is(t.place(w, (select v.receipt_no from app.response_version v)), '/receipts/' || (select v.receipt_no from app.response_version v), w)
  from unnest(array['huber', 'sander']) w;

-- The log: the desk's reading of others, without the words.
select t.do(t.act('sander', 'public', $$json_build_object('seen', action.search_seen(e, page.search(e, 'Gamsbart', null, null, null, null, null, null))::text)$$));
select t.do(t.act('huber', 'public', $$json_build_object('seen', action.search_seen(e, page.search(e, 'Gamsbart', null, null, null, null, null, null))::text)$$));
select is((select array_agg(row(p.name, a.amount)::text) from app.audit a join app.person p on p.id = a.person_id where a.act = 'search.view'),
  '{"(Sander,1)"}', 'who read how many answers of others is written down');

-- A withdrawal ends it in the same transaction; so does another wording.
select t.do(t.act('brandl', 'releaser', format($$action.response_withdraw(e, 'dachstrategie', %L)$$, (select v.receipt_no from app.response_version v))));
select is((select count(*) from app.search_document where kind = 'answer'), 0::bigint, 'what was withdrawn is out of the index at once');
select is(t.found('sander', 'Gamsbart') || t.found('sander', 'Gamsbrt'), '{}', 'and found no more, nor suggested');
select is(t.found('huber', 'Gamsbart'), '{draft K4.G2.5}', 'for the house it is a draft again');
select * from finish();
rollback;
