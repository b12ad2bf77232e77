-- Contexts of a session, links of one use, resets, the own password.
\ir t/setup.sql
select plan(46);

create function t.person(p_who text) returns bigint language sql as $$
  select id from app.person where mail = p_who || '@t.example' $$;
create function t.org(p_code text) returns bigint language sql as $$
  select id from app.organisation where code = p_code $$;
-- A call as the web role makes it: its result, or the code of its error.
create function t.call(p_sql text) returns text language plpgsql as $$
declare
  v_result text;
begin
  begin
    perform set_config('session_authorization', 'resonanz_web', true);
    execute 'select (' || p_sql || ')::text' into v_result;
  exception when others then
    v_result := sqlstate || ' ' || sqlerrm;
  end;
  reset session authorization;
  return v_result;
end $$;
create function t.switch(p_who text, p_context text) returns text language sql as $$
  select t.call(format('app.switch_context(sha256(%L), ''t'', %L)', p_who, p_context)) $$;
create function t.form(p_who text, p_audience text, p_context text) returns text language sql as $$
  select t.call(format('select ''ok'' from app.enter_form(%L, sha256(%L), ''t'', %L)', p_audience, p_who, p_context)) $$;
-- A link as the mail job sends it.
create function t.link(p_who text, p_purpose text, p_token text) returns void language sql as $$
  select app.invite(null::app.caller, t.person(p_who), null, p_purpose);
  update app.invitation set token_hash = sha256(p_token::bytea), sent_at = app.now()
    where id = (select max(id) from app.invitation where person_id = t.person(p_who));
$$;
create function t.accept(p_token text, p_session text) returns text language sql as $$
  select t.call(format('app.link_accept(sha256(%L), ''$argon2id$neu'', sha256(%L), null, ''Firefox'', ''192.0.2.7'', ''t'')',
    p_token, p_session)) $$;

-- --- contexts ---------------------------------------------------------------
insert into app.membership (person_id, organisation_id, role) values (t.person('huber'), t.org('T-MV'), 'releaser');
insert into app.platform_role (person_id, role) values (t.person('huber'), 'reporter');
select results_eq($$ select context, roles from app.contexts(t.person('huber')) $$,
  $$ values ('T-BY', '{editor}'::text[]), ('T-MV', '{releaser}'), ('platform', '{reporter}') $$, 'what somebody can act for, the platform last');
select is(app.default_context(t.person('huber')), t.org('T-BY'), 'the oldest membership is where one begins');
select is(t.switch('huber', 'T-MV')::json ->> 'landing', '/consultations/dachstrategie/response', 'switching leads to that house');
select is((select organisation_id from app.session where token_hash = sha256('huber')), t.org('T-MV'), 'the session acts for it');
select is(app.default_context(t.person('huber')), t.org('T-MV'), 'and the next one begins there');
select is(t.switch('huber', 'platform')::json ->> 'landing', '/consultations/dachstrategie/returns', 'the platform has its own landing');
select is(app.default_context(t.person('huber')), null, 'also for the next login');
select is(t.switch('huber', 'T-KLEIN'), 'CN404 not_found', 'a house one does not belong to is not there');
select is(t.switch('huber', 'NICHTS'), 'CN404 not_found', 'like one that does not exist');
select is(t.switch('graf', 'platform'), 'CN404 not_found', 'nor the platform without a role on it');
select is(t.switch('niemand', 'T-BY'), 'CN401 login', 'nobody switches nothing');
select is(t.switch('huber', 'T-BY') is not null, true, 'back');
update app.membership set valid = daterange(null, '2024-04-20') where person_id = t.person('huber') and organisation_id = t.org('T-BY');
select is(app.default_context(t.person('huber')), t.org('T-MV'), 'a role that ended is no context to begin in');
update app.membership set valid = daterange(null, null) where person_id = t.person('huber');
select is((select count(*) from app.audit where act = 'session.context'), 3::bigint, 'each switch stands in the log');

create function t.refused(p_context text) returns text language sql as $$
  select t.form('huber', 'editor', p_context) $$;
select is(t.refused('T-BY'), 'ok', 'a form of this context passes');
select is(t.refused('T-MV'), 'CN409 context', 'one of another does not');
select is(t.refused(null), 'CN409 context_missing', 'who has several must say');
select is(t.form('graf', 'member', null), 'ok', 'who has one need not');
select is(t.form('huber', 'signed_in', 'T-MV'), 'ok', 'what is about the person holds in every context');

-- --- how long ---------------------------------------------------------------
select is(app.idle_time(), interval '30 minutes', 'half an hour');
update app.setting set value = '15' where key = 'session.idle_minutes';
update app.session set touched_at = clock_timestamp() - interval '16 minutes' where token_hash = sha256('graf');
select is(t.form('graf', 'signed_in', null), 'CN401 login', 'or what the setting says');
delete from app.setting where key = 'session.idle_minutes';
select is(t.form('graf', 'signed_in', null), 'ok', 'without the setting it is half an hour');

