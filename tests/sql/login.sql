-- Signing in, sessions, audiences, throttling.
\ir t/setup.sql
select plan(43);

create function t.begin(p_mail text, p_address text default '192.0.2.1') returns int
language sql as $$ select wait_seconds from app.login_begin(p_mail, p_address) $$;
create function t.finish(p_who text, p_ok boolean, p_token text, p_old text default null) returns json
language sql as $$
  select app.login_finish((select id from app.person where mail = p_who || '@t.example'), p_who || '@t.example',
    '192.0.2.1', p_ok, sha256(p_token::bytea), sha256(p_old::bytea), 'Firefox auf Linux')
$$;

set local session authorization resonanz_web;
select state, wait_seconds, left(password_hash, 31) as head from app.login_begin('HUBER@t.example', '192.0.2.1') \gset known_
select person_id is null as is_nobody, state, left(password_hash, 31) as head
  from app.login_begin('niemand@t.example', '192.0.2.1') \gset unknown_
reset session authorization;
select is(:'known_state'::text, 'active', 'a known mail, whatever its case');
select is(:'known_wait_seconds'::text, '0', 'need not wait');
select is(:'unknown_is_nobody'::text, 't', 'an unknown mail names nobody');
select is(:'unknown_head'::text, :'known_head', 'and costs the same work: algorithm and parameters');

select is(t.finish('huber', true, 'neu-1', 'huber')::text,
  '{"ok" : true, "needs_factor" : false, "landing" : "/consultations/dachstrategie/response"}', 'a member lands at the own response');
select is(t.read('neu-1', 'editor', 'to_json((e).roles)') ->> 'error', null, 'the new session works');
select is(t.read('huber', 'signed_in', 'to_json((e).roles)') ->> 'state', 'CN401', 'the old one is gone');
select ok((select opened_at is not null from app.participation where organisation_id =
  (select id from app.organisation where code = 'T-BY')), 'the invitation counts as opened');
select is(t.finish('sander', true, 'neu-2') ->> 'landing', '/consultations/dachstrategie/returns', 'a moderator at the returns');
select is(t.finish('adler', true, 'neu-3') ->> 'landing', '/organisations', 'an administrator at the organisations');
select is(t.finish('graf', false, 'neu-4') ->> 'ok', 'false', 'a wrong password');
select is((select count(*) from app.session where token_hash = sha256('neu-4')), 0::bigint, 'opens no session');
update app.person set state = 'locked' where mail = 'graf@t.example';
select is(t.finish('graf', true, 'neu-5') ->> 'ok', 'false', 'nor does the right one of a locked person');
select is(t.read('graf', 'signed_in', 'to_json((e).roles)') ->> 'state', 'CN401', 'whose sessions end at once');

select is(t.read('lorenz', 'desk', 'to_json((e).roles)') ->> 'state', 'CN403', 'a member is not the desk');
select is(t.read('sander', 'member', 'to_json((e).roles)') ->> 'state', 'CN403', 'the desk is no member');
select is(t.read(null, 'public', 'to_json((e).roles)') ->> 'error', null, 'public is for everybody');
select is(t.read(null, 'signed_in', 'to_json((e).roles)') ->> 'state', 'CN401', 'signed_in is not');
select is(t.read('lorenz', 'nobody', 'to_json((e).roles)') ->> 'state', 'P0001', 'an unknown audience admits nobody');
select is(t.read('lorenz', 'member', $$action.nil_rest(e, 'dachstrategie', true)$$) ->> 'state', '25006',
  'reading is read-only, whatever the function does');

update app.membership set valid = daterange(null, '2024-04-22') where person_id =
  (select id from app.person where mail = 'thoms@t.example') and role = 'editor';
select is(t.read('thoms', 'editor', 'to_json((e).roles)') ->> 'state', 'CN403', 'a role that ended is no role');
update app.session set touched_at = clock_timestamp() - interval '31 minutes' where token_hash = sha256('lorenz');
select is(t.read('lorenz', 'member', 'to_json((e).roles)') ->> 'state', 'CN401', 'idle for more than 30 minutes');
select app.touch(sha256('lorenz'));
select is(t.read('lorenz', 'member', 'to_json((e).roles)') ->> 'state', 'CN401', 'a touch does not wake it');
update app.session set touched_at = clock_timestamp() - interval '2 minutes' where token_hash = sha256('lorenz');
select is(t.read('lorenz', 'member', 'to_json((e).touch_due)'), 'true'::jsonb, 'a touch is due after a minute');
select app.touch(sha256('lorenz'));
select is(t.read('lorenz', 'member', 'to_json((e).touch_due)'), 'false'::jsonb, 'and then no more');
update app.session set created_at = clock_timestamp() - interval '13 hours', ends_at = clock_timestamp() - interval '1 second'
  where token_hash = sha256('lorenz');
