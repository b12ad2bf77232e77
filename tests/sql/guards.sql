-- Guards hold for every role; here a superuser tries.
\ir t/setup.sql
select plan(62);

select t.do(t.save('huber', 'K4.G2.5', 0, 'agree', 'Zustimmung.'));
select t.do(t.save('brandl', 'K4.G2.5', 1, 'agree', 'Volle Zustimmung.'));
select t.do(t.release('brandl', 'T-BY'));
select t.do(to_jsonb(job.number_positions()));

select throws_ok(format('update app.%I set %s', tab, col), 'CN409', 'immutable', tab || ': no update')
  from (values ('response_version', 'number = 9'), ('released_answer', $$body = 'anders'$$),
    ('version_answer', 'adopted = true'), ('receipt', $$body = ''$$), ('audit', $$act = 'nothing'$$),
    ('answer_revision', $$body = 'anders'$$)) v (tab, col);
select throws_ok(format('delete from app.%I', tab), 'CN409', 'immutable', tab || ': no delete')
  from unnest(array['response_version', 'released_answer', 'version_answer', 'receipt', 'audit']) tab;
select throws_ok(format('truncate app.%I cascade', tab), 'CN409', 'immutable', tab || ': no truncate')
  from unnest(array['response_version', 'released_answer', 'version_answer', 'receipt', 'audit',
    'answer_revision', 'position']) tab;

select throws_ok('update app.position set number = 7', 'CN409', 'immutable', 'a number is given once');
select throws_ok($$update app.position set stance = 'reject'$$, 'CN409', 'immutable', 'a stance stays');
select throws_ok('delete from app.position', 'CN409', 'immutable', 'a position stays');
select lives_ok($$update app.position set decision = 'noted', version = version + 1$$, 'a decision does not');

select throws_ok($$update app.answer set body = 'nachträglich'$$, 'CN409', 'not_draft', 'a submitted text stands');
select throws_ok($$update app.response set nil_rest = true where state = 'submitted'$$, 'CN409', 'not_draft',
  'so does its flag');
select throws_ok($$update app.response set state = 'frozen' where state = 'submitted'$$, 'CN409', 'response_state',
  'submitted goes to draft or withdrawn only');
select lives_ok($$update app.response set state = 'draft' where state = 'submitted'$$, 'correction');
select throws_ok($$update app.response set state = 'withdrawn' where state = 'draft'$$, 'CN409', 'response_state',
  'a draft cannot be withdrawn');
select throws_ok($$insert into app.response (stage_id, organisation_id, state, created_at, changed_at)
  select stage_id, organisation_id, 'submitted', now(), now() from app.participation limit 1$$, 'CN409', 'response_state',
  'a response begins as a draft');

select throws_ok($$insert into app.target (stage_id, edition_id, key, position, chapter_id)
  select stage_id, edition_id, 'K9', 99, chapter_id from app.target where chapter_id is not null limit 1$$,
  'CN409', 'stage_open', 'targets are frozen when the stage is open');
select throws_ok($$update app.target set takes_stance = false$$, 'CN409', 'stage_open', 'all of them');
select throws_ok($$delete from app.target$$, 'CN409', 'stage_open', 'for good');
select throws_ok($$update app.stage set opens_at = opens_at - interval '1 day'$$, 'CN409', 'stage_open', 'as is its start');
select throws_ok($$update app.stage set closes_at = closes_at - interval '1 day'$$, 'CN409', 'stage_open', 'nobody loses a day');
select lives_ok($$update app.stage set closes_at = closes_at + interval '1 hour'$$, 'an hour more is given');
select throws_ok($$update app.stage set later_state = 'weighed'$$, 'CN409', 'stage_state', 'what is open is not weighed');
select t.clock('2024-05-02 09:00');
select throws_ok($$update app.stage set closes_at = closes_at + interval '9 days'$$, 'CN409', 'stage_open', 'what has closed stays closed');
select throws_ok($$update app.stage set later_state = 'reported'$$, 'CN409', 'stage_state', 'no step is left out');
select lives_ok($$update app.stage set later_state = 'weighed'$$, 'a stage goes on');
select throws_ok($$update app.stage set later_state = null$$, 'CN409', 'stage_state', 'never back');
select t.clock('2024-04-22 09:00');

select lives_ok($$update app.edition set state = 'published', published_at = now(), content_hash = sha256('x')
  where id = (select id from t.edition)$$, 'an edition is published');
