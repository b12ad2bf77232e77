-- The second factor: pending sessions, steps that count once, recovery codes,
-- step-up, what may not be taken away.
\ir t/setup.sql
select plan(51);

create function t.id(p_who text) returns bigint language sql as $$
  select id from app.person where mail = p_who || '@t.example'
$$;
create function t.password(p_who text, p_token text) returns json language sql as $$
  select app.login_finish(t.id(p_who), p_who || '@t.example', '192.0.2.1', true, sha256(p_token::bytea), null, 'Firefox')
    from app.login_begin(p_who || '@t.example', '192.0.2.1')
$$;
create function t.code(p_token text, p_step bigint, p_new text, p_recovery text default null) returns json
language sql as $$
  select app.factor_finish(sha256(p_token::bytea), '192.0.2.1', p_step, array[encode(sha256('former'), 'hex'), encode(sha256(p_recovery::bytea), 'hex')],
    sha256(p_new::bytea), 'Firefox')
    from app.factor_begin(sha256(p_token::bytea), true, '192.0.2.1')
$$;
create function t.step_up(p_token text, p_step bigint, p_password_ok boolean default false) returns text
language sql as $$
  select app.step_up_finish(sha256(p_token::bytea), '192.0.2.1', p_step, null, p_password_ok) ->> 'used'
    from app.factor_begin(sha256(p_token::bytea), false, '192.0.2.1')
$$;
create function t.hashes(p_count int) returns text[] language sql as $$
  select array_agg(encode(sha256(('code-' || g)::bytea), 'hex')) from generate_series(1, p_count) g
$$;
create function t.waits(p_who text) returns boolean language sql as $$
  select app.account_wait(sha256(convert_to(p_who || '@t.example', 'UTF8'))) > 0
$$;

-- --- who needs one -----------------------------------------------------------
select is(app.factor_reasons(t.id('sander')), '{platform}', 'a role of the platform');
select is(app.factor_reasons(t.id('brandl')), '{seat}', 'release for a seat');
select is(app.factor_reasons(t.id('thoms')), '{}', 'not release for a small office');
select is(app.factor_reasons(t.id('huber')), '{}', 'nor editing for a seat');
update app.consultation set release_needs_factor = true where slug = 'dachstrategie';
select is(app.factor_reasons(t.id('thoms')), '{consultation}', 'unless the consultation wants it');
select t.do(t.save('thoms', 'K3.N1', 0, 'note', 'Kleine Ämter entlasten.'));
update app.session set factor_at = null where token_hash = sha256('thoms');
select is(t.release('thoms', 'T-KLEIN') ->> 'error', 'second_factor', 'whose release is refused without');
update app.session set factor_at = clock_timestamp() where token_hash = sha256('thoms');
select is(t.release('thoms', 'T-KLEIN') ->> 'version', '1', 'and done with it');
update app.consultation set release_needs_factor = false;
update app.person set factor_demanded = true where id = t.id('huber');
select is(app.factor_reasons(t.id('huber')), '{demanded}', 'or the administration demands it');
update app.person set factor_demanded = false where id = t.id('huber');

-- --- setting -----------------------------------------------------------------
select is(t.act('brandl', 'signed_in_confirmed', 'action.factor_subject(e)') ->> 'stamp', '', 'nothing is set');
select t.do(t.act('brandl', 'signed_in_confirmed',
  format('action.factor_set(e, %L, 100, %L)', '\xab'::bytea, t.hashes(10))));
select is((select row(totp_secret, totp_step)::text from app.person where id = t.id('brandl')), '("\\xab",100)',
  'secret and first step');
select is(app.factor_state(t.id('brandl')) ->> 'codes_left', '10', 'ten recovery codes');
select isnt(app.factor_state(t.id('brandl')) ->> 'stamp', '', 'the next secret will be another');
select is(t.act('brandl', 'signed_in', 'action.factor_remove(e)') ->> 'error', 'factor_mandatory',
  'a mandatory one stays');
update app.session set factor_at = null where token_hash = sha256('brandl');
select is(t.act('brandl', 'signed_in_confirmed', 'action.factor_subject(e)') - 'args',
  '{"error": "step_up", "state": "CN403", "field": "confirm_code"}', 'who has not shown it does not change it');
select is(t.act('brandl', 'signed_in', format('action.factor_codes(e, %L)', t.hashes(10))) ->> 'error', 'step_up',
  'nor the recovery codes');
select is(t.act('huber', 'signed_in', format('action.factor_codes(e, %L)', t.hashes(10))) ->> 'error', 'factor_none',
  'without a factor there are none');

-- --- the login ---------------------------------------------------------------
select is(t.password('brandl', 'warten')::text, '{"ok" : true, "needs_factor" : true, "landing" : null}',
  'the password alone signs nobody in');
