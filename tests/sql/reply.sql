-- Replies: nothing is told before its time, to nobody else, and what was told
-- stays; a point that was taken over is told to both.
\ir t/setup.sql
select plan(57);

-- Bayern lets others join; Mecklenburg-Vorpommern takes one answer over and has
-- one of its own; Kleinbeispiel says Fehlanzeige. Sponsors: the first two.
select t.do(t.save('huber', 'K4.G2.4', 0, 'agree', 'Offene Standards sind Pflicht.'));
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Begründungspflicht nur für Neuvorhaben.', 'Neuvorhaben müssen begründet werden.', 'Bestand braucht Zeit.'));
select t.do(t.release('brandl', 'T-BY', p_joinable => true));
select t.do(t.act('lorenz', 'editor', format('action.join_adopt(e, ''dachstrategie'', ''T-BY'', %L, ''{}'', ''{"K4.G2.5": "1"}'', null, null, false)',
  (select v.receipt_no from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'T-BY'))));
select t.do(t.save('lorenz', 'K4.G2.4', 0, 'reject', 'Zu eng gefasst.'));
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.act('thoms', 'editor', 'action.nil_rest(e, ''dachstrategie'', true)'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
insert into app.sponsor select s.consultation_id, o.id from t.stage s, app.organisation o where o.code in ('T-MV', 'T-BY');

create function t.pos(p_number text) returns app.position language sql as $$
  select p.* from app.position p where p.stage_id = (select id from t.stage) and p.number = right(p_number, 4)::int
$$;
create function t.assess(p_number text, p_decision text, p_body text, p_sponsors int default 2) returns void language plpgsql as $$
declare
  a app.assessment;
begin
  insert into app.assessment (stage_id, position_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
    select s.id, (t.pos(p_number)).id, 1 + (select count(*) from app.assessment y where y.position_id = (t.pos(p_number)).id),
        p_decision, p_body, 'K4.G2.5, Satz 2', sha256(convert_to(p_body, 'UTF8')), app.now(), (select min(x.id) from app.person x)
      from t.stage s returning * into a;
  insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, verdict, decided_at, decided_by)
    select a.id, a.content_hash, x.organisation_id, app.now(), a.saved_by, 'approved', app.now(), a.saved_by
      from app.sponsor x order by x.organisation_id limit p_sponsors;
  perform app.assessment_apply(array[a.position_id]);
end $$;
create function t.schedule(p_day text, p_time text default '09:00', p_anyway boolean default false, p_reason text default '',
  p_days text default '28', p_organisations int default null, p_who text default 'sander') returns jsonb language sql as $$
  select t.act(p_who, 'moderator_confirmed', format('action.reply_schedule(e, ''dachstrategie'', %L, %L, %L, %L, %L, %L, %L, %L)', p_day, p_time, p_days,
    coalesce(p_organisations, (x.page #>> '{effect,organisations}')::int, 0), coalesce(x.page #>> '{effect,told}', '0'), x.page #>> '{missing,count}',
    p_anyway, p_reason))
    from (select t.read('sander', 'moderator', 'page.reply_release(e, ''dachstrategie'')') as page) x
$$;
create function t.outcome(p_who text) returns jsonb language sql as $$
  select t.read(p_who, 'member', 'page.outcome(e, ''dachstrategie'', null)')
$$;
create function t.told(p_who text) returns text language sql as $$
  select string_agg(concat_ws(' ', x ->> 'target', x ->> 'decision', x ->> 'assessment', x #>> '{joined,short_name}'), '; ' order by x ->> 'number')
    from jsonb_path_query(t.outcome(p_who), '$.reply.groups[*].points[*]') x
$$;
create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.reply(p_org text) returns jsonb language sql as $$
  select t.read('sander', 'moderator', format('page.reply(e, ''dachstrategie'', %L)', p_org))
$$;
create function t.next() returns text language sql as $$ select r.key from app.reply_release r where r.cancelled_at is null order by r.id desc limit 1 $$;

select is(t.error(t.schedule('12.06.2024')), 'CN409 reply_early', 'not while houses may still answer');
select t.clock('2024-05-06 10:00');
select is((select string_agg(x.number || ' ' || x.key, ', ' order by x.number) from (select p.number, t.key from app.position p join app.target t on t.id = p.target_id
    where p.stage_id = (select id from t.stage)) x), '1 K4.G2.4, 2 K4.G2.5, 3 K4.G2.4', 'three positions, one held by two');
select t.assess('R1-0002', 'partly', 'Bestandsschutz ist sachgerecht.');
select t.assess('R1-0001', 'adopted', 'Unveröffentlicht: Entwurf.', 1);

-- Before anything is scheduled.
select is(t.outcome('huber') -> 'reply', 'null', 'the house is told nothing');
select is(t.outcome('huber') -> 'expected_at', 'null', 'nor when');
select is(t.reply('T-BY') #>> '{counts,decided}', '1', 'what a sponsor has not approved is open');
select unalike(t.reply('T-BY')::text, '%Unveröffentlicht%', 'also to who makes the reply: as the house will read it');
select is(t.reply('T-MV') #>> '{counts,points}', '2', 'own points and those taken over');
select is(t.reply('T-XX'), null, 'nobody of that name');
select is(t.read('huber', 'moderator', 'page.reply(e, ''dachstrategie'', ''T-BY'')') ->> 'state', 'CN403', 'for moderators only');
select t.do(t.act('sander', 'moderator', 'action.reply_save(e, ''dachstrategie'', ''T-BY'', 0, ''Vielen Dank, Bayern.'')'));
select is(t.error(t.act('sander', 'moderator', 'action.reply_save(e, ''dachstrategie'', ''T-BY'', 0, ''Anders.'')')), 'CN409 stale', 'a covering text is not overwritten');
select is(t.read('sander', 'moderator', 'page.replies(e, ''dachstrategie'', null, null)') #> '{sections}' -> 0 -> 'rows' -> 0 ->> 'state', 'draft', 'the list says so');

-- Scheduling.
select is(t.error(t.schedule('12.06.2024')), 'CN422 reply_anyway anyway', 'with open points only when said');
select is(t.error(t.schedule('12.06.2024', p_anyway => true)), 'CN422 reply_reason reason', 'and why');
select is(t.error(t.schedule('12.06.2024', '25:00', true, 'Sitzung')), 'CN422 bad_clock on_time', 'no such time');
select is(t.error(t.schedule('31.06.2024', '09:00', true, 'Sitzung')), 'CN422 bad_day on_day', 'no such day');
select is(t.error(t.schedule('06.05.2024', '10:00', true, 'Sitzung')), 'CN422 time_past on_time', 'to come');
select is(t.error(t.schedule('05.05.2024', '10:00', true, 'Sitzung')), 'CN422 day_past on_day', 'not yesterday');
select is(t.error(t.schedule('12.06.2024', '09:00', true, 'Sitzung', '0')), 'CN422 ask_back_days ask_back_days', 'time to ask back');
select is(t.error(t.schedule('12.06.2024', '09:00', true, 'Sitzung', p_organisations => 2)), 'CN409 reply_changed', 'as many as the page said, or none');
select is(t.error(t.schedule('12.06.2024', '09:00', true, 'Sitzung', p_who => 'huber')), 'CN403 audience', 'for moderators only');
select t.do(t.schedule('12.06.2024', '09:00', true, 'Sitzung am 19.06.'));
select is(t.error(t.schedule('13.06.2024', '09:00', true, 'Sitzung')), 'CN409 reply_scheduled', 'one at a time');
select is(t.error(t.act('sander', 'moderator_confirmed', format('action.reply_move(e, ''dachstrategie'', %L, ''14.06.2024'', ''09:00'', '' '')', t.next()))), 'CN422 required move_reason', 'moved with a reason');
select t.do(t.act('sander', 'moderator_confirmed', format('action.reply_move(e, ''dachstrategie'', %L, ''14.06.2024'', ''09:00'', ''Abstimmung läuft'')', t.next())));
select is(t.outcome('huber') ->> 'expected_at', '2024-06-14T09:00:00+02:00', 'the house knows the time');
select is(t.outcome('huber') -> 'reply', 'null', 'and no more');
select is(t.reply('T-BY') ->> 'state', 'scheduled', 'it is scheduled');
select throws_ok('insert into app.reply_point (release_id, stage_id, position_id) select r.id, r.stage_id, 0 from app.reply_release r', '23503',
  'a point of no position or assessment of the stage', 'points are of positions of the stage');

-- What is assessed meanwhile is not slipped in.
select t.assess('R1-0002', 'not_adopted', 'Nach der Einplanung anders.');
select t.clock('2024-06-14 08:59:59');
select is(t.told('huber'), null, 'a second before nothing');
select is((select t.read('huber', 'member', 'page.outcome_print(e, ''dachstrategie'')')), null, 'no letter');
select is(t.error(t.act('brandl', 'releaser', 'action.ask_back_write(e, ''dachstrategie'', ''R1-0002'', ''Warum?'')')), 'CN404 not_found', 'nothing to ask back about');
select is(t.remind('reply_mails'), 0, 'no mail');
select t.clock('2024-06-14 09:00:00');
select is(t.told('huber'), 'K4.G2.4 open; K4.G2.5 partly Bestandsschutz ist sachgerecht.', 'at its second all, as it was fixed');
select is(t.told('lorenz'), 'K4.G2.5 partly Bestandsschutz ist sachgerecht. Bayern; K4.G2.4 open', 'taken over: told to both');
select is(t.outcome('thoms') #> '{reply,response}' ->> 'is_nil', 'true', 'Fehlanzeige is answered too');
select is(t.outcome('huber') #>> '{reply,text}', 'Vielen Dank, Bayern.', 'with the covering text');
select is(t.outcome('lorenz') #> '{reply,text}', 'null', 'of the own house only');
select is(t.read('huber', 'member', 'page.outcome_print(e, ''dachstrategie'')') #>> '{letter,organisation,code}', 'T-BY', 'a letter');
select is(t.error(t.act('sander', 'moderator_confirmed', format('action.reply_cancel(e, ''dachstrategie'', %L, ''Nein'')', t.next()))), 'CN409 reply_released', 'not to be taken back');
select is(t.remind('reply_mails'), 3, 'three houses hear of it');
select is(t.remind('reply_mails'), 0, 'once');
select is((select string_agg(split_part(p.mail, '@', 1), ' ' order by p.mail) from app.mail m join app.person p on p.id = m.person_id where m.template = 'reply'),
  'brandl huber lorenz thoms', 'who writes and who releases');

-- Fixed for good, whoever asks.
select throws_ok('update app.reply_release set at = at + interval ''1 day''', 'CN409', 'reply_released', 'the time');
select throws_ok('delete from app.reply_release', 'CN409', 'immutable', 'the release');
select throws_ok('update app.reply_point set assessment_id = null', 'CN409', 'immutable', 'what was told');
select throws_ok('delete from app.reply_point', 'CN409', 'immutable', 'none of it goes');
select throws_ok('update app.reply_version set body = ''Anders''', 'CN409', 'immutable', 'the covering text');
insert into app.organisation (code, level) values ('T-NEU', 'wirtschaft');
insert into app.participation (stage_id, organisation_id, invited_at, level, seat_status, sort_key)
  select s.id, o.id, '2024-04-02', 'wirtschaft', 'none', '3-neu' from t.stage s, app.organisation o where o.code = 'T-NEU';
select throws_ok('insert into app.reply_version (release_id, stage_id, organisation_id, response_version_id) select v.release_id, v.stage_id, o.id, v.response_version_id from app.reply_version v, app.organisation o where o.code = ''T-NEU'' limit 1', 'CN409', 'immutable', 'nothing is added');

-- Asking back.
select is(t.error(t.act('huber', 'releaser', 'action.ask_back_write(e, ''dachstrategie'', ''R1-0002'', ''Warum?'')')), 'CN403 not_releaser', 'who releases asks');
select is(t.error(t.act('brandl', 'releaser', 'action.ask_back_write(e, ''dachstrategie'', ''R1-0003'', ''Warum?'')')), 'CN404 not_found', 'not about the point of another house');
select t.do(t.act('brandl', 'releaser', 'action.ask_back_write(e, ''dachstrategie'', ''R1-0002'', ''Gilt das auch für Verlängerungen?'')'));
select is(t.error(t.act('brandl', 'releaser', 'action.ask_back_write(e, ''dachstrategie'', ''R1-0002'', ''Und noch etwas.'')')), 'CN409 ask_back_once', 'once');
select unalike(t.outcome('lorenz')::text, '%Verlängerungen%', 'the other house that holds it does not read it');
select t.do(t.act('sander', 'moderator', format('action.ask_back_answer(e, ''dachstrategie'', ''T-BY'', %L, ''Ja.'')', (select key from app.ask_back))));
select is(t.error(t.act('sander', 'moderator', format('action.ask_back_answer(e, ''dachstrategie'', ''T-BY'', %L, ''Nein.'')', (select key from app.ask_back)))), 'CN409 ask_back_answered', 'answered once');
select is(jsonb_path_query_first(t.outcome('brandl'), '$.reply.groups[*].points[*].ask_back.answer'), '"Ja."', 'the house reads the answer');
select is((select string_agg(m.template || ' ' || m.args::text, ', ' order by m.id) from app.mail m where m.template like 'ask_back%' limit 1),
  'ask_back {"code": "T-BY", "consultation": "dachstrategie"}, ask_back_answered {"consultation": "dachstrategie"}, ask_back_answered {"consultation": "dachstrategie"}', 'the mails have no word of it');
select t.clock('2024-07-13 00:00:00');
select is(t.error(t.act('lorenz', 'releaser', 'action.ask_back_write(e, ''dachstrategie'', ''R1-0003'', ''Warum?'')')), 'CN409 ask_back_over', 'four weeks');

-- An update, on a day of its own, to whom it concerns.
select t.assess('R1-0001', 'adopted', 'Jetzt von beiden freigegeben.');
select is(t.reply('T-MV') ->> 'state', 'changed', 'something new is to be told');
select t.do(t.schedule('20.07.2024', p_anyway => true, p_reason => 'Rest folgt'));
select is((select string_agg(o.code, ' ' order by o.code) from app.reply_version v join app.organisation o on o.id = v.organisation_id
  join app.reply_release r on r.id = v.release_id and r.number = 2), 'T-BY T-MV', 'whose points have changed');
select t.clock('2024-07-20 09:00:00');
select is((select x ->> 'decision' || ', zuvor ' || (x #>> '{before,decision}') from jsonb_path_query(t.outcome('lorenz'), '$.reply.groups[*].points[*] ? (@.is_update == true)') x),
  'not_adopted, zuvor partly', 'said as an update, with what was told before');

select * from finish();
rollback;
