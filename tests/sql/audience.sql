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

create function t.page(p_who text, p_audience text, p_call text) returns jsonb language sql as $$
  select t.read(p_who, p_audience, 'page.' || replace(p_call, '(', '(e, ''dachstrategie'''))
$$;
create function t.keys(p_rows jsonb) returns text language sql as $$
  select string_agg(x ->> 'target', ' ') from jsonb_array_elements(p_rows) g, jsonb_array_elements(g -> 'rows') x
$$;

-- A house: Bayern is not asked L-K12-4, the municipality not K4.G2.4.
select is(t.keys(t.page('huber', 'member', 'response(, null)') -> 'groups'), 'L-K4-1', 'a Land is offered its question');
select is(t.page('huber', 'member', 'response(, null)') #>> '{progress,of}', '1', 'and owes no other');
select is(t.page('thoms', 'member', 'response(, null)') #>> '{progress,of}', '2', 'a municipality is asked both');
select is(t.page('thoms', 'member', 'response(, null)') #>> '{items,of}', '2', 'and one item less');
select is(t.page('huber', 'member', 'answer(, ''L-K4-1'')') #>> '{position,of}', '1', 'which is the first and only');
select is(t.page('huber', 'member', 'answer(, ''L-K4-1'')') ->> 'previous', null, 'none comes before it');
select is(t.page('huber', 'member', 'answer(, ''L-K12-4'')') #>> '{is_asked}', 'false', 'the other one can be read');
select is(t.page('huber', 'member', 'answer(, ''L-K12-4'')') -> 'audience', '{"groups": ["municipal"], "is_asked": false, "is_house": true}',
  'with whom it asks');
select is(t.page('huber', 'member', 'answer(, ''L-K12-4'')') #>> '{can,edit}', 'false', 'and not be filled in');
select is(t.save('huber', 'L-K12-4', 0, null, 'Das Zielbild.') ->> 'error', 'not_asked', 'a save is refused');
select is(t.act('huber', 'member', $$action.comment_write(e, 'dachstrategie', 'L-K12-4', 'Wer macht das?')$$) ->> 'error', 'not_asked', 'so is talk about it');
select is(t.act('huber', 'member', format($$action.assign(e, 'dachstrategie', '{"L-K12-4":"1"}', '{}', %L, null, null)$$,
  (select x.key from app.person x where x.mail = 'huber@t.example'))) ->> 'error', 'unknown_target', 'and giving it to somebody');
select is((select count(*) from app.response r join app.organisation o on o.id = r.organisation_id where o.code = 'T-BY'), 0::bigint, 'nothing was begun by that');
select t.do(t.save('thoms', 'L-K12-4', 0, null, 'Auf das Ortsgesetz.'));
select is(t.save('thoms', 'K3.N1', 0, 'note', 'Ja.', p_then => 'next') ->> 'location', '/consultations/dachstrategie/response/answers/K4.G2.5?notice=saved',
  'next is what it is asked');
select t.do(t.save('thoms', 'L-K4-1', 0, 'note', 'Nein.'));
select t.do(t.act('thoms', 'editor', $$action.nil_rest(e, 'dachstrategie', true)$$));
select is(t.page('thoms', 'member', 'answer(, ''K4.G2.5'')') #>> '{answer,state}', 'nil', 'nil for the rest');
select is(t.page('thoms', 'member', 'response_print()') #>> '{counts,items}', '2', 'of what it is asked');
select t.do(t.release('thoms', 'T-KLEIN', p_joinable => true));
select t.do(t.save('huber', 'L-K4-1', 0, 'agree', 'Ja.'));

set local session_replication_role = replica;
update app.target x set audience = '{bund}' where x.stage_id = (select id from t.stage) and x.key = 'K4';
update app.edition set state = 'published', published_at = now(), content_hash = pg_catalog.sha256('x'::bytea) where id = (select id from t.edition);
set local session_replication_role = origin;
select is(t.page('huber', 'public', 'chapter(, ''K4'', null)') #>> '{comment_audience,is_asked}', 'false', 'a chapter says whose comment it asks for');
select is(t.page(null, 'public', 'question(, ''L-K12-4'', null)') #>> '{audience,groups,0}', 'municipal', 'and a question to everybody whom it asks');

-- --- who joins takes over what it is asked itself ------------------------------------
select is((select string_agg(x ->> 'key', ' ') from jsonb_array_elements(t.page('lorenz', 'member', 'joinable_response(, ''T-KLEIN'')') #> '{form,rows}') x),
  'L-K4-1 K3.N1', 'a Land is offered two of the three answers');
select is(t.page('lorenz', 'member', 'joinable_response(, ''T-KLEIN'')') ->> 'not_asked', '1', 'and told of the other');
select is(t.act('lorenz', 'editor', format($$action.join_adopt(e, 'dachstrategie', 'T-KLEIN', %L, '{}', '{}', 'all', null, true)$$,
  (select v.receipt_no from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'T-KLEIN'))) ->> 'adopted', '2', 'and takes them');

-- --- what is counted ---------------------------------------------------------------
set local search_path = public, app;
create function t.outcome(p_target text, p_level text) returns text language sql as $$
  select format('%s base, %s in, %s nil, %s open, %s not asked', sum(o.base), sum(o.agree + o.note + o.no_position), sum(o.nil), sum(o.outstanding), sum(o.not_asked))
    from app.outcome_rows((select id from t.stage), (select id from app.target where key = p_target and stage_id = (select id from t.stage)), null) o
    where o.level = p_level
$$;
select is(t.outcome('L-K12-4', 'kommune'), '1 base, 1 in, 0 nil, 0 open, 0 not asked', 'who is asked is the base');
select is(t.outcome('L-K12-4', 'land'), '0 base, 0 in, 0 nil, 0 open, 2 not asked', 'who is not stands apart');
select is(t.outcome('K4.G2.4', 'kommune'), '0 base, 0 in, 0 nil, 0 open, 1 not asked', 'nil for the rest is said of what was asked');
select is(t.outcome('K4.G2.5', 'kommune'), '1 base, 0 in, 1 nil, 0 open, 0 not asked', 'and of that it is');
select is((select bool_and(o.agree + o.agree_changed + o.reject + o.note + o.no_position + o.nil + o.not_applicable + o.no_answer + o.outstanding = o.base)
  from app.outcome_rows((select id from t.stage), null, null) o), true, 'the classes of each row are its base');
select is(t.page('sander', 'desk', 'opinion_target(, ''L-K12-4'')') #>> '{sums,not_asked}', '2', 'the page names them');
select is((select x ->> 'apart' from jsonb_array_elements(t.page('sander', 'desk', 'opinion()') -> 'charts') x where x ->> 'key' = 'questions'), '["L-K12-4"]',
  'and where no seat is asked');

-- --- the moderators set it while the stage is planned ------------------------------
create function t.ask(p_stage text, p_targets text, p_blocks text, p_municipal boolean, p_others boolean default false) returns text language sql as $$
  select coalesce(r ->> 'count', concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))) from t.act('sander', 'moderator', format(
    'action.stage_audience_save(e, %L, %L, %L, %L, %L, %L, %L, %L, %L)', 'dachstrategie', p_stage, p_targets, p_blocks, false, false, false,
    p_municipal, p_others)) r
$$;
select is(t.ask('s1', '{"K4.G2.5":"1"}', '{}', true), 'CN409 stage_running', 'of a stage that runs it stands');
select is(t.ask('s2', '{}', '{}', true), 'CN422 target_missing target', 'what?');
select is(t.ask('s2', '{"K4.G2.5":"1"}', '{}', false), 'CN422 audience_none bund', 'whom?');
select is(t.ask('s2', '{"K9":"1"}', '{}', true), 'CN422 unknown_target target', 'at what there is');
select is(t.ask('s2', '{"L-K12-4":"1"}', '{"s.K4.G2":"1"}', true, true), '3', 'a question and a block of items');
select is(t.asked('s2', 'K4.G2.4'), '{municipal,others}', 'are put to two groups');
select is(t.asked('s2', 'L-K12-4'), '{municipal,others}', 'whatever the paper says');
select is(t.page('sander', 'moderator', 'stage_preview(, ''s2'', ''laender'')') #>> '{counts,items}', '1', 'the preview shows a group what is left to it');
select is((select string_agg(x ->> 'key', ' ') from jsonb_array_elements(t.page('sander', 'moderator', 'stage_preview(, ''s2'', ''laender'')') -> 'not_asked') x),
  'L-K12-4 K4.G2.4 K4.G2.5', 'and what is not');
select is(t.page('sander', 'moderator', 'stage_audience(, ''s2'')') #>> '{form,groups,0,rows,0,audience,groups}', '["municipal", "others"]', 'the page says it');

-- --- the second round, and what came on paper ---------------------------------------
create function t.ask_laender(p_targets text) returns text language sql as $$
  select t.act('sander', 'moderator', format('action.stage_audience_save(e, %L, %L, %L, %L, false, true, false, false, false)',
    'dachstrategie', 's2', p_targets, '{}')) ->> 'count'
$$;
select is(t.ask_laender('{"L-K12-4":"1","K3.N1":"1"}'), '2', 'two points are for the Länder now');
insert into app.participation (stage_id, organisation_id, invited_at, single_release, level, land_code, seat_status, sort_key)
  select n.id, p.organisation_id, p.invited_at, true, p.level, p.land_code, p.seat_status, p.sort_key
    from app.participation p join t.stage s on s.id = p.stage_id, app.stage n where n.key = 's2' and n.consultation_id = s.consultation_id;
select t.clock('2024-05-13 09:00');
update app.stage set opens_at = '2024-05-13 00:00', closes_at = '2024-06-14 23:59:59' where key = 's2' and consultation_id = (select consultation_id from t.edition);
select is((select string_agg(x ->> 'target', ' ') from jsonb_array_elements(t.page('thoms', 'member', 'earlier()') -> 'rows') x), 'L-K4-1',
  'of its three answers a municipality is offered the one it is asked again');
select is(t.act('thoms', 'editor', $$action.earlier_take(e, 'dachstrategie', 'K3.N1', 0, 1, 'confirm', 'list')$$) ->> 'error' is not null, true,
  'and cannot take the others');
select is((select string_agg(x ->> 'after', ' ') from jsonb_array_elements(t.page('sander', 'desk', 'shift(, null, ''kommune'', null)') #> '{rows,0,moves}') x),
  'not_invited', 'in the shift it is not asked there any more');
select t.do(t.act('sander', 'moderator', $$action.intake_save(e, 'dachstrategie', 'T-KLEIN', 0, '13.05.2024', 'letter', '', '', '', false)$$));
select is((select string_agg(concat_ws(' ', x ->> 'key', x ->> 'of'), ', ') from jsonb_array_elements(t.page('sander', 'moderator', 'intake(, ''T-KLEIN'')') -> 'targets') x),
  'question 1, item 2, chapter 2', 'on paper, too: what it is asked');
select is(t.page('sander', 'moderator', 'intake_answer(, ''T-KLEIN'', ''L-K12-4'')')::text, null, 'nothing can be entered elsewhere');
select is(t.act('sander', 'moderator', $$action.intake_answer_save(e, 'dachstrategie', 'T-KLEIN', 'L-K12-4', 0, null, 'Ja.', '', '', false, '', '[]', '[]', null)$$) ->> 'error',
  'not_found', 'by no form');

select * from finish();
rollback;
