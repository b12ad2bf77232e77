-- The outbox: who puts what into it, and who reads it.
\ir t/setup.sql
select plan(10);

-- What an action does that queues a mail, whoever the caller is.
create function action.t_queue(p_me app.caller, p_dedupe text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return json_build_object('id', queue_mail('deputy_named',
    (select p.id from person p where p.id = p_me.person_id), null, p_me.organisation_id,
    '{"for": "Ilse Brandl", "until": "2024-05-01"}', null, p_dedupe));
end $$;
alter function action.t_queue owner to resonanz_owner;
grant execute on function action.t_queue to resonanz_web;

create temp table first as select t.act('huber', 'editor', $$action.t_queue(e, 't-1')$$) ->> 'id' as id;
select isnt((select id from first), null, 'an editor, who may not read the outbox, queues a mail');
select is(t.act('huber', 'editor', $$action.t_queue(e, 't-1')$$) ->> 'id', (select id from first),
  'the same again is the same mail');
select isnt(t.act('huber', 'editor', $$action.t_queue(e, null)$$) ->> 'id', (select id from first),
  'without a key it is another');
select results_eq($$ select count(*), min(state) from app.mail where template = 'deputy_named' $$,
  $$ values (2::bigint, 'ready') $$, 'two mails wait');
select throws_like($$ select app.queue_mail('reklame', null, 'a@t.example', null, '{}', null, null) $$,
  'no such mail template%', 'only known templates');
select throws_like($$ select app.queue_mail('deputy_named', null, 'a@t.example', null, '{"answer": "Nein."}', null, null) $$,
  '%takes no argument answer', 'only known arguments');
select throws_like($$ select app.queue_mail('deputy_named', null, 'a@t.example', null,
  jsonb_build_object('by', repeat('x', 301)), null, null) $$, '%not a short text', 'short ones');
select throws_like($$ select app.queue_mail('deputy_named', null, 'a@t.example', null, '{"by": {"a": 1}}', null, null) $$,
  '%not a short text', 'and plain ones');
select throws_ok($$ select app.queue_mail('account_locked', null, null, null, '{}', null, null) $$, '23514', null,
  'a mail goes to somebody');
select is(t.act('huber', 'editor', $$to_jsonb(app.queue_mail('account_locked', null, 'a@t.example', null, '{}', null, null))$$)
  ->> 'state', '42501', 'the web role itself cannot queue');

select * from finish();
rollback;
