-- Signing in and out. The password itself is checked in C, off the event loop,
-- between login_begin and login_finish. All times are of the real clock.
set local role resonanz_identity;

-- From when failures of an account count: 15 minutes ago, or its last success.
create or replace function app.failures_since(p_account bytea) returns timestamptz
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_since timestamptz := clock_timestamp() - interval '15 minutes';
begin
  return greatest(v_since, (select max(a.at) from login_attempt a
    where a.account_hash = p_account and a.is_ok and a.at > v_since));
end $$;

-- Seconds to wait after failures: from the fifth within 15 minutes for one
-- account (30 s, doubling), from the fiftieth for one address (60 s).
create or replace function app.account_wait(p_account bytea) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_since timestamptz := failures_since(p_account);
  v_count int;
  v_last timestamptz;
begin
  select count(*), max(a.at) into v_count, v_last from login_attempt a
    where a.account_hash = p_account and not a.is_ok and a.at > v_since;
  return case when v_count < 5 then 0 else greatest(0, ceil(extract(epoch from v_last - clock_timestamp())
    + least(30 * 2 ^ least(v_count - 5, 10), 900)))::int end;
end $$;

create or replace function app.address_wait(p_address text) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_count int;
  v_last timestamptz;
begin
  select count(*), max(a.at) into v_count, v_last from login_attempt a
    where a.address = p_address and not a.is_ok and a.at > clock_timestamp() - interval '15 minutes';
  return case when v_count < 50 then 0
    else greatest(0, ceil(extract(epoch from v_last - clock_timestamp()) + 60))::int end;
end $$;

-- The entry of the log when somebody has to wait: one for the account and one
-- for the address, and no other while the failure that is marked for it counts.
-- So nobody fills the log by going on; the address itself stays out of it.
create or replace function app.note_throttle(p_account bytea, p_address text, p_person_id bigint, p_act text)
returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_address, 7));
  if account_wait(p_account) > 0 then
    update login_attempt a set account_noted = true
      where a.id = (select max(b.id) from login_attempt b where b.account_hash = p_account and not b.is_ok)
        and not exists (select from login_attempt n where n.account_hash = p_account and n.account_noted
          and n.at > failures_since(p_account));
    if found then
      perform audit(v_me, p_act, case when p_person_id is not null then 'person' end, p_person_id);
    end if;
  end if;
  if address_wait(p_address) > 0 then
    update login_attempt a set address_noted = true
      where a.id = (select max(b.id) from login_attempt b where b.address = p_address and not b.is_ok)
        and not exists (select from login_attempt n where n.address = p_address and n.address_noted
          and n.at > clock_timestamp() - interval '15 minutes');
    if found then
      perform audit(v_me, 'login.address_throttled');
    end if;
  end if;
end $$;

-- Counts an attempt as failed until its end says otherwise, so that many at
-- once cannot pass below the limit; or gives the seconds to wait, and then
-- counts none.
create or replace function app.attempt_begin(p_account bytea, p_address text, p_person_id bigint, p_act text)
returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_wait int;
begin
  perform pg_advisory_xact_lock(hashtextextended(encode(p_account, 'hex'), 7));
  v_wait := greatest(account_wait(p_account), address_wait(p_address));
  if v_wait = 0 then
    insert into login_attempt (account_hash, address) values (p_account, p_address);
  else
    perform note_throttle(p_account, p_address, p_person_id, p_act);
  end if;
  return v_wait;
end $$;

-- The hash to check against, the same work for an unknown address.
create or replace function app.login_begin(p_mail text, p_address text)
returns table (person_id bigint, password_hash text, state text, wait_seconds int)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_decoy constant text :=
    '$argon2id$v=19$m=19456,t=2,p=1$78kyoVnpk4YTXfFWm7ev/A$LGWy4NF6j2NrmbQGmIAuy7mbWAwt8y/bjjDtSRx1ESQ';
begin
  select p.id, p.password_hash, p.state into person_id, password_hash, state
    from person p where p.mail = lower(p_mail);
  wait_seconds := attempt_begin(sha256(convert_to(lower(p_mail), 'UTF8')), p_address, person_id, 'login.throttled');
  state := coalesce(state, 'unknown');
  password_hash := coalesce(password_hash, v_decoy);
  return next;
end $$;

