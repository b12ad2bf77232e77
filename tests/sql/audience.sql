-- Who is asked what: groups of a question, copied to the targets of its stage and frozen with them; who is not asked
-- is offered nothing, writes nothing and counts nowhere.
\ir t/setup.sql
select no_plan();

-- --- groups ---------------------------------------------------------------------
select results_eq($$select app.target_asks(null, l, s), app.target_asks('{laender}', l, s), app.target_asks('{bund,municipal}', l, s)
    from (values (1, 'land', 'voting'), (2, 'bund', 'voting'), (3, 'kommune', 'none'), (4, 'kommune', 'advisory'), (5, 'verband', 'none')) v(n, l, s)
    order by n$$,
  $$values (true, true, false), (true, false, true), (true, false, true), (true, false, false), (true, false, false)$$,
  'everybody, or those of the groups, as the returns are cut');
select is(app.audience_of('{others,bund,others}'::text[]), '{bund,others}', 'groups have one order and come once');
select is(app.audience_of(app.return_groups()), null, 'all of them are everybody');
select is(app.audience_of('[]'::jsonb), null, 'as is none');
select throws_ok($$select app.audience_of('{kreise}'::text[])::app.audience_groups$$, '23514', null, 'there are no others');
select throws_ok($$select '{others,bund}'::app.audience_groups$$, '23514', null, 'and none out of order');

-- --- from the edition to the stage ----------------------------------------------
update app.question_version set audience = '{laender,municipal}' where position = 1 and edition_id = (select id from t.edition);
insert into app.stage (consultation_id, edition_id, key, number, title) select consultation_id, id, 's2', 2, 'Zwischenbericht' from t.edition;
select job.make_targets(id) from app.stage where key = 's2' and edition_id = (select id from t.edition) \gset made_
create function t.asked(p_stage text, p_target text) returns text[] language sql as $$
  select x.audience from app.target x join app.stage s on s.id = x.stage_id and s.key = p_stage
    where x.edition_id = (select id from t.edition) and x.key = p_target
$$;
select is(t.asked('s2', 'L-K12-4'), '{laender,municipal}', 'the target of a question asks whom the question asks');
select is(t.asked('s2', 'L-K4-1'), null, 'another one everybody');
select is(t.asked('s2', 'K4.G2.5'), null, 'as do items');
select throws_ok($$update app.target set audience = '{bund}' where key = 'L-K4-1' and stage_id = (select id from t.stage)$$,
  'CN409', 'stage_open', 'of a stage that runs nobody changes it');

-- --- a stage in which the two sides are asked different things --------------------
set local session_replication_role = replica;
update app.target x set audience = case x.key when 'L-K12-4' then '{municipal}'::text[] when 'K4.G2.4' then '{bund,laender}' end
  where x.stage_id = (select id from t.stage);
set local session_replication_role = origin;
select throws_ok($$insert into app.response (stage_id, organisation_id, created_at, changed_at)
    select s.id, o.id, now(), now() from t.stage s, app.organisation o where o.code = 'T-BY';
  insert into app.answer (response_id, stage_id, organisation_id, target_id, kind, author_id, created_at, changed_at)
    select r.id, r.stage_id, r.organisation_id, x.id, 'nil', p.id, now(), now() from app.response r
      join app.target x on x.stage_id = r.stage_id and x.key = 'L-K12-4', app.person p where p.mail = 'huber@t.example'$$,
  'CN422', 'not_asked', 'a Land cannot answer what only municipalities are asked, by no way');

select * from finish();
rollback;
