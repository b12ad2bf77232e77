-- What every page carries: who is signed in, the consultation, its stage with
-- the own deadline, and the navigation with its counts.
--
-- Helpers of pages (app.… in this folder) are called by pages only and name
-- things as pages do, whose search_path they run with; one of their own would
-- cost more than many of them do. Pages use generic plans: planning a page
-- takes longer than running it.

create or replace function app.is_member(p_me app.caller) returns boolean
language sql immutable parallel safe as $$
  select p_me.organisation_id is not null
    and p_me.roles && array['reader', 'cosigner', 'editor', 'releaser']
$$;

create or replace function app.is_at_desk(p_me app.caller) returns boolean
language sql immutable parallel safe as $$
  select coalesce(p_me.roles && array['moderator', 'reporter'], false)
$$;

-- The house of a member who takes part; all null for everybody else.
create or replace function app.house_if_any(p_me app.caller, p_stage_id bigint, p_address text)
returns app.house
language plpgsql stable as $$
declare
  s app.stage;
begin
  if is_member(p_me) and exists (select from participation p
      where p.stage_id = p_stage_id and p.organisation_id = p_me.organisation_id) then
    select x.* into s from stage x where x.id = p_stage_id;
    return house_at(p_me, s, p_address);
  end if;
  return null;
end $$;

-- The stage in which the reader looks at the paper: the one that the house means, else what everybody sees.
create or replace function app.stage_seen(p_me app.caller, p_consultation_id bigint) returns app.stage
language plpgsql stable as $$
declare
  s app.stage;
begin
  if is_member(p_me) then
    s := house_stage(p_consultation_id, p_me.organisation_id);
  end if;
  return case when s.id is null then current_stage(p_consultation_id) else s end;
end $$;

-- The stages to choose from, where there are several: of a member those of the
-- house, else those that have begun. A link keeps the page it stands on.
create or replace function app.frame_stages(p_me app.caller, s app.stage) returns json
language plpgsql stable as $$
declare
  v_house bigint := case when is_member(p_me) then p_me.organisation_id end;
begin
  return (select case when count(*) > 1 then json_agg(json_build_object('key', x.key, 'kind', x.kind, 'number', x.number,
      'title', x.title, 'href', '?stage=' || x.key, 'is_current', x.id = s.id) order by x.opens_at, x.kind, x.number) end
    from stage x where x.consultation_id = s.consultation_id and (x.opens_at <= app.now() or x.id = s.id)
      and (v_house is null or exists (select from participation p where p.stage_id = x.id and p.organisation_id = v_house)));
end $$;

-- A consultation without a published edition is the moderators' alone.
create or replace function app.is_public(p_consultation_id bigint) returns boolean
language plpgsql stable as $$
begin
  return exists (select from edition e where e.consultation_id = p_consultation_id and e.state = 'published');
end $$;

-- The one a visitor means who names none: open first, then the newest.
create or replace function app.default_consultation() returns bigint
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
begin
  return (select c.id from consultation c
    left join stage s on s.consultation_id = c.id and s.opens_at <= v_now and s.closes_at >= v_now
    where is_public(c.id)
    order by s.closes_at nulls last, c.id desc limit 1);
end $$;

-- Questions of the house without an answer; null when there is nothing to do.
create or replace function app.open_questions(h app.house) returns bigint
language plpgsql stable as $$
begin
  if h.stage_id is null or h.nil_rest or not is_open(h.response_state) then
    return null;
  end if;
  return (select nullif(count(*), 0) from asked(h) t
    left join answer a on a.response_id = h.response_id and a.target_id = t.id
      and a.organisation_id = h.organisation_id
    where t.question_version_id is not null
      and t.item_version_id is null and a.kind is null);
end $$;

-- Answers that wait for the word of the caller; null for none.
create or replace function app.cosign_count(p_me app.caller) returns bigint
language plpgsql stable as $$
begin
  return (select nullif(count(*), 0) from cosigns_waiting(p_me.person_id, p_me.organisation_id) q where not is_silent(q));
end $$;

-- Current positions of a stage, counted to 10,001 at most.
create or replace function app.position_count(p_stage_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from (select from position p
    where p.stage_id = p_stage_id and p.is_current limit 10001) c);
end $$;

-- Assessments that wait for the word of a sponsor's house, counted to 501.
create or replace function app.approval_count(p_stage_id bigint, p_organisation_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from approvals_waiting(p_stage_id, p_organisation_id, 501));
end $$;

create or replace function app.nav_link(p_key text, p_href text, p_count bigint, p_current text) returns json
language sql stable parallel safe as $$
  select json_build_object('key', p_key, 'href', p_href, 'count', p_count,
    'is_current', coalesce(p_key = p_current, false))
