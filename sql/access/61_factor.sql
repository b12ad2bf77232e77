-- The second factor. Codes are checked in C, between …_begin and …_finish: the
-- secret is sealed and its key is not here. What C says about a code is which
-- step it is of, and each step counts once. All times are of the real clock.
set local role resonanz_identity;

-- Why a person may not do without: the platform's roles, release for a seat,
-- release where a consultation wants it, or because the administration says so.
create or replace function app.factor_reasons(p_person_id bigint) returns text[]
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_today date := today();
begin
  return array_remove(array[
    case when exists (select from platform_role r
      where r.person_id = p_person_id and r.valid @> v_today) then 'platform' end,
    case when exists (select from membership m where m.person_id = p_person_id and m.role = 'releaser'
      and m.valid @> v_today and seat_status_on(m.organisation_id, v_today) <> 'none') then 'seat' end,
    case when exists (select from membership m
        join participation p on p.organisation_id = m.organisation_id
        join stage s on s.id = p.stage_id
        join consultation c on c.id = s.consultation_id and c.release_needs_factor
      where m.person_id = p_person_id and m.role = 'releaser' and m.valid @> v_today
        and coalesce(m.consultation_id, c.id) = c.id) then 'consultation' end,
    case when exists (select from person p
      where p.id = p_person_id and p.factor_demanded) then 'demanded' end], null);
end $$;

-- stamp names the factor that a new one would replace, or that was there last;
-- "" for none. So no two factors of a session have the same secret.
create or replace function app.factor_state(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select json_build_object('is_set', p.totp_set_at is not null, 'set_at', p.totp_set_at,
      'stamp', coalesce((extract(epoch from p.totp_set_at) * 1000000)::bigint::text, 'after ' || p.totp_step, ''),
      'codes_left', (select count(*) from recovery_code r where r.person_id = p.id and r.used_at is null),
      'reasons', to_json(factor_reasons(p.id)))
    from person p where p.id = p_person_id);
end $$;

-- What C needs to check a code or password of who is behind this session; the
-- attempt counts as failed until the end says otherwise. p_pending: between
-- password and code, else a step-up.
create or replace function app.factor_begin(p_session bytea, p_pending boolean, p_address text)
returns table (person_key text, totp_secret bytea, person_id bigint, password_hash text, wait_seconds int)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c app.caller := resolve(p_session, p_pending);
  v_account bytea;
begin
  if c.person_id is null then
    perform fail('CN401', 'login');
  end if;
  select p.key, case when p.totp_set_at is not null then p.totp_secret end, p.id, p.password_hash,
      sha256(convert_to(p.mail, 'UTF8'))
    into person_key, totp_secret, person_id, password_hash, v_account
    from person p where p.id = c.person_id;
  wait_seconds := attempt_begin(v_account, p_address, c.person_id, 'login.throttled');
  return next;
end $$;

-- Uses up a step or a recovery code; what was used, or null. One statement
-- each, so that of two at the same time one is refused. p_recovery: the hashes,
-- in digits, that the code may have been kept as.
create or replace function app.factor_use(p_me app.caller, p_step bigint, p_recovery text[]) returns text
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  if p_step is not null then
    update person p set totp_step = p_step
      where p.id = p_me.person_id and p.totp_set_at is not null and coalesce(p.totp_step, -1) < p_step;
    return case when found then 'code' end;
  end if;
  update recovery_code r set used_at = clock_timestamp()
    where r.person_id = p_me.person_id and r.code_hash = any (array(select decode(h, 'hex') from unnest(p_recovery) h)) and r.used_at is null;
  if found then
    perform audit(p_me, 'factor.recovery_used', 'person', p_me.person_id);
    return 'recovery';
  end if;
  return null;
end $$;

create or replace function app.attempt_succeeded(p_person_id bigint, p_address text) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update login_attempt a set is_ok = true where a.id = (select max(b.id)
    from person p join login_attempt b on b.account_hash = sha256(convert_to(p.mail, 'UTF8'))
    where p.id = p_person_id and b.address = p_address);
end $$;

