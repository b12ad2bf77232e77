-- Stages one after the other: their windows in working days, what may change of one that runs, and every page of a
-- consultation whose first stage has closed while the second is open.
\ir t/setup.sql
select no_plan();

create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.create_stage(p_title text, p_opens text, p_closes text, p_short boolean default false, p_kind text default 'consultation',
  p_others text default '1', p_wave2 text default '') returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.stage_create(e, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
    'dachstrategie', p_kind, p_title, '', '1', p_opens, p_closes, '44', '19.06.2024', '22.05.2024', '1', '1', '1', '1', p_others, p_wave2, '', p_short))
$$;
create function t.page(p_who text, p_audience text, p_call text) returns jsonb language sql as $$
  select t.read(p_who, p_audience, 'page.' || replace(p_call, '(', '(e, '))
$$;
update app.edition set state = 'published', published_at = now(), content_hash = sha256('x') where id = (select id from t.edition);

-- --- working days ------------------------------------------------------------
insert into app.code_list (key, title, as_of, source) values ('holiday', 'Feiertage', '2024-01-01', 'Gesetze') on conflict do nothing;
insert into app.code (list_key, key, label, position) values ('holiday', '2024-03-29', 'Karfreitag 2024', 1),
  ('holiday', '2024-04-01', 'Ostermontag 2024', 2), ('holiday', '2024-05-01', 'Tag der Arbeit 2024', 3),
  ('holiday', '2024-05-09', 'Christi Himmelfahrt 2024', 4), ('holiday', '2024-05-20', 'Pfingstmontag 2024', 5),
  ('holiday', '2024-05-30-BW-BY', 'Fronleichnam 2024', 6) on conflict do nothing;
select is(app.working_days('2024-03-25', '2024-04-05'), 8, 'two weeks with Easter are eight days');
select is(app.working_days('2024-03-25', '2024-04-26'), 23, 'story A3: 26.04. is enough');
select is(app.working_days('2024-05-27', '2024-05-31'), 5, 'a holiday of some Länder does not count');
select is(app.window_days('2024-05-27', '2024-05-31') ->> 'laender', 'Fronleichnam 30.05. (BW, BY)', 'but it is named');
select is(app.window_days('2024-03-25', '2024-04-05') ->> 'holidays', 'Karfreitag 29.03., Ostermontag 01.04.', 'as are those of all');

-- --- planning ------------------------------------------------------------------
select is(t.error(t.create_stage('', '01.05.2024', '31.05.2024')), 'CN422 required title', 'a stage has a title');
select is(t.error(t.create_stage('Zwischenbericht', '01.05.2024', '')), 'CN422 required closes', 'a window has an end');
select is(t.error(t.create_stage('Zwischenbericht', '01.04.2024', '31.05.2024')), 'CN422 day_past opens', 'nothing begins in the past');
select is(t.error(t.create_stage('Zwischenbericht', '31.05.2024', '30.05.2024')), 'CN422 period_turned closes', 'nor ends before it begins');
select is(t.error(t.create_stage('Zwischenbericht', '02.05.2024', '14.05.2024')), 'CN422 window_short closes', 'a short window is warned of');
select is((t.create_stage('Zwischenbericht', '02.05.2024', '14.05.2024') ->> 'args')::json ->> 'days', '8', 'with its working days');
select is(t.create_stage('Zwischenbericht', '02.05.2024', '31.05.2024', p_others => '2', p_wave2 => '13.05.2024') ->> 'stage', 's2',
  'with 20 working days it is taken');
select is(t.create_stage('Evaluation 2025', '', '', p_kind => 'evaluation') ->> 'stage', 'e1', 'an evaluation is announced without a window');
select is(t.create_stage('Überprüfung', '', '', p_kind => 'review') ->> 'stage', 'u1', 'a review has its own numbers');
create view t.second as select s.* from app.stage s join t.edition e on e.consultation_id = s.consultation_id where s.key = 's2';
select is((select count(*) from app.target x join t.second s on s.id = x.stage_id),
  (select count(*) from app.target x join app.stage s on s.id = x.stage_id and s.key = 's1' join t.edition e on e.consultation_id = s.consultation_id),
  'what can be answered is there at once');
select is(t.error(t.act('sander', 'moderator', $$action.stage_save(e, 'dachstrategie', 's1', 1, 'Anders', '', '1', '', '', '', '', '', '1', '1', '1', '1', '1', '', '', false)$$)),
  'CN409 stage_running', 'a stage that runs is not changed');
