-- The counters of outcomes: what waits to be folded is counted with them, in the
-- same reading, so that every figure is exact at any moment. As resonanz_public,
-- which sees how houses answered and none of their words: what a caller may read
-- of the figures is for the page to say.
set local role resonanz_public;

-- What versions add to the counters, each by its sign (1 comes, -1 goes); to the
-- base and, unless p_target_id is null, to one target alone.
create or replace function app.outcome_delta(p_versions bigint[], p_signs int[], p_target_id bigint default null)
returns table (stage_id bigint, target_id bigint, level app.level, land_code text, seat_status app.seat_status,
  outcome text, organisations bigint)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query with v as materialized (select x.sign, r.id, r.stage_id, r.level, r.land_code, r.seat_status, r.nil_rest
      from unnest(p_versions, p_signs) x (id, sign) join response_version r on r.id = x.id),
    o as (select v.stage_id, null::bigint as target_id, v.level, v.land_code, v.seat_status, 'released' as outcome, v.sign from v
      union all select v.stage_id, null, v.level, v.land_code, v.seat_status, 'rest', v.sign from v where v.nil_rest
      union all select v.stage_id, a.target_id, v.level, v.land_code, v.seat_status,
          case ra.kind when 'answered' then coalesce(ra.stance, 'no_position')::text else ra.kind::text end, v.sign
        from v join version_answer a on a.response_version_id = v.id and (p_target_id is null or a.target_id = p_target_id)
          join released_answer ra on ra.id = a.released_answer_id
      union all select v.stage_id, a.target_id, v.level, v.land_code, v.seat_status, 'answered_rest', v.sign
        from v join version_answer a on a.response_version_id = v.id and (p_target_id is null or a.target_id = p_target_id) where v.nil_rest)
    select o.stage_id, o.target_id, o.level, o.land_code, o.seat_status, o.outcome, sum(o.sign)
      from o group by o.stage_id, o.target_id, o.level, o.land_code, o.seat_status, o.outcome having sum(o.sign) <> 0;
end $$;

-- Counters and what waits, for one stage; p_target_id null: of all targets, 0: of
-- none. The rows of the base (target_id null) are always there.
create or replace function app.outcomes(p_stage_id bigint, p_target_id bigint default null)
returns table (target_id bigint, level app.level, land_code text, seat_status app.seat_status, outcome text,
  organisations bigint, sort_key text)
language plpgsql stable security definer rows 10000 set search_path = app, pg_temp as $$
declare
  v_versions bigint[];
  v_signs int[];
begin
  select array_agg(x.id), array_agg(x.sign) into v_versions, v_signs from outcome_pending w
    cross join lateral (values (w.gone_id, -1), (w.come_id, 1)) x (id, sign) where w.stage_id = p_stage_id and x.id is not null;
  return query select o.target_id, o.level, o.land_code, o.seat_status, o.outcome, o.organisations, o.sort_key from outcome_count o
    where o.stage_id = p_stage_id and (p_target_id is null or o.target_id is null or o.target_id = p_target_id);
  if v_versions is not null then
    return query select d.target_id, d.level, d.land_code, d.seat_status, d.outcome, d.organisations, null from outcome_delta(v_versions, v_signs, p_target_id) d;
  end if;
end $$;

grant execute on function app.outcome_delta(bigint[], int[], bigint), app.outcomes(bigint, bigint) to resonanz_owner;
set local role resonanz_owner;
