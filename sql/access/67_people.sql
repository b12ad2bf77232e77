-- What pages and actions about people share: finding organisations, inviting,
-- and the entries of the log for what was refused.

-- The one organisation somebody means by its code, its name or a part of it.
-- A moderator means those of a consultation.
create or replace function app.find_organisation(p_text text, p_field text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_text text := btrim(p_text);
  v_ids bigint[];
  v_names text[];
begin
  with o as (select x.id, x.code, n.name, n.short_name from organisation x, name_on(x.id, today()) n
      where is_administrator() or exists (select from participation p where p.organisation_id = x.id)),
  f as (select o.id, o.short_name, o.code, case when o.code = upper(v_text) then 1
      when lower(v_text) in (lower(o.name), lower(o.short_name)) then 2 else 3 end as rank
    from o where o.code = upper(v_text) or position(lower(v_text) in lower(o.name)) > 0
      or position(lower(v_text) in lower(o.short_name)) > 0)
  select array_agg(f.id order by f.short_name), array_agg(format('„%s“ (%s)', left(f.short_name, 32), f.code)
      order by f.short_name)
    into v_ids, v_names from f where f.rank = (select min(g.rank) from f g);
  if v_text = '' or v_ids is null then
    perform fail('CN422', 'organisation_unknown', p_field);
  elsif cardinality(v_ids) > 1 then
    perform fail('CN422', 'organisation_many', p_field, json_build_object('count', cardinality(v_ids),
      'names', v_names[1] || ', ' || v_names[2]));
  end if;
  return v_ids[1];
end $$;

create or replace function app.person_of(p_key text) returns app.person
language plpgsql stable set search_path = app, pg_temp as $$
declare
  p app.person;
begin
  select x.* into p from person x where x.key = p_key;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return p;
end $$;

-- The roles that are ticked, in the order of the form.
create or replace function app.ticked_roles(p_reader boolean, p_editor boolean, p_cosigner boolean,
  p_releaser boolean) returns text[]
language sql immutable parallel safe as $$
  select coalesce(array_agg(x.role order by x.place), '{}')
    from (values (1, 'editor', p_editor), (2, 'cosigner', p_cosigner), (3, 'releaser', p_releaser),
      (4, 'reader', p_reader)) x(place, role, is_on) where x.is_on
$$;

-- Gives roles to the person of that address, who is made and gets a link when
-- nobody knows it, and a mail about it otherwise. Returns the person's key and
-- what happened: invited, invited_again or known.
create or replace function app.invite_to(p_me app.caller, p_mail text, p_name text, p_organisation_id bigint,
  p_roles text[], p_platform_role text, p_valid daterange, out person_key text, out outcome text)
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  p app.person := person_to_invite(p_me, p_mail, p_name);
  v_role text;
  v_links int := (select count(*) from invitation i where i.person_id = p.id and i.purpose = 'invitation');
begin
  foreach v_role in array p_roles loop
    perform grant_membership(p_me, p.id, p_organisation_id, v_role, p_valid, null);
  end loop;
  if p_platform_role is not null then
    perform grant_platform_role(p_me, p.id, p_platform_role, p_valid);
  end if;
  person_key := p.key;
  if p.state = 'invited' then
    perform invite(p_me, p.id, p_organisation_id, 'invitation');
    outcome := case when v_links = 0 then 'invited' else 'invited_again' end;
  else
    perform mail_roles(p_me, p.id, p_organisation_id, p_roles || p_platform_role, p_valid);
    outcome := 'known';
  end if;
end $$;

-- Tells a person which roles there are from now on: each is an argument that is
-- there, in the template's own words.
create or replace function app.mail_roles(p_me app.caller, p_person_id bigint, p_organisation_id bigint,
  p_roles text[], p_valid daterange) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform queue_mail('role_granted', p_person_id, null, p_organisation_id, jsonb_strip_nulls(jsonb_build_object(
    'by', (select p.name from person p where p.id = p_me.person_id),
    'organisation', (select n.name from name_on(p_organisation_id, today()) n),
    'from', lower(p_valid), 'until', upper(p_valid) - 1))
    || (select jsonb_object_agg(r, true) from unnest(p_roles) r where r is not null), null, null);
end $$;

-- An invitation the caller may see: moderators those of the consultations.
create or replace function app.invitation_of(p_key text) returns app.invitation
language plpgsql stable set search_path = app, pg_temp as $$
declare
  i app.invitation;
begin
  select x.* into i from invitation x where x.key = p_key and x.purpose = 'invitation'
    and (is_administrator() or exists (select from participation p where p.organisation_id = x.organisation_id));
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return i;
end $$;

create or replace function app.is_own_address(p_me app.caller, p_mail text) returns boolean
language sql stable set search_path = app, pg_temp as $$
  select exists (select from person p where p.id = p_me.person_id and p.mail = lower(btrim(p_mail)))
$$;

-- Why the roles of these rows must stay, as a code of messages.json, with the
-- first day on which somebody would be missing; code null: they need not.
create or replace function app.protection(p_memberships bigint[], p_platform_roles bigint[], p_from date,
  out code text, out args json)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  select 'last_' || b.role, json_build_object('from', b.first_day, 'organisation', left(n.short_name, 80),
      'is_today', b.first_day = today())
    into code, args
    from roles_left_bare(p_memberships, p_platform_roles, p_from) b
      left join name_on(b.organisation_id, today()) n on true
    order by b.role, b.first_day limit 1;
end $$;

-- Ends all sessions of a person: the next request finds nobody.
create or replace function app.end_sessions(p_person_id bigint) returns int
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_count int;
begin
  perform revoke_tokens(p_person_id);
  delete from session s where s.person_id = p_person_id;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Facts that mails about an account may tell: when and who.
create or replace function app.mail_act(p_me app.caller, p_template text, p_person_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform queue_mail(p_template, p_person_id, null, null, jsonb_build_object('at', app.now(),
    'by', (select p.name from person p where p.id = p_me.person_id)), null, null);
end $$;

-- To both whom a deputy or a hand-over is about; what a template is not told of
-- it does not get.
create or replace function app.mail_release(p_me app.caller, p_template text, p_mine text, p_to app.person,
  p_valid daterange, p_consultation_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_mine app.person;
  v_args jsonb;
begin
  select x.* into v_mine from person x where x.id = p_me.person_id;
  v_args := jsonb_strip_nulls(jsonb_build_object('by', v_mine.name, 'for', v_mine.name, 'to', p_to.name,
    'organisation', (select n.name from name_on(p_me.organisation_id, today()) n),
    'consultation', (select c.slug from consultation c where c.id = p_consultation_id),
    'from', lower(p_valid), 'until', upper(p_valid) - 1));
  perform queue_mail(t.template, t.person_id, null, p_me.organisation_id,
      (select jsonb_object_agg(a.key, a.value) from jsonb_each(v_args) a where a.key = any (mail_template_args(t.template))),
      null, null)
    from (values (p_template, p_to.id), (p_mine, v_mine.id)) t(template, person_id);
end $$;
