-- The Meinungsbild: for each target, level and seat status the base (who was
-- invited and is asked there) and what became of it. The classes of a row always
-- sum up to its base; who is not asked stands apart, in not_asked. A Fehlanzeige
-- "for all the rest" counts for each target without a row. Out of the counters
-- (77_outcome.sql).
-- p_target_id and p_seat_status may be null for all.
create or replace function app.outcome_rows(p_stage_id bigint, p_target_id bigint, p_seat_status text)
returns table (target_id bigint, level text, seat_status text, sort_key text, base int, agree int,
  agree_changed int, reject int, note int, no_position int, nil int, not_applicable int,
  no_answer int, outstanding int, not_asked int)
language plpgsql stable as $$
begin
  return query
    with o as materialized (select x.target_id, x.level, x.seat_status, x.outcome, sum(x.organisations)::int as n, min(x.sort_key) as sort_key
      from outcomes(p_stage_id, p_target_id) x where p_seat_status is null or x.seat_status = p_seat_status
      group by x.target_id, x.level, x.seat_status, x.outcome),
    g as materialized (select o.level, o.seat_status, min(o.sort_key) as sort_key, coalesce(sum(o.n) filter (where o.outcome = 'invited'), 0)::int as base,
        coalesce(sum(o.n) filter (where o.outcome = 'released'), 0)::int as released,
        coalesce(sum(o.n) filter (where o.outcome = 'rest'), 0)::int as rest
      from o where o.target_id is null group by o.level, o.seat_status),
    a as materialized (select o.target_id, o.level, o.seat_status,
        (sum(o.n) filter (where o.outcome <> 'answered_rest'))::int as rows, coalesce(sum(o.n) filter (where o.outcome = 'answered_rest'), 0)::int as rest,
        sum(o.n) filter (where o.outcome = 'agree')::int as agree, sum(o.n) filter (where o.outcome = 'agree_changed')::int as agree_changed,
        sum(o.n) filter (where o.outcome = 'reject')::int as reject, sum(o.n) filter (where o.outcome = 'note')::int as note,
        sum(o.n) filter (where o.outcome = 'no_position')::int as no_position, sum(o.n) filter (where o.outcome = 'nil')::int as nil,
        sum(o.n) filter (where o.outcome = 'not_applicable')::int as not_applicable
      from o where o.target_id is not null group by o.target_id, o.level, o.seat_status)
    select t.id, g.level::text, g.seat_status::text, g.sort_key, g.base * k.asks, coalesce(a.agree, 0),
        coalesce(a.agree_changed, 0), coalesce(a.reject, 0), coalesce(a.note, 0),
        coalesce(a.no_position, 0), coalesce(a.nil, 0) + (g.rest - coalesce(a.rest, 0)) * k.asks,
        coalesce(a.not_applicable, 0),
        (g.released - coalesce(a.rows, 0) - g.rest + coalesce(a.rest, 0)) * k.asks, (g.base - g.released) * k.asks,
        g.base * (1 - k.asks)
      from target t cross join g cross join lateral (select target_asks(t.audience, g.level, g.seat_status)::int as asks) k
        left join a on a.target_id = t.id and a.level = g.level and a.seat_status = g.seat_status
      where t.stage_id = p_stage_id and (p_target_id is null or t.id = p_target_id);
end $$;

-- The nine classes in their order, as codes and as counts.
create or replace function app.outcome_classes() returns json
language sql stable parallel safe as $$
  select json_build_array('agree', 'agree_changed', 'reject', 'note', 'no_position', 'nil',
    'not_applicable', 'no_answer', 'outstanding')
$$;

create or replace function app.counts_json(p_counts bigint[]) returns json
language sql stable parallel safe as $$
  select json_build_object('agree', p_counts[1], 'agree_changed', p_counts[2], 'reject', p_counts[3],
    'note', p_counts[4], 'no_position', p_counts[5], 'nil', p_counts[6], 'not_applicable', p_counts[7],
    'no_answer', p_counts[8], 'outstanding', p_counts[9])
$$;

