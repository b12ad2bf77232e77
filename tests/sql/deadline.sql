-- Deadlines of one organisation: asked for, granted, refused, given unasked.
\ir t/setup.sql
select plan(36);

create function t.ask(p_who text, p_until text, p_reason text) returns jsonb language sql as $$
  select t.act(p_who, 'member', format('action.extension_ask(e, %L, %L, %L)', 'dachstrategie', p_until, p_reason))
$$;
create function t.decide(p_org text, p_verdict text, p_until text, p_reason text, p_key text default null) returns jsonb
language sql as $$
  select t.act('sander', 'moderator', format('action.extension_decide(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie',
    p_org, p_key, p_verdict, p_until, p_reason))
$$;
create function t.open_key(p_org text) returns text language sql as $$
  select x.key from app.extension x join app.organisation o on o.id = x.organisation_id where o.code = p_org and x.verdict is null
$$;
create function t.mails(p_template text) returns text language sql as $$
  select string_agg(split_part(p.mail, '@', 1), ' ' order by p.mail) from app.mail m join app.person p on p.id = m.person_id
    where m.template = p_template
$$;
create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
select t.clock('2024-04-22 09:00');

select is(t.error(t.ask('graf', '03.05.2024', 'Gremium')), 'CN403 audience', 'who co-signs does not ask');
select is(t.error(t.ask('huber', '', 'Gremium')), 'CN422 required until', 'a day is needed');
select is(t.error(t.ask('huber', '31.02.2024', 'Gremium')), 'CN422 bad_day until', 'that exists');
select is(t.error(t.ask('huber', '21.04.2024', 'Gremium')), 'CN422 day_past until', 'to come');
select is(t.error(t.ask('huber', '26.04.2024', 'Gremium')), 'CN422 deadline_early until', 'after the deadline that holds');
select is(t.error(t.ask('huber', '26.04.2034', 'Gremium')), 'CN422 deadline_far until', 'and within a year');
select is(t.error(t.ask('huber', '03.05.2024', ' ')), 'CN422 extension_reason reason', 'so is a reason');
select is(t.ask('huber', '3.5.2024', 'Das Präsidium tagt am 30.04.') ->> 'wanted_until', '2024-05-03T23:59:59+02:00', 'asked: to the end of that day');
select is(t.error(t.ask('brandl', '10.05.2024', 'Noch länger')), 'CN409 extension_open', 'one at a time');
select is(t.mails('extension_asked'), 'sander', 'the moderators hear of it');
select is((select count(*) from app.mail m where m.args::text ~ 'Präsidium'), 0::bigint, 'not of the reason');
select is(t.read('sander', 'desk', $$page.returns(e, 'dachstrategie', null, null, null, null, null)$$) #>> '{requests,0,wish}',
  'Das Präsidium tagt am 30.04.', 'the desk reads it on the return board');
select is(t.read('sander', 'desk', $$page.returns(e, 'dachstrategie', null, null, null, null, null)$$)::text like '%03.05.%', false, 'dates are dates');
select is((t.read('lorenz', 'member', $$page.extension(e, 'dachstrategie')$$) ->> 'requests'), '[]', 'another house does not');

select is(t.error(t.decide('T-BY', 'refused', '', 'Nein.')), 'CN409 extension_decided', 'a decision names what it answers');
select is(t.error(t.decide('T-BY', 'vielleicht', '', 'Nein.', t.open_key('T-BY'))), 'CN422 bad_choice verdict', 'one of two');
select is(t.error(t.decide('T-BY', 'refused', '', ' ', t.open_key('T-BY'))), 'CN422 decision_reason reason', 'refused with a reason');
select t.do(t.decide('T-BY', 'refused', '', 'Die Sitzung ist am 29.04.', t.open_key('T-BY')));
select is(t.read('huber', 'member', $$page.extension(e, 'dachstrategie')$$) #>> '{requests,0,reason}', 'Die Sitzung ist am 29.04.', 'the house reads it');
select is(t.mails('extension_refused'), 'brandl huber', 'who writes or releases hears of it, once');
select is((select extended_until from app.participation p join app.organisation o on o.id = p.organisation_id where o.code = 'T-BY'),
  null, 'and the deadline is as it was');
select throws_ok($$update app.extension set verdict = 'granted', until = app.now()$$, 'CN409', 'immutable', 'decided once');
select throws_ok($$delete from app.extension$$, 'CN409', 'immutable', 'for good');

select t.do(t.ask('brandl', '03.05.2024', 'Das Präsidium tagt am 30.04.'));
select is(t.decide('T-BY', 'granted', '02.05.2024', '', t.open_key('T-BY')) ->> 'closes_at', '2024-05-02T23:59:59+02:00', 'granted to another day');
select is((select extension_reason from app.participation p join app.organisation o on o.id = p.organisation_id where o.code = 'T-BY'),
  'Das Präsidium tagt am 30.04.', 'for the reason of the request');
select is(t.error(t.decide('T-MV', 'granted', '', 'Hochwasser')), 'CN422 required until', 'unasked it needs a day');
select is(t.error(t.decide('T-MV', 'granted', '30.04.2024', '')), 'CN422 decision_reason reason', 'and a reason');
select is(t.decide('T-MV', 'granted', '30.04.2024', 'Hochwasser') ->> 'closes_at', '2024-04-30T23:59:59+02:00', 'and is given');
select is(t.decide('T-MV', 'granted', '3.5.2024, 12:00 Uhr', 'Hochwasser') ->> 'closes_at', '2024-05-03T12:00:00+02:00', 'with a time of day, too');
select is(t.error(t.decide('T-MV', 'granted', '03.05.2024 24:00', 'Hochwasser')), 'CN422 bad_time until', 'that exists');
select is(t.error(t.decide('T-MV', 'granted', '03.05.2024 mittags', 'Hochwasser')), 'CN422 bad_day until', 'in numbers');
select is((select string_agg(app.deadline_text(x::timestamptz), ' ') from unnest(array['2024-05-03 12:00', '2024-05-03 23:59:59']) x),
  '03.05.2024 12:00 03.05.2024', 'as the form takes it');
select is(t.decide('T-MV', 'granted', '30.04.2024', 'Hochwasser') ->> 'closes_at', '2024-04-30T23:59:59+02:00', 'and is given');
select is(t.error(t.decide('T-XX', 'granted', '30.04.2024', 'Hochwasser')), 'CN404 not_found', 'to who is invited');
select t.clock('2024-04-30 23:59:59');
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree', 'Noch rechtzeitig.'));
select t.clock('2024-05-01 00:00:01');
select is(t.error(t.save('lorenz', 'K4.G2.5', 1, 'agree', 'Zu spät.')), 'CN409 deadline', 'the server decides, by the second');
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree', 'Bis zum 2. Mai.'));
select is(t.error(t.save('thoms', 'K4.G2.5', 0, 'agree', 'Ohne Verlängerung.')), 'CN409 deadline', 'for each its own');
select t.do(t.ask('thoms', '10.05.2024', 'Zu spät bemerkt'));
select t.do(t.decide('T-KLEIN', 'granted', '', 'Einmalig.', t.open_key('T-KLEIN')));
select t.do(t.save('thoms', 'K4.G2.5', 0, 'agree', 'Mit Verlängerung.'));
select is(t.act('thoms', 'member', $$app.extensions_of((select id from t.stage), null, false)$$) ->> 'error' is not null, true, 'the web role calls no helper');

select * from finish();
rollback;
