-- What every page carries: who is signed in, the consultation, its stage with
-- the own deadline, and the navigation with its counts.

create or replace function app.is_member(p_me app.caller) returns boolean
language sql immutable parallel safe as $$
  select p_me.organisation_id is not null
    and p_me.roles && array['reader', 'cosigner', 'editor', 'releaser']
$$;

-- The house of a member who takes part; all null for everybody else.
create or replace function app.house_if_any(p_me app.caller, p_stage_id bigint, p_slug text)
returns app.house
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if is_member(p_me) and exists (select from participation p
      where p.stage_id = p_stage_id and p.organisation_id = p_me.organisation_id) then
    return house(p_me, p_slug);
  end if;
  return null;
end $$;

-- The one a visitor means who names none: open first, then the newest.
create or replace function app.default_consultation() returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select c.id from consultation c
    left join stage s on s.consultation_id = c.id and s.opens_at <= app.now() and s.closes_at >= app.now()
    order by s.closes_at nulls last, c.id desc limit 1);
end $$;

create or replace function app.frame_user(p_me app.caller) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if p_me.person_id is null then
    return null;
  end if;
  return (select json_build_object('name', p.name, 'organisation', o.short_name,
      'organisation_code', o.code, 'roles', to_json(p_me.roles), 'is_member', is_member(p_me),
      'is_editor', is_member(p_me) and 'editor' = any (p_me.roles),
      'is_releaser', is_member(p_me) and 'releaser' = any (p_me.roles),
      'is_desk', p_me.roles && array['moderator', 'reporter'])
    from person p left join organisation o on o.id = p_me.organisation_id
    where p.id = p_me.person_id);
end $$;

-- Days count by the calendar in Germany, hours are whole hours left.
create or replace function app.frame_stage(p_stage app.stage, h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_closes timestamptz := coalesce(h.closes_at, p_stage.closes_at);
  v_state text := stage_state(p_stage);
begin
  if p_stage.id is null then
    return null;
  end if;
  if v_state in ('open', 'closed') then
    v_state := case when app.now() <= v_closes then 'open' else 'closed' end;
  end if;
  return json_build_object('key', p_stage.key, 'number', p_stage.number, 'state', v_state,
    'opens_at', p_stage.opens_at, 'closes_at', v_closes, 'is_extended', coalesce(h.is_extended, false),
    'days_left', case when v_state = 'open' then
      (v_closes at time zone 'Europe/Berlin')::date - today() end,
    'hours_left', case when v_state = 'open' then
      floor(extract(epoch from v_closes - app.now()) / 3600)::int end);
end $$;

-- Questions of the house without an answer; null when there is nothing to do.
create or replace function app.open_questions(h app.house) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if h.stage_id is null or h.nil_rest or h.response_state <> 'draft' then
    return null;
  end if;
  return (select nullif(count(*), 0) from target t
    left join answer a on a.response_id = h.response_id and a.target_id = t.id
      and a.organisation_id = h.organisation_id
    where t.stage_id = h.stage_id and t.question_version_id is not null
      and t.item_version_id is null and a.kind is null);
end $$;

-- Current positions of a stage, counted to 10,001 at most.
create or replace function app.position_count(p_stage_id bigint) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select count(*) from (select from position p
    where p.stage_id = p_stage_id and p.is_current limit 10001) c);
end $$;

create or replace function app.frame_nav(p_me app.caller, p_slug text, p_stage_id bigint, h app.house,
  p_current text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_base text := '/consultations/' || p_slug;
  v_is_desk boolean := p_me.roles && array['moderator', 'reporter'] and p_slug is not null;
begin
  return (select json_agg(json_build_object('key', n.key, 'href', n.href, 'count', n.count,
      'is_current', coalesce(n.key = p_current, false)) order by n.place)
    from (values
      (1, 'start', '/', null::bigint, true),
      (2, 'paper', v_base, null, p_slug is not null),
      (3, 'response', v_base || '/response', open_questions(h), h.stage_id is not null),
      (4, 'returns', v_base || '/returns', null, v_is_desk),
      (5, 'opinion', v_base || '/opinion', null, v_is_desk),
      (6, 'synopsis', v_base || '/synopsis',
        case when v_is_desk then nullif(position_count(p_stage_id), 0) end, v_is_desk),
      (7, 'help', '/help', null, true)) n(place, key, href, count, is_shown)
    where n.is_shown);
end $$;

-- p_consultation_id null: the one of default_consultation(), if there is one.
create or replace function app.frame(p_me app.caller, p_consultation_id bigint, p_current text)
returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  c app.consultation;
  v_stage app.stage;
  h app.house;
begin
  select x.* into c from consultation x
    where x.id = coalesce(p_consultation_id, default_consultation());
  v_stage := current_stage(c.id);
  h := house_if_any(p_me, v_stage.id, c.slug);
  return json_build_object(
    'user', frame_user(p_me),
    'consultation', case when c.id is not null then json_build_object(
      'slug', c.slug, 'title', c.title, 'status_note', c.status_note) end,
    'stage', frame_stage(v_stage, h),
    'nav', frame_nav(p_me, c.slug, v_stage.id, h, p_current),
    'server_time', app.now(),
    'is_demo', has_test_clock());
end $$;