-- Where somebody begins: the open response, the returns, or the start page.
create or replace function app.landing(p_person_id bigint, p_organisation_id bigint) returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_slug text;
begin
  select c.slug into v_slug
    from participation p join stage s on s.id = p.stage_id join consultation c on c.id = s.consultation_id
    where p.organisation_id = p_organisation_id
    order by (s.opens_at <= app.now() and coalesce(p.extended_until, s.closes_at) >= app.now()) desc nulls last, s.opens_at desc nulls last
    limit 1;
  if found then
    return '/consultations/' || v_slug || '/response';
  end if;
  if p_organisation_id is null and exists (select from platform_role r where r.person_id = p_person_id
      and r.role in ('moderator', 'reporter') and r.valid @> today()) then
    select c.slug into v_slug from stage s join consultation c on c.id = s.consultation_id
      order by s.opens_at desc nulls last limit 1;
    if found then
      return '/consultations/' || v_slug || '/returns';
    end if;
  end if;
  return coalesce((select case r.role when 'administrator' then '/organisations' else '/audit/verification' end
    from platform_role r where p_organisation_id is null and r.person_id = p_person_id
      and r.role in ('administrator', 'auditor') and r.valid @> today() order by r.role limit 1), '/');
end $$;

-- A session as a login leaves it, in the context where the person begins:
-- the organisation of the oldest membership, else the platform. Notes that the
-- invitation was opened; finished sessions go, tokens 90 days after their end.
create or replace function app.open_session(p_person_id bigint, p_session bytea, p_agent text,
  p_factor boolean) returns app.caller
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
begin
  v_me.person_id := p_person_id;
  delete from session s where s.person_id = p_person_id and (s.ends_at <= clock_timestamp()
    or s.touched_at <= clock_timestamp() - idle_time());
  delete from access_token t where t.person_id = p_person_id
    and least(t.ends_at, t.revoked_at) < clock_timestamp() - interval '90 days';
  v_me.organisation_id := default_context(p_person_id);
  insert into session (token_hash, person_id, organisation_id, agent, factor_at, ends_at)
    values (p_session, p_person_id, v_me.organisation_id, left(p_agent, 300),
      case when p_factor then clock_timestamp() end, clock_timestamp() + interval '12 hours')
    returning id into v_me.session_id;
  perform note_opened(v_me.organisation_id);
  update person p set last_login_at = clock_timestamp() where p.id = p_person_id;
  return v_me;
end $$;

-- Between password and code: a session that opens nothing but the page for the
-- code, for ten minutes. The attempt is neither good nor bad yet, so that the
-- right password never sets the count of wrong codes back.
create or replace function app.open_pending(p_person_id bigint, p_session bytea, p_agent text, p_account bytea,
  p_address text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
begin
  v_me.person_id := p_person_id;
  delete from login_attempt a where a.id = (select max(b.id) from login_attempt b
    where b.account_hash = p_account and b.address = p_address);
  delete from session s where s.person_id = p_person_id and s.is_pending and s.ends_at <= clock_timestamp();
  insert into session (token_hash, person_id, agent, is_pending, ends_at)
    values (p_session, p_person_id, left(p_agent, 300), true, clock_timestamp() + interval '10 minutes');
  perform audit(v_me, 'login.password', 'person', p_person_id);
end $$;

-- Ends the first step of a login: marks the attempt, opens a new session and
-- drops the old one (rotation). Who has a second factor is asked for it.
create or replace function app.login_finish(p_person_id bigint, p_mail text, p_address text,
  p_ok boolean, p_session bytea, p_old_session bytea, p_agent text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_account bytea := sha256(convert_to(lower(p_mail), 'UTF8'));
  v_has_factor boolean;
  v_me app.caller;
begin
  v_me.person_id := p_person_id;
  select p.totp_set_at is not null into v_has_factor from person p
    where p.id = p_person_id and p.state = 'active' and p.mail = lower(p_mail);
  if not coalesce(p_ok, false) or v_has_factor is null then
    perform audit(v_me, 'login_failed', case when p_person_id is not null then 'person' end, p_person_id);
    return json_build_object('ok', false, 'landing', null);
  end if;
  delete from session s where s.token_hash = p_old_session;
  delete from login_attempt a where a.at < clock_timestamp() - make_interval(days =>
    (select c.days from retention_class c where c.key = 'login_attempt'));
  if v_has_factor then
    perform open_pending(p_person_id, p_session, p_agent, v_account, p_address);
    return json_build_object('ok', true, 'needs_factor', true, 'landing', null);
  end if;
  perform attempt_succeeded(p_person_id, p_address);
  v_me := open_session(p_person_id, p_session, p_agent, false);
  perform audit(v_me, 'login', 'person', p_person_id);
  return json_build_object('ok', true, 'needs_factor', false, 'landing', landing(p_person_id, v_me.organisation_id));
end $$;

create or replace function app.logout(p_session bytea) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
begin
  delete from session s where s.token_hash = p_session
    returning s.person_id, s.organisation_id into v_me.person_id, v_me.organisation_id;
  if found then
    perform audit(v_me, 'logout', 'person', v_me.person_id);
  end if;
end $$;

grant execute on function app.login_begin(text, text), app.logout(bytea),
  app.login_finish(bigint, text, text, boolean, bytea, bytea, text) to resonanz_web;
set local role resonanz_owner;
