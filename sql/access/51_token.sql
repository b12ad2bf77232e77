-- Tokens of access. What one opens is looked up with each request, so it ends
-- with the role, the lock or the second factor that it rests on. All times are
-- of the real clock. Runs as resonanz_identity.
set local role resonanz_identity;

-- Who comes with a token, as far as app.resolve needs it; no row: unknown.
create or replace function app.token_caller(p_token bytea, c app.caller) returns app.caller
language plpgsql stable as $$
begin
  select t.id, t.writes, t.person_id, t.organisation_id, t.ends_at,
      coalesce(t.used_at < clock_timestamp() - interval '1 minute', true),
      t.has_factor and p.totp_set_at is not null
    into c.token_id, c.token_writes, c.person_id, c.organisation_id, c.ends_at, c.touch_due, c.has_factor
    from access_token t join person p on p.id = t.person_id and p.state = 'active'
    where t.token_hash = p_token and t.ends_at > clock_timestamp() and t.revoked_at is null;
  return c;
end $$;

-- A program never does what is about its person, nor what asks for a second
-- factor just shown; one that reads never writes.
create or replace function app.demand_token(c app.caller, p_audience text, p_writes boolean) returns void
language plpgsql stable as $$
begin
  if c.token_id is null then
    return;
  elsif p_audience like '%\_confirmed' or p_audience in ('signed_in', 'pending') then
    perform fail('CN403', 'token_never');
  elsif p_writes and not c.token_writes then
    perform fail('CN403', 'token_scope');
  end if;
end $$;

-- Returns the token, which nobody can be told again.
create or replace function app.make_token(p_me app.caller, p_name text, p_context text, p_writes boolean,
  p_days int) returns text
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_token text := translate(encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'base64'), '+/=', '-_');
  v_organisation bigint;
  v_id bigint;
begin
  select c.organisation_id into v_organisation from contexts(p_me.person_id) c where c.context = p_context;
  if not found then
    perform fail('CN422', 'choose', 'context');
  end if;
  perform from person p where p.id = p_me.person_id for update;
  if (select count(*) from access_token t where t.person_id = p_me.person_id and t.revoked_at is null
      and t.ends_at > clock_timestamp()) >= 20 then
    perform fail('CN409', 'token_many');
  end if;
  insert into access_token (token_hash, person_id, organisation_id, name, writes, has_factor, ends_at)
    values (sha256(convert_to(v_token, 'UTF8')), p_me.person_id, v_organisation, p_name, p_writes,
      p_me.has_factor, clock_timestamp() + make_interval(days => p_days))
    returning id into v_id;
  perform audit(p_me, 'token.create', 'access_token', v_id);
  return v_token;
end $$;

create or replace function app.revoke_token(p_me app.caller, p_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update access_token t set revoked_at = clock_timestamp()
    where t.id = p_id and t.person_id = p_me.person_id and t.revoked_at is null;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'token.revoke', 'access_token', p_id);
end $$;

-- All of a person, when the account is locked.
create or replace function app.revoke_tokens(p_person_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update access_token t set revoked_at = clock_timestamp() where t.person_id = p_person_id and t.revoked_at is null;
end $$;

-- The tokens of a person as the page and the copy of one's own data show them.
create or replace function app.token_list(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('id', t.id, 'name', t.name, 'scope', case when t.writes then 'write' else 'read' end,
      'context', coalesce(o.code, 'platform'), 'organisation', n.short_name, 'made_at', t.made_at, 'used_at', t.used_at,
      'ends_at', t.ends_at, 'revoked_at', t.revoked_at,
      'is_live', t.revoked_at is null and t.ends_at > clock_timestamp()) order by t.id desc), '[]')
    from access_token t left join organisation o on o.id = t.organisation_id
      left join lateral name_on(o.id, today()) n on o.id is not null
    where t.person_id = p_person_id);
end $$;

grant execute on function app.make_token(app.caller, text, text, boolean, int), app.revoke_token(app.caller, bigint),
  app.revoke_tokens(bigint), app.token_list(bigint) to resonanz_owner;
set local role resonanz_owner;
