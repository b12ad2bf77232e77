-- Weighing: which assessment holds, what it is bound to, who has to look at it,
-- and who approves.
\ir t/setup.sql
select plan(23);

-- R1-0001 … R1-0004 of two houses; T-MV and T-BY are the sponsors.
select t.do(t.save(w, x, 0, 'agree_changed', 'Die Begründungspflicht gilt nur für Neuvorhaben (' || x || ').'))
  from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5']) x;
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
insert into app.sponsor select s.consultation_id, o.id from t.stage s, app.organisation o where o.code in ('T-MV', 'T-BY');
select app.places_by_default(s.consultation_id) from t.stage s;
select t.clock('2024-05-06 10:00');

create function t.pos(p_n int) returns app.position language sql as $$
  select p.* from app.position p where p.stage_id = (select id from t.stage) and p.number = p_n
$$;
-- An assessment as a row, whoever may write it.
create function t.assess(p_position bigint, p_group bigint, p_decision text, p_body text) returns void language plpgsql as $$
begin
  insert into app.assessment (stage_id, position_id, group_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
    select s.id, p_position, p_group, 1 + (select count(*) from app.assessment a where a.position_id = p_position or a.group_id = p_group),
        p_decision, p_body, 'K4.G2.5 Satz 2', app.assessment_hash((s.id, p_position, p_group)::app.weighed, p_decision, null, 'K4.G2.5 Satz 2', p_body),
        app.now(), (select min(x.id) from app.person x) from t.stage s;
  perform app.assessment_apply(case when p_group is null then array[p_position] else app.group_members(p_group) end);
end $$;

select t.assess((t.pos(1)).id, null, 'partly', 'Bestandsschutz ist sachgerecht.');
select is((t.pos(1)).decision, 'partly', 'a decision is that of the assessment that holds');
select t.do(t.act('sander', 'moderator', 'action.group_form(e, ''dachstrategie'', ''Bestand'', ''R1-0001 R1-0002'')'));
select is(array[(t.pos(1)).decision, (t.pos(2)).decision], array['partly', 'open'], 'in a group without one each keeps its own');
select t.assess(null, (app.group_of_position((t.pos(1)).id)).id, 'adopted', 'Übernommen für beide.');
select is(array[(t.pos(1)).decision, (t.pos(2)).decision], array['adopted', 'adopted'], 'one of the group holds for all of it');
select t.do(t.act('sander', 'moderator', 'action.group_dissolve(e, ''dachstrategie'', ''G-01'', ''1'')'));
select is(array[(t.pos(1)).decision, (t.pos(2)).decision], array['partly', 'open'], 'taken apart, each has its own again');

select is(app.assessment_approvals((t.pos(1)).assessment_id)::text, '(0,2)', 'none of two sponsors has approved');
insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, verdict, decided_at, decided_by)
  select a.id, a.content_hash, s.organisation_id, app.now(), a.saved_by, 'approved', app.now(), a.saved_by
    from app.assessment a, app.sponsor s where a.id = (t.pos(1)).assessment_id order by s.organisation_id limit 1;
select is(app.assessment_approvals((t.pos(1)).assessment_id)::text, '(1,2)', 'one of two');
select t.assess((t.pos(1)).id, null, 'partly', 'Bestandsschutz, aber befristet.');
select is(app.assessment_approvals((t.pos(1)).assessment_id)::text, '(0,2)', 'a new version has none');

-- The canonical text, byte by byte (conf/audit-log.md).
select is(app.assessment_hash((t.stage.id, (t.pos(1)).id, null)::app.weighed, 'partly', null, 'K4.G2.5 Satz 2', 'Für Neuvorhaben.'),
  sha256(convert_to(e'resonanz assessment 1\nstage=2:s1\nweighed=7:R1-0001\ndecision=6:partly\nreferred_to=\n'
    || e'edition_place=14:K4.G2.5 Satz 2\nbody=17:Für Neuvorhaben.\n', 'UTF8')), 'the hash of its canonical text') from t.stage;
