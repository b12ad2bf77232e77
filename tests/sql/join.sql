-- Joining: what is offered to whom, what the guards and policies refuse, and,
-- whatever three houses do one after the other, that organisations and positions
-- are counted right (properties 6 and 7).
\ir t/setup.sql
select plan(40);

create function t.adopt(p_who text, p_code text, p_what text default 'all', p_own text default null, p_targets text[] default '{}')
returns jsonb language sql as $$
  select t.act(p_who, 'editor', format('action.join_adopt(e, %L, %L, %L, %L, %L, %L, %L, false)', 'dachstrategie', p_code,
    (select v.receipt_no from app.current_version c join app.response_version v on v.id = c.response_version_id
      join app.organisation o on o.id = v.organisation_id where o.code = p_code and v.stage_id = (select id from t.stage)),
    (select coalesce(json_object_agg(x.key, a.version), '{}') from app.answer a join app.target x on x.id = a.target_id
      join app.membership m on m.organisation_id = a.organisation_id join app.person p on p.id = m.person_id
      where p.mail = p_who || '@t.example' and m.role = 'editor' and a.stage_id = (select id from t.stage)),
    (select coalesce(json_object_agg(k, '1'), '{}') from unnest(p_targets) k), p_what, p_own))
$$;
create function t.offer(p_who text, p_code text) returns jsonb language sql as $$
  select t.act(p_who, 'member', format('page.joinable_response(e, %L, %L)', 'dachstrategie', p_code))
$$;
create function t.correct(p_who text) returns jsonb language sql as $$
  select t.act(p_who, 'editor', $a$action.correction(e, 'dachstrategie')$a$)
$$;
-- As an own function of the house would read it that forgot its condition.
create function t.all_released(p_who text) returns jsonb language sql as $$
  select t.read(p_who, 'member', 't.released_bodies()')
$$;
create function t.released_bodies() returns json language sql security definer as $$
  select coalesce(json_agg(a.body order by a.body), '[]') from app.released_answer a
$$;
alter function t.released_bodies() owner to resonanz_owner;
grant usage on schema t to resonanz_owner, resonanz_join;
create function t.offered_bodies() returns json language sql security definer as $$
  select coalesce(json_agg(a.body order by a.body), '[]') from app.released_answer a
$$;
alter function t.offered_bodies() owner to resonanz_join;
grant execute on function t.offered_bodies(), t.released_bodies() to public;

select t.do(t.save('lorenz', 'K4.G2.4', 0, 'agree', 'Offene Standards zuerst.'));
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree_changed', 'Nur für Neuvorhaben.'));
select t.do(t.save('lorenz', 'L-K4-1', 0, 'note', 'Vertraulich gesagt.', p_confidential => true, p_confidential_reason => 'Vergabe'));
select t.do(t.save('lorenz', 'K4', 0, null, 'Mit einem Namen darin.'));
select t.do(t.act('lorenz', 'member', $$action.redaction_mark(e, 'dachstrategie', 'K4', 'einem Namen', 'Person', null, null, null)$$));
select t.do(t.release('lorenz', 'T-MV', 'shortened'));
select is(t.offer('huber', 'T-MV'), null, 'not said at the release: there is no such page');
select is(t.adopt('huber', 'T-MV') ->> 'state', 'CN404', 'and nothing to adopt');
select is(t.read('huber', 'member', 't.offered_bodies()'), '[]', 'nor for the role of joining');

