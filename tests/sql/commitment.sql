-- Commitments: the state machine, immutable wordings, what held on a day, members
-- by their time, deviations and who reads what.
\ir t/setup.sql
select plan(73);
update app.edition set state = 'published', published_at = app.now(), content_hash = sha256('x') where id = (select id from t.edition);

create function t.err(r jsonb) returns text language sql as $$
  select case when r ? 'error' then concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', '')) else 'ok' end
$$;
create function t.mod(p_call text) returns jsonb language sql as $$ select t.act('sander', 'moderator', 'action.' || p_call) $$;
create function t.event(p_number text, p_event text, p_ref text, p_from text, p_body text default '', p_reason text default 'Grund',
  p_until text default '', p_successor text default '') returns text language sql as $$
  select t.err(t.mod(format('commitment_event_record(e, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)', p_number,
    (select c.version from app.commitment c where c.number = p_number), p_event, p_ref, p_from, p_until, '', p_body, p_successor, p_reason)))
$$;
create function t.on_day(p_number text, p_on date) returns text language sql as $$
  select concat_ws(' ', d.state, v.number) from app.commitment c, app.commitment_on(c.id, p_on) d
    left join app.commitment_version v on v.id = d.version_id where c.number = p_number
$$;
create function t.page(p_who text, p_audience text, p_call text) returns jsonb language sql as $$
  select t.read(p_who, p_audience, 'page.' || p_call)
$$;

-- The number is given once; the wording of an item or an own one.
select is(t.mod('commitment_create(e, ''V1'', ''k4.g2.5'', '''', '''', ''Bayern'', '''')') ->> 'number', 'V1-01', 'from an item of the paper');
select is((select v.title || ': ' || v.body from app.commitment_version v), 'Cloud und Souveränität: Mehrere Anbieter, Wechselmöglichkeit.', 'with its wording');
select is((select (c.owner_organisation_id is not null, c.owner_name)::text from app.commitment c), '(t,)', 'an organisation answers for it');
select is(t.err(t.mod('commitment_create(e, ''V1'', ''K9.X'', '''', '''', '''', '''')')), 'CN422 origin_unknown origin', 'an unknown item');
select is(t.err(t.mod('commitment_create(e, ''V2'', '''', ''Ohne Text'', '''', '''', '''')')), 'CN422 required body', 'no wording');
select is(t.mod('commitment_create(e, ''V3'', '''', ''Einkauf'', ''Wir kaufen gemeinsam.'', ''Steuerungskreis'', '''')') ->> 'number', 'V3-01', 'each step counts for itself');
select is(t.mod('commitment_create(e, ''V1'', '''', ''Zweiter'', ''Text.'', '''', '''')') ->> 'number', 'V1-02', 'and on');

