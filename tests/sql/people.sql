-- People, invitations, roles with their time, and who cannot be done without.
\ir t/setup.sql
select plan(77);

create function t.person(p_who text) returns bigint language sql as $$
  select id from app.person where mail = p_who || '@t.example' $$;
create function t.org(p_code text) returns bigint language sql as $$
  select id from app.organisation where code = p_code $$;
-- app.invite is closed to the web role; a test action opens it.
create function action.t_invite(p_me app.caller, p_person bigint, p_org bigint, p_purpose text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return row_to_json(invite(p_me, p_person, p_org, p_purpose));
end $$;
alter function action.t_invite owner to resonanz_owner;
grant execute on function action.t_invite to resonanz_web;
create function t.invite(p_who text, p_person text, p_purpose text default 'invitation') returns jsonb
language sql as $$
  select t.act(p_who, 'signed_in', format('action.t_invite(e, %s, %s, %L)', t.person(p_person), t.org('T-BY'), p_purpose))
$$;

select is(app.is_mail('vera.huber@bayern.example') and app.is_mail('a+b@x-y.de'), true, 'addresses');
select is((select array_agg(x) from unnest(array['huber', 'huber@', '@bayern.de', 'a@b', 'a b@c.de', 'a@b@c.de',
  'a,b@c.de', 'a@c..de', 'a.@c.de', 'x@-c.de', 'a@c.d', 'a@[1.2.3.4]']) x where app.is_mail(x)), null, 'and what is none');

select is(t.invite('adler', 'graf') ->> 'purpose', 'invitation', 'an invitation');
select is((select app.invitation_state(i, app.now()) from app.invitation i), 'open', 'is open until it is sent');
select is((select ends_at - created_at from app.invitation), interval '7 days', 'holds a week');
select is((select array_agg(template || ' ' || state) from app.mail), '{"invitation ready"}', 'its mail waits');
select t.do(t.invite('adler', 'graf'));
select is((select array_agg(app.invitation_state(i, app.now()) order by i.id) from app.invitation i),
  '{withdrawn,open}', 'a second one makes the first void');
select is((select array_agg(state order by id) from app.mail), '{withdrawn,ready}', 'with its mail');
select t.do(t.invite('adler', 'graf', 'reset'));
select is((select array_agg(ends_at - created_at order by id) from app.invitation where withdrawn_at is null),
  '{7 days,01:00:00}', 'a reset holds an hour, beside it');
update app.person set state = 'locked' where id = t.person('graf');
select is(t.invite('adler', 'graf') ->> 'error', 'person_locked', 'who is locked gets none');
select is((select count(*) from app.audit where act in ('invitation.make', 'password.reset_link')), 3::bigint,
  'each link is in the log');


-- --- what the administration does --------------------------------------------------
create function t.key(p_who text) returns text language sql as $$
  select key from app.person where mail = p_who || '@t.example' $$;
create function t.admin(p_who text, p_call text, variadic p_args text[]) returns jsonb
language sql as $$
  select t.act(p_who, 'administrator_confirmed', format('action.%s(e, %s)', p_call,
    (select string_agg(case when a ~ '^(true|false)$' then a else quote_nullable(nullif(a, '')) end, ', ' order by n)
      from unnest(p_args) with ordinality x(a, n))))
$$;
create function t.role(p_who text, p_org text, p_role text) returns app.membership language sql as $$
  select m.* from app.membership m where m.person_id = t.person(p_who) and m.organisation_id = t.org(p_org)
    and m.role = p_role order by m.id desc limit 1
$$;
create function t.last_audit() returns text language sql as $$
  select act || ' ' || coalesce(object_kind, '') from app.audit order by id desc limit 1 $$;
update app.person set state = 'active' where id = t.person('graf');

select is(t.admin('adler', 'person_invite', 'Neu.Mann@t.example', 'Jörg Neumann', 't-mv', 'false', 'true', 'false', 'false', '', '', '30.06.2024')
  ->> 'outcome', 'invited', 'somebody new is invited');
select is((select array[name, mail, state] from app.person where mail = 'neu.mann@t.example'),
  '{Jörg Neumann,neu.mann@t.example,invited}'::text[], 'the address in small letters');
select is((t.role('neu.mann', 'T-MV', 'editor')).valid, '[2024-04-22,2024-07-01)', 'from today to the last day');
select is(t.admin('adler', 'person_invite', 'neu.mann@t.example', 'Anders', 'T-BY', 'true', 'false', 'false', 'false', '', '', '')
  ->> 'outcome', 'invited_again', 'invited to a second organisation: the same person, a new link');
select is((select count(*) from app.invitation where person_id = t.person('neu.mann') and withdrawn_at is null), 1::bigint, 'one open link');
select is((select name::text from app.person where mail = 'neu.mann@t.example'), 'Jörg Neumann', 'the name stays');
select is(t.admin('adler', 'person_invite', 'huber@t.example', 'Huber', 'T-MV', 'true', 'false', 'false', 'false', 'auditor', '', '')
  ->> 'outcome', 'known', 'who has an account gets the roles');
select is((select count(*) from app.invitation where person_id = t.person('huber')), 0::bigint, 'and no link');
select is((select template || ' ' || (args ->> 'reader') || ' ' || (args ->> 'auditor') from app.mail order by id desc limit 1),
  'role_granted true true', 'but a mail that names the roles');
select is((select granted_by from app.platform_role where person_id = t.person('huber')), t.person('adler'), 'who gave it is known');
select is(t.admin('adler', 'person_invite', 'x', 'Name', 'T-MV', 'true', 'false', 'false', 'false', '', '', '') ->> 'field', 'mail', 'no address');
select is(t.admin('adler', 'person_invite', 'x@y.example', 'Name', 'T-MV', 'false', 'false', 'false', 'false', '', '', '') ->> 'error', 'role_needed', 'no role');
select is(t.admin('adler', 'person_invite', 'x@y.example', 'Name', 'Nirgendwo', 'true', 'false', 'false', 'false', '', '', '') ->> 'error', 'organisation_unknown', 'no such organisation');
select is(t.admin('adler', 'person_invite', 'x@y.example', 'Name', 'a', 'true', 'false', 'false', 'false', '', '', '') ->> 'error', 'organisation_many', 'too many of them');
select is(t.admin('adler', 'person_invite', 'x@y.example', 'Name', 'bayern', 'true', 'false', 'false', 'false', '', '31.02.2024', '') ->> 'error', 'bad_day', 'no such day');
select is(t.admin('adler', 'person_invite', 'x@y.example', 'Name', 'bayern', 'true', 'false', 'false', 'false', '', '21.04.2024', '') ->> 'error', 'day_past', 'yesterday');
select is(t.admin('adler', 'person_invite', 'x@y.example', 'Name', 'bayern', 'true', 'false', 'false', 'false', '', '2024-05-02', '1.5.2024') ->> 'error', 'period_turned', 'a period turned round');
select is((select count(*) from app.person where mail = 'x@y.example'), 0::bigint, 'nothing half done');

select is(t.admin('adler', 'role_grant', t.key('huber'), 'T-BY', 'editor', '01.05.2024', '') - 'args',
  '{"error": "role_overlap", "state": "CN409", "field": "valid_from"}', 'a role that is there');
select is((t.admin('adler', 'role_grant', t.key('neu.mann'), 'T-MV', 'editor', '01.06.2024', '31.07.2024') ->> 'args')::jsonb,
  '{"have_from": "2024-04-22", "have_until": "2024-06-30", "from": "2024-06-01", "until": "2024-07-31"}', 'both periods are named');
select is(t.admin('adler', 'role_grant', t.key('neu.mann'), 'T-MV', 'editor', '01.07.2024', '31.07.2024') ->> 'error', null, 'the next day is free');

-- nobody to himself
select is(t.admin('adler', 'platform_role_grant', t.key('adler'), 'moderator', '', '') #>> '{refused,code}', 'self_grant', 'no role to oneself');
select is(t.last_audit(), 'platform_role.grant_refused person', 'the attempt is in the log');
select is(t.admin('adler', 'role_grant', t.key('adler'), 'T-BY', 'reader', '', '') #>> '{refused,code}', 'self_grant', 'nor one of a house');
select is(t.admin('adler', 'person_invite', ' Adler@t.example', 'Adler', '', 'false', 'false', 'false', 'false', 'moderator', '', '') #>> '{refused,code}', 'self_grant', 'nor by inviting oneself');
select is((select count(*) from app.platform_role where person_id = t.person('adler')), 1::bigint, 'there is none');
select throws_ok(format($$insert into app.platform_role (person_id, role, granted_by) values (%1$s, 'moderator', %1$s)$$, t.person('adler')), '23514');
select is(t.act('sander', 'administrator_confirmed', format('action.role_grant(e, %L, ''T-BY'', ''reader'', null, null)', t.key('graf'))) ->> 'state', 'CN403', 'a moderator grants nothing here');

-- the last ones
select is(t.admin('adler', 'role_stop', t.key('brandl'), (t.role('brandl', 'T-BY', 'releaser')).key, '') #>> '{refused,code}', 'last_releaser', 'the last release stays');
select is(t.last_audit(), 'role.end_refused person', 'the attempt is in the log');
select is(t.admin('adler', 'person_block', t.key('brandl')) #>> '{refused,code}', 'last_releaser', 'and is not locked');
select is((select state from app.person where id = t.person('brandl')), 'active', 'nothing happened');
select is(t.admin('adler', 'role_stop', t.key('adler'), (select key from app.platform_role where person_id = t.person('adler')), '') #>> '{refused,code}',
  'last_administrator', 'the last administration stays');
select is(t.admin('adler', 'person_block', t.key('adler')) #>> '{refused,code}', 'last_administrator', 'and is not locked');
select t.do(t.admin('adler', 'role_grant', t.key('graf'), 'T-BY', 'releaser', '', '31.05.2024'));
select is((t.admin('adler', 'person_block', t.key('brandl')) #>> '{refused,args,from}'), '2024-06-01', 'another one until May is not enough');
select is((t.admin('adler', 'role_stop', t.key('brandl'), (t.role('brandl', 'T-BY', 'releaser')).key, '15.05.2024') #>> '{refused,args,from}'), '2024-06-01',
  'nor for an end in May');
select is(t.admin('adler', 'role_stop', t.key('graf'), (t.role('graf', 'T-BY', 'releaser')).key, '01.06.2024') ->> 'error', 'last_day_late', 'no end after the end');
select t.do(t.admin('adler', 'role_grant', t.key('graf'), 'T-BY', 'releaser', '01.06.2024', ''));
update app.person set state = 'invited' where id = t.person('graf');
select is(t.admin('adler', 'person_block', t.key('brandl')) #>> '{refused,code}', 'last_releaser', 'who has not accepted stands in for nobody');
update app.person set state = 'active' where id = t.person('graf');
select is(t.admin('adler', 'role_stop', t.key('brandl'), (t.role('brandl', 'T-BY', 'releaser')).key, '30.04.2024') ->> 'location',
  '/people/' || t.key('brandl') || '?notice=role_ended', 'with somebody for every day it may end');
select is((t.role('brandl', 'T-BY', 'releaser')).valid, '(,2024-05-01)', 'after its last day');
select is((select count(*) from app.person_left_bare(t.person('graf'))), 1::bigint, 'now the other one is the last');
select is((select first_day from app.person_left_bare(t.person('graf'))), '2024-05-01', 'from May on');

update app.organisation set valid = daterange(null, '2024-05-01') where code = 'T-BY';
select is((select count(*) from app.person_left_bare(t.person('graf'))), 0::bigint, 'a house that ends then needs nobody');
update app.organisation set valid = daterange(null, null) where code = 'T-BY';
insert into app.person (mail, name) values ('z@t.example', 'Dr. Zöllner'), ('a@t.example', 'Prof. Dr. Ähren');
select is((select array_agg(name::text order by sort_name, id) from app.person where name in ('Graf', 'Dr. Zöllner', 'Prof. Dr. Ähren', 'Huber')),
  '{"Prof. Dr. Ähren",Graf,Huber,"Dr. Zöllner"}', 'a title is no part of the order');

-- locking
select is((select count(*) from app.session where person_id = t.person('thoms')), 1::bigint, 'thoms is signed in');
select is(t.admin('adler', 'person_block', t.key('thoms')) #>> '{refused,code}', 'last_releaser', 'a house of one person is protected');
select t.do(t.admin('adler', 'person_block', t.key('huber')));
select is(t.read('huber', 'signed_in', 'to_json((e).roles)') ->> 'state', 'CN401', 'who is locked is nobody at the next request');
select is((select count(*) from app.session where person_id = t.person('huber')), 0::bigint, 'no session is left');
select is(t.admin('adler', 'person_invite', 'huber@t.example', 'H', 'T-KLEIN', 'true', 'false', 'false', 'false', '', '', '') ->> 'error', 'person_locked', 'nor invited');
select is(t.admin('adler', 'person_block', t.key('huber')) ->> 'error', 'person_state', 'nor locked twice');
select t.do(t.admin('adler', 'person_unblock', t.key('huber')));
select is((select state from app.person where id = t.person('huber')), 'active', 'and back');
select t.do(t.admin('adler', 'person_block', t.key('neu.mann')));
select is((select count(*) from app.invitation where person_id = t.person('neu.mann') and withdrawn_at is null), 0::bigint, 'links of who is locked are void');
select t.do(t.admin('adler', 'person_unblock', t.key('neu.mann')));
select is((select state from app.person where id = t.person('neu.mann')), 'invited', 'who had no password is invited again');

-- address, second factor
select t.do(t.admin('adler', 'person_save', t.key('neu.mann'), 'Jörg Neumann-Ost', 'J.Neumann@t.example'));
select is((select array_agg(app.invitation_state(i, app.now())) from app.invitation i where i.id = (select max(id) from app.invitation)), '{open}', 'a new address, a new link');
select is((select address from app.mail where template = 'mail_changed'), 'neu.mann@t.example', 'the old one is told');
select is(t.admin('adler', 'person_save', t.key('graf'), 'Graf', 'huber@t.example') ->> 'error', 'mail_taken', 'an address of somebody else');
update app.person set totp_secret = '\x00', totp_set_at = now(), totp_step = 1 where id in (t.person('graf'), t.person('adler'));
insert into app.recovery_code (person_id, code_hash) values (t.person('graf'), sha256('a')), (t.person('graf'), sha256('b'));
select t.do(t.admin('adler', 'person_factor_reset', t.key('graf')));
select is((select array[totp_set_at is null, (select count(*) = 0 from app.recovery_code c where c.person_id = p.id),
  (select count(*) = 0 from app.session s where s.person_id = p.id)] from app.person p where p.id = t.person('graf')), '{t,t,t}', 'secret, codes and sessions are gone');
select is(t.admin('adler', 'person_factor_reset', t.key('adler')) #>> '{refused,code}', 'self_factor', 'not the own one');
select t.do(t.admin('adler', 'person_factor_demand', t.key('lorenz'), 'true'));
select is((select factor_demanded from app.person where id = t.person('lorenz')), true, 'a factor is demanded');

-- --- invitations ----------------------------------------------------------------------
select t.do(t.act('sander', 'inviter_confirmed', $$action.invitation_make(e, 'gast@t.example', 'Gast', 'T-KLEIN', true, false, false, false, null, null)$$));
insert into app.organisation (code, level) values ('T-FREMD', 'bund');
insert into app.organisation_name (organisation_id, name, short_name) values (t.org('T-FREMD'), 'Bundesamt ohne Einladung', 'Ohne');
select is(t.act('sander', 'inviter_confirmed', $$action.invitation_make(e, 'gast@t.example', 'Gast', 'T-FREMD', true, false, false, false, null, null)$$)
  ->> 'error', 'organisation_unknown', 'a moderator invites for the organisations of a consultation');
select is(t.act('sander', 'inviter_confirmed', $$action.invitation_make(e, 'sander@t.example', 'S', 'T-BY', true, false, false, false, null, null)$$)
  #>> '{refused,code}', 'self_grant', 'never herself');
select t.do(t.admin('adler', 'person_invite', 'revision@t.example', 'Rita Revision', '', 'false', 'false', 'false', 'false', 'auditor', '', ''));
select is(jsonb_array_length(t.read('adler', 'inviter', 'page.invitations(e, null, null, null)') -> 'rows')
  - jsonb_array_length(t.read('sander', 'inviter', 'page.invitations(e, null, null, null)') -> 'rows'), 1, 'those of the platform only the administration sees');
select is(t.act('sander', 'inviter', format('action.invitation_withdraw(e, %L, null)',
  (select key from app.invitation where person_id = t.person('revision')))) ->> 'state', 'CN404', 'and withdraws');
select t.do(t.act('sander', 'inviter', format('action.invitation_withdraw(e, %L, null)', (select key from app.invitation where person_id = t.person('gast')))));
select is((select array_agg(app.invitation_state(i, app.now()) || ' ' || m.state) from app.invitation i join app.mail m on m.invitation_id = i.id
  where i.person_id = t.person('gast')), '{"withdrawn withdrawn"}', 'withdrawn with its mail');
select t.do(t.act('sander', 'inviter', format('action.invitation_resend(e, %L, null)', (select key from app.invitation where person_id = t.person('gast')))));
select is((select array_agg(app.invitation_state(i, app.now()) order by i.id) from app.invitation i where i.person_id = t.person('gast')), '{withdrawn,open}', 'and sent again');
select t.clock('2024-04-30 09:00');
select is((select app.invitation_state(i, app.now()) from app.invitation i where i.person_id = t.person('gast') order by i.id desc limit 1), 'expired', 'it ends after a week');

select * from finish();
rollback;