select t.do(t.correct('lorenz'));
select t.do(t.release('lorenz', 'T-MV', 'shortened', p_joinable => true));
select is((select joinable from app.response_version order by id desc limit 1), true, 'the version says it');
select is(jsonb_array_length(t.offer('huber', 'T-MV') #> '{form,rows}'), 2, 'two answers are offered');
select is(t.offer('huber', 'T-MV') -> 'withheld', '2', 'not what is confidential or to be cut');
select is(t.read('huber', 'member', 't.offered_bodies()'), '["Nur für Neuvorhaben.", "Offene Standards zuerst."]',
  'nor does the role of joining read more');
select is(t.all_released('huber'), '[]', 'and the house nothing of it by itself');
select is(t.offer('lorenz', 'T-MV'), null, 'nobody joins himself');
delete from app.membership m using app.person p where p.id = m.person_id and p.mail = 'graf@t.example';
insert into app.organisation (code, level) values ('T-NICHT', 'sonstige');
insert into app.membership (person_id, organisation_id, role) select p.id, o.id, 'editor' from app.person p, app.organisation o
  where p.mail = 'graf@t.example' and o.code = 'T-NICHT';
update app.session s set organisation_id = o.id from app.person p, app.organisation o
  where p.id = s.person_id and p.mail = 'graf@t.example' and o.code = 'T-NICHT';
select is(t.offer('graf', 'T-MV') ->> 'state', 'CN404', 'who is not invited sees none');
select is(t.read('graf', 'member', 't.offered_bodies()'), '[]', 'in no way');

select t.do(t.save('huber', 'K4.G2.5', 0, 'reject', 'Wir nicht.'));
select is(t.adopt('huber', 'T-MV') - 'args', '{"error": "own_text", "state": "CN422", "field": "own"}', 'an own text is asked about');
select is((t.answer('T-BY', 'K4.G2.4')).id, null, 'and until then nothing is taken');
select is(t.adopt('huber', 'T-MV', 'all', 'replace') -> 'adopted', '2', 'taken over wholly');
select is((select r.body::text from app.answer_revision r where r.answer_id = (t.answer('T-BY', 'K4.G2.5')).id order by r.revision limit 1),
  'Wir nicht.', 'the own text is in the history');
select is(t.all_released('huber'), '["Nur für Neuvorhaben.", "Offene Standards zuerst."]', 'what a house holds it may read');
select is(t.act('huber', 'editor', format('action.join_adopt(e, %L, %L, %L, %L, %L, %L, %L, false)', 'dachstrategie', 'T-MV', 'R1-T-MV-1-0000',
  '{}', '{}', 'all', 'keep')) ->> 'error', 'version_changed', 'another version than was shown');

select t.do(t.save('huber', 'L-K4-1', 0, 'note', 'Vertraulich gesagt.'));
select set_config('app.organisation_id', (select id::text from app.organisation where code = 'T-BY'), true) as by \gset
select throws_ok($$insert into app.adoption (answer_id, response_id, stage_id, organisation_id, target_id, released_answer_id, content_hash)
  select a.id, a.response_id, a.stage_id, a.organisation_id, a.target_id, r.id, r.content_hash from app.answer a
    join app.released_answer r on r.target_id = a.target_id and r.confidential where a.id = (t.answer('T-BY', 'L-K4-1')).id$$,
  'CN409', 'not_offered', 'a guard: only what is offered is taken over');
select throws_ok($$update app.adoption set content_hash = sha256('anderes')$$, 'CN409', 'not_offered', 'and as it is');
select set_config('app.organisation_id', '', true) as nobody \gset
select t.do(t.save('huber', 'L-K4-1', 1));
select t.do(t.save('huber', 'K4.G2.4', (t.answer('T-BY', 'K4.G2.4')).version, 'agree', 'Offene Standards zuerst. Und offener Code.'));
select t.do(t.release('brandl', 'T-BY', 'no'));
select results_eq($$select x.key::text collate "default", va.adopted, ra.deviates_from_id is not null, ra.organisation_id = va.organisation_id
    from app.version_answer va join app.released_answer ra on ra.id = va.released_answer_id join app.target x on x.id = va.target_id
    join app.organisation o on o.id = va.organisation_id where o.code = 'T-BY' order by 1$$,
  $$values ('K4.G2.4', false, true, true), ('K4.G2.5', true, false, false)$$,
  'adopted is the row of theirs, a deviation an own row that says from which');
select is((select count(*) from app.position p join app.target x on x.id = p.target_id where x.key = 'K4.G2.5'), 1::bigint, 'no second position');
select is((select count(*) from app.position p join app.target x on x.id = p.target_id where x.key = 'K4.G2.4'), 2::bigint, 'a deviation has its own');
select throws_ok($$update app.response_version set joinable = true$$, 'CN409', null, 'whether others may join does not change');
select throws_ok($$update app.release_candidate set joinable = not joinable$$, 'CN409', null, 'nor in what was approved');
select throws_ok($$insert into app.version_answer (response_version_id, response_id, stage_id, organisation_id, target_id, released_answer_id, adopted)
  select v.id, v.response_id, v.stage_id, v.organisation_id, r.target_id, r.id, true from app.response_version v, app.released_answer r
    join app.target x on x.id = r.target_id where x.key = 'L-K4-1' and v.organisation_id = (select id from app.organisation where code = 'T-BY')$$,
  'CN409', 'not_adopted', 'adopted is only what the draft has taken over');
select throws_ok($$delete from app.adoption$$, 'CN409', 'not_draft', 'what was released as adopted stays that');

-- Two approve: another choice about joining voids what was approved.
insert into app.house_rule (organisation_id, approvals, changed_by, changed_at)
  select o.id, 2, p.id, app.now() from app.organisation o, app.person p where o.code = 'T-MV' and p.mail = 'lorenz@t.example';
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, 'releaser' from app.person p, app.organisation o where p.mail = 'voss@t.example' and o.code = 'T-MV';
update app.session s set organisation_id = o.id from app.person p, app.organisation o
  where p.id = s.person_id and p.mail = 'voss@t.example' and o.code = 'T-MV';
select t.do(t.correct('lorenz'));
select t.do(t.release('lorenz', 'T-MV', 'no'));
select is(t.release('voss', 'T-MV', 'no', p_joinable => true) ->> 'state', 'frozen', 'who approves something else approves alone');
select is(t.release('lorenz', 'T-MV', 'no', p_joinable => true) ->> 'state', 'submitted', 'what two approve is released');
delete from app.house_rule;

-- Three houses, each with what it may do; two of them join the third or each other.
create table t.step (n int, who text, did text, outcome text);
create view t.held as -- what counts: who holds which answer
  select va.*, ra.kind, ra.stance, ra.organisation_id as author from app.current_version c
    join app.version_answer va on va.response_version_id = c.response_version_id
    join app.released_answer ra on ra.id = va.released_answer_id where c.stage_id = (select id from t.stage);
create function t.any_step(p_who text, p_house text, p_other text, p_step int) returns jsonb language sql as $$
  select case
    when p_step < 4 then t.save(p_who, (array['K4.G2.4', 'K4.G2.5', 'L-K4-1', 'K4'])[p_step + 1],
      coalesce((t.answer(p_house, (array['K4.G2.4', 'K4.G2.5', 'L-K4-1', 'K4'])[p_step + 1])).version, 0),
      case when p_step < 3 then (array['agree', 'reject', 'nil'])[1 + floor(random() * 3)::int] end, '',
      p_reason => '', p_proposal => '')
    when p_step = 4 then t.save(p_who, 'K4.G2.4', coalesce((t.answer(p_house, 'K4.G2.4')).version, 0), 'note', 'Text ' || floor(random() * 3)::text)
    when p_step < 7 then t.adopt(p_who, p_other, 'all', (array['keep', 'replace'])[1 + (random() > 0.5)::int])
    when p_step = 7 then t.act(p_who, 'editor', format($a$action.join_leave(e, 'dachstrategie', %L, %L)$a$, p_other,
      (array['keep', 'remove'])[1 + (random() > 0.5)::int]))
    when p_step = 8 then t.act(p_who, 'releaser', format($a$action.response_withdraw(e, 'dachstrategie', %L)$a$,
      (select v.receipt_no from app.current_version c join app.response_version v on v.id = c.response_version_id
        join app.organisation o on o.id = v.organisation_id where o.code = p_house)))
    when p_step < 11 then t.correct(p_who)
    else t.release(p_who, p_house, 'no', p_joinable => random() < 0.8) end
$$;
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, 'releaser' from app.person p, app.organisation o where p.mail = 'huber@t.example' and o.code = 'T-BY';
update app.participation set single_release = true;
create table t.wrong (n int, what text);
do $$
declare
  v_who text[] := array['huber', 'lorenz', 'thoms'];
  v_house text[] := array['T-BY', 'T-MV', 'T-KLEIN'];
  i int; j int; v_step int; r jsonb;
begin
  perform setseed(0.7);
  for n in 1..420 loop
    i := 1 + floor(random() * 3);
    j := 1 + (i + floor(random() * 2)::int) % 3;
    v_step := floor(random() * 14);
    r := t.any_step(v_who[i], v_house[i], v_house[j], v_step);
    insert into t.step values (n, v_who[i], v_step::text, coalesce(r ->> 'error', case when r ? 'receipt' then 'released' else 'done' end));
    insert into t.wrong select n, 'current' from app.position p
      where p.is_current <> exists (select from t.held h where h.released_answer_id = p.released_answer_id);
    insert into t.wrong select n, 'positions' where (select count(*) from app.position)
      <> (select count(*) from app.released_answer a where a.kind = 'answered');
    insert into t.wrong select n, 'twice' from app.position p group by p.released_answer_id, p.part having count(*) > 1;
  end loop;
end $$;
select cmp_ok((select count(*) from app.response_version), '>', 20::bigint, 'enough was released');
select cmp_ok((select count(*) from app.version_answer where adopted), '>', 10::bigint, 'enough was adopted');
select cmp_ok((select count(*) from app.withdrawal), '>', 3::bigint, 'enough was withdrawn');
select is_empty($$select s.* from t.step s where s.outcome not in ('done', 'released', 'not_found', 'own_text', 'adopt_missing', 'not_draft', 'nothing',
  'not_submitted', 'version_changed', 'withdrawn')$$, 'and never for want of a guard further inside');
select is_empty('select distinct n, what from t.wrong order by n limit 5',
  'a position is there once for each released text, and current while somebody holds it');
select is_empty($$select v.number from app.response_version v where v.content_hash <> app.canon_hash(app.version_canon(v.id))$$,
  'each version has the hash of what it is made of, adopted or not');
select is_empty($$select va.target_id from app.version_answer va join app.released_answer ra on ra.id = va.released_answer_id
  where va.adopted = (ra.organisation_id = va.organisation_id) or ra.confidential and va.adopted$$, 'adopted is of another house, all else of the own');
-- Σ of the classes, of the organisations and of the rows of the export agree.
create view t.opinion as select o.target_id, sum(o.agree + o.agree_changed + o.reject + o.note + o.no_position) as answered,
    sum(o.nil + o.not_applicable + o.no_answer + o.outstanding) as others, sum(o.base) as base
  from app.outcome_rows((select id from t.stage), null, null) o group by o.target_id;
set local search_path = app, public, pg_catalog;
select is_empty($$select o.* from t.opinion o where o.answered + o.others <> o.base
    or o.answered <> (select count(*) from t.held h where h.target_id = o.target_id and h.kind = 'answered')$$,
  'the classes sum up to the base, and count each organisation that holds an answer');
select is(t.read('sander', 'desk', $$(select json_object_agg(y.target, y.figures) from (select r.target, json_build_array(count(*), sum(r.organisations)) as figures
    from page.synopsis_rows(e, 'dachstrategie') r group by r.target) y)$$),
  (select jsonb_object_agg(y.key, y.figures) from (select x.key, jsonb_build_array(count(distinct h.released_answer_id), count(*)) as figures
    from t.held h join app.target x on x.id = h.target_id where h.kind = 'answered' group by x.key) y),
  'the rows of the export are the positions, and their organisations those that hold them');
select is_empty('select * from job.outcome_faults()', 'the counters know joins, leaving and withdrawal before they are folded');
select cmp_ok(job.fold_outcomes(), '>', 0, 'folded');
select is_empty('select * from job.outcome_faults()', 'and after');
select * from finish();
rollback;
