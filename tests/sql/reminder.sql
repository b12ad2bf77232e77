-- Reminders to those whose response is missing: who gets one, who not, once.
\ir t/setup.sql
select plan(41);

create function t.page(p_filter text default 'null, null, null, null, null') returns jsonb language sql as $$
  select t.read('sander', 'moderator', format('page.reminder(e, %L, %s)', 'dachstrategie', p_filter))
$$;
create function t.send(p_who text, p_ticked text, p_shown int, p_last text default null, p_text text default 'Bitte bis [Frist]: [Link]',
  p_subject text default 'Erinnerung', p_all boolean default false, p_then text default null) returns jsonb language sql as $$
  select t.act(p_who, 'moderator_confirmed', format('action.reminder_send(e, %L, null, null, null, null, null, %L, %L, %L, %L, %L, %L, %L)',
    'dachstrategie', (select coalesce(json_object_agg(x, '1'), '{}') from unnest(string_to_array(p_ticked, ' ')) x), p_all, p_shown,
    p_last, p_subject, p_text, p_then))
$$;
create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.rows(p jsonb) returns text language sql as $$
  select string_agg((r ->> 'key') || ' ' || (r ->> 'state') || ' ' || (r ->> 'people') || coalesce(' ' || (r ->> 'office_mail'), ''), ', ')
    from jsonb_array_elements(p #> '{form,rows}') r
$$;
create function t.left_out(p jsonb) returns text language sql as $$
  select string_agg((r ->> 'reason') || ' ' || (r ->> 'count') || ' ' || (r ->> 'names'), ', ') from jsonb_array_elements(p -> 'left_out') r
$$;
create function t.mails() returns text language sql as $$
  select string_agg(x.who, ' ' order by x.who) from (select coalesce(split_part(p.mail, '@', 1), m.address) as who from app.mail m left join app.person p on p.id = m.person_id
    where m.template = 'reminder') x
$$;
create function t.last() returns text language sql as $$ select r.key from app.reminder r order by r.id desc limit 1 $$;

select t.clock('2024-03-24 09:00');
select is(t.left_out(t.page()), 'planned 3 Bayern, Mecklenburg-Vorpommern, Kleinbeispiel', 'before it begins there is nothing to remind of');
select t.clock('2024-04-22 09:00');

select t.do(t.save('huber', 'K4.G2.5', 0, 'agree', 'Geheimwort Gamsbart.'));
select is(t.rows(t.page()), 'T-BY draft 2, T-MV invited 1, T-KLEIN invited 1', 'whose response is missing, with how many can act');
select is(t.page() ->> 'count', t.read('sander', 'desk', 'page.returns(e, ''dachstrategie'', null, null, null, null, null)') #>> '{totals,missing}', 'as many as the board calls missing');
select unalike(t.page()::text, '%Gamsbart%', 'never a word of a draft');
select is(t.read('huber', 'moderator', 'page.reminder(e, ''dachstrategie'', null, null, null, null, null)') ->> 'state', 'CN403', 'for moderators only');
select is(t.error(t.send('huber', 'T-BY', 1)), 'CN403 audience', 'so is the act');
select is(t.rows(t.page('null, null, ''13'', null, null')), 'T-MV invited 1, T-KLEIN invited 1', 'filtered by Land');
select is(t.rows(t.page('null, null, null, ''voting'', null')), 'T-BY draft 2, T-MV invited 1', 'by seat');
select is(t.rows(t.page('''T-MV'', null, null, null, null')), 'T-MV invited 1', 'one alone');
select is(t.page('''T-XX'', null, null, null, null'), null, 'nobody of that name');
select is(t.page('null, null, null, null, ''T-KLEIN''') #>> '{preview,key}', 'T-KLEIN', 'a preview of one');

-- Somebody who was invited and has no account yet.
insert into app.organisation (code, level) values ('T-NEU', 'wirtschaft');
insert into app.organisation_name (organisation_id, name, short_name) select o.id, 'Verband Neu e. V.', 'Neu' from app.organisation o where o.code = 'T-NEU';
insert into app.participation (stage_id, organisation_id, invited_at, level, seat_status, sort_key)
  select s.id, o.id, '2024-04-02', 'wirtschaft', 'none', '3-neu' from t.stage s, app.organisation o where o.code = 'T-NEU';
select is(t.left_out(t.page()), 'unreachable 1 Neu', 'without anybody and without an office nothing goes out');
update app.organisation set office_mail = 'post@neu.example' where code = 'T-NEU';
select is(t.rows(t.page('''T-NEU'', null, null, null, null')), 'T-NEU invited 0 post@neu.example', 'else to the office');
update app.organisation set office_mail = 'stk@bayern.example' where code = 'T-BY';
delete from app.membership where person_id = (select id from app.person where name = 'Brandl') and role = 'editor';

select is(t.error(t.send('sander', '', 0)), 'CN422 recipient_missing recipient', 'nobody chosen');
select is(t.error(t.send('sander', 'T-BY T-XX', 2)), 'CN422 recipient_gone recipient', 'somebody who was not invited');
select is(t.error(t.send('sander', 'T-BY', 1, p_text => ' ')), 'CN422 required body', 'words are needed');
select is(t.error(t.send('sander', 'T-BY', 1, p_subject => '')), 'CN422 required subject', 'and a subject');
select is(t.error(t.send('sander', 'T-BY', 1, p_text => 'Bis [Frsit]')) || ' ' || (t.send('sander', 'T-BY', 1, p_text => 'Bis [Frsit]') ->> 'args'),
  'CN422 place_unknown body {"place" : "Frsit"}', 'a place that does not exist is named');
select is(t.error(t.send('sander', 'T-BY', 1, p_subject => 'Hier: [Link]')), 'CN422 place_unknown subject', 'no link in a subject');
select is(t.send('sander', '', 0, p_then => 'preview'), '{"again": true}', 'a preview does nothing');
select is(t.error(t.send('sander', 'T-BY', 2)), 'CN409 reminder_count', 'as many as the button said, or none');
select is((select count(*) from app.mail m where m.template = 'reminder'), 0::bigint, 'nothing has gone out');

select is(t.send('sander', 'T-BY T-NEU', 2) ->> 'mails', '3', 'a mail to each who can act, else to the office');
select is(t.mails(), 'brandl huber post@neu.example', 'once each, and not to who co-signs');
select is((select string_agg(o.code, ' ' order by o.code) from app.participation p join app.organisation o on o.id = p.organisation_id
    where p.reminded_at = '2024-04-22 09:00'), 'T-BY T-NEU', 'each knows when');
select is((select a.act || ' ' || a.object_kind || ' ' || a.amount from app.audit a order by a.id desc limit 1), 'reminder.send reminder 2', 'it is in the log');
select is(t.error(t.send('sander', 'T-BY T-NEU', 2)), 'CN409 reminded_meanwhile', 'the same form again sends nothing');
select is((select count(*) from app.reminder), 1::bigint, 'really');
select throws_ok($$update app.reminder set body = 'Anders'$$, 'CN409', 'immutable', 'what was sent stays');
select throws_ok($$delete from app.reminder_recipient$$, 'CN409', 'immutable', 'and to whom');

select t.do(t.act('huber', 'editor', 'action.release_freeze(e, ''dachstrategie'')'));
select is(t.left_out(t.page()), 'frozen 1 Bayern', 'who is in Freigabe is not reminded');
select is(t.error(t.send('sander', 'T-BY T-MV', 2, t.last())), 'CN409 reminder_moved', 'nor when it went there meanwhile');
select is(t.send('sander', 'T-BY T-MV', 2, t.last()) ->> 'args', '{"names" : "Bayern", "more" : null, "now" : 1, "was" : 2}', 'by name');
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree', 'Ja.'));
select t.do(t.release('lorenz', 'T-MV'));
select is(t.error(t.send('sander', 'T-MV T-NEU', 2, t.last())), 'CN409 reminder_submitted', 'nor who submitted meanwhile');
select is(t.error(t.send('sander', '', 3, t.last(), p_all => true)), 'CN409 reminder_count', 'all: as many as were shown');
select is(t.send('sander', '', 2, t.last(), p_all => true) ->> 'reminded', '2', 'then they are reminded');
select t.do(t.act('huber', 'editor', 'action.release_thaw(e, ''dachstrategie'')'));
select t.clock('2024-04-27 00:00:01');
select is(t.left_out(t.page()), 'late 3 Bayern, Kleinbeispiel, Neu, released 1 Mecklenburg-Vorpommern', 'after the deadline nobody');
update app.participation set extended_until = '2024-05-03 12:00', extension_reason = 'Präsidium'
  where organisation_id = (select id from app.organisation where code = 'T-BY');
select is(t.rows(t.page()), 'T-BY draft 2', 'but who has more time');

-- What the mail is told, and when it is not sent any more.
create function t.facts(p_to text) returns text language sql as $$
  select concat_ws(' ', app.mail_is_moot(m), f #>> '{reminder,is_office}', f #>> '{reminder,closes_at}', f ->> 'organisation', f #>> '{consultation,slug}')
    from app.mail m left join app.person p on p.id = m.person_id, app.mail_facts(m) f
    where m.template = 'reminder' and coalesce(p.name, m.address) = p_to order by m.id limit 1
$$;
select is(t.facts('Huber'), 'false 2024-05-03T12:00:00+02:00 Freistaat Bayern dachstrategie', 'the deadline as it is when the mail goes');
select is(t.facts('post@neu.example'), 'true 2024-04-26T23:59:59+02:00 Verband Neu e. V. dachstrategie', 'to an office it says so');
select t.do(t.release('brandl', 'T-BY'));
select alike(t.facts('Huber'), 'Die Stellungnahme ist inzwischen da.%', 'who has submitted by then gets none');

select * from finish();
rollback;