-- p_rows: [{"label", "n", "values"}]; p_words: the code of title and description.
create or replace function app.chart_stacked(p_id text, p_words text, p_rows json) returns json
language sql stable parallel safe as $$
  select json_build_object('kind', 'stacked', 'id', p_id, 'title', 'chart:' || p_words,
    'desc', 'chart:' || p_words || '_desc', 'classes', app.outcome_classes(),
    'rows', coalesce(p_rows, '[]'))
$$;

-- Houses whose response was withdrawn and that have submitted no other: they are in no list and no bar.
create or replace function app.withdrawn_json(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('count', count(*), 'seats', count(*) filter (where x.seat_status = 'voting'),
      'names', names_of(array_agg(x.organisation_id order by x.sort_key)),
      'of', (select count(*) from participation p where p.stage_id = p_stage_id))
    from (select distinct p.organisation_id, p.seat_status, p.sort_key from withdrawal w
        join participation p on p.stage_id = w.stage_id and p.organisation_id = w.organisation_id
      where w.stage_id = p_stage_id and not exists (select from current_version c where c.response_id = w.response_id)) x);
end $$;

-- The bases of a stage, out of the counters. Positions are rows, which are counted:
-- on a page up to p_most, null for all of them, 0 for none.
create or replace function app.opinion_totals(p_stage_id bigint, p_most bigint default null) returns json
language plpgsql stable as $$
begin
  return (with o as (select x.seat_status, coalesce(sum(x.organisations) filter (where x.outcome = 'invited'), 0) as invited,
      coalesce(sum(x.organisations) filter (where x.outcome = 'released'), 0) as released
      from outcomes(p_stage_id, 0) x where x.target_id is null group by x.seat_status),
    p as (select count(*) as n from (select from position x where x.stage_id = p_stage_id and x.is_current limit p_most + 1) x)
    select json_build_object('invited', coalesce(sum(o.invited), 0), 'released', coalesce(sum(o.released), 0),
      'seats', coalesce(sum(o.released) filter (where o.seat_status = 'voting'), 0),
      'seats_of', coalesce(sum(o.invited) filter (where o.seat_status = 'voting'), 0),
      'advisory', coalesce(sum(o.released) filter (where o.seat_status = 'advisory'), 0),
      'advisory_of', coalesce(sum(o.invited) filter (where o.seat_status = 'advisory'), 0),
      'others', coalesce(sum(o.released) filter (where o.seat_status = 'none'), 0),
      'others_of', coalesce(sum(o.invited) filter (where o.seat_status = 'none'), 0),
      'positions', (select least(p.n, p_most) from p where p_most is distinct from 0), 'is_capped', coalesce((select p_most > 0 and p.n > p_most from p), false))
    from o);
end $$;

-- The other base: how many positions the organisations of a status hold on each
-- target, and how many organisations hold one. Who has joined another house
-- holds one with it; parts of an answer count where it was given.
create or replace function app.position_bases(p_stage_id bigint, p_target_id bigint, p_seat_status text)
returns table (target_id bigint, positions bigint, organisations bigint)
language plpgsql stable as $$
begin
  return query select va.target_id, count(distinct x.id), count(distinct c.organisation_id) from current_version c
    join participation p on p.stage_id = c.stage_id and p.organisation_id = c.organisation_id
      and (p_seat_status is null or p.seat_status = p_seat_status)
    join version_answer va on va.response_version_id = c.response_version_id
      and (p_target_id is null or va.target_id = p_target_id)
    join position x on x.released_answer_id = va.released_answer_id and x.is_current
    where c.stage_id = p_stage_id group by va.target_id;
end $$;

-- Who has joined a version with what counts of theirs; with how many answers.
create or replace function app.joiners_of(p_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('code', x.code, 'name', x.organisation_name, 'short_name',
      x.organisation_short_name, 'answers', x.answers) order by x.sort_key), '[]')
    from (select o.code, v.organisation_name, v.organisation_short_name, v.sort_key, count(*) as answers
      from version_answer a join version_answer j on j.released_answer_id = a.released_answer_id and j.adopted
        join current_version c on c.response_version_id = j.response_version_id
        join response_version v on v.id = c.response_version_id join organisation o on o.id = v.organisation_id
      where a.response_version_id = p_version_id and not a.adopted
      group by o.code, v.organisation_name, v.organisation_short_name, v.sort_key
      order by v.sort_key limit 200) x);
end $$;
