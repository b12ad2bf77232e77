-- Questions with options: what may be picked, how it is kept, hashed and shown.
\ir t/setup.sql
select plan(34);

-- As if the paper had been published with them.
set local session_replication_role = replica;
create function t.shaped(p_key text, p_shape text, p_options text default
  '[{"key": "O.a", "body": "Ja"}, {"key": "O.b", "body": "Nein"}, {"key": "O.c", "body": "Später"}]') returns void
language sql as $$
  update app.question_version v set shape = p_shape, sub_items = p_options::jsonb
    from app.question q where q.id = v.question_id and q.key = p_key
$$;
select t.shaped('L-K4-1', 'choice');
select t.shaped('L-K12-4', 'multi');
set local session_replication_role = origin;
create function t.pick(p_target text, p_version int, p_option text, p_pick text default '{}', p_body text default '',
  p_stance text default null) returns jsonb language sql as $$
  select t.act('huber', 'editor', format('action.answer_save(e, %L, %L, %L, %L, %L, '''', '''', false, '''', ''[]'', ''[]'', null, null,
    ''{}'', ''{}'', %L, %L)', 'dachstrategie', p_target, p_version, p_stance, p_body, p_option, p_pick))
$$;
create function t.as(p_shape text) returns void language plpgsql as $$
begin
  delete from app.answer a using app.target t where t.id = a.target_id and t.key = 'L-K12-4';
  set local session_replication_role = replica;
  perform t.shaped('L-K12-4', p_shape);
  set local session_replication_role = origin;
end $$;

-- --- one of them ----------------------------------------------------------------
select is(t.pick('L-K4-1', 0, 'O.x') - 'args', '{"error": "bad_choice", "state": "CN422", "field": "option"}', 'an option there is not');
select is(t.pick('L-K4-1', 0, null, '{"O.a": "1"}') ->> 'field', 'pick.O.a', 'a choice is one, not several');
select is(t.pick('L-K4-1', 0, 'O.b') ->> 'state', 'draft', 'a choice alone is an answer');
select is((t.answer('T-BY', 'L-K4-1')).value, '{"choice": [{"key": "O.b", "body": "Nein"}]}', 'kept with its words');
select is((t.answer('T-BY', 'L-K4-1')).content_hash, sha256(convert_to(
    e'resonanz answer 1\nkind=8:answered\nstance=\nbody=\nproposal=\nreason=\nvalue=44:{"choice": [{"key": "O.b", "body": "Nein"}]}\n', 'UTF8')),
  'the hash holds it as its text');
select is(t.pick('L-K4-1', 1, 'O.b', p_stance => 'nil') ->> 'error', 'conflict_kind', 'no nil return beside a choice');
select is(t.read('huber', 'member', 'page.answer(e, ''dachstrategie'', ''L-K4-1'')') #>> '{form,option}', 'O.b', 'the form has it again');
select is(t.read('huber', 'member', 'page.answer(e, ''dachstrategie'', ''L-K4-1'')') #>> '{form,picked,rows,0,body}', 'Nein', 'and in words');
select is(t.pick('L-K4-1', 1, null) ->> 'state', 'empty', 'taken back it is no answer');
select is(t.pick('K4.G2.5', 0, 'O.a', p_body => 'Text') ->> 'error', 'bad_choice', 'an item has no options');

-- --- several --------------------------------------------------------------------
select is(t.pick('L-K12-4', 0, null, '{"O.c": "1", "O.z": "1"}') - 'args',
  '{"error": "bad_choice", "state": "CN422", "field": "pick.O.z"}', 'an unknown one is named');
select is(t.pick('L-K12-4', 0, null, '{"O.c": "1", "O.a": "1", "O.b": ""}') ->> 'version', '1', 'two of three');
select is((t.answer('T-BY', 'L-K12-4')).value,
  '{"multi": [{"key": "O.a", "body": "Ja"}, {"key": "O.c", "body": "Später"}]}', 'in the order of the options');
select is(app.value_text((t.answer('T-BY', 'L-K12-4')).value), e'Ja\nSpäter', 'as text');
select is(app.body_and_papers('Dazu:', (t.answer('T-BY', 'L-K12-4')).value), e'Dazu:\n– Ja\n– Später', 'as a row of the synopsis and its exports');

-- --- whoever writes it ------------------------------------------------------------
create function t.put(p_value text) returns text language plpgsql as $$
begin
  update app.answer a set value = p_value::jsonb from app.target t where t.id = a.target_id and t.key = 'L-K12-4';
  return 'taken';
exception when others then
  return sqlstate;
end $$;
select is(t.put('{"multi": [{"key": "O.b", "body": "Nein"}]}'), 'taken', 'what the question allows');
select is(t.put(v), 'CN422', 'refused: ' || v) from unnest(array['[]', '"x"', '{}', '{"multi": []}', '{"multi": "O.a"}',
  '{"choice": [{"key": "O.a", "body": "Ja"}]}', '{"multi": [{"key": "O.a", "body": "Anders"}]}',
  '{"multi": [{"key": "O.b", "body": "Nein"}, {"key": "O.b", "body": "Nein"}]}']) v;

-- --- in their order ---------------------------------------------------------------
select t.as('ranking');
select is(t.pick('L-K12-4', 0, null, '{"O.a": "2", "O.b": "2", "O.c": "1"}') - 'args',
  '{"error": "rank_twice", "state": "CN422", "field": "pick.O.b"}', 'each rank once');
select is(t.pick('L-K12-4', 0, null, '{"O.a": "3", "O.c": "1"}') ->> 'args', '{"rank" : 2}', 'and none left out');
select is(t.pick('L-K12-4', 0, null, '{"O.a": "2", "O.b": "", "O.c": "1"}') ->> 'version', '1', 'not all need one');
select is(app.value_text((t.answer('T-BY', 'L-K12-4')).value), e'1. Später\n2. Ja', 'as text');
select is(t.put('{"ranking": [{"key": "O.a", "body": "Ja"}, {"key": "O.b", "body": "Nein"}, {"key": "O.a", "body": "Ja"}]}'), 'CN422',
  'a rank given twice');

-- --- for each item ----------------------------------------------------------------
select t.as('table');
set local session_replication_role = replica;
delete from app.question_aim a using app.question_version v, app.question q
  where v.id = a.question_version_id and q.id = v.question_id and q.key = 'L-K12-4';
insert into app.question_aim (edition_id, question_version_id, position, item_version_id)
  select v.edition_id, v.id, 1, i.id from app.question_version v join app.question q on q.id = v.question_id and q.key = 'L-K12-4'
    join app.item_version i on i.edition_id = v.edition_id join app.item x on x.id = i.item_id and x.key = 'K4.G2.5';
set local session_replication_role = origin;
select is(t.pick('L-K12-4', 0, null, '{"K4.G2.4": "O.a"}') ->> 'field', 'pick.K4.G2.4', 'an item it does not ask about');
select is(t.pick('L-K12-4', 0, null, '{"K4.G2.5": "O.x"}') ->> 'field', 'pick.K4.G2.5', 'an option there is not, at its item');
select is(t.pick('L-K12-4', 0, null, '{"K4.G2.5": "O.c"}') ->> 'version', '1', 'one for the item');
select matches(app.value_text((t.answer('T-BY', 'L-K12-4')).value), '^K4\.G2\.5 .+: Später$', 'as text');
select is(t.read('huber', 'member', 'page.answer(e, ''dachstrategie'', ''L-K12-4'')') #>> '{form,rows,0,pick}', 'O.c', 'and in the form again');
select * from finish();
rollback;
