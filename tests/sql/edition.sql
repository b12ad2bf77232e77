-- Editions: a draft has all of the one before it, is seen by the moderators
-- only, goes without a trace; and two published ones stand side by side.
\ir t/setup.sql
select plan(58);
\set doc `cat assets/consultations/strategy-2024.json`
select t.do(to_jsonb(job.import_consultation(:'doc'::jsonb, sha256('1'))));
create function t.ed(p_number int) returns bigint language sql as $$
  select e.id from app.edition e join app.consultation c on c.id = e.consultation_id
    where c.slug = 'dachstrategie-2024' and e.number = p_number
$$;
create function t.desk(p_call text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', replace(p_call, '(e, C', '(e, ''dachstrategie-2024'''))
$$;
create function t.open(p_call text) returns jsonb language sql as $$
  select t.read(null, 'public', 'page.' || replace(p_call, '(e, C', '(e, ''dachstrategie-2024'''))
$$;
-- A part as it is read: without keys of rows, and what they refer to by its name.
create function t.parts(p_table text, p_edition bigint) returns text language plpgsql as $$
declare
  v_rows text;
begin
  execute format('select string_agg(r, e''\n'' order by r collate "C") from (select (to_jsonb(x) - array[''id'', ''edition_id'',
    ''chapter_id'', ''section_id'', ''item_version_id'', ''question_version_id'', ''question_set_id'', ''footnote_id'', ''parent_id''])::text
    as r from app.%I x where x.edition_id = $1) y', p_table) into v_rows using p_edition;
  return v_rows;
end $$;
create view t.part as
  select c.relname as name from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid
    where p.proname = 'guard_edition_part' and c.relname <> 'change';

-- --- a draft --------------------------------------------------------------------
select is(t.desk('action.edition_create(e, C, null, null, null)') ->> 'error', 'required', 'it needs its day');
select is(t.desk('action.edition_create(e, C, ''19.03.2024'', null, null)') ->> 'error', 'edition_before',
  'not before the edition it follows');
select is(t.desk('action.edition_create(e, C, ''19.06.2024'', null, ''Zwischenbericht'')') ->> 'location',
  '/consultations/dachstrategie-2024/editions/2?notice=edition_created', 'the next edition is begun');
select is(t.desk('action.edition_create(e, C, ''20.06.2024'', null, null)') ->> 'error', 'edition_is_drafted',
  'one draft at a time');
select is(t.parts(name, t.ed(2)), t.parts(name, t.ed(1)), name || ': each row, each column') from t.part order by name;
select ok((select count(*) from t.part) >= 12, 'all parts were compared');
select is(job.export_items(t.ed(2))::text, job.export_items(t.ed(1))::text, 'items with what they belong to and cite');
select is(job.export_questions(t.ed(2))::text, job.export_questions(t.ed(1))::text, 'questions with their aims');
select is(job.export_question_sets(t.ed(2))::text, job.export_question_sets(t.ed(1))::text, 'blocks of questions');
select is(job.export_footnotes(t.ed(2))::text, job.export_footnotes(t.ed(1))::text, 'footnotes');
select is((select content_hash::bytea from app.edition where id = t.ed(2)), null, 'and no hash before it is published');

