-- Co-signing: what counts follows from the hash of the text.
\ir t/setup.sql
select plan(41);
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, 'cosigner' from app.person p, app.organisation o where p.name = 'Brandl' and o.code = 'T-BY';

-- Somebody of the house is asked about an answer as it stands.
create function t.ask(p_who text, p_target text, p_due date default '2024-04-24', p_silence text default 'waits') returns void
language plpgsql as $$
declare
  a app.answer := t.answer('T-BY', p_target);
begin
  perform app.seal_answer(a);
  insert into app.cosign_request (organisation_id, answer_id, revision, content_hash, person_id, asked_by, asked_at, due_on, silence)
    select a.organisation_id, a.id, max(r.revision), a.content_hash, p.id, a.author_id, app.now(), p_due, p_silence
      from app.answer_revision r, app.person p where r.answer_id = a.id and p.mail = p_who || '@t.example' group by p.id;
  perform app.settle_response(a.response_id);
end $$;
create function t.decide(p_who text, p_target text, p_verdict text, p_remark text default null) returns void
language sql as $$
  insert into app.cosign (request_id, organisation_id, answer_id, revision, content_hash, person_id, verdict, remark, decided_at)
    select q.id, q.organisation_id, q.answer_id, q.revision, q.content_hash, q.person_id, p_verdict, p_remark, app.now()
      from app.cosign_request q join app.person p on p.id = q.person_id
      where p.mail = p_who || '@t.example' and q.answer_id = (t.answer('T-BY', p_target)).id
      order by q.id desc limit 1
$$;
create function t.state(p_target text) returns text
language sql as $$
  select (t.read('huber', 'member', format('page.answer(e, ''dachstrategie'', %L)', p_target)) -> 'answer' ->> 'state')
$$;

update app.edition set state = 'published', published_at = app.now(), content_hash = sha256('x')
  where id = (select id from t.edition);
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree', 'Zustimmung.'));
select t.do(t.save('huber', 'K4.G2.4', 0, 'nil'));
select is((select state from app.response), 'draft', 'nobody was asked');
select t.ask('graf', 'K4.G2.5');
select t.ask('brandl', 'K4.G2.5');
select t.ask('graf', 'K4.G2.4');
select is((select state from app.response), 'cosigning', 'somebody was');
select is(t.state('K4.G2.5') || t.state('K4.G2.4') || t.state('L-K4-1'), 'cosigningcosigningempty', 'in co-signing');
select t.decide('graf', 'K4.G2.5', 'agree');
select is(t.state('K4.G2.5'), 'cosigning', 'one of two');
select t.decide('brandl', 'K4.G2.5', 'nil');
select t.decide('graf', 'K4.G2.4', 'agree_changed', 'Bitte den Bestand nennen.');
select is(t.state('K4.G2.5') || t.state('K4.G2.4'), 'cosignedcosigned', 'both: co-signed');
select is((select (s.asked, s.signed, s.waiting, s.returned)::text from app.response r,
    app.cosign_states(r.id, r.organisation_id, r.state) s where s.target_id = (t.answer('T-BY', 'K4.G2.5')).target_id),
  '(2,2,0,0)', 'counted');
select t.do(t.save('huber', 'K4.G2.5', 1, 'agree', 'Zustimmung mit Frist.'));
select is(t.state('K4.G2.5') || t.state('K4.G2.4'), 'draftcosigned', 'a changed text voids its own and no other');
select t.do(t.save('huber', 'K4.G2.5', 2, 'agree', 'Zustimmung.'));
select is(t.state('K4.G2.5'), 'cosigned', 'the very same text has its co-signs again');
select t.do(t.save('huber', 'K4.G2.5', 3, 'agree', 'Zustimmung, mit Übergang.'));
select t.ask('graf', 'K4.G2.5');
select t.decide('graf', 'K4.G2.5', 'return', 'Bestand und Neuvorhaben trennen.');
select is(t.state('K4.G2.5'), 'returned', 'returned');
select is(t.read('huber', 'member', $$page.response_print(e, 'dachstrategie')$$) @? '$.groups[*].rows[*] ? (@.state == "returned")',
  true, 'in the print view too');
select is(t.read('huber', 'member', $$page.chapter(e, 'dachstrategie', 'K4', null)$$)
  @? '$.sections[*].items[*].own ? (@.state == "returned")', true, 'and beside the paper');

