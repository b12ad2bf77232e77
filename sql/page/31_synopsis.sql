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
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when p_target is not null then coalesce(
    (select t.id from target t where t.stage_id = p_stage_id and t.key = p_target), 0) end;
end $$;

-- A place in the order: the number of a position, or target and organisation
-- joined by _ while it has none. Null for a token that means nothing (any more).
create or replace function app.position_at(p_stage_id bigint, p_token text) returns app.position
language plpgsql stable set search_path = app, pg_temp as $$
declare
  p app.position;
  v_parts text[] := regexp_match(p_token, '^[RE]\d+-(\d{1,9})(?:\.(\d{1,6}))?$');
begin
  if v_parts is not null then
    select x.* into p from position x where x.stage_id = p_stage_id and x.number = v_parts[1]::int
      and x.part = coalesce(v_parts[2], '0')::int;
  else
    select x.* into p from position x join target t on t.id = x.target_id
      join organisation o on o.id = x.organisation_id
      where t.stage_id = p_stage_id and t.key = split_part(p_token, '_', 1)
        and o.code = split_part(p_token, '_', 2) and x.is_current
      order by x.id desc limit 1;
  end if;
  return p;
end $$;

-- The further papers of a list, one a line, below the words of the answer.
create or replace function app.body_and_papers(p_body text, p_value jsonb) returns text
language sql immutable parallel safe as $$
  select case when jsonb_typeof(p_value) = 'array' then concat_ws(e'\n', p_body,
      (select string_agg('– ' || (x ->> 'title') || coalesce(' (' || (x ->> 'source') || ')', ''), e'\n')
        from jsonb_array_elements(p_value) x))
    else p_body end
$$;
