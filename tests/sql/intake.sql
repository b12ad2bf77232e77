-- What came on paper: who sees it when, and what can never happen.
\ir t/setup.sql
select plan(24);

create function page.t_careless(p_me app.caller, p_table text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_rows json;
begin
  execute format('select coalesce(json_agg(x), ''[]'') from app.%I x', p_table) into v_rows;
  return v_rows;
end $$;
alter function page.t_careless owner to resonanz_owner;
grant execute on function page.t_careless to resonanz_web;
create function t.sees(p_who text, p_table text) returns int language sql as $$
  select jsonb_array_length(t.read(p_who, 'signed_in', format('page.t_careless(e, %L)', p_table))::jsonb)
$$;
create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.desk_does(p_call text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', 'action.' || p_call)
$$;
create function t.note(p_org text, p_on text, p_version int default 0, p_late text default '') returns jsonb language sql as $$
  select t.desk_does(format('intake_save(e, ''dachstrategie'', %L, %s, %L, ''letter'', ''AZ 1'', '''', %L, false)',
    p_org, p_version, p_on, p_late))
$$;
create function t.enter(p_org text, p_target text, p_version int, p_stance text, p_body text) returns jsonb language sql as $$
  select t.desk_does(format('intake_answer_save(e, ''dachstrategie'', %L, %L, %s, %L, %L, '''', '''', false, '''', ''[]'', ''[]'', null)',
    p_org, p_target, p_version, p_stance, p_body))
$$;
create function t.house_does(p_who text, p_call text) returns jsonb language sql as $$
  select t.act(p_who, 'member', 'action.' || p_call)
$$;
create function t.hash() returns text language sql as $$
  select encode(content_hash, 'hex') from app.intake order by id desc limit 1
$$;
select t.clock('2024-04-22 09:00');

select is(t.error(t.note('T-BY', '23.04.2024')), 'CN422 intake_future received_on', 'not from tomorrow');
select is(t.error(t.note('T-XX', '22.04.2024')), 'CN404 not_found', 'of who is invited');
select is(t.error(t.enter('T-BY', 'K4.G2.5', 0, 'agree', 'Ja.')), 'CN409 intake_missing', 'first that it came');
select t.do(t.note('T-BY', '22.04.2024'));
select is(t.error(t.note('T-BY', '22.04.2024')), 'CN409 stale', 'one at a time');
select t.do(t.enter('T-BY', 'K4.G2.5', 0, 'agree', 'Bayern stimmt auf Papier zu.'));
select is(t.error(t.enter('T-BY', 'K4.G2.5', 0, 'reject', 'Bayern lehnt ab.')), 'CN409 stale', 'an older text overwrites nothing');
select is(array[t.sees('sander', 'intake_answer'), t.sees('huber', 'intake_answer'), t.sees('huber', 'intake'),
  t.sees('lorenz', 'intake_answer')], '{1,0,0,0}', 'while it is entered only the moderators see it');
select t.do(t.desk_does($$intake_hand_over(e, 'dachstrategie', 'T-BY')$$));
select is(array[t.sees('huber', 'intake_answer'), t.sees('lorenz', 'intake_answer'), t.sees('lorenz', 'intake')], '{1,0,0}',
  'handed over its house sees it, no other');
select throws_ok($$update app.intake_answer set body = 'Anders.'$$, 'CN409', 'intake_state', 'what waits stands');
select throws_ok($$update app.intake set received_on = '2024-04-01'$$, 'CN409', 'intake_state', 'and how it came');
select throws_ok($$delete from app.intake_answer$$, 'CN409', 'intake_state', 'and stays');

select t.do(t.save('huber', 'K4.G2.5', 0, 'reject', 'Geheimwort Gamsbart im Entwurf.'));
select unalike(t.read('sander', 'moderator', $$page.intake(e, 'dachstrategie', 'T-BY')$$)::text, '%Gamsbart%', 'no draft on the page of the desk');
select is(t.error(t.house_does('huber', format('intake_confirm(e, ''dachstrategie'', %L, ''no'', true, true)', t.hash()))),
  'CN403 not_releaser', 'who edits does not confirm');
select is(t.error(t.house_does('lorenz', format('intake_confirm(e, ''dachstrategie'', %L, ''no'', true, true)', t.hash()))),
  'CN404 not_found', 'nor another house');
select is(t.error(t.house_does('brandl', format('intake_confirm(e, ''dachstrategie'', %L, ''no'', true, false)', t.hash()))),
  'CN422 intake_replace replace', 'an own draft goes only by its word');
select is((select count(*) from app.current_version), 0::bigint, 'until then nothing counts');
select t.do(t.house_does('brandl', format('intake_confirm(e, ''dachstrategie'', %L, ''no'', true, true)', t.hash())));
select is((select body::text from app.released_answer), 'Bayern stimmt auf Papier zu.', 'what was entered is released');
select is((select app.canon_hash(app.version_canon(v.id)) = v.content_hash from app.response_version v), true, 'by its hash');
select is((select r.body::text from app.answer_revision r where r.body like '%Gamsbart%'), 'Geheimwort Gamsbart im Entwurf.', 'the draft is in the history');
select is(app.intake_mark((select candidate_id from app.response_version)) ->> 'received_on', '2024-04-22', 'and it says where it is from');
select is(t.error(t.note('T-BY', '22.04.2024')), 'CN409 intake_submitted', 'who is in gets no other');
select throws_ok($$update app.intake set state = 'waiting'$$, 'CN409', 'intake_state', 'what is confirmed stays so');

select t.clock('2024-04-27 09:00');
select is(t.error(t.note('T-MV', '27.04.2024')), 'CN422 intake_late received_on', 'after the deadline: not what came after it');
select is(t.error(t.note('T-MV', '26.04.2024')), 'CN422 intake_late_reason late_reason', 'and with the reason why so late');
select is(t.note('T-MV', '26.04.2024', 0, 'Lag in der Poststelle.') ->> 'version', '1', 'then in time is in time');

select * from finish();
rollback;
