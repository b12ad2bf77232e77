-- Between the cycles: what houses and moderators find later, who reads it, and what becomes of it.
\ir t/setup.sql
select plan(19);
create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.find(p_who text, p_item text, p_title text, p_body text, p_on text default '') returns jsonb language sql as $$
  select t.act(p_who, 'member', format('action.finding_write(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', p_item, p_title, p_body, 'Amtsblatt', p_on))
$$;
create function t.handle(p_version int, p_state text, p_stage text, p_reply text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.finding_handle(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', (select max(key) from app.finding where item_id is not null), p_version, p_state, p_stage, p_reply))
$$;
select t.clock('2024-07-01 09:00'); -- no window is open
select is(t.error(t.find('graf', 'K4.G2.5', 'Vergaberecht', 'Neu geregelt.')), 'CN403 audience', 'who co-signs does not report');
select is(t.error(t.find('huber', 'K4.G2.5', ' ', 'Neu geregelt.')), 'CN422 required title', 'a title is needed');
select is(t.error(t.find('huber', 'K9', 'Vergaberecht', 'Neu geregelt.')), 'CN422 no_such_item item', 'an item that exists');
select is(t.error(t.find('huber', 'k4.g2.5', 'Vergaberecht', 'Neu geregelt.', '02.07.2024')), 'CN422 day_to_come found_on', 'a day that was');
select is(t.find('huber', 'k4.g2.5', 'Vergaberecht', 'Neu geregelt.', '28.06.2024') ? 'finding', true, 'outside of any window');
select is(t.read('huber', 'member', $$page.findings(e, 'dachstrategie', null)$$) #>> '{rows,0,item}', 'K4.G2.5', 'the house reads it');
select is(t.read('lorenz', 'member', $$page.findings(e, 'dachstrategie', null)$$) -> 'rows', '[]'::jsonb, 'no other does');
select is(t.read('sander', 'desk', $$page.inbox(e, 'dachstrategie', null, null)$$) #>> '{rows,0,organisation,code}', 'T-BY', 'the desk does');
select is(t.act('sander', 'moderator', $$action.finding_record(e, 'dachstrategie', '', 'Rüge', 'Der Rechnungshof rügt.', '', '')$$) ? 'finding', true, 'and records its own');
select is(t.read('huber', 'member', $$page.findings(e, 'dachstrategie', null)$$) #>> '{rows,1,key}', null, 'which no house reads');
select is(t.error(t.handle(1, 'answered', null, ' ')), 'CN422 required reply', 'an answer has words');
select is(t.error(t.handle(1, 'taken_up', 's9', '')), 'CN422 choose stage', 'taken up in a stage that exists');
select is(t.handle(1, 'taken_up', 's1', '') ->> 'version', '2', 'in this one');
select is(t.error(t.handle(1, 'closed', null, 'Erledigt.')), 'CN409 finding_changed', 'an old form changes nothing');
select is(t.handle(2, 'closed', null, 'Erledigt mit Fassung 2.') ->> 'version', '3', 'closed with its reason');
select is(t.read('huber', 'member', $$page.findings(e, 'dachstrategie', null)$$) #>> '{rows,0,reply}', 'Erledigt mit Fassung 2.', 'which the house reads');
select is((select count(*) from app.mail m join app.organisation o on o.id = m.organisation_id where m.template = 'finding_answered' and o.code = 'T-BY') > 0,
  true, 'and is told of');
select is((select count(*) from app.mail m where m.template = 'finding_answered' and m.args::text ~ 'Erledigt'), 0::bigint, 'without a word of it');
select throws_ok($$update app.finding set body = 'Anders.'$$, 'CN409', 'immutable', 'what was found stands');
select * from finish();
rollback;
