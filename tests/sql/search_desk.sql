-- The search, of what the desk writes: assessments that hold, and covering texts.
-- Found by the desk, of assessments also by a sponsor that was asked; by nobody else.
\ir t/setup.sql
select plan(24);

create function t.found(p_who text, p_q text, p_kind text default null) returns text[] language sql as $$
  select coalesce(array_agg((h ->> 'type') || ' ' || (h ->> 'key') || ' ' || (h ->> 'href') order by h ->> 'type', h ->> 'key'), '{}')
    from jsonb_array_elements(t.read(p_who, 'public', format('page.search(e, %L, %L, null, null, null, null, null)', p_q, p_kind)) -> 'hits') h
$$;
create function t.strangers(p_words text[]) returns text[] language sql as $$
  select array_agg(coalesce(w, 'nobody') || ' ' || q) from unnest(array['huber', 'graf', 'lorenz', 'thoms', 'voss', 'adler', null]) w, unnest(p_words) q,
      lateral t.read(w, 'public', format('page.search(e, %L, null, null, null, null, null, null)', q)) r
    where r ->> 'total' <> '0' or r ->> 'corrected' is not null
$$;
create function t.assess(p_path text, p_decision text, p_place text, p_text text) returns void language sql as $$
  select t.do(t.act('sander', 'moderator', format($a$action.%s, 0, %L, null, %L, %L, null)$a$, p_path, p_decision, p_place, p_text)))
$$;

select t.do(t.save('huber', x, 0, 'agree', 'Wir stimmen zu (' || x || ').')) from unnest(array['K4.G2.4', 'K4.G2.5']) x;
select t.do(t.release('brandl', 'T-BY'));
select job.number_positions();
select app.places_by_default(s.consultation_id) from t.stage s;
select t.clock('2024-05-06 10:00');

-- An assessment, from the moment it is saved.
select t.assess('assessment_save(e, ''dachstrategie'', ''R1-0002''', 'partly', 'Kapitel Quellenverzeichnis', 'Der Vorschlag vermeidet Murmeltierfragen.');
select is(t.found('sander', 'Murmeltierfragen'), '{assessment R1-0002 /consultations/dachstrategie/positions/R1-0002}', 'the desk finds what it made of a position');
select is(t.found('sander', 'Quellenverzeichnis'), '{assessment R1-0002 /consultations/dachstrategie/positions/R1-0002}', 'by its place in the next edition');
select is(t.found('sander', 'Murmeltier'), '{assessment R1-0002 /consultations/dachstrategie/positions/R1-0002}', 'by a part of a compound');
select is(t.found('sander', 'Murmeltierfragen', 'answer'), '{}', 'which is no answer');
select is((select h #>> '{facets,land,values,0,value}' from t.read('sander', 'public', 'page.search(e, ''Murmeltierfragen'', null, null, null, null, null, null)') h),
  (select p.land_code from app.position p where p.number = 2), 'narrowed down by who is answered');
select is(t.strangers('{Murmeltierfragen,Murmeltierfrgen,Murmeltier,Quellenverzeichnis}'), null, 'no house, nobody in public and no other role finds it or is told of it');
select t.do(t.act('sander', 'moderator', 'action.assessment_save(e, ''dachstrategie'', ''R1-0002'', 1, ''adopted'', null, ''K4.G2.5'', ''Der Vorschlag wird mit Steinbockklausel übernommen.'', null)'));
select is(t.found('sander', 'Murmeltierfragen') || t.found('sander', 'Steinbockklausel'),
  '{assessment R1-0002 /consultations/dachstrategie/positions/R1-0002}', 'its last version only');

-- A sponsor finds what it was asked about, another one nothing.
insert into app.sponsor select s.consultation_id, o.id from t.stage s, app.organisation o where o.code in ('T-MV', 'T-BY');
insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by)
  select a.id, a.content_hash, o.id, app.now(), a.saved_by from app.assessment a, app.organisation o where a.version = 2 and o.code = 'T-MV';