-- Proposed: read by the desk and the houses with a seat.
select is(t.page(null, 'public', 'commitments(e, null, null, null, null)') #>> '{rows}', '[]', 'a visitor sees no proposal');
select is(t.page('thoms', 'public', 'commitments(e, null, null, null, null)') #>> '{rows}', '[]', 'nor does a house without a seat');
select is(jsonb_array_length(t.page(w, 'public', 'commitments(e, null, null, null, null)') -> 'rows'), 3, w || ' does')
  from unnest(array['huber', 'sander']) w;
select is(t.page(null, 'public', 'commitment(e, ''V1-01'', null)'), null, 'its page is not there for a visitor');

-- The state machine.
select is(t.event('V1-01', e, '2024/40', '01.05.2024'), 'CN422 event_not_now event', 'not yet: ' || e)
  from unnest(array['amended', 'repealed', 'expired']) e;
select is(t.event('V1-01', 'adopted', '', '01.05.2024'), 'CN422 decision_required decision_ref', 'adopted by a Beschluss only');
select is(t.event('V1-01', 'adopted', '2024/4', '01.05.2024'), 'CN422 ref_zero decision_ref', 'with a number that is one');
select is(t.event('V1-01', 'adopted', '2024/40', '01.04.2024'), 'CN422 event_before effective_on', 'not before it was proposed');
select is(t.event('V1-01', 'adopted', '2024/40', '01.06.2024'), 'ok', 'adopted');
select is(t.on_day('V1-01', d::date), w, 'on ' || d) from (values ('2024-04-21', ''), ('2024-05-31', 'planned 1'), ('2024-06-01', 'in_force 1')) x(d, w);
select is(t.event('V1-01', 'adopted', '2024/41', '01.07.2024'), 'CN422 event_not_now event', 'once');
select is(t.event('V1-01', 'amended', '2024/41', '01.07.2024'), 'CN422 not_changed new_body', 'an amendment changes something');
select is(t.event('V1-01', 'amended', '2024/41', '01.05.2024', 'Neuer Text.'), 'CN422 event_before effective_on', 'and comes after');
select is(t.event('V1-01', 'amended', '2024/41', '01.07.2024', 'Neuer Text.', p_until => '31.12.2026'), 'ok', 'amended, until a day');
select is(t.event('V1-01', 'amended', '2024/42', '01.08.2024', 'Noch neuer.', p_until => '31.12.2027'), 'ok', 'and again');
select is(t.on_day('V1-01', d::date), w, 'on ' || d) from (values ('2024-06-30', 'in_force 1'), ('2024-07-31', 'in_force 2'),
  ('2027-12-31', 'in_force 3'), ('2028-01-01', 'expired 3')) x(d, w);
select is(t.event('V1-01', 'replaced', '2025/03', '01.09.2025', p_successor => 'V1-01'), 'CN422 successor_unknown successor', 'not by itself');
select is(t.event('V1-01', 'replaced', '2025/03', '01.09.2025', p_successor => 'v1-02'), 'ok', 'replaced');
select is(t.on_day('V1-01', d::date), w, 'on ' || d) from (values ('2025-08-31', 'in_force 3'), ('2025-09-01', 'replaced 3')) x(d, w);
select is(t.event('V1-01', 'repealed', '2025/04', '01.10.2025'), 'CN422 event_not_now event', 'that is the end');
select throws_ok($$ update app.commitment set state = 'adopted' where number = 'V1-01' $$, 'CN409', 'commitment_state', 'no way around the events');
select throws_ok($$ update app.commitment_version set body = 'x' $$, 'CN409', 'immutable', 'wordings stand');
select throws_ok($$ delete from app.commitment_event $$, 'CN409', 'immutable', 'events stand');
select throws_ok($$ update app.commitment set serial = 9 where number = 'V1-02' $$, 'CN409', 'immutable', 'the number stands');

-- A cooperation: members by their time.
create function t.member(p_org text, p_in text, p_out text) returns text language sql as $$
  select t.err(t.mod(format('member_record(e, %L, %L, %L, %L)', 'V3-01', p_org, p_in, p_out)))
$$;
select is(t.event('V3-01', 'adopted', '2024/39', '22.04.2024'), 'ok', 'the cooperation is adopted');
select is(t.member('T-BY', '22.04.2024', ''), 'ok', 'Bayern joins');
select is(t.member('Bayern', '01.06.2024', ''), 'CN422 member_already joined_on', 'not twice at a time');
select is(t.member('T-BY', '', '30.06.2024'), 'ok', 'leaves');
select is(t.member('T-BY', '01.08.2024', ''), 'ok', 'and comes back');
select is(t.member('T-KLEIN', '', '30.06.2024'), 'CN422 not_a_member left_on', 'who is not in cannot leave');
select is((select string_agg((t.page(null, 'public', format('commitment(e, ''V3-01'', %L)', d)) #>> '{commitment,members}'), ' ' order by d)
  from unnest(array['2024-04-22', '2024-07-01', '2024-08-01']) d), '1 0 1', 'how many it binds on a day');
select throws_ok($$ insert into app.cooperation_member (commitment_id, organisation_id, valid, joined_at)
  select c.id, o.id, '[2024-01-01,)', app.now() from app.commitment c, app.organisation o where c.number = 'V1-02' and o.code = 'T-BY' $$,
  'CN409', 'no_cooperation', 'a Grundsatz has no members');

-- A house declares for itself, a moderator confirms.
create function t.declare(p_who text, p_act text, p_day text) returns text language sql as $$
  select t.err(t.act(p_who, 'releaser', format('action.member_declare(e, ''V3-01'', %L, %L)', p_act, p_day)))
$$;
select is(t.declare('lorenz', 'join', '21.04.2024'), 'CN422 day_past on_day', 'not for the past');
select is(t.declare('lorenz', 'join', '01.05.2024'), 'ok', 'declared');
select is(t.declare('lorenz', 'join', '02.05.2024'), 'CN409 declaration_waits', 'once');
select is(t.err(t.mod(format('member_decide(e, ''V3-01'', %L, ''refused'', '''')', (select d.key from app.cooperation_declaration d)))),
  'CN422 required remark', 'refused with a word why');
select is(t.err(t.mod(format('member_decide(e, ''V3-01'', %L, ''confirmed'', '''')', (select d.key from app.cooperation_declaration d)))), 'ok', 'confirmed');
select is(t.declare('lorenz', 'leave', '31.05.2024'), 'ok', 'and it may leave again');
create function t.mails(p_template text) returns text language sql as $$
  select string_agg(split_part(p.mail, '@', 1) || ' ' || (m.args ->> 'number'), ', ' order by m.id) from app.mail m join app.person p on p.id = m.person_id
    where m.template = p_template
$$;
select is(t.mails('cooperation_declared'), 'sander V3-01, sander V3-01', 'the moderators hear of each');
select is(t.mails('cooperation_decided'), 'lorenz V3-01', 'who declared hears what came of it');

-- A successor takes the place of the house from its day.
create function t.succeed(p_sure boolean) returns text language sql as $$
  select t.err(t.act('adler', 'administrator', format('action.organisation_succeed(e, ''T-MV'', ''T-NF'', ''01.07.2024'', %L)', p_sure)))
$$;
select is(t.err(t.act('adler', 'administrator', 'action.organisation_create(e, ''T-NF'', ''Nachfolge'', '''', ''land'', null, ''13'', '''', null, '''', ''01.06.2024'', null)')), 'ok', 'there is a new house');
select is((t.read('adler', 'administrator', 'page.organisation_successor(e, ''T-MV'', ''T-NF'', ''01.07.2024'')') #>> '{effect,cooperations,0,number}'), 'V3-01', 'said before');
select is(t.succeed(true), 'ok', 'done');
select is((select string_agg(o.code || ' ' || m.valid, ', ' order by m.valid) from app.cooperation_member m
  join app.organisation o on o.id = m.organisation_id where o.code in ('T-MV', 'T-NF')),
  'T-MV [2024-05-01,2024-07-01), T-NF [2024-07-01,)', 'without a day between');

-- Deviations: a draft is the house's alone, a reason is due or given.
create function t.deviate(p_who text, p_reason text, p_due text) returns text language sql as $$
  select t.err(t.act(p_who, 'editor', format('action.deviation_save(e, ''V3-01'', null, 0, ''Archiv'', ''01.04.2024'', %L, %L, '''')', p_reason, p_due)))
$$;
select is(t.deviate('huber', '', ''), 'CN422 reason_or_due reason', 'a reason, or when it comes');
select is(t.deviate('huber', 'Zu teuer.', ''), 'ok', 'a draft');
select is(concat_ws(' ', t.page('sander', 'public', 'commitment(e, ''V3-01'', null)') ->> 'deviations',
  t.page(null, 'public', 'commitment(e, ''V3-01'', null)') #>> '{commitment,deviations,count}'), '[] 0', 'nobody else sees or counts it');
select is(t.err(t.act('brandl', 'releaser', format('action.deviation_release(e, ''V3-01'', %L, 1, false)', (select d.key from app.deviation d)))), 'ok', 'released');
select is(concat_ws(' ', t.page('sander', 'public', 'commitment(e, ''V3-01'', null)') #>> '{deviations,0,reason}',
  t.page('lorenz', 'public', 'commitment(e, ''V3-01'', null)') ->> 'deviations',
  t.page(null, 'public', 'commitment(e, ''V3-01'', null)') #>> '{commitment,deviations,count}'), 'Zu teuer. [] 1', 'the desk reads it, others the number');
select throws_ok($$ update app.deviation set reason = 'Anders' $$, 'CN409', 'immutable', 'a released reason stands');
select is(t.err(t.act('brandl', 'releaser', format('action.deviation_release(e, ''V3-01'', %L, 2, true)', (select d.key from app.deviation d)))), 'ok', 'the house agrees');
select is(t.page(null, 'public', 'commitment(e, ''V3-01'', null)') #>> '{deviations,0,reason}', 'Zu teuer.', 'then all read it');

-- The matrix: each programme management its own column.
update app.focus_topic set manager_organisation_id = (select o.id from app.organisation o where o.code = 'T-MV') where key = 'data';
create function t.say(p_who text, p_topic text, p_base bigint, p_verdict text, p_evidence text default '') returns text language sql as $$
  select t.err(t.act(p_who, 'signed_in', format('action.convergence_state(e, ''V3-01'', %L, %L, %L, %L)', p_topic, p_base, p_verdict, p_evidence)))
$$;
select is(t.say('lorenz', 'data', 0, 'contributes'), 'CN422 evidence_required evidence', 'evidence for what contributes');
select is(t.say('lorenz', 'data', 0, 'contributes', 'Beschluss 2024/39'), 'ok', 'the own column');
select is(t.say('lorenz', 'data', 0, 'partly', 'x'), 'CN409 stale', 'two at a time');
select is(concat_ws(', ', t.say('lorenz', 'security', 0, 'partly'), t.say('huber', 'data', 0, 'partly'), t.say('sander', 'data', 0, 'partly')),
  'CN403 not_programme, CN403 not_programme, CN403 not_programme', 'no other column, and nobody else');
select is((t.page(null, 'public', 'convergence(e, ''2024-07-15'')') -> 'base')::text,
  '{"gaps": 9, "fields": 10, "visions": 5, "affected": 10, "commitments": 2}', 'gaps with their base');
select * from finish();
rollback;
