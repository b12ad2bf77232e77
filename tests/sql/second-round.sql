-- The second round: what a house had released is offered at each point of the next edition, is confirmed, adjusted or
-- withdrawn, and counts with the next release and no moment before.
\ir t/setup.sql
select no_plan();

create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.take(p_who text, p_target text, p_choice text, p_n text default '1', p_version int default 0) returns jsonb language sql as $$
  select t.act(p_who, 'editor', format('action.earlier_take(e, %L, %L, %L, %L, %L, null)', 'dachstrategie', p_target, p_version, p_n, p_choice))
$$;
create function t.earlier(p_who text, p_target text) returns jsonb language sql as $$
  select t.read(p_who, 'member', format('page.answer(e, %L, %L, null, null)', 'dachstrategie', p_target)) -> 'earlier'
$$;
create function t.progress(p_who text) returns text language sql as $$
  select concat(x ->> 'done', ' von ', x ->> 'of') from (select t.read(p_who, 'member', $q$page.response(e, 'dachstrategie', null)$q$) -> 'earlier') y(x)
$$;

-- The first round: Bayern on four points, Kleinbeispiel on one.
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Wechsel muss bezahlbar sein.', 'Mehrere Anbieter, bezahlbare Wechselmöglichkeit.'));
select t.do(t.save('huber', 'K4.G2.4', 0, 'agree', 'Einverstanden.'));
select t.do(t.save('huber', 'K3.N1', 0, 'note', 'Barrierefreiheit nennen.'));
select t.do(t.save('huber', 'L-K4-1', 0, null, 'Nachnutzung fehlt.'));
select is(t.earlier('huber', 'K4.G2.5'), 'null'::jsonb, 'in the first round nothing is offered');
select t.do(t.release('brandl', 'T-BY', 'no'));
select t.do(t.save('thoms', 'K4.G2.5', 0, 'agree'));
select t.do(t.release('thoms', 'T-KLEIN', 'no'));

-- The second edition: K4.G2.4 as it was, K4.G2.5 split into one reworded and one new item, K3.N1 replaced by another key.
update app.edition set state = 'published', published_at = now(), content_hash = sha256('x') where id in (select id from t.edition);
insert into app.edition (consultation_id, number, as_of, based_on_id) select consultation_id, 2, '2024-05-02', id from t.edition where number = 1;
drop view t.stage; drop view t.edition cascade;
create view t.edition as select e.* from app.edition e join app.consultation c on c.id = e.consultation_id where c.slug = 'dachstrategie' and e.number = 1;
create view t.stage as select s.* from app.stage s join t.edition e on e.id = s.edition_id where s.key = 's1';
create view t.next as select e.* from app.edition e join app.consultation c on c.id = e.consultation_id where c.slug = 'dachstrategie' and e.number = 2;
insert into app.chapter (edition_id, key, number, position, title, summary)
  select n.id, k.key, k.number, k.position, k.title, k.summary from t.next n, app.chapter k where k.edition_id = (select id from t.edition);
insert into app.section (edition_id, chapter_id, key, letter, position, title)
  select n.id, k.id, s.key, s.letter, s.position, s.title from t.next n join app.chapter k on k.edition_id = n.id
    join app.section s on s.edition_id = (select id from t.edition) join app.chapter o on o.id = s.chapter_id and o.key = k.key;
insert into app.item (consultation_id, key, kind) select consultation_id, x, 'principle' from t.next, unnest(array['K4.G2.8', 'K3.N9']) x;
insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
  select n.consultation_id, n.id, i.id, s.id, v.position, v.title, v.body
    from t.next n, (values ('K4.G2.4', 'K4.G2', 4, 'Offene Standards', 'Offene Standards und Schnittstellen.'),
      ('K4.G2.5', 'K4.G2', 5, 'Cloud und Souveränität', 'Mehrere Anbieter, bezahlbare Wechselmöglichkeit.'),
      ('K4.G2.8', 'K4.G2', 8, 'Wechsel', 'Der Wechsel wird erprobt.'), ('K3.N9', 'K3.N', 1, 'Alle', 'Für alle Menschen.')) v (key, section, position, title, body),
      app.item i, app.section s
    where i.key = v.key and i.consultation_id = n.consultation_id and s.key = v.section and s.edition_id = n.id;