select is(t.found('lorenz', 'Steinbockklausel'), '{assessment R1-0002 /consultations/dachstrategie/approvals?only=R1-0002}', 'a sponsor finds what it was asked about');
select is(t.found('lorenz', 'Murmeltierfragen'), '{}', 'no other version');
select is(t.found('brandl', 'Steinbockklausel'), '{}', 'a sponsor that was not asked nothing');
select is(t.found('huber', 'Steinbockklausel'), '{}', 'nor whose position it is');

-- A group's holds in place of that of its members, until it is taken apart.
select t.do(t.act('sander', 'moderator', 'action.group_form(e, ''dachstrategie'', ''Standards'', ''R1-0001 R1-0002'')'));
select is(cardinality(t.found('sander', 'Steinbockklausel')), 1, 'in a group without one each keeps its own');
select t.assess('group_assessment_save(e, ''dachstrategie'', ''G-01''', 'noted', '', 'Beide sagen Gämsenwechsel.');
select is(t.found('sander', 'Gämsenwechsel') || t.found('sander', 'Steinbockklausel'),
  '{assessment G-01 /consultations/dachstrategie/groups/G-01}', 'a group''s instead of theirs');
select t.do(t.act('sander', 'moderator', 'action.group_dissolve(e, ''dachstrategie'', ''G-01'', ''1'')'));
select is(array[t.found('sander', 'Gämsenwechsel')::text, cardinality(t.found('sander', 'Steinbockklausel'))::text], array['{}', '1'], 'and theirs again');

-- The covering text of a reply, while it is written.
select t.do(t.act('sander', 'moderator', 'action.reply_save(e, ''dachstrategie'', ''T-BY'', 0, ''Wir danken für die Enzianbeiträge.'')'));
select is(t.found('sander', 'Enzianbeiträge'), '{reply_draft T-BY /consultations/dachstrategie/replies/T-BY}', 'moderators find what they write to a house');
select is(t.strangers('{Enzianbeiträge,Enzian,Enzianbeitrge}'), null, 'the house does not, nor does anybody else');
select t.do(t.act('sander', 'moderator', 'action.reply_save(e, ''dachstrategie'', ''T-BY'', 1, ''Wir danken für die Arnikabeiträge.'')'));
select is(array[t.found('sander', 'Enzianbeiträge')::text, cardinality(t.found('sander', 'Arnikabeiträge'))::text], array['{}', '1'], 'as it stands now');
update app.platform_role set role = 'reporter' where person_id = (select p.id from app.person p where p.mail = 'sander@t.example');
select is(array[cardinality(t.found('sander', 'Steinbockklausel')), cardinality(t.found('sander', 'Arnikabeiträge'))], array[1, 0],
  'reporters find assessments, but not what moderators have yet to say');
update app.platform_role set role = 'moderator' where person_id = (select p.id from app.person p where p.mail = 'sander@t.example');

-- The index made anew; and what counts no more is out at once.
delete from app.search_document where kind in ('assessment', 'reply_draft');
select is(cardinality(t.found('sander', 'Steinbockklausel')), 0, 'without its row it is not found');
select is((select job.search_renew(0)) is not null, true, 'all is read in anew');
select job.search_renew(9223372036854775807);
select is(array[cardinality(t.found('sander', 'Steinbockklausel')), cardinality(t.found('sander', 'Arnikabeiträge'))], array[1, 1], 'and found again');
select is((select count(*) from app.word w where w.visibility = 'desk' and w.lexeme = 'steinbockklausel'), 1::bigint, 'with its words');
select t.do(t.act('sander', 'moderator', 'action.reply_save(e, ''dachstrategie'', ''T-BY'', 2, '''')'));
select is(t.found('sander', 'Arnikabeiträge'), '{}', 'an emptied text is gone');
update app.position set is_current = false where number = 2;
select is(t.found('sander', 'Steinbockklausel'), '{}', 'and so is what was said to a position that counts no more');
select * from finish();
rollback;