select is(t.read('warten', 'signed_in', 'to_json((e).roles)') ->> 'state', 'CN401', 'what waits is no session');
select is(t.read('warten', 'member', 'to_json((e).roles)') ->> 'state', 'CN401', 'for nothing');
select is(t.read('warten', 'pending', 'to_json((e).person_id)')::bigint, t.id('brandl'), 'but for the code');
select is(t.read('brandl', 'pending', 'to_json((e).person_id)') ->> 'state', 'CN401', 'where a session is nothing');
select is((select count(*) from app.login_attempt where is_ok), 0::bigint, 'the password does not count as a success');
select throws_like($$select app.factor_begin(sha256('brandl'), true, '192.0.2.1')$$, 'login', 'begin is for what waits');
select is(t.code('warten', 100, 'neu') ->> 'ok', 'false', 'the step used before is refused');
select is(t.code('warten', 99, 'neu') ->> 'ok', 'false', 'so is one before it');
select is(t.code('warten', null, 'neu') ->> 'ok', 'false', 'so is a code that C found wrong');
select is(t.code('warten', 101, 'neu') ->> 'landing', '/consultations/dachstrategie/response', 'the next one is taken');
select is(t.read('neu', 'releaser', 'to_json((e).has_factor)'), 'true'::jsonb, 'under a new token, with all roles');
select is((select count(*) from app.session where token_hash = sha256('warten')), 0::bigint, 'the old one is gone');
select isnt((select last_login_at from app.person where id = t.id('brandl')), null, 'the login is noted');
select is((select array_agg(act order by id) from (select act, id from app.audit
    where person_id = t.id('brandl') and act like 'login%' order by id desc limit 5) a),
  '{login.password,login.factor_failed,login.factor_failed,login.factor_failed,login.factor}', 'so is each attempt');

select t.password('brandl', 'warten-2') is not null as x \gset
select is(t.code('warten-2', null, 'neu-2', 'code-7') ->> 'used', 'recovery', 'a recovery code instead');
select t.password('brandl', 'warten-3') is not null as x \gset
select is(t.code('warten-3', null, 'neu-3', 'code-7') ->> 'ok', 'false', 'counts once');
select is(t.code('warten-3', null, 'neu-3', 'code-99') ->> 'ok', 'false', 'another is none');
select is(app.factor_state(t.id('brandl')) ->> 'codes_left', '9', 'nine are left');
update app.session set created_at = clock_timestamp() - interval '11 minutes', ends_at = clock_timestamp() - interval '1 second'
  where token_hash = sha256('warten-3');
select throws_like($$select t.code('warten-3', 102, 'neu-3')$$, 'login', 'after ten minutes it is too late');

-- --- too many ----------------------------------------------------------------
delete from app.login_attempt;
select t.password('brandl', 'raten') is not null as x \gset
select count(t.code('raten', null, 'geraten')::text) as n from generate_series(1, 5) \gset
select is(t.waits('brandl'), true, 'five wrong codes: the account waits');
select is(t.waits('sander'), false, 'another does not');
select is((select wait_seconds > 0 from app.factor_begin(sha256('raten'), true, '203.0.113.9')), true, 'from wherever');
select is((select count(*) from app.login_attempt), 5::bigint, 'while it waits nothing is looked at');
delete from app.login_attempt;
select count(t.code('raten', null, 'geraten')::text) as n from generate_series(1, 4) \gset
select t.password('brandl', 'raten-2') is not null as x \gset
select is(t.code('raten-2', null, 'geraten') ->> 'ok', 'false', 'the right password between');
select is(t.waits('brandl'), true, 'does not set the count back');
delete from app.login_attempt;

-- --- step-up -----------------------------------------------------------------
update app.session set stepped_up_at = clock_timestamp() - interval '11 minutes' where token_hash in (sha256('neu'), sha256('huber'));
select is(t.act('neu', 'releaser_confirmed', 'to_json(1)') - 'error', '{"state": "CN403", "field": "confirm_code", "args": "{\"method\" : \"code\"}"}',
  'after ten minutes the code is asked for');
select is(t.act('huber', 'editor_confirmed', 'to_json(1)') ->> 'field', 'confirm_password', 'of others the password');
select is(t.step_up('neu', 101), null, 'a step used is refused');
select is(t.step_up('neu', null, true), null, 'the password is no substitute');
select is(t.step_up('neu', 102), 'code', 'the next one is taken');
select is(t.act('neu', 'releaser_confirmed', 'to_json(1)'), '1'::jsonb, 'and good for ten minutes');
select is(t.step_up('huber', null, true), 'password', 'a right password');
select is(t.read('huber', 'signed_in', 'to_json((e).has_factor)'), 'false'::jsonb, 'shows no second factor') from (
  select app.clear_factor(t.id('huber'))) x;

-- --- without -----------------------------------------------------------------
select t.do(t.act('graf', 'signed_in', format('action.factor_set(e, %L, 5, %L)', '\xcd'::bytea, t.hashes(10))));
select is(t.act('graf', 'signed_in', 'action.factor_remove(e)') ->> 'location', '/account/second-factor?notice=factor_removed',
  'one that nothing demands can go');

select * from finish();
rollback;
