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

-- The ids of the filter in the order of the synopsis: target, sender, number.
-- A plan of its own each time: which index serves depends on the filter.
create or replace function app.position_ids(p_stage_id bigint, p_target bigint, p_level text, p_land text,
  p_seat text, p_stance text, a app.position, p_limit bigint) returns bigint[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return array(select x.id from position x
    where x.stage_id = p_stage_id and x.is_current
      and position_matches(x.target_id, x.level, x.land_code, x.seat_status, x.stance,
        p_target, p_level, p_land, p_seat, p_stance)
      and (a.id is null or (x.sort_target, x.sort_key, x.id) > (a.sort_target, a.sort_key, a.id))
    order by x.sort_target, x.sort_key, x.id limit p_limit);
end $$;

-- Positions by stance under the filter. Counted to 10,001: the figures of a
-- larger stage are no use on a page and would cost a second.
create or replace function app.position_sums(p_stage_id bigint, p_target bigint, p_level text,
  p_land text, p_seat text, p_stance text, out filtered bigint, out is_capped boolean, out stances json)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  with m as (select coalesce(x.stance::text, 'no_position') as stance from position x
      where x.stage_id = p_stage_id and x.is_current
        and position_matches(x.target_id, x.level, x.land_code, x.seat_status, x.stance,
          p_target, p_level, p_land, p_seat, p_stance) limit 10001),
    n as (select m.stance, count(*) as count from m group by m.stance)
  select least(coalesce(sum(n.count), 0), 10000), coalesce(sum(n.count) > 10000, false),
      case when sum(n.count) > 10000 then '[]' else
        coalesce(json_agg(json_build_object('stance', n.stance, 'count', n.count)
          order by array_position(stances(), n.stance)), '[]') end
    into filtered, is_capped, stances from n;
end $$;

create or replace function app.stances() returns text[]
language sql immutable parallel safe as $$
  select array['agree', 'agree_changed', 'reject', 'note', 'no_position']
$$;
