-- Like positions: proposed by the comparison, merged, kept apart, taken apart; no
-- position and no count changes by it, and what is undone is as it was.
\ir t/setup.sql
select plan(56);

-- Two houses answer the same five points; numbers R1-0001 to R1-0010.
select t.do(t.save(w, x, 0, case when x in ('K3', 'K4') then null else 'agree' end,
    'Die Kosten trägt, wer bestellt; das regeln Bund und Länder vorab in einem Vertrag zu ' || x || '.'))
  from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5', 'K3.N1', 'L-K4-1', 'K4']) x;
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();

create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.id(p_n int) returns bigint language sql as $$
  select p.id from app.position p where p.stage_id = (select id from t.stage) and p.number = p_n
$$;
-- The comparison has found these pairs, by numbers of positions.
create function t.propose(variadic p_pairs int[]) returns int language sql as $$
  select job.similar_end(null, (select id from t.stage), jsonb_build_object('stage', (select id from t.stage)), 10, t.id(10),
    array_agg(least(t.id(p_pairs[i]), t.id(p_pairs[i + 1]))), array_agg(greatest(t.id(p_pairs[i]), t.id(p_pairs[i + 1]))), array_agg(100 - i))
  from generate_series(1, cardinality(p_pairs), 2) i
$$;
create function t.key(a int, b int) returns text language sql as $$
  select p.key from app.group_proposal p where p.a_id = least(t.id(a), t.id(b)) and p.b_id = greatest(t.id(a), t.id(b))
$$;
create function t.token(p_key text) returns text language sql as $$
  select app.proposal_token(p) from app.group_proposal p where p.key = p_key
$$;
create function t.merge(p_key text, p_token text, p_name text default 'Kosten', p_into text default null) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.proposal_merge(e, %L, %L, %L, %L, %L)', 'dachstrategie', p_key, p_token, p_name, p_into))
$$;
create function t.apart(p_key text, p_token text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.proposal_keep_apart(e, %L, %L, %L)', 'dachstrategie', p_key, p_token))
$$;
create function t.undo(p_key text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.proposal_reopen(e, %L, %L)', 'dachstrategie', p_key))
$$;
create function t.group(p_act text, p_group text, variadic p_args text[]) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.group_%s(e, %L, %L%s)', p_act, 'dachstrategie', p_group,
    (select string_agg(', ' || quote_literal(a), '' order by n) from unnest(p_args) with ordinality x(a, n))))
$$;
create function t.state_of(p_key text) returns text language sql as $$ select p.state from app.group_proposal p where p.key = p_key $$;
-- Who is in which open group: "1:1,6 2:3,4".
create function t.groups() returns text language sql as $$
  select coalesce(string_agg(x.line, ' ' order by x.number), '') from (select g.number, g.number || ':' || string_agg(p.number::text, ',' order by p.number) as line
    from app.position_group g join app.group_member m on m.group_id = g.id and m.left_at is null
      join app.position p on p.id = m.position_id where g.state = 'open' group by g.number) x
$$;
-- All of it, to the byte, but what is over.
create function t.world() returns text language sql as $$
  select concat_ws(e'\n',
    (select string_agg(p::text, e'\n' order by p.id) from app.position p),
    (select string_agg(m::text, e'\n' order by m.id) from app.group_member m where m.left_at is null),
    (select string_agg(g::text, e'\n' order by g.id) from app.position_group g where g.state = 'open'),
    (select string_agg(p::text, e'\n' order by p.id) from app.group_proposal p))
$$;
-- What counts per organisation, as the desk reads it.
create function t.counts() returns text language sql as $$
  select concat_ws(e'\n', t.read('sander', 'desk', $q$page.opinion(e, 'dachstrategie')$q$) - 'frame',
    t.read('sander', 'desk', $q$page.returns(e, 'dachstrategie', null, null, null)$q$) - 'frame',
    (select string_agg((t.read('sander', 'desk', format('page.opinion_target(e, %L, %L)', 'dachstrategie', x.key)) - 'frame')::text, e'\n' order by x.key)
      from app.target x where x.stage_id = (select id from t.stage)),
    (s -> 'counts')::text, (s -> 'stance_sum')::text, (select jsonb_agg(r - 'group') from jsonb_array_elements(s -> 'rows') r)::text)
  from t.read('sander', 'desk', $q$page.synopsis(e, 'dachstrategie')$q$) s
$$;
create temp table before as select t.world() as world, t.counts() as counts;

select is(t.error(t.act('lorenz', 'moderator', $$action.groups_compare(e, 'dachstrategie')$$)), 'CN403 audience', 'a house compares nothing');
select t.do(t.act('sander', 'moderator', $$action.groups_compare(e, 'dachstrategie')$$));
select is((select j.args ->> 'stage' from app.job j where j.kind = 'similar'), (select id::text from t.stage), 'a moderator asks for it, a job does it');
select is((select string_agg(x.words, '' order by x.id) from job.similar_positions((select id from t.stage)) x where x.id = t.id(1)),
  'Die Kosten trägt, wer bestellt; das regeln Bund und Länder vorab in einem Vertrag zu L-K4-1.', 'it reads all words of a position');
