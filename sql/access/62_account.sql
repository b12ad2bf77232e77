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

grant execute on function app.idle_time(), app.contexts(bigint), app.session_stays(bigint) to resonanz_owner;
grant execute on function app.switch_context(bytea, text, text) to resonanz_web;
set local role resonanz_owner;