select is(t.page('sander', 'moderator', $$stage_preview('dachstrategie', 's2', 'others')$$) ->> 'begins_at', '2024-05-13T00:00:00+02:00', 'a preview: others begin later');
select is(t.page('sander', 'moderator', $$stage_preview('dachstrategie', 's2', 'laender')$$) #>> '{counts,questions}', '2', 'and Länder find both questions');
select is(t.page('sander', 'moderator', $$stage_preview('dachstrategie', 's2', 'alle')$$), null, 'of no other group');
select is(t.error(t.act('huber', 'moderator', $$page.stages(e, 'dachstrategie')$$)), 'CN403 audience', 'houses do not plan');

-- --- the end put off ------------------------------------------------------------
select is(t.error(t.act('sander', 'moderator', $$action.stage_extend(e, 'dachstrategie', 's1', '25.04.2024', 'Ostern')$$)), 'CN422 deadline_early until', 'forward only');
select is(t.error(t.act('sander', 'moderator', $$action.stage_extend(e, 'dachstrategie', 's1', '29.04.2024', ' ')$$)), 'CN422 decision_reason reason', 'with a reason');
select is(t.act('sander', 'moderator', $$action.stage_extend(e, 'dachstrategie', 's1', '29.04.2024', 'Viele baten um mehr Zeit.')$$) ->> 'closes_at',
  '2024-04-29T23:59:59+02:00', 'to the end of that day');
select is((select count(distinct m.organisation_id) from app.mail m where m.template = 'stage_extended'), 3::bigint, 'every invited organisation is told');
select is((select count(*) from app.mail m where m.template = 'stage_extended' and m.args::text ~ 'baten'), 0::bigint, 'not the reason');
select is(t.page('huber', 'member', $$response('dachstrategie', null)$$) #>> '{extended,reason}', 'Viele baten um mehr Zeit.', 'that stands on the page');
select is((select count(*) from app.audit a where a.act = 'stage.extend'), 1::bigint, 'and in the log');

-- --- the first answers, and then the second stage ---------------------------------
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Wechsel muss bezahlbar sein.', 'Mehrere Anbieter, bezahlbare Wechselmöglichkeit.'));
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree', 'Einverstanden.'));
select t.do(t.release('brandl', 'T-BY', 'no'));
select t.do(t.release('lorenz', 'T-MV', 'no'));
select t.do(to_jsonb(job.number_positions()));
insert into app.participation (stage_id, organisation_id, invited_at, wave, level, land_code, seat_status, sort_key)
  select s.id, p.organisation_id, '2024-04-29 10:00', app.wave_of(s.id, p.seat_status, p.level), p.level, p.land_code, p.seat_status, p.sort_key
    from t.second s, app.participation p join app.organisation o on o.id = p.organisation_id
    where o.code in ('T-BY', 'T-KLEIN') and p.stage_id = (select x.id from app.stage x join t.edition e on e.consultation_id = x.consultation_id where x.key = 's1');
select t.clock('2024-05-06 09:00');
select is(t.page('huber', 'member', $$response('dachstrategie', null)$$) #>> '{frame,stage,number}', '2', 'a house is in the stage that is open');
select is(t.page('huber', 'member', $$response('dachstrategie', null)$$) #>> '{response,state}', 'draft', 'where it has answered nothing yet');
select is(t.page('huber', 'member', $$response('dachstrategie.s1', null)$$) #>> '{frame,stage,number}', '1', 'the first is one address away');
select is(t.page('huber', 'member', $$response('dachstrategie.s1', null)$$) #>> '{response,state}', 'submitted', 'with what it had released');
select is(t.page('huber', 'member', $$response('dachstrategie.s1', null)$$) #>> '{frame,consultation,slug}', 'dachstrategie.s1', 'its links lead on in it');
select is(t.page('lorenz', 'member', $$response('dachstrategie', null)$$) #>> '{frame,stage,number}', '1', 'who is not asked again stays in the first');
select is(t.error(t.page('lorenz', 'member', $$response('dachstrategie.s2', null)$$)), 'CN404 not_found', 'and has nothing in the second');
select is(t.error(t.page('lorenz', 'member', $$response('dachstrategie.s9', null)$$)), 'CN404 not_found', 'as nobody has in one that does not exist');
select is(t.page('thoms', 'member', $$response('dachstrategie.s2', null)$$) #>> '{deadline,has_begun}', 'true', 'a municipality begins with the others');
select is(jsonb_array_length(t.page('huber', 'member', $$response('dachstrategie', null)$$) #> '{frame,stages}'), 2, 'both are to choose from');
select is(t.page('huber', 'public', $$item('dachstrategie', 'K4.G2.5', null)$$) #>> '{own,state}', 'empty', 'the paper shows where the house stands now');
select is(t.page('huber', 'public', $$item('dachstrategie.s1', 'K4.G2.5', null)$$) #>> '{own,state}', 'submitted', 'or stood');
select is(t.page(null, 'public', $$timeline('dachstrategie')$$) #>> '{frame,stage,number}', '2', 'everybody sees the second');
select is((select count(*) from jsonb_array_elements(t.page(null, 'public', $$timeline('dachstrategie')$$) -> 'entries') x where x ->> 'kind' = 'extended'),
  1::bigint, 'and the timeline what was put off');
select is(array(select app.day_in_words(x)::text from unnest(array['November 2023', 'Frühjahrssitzung 2025', 'Sommer 2025', '2026', 'alle zwei bis drei Jahre']) x),
  array['2023-11-01', '2025-03-01', '2025-06-01', '2026-01-01', null], 'a time in words has its place there');

select is(t.page('sander', 'desk', $$returns('dachstrategie', null, null, null, null, null)$$) #>> '{totals,invited}', '2', 'the desk looks at the second');
select is(t.page('sander', 'desk', $$returns('dachstrategie.s1', null, null, null, null, null)$$) #>> '{totals,released}', '2', 'or at the first');
select is(t.page('sander', 'desk', $$opinion_target('dachstrategie.s1', 'K4.G2.5')$$) #>> '{frame,stage,number}', '1', 'its opinions too');
select is(t.page('sander', 'desk', $$position('dachstrategie', 'R1-0001', null, null)$$) #>> '{frame,consultation,slug}', 'dachstrategie.s1',
  'a number is found in its own stage, and leads on there');
select is(t.page('sander', 'desk', $$position('dachstrategie', 'R2-0001', null, null)$$), null, 'one that was not given is not');
select is(t.error(t.save('lorenz', 'K4.G2.5', 1, 'reject', 'Doch nicht.')), 'CN409 deadline', 'the first stays closed');
select is(t.save('huber', 'K4.G2.4', 0, 'agree') #>> '{version}', '1', 'the second takes answers');
select is((select s.key from app.answer a join app.stage s on s.id = a.stage_id order by a.id desc limit 1)::text, 's2', 'of its own');

-- --- every page of a consultation, at the address of each stage -----------------------
-- Called with nothing but the address: pages of one object give nothing then.
create function t.strays(p_who text, p_audience text, p_address text, p_stage text, p_pages text default '.') returns text language plpgsql as $$
declare
  r record;
  v jsonb;
  v_strays text := '';
begin
  for r in select p.proname, repeat(', null', p.pronargs - 2) as rest from pg_proc p where p.pronamespace = 'page'::regnamespace
      and p.proargnames[2] = 'p_consultation' and p.prorettype = 'json'::regtype and p.proname ~ p_pages order by p.proname loop
    v := t.read(p_who, p_audience, format('page.%I(e, %L%s)', r.proname, p_address, r.rest));
    if v ? 'frame' and (v #>> '{frame,stage,key}' is distinct from p_stage or v #>> '{frame,consultation,slug}' <> p_address)
        or v ? 'error' and v ->> 'state' !~ '^CN' then
      v_strays := v_strays || r.proname || ' ' || coalesce(v ->> 'error', v #>> '{frame,stage,key}', '') || E'\n';
    end if;
  end loop;
  return v_strays;
end $$;
select is(t.strays('sander', 'moderator', 'dachstrategie.s1', 's1'), '', 'the moderators stay in the first stage');
select is(t.strays('sander', 'moderator', 'dachstrategie.s2', 's2'), '', 'or in the second');
select is(t.strays('sander', 'moderator', 'dachstrategie', 's2'), '', 'which is the one that runs');
select is(t.strays('huber', 'member', 'dachstrategie.s1', 's1'), '', 'a house stays in the first');
select is(t.strays('huber', 'member', 'dachstrategie', 's2'), '', 'or is in the one that is open');
select is(t.strays('lorenz', 'member', 'dachstrategie', 's1', '^(response|short|release$|assignments|joinable|redactions|withdrawal|extension|findings|consultation|editions|timeline)'), '', 'and in the first, if it was not asked again');
select is(t.strays(null, 'public', 'dachstrategie.s1', 's1'), '', 'as everybody does');

-- --- weighed, reported, archived -----------------------------------------------------
create function t.advance(p_to text, p_open bigint, p_anyway boolean, p_reason text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.stage_advance(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', 's1', p_to, p_open, p_anyway, p_reason))
$$;
select is(t.error(t.advance('reported', 0, false, '')), 'CN409 stage_moved', 'one after the other');
select is(t.error(t.advance('weighed', 0, false, '')), 'CN409 stage_counted', 'as many as there are');
select is(t.error(t.advance('weighed', 2, false, '')), 'CN422 stage_anyway anyway', 'open ones are confirmed');
select is(t.error(t.advance('weighed', 2, true, '')), 'CN422 required state_reason', 'with a reason');
select is(t.advance('weighed', 2, true, 'Zur Kenntnis im Zwischenbericht.') ->> 'state', 'weighed', 'and left');
select is(t.error(t.advance('reported', 0, false, '')), 'CN409 stage_session', 'reported when there is a session');
select is(t.page(null, 'public', $$consultation('dachstrategie.s1')$$) #>> '{frame,stage,state}', 'weighed', 'everybody sees how far it is');
select is((select string_agg(a.act, ' ' order by a.id) from app.stage_act a), 'extended weighed', 'what was done stands');
select throws_ok($$delete from app.stage_act$$, 'CN409', 'immutable', 'for good');

select * from finish();
rollback;