insert into app.question_set (edition_id, key, position, label, heading_verbatim, chapter_id)
  select n.id, 'L-K4', 1, 'Kapitel 4', 'Kapitel 4', k.id from t.next n join app.chapter k on k.edition_id = n.id and k.key = 'K4';
insert into app.question_version (consultation_id, edition_id, question_id, question_set_id, position, body, shape)
  select n.consultation_id, n.id, q.id, s.id, 1, 'Fehlen noch Grundsätze?', 'per_item' from t.next n join app.question q on q.consultation_id = n.consultation_id
    and q.key = 'L-K4-1' join app.question_set s on s.edition_id = n.id;
create function t.edge(p_from text, p_to text, p_relation text, p_confirmed boolean default true) returns void language sql as $$
  insert into app.item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation, state, confirmed_at)
    select n.consultation_id, e.id, n.id, f.id, v.id, p_relation, case when p_confirmed then 'confirmed' else 'proposed' end, case when p_confirmed then now() end
      from t.edition e, t.next n, app.item_version f, app.item fi, app.item_version v, app.item vi
      where f.edition_id = e.id and fi.id = f.item_id and fi.key = p_from and v.edition_id = n.id and vi.id = v.item_id and vi.key = p_to
$$;
select t.edge('K4.G2.4', 'K4.G2.4', 'continues'), t.edge('K4.G2.5', 'K4.G2.5', 'split'), t.edge('K4.G2.5', 'K4.G2.8', 'split');
select t.edge('K3.N1', 'K3.N9', 'replaced', false);
select t.clock('2024-05-02 09:00');
select is(t.act('sander', 'moderator', $$action.stage_create(e, 'dachstrategie', 'consultation', 'Zwischenbericht', '', '1', '03.05.2024', '07.06.2024', '', '', '', '1', '1', '1', '1', '1', '', '', true)$$)
  ->> 'stage', 's2', 'a second stage');
select is(t.error(t.act('sander', 'moderator', $$action.stage_save(e, 'dachstrategie', 's2', 1, 'Zwischenbericht', '', '2', '03.05.2024', '07.06.2024', '', '', '', '1', '1', '1', '1', '1', '', '', true)$$)),
  'CN422 choose edition', 'an edition that is still a draft is not asked about');
update app.edition set state = 'published', published_at = now(), content_hash = sha256('y') where id in (select id from t.next);
select is(t.act('sander', 'moderator', $$action.stage_save(e, 'dachstrategie', 's2', 1, 'Zwischenbericht', '', '2', '03.05.2024', '07.06.2024', '', '', '', '1', '1', '1', '1', '1', '', '', true)$$)
  ->> 'version', '2', 'it is about the second edition');
insert into app.participation (stage_id, organisation_id, invited_at, single_release, level, land_code, seat_status, sort_key)
  select s.id, p.organisation_id, '2024-05-02 10:00', p.single_release, p.level, p.land_code, p.seat_status, p.sort_key
    from app.stage s, app.participation p where s.key = 's2' and p.stage_id = (select id from t.stage) and s.consultation_id = (select consultation_id from t.edition);
select t.clock('2024-05-06 09:00');