$$;

-- What the roles of the platform see, in this order; for its own context only.
create or replace function app.platform_nav(p_me app.caller, p_current text) returns json[]
language plpgsql stable as $$
begin
  return (select coalesce(array_agg(nav_link(x.key, '/' || x.key, null, p_current) order by x.place), '{}')
    from (values (1, 'organisations', '{administrator}'::text[]), (2, 'seats', '{administrator}'),
      (3, 'people', '{administrator}'), (4, 'invitations', '{administrator,moderator}'),
      (5, 'mail', '{administrator,moderator}'), (6, 'jobs', '{administrator}'), (7, 'barriers', '{administrator,moderator}'), (8, 'retention', '{administrator}'),
      (9, 'settings', '{administrator}'), (10, 'audit', '{auditor}')) x(place, key, roles)
    where x.roles && p_me.roles);
end $$;

-- The stage whose reply the house reads: its own, else the last one with one; null where it was told nothing.
create or replace function app.told_stage(h app.house) returns bigint
language plpgsql stable as $$
begin
  if h.is_over and (reply_of(h.stage_id, h.organisation_id, app.now())).release_id is not null then
    return h.stage_id;
  end if;
  return (select s.id from stage s join participation p on p.stage_id = s.id and p.organisation_id = h.organisation_id
    where s.consultation_id = h.consultation_id and s.id <> h.stage_id and s.closes_at < app.now()
      and (reply_of(s.id, h.organisation_id, app.now())).release_id is not null
    order by s.closes_at desc limit 1);
end $$;

create or replace function app.frame_nav(p_me app.caller, p_slug text, p_stage_id bigint, h app.house,
  p_current text) returns json
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || p_slug;
  n json[] := array[nav_link('start', '/', null, p_current)];
begin
  if p_slug is not null then
    n := n || nav_link('paper', v_base, null, p_current);
  end if;
  if p_slug is not null and (p_current = 'results' or has_results((select s.consultation_id from stage s where s.id = p_stage_id))) then
    n := n || nav_link('results', v_base || '/results', null, p_current);
  end if;
  if h.stage_id is not null then
    n := n || nav_link('response', v_base || '/response', open_questions(h), p_current);
    if p_current = 'outcome' or told_stage(h) is not null then
      n := n || nav_link('outcome', v_base || '/response/outcome', null, p_current);
    end if;
  end if;
  if p_slug is not null and is_at_desk(p_me) then
    n := n || nav_link('desk', v_base || '/desk', nullif(cardinality(my_positions(p_me, p_stage_id)), 0), p_current)
      || nav_link('returns', v_base || '/returns', null, p_current)
      || nav_link('opinion', v_base || '/opinion', null, p_current)
      || nav_link('matrix', v_base || '/matrix', null, p_current)
      || nav_link('synopsis', v_base || '/synopsis', nullif(position_count(p_stage_id), 0), p_current)
      || nav_link('reports', v_base || '/reports', null, p_current);
  end if;
  if p_slug is not null and p_me.roles @> '{moderator}' then
    n := n || nav_link('groups', v_base || '/groups', nullif(proposal_count(p_stage_id), 0), p_current)
      || nav_link('topics', v_base || '/topics', null, p_current)
      || nav_link('editions', v_base || '/editions', null, p_current)
      || nav_link('replies', v_base || '/replies', nullif(ask_back_count(p_stage_id), 0), p_current);
  end if;
  if is_member(p_me) and 'cosigner' = any (p_me.roles) then
    n := n || nav_link('cosigns', '/cosigns', cosign_count(p_me), p_current);
  end if;
  if is_member(p_me) and 'releaser' = any (p_me.roles) and exists (select from sponsor x join stage s on s.consultation_id = x.consultation_id
      where s.id = p_stage_id and x.organisation_id = p_me.organisation_id) then
    n := n || nav_link('approvals', v_base || '/approvals', nullif(approval_count(p_stage_id, p_me.organisation_id), 0), p_current);
  end if;
  if is_member(p_me) and 'releaser' = any (p_me.roles) then
    n := n || nav_link('house', '/house', null, p_current);
  end if;
  if p_me.person_id is not null and p_me.organisation_id is null then
    n := n || platform_nav(p_me, p_current);
  end if;
  return to_json(n || nav_link('help', '/help', null, p_current));
end $$;

-- planned, open, closed by the deadline that holds for the reader, or what
-- people said later. Days count by the calendar in Germany, hours are whole.
create or replace function app.frame_stage(s app.stage, h app.house) returns json
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
  v_closes timestamptz := coalesce(h.closes_at, s.closes_at);
  v_state text := case when s.later_state is not null then s.later_state
    when s.opens_at is null or s.opens_at > v_now then 'planned'
    when v_closes >= v_now then 'open' else 'closed' end;