select throws_ok($$update app.item_version set body = 'anders' where edition_id = (select id from t.edition)$$,
  'CN409', 'edition_published', 'then its wording stands');
select throws_ok($$delete from app.question_version where edition_id = (select id from t.edition)$$,
  'CN409', 'edition_published', 'and its questions');
select throws_ok($$insert into app.footnote (edition_id, number) select id, 1 from t.edition$$,
  'CN409', 'edition_published', 'and nothing is added');
select throws_ok($$update app.edition set state = 'draft', published_at = null, content_hash = null
  where id = (select id from t.edition)$$, 'CN409', 'edition_published', 'nothing goes back');

-- Declared, not coded.
select throws_ok($$insert into app.seat_holding (seat_id, organisation_id, valid)
  select h.seat_id, o.id, daterange('2025-05-06', null) from app.seat_holding h join app.seat s on s.id = h.seat_id
    cross join app.organisation o where s.key = 't-by' and o.code = 'T-MV'$$, '23P01', null, 'one holder a seat and day');
select throws_ok($$update app.organisation set ars = '139999999902' where code = 'T-BY'$$, '23514', null,
  'an ARS begins with the Land');
select throws_ok($$update app.platform_role set granted_by = person_id$$, '23514', null, 'nobody grants himself');
select throws_ok($$update app.answer set organisation_id = (select id from app.organisation where code = 'T-MV')$$,
  '23503', null, 'a row cannot sit in the wrong house');
select throws_ok($$update app.answer set body = 'mit' || chr(13)$$, '23514', null, 'texts have one byte form');
select throws_ok($$update app.answer set body = 'u' || chr(776) || 'ber'$$, '23514', null, 'of composed letters');
select throws_ok($$update app.answer set kind = 'nil'$$, '23514', null, 'nil carries nothing');

-- The last ones, at the end of the transaction.
create function t.now_and_then(p_sql text) returns void language plpgsql as $$
begin
  execute p_sql;
  set constraints all immediate;
  set constraints all deferred;
end $$;
create function t.id(p_who text) returns bigint language sql as $$
  select id from app.person where mail = p_who || '@t.example' $$;
select throws_ok(format('select t.now_and_then(%L)', v.sql), 'CN409', v.code, v.what) from (values
  ($$delete from app.platform_role where role = 'administrator'$$, 'last_administrator', 'the last administration stays'),
  ($$update app.platform_role set valid = daterange(lower(valid), app.today()) where role = 'administrator'$$,
    'last_administrator', 'and does not end'),
  ($$update app.person set state = 'locked' where id = t.id('adler')$$, 'last_administrator', 'nor is it locked'),
  ($$delete from app.membership where person_id = t.id('brandl')$$, 'last_releaser', 'the last release of a house stays'),
  ($$update app.membership set role = 'reader' where role = 'releaser' and person_id = t.id('brandl')$$, 'last_releaser', 'and is no other role'),
  ($$update app.person set state = 'locked' where id = t.id('thoms')$$, 'last_releaser', 'a house of one person is not locked out'))
  v (sql, code, what);
select lives_ok($$select t.now_and_then('update app.membership set person_id = t.id(''graf'') where role = ''releaser'' and person_id = t.id(''brandl'');
  insert into app.platform_role (person_id, role) values (t.id(''huber''), ''administrator'');
  delete from app.platform_role where person_id = t.id(''adler'')')$$, 'handing over both is two rows');
select lives_ok($$select t.now_and_then('update app.platform_role set valid = daterange(app.today() + 1, null) where person_id = t.id(''sander'');
  update app.person set state = ''locked'' where id in (t.id(''brandl''), t.id(''adler''))')$$, 'others may go');
select throws_ok($$select t.now_and_then('update app.person set state = ''locked'' where id = t.id(''huber'')')$$, 'CN409',
  'last_administrator', 'and then there is another last one');
select lives_ok($$select t.now_and_then('update app.membership set valid = daterange(null, app.today() + 30) where person_id = t.id(''thoms'')')$$,
  'what ends by its time ends');
select lives_ok($$select t.now_and_then('update app.organisation set valid = daterange(null, app.today()) where code = ''T-KLEIN'';
  update app.membership set valid = daterange(null, app.today()) where person_id = t.id(''thoms'')')$$, 'a house that is no more needs nobody');

select * from finish();
rollback;