-- --- an invitation ------------------------------------------------------------
insert into app.person (mail, name) values ('neu@t.example', 'Nina Neu');
insert into app.membership (person_id, organisation_id, role) values (t.person('neu'), t.org('T-KLEIN'), 'editor');
select t.link('neu', 'invitation', 'link-1');
select is((select app.link_view(sha256('link-1')) #>> '{contexts,0,roles,0}'), 'editor', 'the page says for what');
select is(t.call($$app.link_use(sha256('link-1'))::json ->> 'mail'$$), 'neu@t.example', 'the names for the rules of passwords');
select is(t.call($$app.link_use(sha256('unbekannt'))$$), 'CN404 not_found', 'an unknown link is not there');
select t.clock('2024-04-29 09:01');
select is(t.call($$app.link_use(sha256('link-1'))$$), 'CN410 link_expired', 'seven days');
select t.clock('2024-04-22 09:00');
select is(t.accept('link-1', 'neu-1')::json ->> 'location', '/account/welcome', 'accepted');
select is((select state || ' ' || password_hash from app.person where mail = 'neu@t.example'), 'active $argon2id$neu', 'the account is active');
select is((select organisation_id from app.session where token_hash = sha256('neu-1')), t.org('T-KLEIN'), 'and signed in for the house');
select is(t.accept('link-1', 'neu-2'), 'CN410 link_used', 'once');
select is((select count(*) from app.mail where template = 'password_changed'), 0::bigint, 'a first password is no change');
select is((select count(*) from app.audit where act in ('invitation.accept', 'password.set')), 2::bigint, 'it stands in the log');

-- --- a reset --------------------------------------------------------------------
select t.link('brandl', 'reset', 'link-2');
update app.session set touched_at = clock_timestamp() where person_id = t.person('brandl');
select is(t.accept('link-2', 'neu-3')::json ->> 'location' like '/account/second-factor%', true, 'who must have a second factor is led to it');
select is(t.form('brandl', 'signed_in', null), 'CN401 login', 'every other session is over');
select is((select count(*) from app.mail where template = 'password_changed'), 1::bigint, 'a mail says so');
update app.person set totp_secret = '\x00', totp_set_at = now() where mail = 'lorenz@t.example';
select t.link('lorenz', 'reset', 'link-3');
select is(t.accept('link-3', 'neu-4')::json ->> 'location', '/login/second-factor', 'who has one is asked for it');
select is((select is_pending from app.session where token_hash = sha256('neu-4')), true, 'and not signed in before');
select t.link('thoms', 'reset', 'link-4');
update app.person set state = 'locked' where mail = 'thoms@t.example';
select is(t.accept('link-4', 'neu-5'), 'CN410 link_withdrawn', 'a locked person has no links');

delete from app.login_attempt;
select is(t.call($$app.reset_begin('niemand@t.example', '192.0.2.1')$$) || t.call($$app.reset_begin('graf@t.example', '192.0.2.1')$$), '00', 'asking is alike for all');
select is((select count(*) from app.login_attempt), 2::bigint, 'and leaves the same behind');
select t.call($$app.reset_make('niemand@t.example', 't')$$) as a, t.call($$app.reset_make('graf@t.example', 't')$$) as b, t.call($$app.reset_make('thoms@t.example', 't')$$) as c \gset
select is((select array_agg(p.mail) from app.mail m join app.person p on p.id = m.person_id where m.template = 'password_reset' and m.state = 'ready' and p.mail <> 'thoms@t.example'
  and not exists (select from app.invitation i where i.id = m.invitation_id and i.used_at is not null)), '{graf@t.example}', 'only an active account gets a link');
select count(*) as n from generate_series(1, 5) g, lateral t.call(format($$app.reset_begin('viel@t.example', '198.51.100.%s')$$, g)) \gset
select cmp_ok(t.call($$app.reset_begin('VIEL@t.example', '192.0.2.10')$$)::int, '>', 0, 'an address can be asked for a few times');

-- --- the own password -------------------------------------------------------------
insert into app.session (token_hash, person_id, organisation_id, ends_at)
  values (sha256('graf-2'), t.person('graf'), t.org('T-BY'), clock_timestamp() + interval '1 hour');
select is(t.call($$app.password_change(sha256('graf'), 't', '$argon2id$anders', sha256('graf-neu'), '192.0.2.1')$$),
  '/account?notice=password_changed', 'changed');
select is((select array_agg(token_hash = sha256('graf-neu')) from app.session where person_id = t.person('graf')), '{t}', 'one session is left, under a new token');
select is((select password_hash from app.person where mail = 'graf@t.example'), '$argon2id$anders', 'with the new hash');
select is(t.call($$app.password_change(sha256('niemand'), 't', 'x', sha256('y'), '192.0.2.1')$$), 'CN401 login', 'nobody has no password');

select * from finish();
rollback;
