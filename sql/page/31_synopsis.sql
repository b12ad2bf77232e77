-- The filter of the synopsis: one set of conditions and one order for the page,
-- its counts, the saved views, what is done in bulk and the exports.

-- A path with those parameters that are set; their values are fit for an address.
create or replace function app.with_query(p_path text, p_names text[], p_values text[]) returns text
language sql immutable parallel safe as $$
  select p_path || coalesce('?' || string_agg(x.name || '=' || x.value, '&' order by x.place), '')
    from unnest(p_names, p_values) with ordinality x(name, value, place) where x.value is not null
$$;

-- Inlined by the planner, so that each filter finds its index. A text without
-- a stance counts as no_position.
create or replace function app.position_matches(x app.position, f app.position_filter) returns boolean
language sql immutable parallel safe as $$
  select (f.target_id is null or x.target_id = f.target_id)
    and (f.stance is null or x.stance = f.stance or (f.stance = 'no_position' and x.stance is null))
    and (f.decision is null or x.decision = f.decision)
    and (f.place_id is null or x.place_id = f.place_id or (f.is_entry and x.place_id is null))
    and (f.assignee_id is null or x.assignee_id = f.assignee_id or (f.assignee_id = -1 and x.assignee_id is null))
    and (f.chosen is null or x.id = any (f.chosen))
    and (f.answers is null or x.released_answer_id = any (f.answers))
    and (f.is_tagged is null or x.is_tagged = f.is_tagged)
    and (f.is_grouped is null or x.is_grouped = f.is_grouped)
    and (f.state is null or f.state = 'approved' and x.is_approved or f.state = 'none' and x.assessment_id is null
      or f.state = 'draft' and x.assessment_id is not null and not x.is_approved)
    and (sender_matches(x.level, x.land_code, x.seat_status, f) or x.id = any (f.joined))
$$;

-- The id of the target of a filter; 0, which no target has, for an unknown one.
create or replace function app.target_filter(p_stage_id bigint, p_target text) returns bigint
language plpgsql stable as $$
begin
  return case when p_target is not null then coalesce(
    (select t.id from target t where t.stage_id = p_stage_id and t.key = p_target), 0) end;
end $$;

-- A place in the order: the number of a position, or target and organisation
-- joined by _ while it has none. Null for a token that means nothing (any more).
create or replace function app.position_at(p_stage_id bigint, p_token text) returns app.position
language plpgsql stable as $$
declare
  p app.position;
  v_number text[] := regexp_match(p_token, '^[REU]\d+-(\d{1,9})(?:\.(\d{1,6}))?$');
begin
  if v_number is not null then
    select x.* into p from position x where x.stage_id = p_stage_id and x.number = v_number[1]::int
      and x.part = coalesce(v_number[2], '0')::int;
  elsif p_token like '%\_%' then
    select x.* into p from position x
      where x.target_id = target_filter(p_stage_id, split_part(p_token, '_', 1)) and x.is_current
        and x.sort_key = (select i.sort_key from participation i join organisation o on o.id = i.organisation_id
          where i.stage_id = p_stage_id and o.code = split_part(p_token, '_', 2))
      order by x.id desc limit 1;
  end if;
  return p;
end $$;

-- Positions that are of a level, Land or status because somebody of it has
-- joined their author; null where the filter does not ask.
create or replace function app.joined_positions(p_stage_id bigint, p_level text, p_land text, p_seat text)
returns bigint[]
language plpgsql stable as $$
begin
  if num_nonnulls(p_level, p_land, p_seat) = 0 then
    return null;
  end if;
  return (with recursive r (id) as ( -- each once, however many have joined
      select (select min(va.released_answer_id) from version_answer va where va.adopted)
      union all select (select min(va.released_answer_id) from version_answer va
        where va.adopted and va.released_answer_id > r.id) from r where r.id is not null)
    select array_agg(p.id) from r join position p on p.released_answer_id = r.id and p.is_current
      and p.stage_id = p_stage_id
    where exists (select from version_answer va join current_version c on c.response_version_id = va.response_version_id
        join response_version v on v.id = c.response_version_id
      where va.released_answer_id = r.id and va.adopted and (p_level is null or v.level = p_level)
        and (p_land is null or v.land_code = p_land) and (p_seat is null or v.seat_status = p_seat)));
end $$;

-- Where a position is that is in no place yet.
create or replace function app.first_place(p_consultation_id bigint) returns app.place
language plpgsql stable as $$
declare
  l app.place;
begin
  select x.* into l from place x where x.consultation_id = p_consultation_id and x.retired_at is null
    order by x.position, x.id limit 1;
  return l;
end $$;

