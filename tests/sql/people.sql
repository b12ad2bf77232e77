-- People, invitations, roles with their time, and who cannot be done without.
\ir t/setup.sql
select plan(11);

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

select * from finish();
rollback;