select is(t.open('edition(e, C, ''2'')'), null, 'nobody else sees it');
select is(t.open('editions(e, C)') #>> '{rows,0,number}', '1', 'nor that it is there');
select is(t.open('chapter(e, C, ''K4'', ''2'')'), null, 'nor a chapter of it');
select is(t.open('item(e, C, ''K4.G2.5'', ''2'')'), null, 'nor an item');
select is(t.desk('page.edition(e, C, ''2'')') #>> '{edition,state}', 'draft', 'the moderators do');
select is((select string_agg(t.desk(format('page.%s(e, C, %L, ''2'')', p, k)) #>> '{edition,is_draft}', ' ')
  from (values ('chapter', 'K4'), ('item', 'K4.G2.5'), ('question', 'L-K4-1')) v(p, k)), 'true true true', 'with each part of it');

-- --- the end of a draft ---------------------------------------------------------
insert into app.item (consultation_id, key, kind) select consultation_id, 'K4.G2.6', 'principle' from app.edition where id = t.ed(2);
insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title)
  select i.consultation_id, s.edition_id, i.id, s.id, 8, 'Neuer Grundsatz'
    from app.item i join app.section s on s.edition_id = t.ed(2) and s.key = 'K4.G2' where i.key = 'K4.G2.6';
select is(t.desk('page.edition_end(e, C, ''2'')') #>> '{only_here,0,key}', 'K4.G2.6', 'what is in it alone is named');
select is(t.desk('page.edition_end(e, C, ''1'')'), null, 'a published edition has no end');
select is(t.desk('action.edition_discard(e, C, ''1'')') ->> 'error', 'edition_published', 'by no way');
update app.stage set edition_id = t.ed(2) where edition_id = t.ed(1) and key = 's2';
select is(t.desk('action.edition_discard(e, C, ''2'')') ->> 'error', 'edition_in_stage', 'nor one that a stage is about');
update app.stage set edition_id = t.ed(1) where edition_id = t.ed(2);
select is(t.desk('action.edition_discard(e, C, ''2'')') ->> 'location',
  '/consultations/dachstrategie-2024/editions?notice=edition_discarded', 'a draft is thrown away');
select is((select count(*)::int from app.item where key = 'K4.G2.6') + (select count(*)::int from app.edition
  where state = 'draft' and title is not null), 0, 'with what was in it alone');

-- --- a draft is written ---------------------------------------------------------
select t.do(t.desk('action.edition_create(e, C, ''19.06.2024'', null, null)'));
create function t.row(p_number int) returns app.edition language sql as $$ select e.* from app.edition e where e.id = t.ed(p_number) $$;
create function t.doc() returns jsonb language sql as $$ select app.edition_doc(t.row(2), null)::jsonb $$;
create function t.save(p_chapter text, p_doc jsonb) returns jsonb language sql as $$
  select t.desk(format('action.edition_%s_save(e, C, ''2'', %s%L, %L, null)', case when p_chapter is null then 'text' else 'chapter' end,
    case when p_chapter is null then '' else quote_literal(p_chapter) || ', ' end,
    app.edition_doc_hash(t.row(2), p_chapter), p_doc))
$$;
create table t.was as select t.doc() as doc, (select array_agg(v.id order by v.id) from app.item_version v where v.edition_id = t.ed(2)) as versions;
select is(t.save(null, (select doc from t.was)) ->> 'location', '/consultations/dachstrategie-2024/editions/2/text?notice=edition_saved', 'the whole text is saved');
select ok(t.doc() = (select doc from t.was), 'the same text changes nothing');
select is((select array_agg(v.id order by v.id) from app.item_version v where v.edition_id = t.ed(2)), (select versions from t.was), 'and no row');
select is(job.edition_hash(t.ed(2)) <> job.edition_hash(t.ed(1)), true, 'the day is another one');
select is(t.save('K4', app.edition_doc(t.row(2), 'K4')::jsonb) ->> 'error', null, 'a chapter is saved');
select ok(t.doc() = (select doc from t.was), 'alone, and the others stay');
select is(t.desk('action.edition_chapter_save(e, C, ''2'', ''K4'', ''0'', ''{}'', null)') ->> 'error', 'stale', 'a text that is changed meanwhile');
select is(t.save('K3', app.edition_doc(t.row(2), 'K4')::jsonb) ->> 'error', 'edition_one_chapter', 'another chapter in its place');
-- K4.G1.5 goes, K4.G1.6 comes, K4.G2.5 is told in other words.
create table t.new as select jsonb_set(d, '{items}', (select jsonb_agg(case x ->> 'key'
      when 'K4.G2.5' then x || '{"body": "Anders gesagt."}'
      when 'K4.G1.5' then x || '{"key": "K4.G1.6", "title": "Neuer Grundsatz"}' else x end)
    from jsonb_array_elements(d -> 'items') x)) || jsonb_build_object('new_keys', '["K4.G1.6"]'::jsonb,
  'questions', (select jsonb_agg(jsonb_set(q, '{aims}', (q -> 'aims') - 'K4.G1.5')) from jsonb_array_elements(d -> 'questions') q),
  'footnotes', (select jsonb_agg(case f ->> 'anchor' when 'K4.G1.5' then f || '{"anchor": "K4.G1.6"}' else f end) from jsonb_array_elements(d -> 'footnotes') f)) as doc
  from (select app.edition_doc(t.row(2), 'K4')::jsonb as d) y;
select is(t.save('K4', (select doc from t.new)) ->> 'error', null, 'items come, go and change');
select ok(app.edition_doc(t.row(2), 'K4')::jsonb = (select doc - 'new_keys' from t.new), 'as it was written');
select is(t.save('K4', jsonb_set((select doc from t.new), '{new_keys}', '["K4.G1.4"]')) ->> 'error', 'edition_key_taken', 'no key is given twice');
select is(t.save('K4', jsonb_set((select doc - 'new_keys' from t.new), '{items,0,kind}', '"idea"')) ->> 'error', 'edition_item_fixed', 'an item keeps its kind');
select is(t.save('K4', jsonb_set((select doc - 'new_keys' from t.new), '{questions,0,aims,0}', '"K9.X1"')) ->> 'error', 'edition_no_aim', 'an aim is a part of the paper');
select is(t.desk('action.edition_chapter_save(e, C, ''1'', ''K4'', ''0'', ''{}'', null)') ->> 'error', 'edition_published', 'what is published stays');
select t.do(t.desk('action.edition_discard(e, C, ''2'')'));

-- --- two published ones ---------------------------------------------------------
select t.do(t.desk('action.edition_create(e, C, ''19.06.2024'', null, null)'));
delete from app.question_aim where item_version_id = (select v.id from app.item_version v join app.item i on i.id = v.item_id
  where v.edition_id = t.ed(2) and i.key = 'K3.I2');
delete from app.item_version v using app.item i where i.id = v.item_id and v.edition_id = t.ed(2) and i.key = 'K3.I2';
update app.edition set state = 'published', published_at = app.now(), content_hash = job.edition_hash(id) where id = t.ed(2);
select is(t.open('chapter(e, C, ''K3'', null)') #>> '{edition,number}', '1', 'as long as its stage is running an edition counts');
select is(t.open('chapter(e, C, ''K3'', ''2'')') #>> '{edition,counts,is_older}', 'true', 'a later one says so');
select t.clock('2024-05-10 09:00');
select is(t.open('chapter(e, C, ''K3'', null)') #>> '{edition,number}', '2', 'then the last one does');
select is(t.open('chapter(e, C, ''K3'', ''1'')') -> 'edition', '{"number": 1, "is_draft": false, "as_of": "2024-03-20", "counts": {"number": 2,
  "is_older": false, "is_there": true, "href": "/consultations/dachstrategie-2024/chapters/K3"}}', 'and the one before says so');
select is(t.open('chapter(e, C, ''K3'', ''1'')') #>> '{sections,0,items,0,href}',
  '/consultations/dachstrategie-2024/items/K3.N1?edition=1', 'its links stay in it');
select is(t.open('item(e, C, ''K3.I2'', null)') #> '{edition,number}', '1', 'an item that was dropped is still at its address');
select is(t.open('item(e, C, ''K3.I2'', null)') #>> '{edition,counts,is_there}', 'false', 'and says so');
select is(jsonb_array_length(t.open('council_decision(e, ''2021'', ''30'')') -> 'cited_by'), 2, 'an item cites a decision once');
select is(t.open('editions(e, C)') #>> '{rows,1,number}', '1', 'all of them are listed');
select is(t.open('consultation(e, C)') #>> '{edition,number}', '2', 'and the paper is the last one');
select * from finish();
rollback;
