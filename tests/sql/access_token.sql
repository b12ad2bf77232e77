-- Tokens of access: for reading or for both, in one context, as long as what
-- they rest on holds.
\ir t/setup.sql
select plan(28);

create function t.person(p_who text) returns bigint language sql as $$
  select id from app.person where mail = p_who || '@t.example'
$$;
create function t.token(p_who text, p_token text, p_writes boolean, p_factor boolean default true) returns bigint language sql as $$
  insert into app.access_token (token_hash, person_id, organisation_id, name, writes, has_factor, ends_at)
    values (sha256(p_token::bytea), t.person(p_who), (select s.organisation_id from app.session s where s.token_hash = sha256(p_who::bytea)),
      'Abfrage', p_writes, p_factor, clock_timestamp() + interval '30 days')
    returning id
$$;
create function t.make(p_who text, p_context text, p_days int default 30, p_scope text default 'read') returns jsonb language sql as $$
  select t.act(p_who, 'signed_in_confirmed', format('action.token_create(e, %L, %L, %L, %L)', 'Abfrage', p_scope, p_context, p_days))
$$;
-- Entered as a form is, which asks for the scope.
create function t.form(p_who text, p_audience text) returns text language plpgsql as $$
begin
  perform app.enter_form(p_audience, sha256(p_who::bytea), 'anfrage', null);
  return current_setting('app.request_id');
exception when others then
  return sqlerrm;
end $$;

update app.session set stepped_up_at = clock_timestamp() - interval '1 hour' where token_hash = sha256('huber');
select is(t.make('huber', 'T-BY') ->> 'error', 'step_up', 'a token is made by who has just confirmed');
update app.session set stepped_up_at = clock_timestamp() where token_hash = sha256('huber');
select is(t.make('huber', 'T-MV') ->> 'state', 'CN422', 'never for a house of others');
select is(t.make('huber', 'platform') ->> 'state', 'CN422', 'nor for the platform');
select is(t.make('huber', 'T-BY', 366) ->> 'error', 'token_days', 'for a year at most');
select is(t.make('huber', 'T-BY', 0) ->> 'error', 'token_days', 'and for a day at least');
select is(t.make('huber', 'T-BY', 30, 'alles') ->> 'state', 'CN422', 'for reading or for both');
select t.make('huber', 'T-BY') ->> 'token' as token \gset made_
select matches(:'made_token'::text, '^[A-Za-z0-9_-]{43}$', 'it is shown');
select is((select token_hash::bytea from app.access_token where person_id = t.person('huber')), sha256(convert_to(:'made_token', 'UTF8')),
  'and kept as its hash');
select isnt(t.make('huber', 'T-BY') ->> 'token', :'made_token'::text, 'each is another');
select is((select count(*) from app.audit where act = 'token.create' and person_id = t.person('huber')), 2::bigint, 'both are in the log');
select t.token('huber', 'viel-' || g, false) from generate_series(3, 20) g \g /dev/null
select is(t.make('huber', 'T-BY') ->> 'error', 'token_many', 'twenty are enough');

select t.token('huber', 'liest', false) as id \gset reads_
select t.token('huber', 'schreibt', true) as id \gset writes_
select is(t.read('liest', 'member', 'to_json((e).organisation_id)'), to_jsonb((select id from app.organisation where code = 'T-BY')),
  'it reads in its house');
select is(t.form('liest', 'editor'), 'token_scope', 'and does nothing there');
select is(t.form('schreibt', 'editor'), 'anfrage token ' || :writes_id,
  'one that writes does, and its number goes into the log');
select is(t.form('schreibt', 'releaser_confirmed'), 'token_never', 'nothing that is to be confirmed');
select is(t.read('schreibt', 'signed_in', '''{}''::json') ->> 'error', 'token_never', 'nothing about the person');
select is(t.read('schreibt', 'desk', '''{}''::json') ->> 'error', 'audience', 'nothing of the desk');

select is(t.act('huber', 'signed_in', format('action.token_revoke(e, %s)', :writes_id)) ->> 'location', '/account/tokens?notice=token_revoked',
  'its person revokes it');
select is(t.read('schreibt', 'member', '''{}''::json') ->> 'state', 'CN401', 'then it is unknown');
select is(t.act('graf', 'signed_in', format('action.token_revoke(e, %s)', :reads_id)) ->> 'state', 'CN404', 'others do not even find it');

update app.access_token set made_at = made_at - interval '31 days', ends_at = clock_timestamp() - interval '1 second' where id = :reads_id;
select is(t.read('liest', 'member', '''{}''::json') ->> 'state', 'CN401', 'nor does one hold that has run out');

select t.token('sander', 'desk', true) as id \gset desk_
update app.person set totp_set_at = clock_timestamp(), totp_secret = sha256('x') where id = t.person('sander');
select is(t.read('desk', 'moderator', '''true''::json'), 'true', 'a moderator''s was made with a second factor');
update app.access_token set has_factor = false where id = :desk_id;
select is(t.read('desk', 'moderator', '''true''::json') ->> 'state', 'CN401', 'without one its role is withheld, and it is nothing');
update app.access_token set has_factor = true where id = :desk_id;
update app.platform_role set valid = daterange(lower(valid), app.today()) where person_id = t.person('sander');
select is(t.read('desk', 'moderator', '''true''::json') ->> 'state', 'CN401', 'it ends with the role');

select t.token('graf', 'graf-token', true) as id \gset graf_
update app.person set state = 'locked' where id = t.person('graf');
select is(t.read('graf-token', 'member', '''{}''::json') ->> 'state', 'CN401', 'and with the lock');
select app.revoke_tokens(t.person('graf')) \g /dev/null
update app.person set state = 'active' where id = t.person('graf');
select is(t.read('graf-token', 'member', '''{}''::json') ->> 'state', 'CN401', 'for good');

select is((select count(*) from json_array_elements(app.person_data(t.person('huber'), 5) -> 'tokens')), 22::bigint,
  'the copy of one''s data has them all');
select ok(position('token_hash' in app.person_data(t.person('huber'), 5)::text) = 0, 'and no hash');
select * from finish();
rollback;
