-- Work inside a house: who has what until when, and what comes next for whom.
\ir t/setup.sql
select plan(46);

update app.edition set state = 'published', published_at = app.now(), content_hash = sha256('x')
  where id = (select id from t.edition);
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, 'reader' from app.person p, app.organisation o where p.mail = 'sander@t.example' and o.code = 'T-BY';
create function t.key(p_who text) returns text language sql as $$ select p.key from app.person p where p.mail = p_who || '@t.example' $$;
create function t.assign(p_who text, p_to text, p_due text, variadic p_targets text[]) returns jsonb language sql as $$
  select t.act(p_who, 'member', format('action.assign(e, %L, %L, %L, %L, %L, null)', 'dachstrategie',
    (select json_object_agg(x, '1') from unnest(p_targets) x where x not like '%.q%'),
    (select coalesce(json_object_agg(substr(x, 2), '1') filter (where x like '.q%'), '{}') from unnest(p_targets) x),
    case when p_to = 'nobody' then 'nobody' else t.key(p_to) end, p_due))
$$;
create function t.overview(p_who text, p_show text default null) returns jsonb language sql as $$
  select t.read(p_who, 'member', format('page.response(e, ''dachstrategie'', %L)', p_show))
$$;
create function t.next(p_who text) returns text language sql as $$
  select concat_ws(' ', x #>> '{next_step,key}', x #>> '{next_step,target}') from t.overview(p_who) x
$$;
create function t.row(p_who text, p_target text) returns jsonb language sql as $$
  select jsonb_path_query_first(t.overview(p_who), '$.**.rows[*] ? (@.target == $t)', jsonb_build_object('t', p_target))
$$;
create function t.counts(p_who text) returns text language sql as $$
  select string_agg((f ->> 'key') || ' ' || (f ->> 'count'), ', ' order by n) filter (where f ->> 'count' <> '0')
    from jsonb_array_elements(t.overview(p_who) -> 'filters') with ordinality x (f, n)
$$;

-- --- giving work ---------------------------------------------------------------
select is(t.assign('huber', 'brandl', '25.04.2024', 'L-K12-4', 'K4.G2.5') ->> 'count', '2', 'what has no answer yet is assigned');
select is((select count(*)::int from app.answer), 0, 'and has none by that');
select is(t.assign('huber', 'brandl', '25.04.2024', 'L-K12-4', 'K4.G2.5') ->> 'count', '2', 'the same again is fine');
select results_eq($$select p.mail::text, m.args ->> 'count', m.args ->> 'until', m.args ->> 'by' from app.mail m
  join app.person p on p.id = m.person_id where m.template = 'assigned'$$,
  $$values ('brandl@t.example', '2', '2024-04-25', 'Huber')$$, 'one mail for what is new, with the number');
select is(t.assign('brandl', 'brandl', '', 'L-K4-1') ->> 'count', '1', 'who releases and edits gives work to herself, without a day');
select is((select count(*)::int from app.mail where template = 'assigned'), 1, 'and is not told by mail');
select results_eq($$select act::text, object_kind::text, amount from app.audit where act like 'assignment.%' order by xid, id$$,
  $$values ('assignment.set', 'person', 2::bigint), ('assignment.set', 'person', 1::bigint)$$, 'the log says how many');
select is(t.assign('huber', 'huber', '24.04.2024', 'K4.G2.5') ->> 'count', '1', 'given to somebody else');
select is((select string_agg(concat_ws(' ', t.key, p.name, g.due_on), ', ' order by t.position) from app.assignment g
    join app.target t on t.id = g.target_id join app.person p on p.id = g.person_id),
  'L-K12-4 Brandl 2024-04-25, L-K4-1 Brandl, K4.G2.5 Huber 2024-04-24', 'each has one person');

select is(t.assign('huber', 'nobody', '', 'K4.G2.5') ->> 'location', '/consultations/dachstrategie/response/assignments?notice=unassigned', 'taken back');
select is((select count(*)::int from app.assignment), 2, 'gone');
create function t.ended() returns text language sql as $$
  select string_agg(concat_ws(' ', p.name, m.args ->> 'count', m.args ->> 'by'), ', ' order by m.id) from app.mail m join app.person p on p.id = m.person_id
    where m.template = 'assignment_ended'
$$;
select is(t.ended(), 'Brandl 1 Huber', 'who lost it to somebody else is told by one mail, who gives up his own is not');
select is(t.assign('huber', p_to, p_due, p_target) ->> 'error', p_error, p_error || ': ' || p_why) from (values
  ('graf', '', 'L-K4-1', 'assignee_gone', 'who does not edit'), ('lorenz', '', 'L-K4-1', 'assignee_gone', 'who edits for another house'),
  ('huber', '21.04.2024', 'L-K4-1', 'day_past', 'yesterday'), ('huber', '27.04.2024', 'L-K4-1', 'due_late', 'after the deadline'),
  ('huber', '31.02.2024', 'L-K4-1', 'bad_day', 'no day'), ('huber', '', 'K9.X', 'unknown_target', 'no target'),
  ('huber', '', '.q.nope', 'unknown_target', 'no block')) v (p_to, p_due, p_target, p_error, p_why);
select is(t.act('huber', 'member', format('action.assign(e, ''dachstrategie'', ''{}'', ''{"q.x": ""}'', %L, '''', null)', t.key('huber'))) ->> 'error',
  'target_missing', 'nothing ticked');
select is(t.assign('graf', 'huber', '', 'L-K4-1') ->> 'state', 'CN403', 'who co-signs assigns nothing');
select is(t.read('lorenz', 'member', $$page.assignments(e, 'dachstrategie', null)$$) -> 'people' @> '[{"name": "Huber"}]', false, 'another house sees its own people');

-- --- what comes next -------------------------------------------------------------
select is(t.next('brandl'), 'continue L-K12-4', 'what was given to me, the next day first');
select is(t.next('huber'), 'others', 'what others have is not for me');
select is(t.counts('brandl'), 'all 2, mine 2, empty 2', 'the filters count');
select is((t.row('huber', 'L-K12-4') ->> 'holder') || (t.row('huber', 'L-K12-4') ->> 'is_mine'), 'Brandlfalse', 'the row says who has it');
select is(t.overview('huber', 'mine') -> 'groups', '[]', 'nothing of it is mine');
select t.clock('2024-04-26 09:00');
select is(t.next('brandl'), 'overdue L-K12-4', 'what is late comes first');
select is(t.row('brandl', 'L-K12-4') -> 'is_overdue', 'true', 'and is marked');
select is(t.counts('brandl'), 'all 2, mine 2, empty 2, overdue 1', 'and counted');
select t.do(t.save('brandl', 'L-K12-4', 0, 'note', 'Mit Quellen.'));
select is(t.next('brandl'), 'overdue L-K12-4', 'a draft is not finished by being one');
select t.do(t.act('brandl', 'editor', $$action.assignment_done(e, 'dachstrategie', 'L-K12-4', true)$$));
select is(t.next('brandl'), 'continue L-K4-1', 'she says that it is');
select is((t.row('huber', 'L-K12-4') ->> 'is_done') || (t.row('huber', 'L-K12-4') ->> 'is_overdue'), 'truefalse', 'done is not late');
savepoint before_end;
select t.do(t.assign('huber', 'nobody', '', 'L-K12-4', 'L-K4-1'));
select is(t.ended(), 'Brandl 1 Huber, Brandl 1 Huber', 'nor of what was finished');
rollback to before_end;
select is(t.act('huber', 'editor', $$action.assignment_done(e, 'dachstrategie', 'L-K12-4', false)$$) ->> 'error', 'not_assigned', 'only she');
select is(t.act('brandl', 'editor', $$action.assignment_done(e, 'dachstrategie', 'L-K4-1', true)$$) ->> 'error', 'empty_answer', 'what is empty is not finished');
select is(t.act('brandl', 'editor', $$action.assignment_done(e, 'dachstrategie', 'L-K9-9', true)$$) ->> 'error', 'not_found', 'what is no target is not there');
select t.do(t.assign('huber', 'brandl', '26.04.2024', 'L-K12-4'));
select is((select done_at from app.assignment g join app.target t on t.id = g.target_id where t.key = 'L-K12-4'), null, 'given again: to be done again');
update app.membership m set valid = daterange('2024-01-01', '2024-04-26') from app.person p
  where p.id = m.person_id and p.mail = 'brandl@t.example' and m.role = 'editor';
select is(t.row('huber', 'L-K4-1') -> 'has_left', 'true', 'whose role has ended is shown as such');
select is(t.next('huber'), 'empty L-K4-1', 'and what she had is offered');
select is(t.read('huber', 'member', $$page.assignments(e, 'dachstrategie', null)$$) #> '{people,0}' @> '{"name": "Brandl", "has_left": true, "open": 2}', true, 'first of all');
select is(t.read('huber', 'member', format('page.assignments(e, ''dachstrategie'', %L)', t.key('brandl'))) #>> '{form,groups,0,rows,0,target}', '1', 'her rows are ticked for it');

-- --- reminders -------------------------------------------------------------------
select t.clock('2024-04-22 12:00');
update app.membership m set valid = daterange(null, null) from app.person p where p.id = m.person_id and p.mail = 'brandl@t.example';
select t.do(t.assign('huber', 'brandl', '24.04.2024', 'L-K12-4', 'L-K4-1'));
select t.clock('2024-04-23 06:59:59');
select is(t.remind('house_reminders'), 0, 'nobody is reminded before seven');
select t.clock('2024-04-23 07:00:00');
select is((select t.remind('house_reminders') * 10 + t.remind('house_reminders')), 10, 'the day before, once');
select t.clock('2024-04-24 08:00');
select t.do(t.act('brandl', 'editor', $$action.assignment_done(e, 'dachstrategie', 'L-K12-4', true)$$));
select is((select t.remind('house_reminders') * 10 + t.remind('house_reminders')), 10, 'on the day, once');
select results_eq($$select m.args ->> 'count', m.args ->> 'is_due' from app.mail m where m.template = 'assignment_reminder' order by m.id$$,
  $$values ('2', 'false'), ('1', 'true')$$, 'of what is not done');
select * from finish();
rollback;
