-- The rows of the synopsis: one set of conditions and one order for the page,
-- its counts and the exports.

-- Inlined by the planner, so that each filter finds its index. A text without
-- a stance counts as no_position.
create or replace function app.position_matches(p_position_target bigint, p_position_level text,
  p_position_land text, p_position_seat text, p_position_stance text, p_target bigint, p_level text,
  p_land text, p_seat text, p_stance text) returns boolean
language sql immutable parallel safe as $$
  select (p_target is null or p_position_target = p_target)
    and (p_level is null or p_position_level = p_level)
    and (p_land is null or p_position_land = p_land)
    and (p_seat is null or p_position_seat = p_seat)
    and (p_stance is null or p_position_stance = p_stance
      or (p_stance = 'no_position' and p_position_stance is null))
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
  v_number text[] := regexp_match(p_token, '^[RE]\d+-(\d{1,9})(?:\.(\d{1,6}))?$');
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

-- The further papers of a list, one a line, below the words of the answer.
create or replace function app.body_and_papers(p_body text, p_value jsonb) returns text
language plpgsql immutable parallel safe as $$
begin
  if p_value is null or jsonb_typeof(p_value) <> 'array' then
    return p_body;
  end if;
  return concat_ws(e'\n', p_body,
    (select string_agg('– ' || (x ->> 'title') || coalesce(' (' || (x ->> 'source') || ')', ''), e'\n' order by n)
      from jsonb_array_elements(p_value) with ordinality y(x, n)));
end $$;

-- Who has joined an answer, with the version that counts; nothing for nobody.
create or replace function app.joiners_of_answer(p_released_answer_id bigint)
returns table (count bigint, names text, joined json)
language sql stable rows 1 as $$
  select nullif(count(*), 0), string_agg(v.organisation_name, e'\n' order by v.sort_key),
      json_agg(json_build_object('code', o.code, 'name', v.organisation_name, 'short_name', v.organisation_short_name,
        'level', v.level, 'land', v.land_code, 'seat_status', v.seat_status) order by v.sort_key)
    from app.version_answer va join app.current_version c on c.response_version_id = va.response_version_id
      join app.response_version v on v.id = c.response_version_id join app.organisation o on o.id = v.organisation_id
    where va.released_answer_id = p_released_answer_id and va.adopted
$$;

create or replace function app.last_version(p_response_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select v.id from response_version v where v.response_id = p_response_id order by v.number desc limit 1);
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

-- Whether a position is in the filter by its author or by who has joined it.
create or replace function app.is_in_filter(x app.position, p_joined bigint[], p_target bigint, p_level text, p_land text,
  p_seat text, p_stance text) returns boolean
language sql immutable parallel safe as $$
  select app.position_matches(x.target_id, x.level, x.land_code, x.seat_status, x.stance,
      p_target, p_level, p_land, p_seat, p_stance)
    or x.id = any (p_joined) and app.position_matches(x.target_id, x.level, x.land_code, x.seat_status, x.stance,
      p_target, null, null, null, p_stance)
$$;

-- The ids of the filter in the order of the synopsis: target, sender, number.
-- A plan of its own each time: which index serves depends on the filter.
create or replace function app.position_ids(p_stage_id bigint, p_target bigint, p_level text, p_land text,
  p_seat text, p_stance text, p_joined bigint[], a app.position, p_limit bigint) returns bigint[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  if p_joined is not null then
    return array(select x.id from position x
      where x.stage_id = p_stage_id and x.is_current
        and is_in_filter(x, p_joined, p_target, p_level, p_land, p_seat, p_stance)
        and (a.id is null or (x.sort_target, x.sort_key, x.id) > (a.sort_target, a.sort_key, a.id))
      order by x.sort_target, x.sort_key, x.id limit p_limit);
  end if;
  return array(select x.id from position x
    where x.stage_id = p_stage_id and x.is_current
      and position_matches(x.target_id, x.level, x.land_code, x.seat_status, x.stance,
        p_target, p_level, p_land, p_seat, p_stance)
      and (a.id is null or (x.sort_target, x.sort_key, x.id) > (a.sort_target, a.sort_key, a.id))
    order by x.sort_target, x.sort_key, x.id limit p_limit);
end $$;

-- How many organisations of the filter hold a position of it.
create or replace function app.filter_organisations(p_stage_id bigint, p_target bigint, p_level text, p_land text,
  p_seat text, p_stance text) returns bigint
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (select count(*) from participation i
      join current_version c on c.stage_id = i.stage_id and c.organisation_id = i.organisation_id
    where i.stage_id = p_stage_id and (p_level is null or i.level = p_level)
      and (p_land is null or i.land_code = p_land) and (p_seat is null or i.seat_status = p_seat)
      and exists (select from version_answer va join position p on p.released_answer_id = va.released_answer_id and p.is_current
        where va.response_version_id = c.response_version_id and (p_target is null or p.target_id = p_target)
          and (p_stance is null or coalesce(p.stance, 'no_position') = p_stance)));
end $$;

-- Positions by stance under the filter, and how many organisations hold them.
-- Counted to 10,001: the figures of a larger stage are no use on a page and
-- would cost a second.
create or replace function app.position_sums(p_stage_id bigint, p_target bigint, p_level text,
  p_land text, p_seat text, p_stance text, p_joined bigint[], out filtered bigint, out is_capped boolean,
  out stances json, out organisations bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_counts json;
begin
  if p_joined is null then
    v_counts := (select json_object_agg(y.stance, y.count) from (select m.stance, count(*) as count
      from (select coalesce(x.stance::text, 'no_position') as stance from position x
        where x.stage_id = p_stage_id and x.is_current
          and position_matches(x.target_id, x.level, x.land_code, x.seat_status, x.stance,
            p_target, p_level, p_land, p_seat, p_stance) limit 10001) m group by m.stance) y);
  else
    v_counts := (select json_object_agg(y.stance, y.count) from (select m.stance, count(*) as count
      from (select coalesce(x.stance::text, 'no_position') as stance from position x
        where x.stage_id = p_stage_id and x.is_current
          and is_in_filter(x, p_joined, p_target, p_level, p_land, p_seat, p_stance) limit 10001) m group by m.stance) y);
  end if;
  select least(coalesce(sum(n.value::bigint), 0), 10000), coalesce(sum(n.value::bigint) > 10000, false),
      case when sum(n.value::bigint) > 10000 then '[]' else
        coalesce(json_agg(json_build_object('stance', n.key, 'count', n.value::bigint)
          order by array_position(stances(), n.key)), '[]') end
    into filtered, is_capped, stances from json_each_text(v_counts) n;
  if not is_capped then
    organisations := filter_organisations(p_stage_id, p_target, p_level, p_land, p_seat, p_stance);
  end if;
end $$;

create or replace function app.stances() returns text[]
language sql immutable parallel safe as $$
  select array['agree', 'agree_changed', 'reject', 'note', 'no_position']
$$;

-- The group of a position in the lists, for who sees groups.
create or replace function app.group_in_list(p_position_id bigint, p_sees boolean, out number text, out size bigint)
language plpgsql stable as $$
begin
  if p_sees then
    select group_number(g.number), (select count(*) from group_member x join position p on p.id = x.position_id
        where x.group_id = g.id and x.left_at is null and p.is_current) into number, size
      from group_member m join position_group g on g.id = m.group_id
      where m.position_id = p_position_id and m.left_at is null;
  end if;
end $$;
