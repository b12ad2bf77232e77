-- Saving answers: states, versions, sealed copies, deadlines.
\ir t/setup.sql
select plan(40);

select is(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Grundsätzlich ja.', 'Begründungspflicht nur für Neuvorhaben', 'Bestand')
    - 'saved_at', '{"location": "/consultations/dachstrategie/response/answers/K4.G2.5?notice=saved", "version": 1, "state": "draft", "void": []}',
  'the first save makes the response and the answer');
select is((t.answer('T-BY', 'K4.G2.5')).kind::text, 'answered', 'the kind is answered');
select is((t.answer('T-BY', 'K4.G2.5')).content_hash, sha256(convert_to(
    e'resonanz answer 1\nkind=8:answered\nstance=13:agree_changed\nbody=18:Grundsätzlich ja.\n'
    || e'proposal=40:Begründungspflicht nur für Neuvorhaben\nreason=7:Bestand\nvalue=\n', 'UTF8')),
  'the hash is that of the canonical form, in octets');
select ok((select p.opened_at is not null from app.participation p join app.organisation o on o.id = p.organisation_id
  where o.code = 'T-BY'), 'the invitation counts as opened');

select is(t.save('huber', 'K4.G2.5', 1, 'agree', 'Neu.') ->> 'version', '2', 'a save with the version of the page');
select is(t.save('graf', 'K4.G2.5', 2, 'agree', 'Neu.') ->> 'state', 'CN403', 'who only co-signs cannot save');
select is(t.save('brandl', 'K4.G2.5', 1, 'reject', 'Zu spät.') -> 'refused' ->> 'code', 'stale', 'an older version is refused');
select is((t.answer('T-BY', 'K4.G2.5')).body::text, 'Neu.', 'and overwrites nothing');
select is(t.save('huber', 'K4.G2.5', 1, 'agree', 'Neu.') ->> 'version', '2', 'the same save again is answered like the first');
select is(t.save('brandl', 'K4.G2.4', 3, 'agree') ->> 'error', 'stale', 'a version of an answer that is not there');

select results_eq('select r.body::text from app.answer_revision r', $$values ('Neu.')$$,
  'the same person within ten minutes seals nothing; a conflict does');
select is(t.save('brandl', 'K4.G2.5', 2, 'reject', 'Anders.') ->> 'version', '3', 'another person takes over');
select results_eq('select r.revision, r.body::text from app.answer_revision r',
  $$values (1, 'Neu.')$$, 'what was there is sealed');
select t.clock('2024-04-22 09:11');
select is(t.save('brandl', 'K4.G2.5', 3, 'reject', 'Ganz anders.') ->> 'version', '4', 'eleven minutes later');
select is((select count(*) from app.answer_revision), 2::bigint, 'the text is sealed again');

select is(t.save('huber', 'L-K4-1', 0, 'nil') ->> 'state', 'nil', 'nil return');
select is(t.save('huber', 'L-K4-1', 1, 'not_applicable') ->> 'state', 'not_applicable', 'not applicable');
select is(t.save('huber', 'L-K4-1', 2, 'nil', 'Doch etwas') - 'state' - 'args',
  '{"error": "conflict_kind", "field": "stance"}', 'nil with a text is refused at the stance');
select is(t.save('huber', 'L-K4-1', 2, null, e' \n ') ->> 'state', 'empty', 'an emptied form empties the answer');
select is(((t.answer('T-BY', 'L-K4-1')).version, (t.answer('T-BY', 'L-K4-1')).kind is null), (3, true),
  'its version goes on');
select is(t.save('huber', 'L-K4-1', 3, 'perhaps') - 'args',
  '{"error": "bad_choice", "state": "CN422", "field": "stance"}', 'an unknown stance');
select is(t.save('huber', 'K4', 0, 'agree', 'Kapitel') ->> 'error', 'bad_choice', 'a chapter takes no stance');
select is(t.save('huber', 'K4', 0, null, 'Kapitel', p_then => 'next') ->> 'location',
  '/consultations/dachstrategie/response?notice=saved', 'behind the last target comes the overview');
select is(t.save('huber', 'L-K4-1', 3, 'note', 'Es fehlt „Nachnutzung“.', p_then => 'next') ->> 'location',
  '/consultations/dachstrategie/response/answers/K3.N1?notice=saved', 'and else the next target');

select is(t.save('huber', 'K3.N1', 0, 'note', 'Vertraulich', p_confidential => true) - 'args',
  '{"error": "required", "state": "CN422", "field": "confidential_reason"}', 'confidential needs a reason');
select is(t.save('huber', 'K3.N1', 0, 'note', 'Vertraulich', p_confidential => true,
  p_confidential_reason => 'Sicherheitskonzept') ->> 'version', '1', 'with a reason it is saved');
select is(t.save('huber', 'K3.N1', 1, 'note', repeat('ä', 20001)) ->> 'state', '23514',
  'more than 20,000 characters do not fit, whatever the form layer does');

select is(t.save('huber', 'L-K12-4', 0, null, p_title => '["Dresdner Forderungen", "", "OZG"]',
  p_source => '["Städte, 2021", "", " "]') ->> 'state', 'draft', 'a list of papers');
select is((t.answer('T-BY', 'L-K12-4')).value,
  '[{"title": "Dresdner Forderungen", "source": "Städte, 2021"}, {"title": "OZG", "source": null}]', 'is kept in order');
select is(t.save('huber', 'L-K12-4', 1, null, p_title => '["", "OZG"]', p_source => '["Ohne Titel", ""]') - 'args',
  '{"error": "required", "state": "CN422", "field": "paper_title"}', 'a source needs a title');
select is(t.save('huber', 'L-K4-1', 4, 'note', 'x', p_title => '["Papier"]', p_source => '[""]') ->> 'field',
  'paper_title', 'papers only where the question asks for them');
select is(t.save('huber', 'K9.X1', 0, 'agree') ->> 'state', 'CN404', 'no such target');

select is(t.act('huber', 'editor', $$action.nil_rest(e, 'dachstrategie', true)$$) ->> 'location',
  '/consultations/dachstrategie/response?notice=nil_set', 'nil for all the rest');
select ok((select nil_rest from app.response), 'is a flag of the response');
select is((select count(*) from app.audit where act = 'answer.save'), 11::bigint, 'each committed save has one entry');
select is((select count(*) from app.audit where request_id is distinct from 't-request'), 0::bigint, 'with its request');

select t.clock('2024-04-27 00:00:01');
select is(t.save('huber', 'K4.G2.5', 4, 'agree', 'Zu spät.') - 'args',
  '{"error": "deadline", "state": "CN409", "field": ""}', 'after the deadline nothing is saved');
update app.participation set extended_until = '2024-05-03 12:00', extension_reason = 'Präsidium am 30.04.'
  where organisation_id = (select id from app.organisation where code = 'T-BY');
select is(t.save('huber', 'K4.G2.5', 4, 'agree', 'Verlängert.') ->> 'version', '5', 'the own extension counts');
select is(t.save('lorenz', 'K4.G2.5', 0, 'agree', 'Ohne Verlängerung.') ->> 'error', 'deadline', 'and only the own');
select t.clock('2024-03-24 23:59:59');
select is(t.save('huber', 'K4.G2.5', 5, 'agree', 'Zu früh.') ->> 'error', 'not_open', 'nor before the window');

select * from finish();
rollback;