select t.do(t.save('huber', 'L-K4-1', 0, 'note', 'Es fehlt „Nachnutzung“.'));
select t.ask('graf', 'L-K4-1', '2024-04-24', 'consents');
select t.ask('graf', 'K4.G2.5', '2024-04-24', 'waits');
select t.clock('2024-04-24 23:59:59');
select is(t.state('L-K4-1'), 'cosigning', 'the due day is not over');
select t.clock('2024-04-25 00:00:00');
select is(t.state('L-K4-1') || t.state('K4.G2.5'), 'cosignedcosigning', 'silence consents where the house had said so');
select t.decide('graf', 'L-K4-1', 'return', 'Doch nicht.');
select is(t.state('L-K4-1'), 'returned', 'and a late return is a return');

select throws_ok($$insert into app.cosign (request_id, organisation_id, answer_id, revision, content_hash, person_id, verdict, decided_at)
  select q.id, q.organisation_id, q.answer_id, q.revision, sha256('x'), q.person_id, 'agree', app.now()
    from app.cosign_request q
    where not exists (select from app.cosign c where c.request_id = q.id) limit 1$$, '23503', null, 'a co-sign is for the text that was asked about');
select throws_ok($$update app.cosign set verdict = 'agree'$$, 'CN409', 'immutable', 'a verdict stands');
select throws_ok($$update app.cosign_request set due_on = '2024-05-01'$$, 'CN409', 'immutable', 'as does a request');
select throws_ok($$select t.decide('graf', 'L-K4-1', 'agree')$$, '23505', null, 'one verdict a request');
select lives_ok($$update app.cosign set undone_at = app.now() where verdict = 'return'$$, 'it is undone');
select throws_ok($$update app.cosign set undone_at = null where verdict = 'return'$$, 'CN409', 'immutable', 'for good');

-- Reminders: the day before and the day, once each; not who has said something.
-- What a job would read that forgot whose it is: all rows there are.
create function job.t_careless() returns json
language sql stable security definer set search_path = app, pg_temp as $$
  select json_build_object('answers', (select count(*) from answer), 'sealed', (select count(*) from answer_revision),
    'responses', (select count(*) from response), 'cosigns', (select count(*) from cosign),
    'as', nullif(current_setting('app.organisation_id', true), ''))
$$;
alter function job.t_careless() owner to resonanz_owner;
grant execute on function job.t_careless() to resonanz_jobs;
select t.clock('2024-04-18 15:00');
select t.do(t.save('huber', 'K4.G2.4', 1, 'note', 'Offene Standards zuerst.'));
select t.ask('graf', 'K4.G2.4', '2024-04-20');
select t.ask('brandl', 'K4.G2.4', '2024-04-20');
select is(t.remind('house_reminders'), 0, 'nobody is reminded two days before');
select t.clock('2024-04-19 06:59:59');
select is(t.remind('house_reminders'), 0, 'nor before seven');
select t.decide('brandl', 'K4.G2.4', 'nil');
select t.clock('2024-04-19 07:00:00');
select is((select t.remind('house_reminders') * 10 + t.remind('house_reminders')), 10, 'the day before, once');
select t.clock('2024-04-20 09:00');
select is((select t.remind('house_reminders') * 10 + t.remind('house_reminders')), 10, 'on the day, once');
select results_eq($$select p.mail::text, m.args ->> 'count', m.args ->> 'is_due' from app.mail m join app.person p on p.id = m.person_id
  where m.template = 'cosign_reminder' order by m.id$$,
  $$values ('graf@t.example', '1', 'false'), ('graf@t.example', '1', 'true')$$, 'only to whom it waits for');
select t.clock('2024-04-21 09:00');
select is(t.remind('house_reminders'), 0, 'and no more');
select is((select count(*) from app.cosign_reminder n join app.organisation o on o.id = n.organisation_id
  where o.code = 'T-BY'), 2::bigint, 'each belongs to the house');
select cmp_ok((select count(*) from app.answer a join app.cosign_request q on q.answer_id = a.id), '>', 0::bigint,
  'there are drafts in co-signing');