begin
  return json_build_object('key', s.key, 'kind', s.kind, 'number', s.number, 'state', v_state,
    'opens_at', s.opens_at, 'closes_at', v_closes, 'is_extended', coalesce(h.is_extended, false),
    'days_left', case when v_state = 'open' then
      (v_closes at time zone 'Europe/Berlin')::date - (v_now at time zone 'Europe/Berlin')::date end,
    'hours_left', case when v_state = 'open' then
      floor(extract(epoch from v_closes - v_now) / 3600)::int end);
end $$;

-- What else the session could act for; null when there is nothing.
create or replace function app.frame_contexts(p_me app.caller) returns json
language plpgsql stable as $$
begin
  if p_me.has_other_contexts is not true then
    return null;
  end if;
  return (select json_agg(json_build_object('context', c.context, 'name', c.name, 'roles', c.roles,
      'is_current', c.organisation_id is not distinct from p_me.organisation_id))
    from contexts(p_me.person_id) c);
end $$;

-- Who is signed in, and until when the session lasts if nothing happens: times
-- of the real clock.
create or replace function app.frame_user(p_me app.caller, p_name text, p_code text, p_short_name text)
returns json
language plpgsql stable as $$
begin
  return json_build_object('name', p_name, 'organisation', p_short_name, 'organisation_code', p_code,
    'context', coalesce(p_code, 'platform'),
    'roles', to_json(p_me.roles), 'withheld', to_json(p_me.withheld),
    'is_member', is_member(p_me),
    'is_editor', is_member(p_me) and 'editor' = any (p_me.roles),
    'is_releaser', is_member(p_me) and 'releaser' = any (p_me.roles),
    'is_desk', is_at_desk(p_me),
    'contexts', frame_contexts(p_me),
    'idle_minutes', extract(epoch from p_me.idle)::int / 60,
    'stays_until', least(p_me.ends_at, clock_timestamp() + p_me.idle),
    'ends_in', floor(extract(epoch from p_me.ends_at - clock_timestamp()))::int);
end $$;

-- With the stage and the house that the page has found already.
create or replace function app.frame_at(p_me app.caller, s app.stage, h app.house, p_current text) returns json
language plpgsql stable as $$
declare
  r record;
  v_nav json;
begin
  select c.id as consultation_id, address(c.slug) as slug, c.title, c.status_note, p.name, o.code, n.short_name, x.value as operator
    into r from (values (1)) one(row)
      left join consultation c on c.id = s.consultation_id
      left join person p on p.id = p_me.person_id
      left join organisation o on o.id = p_me.organisation_id
      left join lateral name_on(o.id, today()) n on true
      left join setting x on x.key = 'operator';
  v_nav := frame_nav(p_me, r.slug, s.id, h, p_current);
  return json_build_object(
    'user', case when p_me.person_id is not null then frame_user(p_me, r.name, r.code, r.short_name) end,
    'consultation', case when r.consultation_id is not null then json_build_object(
      'slug', r.slug, 'title', r.title, 'status_note', r.status_note) end,
    'stage', case when s.id is not null then frame_stage(s, h) end,
    'stages', frame_stages(p_me, s),
    'nav', v_nav,
    'is_nav_long', json_array_length(v_nav) > 7,
    'operator', case when r.operator is not null then json_build_object(
      'name', r.operator ->> 'operator_name', 'contact', r.operator ->> 'contact_mail',
      'sign_href', r.operator ->> 'sign_href') end,
    'server_time', app.now(),
    'today', today(),
    'is_demo', to_regclass('app.clock') is not null);
end $$;

-- p_consultation_id null: the one of default_consultation(), if there is one.
create or replace function app.frame(p_me app.caller, p_consultation_id bigint, p_current text) returns json
language plpgsql stable as $$
declare
  s app.stage := stage_seen(p_me, coalesce(p_consultation_id, default_consultation()));
begin
  s.consultation_id := coalesce(s.consultation_id, p_consultation_id); -- one without a stage yet
  return frame_at(p_me, s, house_if_any(p_me, s.id,
    (select address(c.slug) from consultation c where c.id = s.consultation_id)), p_current);
end $$;

-- For pages of the house.
create or replace function app.frame_of(p_me app.caller, h app.house, p_current text) returns json
language plpgsql stable as $$
declare
  s app.stage;
begin
  select x.* into s from stage x where x.id = h.stage_id;
  return frame_at(p_me, s, h, p_current);
end $$;
