-- "Gilt noch?": an evaluation asks of each point whether it still holds. Who says that it does not, or not as it
-- stands, says why.
\ir t/setup.sql
select no_plan();

create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;

select t.do(t.save('huber', 'K3.N1', 0, 'reject'));
alter table app.stage disable trigger user;
update app.stage set kind = 'evaluation' where id = (select id from t.stage);
alter table app.stage enable trigger user;

-- --- the reason ---------------------------------------------------------------
select is(t.error(t.save('huber', 'K4.G2.5', 0, 'reject')), 'CN422 still_reject reason', 'why is it out of date?');
select is(t.error(t.save('huber', 'K4.G2.5', 0, 'agree_changed', ' ', '', e'\n')), 'CN422 still_agree_changed reason', 'white space is no reason');
select is(t.save('huber', 'K4.G2.5', 0, 'agree') ->> 'version', '1', 'what still holds needs none');
select is(t.save('huber', 'K4.G2.5', 1, 'agree_changed', '', 'Abweichungen sind zu begründen.') ->> 'version', '2', 'a proposal says what changes');
select is(t.save('huber', 'K4.G2.5', 2, 'reject', '', '', 'Das Gesetz regelt es jetzt.') ->> 'version', '3', 'with a reason it is taken');
select is(t.save('huber', 'L-K4-1', 0, null, 'Nachnutzung fehlt.') ->> 'version', '1', 'a text without a stance is as ever');
select is(t.error(t.save('huber', 'K3.N1', 1, 'reject')), 'CN422 still_reject reason', 'what was said of a draft asks for one, too');

-- --- the list ------------------------------------------------------------------
create function t.list(p_who text, p_section text default null) returns jsonb language sql as $$
  select t.read(p_who, 'member', format('page.validity(e, %L, %L)', 'dachstrategie', p_section))
$$;
create function t.row(p_who text, p_key text) returns jsonb language sql as $$
  select r from jsonb_path_query(t.list(p_who), '$.form.groups[*].rows[*]') r where r ->> 'key' = p_key
$$;
create function t.fill(p_who text, p_version json, p_stance json, p_reason json) returns jsonb language sql as $$
  select t.act(p_who, 'editor', format('action.validity_save(e, %L, null, %L, %L, %L)', 'dachstrategie', p_version, p_stance, p_reason))
$$;
select is(jsonb_array_length(jsonb_path_query_array(t.list('huber'), '$.form.groups[*].rows[*]')),
  (select count(*)::int from app.target x where x.stage_id = (select id from t.stage) and x.item_version_id is not null
    and x.question_version_id is null and x.takes_stance), 'every judged item stands on the list');
select is(t.row('huber', 'K4.G2.5') - array['title', 'body', 'stored', 'said', 'inherited', 'href'],
  '{"key": "K4.G2.5", "version": "3", "stance": "reject", "reason": "Das Gesetz regelt es jetzt."}', 'with what the draft says');
select is(t.error(t.fill('huber', '{"K4.G2.4": "0", "K4.G2.5": "3"}', '{"K4.G2.4": "reject", "K4.G2.5": "agree"}', '{"K4.G2.5": ""}')),
  'CN422 still_reject reason.K4.G2.4', 'a reason is asked for at its row');
select is(t.row('huber', 'K4.G2.5') ->> 'version', '3', 'and none of the rows is saved');
select is(t.error(t.fill('huber', '{"K4.G2.4": "0"}', '{}', '{"K4.G2.4": "Weil."}')), 'CN422 choose stance.K4.G2.4', 'a reason for what?');
select is(t.error(t.fill('huber', '{"K4.G2.4": "0"}', '{"K4.G2.4": "note"}', '{}')), 'CN422 bad_choice stance.K4.G2.4', 'one of three');
select is(t.error(t.fill('huber', '{"K4.G2.5": "2"}', '{"K4.G2.5": "agree"}', '{"K4.G2.5": ""}')), 'CN409 stale reason.K4.G2.5', 'an old form overwrites nothing');
select is(t.fill('huber', '{"K4.G2.4": "0", "K4.G2.5": "2"}', '{"K4.G2.4": "agree", "K4.G2.5": "agree_changed"}', '{"K4.G2.4": "", "K4.G2.5": ""}') ->> 'count',
  '1', 'a row that nobody touched is left alone, whoever wrote there');
select is(t.row('huber', 'K4.G2.5') #>> '{stored,stance}', 'reject', 'so it is');
select is(t.fill('huber', '{"K4.G2.4": "1"}', '{"K4.G2.4": "agree"}', '{"K4.G2.4": ""}') ->> 'count', '0', 'the same again is nothing');
select is(t.error(t.fill('lorenz', '{"K4.G2.4": "0"}', '{"K4.G2.4": "agree"}', '{}')), '', 'another house has its own list');
select is(t.error(t.act('sander', 'editor', $$action.validity_save(e, 'dachstrategie', null, '{}', '{}', '{}')$$)), 'CN403 audience', 'the desk fills in none');

select * from finish();
rollback;
