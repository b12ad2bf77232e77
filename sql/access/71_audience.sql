-- Who is asked what.

-- The groups that lists and sums are cut into; each organisation is in one.
create or replace function app.return_group(p_seat_status text, p_level text) returns text
language sql immutable parallel safe as $$
  select case p_seat_status when 'voting' then case p_level when 'land' then 'laender' else 'bund' end
    when 'advisory' then 'advisory' else case p_level when 'kommune' then 'municipal' else 'others' end end
$$;
create or replace function app.return_groups() returns text[]
language sql immutable parallel safe as $$
  select array['bund', 'laender', 'advisory', 'municipal', 'others']
$$;

-- Is an organisation asked, as it is invited, at a target of that audience?
create or replace function app.target_asks(p_audience text[], p_level text, p_seat_status text) returns boolean
language sql immutable parallel safe as $$
  select p_audience is null or app.return_group(p_seat_status, p_level) = any (p_audience)
$$;

-- Groups in any order as they are kept: in theirs, each once; null for everybody.
create or replace function app.audience_of(p_groups text[]) returns text[]
language sql immutable parallel safe as $$
  select nullif(nullif(array(select g from unnest(p_groups) g group by g order by array_position(app.return_groups(), g)),
    app.return_groups()), '{}')
$$;
create or replace function app.audience_of(p_groups jsonb) returns text[]
language sql immutable parallel safe as $$
  select app.audience_of(case when jsonb_typeof(p_groups) = 'array' then array(select jsonb_array_elements_text(p_groups)) end)
$$;

-- What a house is asked in its stage.
create or replace function app.asked(h app.house) returns setof app.target
language sql stable as $$
  select t.* from app.target t where t.stage_id = h.stage_id and app.target_asks(t.audience, h.level, h.seat_status)
$$;

-- Who is asked at a target, and whether the house is; null where everybody is.
create or replace function app.audience_json(p_audience text[], h app.house) returns json
language sql immutable parallel safe as $$
  select case when p_audience is not null then json_build_object('groups', to_json(p_audience),
    'is_asked', h.stage_id is null or app.target_asks(p_audience, h.level, h.seat_status), 'is_house', h.stage_id is not null) end
$$;

create or replace function app.demand_asked(h app.house, t app.target) returns void
language plpgsql stable as $$
begin
  if not target_asks(t.audience, h.level, h.seat_status) then
    perform fail('CN422', 'not_asked', null, json_build_object('audience', t.audience));
  end if;
end $$;