-- --- what is offered ---------------------------------------------------------------
select is(t.progress('huber'), '0 von 4', 'G2.4, both parts of G2.5 and the question are offered');
select is(t.earlier('huber', 'K3.N9'), 'null'::jsonb, 'not along an edge that nobody confirmed');
select is(t.earlier('huber', 'K4.G2.5') #>> '{answers,0,body}', 'Wechsel muss bezahlbar sein.', 'the own old text');
select is(t.earlier('huber', 'K4.G2.5') #>> '{answers,0,wording,diff_of,old}', 'Mehrere Anbieter, Wechselmöglichkeit.', 'with the old wording');
select is(t.earlier('huber', 'K4.G2.8') #>> '{answers,0,relation}', 'split', 'at each part of what was split');
select is(t.earlier('huber', 'K4.G2.4') #>> '{answers,0,is_same_wording}', 'true', 'and where nothing changed, that');
select is(t.earlier('huber', 'L-K4-1') #>> '{answers,0,body}', 'Nachnutzung fehlt.', 'a question through itself');
select is(t.progress('lorenz'), ' von ', 'who has said nothing is offered nothing');
select is(t.read('huber', 'member', $$page.answer(e, 'dachstrategie', 'K4.G2.8', 'earlier-1', null)$$) #>> '{form,body}', 'Wechsel muss bezahlbar sein.', 'adjusting begins with the old text');
select is((select count(*) from app.answer a join app.stage s on s.id = a.stage_id where s.key = 's2'), 0::bigint, 'looking at it saves nothing');

-- --- confirm, adjust, withdraw ---------------------------------------------------------
select is(t.error(t.take('graf', 'K4.G2.4', 'confirm')), 'CN403 audience', 'who co-signs does not confirm');
select is(t.error(t.take('huber', 'K4.G2.4', 'keep')), 'CN422 choose choice', 'one of both');
select is(t.error(t.take('huber', 'K3.N9', 'confirm')), 'CN409 earlier_gone', 'only what is offered');
select is(t.error(t.take('lorenz', 'K4.G2.4', 'confirm')), 'CN409 earlier_gone', 'to whom it is offered');
select is(t.act('huber', 'editor', $$action.earlier_confirm(e, 'dachstrategie', 1)$$) ->> 'count', '1', 'all with the same wording at once');
select is((t.read('huber', 'member', $$page.answer(e, 'dachstrategie', 'K4.G2.4', null, null)$$) #>> '{form,body}'), 'Einverstanden.', 'it is the draft now');
select is(t.earlier('huber', 'K4.G2.4') #>> '{answers,0,state}', 'confirmed', 'and called so');
select is(t.error(t.take('huber', 'K4.G2.5', 'confirm')), '', 'confirmed though the wording is another');
select is((t.read('huber', 'member', $$page.answer(e, 'dachstrategie', 'K4.G2.5', null, null)$$) #>> '{form,proposal}'), '', 'a proposal that the paper has taken up is none any more');
select is(t.earlier('huber', 'K4.G2.5') #>> '{answers,0,state}', 'confirmed', 'the rest is the same');
select is(t.save('huber', 'K4.G2.8', 0, 'agree', 'Erproben, aber bis 2026.') #>> '{version}', '1', 'another text');
select is(t.earlier('huber', 'K4.G2.8') #>> '{answers,0,state}', 'adjusted', 'is an adjusted one');
select is(t.error(t.take('huber', 'L-K4-1', 'withdraw')), '', 'and one does not hold any more');
select is(t.earlier('huber', 'L-K4-1') #>> '{answers,0,state}', 'withdrawn', 'which the draft says');
select is(t.progress('huber'), '4 von 4', 'all are taken up');
select is(t.error(t.take('huber', 'L-K4-1', 'confirm')), 'CN409 stale', 'an old form overwrites nothing');
select is((select string_agg(a.act, ' ' order by a.act) from app.audit a where a.act in ('answer.confirm', 'answer.give_up')), 'answer.confirm answer.confirm answer.give_up', 'each act is written down');

-- --- nothing counts before its release ------------------------------------------------
create function t.agree(p_stage text) returns text language sql as $$
  select count(*)::text from app.version_answer v join app.stage s on s.id = v.stage_id where s.key = p_stage
$$;
select is(t.agree('s2'), '0', 'nothing is counted yet');
select is(t.agree('s1'), '5', 'the first round stands');
select t.do(t.act('brandl', 'releaser', format('action.release_submit(e, %L, %L, %L, %L, %L, true)', 'dachstrategie',
  (select app.preview_hash(r.id) from app.response r join app.organisation o on o.id = r.organisation_id join app.stage s on s.id = r.stage_id
    where o.code = 'T-BY' and s.key = 's2'), 'no', false, (select app.adopted_hash(r.id) from app.response r join app.organisation o on o.id = r.organisation_id
    join app.stage s on s.id = r.stage_id where o.code = 'T-BY' and s.key = 's2'))));
select is(t.agree('s2'), '4', 'then it is');
select is(t.agree('s1'), '5', 'beside the first');
select is(t.error(t.take('huber', 'K4.G2.4', 'withdraw', '1', 1)), 'CN409 not_draft', 'what is released stands');

-- --- the shift that the desk reads ---------------------------------------------------------
create function t.shift(p_key text) returns jsonb language sql as $$
  select x from jsonb_array_elements(t.read('sander', 'desk', $q$page.shift(e, 'dachstrategie', null, null, null)$q$) -> 'rows') x where x ->> 'target' = p_key
$$;
select is(t.shift('K4.G2.5') ->> 'base', '2', 'two organisations had answered there');
select is(t.shift('K4.G2.5') -> 'moves' @> '[{"before": "agree_changed", "after": "agree_changed", "count": 1}]', true, 'Bayern says the same');
select is(t.shift('K4.G2.5') ->> 'outstanding', '1', 'Kleinbeispiel has not said anything yet');
select is(t.shift('K4.G2.8') -> 'moves' @> '[{"before": "agree_changed", "after": "agree", "count": 1, "change": "moved"}]', true, 'at the other part Bayern has moved');
select is(t.shift('K3.N9'), null, 'nothing along an edge that nobody confirmed');
select is(t.read('sander', 'desk', $$page.shift(e, 'dachstrategie', null, 'kommune', null)$$) #>> '{totals,base}', '2', 'one level alone');
select is(t.read('sander', 'desk', $$page.shift(e, 'dachstrategie.s1', null, null, null)$$) -> 'from', 'null'::jsonb, 'before the first there is nothing');
select is(t.read('sander', 'desk', $$page.shift_target(e, 'dachstrategie', 'K4.G2.8', null, null, null)$$) #>> '{rows,0,change}', 'moved', 'who it was stands one page further');
select is((select string_agg(x ->> 'label' || ' ' || (x ->> 'n'), ', ') from jsonb_array_elements(
    t.read('sander', 'desk', $$page.shift(e, 'dachstrategie', null, null, null)$$) #> '{chart,rows}') x where x ->> 'label' like 'K4.G2.5%'),
  'K4.G2.5, S1 2, K4.G2.5, S2 2', 'two bars of one base for each item');
select is((select count(*) from jsonb_array_elements(t.read('sander', 'desk', $$page.shift(e, 'dachstrategie', null, null, null)$$) #> '{chart,rows}') x
  where (x ->> 'n')::int <> (select sum(v::int) from jsonb_array_elements_text(x -> 'values') v)), 0::bigint, 'and each is counted to its end');
select is(t.shift('L-K4-1') ->> 'base', '1', 'a question that both ask is compared, too');
select is(t.read('sander', 'desk', $$page.shift_target(e, 'dachstrategie', 'L-K4-1', null, null, null)$$) #>> '{target,key}', 'L-K4-1', 'and has its page');
select is(t.read('huber', 'desk', $$page.shift(e, 'dachstrategie', null, null, null)$$) ->> 'error', 'audience', 'houses do not read it');
select t.clock('2024-06-08 09:00');
select is(t.shift('K4.G2.5') ->> 'outstanding', '1', 'who never answers stays outstanding');

select * from finish();
rollback;
