-- Every request comes in here: the session is resolved, who is not in the
-- audience is refused, and identity is set for this transaction only. Session
-- times are of the real clock. Runs as resonanz_identity, the one role that
-- sees people before anybody is known.
set local role resonanz_identity;

create or replace function app.resolve(p_session bytea) returns app.caller
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_caller app.caller;
  v_today date := today();
begin
  v_caller.roles := '{}';
  v_caller.touch_due := false;
  if p_session is null then
    return v_caller;
  end if;
  select s.id, s.person_id, s.organisation_id, s.touched_at < clock_timestamp() - interval '1 minute'
    into v_caller.session_id, v_caller.person_id, v_caller.organisation_id, v_caller.touch_due
    from session s join person p on p.id = s.person_id and p.state = 'active'
    where s.token_hash = p_session and s.ends_at > clock_timestamp()
      and s.touched_at > clock_timestamp() - interval '30 minutes';
  if not found then
    v_caller.touch_due := false;
    return v_caller;
  end if;
  v_caller.roles := array(
    select distinct m.role::text from membership m
      where m.person_id = v_caller.person_id and m.organisation_id = v_caller.organisation_id
        and m.valid @> v_today
    union all
    select r.role::text from platform_role r
      where r.person_id = v_caller.person_id and r.valid @> v_today);
  return v_caller;
end $$;

create or replace function app.admit(p_audience text, p_session bytea, p_request text)
returns app.caller
language plpgsql security definer set search_path = app, pg_temp as $$
declare
  v_needed text[] := audience(p_audience);
  v_caller app.caller;
begin
  if v_needed is null then
    raise exception 'no such audience: %', p_audience;
  end if;
  v_caller := resolve(p_session);
  if p_audience <> 'public' and v_caller.person_id is null then
    perform fail('CN401', 'login');
  end if;
  if cardinality(v_needed) > 0 and not v_needed && v_caller.roles then
    perform fail('CN403', 'audience');
  end if;
  perform set_config('app.person_id', coalesce(v_caller.person_id::text, ''), true),
    set_config('app.organisation_id', coalesce(v_caller.organisation_id::text, ''), true),
    set_config('app.roles', array_to_string(v_caller.roles, ','), true),
    set_config('app.request_id', coalesce(p_request, ''), true);
  return v_caller;
end $$;

create or replace function app.enter(p_audience text, p_session bytea, p_request text)
returns app.caller
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  return admit(p_audience, p_session, p_request);
end $$;

create or replace function app.enter_read(p_audience text, p_session bytea, p_request text)
returns app.caller
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  perform set_config('transaction_read_only', 'on', true);
  return admit(p_audience, p_session, p_request);
end $$;

-- Keeps a session alive: at most once a minute, outside the page.
create or replace function app.touch(p_session bytea) returns void
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  update session set touched_at = clock_timestamp()
    where token_hash = p_session and ends_at > clock_timestamp()
      and touched_at between clock_timestamp() - interval '30 minutes'
        and clock_timestamp() - interval '1 minute';
end $$;

-- How many were invited is public; who was is not.
create or replace function app.invited_count(p_stage_id bigint) returns bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select count(*) from participation p where p.stage_id = p_stage_id);
end $$;

grant execute on function app.enter(text, bytea, text), app.enter_read(text, bytea, text),
  app.touch(bytea) to resonanz_web;
grant execute on function app.invited_count(bigint) to resonanz_owner;
set local role resonanz_owner;