-- Ends a login with code: the pending session becomes a real one under a new
-- token.
create or replace function app.factor_finish(p_session bytea, p_address text, p_step bigint,
  p_recovery text[], p_new_session bytea, p_agent text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c app.caller := resolve(p_session, true);
  v_me app.caller;
  v_used text;
begin
  if c.person_id is null then
    perform fail('CN401', 'login');
  end if;
  v_used := factor_use(c, p_step, p_recovery);
  if v_used is null then
    perform audit(c, 'login.factor_failed', 'person', c.person_id);
    return json_build_object('ok', false);
  end if;
  perform attempt_succeeded(c.person_id, p_address);
  delete from session s where s.token_hash = p_session;
  v_me := open_session(c.person_id, p_new_session, p_agent, true);
  perform audit(v_me, 'login.factor', 'person', c.person_id);
  return json_build_object('ok', true, 'used', v_used, 'landing', landing(c.person_id, v_me.organisation_id));
end $$;

-- Somebody who is signed in shows code or password once more.
create or replace function app.step_up_finish(p_session bytea, p_address text, p_step bigint,
  p_recovery text[], p_password_ok boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c app.caller := resolve(p_session, false);
  v_used text;
begin
  if c.person_id is null then
    perform fail('CN401', 'login');
  end if;
  if exists (select from person p where p.id = c.person_id and p.totp_set_at is not null) then
    v_used := factor_use(c, p_step, p_recovery);
  elsif p_password_ok then
    v_used := 'password';
  end if;
  if v_used is null then
    perform audit(c, 'session.step_up_failed', 'session', c.session_id);
    return json_build_object('ok', false);
  end if;
  perform attempt_succeeded(c.person_id, p_address);
  update session s set stepped_up_at = clock_timestamp(),
      factor_at = case when v_used = 'password' then s.factor_at else coalesce(s.factor_at, clock_timestamp()) end
    where s.id = c.session_id;
  perform audit(c, 'session.step_up', 'session', c.session_id);
  return json_build_object('ok', true, 'used', v_used);
end $$;

-- Ten new ones; those before are void.
create or replace function app.replace_recovery_codes(p_me app.caller, p_hashes text[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  delete from recovery_code r where r.person_id = p_me.person_id;
  insert into recovery_code (person_id, code_hash)
    select p_me.person_id, decode(h, 'hex') from unnest(p_hashes) h;
end $$;

-- The first code has been right: the factor counts from now on, and this
-- session has shown it.
create or replace function app.set_factor(p_me app.caller, p_secret bytea, p_step bigint, p_hashes text[])
returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_is_new boolean;
begin
  select p.totp_set_at is null into v_is_new from person p where p.id = p_me.person_id for update;
  update person p set totp_secret = p_secret, totp_set_at = clock_timestamp(), totp_step = p_step
    where p.id = p_me.person_id;
  perform replace_recovery_codes(p_me, p_hashes);
  update session s set factor_at = clock_timestamp(), stepped_up_at = clock_timestamp()
    where s.id = p_me.session_id;
  perform audit(p_me, case when v_is_new then 'factor.set' else 'factor.replace' end, 'person', p_me.person_id);
end $$;

-- Takes a factor away: sessions of the person have shown none any more. Who
-- may call it, and the audit entry, are the caller's.
create or replace function app.clear_factor(p_person_id bigint) returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_had boolean;
begin
  select p.totp_set_at is not null into v_had from person p where p.id = p_person_id for update;
  update person p set totp_secret = null, totp_set_at = null where p.id = p_person_id;
  delete from recovery_code r where r.person_id = p_person_id;
  update session s set factor_at = null where s.person_id = p_person_id;
  return coalesce(v_had, false);
end $$;

grant execute on function app.factor_begin(bytea, boolean, text),
  app.factor_finish(bytea, text, bigint, text[], bytea, text),
  app.step_up_finish(bytea, text, bigint, text[], boolean) to resonanz_web;
grant execute on function app.factor_reasons(bigint), app.factor_state(bigint),
  app.replace_recovery_codes(app.caller, text[]), app.set_factor(app.caller, bytea, bigint, text[]),
  app.clear_factor(bigint) to resonanz_owner;
set local role resonanz_owner;

-- A factor that is set is changed only by who has shown it: a session from
-- before knows the password alone.
create or replace function app.demand_factor_shown(p_me app.caller) returns void
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if not p_me.has_factor and (factor_state(p_me.person_id) ->> 'is_set')::boolean then
    perform demand_step_up(p_me);
  end if;
end $$;