select is(job.similar_stage('{}'), (select id from t.stage), 'by itself it takes a stage that was not compared');
select is(t.propose(1, 6, 2, 7, 3, 8, 6, 7), 0, 'and writes what is alike');
select is(job.similar_stage('{}'), null, 'once');
select is((select c.position_count || ' ' || c.pair_count || ' ' || c.new_count from app.comparison c), '10 4 4', 'the run is noted');
select is(t.propose(1, 6, 2, 7, 3, 8, 6, 7), 0, 'a second run');
select is((select c.pair_count || ' ' || c.new_count from app.comparison c order by c.id desc limit 1), '4 0', 'proposes nothing twice');
select is(jsonb_path_query_array(t.read('sander', 'moderator', $$page.groups(e, 'dachstrategie', null, null)$$), '$.proposals[*].percent'), '[99, 97, 95, 93]', 'the closest first');
select is(t.read('sander', 'moderator', $$page.groups(e, 'dachstrategie', null, null)$$)::text like '%Kosten%', false, 'the list has none of the words');
select is(t.read('sander', 'moderator', format('page.groups(e, %L, %L, null)', 'dachstrategie', t.key(2, 7))) #>> '{proposals,0,key}', t.key(3, 8), 'and goes on behind one');
create temp table p as select t.read('sander', 'moderator', format('page.proposal(e, %L, %L)', 'dachstrategie', t.key(1, 6))) as doc;
select is(doc #>> '{a,number}' || ' ' || (doc #>> '{b,number}') || ' ' || (doc #>> '{b,organisation,short_name}'), 'R1-0001 R1-0006 Kleinbeispiel', 'a proposal names both') from p;
select is(doc #>> '{parts,0,diff_of,old}' || (doc #>> '{equal,target}'), 'Die Kosten trägt, wer bestellt; das regeln Bund und Länder vorab in einem Vertrag zu L-K4-1.true', 'shows their words and what is equal') from p;
select is(doc #> '{effect,weight}', '{"positions": 2, "organisations": 2, "seats": 1}', 'and what they weigh together') from p;
select is(t.read('sander', 'moderator', $$page.proposal(e, 'dachstrategie', 'aaaaaaaaaaaa')$$), null, 'another key is none');

-- merging and back
select is(t.error(t.merge(t.key(1, 6), t.token(t.key(1, 6)), '')), 'CN422 required name', 'a new group has a name');
select is(t.error(t.merge(t.key(1, 6), 'a')), 'CN409 proposal_changed', 'decided is what was seen');
select is(t.error(t.merge(t.key(1, 6), t.token(t.key(1, 6)), 'Kosten', 'G-77')), 'CN422 group_gone into', 'another group has to be there');
create temp table tokens as select t.token(t.key(6, 7)) as old_token;
create temp table seven as select t.world() as world;
select t.do(t.merge(t.key(1, 6), t.token(t.key(1, 6))));
select is(t.groups(), '1:1,6', 'merged: a group of two');
select is(t.state_of(t.key(1, 6)), 'merged', 'the proposal says so');
select is(t.error(t.merge(t.key(1, 6), t.token(t.key(1, 6)))), 'CN409 proposal_decided', 'and is decided once');
select is(t.error(t.apart(t.key(6, 7), (select old_token from tokens))), 'CN409 proposal_changed', 'one of both was grouped since: nothing is done');
select is(t.counts(), (select counts from before), 'every organisation counts as before');
select is(t.read('sander', 'desk', $$page.synopsis(e, 'dachstrategie')$$) #> '{rows}' @? '$[*].group ? (@.number == "G-01" && @.size == 2)', true, 'the synopsis shows the group');
insert into app.platform_role (person_id, role) select p.id, 'reporter' from app.person p where p.mail = 'voss@t.example';
select is(t.read('voss', 'desk', $$page.synopsis(e, 'dachstrategie')$$) #> '{rows}' @? '$[*] ? (@.group != null)', false, 'to moderators');
select is(t.read('voss', 'desk', $$page.synopsis(e, 'dachstrategie')$$) #>> '{counts,all}', '10', 'who reports reads the rest');
select t.do(t.undo(t.key(1, 6)));
select is(t.world(), (select world from seven), 'undone it is as it was, to the byte');
select is(t.error(t.undo(t.key(1, 6))), 'CN409 proposal_is_open', 'once');

select t.do(t.merge(t.key(1, 6), t.token(t.key(1, 6))));
select is((select max(number) from app.position_group), 2, 'a number is never given again');
select t.do(t.merge(t.key(2, 7), t.token(t.key(2, 7)), 'Verträge'));
select is(t.groups(), '2:1,6 3:2,7', 'two groups');
create temp table two as select t.world() as world;
select is(t.read('sander', 'moderator', format('page.proposal(e, %L, %L)', 'dachstrategie', t.key(6, 7))) #>> '{effect,ends,number}', 'G-03', 'merging both would end one');
select t.do(t.merge(t.key(6, 7), t.token(t.key(6, 7)), ''));
select is(t.groups(), '2:1,2,6,7', 'both are one');
select is(t.read('sander', 'moderator', $$page.position_group(e, 'dachstrategie', 'G-03', null)$$) #>> '{group,into,number}', 'G-02', 'the other says where its members are');
select is(t.error(t.undo(t.key(1, 6))), 'CN409 group_changed_since', 'what others build upon is not undone');
select is(t.error(t.undo(t.key(2, 7))), 'CN409 group_changed_since', 'nor what has moved');
select t.do(t.undo(t.key(6, 7)));
select is(t.world(), (select world from two), 'the last one is, and both groups are as they were');
select is(t.counts(), (select counts from before), 'nothing has counted otherwise');

-- kept apart for good
select t.do(t.apart(t.key(6, 7), t.token(t.key(6, 7))));
select t.propose(1, 7, 2, 6, 6, 7, 3, 8, 1, 6);
select is((select count(*) from app.group_proposal p where p.state = 'open'), 1::bigint, 'nor are others of the two groups proposed to each other');
select is(t.state_of(t.key(6, 7)), 'kept_apart', 'what a person decided stays');

-- by hand
create temp table hand as select t.world() as world;
select is(t.error(t.act('sander', 'moderator', $$action.group_form(e, 'dachstrategie', 'Frist', 'R1-0004')$$)), 'CN422 group_of_two positions', 'one is no group');
select is(t.error(t.act('sander', 'moderator', $$action.group_form(e, 'dachstrategie', 'Frist', 'R1-0004, R1-0099')$$)), 'CN422 position_unknown positions', 'a number has to be there');
select is(t.error(t.act('sander', 'moderator', $$action.group_form(e, 'dachstrategie', 'Frist', 'R1-0004 r1-0001')$$)), 'CN422 position_grouped positions', 'and free');
select t.do(t.act('sander', 'moderator', $$action.group_form(e, 'dachstrategie', 'Frist', 'R1-0004, r1-0009;R1-0004')$$));
select is(t.groups(), '2:1,6 3:2,7 4:4,9', 'numbers as people write them');
select t.do(t.group('add', 'G-04', 'R1-0005'));
select is(t.error(t.group('remove', 'G-04', 'R1-0005', '1')), 'CN409 group_changed', 'leaving names what was seen');
select t.do(t.group('remove', 'G-04', 'R1-0005', '2'));
select is(t.groups(), '2:1,6 3:2,7 4:4,9', 'out again');
select is(t.error(t.group('remove', 'G-04', 'R1-0005', '3')), 'CN409 position_not_in_group', 'once');
select t.do(t.group('save', 'G-04', 'Fristen'));
select t.do(t.group('dissolve', 'G-04', '3'));
select is(t.world(), (select world from hand), 'dissolved: each position as before');
select is(t.error(t.group('save', 'G-04', 'Fristen der Gremien')), 'CN409 group_over', 'a group that is over stays so');
select is(t.error(t.group('add', 'G-05', 'R1-0005')), 'CN404 not_found', 'another there is not');
select t.do(t.group('remove', 'G-03', 'R1-0002', '1'));
select is(t.groups() || ' ' || t.state_of(t.key(2, 7)), '2:1,6 open', 'one of two leaves: the other stands for itself, and they are proposed again');
select throws_ok(format('insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by) select g.id, g.stage_id, %s, now(), g.made_by
  from app.position_group g where g.number = 4', t.id(5)), 'CN409', 'group_dissolved', 'nobody joins what is over');
select throws_ok(format('insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by) select g.id, g.stage_id, %s, now(), g.made_by
  from app.position_group g where g.number = 2', t.id(1)), '23505', null, 'nobody joins twice');

-- a new version replaces a position: it stays in its group and weighs nothing
select t.do(t.act('lorenz', 'editor', $$action.correction(e, 'dachstrategie')$$));
select t.do(t.save('lorenz', x.key, 1, null, 'Die Kosten trägt das Land.')) from app.target x join app.position p on p.target_id = x.id
  where p.stage_id = (select id from t.stage) and p.number in (1, 2);
select t.do(t.release('lorenz', 'T-MV'));
select is(t.read('sander', 'moderator', $$page.position_group(e, 'dachstrategie', 'G-02', null)$$) #> '{weight}', '{"positions": 1, "organisations": 1, "seats": 0}', 'a replaced position weighs nothing');
select is(t.error(t.group('add', 'G-02', 'R1-0002')), 'CN422 position_old positions', 'and joins nothing');
select is((select string_agg(x.line, ', ' order by x.line) from (select split_part(a.act, '.', 2) || ' ' || count(*) as line from app.audit a
    where a.act like 'group.%' and a.act <> 'group.propose' group by a.act) x),
  'add 1, compare 1, dissolve 2, form 1, keep_apart 1, merge 4, remove 1, rename 1, undo 2', 'each act has its entry');

select * from finish();
rollback;
