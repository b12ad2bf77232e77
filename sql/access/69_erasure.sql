-- Erasing a person (Art. 17 DSGVO): the row stays and loses its content, so that
-- what others released keeps its references and every hash verifies. Runs as
-- resonanz_identity; the callers say who may, and that nobody is left bare.
set local role resonanz_identity;

-- What would go and what stays, counted.
create or replace function app.erasure_effect(p_person_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  p app.person;
begin
  select x.* into p from person x where x.id = p_person_id;
  perform set_config('app.subject_id', p_person_id::text, true);
  return json_build_object(
    'roles', (select count(*) from membership m where m.person_id = p.id and not m.valid << daterange(today(), null))
      + (select count(*) from platform_role r where r.person_id = p.id and not r.valid << daterange(today(), null)),
    'sessions', (select count(*) from session s where s.person_id = p.id),
    'tokens', (select count(*) from access_token t where t.person_id = p.id),
    'links', (select count(*) from invitation i where i.person_id = p.id and i.used_at is null and i.withdrawn_at is null),
    'mails_waiting', (select count(*) from mail m where m.person_id = p.id and m.state = 'ready'),
    'mails', (select count(*) from mail m where m.person_id = p.id),
    'has_password', p.password_hash is not null, 'has_factor', p.totp_secret is not null,
    'recovery_codes', (select count(*) from recovery_code r where r.person_id = p.id),
    'login_attempts', (select count(*) from login_attempt a where a.account_hash = sha256(convert_to(p.mail, 'UTF8'))),
    'imports', (select count(*) from organisation_import i
      where position(p.mail in lower(i.rows::text)) > 0),
    'answers', (select count(*) from answer a where a.author_id = p.id),
    'revisions', (select count(*) from answer_revision r where r.author_id = p.id),
    'cosigns', (select count(*) from cosign c where c.person_id = p.id),
    'comments', (select count(*) from internal_comment c where c.person_id = p.id and c.body is not null),
    'released', (select count(distinct v.response_id) from response_version v
      where v.organisation_id in (select m.organisation_id from membership m where m.person_id = p.id)),
    'log', (select count(*) from audit a where a.person_id = p.id or a.object_kind = 'person' and a.object_id = p.id));
end $$;

-- Name and address where they were written beside the row of the person.
create or replace function app.erase_traces(p app.person) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_mail text := trim('"' from to_json(p.mail)::text);
  v_name text := trim('"' from to_json(p.name::text)::text);
begin
  update mail m set address = null, last_error = null,
      state = case when m.state = 'ready' then 'withdrawn' else m.state end
    where m.person_id = p.id;
  update mail m set args = replace(m.args::text, '"' || v_name || '"', '""')::jsonb
    where position('"' || v_name || '"' in m.args::text) > 0;
  update mail_event e set note = null where e.mail_id in (select m.id from mail m where m.person_id = p.id);
  update organisation_import i set rows = regexp_replace(replace(i.rows::text, v_name, ''), '***=' || v_mail, '', 'gi')::jsonb
    where position(v_mail in lower(i.rows::text)) > 0;
  delete from login_attempt a where a.account_hash = sha256(convert_to(p.mail, 'UTF8'));
  perform set_config('app.subject_id', p.id::text, true);
  update internal_comment c set body = null, withdrawn_at = app.now() where c.person_id = p.id and c.withdrawn_at is null;
  delete from seen v where v.person_id = p.id;
  delete from saved_view v where v.person_id = p.id and not v.is_shared;
end $$;

-- Returns the number that stands for the person from now on.
create or replace function app.erase_person(p_me app.caller, p_person_id bigint) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  p app.person;
  v_number int;
  v_id bigint;
begin
  perform lock_roles();
  select x.* into p from person x where x.id = p_person_id and x.state <> 'erased' for update;
  if not found then
    perform fail('CN409', 'person_state');
  end if;
  -- A role that began today held for today: those of the house know who it was.
  perform end_memberships(p_me, array(select m.id from membership m where m.person_id = p.id
      and lower(m.valid) is distinct from today() and not m.valid << daterange(today(), null)), today()),
    end_memberships(p_me, array(select m.id from membership m where m.person_id = p.id
      and lower(m.valid) = today()), today() + 1);
  for v_id in select r.id from platform_role r
      where r.person_id = p.id and not r.valid << daterange(today(), null) loop
    perform end_platform_role(p_me, v_id, today());
  end loop;
  delete from session s where s.person_id = p.id;
  delete from access_token t where t.person_id = p.id;
  delete from recovery_code r where r.person_id = p.id;
  perform withdraw_links(p.id, null);
  update invitation i set token_hash = case when i.used_at is not null
      then sha256(convert_to(gen_random_uuid()::text, 'UTF8')) end where i.person_id = p.id;
  perform erase_traces(p);
  v_number := coalesce((select max(x.former_no) from person x), 0) + 1;
  update person x set state = 'erased', former_no = v_number, mail = null, name = null, password_hash = null,
      password_set_at = null, totp_secret = null, totp_set_at = null, totp_step = null, factor_demanded = false,
      last_login_at = null, last_context = null, mail_bounced_at = null
    where x.id = p.id;
  perform audit(p_me, 'person.erase', 'person', p.id);
  return v_number;
end $$;

grant execute on function app.erasure_effect(bigint), app.erase_person(app.caller, bigint) to resonanz_owner;
set local role resonanz_owner;

-- What it needs of tables and of the owner's helpers.
grant update (state, former_no, mail, name, password_hash, password_set_at, totp_secret, totp_set_at, totp_step,
  factor_demanded, last_login_at, last_context, mail_bounced_at) on app.person to resonanz_identity;
grant update (valid), delete on app.membership, app.platform_role to resonanz_identity;
grant update (token_hash) on app.invitation to resonanz_identity;
grant update (address, last_error, state, args) on app.mail to resonanz_identity;
grant select (mail_id), update (note) on app.mail_event to resonanz_identity;
grant select (rows), update (rows) on app.organisation_import to resonanz_identity;
grant select (response_id, organisation_id) on app.response_version to resonanz_identity;
grant execute on function app.lock_roles(), app.end_memberships(app.caller, bigint[], date),
  app.end_platform_role(app.caller, bigint, date) to resonanz_identity;