select t.do(t.act('sander', 'moderator', 'action.group_form(e, ''dachstrategie'', ''Zwei'', ''R1-0003 R1-0004'')'));
select is(app.weighed_canon((t.stage.id, null, (app.group_of_position((t.pos(3)).id)).id)::app.weighed), 'G-02 R1-0003 R1-0004', 'a group with its members') from t.stage;

-- The second line: a house that was not asked meets nothing, whatever forgets its
-- condition; one that was asked meets that, and no confidential words.
create function page.careless(p_me app.caller, p_what text) returns bigint
language plpgsql stable security definer set search_path = app, pg_temp as $c$
declare
  v_count bigint;
begin
  execute 'select count(*) from ' || p_what into v_count;
  return v_count;
end $c$;
alter function page.careless owner to resonanz_owner;
grant execute on function page.careless to resonanz_web;
create function t.meets(p_who text, p_what text) returns text language sql as $$
  select t.read(p_who, 'releaser', format('page.careless(e, %L)', p_what))::text
$$;
select is(array[t.meets('brandl', 'assessment'), t.meets('lorenz', 'assessment')], array['1', '0'], 'only who was asked meets an assessment');
select is(t.meets('brandl', 'position'), '0', 'nothing of what it holds for when another version holds');
insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by)
  select a.id, a.content_hash, o.id, app.now(), a.saved_by from app.assessment a, app.organisation o where a.id = (t.pos(1)).assessment_id and o.code = 'T-BY';
select is(array[t.meets('brandl', 'position'), t.meets('brandl', 'released_answer')], array['1', '1'], 'that position and its words');
select is(t.meets('huber', 'released_answer'), t.meets('huber', 'released_answer x where x.organisation_id = app.my_organisation()'), 'who does not release for it meets none');
select throws_ok($$ update app.assessment_approval set remark = 'anders' where verdict is not null $$, 'CN409', 'immutable', 'a verdict stands');
select throws_ok($$ update app.assessment_approval set verdict = null, remark = null, decided_at = null, decided_by = null where verdict is not null $$,
  'CN409', 'immutable', 'not even taken back while another version holds');
select t.assess((t.pos(2)).id, null, 'noted', 'Gelesen.');
insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, verdict, decided_at, decided_by)
  select a.id, a.content_hash, s.organisation_id, app.now(), a.saved_by, 'approved', app.now(), a.saved_by
    from app.assessment a, app.sponsor s where a.id = (t.pos(2)).assessment_id;
create function t.take_back(p_who text) returns text language sql as $$
  select coalesce(r ->> 'error', 'done') from t.act(p_who, 'releaser', 'action.approval_take_back(e, ''dachstrategie'', ''R1-0002'', ''1'')') r
$$;
select is((t.pos(2)).is_approved, true, 'all have approved');
savepoint told;
insert into app.reply_release (stage_id, number, at, ask_back_until) select id, 1, app.now() + interval '1 day', app.now() + interval '9 days' from t.stage;
insert into app.reply_point (release_id, stage_id, position_id, assessment_id)
  select r.id, r.stage_id, (t.pos(2)).id, (t.pos(2)).assessment_id from app.reply_release r;
select is(t.take_back('brandl'), 'approval_built_on', 'not what houses are about to be told');
rollback to told;
select is(array[t.take_back('brandl'), t.take_back('brandl'), t.take_back('thoms')], array['done', 'approval_none', 'not_found'], 'by a sponsor, once');
select is((t.pos(2)).is_approved, false, 'not approved by all any more');
select is((select count(*)::int from app.assessment_approval where assessment_id = (t.pos(2)).assessment_id and verdict is null), 1, 'its own only');
select throws_ok($$ delete from app.assessment_approval where verdict is not null $$, 'CN409', 'immutable', 'nor does it go');
select throws_ok($$ update app.assessment_approval set content_hash = sha256('x') where verdict is null $$, 'CN409', 'immutable', 'a request is of one version');
select throws_ok($$ insert into app.assessment (stage_id, position_id, version, decision, content_hash, saved_at, saved_by)
  select stage_id, id, 9, 'partly', sha256('x'), app.now(), 1 from app.position limit 1 $$, '23514', null, 'a decision without its reason is none');

select * from finish();
rollback;