select job.house_reminders() as none, set_config('session_authorization', 'resonanz_jobs', true) as who \gset
select job.t_careless()::text as seen \gset
reset session authorization;
select is(:'seen'::jsonb - 'as', '{"answers": 0, "sealed": 0, "responses": 0, "cosigns": 0}', 'no draft is open to a job');
select is(:'seen'::jsonb ->> 'as', null, 'and after reminding it acts for no house');

-- Property: an answer is co-signed exactly while its hash is one that was signed.
create function t.voids() returns text language plpgsql as $$
declare
  v_signed bytea[] := '{}';
  v_bad text;
  a app.answer;
begin
  perform setseed(0.4);
  for i in 1 .. 80 loop
    a := t.answer('T-BY', 'L-K12-4');
    perform t.do(t.save('huber', 'L-K12-4', coalesce(a.version, 0), 'note', (array['Eins.', 'Eins', ' eins.', 'Zwei.', 'Drei.'])[1 + floor(random() * 5)]));
    a := t.answer('T-BY', 'L-K12-4');
    if random() < 0.15 and not a.content_hash = any (v_signed) then
      perform t.ask('graf', 'L-K12-4', '2024-04-24'), t.decide('graf', 'L-K12-4', 'agree');
      v_signed := v_signed || a.content_hash::bytea;
    end if;
    if (t.state('L-K12-4') = 'cosigned') <> (a.content_hash::bytea = any (v_signed)) then
      v_bad := concat_ws(', ', v_bad, i || ': ' || t.state('L-K12-4'));
    end if;
  end loop;
  return v_bad;
end $$;
select is(t.voids(), null, 'co-signed exactly while the text is one that was signed');

-- A role that has ended: nobody waits for that person any more, and somebody else is asked.
create function t.graf() returns text language sql as $$
  select x ->> 'waiting' || ' ' || coalesce(x #>> '{rows,0,verdict}', '-') || ' ' || (x #>> '{rows,0,is_gone}')
    from jsonb_array_elements(t.read('huber', 'member', 'page.response_cosigns(e, ''dachstrategie'', null)') -> 'people') x where x ->> 'name' = 'Graf'
$$;
update app.cosign_request set withdrawn_at = app.now() where withdrawn_at is null;
select t.do(t.save('huber', 'K4.G2.5', (t.answer('T-BY', 'K4.G2.5')).version, 'agree', 'Neu gefasst.'));
select t.ask('graf', 'K4.G2.5', '2024-04-24', 'consents');
select is(t.graf() || ' ' || t.state('K4.G2.5'), '1 - false cosigning', 'he is asked');
select is(jsonb_array_length(t.read('graf', 'member', 'page.cosigns(e)') -> 'rows'), 1, 'and sees it');
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, 'reader' from app.person p, app.organisation o where p.name = 'Graf' and o.code = 'T-BY';
update app.membership set valid = daterange('2024-01-01', (select app.today())) where role = 'cosigner'
  and person_id = (select id from app.person where name = 'Graf');
select is(t.graf() || ' ' || t.state('K4.G2.5'), '0 - true draft', 'his role ends: nobody waits for him');
select is(jsonb_array_length(t.read('graf', 'member', 'page.cosigns(e)') -> 'rows'), 0, 'nor does it wait for him');
select is(t.act('graf', 'member', format('action.cosign_decide(e, %L, ''agree'', '''')', (select key from app.cosign_request order by id desc limit 1))) ->> 'error',
  'cosign_role_ended', 'he decides no more');
select t.clock('2024-04-25 09:00');
select is(t.graf(), '0 - true', 'his silence is not consent');
select t.do(t.act('huber', 'editor', format('action.cosign_ask(e, ''dachstrategie'', ''{"K4.G2.5": "1"}'', %L, ''26.04.2024'', '''')',
  (select json_build_object(key, '1') from app.person where name = 'Brandl'))));
select is(t.graf() || ' ' || t.state('K4.G2.5'), null, 'somebody else is asked: his request is taken back');
select is(t.state('K4.G2.5'), 'cosigning', 'and hers stands');
update app.cosign_request set withdrawn_at = app.now() where withdrawn_at is null;
select is((select app.settle_response(id) from app.response), 'draft', 'all withdrawn: a draft again');
select t.do(t.release('brandl', 'T-BY'));
select throws_ok($$select t.ask('graf', 'K4.G2.5')$$, 'CN409', 'not_draft', 'nobody is asked about a released text');

select * from finish();
rollback;