-- Each topic under itself and under those it belongs to.
create or replace function app.topic_above(p_consultation_id bigint)
returns table (topic_id bigint, above_id bigint)
language plpgsql stable rows 100 as $$
begin
  return query with recursive r (id, above) as (
      select t.id, t.id from topic t where t.consultation_id = p_consultation_id
      union all select r.id, t.parent_id from r join topic t on t.id = r.above where t.parent_id is not null)
    select r.id, r.above from r;
end $$;

-- Positions with a topic, or one below it, of all stages: read from the index alone.
create or replace function app.topic_positions(s app.stage, p_topic text) returns bigint[]
language plpgsql stable as $$
begin
  return array(select distinct pt.position_id from topic t
      join topic_above(s.consultation_id) r on r.above_id = t.id
      join position_topic pt on pt.topic_id = r.topic_id
    where t.consultation_id = s.consultation_id and t.key = p_topic);
end $$;

create or replace function app.position_filter(p_me app.caller, s app.stage, f app.synopsis_filter)
returns app.position_filter
language plpgsql stable as $$
declare
  r app.position_filter;
begin
  r.target_id := target_filter(s.id, f.target);
  r.level := f.level;
  r.land := f.land;
  r.seat := f.seat;
  r.stance := f.stance;
  r.decision := f.decision;
  if f.place is not null then
    r.place_id := coalesce((select l.id from place l where l.consultation_id = s.consultation_id and l.id::text = f.place), 0);
    r.is_entry := coalesce(r.place_id = (first_place(s.consultation_id)).id, false);
  end if;
  r.assignee_id := case f.assignee when 'me' then p_me.person_id when 'none' then -1 else
    case when f.assignee is not null then coalesce((select x.id from person x where x.key = f.assignee), 0) end end;
  r.joined := joined_positions(s.id, f.level, f.land, f.seat);
  r.is_tagged := case when f.topic = 'none' then false end;
  r.is_grouped := case f.grouped when 'yes' then true when 'no' then false end;
  r.state := f.state;
  if f.topic is not null and f.topic <> 'none' then
    r.chosen := topic_positions(s, f.topic);
  end if;
  if f.q is not null then
    r.answers := search_answers(s.consultation_id, search_query(search_fold(search_typed(f.q))), 100000);
  end if;
  return r;
end $$;

