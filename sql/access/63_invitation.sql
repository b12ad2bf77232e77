-- Invitations and reset links: rows whose one-time token the mail job makes
-- when it sends. Runs as resonanz_identity, since links are asked for by people
-- who may not read the list of people, and before anybody is known. None of
-- this is open to the web role: pages and actions say who may call it.
set local role resonanz_identity;

create or replace function app.is_mail(p_mail text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(char_length(p_mail) <= 254
    and p_mail ~ '^[^][@[:space:]<>(),;:\\"]+@[^][@[:space:]<>(),;:\\"._-][^][@[:space:]<>(),;:\\"_]*[.][^][@[:space:]<>(),;:\\"._-]{2,}$'
    and p_mail !~ '[.]{2}|^[.]|[.]@', false)
$$;

-- The person of that address, made when there is none. A name that is known
-- stays as it is.
create or replace function app.person_to_invite(p_me app.caller, p_mail text, p_name text) returns app.person
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_mail text := lower(btrim(p_mail));
  p app.person;
begin
  if not is_mail(v_mail) then
    perform fail('CN422', 'bad_mail', 'mail');
  end if;
  insert into person (mail, name, state, created_at) values (v_mail, btrim(p_name), 'invited', app.now())
    on conflict (mail) do nothing returning * into p;
  if found then
    perform audit(p_me, 'person.create', 'person', p.id);
    return p;
  end if;
  select x.* into p from person x where x.mail = v_mail for update;
  if p.state = 'locked' then
    perform fail('CN409', 'person_locked', 'mail');
  end if;
  return p;
end $$;

-- Makes the open links of a person void, and what waits in the outbox for
-- them; returns how many.
create or replace function app.withdraw_links(p_person_id bigint, p_purpose text) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_ids bigint[];
begin
  with w as (update invitation i set withdrawn_at = app.now()
      where i.person_id = p_person_id and i.purpose = coalesce(p_purpose, i.purpose)
        and i.used_at is null and i.withdrawn_at is null returning i.id)
  select coalesce(array_agg(w.id), '{}') into v_ids from w;
  update mail m set state = 'withdrawn' where m.invitation_id = any (v_ids) and m.state = 'ready';
  return cardinality(v_ids);
end $$;

-- Who was invited and has lost every role needs no link any more.
create or replace function app.withdraw_bare_links(p_person_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  if not exists (select from membership m where m.person_id = p_person_id
        and (upper_inf(m.valid) or upper(m.valid) > today()))
      and not exists (select from platform_role r where r.person_id = p_person_id
        and (upper_inf(r.valid) or upper(r.valid) > today())) then
    perform withdraw_links(p_person_id, 'invitation');
  end if;
end $$;

-- A new link, which makes an older one void, and the mail that will carry it:
-- seven days for an invitation, an hour for a reset. Locked and erased people
-- get none (CN409); who asks for a reset looks at the state before.
create or replace function app.invite(p_me app.caller, p_person_id bigint, p_organisation_id bigint, p_purpose text)
returns app.invitation
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  i app.invitation;
  v_state text;
  v_by text := (select p.name from person p where p.id = p_me.person_id);
begin
  select p.state into v_state from person p where p.id = p_person_id for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif v_state in ('locked', 'erased') then
    perform fail('CN409', 'person_' || v_state);
  end if;
  perform withdraw_links(p_person_id, p_purpose);
  insert into invitation (person_id, organisation_id, purpose, created_by, created_at, ends_at)
    values (p_person_id, p_organisation_id, p_purpose, p_me.person_id, app.now(),
      app.now() + case p_purpose when 'reset' then interval '1 hour' else interval '7 days' end)
    returning * into i;
  perform queue_mail(case p_purpose when 'reset' then 'password_reset' else 'invitation' end, p_person_id, null,
    p_organisation_id, case when p_purpose = 'invitation' and v_by is not null
      then jsonb_build_object('by', v_by) end, i.id, 'invitation-' || i.key);
  perform audit(p_me, case p_purpose when 'reset' then 'password.reset_link' else 'invitation.make' end,
    'invitation', i.id);
  return i;
end $$;

-- What became of a link, as lists show it.
create or replace function app.invitation_state(i app.invitation, p_now timestamptz) returns text
language sql immutable parallel safe as $$
  select case when i.used_at is not null then 'accepted' when i.withdrawn_at is not null then 'withdrawn'
    when i.ends_at <= p_now then 'expired' when i.sent_at is not null then 'sent' else 'open' end
$$;

grant execute on function app.is_mail(text), app.person_to_invite(app.caller, text, text),
  app.withdraw_links(bigint, text), app.withdraw_bare_links(bigint), app.invite(app.caller, bigint, bigint, text),
  app.invitation_state(app.invitation, timestamptz) to resonanz_owner;
set local role resonanz_owner;
