-- From one edition to the next: what is proposed, what a person confirms, what
-- stands against publishing, and where each position is found afterwards.
\ir t/setup.sql
\ir t/edition.sql
select plan(60);

select t.do(t.save(w, x, 0, 'note', 'Zu ' || x || ' von ' || w || '.'))
  from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5', 'K3.N1']) x;
select t.do(t.save('lorenz', 'L-K4-1', 0, 'note', 'Zur Frage.'));
select t.do(t.save('lorenz', 'K4', 0, null, 'Zum Kapitel.'));
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
-- in the order of numbers: of which target each is
create temp table n as select t.key, o.code, p.id, p.number from app.position p join app.target t on t.id = p.target_id
  join app.organisation o on o.id = p.organisation_id;
create function t.at(p_number int, p_key text, p_org text default 'T-MV') returns text language sql as $$
  select string_agg(concat_ws(' ', x.state, coalesce(i.key, q.key, k.key)), ', ' order by i.key)
    from app.places_in((t.edition_at(p_number)).id, true) x join n on n.id = x.position_id and n.key = p_key and n.code = p_org
      left join app.item_version v on v.id = x.version_id left join app.item i on i.id = v.item_id
      left join app.question_version w on w.id = x.question_version_id left join app.question q on q.id = w.question_id
      left join app.chapter k on k.id = x.chapter_id
$$;
create function t.page(p_what text, p_who text default 'sander', p_audience text default 'moderator') returns jsonb language sql as $$
  select t.read(p_who, p_audience, 'page.' || p_what)
$$;

