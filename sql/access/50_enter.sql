-- Every request comes in here: the session is resolved, who is not in the
-- audience is refused, and identity is set for this transaction only. Session
-- times are of the real clock. Runs as resonanz_identity, the one role that
-- sees people before anybody is known; app.resolve and app.admit are parts of its
-- functions and of nobody's else.
set local role resonanz_identity;

-- Roles of the session's context: an organisation's, or, without one, the
-- platform's. What needs a second factor is withheld until this session has
-- shown one: every role of the platform, release for a seat, and whatever a
-- person holds of whom the administration demands it.
create or replace function app.resolve(p_session bytea, p_pending boolean) returns app.caller
language plpgsql stable as $$
declare
  c app.caller;
  v_today date := today();
  v_demanded boolean;
  v_platform text[];
begin
  c.roles := '{}';
  c.withheld := '{}';
  c.touch_due := false;
  c.has_factor := false;
  c.stepped_up := false;
  if p_session is null then
    return c;
  end if;
  c.idle := idle_time();
  select s.id, s.person_id, s.organisation_id, s.ends_at, s.touched_at < clock_timestamp() - interval '1 minute',
      s.factor_at is not null, s.stepped_up_at > clock_timestamp() - interval '10 minutes', p.factor_demanded
    into c.session_id, c.person_id, c.organisation_id, c.ends_at, c.touch_due, c.has_factor, c.stepped_up, v_demanded
    from session s join person p on p.id = s.person_id and p.state = 'active'
    where s.token_hash = p_session and s.is_pending = p_pending and s.ends_at > clock_timestamp()
      and s.touched_at > clock_timestamp() - c.idle;
  if not found then
    c.stepped_up := false;
    c := token_caller(p_session, c);
    if p_pending or c.token_id is null then
      c.touch_due := false;
      c.has_factor := false;
      c.person_id := null;
      return c;
    end if;
    v_demanded := (select p.factor_demanded from person p where p.id = c.person_id);
  elsif p_pending then
    return c;
  end if;
  select coalesce(array_agg(distinct m.role::text) filter (where m.organisation_id = c.organisation_id), '{}'),
      coalesce(bool_or(m.organisation_id is distinct from c.organisation_id), false),
      array(select r.role::text from platform_role r where r.person_id = c.person_id and r.valid @> v_today)
    into c.roles, c.has_other_contexts, v_platform
    from membership m where m.person_id = c.person_id and m.valid @> v_today;
  if c.organisation_id is null then
    c.roles := v_platform;
    v_demanded := true;
  else
    c.has_other_contexts := c.has_other_contexts or cardinality(v_platform) > 0;
  end if;
  if not c.has_factor then
    if v_demanded then
      c.withheld := c.roles;
      c.roles := '{}';
    elsif 'releaser' = any (c.roles) and seat_status_on(c.organisation_id, v_today) <> 'none' then
      c.withheld := '{releaser}';
      c.roles := array_remove(c.roles, 'releaser');
    end if;
  end if;
  if c.token_id is not null then
    -- it has one context for good, and is nothing without a role there
    c.has_other_contexts := false;
    if cardinality(c.roles) = 0 then
      c.person_id := null;
    end if;
  end if;
  return c;
end $$;

-- A form says for whom it was made; two tabs with two organisations never
-- save into the wrong one. A machine with one organisation need not say it.
create or replace function app.demand_context(c app.caller, p_context text) returns void
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  if p_context is null then
    if c.has_other_contexts then
      perform fail('CN409', 'context_missing');
    end if;
  elsif p_context is distinct from coalesce(
      (select o.code from organisation o where o.id = c.organisation_id), 'platform') then
    perform fail('CN409', 'context', null, json_build_object('context', p_context,
      'name', (select left(n.short_name, 40) from organisation o, name_on(o.id, today()) n where o.code = p_context),
      'current', (select left(n.short_name, 40) from name_on(c.organisation_id, today()) n),
      'may', exists (select from contexts(c.person_id) x where x.context = p_context)));
  end if;
end $$;

-- Refuses, and says what is to be shown once more: the code of who has a second
-- factor, else the password.
create or replace function app.demand_step_up(c app.caller) returns void
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_method text := case when exists (select from person p
    where p.id = c.person_id and p.totp_set_at is not null) then 'code' else 'password' end;
begin
  perform fail('CN403', 'step_up', 'confirm_' || v_method, json_build_object('method', v_method));
end $$;

create or replace function app.admit(p_audience text, p_session bytea, p_request text)
returns app.caller
language plpgsql as $$
declare
  v_needed text[] := audience(p_audience);
  c app.caller;
begin
  if v_needed is null then
    raise exception 'no such audience: %', p_audience;
  end if;
  c := resolve(p_session, p_audience = 'pending');
  if p_audience <> 'public' and c.person_id is null then
    perform fail('CN401', 'login');
  end if;
  perform demand_token(c, p_audience, false);
  if cardinality(v_needed) > 0 and not v_needed && c.roles then
    perform fail('CN403', case when v_needed && c.withheld then 'second_factor'
      when v_needed = '{releaser}' and c.roles && audience('member') then 'not_releaser' else 'audience' end);
  end if;
  if p_audience like '%\_confirmed' and not c.stepped_up then
    perform demand_step_up(c);
  end if;
  -- Who holds no role in the house (ended, withheld, code to come) sees nothing of it.
  perform set_config('app.person_id', coalesce(c.person_id::text, ''), true),
    set_config('app.organisation_id', case when cardinality(c.roles) > 0
      then coalesce(c.organisation_id::text, '') else '' end, true),
    set_config('app.roles', array_to_string(c.roles, ','), true),
    set_config('app.request_id', coalesce(p_request, '') || coalesce(' token ' || c.token_id, ''), true);
  return c;
end $$;

create or replace function app.enter(p_audience text, p_session bytea, p_request text)
returns app.caller
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  return admit(p_audience, p_session, p_request);
end $$;

-- p_context: the organisation's code, or "platform", as the form carries it.
-- What needs no role is about the person, whatever the context.
create or replace function app.enter_form(p_audience text, p_session bytea, p_request text, p_context text)
returns app.caller
language plpgsql security definer set search_path = app, pg_temp as $$
declare
  c app.caller := admit(p_audience, p_session, p_request);
begin
  perform demand_token(c, p_audience, true);
  if c.person_id is not null and cardinality(audience(p_audience)) > 0 then
    perform demand_context(c, p_context);
  end if;
  return c;
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
      and touched_at between clock_timestamp() - idle_time()
        and clock_timestamp() - interval '1 minute';
  update access_token set used_at = clock_timestamp()
    where token_hash = p_session and revoked_at is null and ends_at > clock_timestamp();
end $$;

-- How many were invited is public; who was is not.
create or replace function app.invited_count(p_stage_id bigint) returns bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select count(*) from participation p where p.stage_id = p_stage_id);
end $$;

grant execute on function app.demand_step_up(app.caller) to resonanz_owner;
grant execute on function app.enter(text, bytea, text), app.enter_form(text, bytea, text, text),
  app.enter_read(text, bytea, text),
  app.touch(bytea) to resonanz_web;
grant execute on function app.invited_count(bigint) to resonanz_owner;
set local role resonanz_owner;
