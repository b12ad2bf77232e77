-- The own account, before and while somebody is known: in which context a
-- session acts and how long it lasts. All times are of the real clock but those
-- of links and validity. Runs as resonanz_identity.
set local role resonanz_identity;

-- How long a session lasts without a request.
create or replace function app.idle_time() returns interval
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return make_interval(mins => coalesce(
    (select (s.value #>> '{}')::int from setting s where s.key = 'session.idle_minutes'), 30));
end $$;

-- What a person can act for today: organisations by name, then the platform
-- (code "platform", organisation_id null). Roles as they are held, withheld or
-- not.
create or replace function app.contexts(p_person_id bigint)
returns table (context text, organisation_id bigint, name text, roles text[])
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_today date := today();
begin
  return query
    select o.code, o.id, n.short_name::text, x.roles
      from (select m.organisation_id as id, array_agg(distinct m.role::text order by m.role::text) as roles
          from membership m where m.person_id = p_person_id and m.valid @> v_today group by 1) x
        join organisation o on o.id = x.id, name_on(o.id, v_today) n
      order by n.short_name, o.code;
  return query
    select 'platform', null::bigint, null::text, array_agg(r.role::text order by r.role::text)
      from platform_role r where r.person_id = p_person_id and r.valid @> v_today having count(*) > 0;
end $$;

-- Where a session begins: where the last one was, else the first organisation,
-- else the platform (null).
create or replace function app.default_context(p_person_id bigint) returns bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_last text := (select p.last_context from person p where p.id = p_person_id);
  v_id bigint;
begin
  select c.organisation_id into v_id from contexts(p_person_id) c where c.context = v_last;
  if found then
    return v_id;
  end if;
  return (select m.organisation_id from membership m
    where m.person_id = p_person_id and m.valid @> today() order by m.id limit 1);
end $$;

-- Somebody of the house has looked: the invitation counts as opened.
create or replace function app.note_opened(p_organisation_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update participation p set opened_at = app.now()
    from stage s where s.id = p.stage_id and s.opens_at <= app.now()
      and p.organisation_id = p_organisation_id and p.opened_at is null;
end $$;

-- Another context for this session. What the person does not hold is not
-- there, like any other word.
create or replace function app.switch_context(p_session bytea, p_request text, p_context text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller := admit('signed_in', p_session, p_request);
begin
  select c.organisation_id into v_me.organisation_id from contexts(v_me.person_id) c where c.context = p_context;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  update session s set organisation_id = v_me.organisation_id, touched_at = clock_timestamp()
    where s.id = v_me.session_id;
  update person p set last_context = p_context where p.id = v_me.person_id;
  perform note_opened(v_me.organisation_id),
    audit(v_me, 'session.context', 'session', v_me.session_id);
  return json_build_object('landing', landing(v_me.person_id, v_me.organisation_id));
end $$;

create or replace function app.session_stays(p_session_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update session s set touched_at = clock_timestamp() where s.id = p_session_id;
end $$;

-- --- links of one use: invitation and reset -------------------------------

-- The link behind a hash, if it can be used. Unknown is like any page that is
-- not there; who holds the token of a used one may know that it is used.
create or replace function app.link_by_hash(p_hash bytea) returns app.invitation
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  i app.invitation;
  v_state text;
begin
  select x.* into i from invitation x where x.token_hash = p_hash;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  select p.state into v_state from person p where p.id = i.person_id;
  if v_state in ('locked', 'erased') then
    perform fail('CN410', 'link_withdrawn');
  elsif i.used_at is not null or (i.purpose = 'invitation' and v_state = 'active') then
    perform fail('CN410', 'link_used');
  elsif i.withdrawn_at is not null then
    perform fail('CN410', 'link_withdrawn');
  elsif i.ends_at <= app.now() then
    perform fail('CN410', 'link_expired');
  end if;
  return i;
end $$;

-- Why a second factor is or is not needed: set, demanded, optional.
create or replace function app.factor_need(p_person_id bigint) returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return case when (select p.totp_set_at is not null from person p where p.id = p_person_id) then 'set'
    when cardinality(factor_reasons(p_person_id)) > 0 then 'demanded' else 'optional' end;
end $$;

-- What the page of a link shows.
create or replace function app.link_view(p_hash bytea) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  i app.invitation := link_by_hash(p_hash);
begin
  return (select json_build_object('purpose', i.purpose, 'name', p.name, 'mail', p.mail, 'ends_at', i.ends_at,
      'factor', factor_need(p.id),
      'by', (select b.name from person b where b.id = i.created_by and i.purpose = 'invitation'),
      'contexts', (select coalesce(json_agg(json_build_object('name', coalesce(n.name::text, c.name), 'roles', c.roles)), '[]')
        from contexts(p.id) c left join lateral name_on(c.organisation_id, today()) n on c.organisation_id is not null))
    from person p where p.id = i.person_id);
end $$;

-- The names that a new password must not contain.
create or replace function app.password_names(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select json_build_object('mail', p.mail, 'name', p.name,
      'organisations', (select coalesce(json_agg(x.name), '[]') from membership m, name_on(m.organisation_id, today()) n,
          lateral (values (n.name::text), (n.short_name::text)) x (name) where m.person_id = p.id))
    from person p where p.id = p_person_id);
end $$;

create or replace function app.link_use(p_hash bytea) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return password_names((link_by_hash(p_hash)).person_id);
end $$;

-- A new password of a person, whatever led to it: every session ends, open
-- links are void, a mail says so where there was a password before.
create or replace function app.set_password(p_me app.caller, p_password_hash text, p_act text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_had_one boolean := (select p.password_hash is not null from person p where p.id = p_me.person_id);
begin
  update person p set password_hash = p_password_hash, password_set_at = clock_timestamp(),
      state = case p.state when 'invited' then 'active' else p.state end
    where p.id = p_me.person_id;
  delete from session s where s.person_id = p_me.person_id and s.id is distinct from p_me.session_id;
  perform withdraw_links(p_me.person_id, null), audit(p_me, p_act, 'person', p_me.person_id);
  if v_had_one then
    perform queue_mail('password_changed', p_me.person_id, null, null,
      jsonb_build_object('at', date_trunc('second', clock_timestamp())), null, null);
  end if;
end $$;

-- Uses a link up: the account is active with this password, and signed in; who
-- has a second factor is asked for it first.
create or replace function app.link_accept(p_hash bytea, p_password_hash text, p_session bytea, p_old_session bytea,
  p_agent text, p_address text, p_request text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  i app.invitation;
  v_me app.caller;
  v_account bytea;
  v_need text;
begin
  perform set_config('app.request_id', coalesce(p_request, ''), true);
  perform from invitation x where x.token_hash = p_hash for update;
  i := link_by_hash(p_hash);
  v_me.person_id := i.person_id;
  select sha256(convert_to(p.mail, 'UTF8')) into v_account from person p where p.id = i.person_id;
  v_need := factor_need(i.person_id);
  update invitation x set used_at = app.now() where x.id = i.id;
  delete from session s where s.token_hash = p_old_session;
  perform audit(v_me, case i.purpose when 'reset' then 'password.reset' else 'invitation.accept' end, 'invitation', i.id),
    set_password(v_me, p_password_hash, 'password.set');
  if v_need = 'set' then
    perform open_pending(i.person_id, p_session, p_agent, null, p_address);
    return json_build_object('location', '/login/second-factor');
  end if;
  insert into login_attempt (account_hash, address, is_ok) values (v_account, p_address, true);
  v_me := open_session(i.person_id, p_session, p_agent, false);
  return json_build_object('location', case when v_need = 'demanded' then '/account/second-factor?notice=account_active'
    when i.purpose = 'reset' then '/account?notice=password_changed' else '/account/welcome' end);
end $$;

-- Asking for a reset: the same work for every address, so that neither answer
-- nor time tells whether there is an account.
create or replace function app.reset_begin(p_mail text, p_address text) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return attempt_begin(sha256(convert_to('reset ' || lower(p_mail), 'UTF8')), p_address,
    (select p.id from person p where p.mail = lower(p_mail)), 'password.reset_throttled');
end $$;

-- The second half, which nobody waits for: a link to whom there is one to send
-- to. An invited person gets a new invitation, as long as the last one was not
-- withdrawn; a link that was made a moment ago is enough.
create or replace function app.reset_make(p_mail text, p_request text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
  v_id bigint;
  v_purpose text;
  i app.invitation;
begin
  perform set_config('app.request_id', coalesce(p_request, ''), true);
  select p.id, case p.state when 'active' then 'reset' when 'invited' then 'invitation' end into v_id, v_purpose
    from person p where p.mail = lower(p_mail);
  if v_purpose is null then
    return;
  end if;
  select x.* into i from invitation x where x.person_id = v_id and x.purpose = v_purpose order by x.id desc limit 1;
  if v_purpose = 'invitation' and (i.id is null or i.withdrawn_at is not null) then
    return;
  elsif i.used_at is null and i.withdrawn_at is null and i.ends_at > app.now()
      and i.created_at > app.now() - interval '2 minutes' then
    return;
  end if;
  perform invite(v_me, v_id, i.organisation_id, v_purpose);
end $$;

-- --- the own password ------------------------------------------------------

create or replace function app.password_begin(p_session bytea, p_request text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return password_names((admit('signed_in', p_session, p_request)).person_id);
end $$;

-- The old one was right: the new one holds, this session goes on under a new
-- token, all others end.
create or replace function app.password_change(p_session bytea, p_request text, p_password_hash text,
  p_new_session bytea, p_address text) returns text
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller := admit('signed_in', p_session, p_request);
begin
  update login_attempt a set is_ok = true
    where a.id = (select max(b.id) from login_attempt b, person p where p.id = v_me.person_id
      and b.account_hash = sha256(convert_to(p.mail, 'UTF8')) and b.address = p_address);
  perform set_password(v_me, p_password_hash, 'password.change');
  update session s set token_hash = p_new_session, touched_at = clock_timestamp(),
      stepped_up_at = case when v_me.has_factor then s.stepped_up_at else clock_timestamp() end
    where s.id = v_me.session_id;
  return '/account?notice=password_changed';
end $$;

grant execute on function app.idle_time(), app.contexts(bigint), app.session_stays(bigint),
  app.link_view(bytea), app.factor_need(bigint), app.landing(bigint, bigint) to resonanz_owner;
grant execute on function app.switch_context(bytea, text, text), app.link_use(bytea),
  app.link_accept(bytea, text, bytea, bytea, text, text, text), app.reset_begin(text, text),
  app.reset_make(text, text), app.password_begin(bytea, text),
  app.password_change(bytea, text, text, bytea, text) to resonanz_web;
set local role resonanz_owner;