-- A draft asks for a comparison by itself.
select is((select count(*) from app.job where kind = 'lineage'), 0::bigint, 'a first edition is compared with nothing');
select t.draft(2);
select is((select array_agg(j.args ->> 'edition') from app.job j where kind = 'lineage'), array[(t.edition_at(2)).id::text], 'one job for all that was written');
select is(t.page($$anchors(e, 'dachstrategie', '2', null, null, null)$$) #>> '{job,state}', 'asleep', 'the page says that it waits');
select t.propose(2);
select is(t.edges(2), 'continues K3.N1>K3.N1, continues K3.N1.1>K3.N1.1, continues K4.G2.4>K4.G2.4, continues K4.G2.5>K4.G2.5', 'each goes on');
select is(t.page($$anchors(e, 'dachstrategie', '2', null, null, null)$$) -> 'job', 'null', 'and waits no more');
select is((t.page($$anchors(e, 'dachstrategie', '2', null, null, null)$$) -> 'counts') - 'of', '{"all": 4, "open": 4, "same": 4, "added": 0, "moved": 0, "split": 0, "merged": 0, "dropped": 0, "replaced": 0, "reworded": 0, "unchanged": 4}'::jsonb, 'counted');
select is(t.page($$anchors(e, 'dachstrategie', '2', null, null, null)$$) #>> '{rows,0,positions}', '2', 'with the positions at each');
select is(t.page($$anchors(e, 'dachstrategie', '2', null, null, null)$$, 'huber', 'moderator') ->> 'error', 'audience', 'for moderators');
select is(t.page($$anchors(e, 'dachstrategie', '1', null, null, null)$$), null, 'the first edition has no anchors');
select is(t.page($$anchors(e, 'dachstrategie', '9', null, null, null)$$), null, 'nor one that there is not');

-- Confirmed at once is only what is the same.
update app.item_version set body = 'Offene Standards und Schnittstellen sind zu verwenden.' where id = t.version('K4.G2.4', 2);
select is((select count(*) from app.job where kind = 'lineage' and state = 'ready'), 1::bigint, 'a text that changes is compared again');
select t.propose(2);
select is(t.act('sander', 'moderator', $$action.anchors_confirm_same(e, 'dachstrategie', '2', 4)$$) ->> 'error', 'anchors_changed', 'as many as the page said');
select matches(t.act('sander', 'moderator', $$action.anchors_confirm_same(e, 'dachstrategie', '2', 3)$$) ->> 'location', 'notice=anchors_confirmed', 'all three');
select is(t.edges(2), 'continues K3.N1>K3.N1 ok, continues K3.N1.1>K3.N1.1 ok, continues K4.G2.4>K4.G2.4, continues K4.G2.5>K4.G2.5 ok', 'and not the reworded one');
select is(t.page($$anchors(e, 'dachstrategie', '2', 'K4.G2.4', null, null)$$) #>> '{anchor,word}', 'reworded', 'it is read as what it is');
select ok(t.page($$anchors(e, 'dachstrategie', '2', 'K4.G2.4', null, null)$$) @? '$.anchor.parts[*].diff_of ? (@.new like_regex "zu verwenden")', 'with both texts to compare');
select is(t.anchor(2, 'K4.G2.4', 'continues', 'K4.G2.4', ' ') ->> 'field', 'reason', 'what changed needs a reason');
select is(t.anchor(2, 'K4.G2.4', 'continues', 'K4.G2.4, K4.G2.5') ->> 'error', 'anchor_one', 'one goes on as one');
select is(t.anchor(2, 'K4.G2.4', 'split', 'K4.G2.4') ->> 'error', 'anchor_several', 'of one alone nothing is split');
select is(t.anchor(2, 'K4.G2.4', 'continues', 'K4.G9') ->> 'error', 'item_unknown', 'what there is not is said');
select is(t.anchor(2, 'K4.G2.4', 'continues', 'K4.G2.5') ->> 'error', 'anchor_taken', 'two do not go on as the same');
select is(t.anchor(2, 'K4.G2.4', 'verworfen', 'K4.G2.4') ->> 'field', 'relation', 'and only what there is can be said');
select is(t.act('sander', 'moderator', $$action.anchor_confirm(e, 'dachstrategie', '2', 'K4.G2.4', 'old', 'continues', '{"K4.G2.4": "1"}', '', 'Klarer.')$$) ->> 'error', 'anchor_changed', 'on what the page showed');
select is(t.anchor(2, 'K4.G2.4', 'continues', 'K4.G2.4', 'Klarer gefasst.') ->> 'location', '/consultations/dachstrategie/editions/2/anchors?notice=anchor_confirmed', 'the last one leads back to the list');
select is((select c.reason::text from app.change c where c.to_version_id = t.version('K4.G2.4', 2)), 'Klarer gefasst.', 'the reason stands at the version');

-- Confirmed for these words, and for no others.
update app.item_version set position = 7 where id = t.version('K4.G2.4', 2);
select matches(t.edges(2), 'K4.G2.4>K4.G2.4 ok', 'a place further down is no other text');
update app.item_version set body = 'Offene Standards sind zu verwenden.' where id = t.version('K4.G2.4', 2);
select matches(t.edges(2), 'K4.G2.4>K4.G2.4, ', 'another text is open again at once');
select t.propose(2);
select t.do(t.anchor(2, 'K4.G2.4', 'continues', 'K4.G2.4', 'Klarer gefasst.'));

-- Split, dropped and added.
select t.item('K4.G2.6', 2, 'K4.G2', 'Wechselmöglichkeit.');
select t.propose(2);
select matches(t.edges(2), 'added >K4.G2.6', 'what nothing leads to is new');
select is(t.anchor(2, 'new-K4.G2.6', 'split', 'K4.G2.4') ->> 'error', null, 'a new one that an old one was split into');
select matches(t.edges(2), 'split K4.G2.4>K4.G2.4, split K4.G2.4>K4.G2.6 ok', 'the other part is open');
select t.do(t.anchor(2, 'K4.G2.4', 'continues', 'K4.G2.4'));
select matches(t.edges(2), 'added >K4.G2.6', 'taken back: new again');
select t.do(t.anchor(2, 'K4.G2.5', 'split', 'K4.G2.5 K4.G2.6', 'Zwei Gedanken, zwei Grundsätze.'));
select matches(t.edges(2), 'split K4.G2.5>K4.G2.5 ok, split K4.G2.5>K4.G2.6 ok', 'split into two');
select ok(t.edges(2) !~ 'added', 'which are not new then');
select is((select count(*) from app.change c where c.reason = 'Zwei Gedanken, zwei Grundsätze.'), 2::bigint, 'with the reason at both');
delete from app.item_version where id = t.version('K3.N1.1', 2);
delete from app.item_version where id = t.version('K3.N1', 2);
select t.propose(2);
select matches(t.edges(2), '^dropped K3.N1>, dropped K3.N1.1>,', 'what is missing is proposed as dropped');
select is(t.publish(2) ->> 'error', 'edition_hindered', 'nothing is published that is not confirmed');
select is(t.page($$edition_publish(e, 'dachstrategie', '2')$$) -> 'hindrances' @> '[{"code": "unconfirmed", "amount": 2}, {"code": "without_reason", "amount": 2}]', true, 'and the page says what is missing');
select t.do(t.anchor(2, 'K3.N1', 'dropped', '', 'Steht künftig im Leitbild.'));
select t.do(t.anchor(2, 'K3.N1.1', 'dropped', '', 'Steht künftig im Leitbild.'));
select is(t.page($$edition_publish(e, 'dachstrategie', '2')$$) -> 'hindrances', '[]'::jsonb, 'now nothing is');
select is(t.act('sander', 'moderator', $$action.edition_make_public(e, 'dachstrategie', '2', repeat('0', 64))$$) ->> 'error', 'edition_changed', 'what is published is what the page showed');
select is(t.read(null, 'public', $$page.edition_publish(e, 'dachstrategie', '2')$$), null, 'nobody else knows of a draft');
select matches(t.publish(2) ->> 'location', 'notice=edition_published', 'published');
select is(t.publish(2) ->> 'error', 'edition_published', 'once');
select is((t.edition_at(2)).content_hash::bytea, job.edition_hash((t.edition_at(2)).id), 'with its hash');
select is(t.anchor(2, 'K4.G2.4', 'dropped') ->> 'error', 'edition_published', 'and its anchors stand');
select throws_ok($$ update app.item_lineage set relation = 'replaced' where to_edition_id = (t.edition_at(2)).id $$, 'CN409', 'edition_published', 'for every role');
select is((select count(*) from app.search_document d where d.item_version_id in (t.version('K4.G2.6', 2), t.version('K3.N1', 1))), 2::bigint, 'the search knows the new text, and still what was dropped');

-- Where the positions are now.
select is(t.at(2, 'K4.G2.4'), 'item K4.G2.4', 'reworded: at the same item');
select is(t.at(2, 'K4.G2.5'), 'item K4.G2.5, item K4.G2.6', 'split: at both');
select is(t.at(2, 'K3.N1'), 'orphan', 'dropped: an orphan');
select is(t.at(2, 'K4'), 'chapter K4', 'a comment on a chapter stays there');
select is(t.at(2, 'L-K4-1'), 'orphan', 'the question is asked no more');
select is(app.reachable((t.edition_at(2)).id, false)::jsonb, '{"of": 8, "positions": 8, "items": 4, "questions": 1, "orphans": 3}'::jsonb, 'all are reachable');

-- A third edition, and what lies between.
select t.draft(3);
select t.propose(3);
select is(t.publish(3) ->> 'error', 'edition_hindered', 'also what is the same is confirmed first');
select t.do(t.act('sander', 'moderator', $$action.anchors_confirm_same(e, 'dachstrategie', '3', 3)$$));
select t.do(t.publish(3));
select is(t.at(3, 'K4.G2.5'), 'item K4.G2.5, item K4.G2.6', 'two editions further');
select is((select string_agg(x.relation || ':' || x.n, ' ' order by x.relation) from (select e.relation, count(*) as n
    from app.lineage_edges((t.edition_at(1)).id, (t.edition_at(3)).id) e group by e.relation) x), 'continues:1 dropped:2 split:2', 'what it comes to from the first to the third');
select is((t.read(null, 'public', $$page.compare(e, 'dachstrategie', '1', '3', 'changes', null, null)$$) -> 'rows') @? '$[*] ? (@.key == "K4.G2.5" && @.word == "split" && @.reasons[*].edition == 2)', true, 'compared over the edition between, with its reason');
select is(t.read(null, 'public', $$page.compare(e, 'dachstrategie', '2', '3', 'changes', null, null)$$) -> 'rows', '[]'::jsonb, 'of the same nothing is a change');
select is(jsonb_array_length(t.read(null, 'public', $$page.compare(e, 'dachstrategie', '1', '3', null, null, '2')$$) -> 'rows'), 0, 'the second 200 of few');
select is(t.read(null, 'public', $$page.compare(e, 'dachstrategie', '3', '1', null, null, null)$$), null, 'forward only');
select is((select array_agg(a.act order by a.act) from (select distinct act from app.audit where act like 'anchor%' or act like 'edition%') a),
  array['anchor.confirm', 'anchor.confirm_same', 'anchor.propose', 'edition.publish'], 'each act has its entry');

select * from finish();
rollback;