select is(t.read('lorenz', 'member', 'to_json((e).roles)') ->> 'state', 'CN401', 'twelve hours are the end');

select is(t.act('brandl', 'signed_in', format('action.session_end(e, %s)',
  (select id from app.session where token_hash = sha256('neu-2')))) ->> 'state', 'CN404', 'the session of another is not there');
select is(t.act('brandl', 'signed_in', format('action.session_end(e, %s)',
  (select id from app.session where token_hash = sha256('brandl')))) ->> 'location', '/login?notice=session_ended',
  'one ends the own');
select app.logout(sha256('neu-1'));
select is(t.read('neu-1', 'signed_in', 'to_json((e).roles)') ->> 'state', 'CN401', 'logout ends it on the server');

delete from app.login_attempt;
select count(*) as n from generate_series(1, 5) g, lateral t.begin('thoms@t.example', '198.51.100.' || g) \gset
select is((select wait_seconds between 28 and 30 from app.login_begin('thoms@t.example', '203.0.113.9')), true,
  'after five failures an account waits, from wherever');
select is((select wait_seconds from app.login_begin('voss@t.example', '203.0.113.9')), 0, 'another does not');
select count(*) as n from generate_series(1, 50) g, lateral t.begin('probe' || g || '@t.example', '198.51.100.77') \gset
select cmp_ok((select wait_seconds from app.login_begin('voss@t.example', '198.51.100.77')), '>', 50,
  'after fifty an address waits');

-- One entry for each wait that begins, none for who goes on.
create function t.throttled(p_act text) returns setof text language sql as $$
  select concat_ws(' ', object_kind, (select mail from app.person where id = object_id), person_id) from app.audit where act = p_act order by id $$;
create function t.tries(p_count int, p_mail text, p_address text default '192.0.2.1') returns int language plpgsql as $$
begin
  for i in 1 .. p_count loop
    perform app.login_begin(p_mail, p_address);
  end loop;
  return p_count;
end $$;
create function t.later(p_by interval) returns void language sql as $$
  update app.login_attempt set at = at - p_by $$;
select results_eq($$select t.throttled('login.throttled')$$, $$values ('person thoms@t.example')$$, 'the wait of an account is in the log');
select results_eq($$select t.throttled('login.address_throttled')$$, $$values ('')$$, 'that of an address without the address');
select t.tries(30, 'thoms@t.example', '198.51.100.77') as n \gset
select is((select count(*) from app.audit where act like '%throttled'), 2::bigint, 'who goes on leaves no more');
select t.later('1 minute') \gset x_
select t.tries(2, 'thoms@t.example', '203.0.113.9') as n \gset
select is((select count(*) from app.audit where act like '%throttled'), 2::bigint, 'nor with one more failure in between');
select t.later('15 minutes') \gset x_
select t.tries(6, 'thoms@t.example') as n \gset
select is((select count(*) from t.throttled('login.throttled')), 2::bigint, 'a later wait is another');
select t.later('10 minutes') \gset x_
update app.login_attempt set is_ok = true where id = (select max(id) from app.login_attempt);
select t.tries(6, 'thoms@t.example') as n \gset
select is((select count(*) from t.throttled('login.throttled')), 3::bigint, 'so is one after a success');
delete from app.login_attempt;
select t.tries(7, 'niemand@t.example') as n \gset
select results_eq($$select t.throttled('login.throttled') offset 3$$, $$values ('')$$, 'of an account that is none, without a person');
select count(app.reset_begin('graf@t.example', '203.0.113.' || g)) as n from generate_series(1, 7) g \gset
select results_eq($$select t.throttled('password.reset_throttled')$$, $$values ('person graf@t.example')$$, 'asking for links');
select is((select count(*) from app.login_attempt where address like '203.0.113.%'), 5::bigint, 'what is refused is no attempt');
select is(array(select a.act from app.audit a where a.act like '%throttled' and a.act not in (select k.act from app.acts() k)), '{}',
  'the auditor can filter by them');
select is((select count(*) from app.audit where act in ('login', 'login_failed', 'logout')), 6::bigint,
  'the audit log knows of all of it');

select * from finish();
rollback;