-- The ids of the filter in the order of the synopsis: target, sender, number;
-- the next ones behind a, or those before it. A plan of its own each time: which
-- index serves depends on the filter.
create or replace function app.position_ids(p_stage_id bigint, f app.position_filter, a app.position,
  p_back boolean, p_limit bigint) returns bigint[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  if p_back then
    return array(select y.id from (select x.id, x.sort_target, x.sort_key from position x
        where x.stage_id = p_stage_id and x.is_current and position_matches(x, f)
          and (x.sort_target, x.sort_key, x.id) < (a.sort_target, a.sort_key, a.id)
        order by x.sort_target desc, x.sort_key desc, x.id desc limit p_limit) y
      order by y.sort_target, y.sort_key, y.id);
  end if;
  return array(select x.id from position x
    where x.stage_id = p_stage_id and x.is_current and position_matches(x, f)
      and (a.id is null or (x.sort_target, x.sort_key, x.id) > (a.sort_target, a.sort_key, a.id))
    order by x.sort_target, x.sort_key, x.id limit p_limit);
end $$;

-- How many positions of the filter there are, counted to p_most and one more.
create or replace function app.position_count_of(p_stage_id bigint, f app.position_filter, p_most int) returns bigint
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (select count(*) from (select from position x
    where x.stage_id = p_stage_id and x.is_current and position_matches(x, f) limit p_most + 1) c);
end $$;

-- How many stand before a position, counted like the others.
create or replace function app.position_rank(p_stage_id bigint, f app.position_filter, p_id bigint) returns bigint
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  a app.position;
begin
  select x.* into a from position x where x.id = p_id;
  return (select count(*) from (select from position x
    where x.stage_id = p_stage_id and x.is_current and position_matches(x, f)
      and (x.sort_target, x.sort_key, x.id) < (a.sort_target, a.sort_key, a.id) limit 10001) c);
end $$;

-- Whether an organisation itself is of the level, Land and status of the filter.
create or replace function app.sender_matches(p_level text, p_land text, p_seat text, f app.position_filter) returns boolean
language sql immutable parallel safe as $$
  select (f.level is null or p_level = f.level) and (f.land is null or p_land = f.land)
    and (f.seat is null or p_seat = f.seat)
$$;

create or replace function app.stances() returns text[]
language sql immutable parallel safe as $$
  select array['agree', 'agree_changed', 'reject', 'note', 'no_position']
$$;

-- Positions under the filter by each of its values: {stance: {agree: 4, …}, …}, and
-- how many organisations hold one: who wrote it, where he holds it still, and who
-- has joined him. Counted to 10,001, topics to 2,000: the figures of a larger stage
-- are no use on a page and would cost a second. A tag or a word is a list of
-- thousands, looked up once: so the page behind a position (p_is_back: before it) is
-- taken from here as well, and how many stand before it or with it.
create or replace function app.position_sums(s app.stage, f app.position_filter, a app.position default null,
  p_is_back boolean default false, p_most bigint default 0, out filtered bigint, out is_capped boolean,
  out organisations bigint, out ids bigint[], out stand bigint, out sums json)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_is_list boolean := num_nonnulls(f.chosen, f.answers) > 0;
begin
  with x as materialized (select p.id, p.stance, p.level, p.land_code, p.seat_status, p.decision, p.place_id,
      p.assignee_id, p.target_id, p.organisation_id, p.released_answer_id, p.sort_target, p.sort_key from position p
    where p.stage_id = s.id and p.is_current and position_matches(p, f) limit case when not v_is_list then 10001 end),
  n as materialized (select count(*) as all from x),
  g as (
    select grouping(x.stance, x.level, x.land_code, x.seat_status, x.decision, x.place_id, x.assignee_id, x.target_id) as k,
        x.stance, x.level, x.land_code, x.seat_status, x.decision, x.place_id, x.assignee_id, x.target_id, count(*) as count
      from x where (select n.all from n) <= 10000
      group by grouping sets ((x.stance), (x.level), (x.land_code), (x.seat_status), (x.decision),
        (x.place_id), (x.assignee_id), (x.target_id))),
  v as (
    select case g.k when 127 then 'stance' when 191 then 'level' when 223 then 'land' when 239 then 'seat'
          when 247 then 'decision' when 251 then 'place' when 253 then 'assignee' else 'target' end as key,
        case g.k when 127 then coalesce(g.stance::text, 'no_position') when 191 then g.level::text
          when 223 then g.land_code when 239 then g.seat_status::text when 247 then g.decision
          when 251 then coalesce(g.place_id, (first_place(s.consultation_id)).id)::text
          when 253 then coalesce((select y.key::text from person y where y.id = g.assignee_id), 'none')
          else (select t.key::text from target t where t.id = g.target_id) end as value, g.count
      from g
    union all
    select 'topic', t.key, count(distinct pt.position_id)
      from x join position_topic pt on pt.position_id = x.id
        join topic_above(s.consultation_id) r on r.topic_id = pt.topic_id join topic t on t.id = r.above_id
      where (select n.all from n) <= 2000 group by t.key),
  j as materialized (select va.released_answer_id, v.organisation_id, v.level, v.land_code, v.seat_status
    from version_answer va join current_version c on c.response_version_id = va.response_version_id
      join response_version v on v.id = c.response_version_id where va.adopted and va.stage_id = s.id),
  o as (
    select x.organisation_id as id from x where sender_matches(x.level, x.land_code, x.seat_status, f)
        and x.released_answer_id not in (select j.released_answer_id from j where not exists (
          select from version_answer va join current_version c on c.response_version_id = va.response_version_id
            where va.released_answer_id = j.released_answer_id and not va.adopted))
    union all
    select j.organisation_id from x join j on j.released_answer_id = x.released_answer_id
      where sender_matches(j.level, j.land_code, j.seat_status, f))
  select least(n.all, 10000), n.all > 10000, case when n.all <= 10000 then (select count(distinct o.id) from o) end,
      case when v_is_list and p_is_back then array(select y.id from (select x.* from x
          where (x.sort_target, x.sort_key, x.id) < (a.sort_target, a.sort_key, a.id)
          order by x.sort_target desc, x.sort_key desc, x.id desc limit p_most) y order by y.sort_target, y.sort_key, y.id)
        when v_is_list then array(select x.id from x
          where a.id is null or (x.sort_target, x.sort_key, x.id) > (a.sort_target, a.sort_key, a.id)
          order by x.sort_target, x.sort_key, x.id limit p_most) end,
      case when v_is_list and a.id is not null then (select count(*) from x
        where (x.sort_target, x.sort_key, x.id) < (a.sort_target, a.sort_key, a.id) or not p_is_back and x.id = a.id) end,
      coalesce((select json_object_agg(y.key, y.counts) from (select z.key, json_object_agg(z.value, z.count) as counts
        from (select v.key, v.value, sum(v.count)::bigint as count from v where v.value is not null group by v.key, v.value) z
        group by z.key) y), '{}')
    into filtered, is_capped, organisations, ids, stand, sums from n;
end $$;
