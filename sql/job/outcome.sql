-- Folds what waits into the counters, in the order of their key; one at a time,
-- and after an outage some at a time. Returns how many releases and withdrawals
-- it took.
create or replace function job.fold_outcomes() returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c_most constant int := 2000;
  v_versions bigint[];
  v_signs int[];
  v_count int;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('job.fold_outcomes', 0)) then
    return 0;
  end if;
  with w as (delete from outcome_pending x where x.id in (select y.id from outcome_pending y order by y.id limit c_most)
      returning x.gone_id, x.come_id)
    select array_agg(x.id), array_agg(x.sign), count(distinct w) into v_versions, v_signs, v_count
      from w cross join lateral (values (w.gone_id, -1), (w.come_id, 1)) x (id, sign) where x.id is not null;
  if v_versions is not null then
    insert into outcome_count as o (stage_id, target_id, level, land_code, seat_status, outcome, organisations)
      select d.* from outcome_delta(v_versions, v_signs) d
        order by d.stage_id, d.target_id nulls first, d.level, d.land_code, d.seat_status, d.outcome
      on conflict (stage_id, target_id, level, land_code, seat_status, outcome) do update
        set organisations = o.organisations + excluded.organisations;
  end if;
  return v_count;
end $$;

-- Where counters with what waits are not what the rows say, counted anew.
create or replace function job.outcome_faults() returns table (name text, fault text)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return query with k as (select s.id as stage_id, o.target_id, o.level, o.land_code, o.seat_status, o.outcome, sum(o.organisations) as n
      from stage s cross join lateral outcomes(s.id) o group by s.id, o.target_id, o.level, o.land_code, o.seat_status, o.outcome),
    p as (select c.stage_id, c.response_version_id, p.level, p.land_code, p.seat_status, v.nil_rest from current_version c
      join participation p on p.stage_id = c.stage_id and p.organisation_id = c.organisation_id
      join response_version v on v.id = c.response_version_id),
    r as (select p.stage_id, null::bigint as target_id, p.level, p.land_code, p.seat_status, 'invited' as outcome, count(*) as n
        from participation p group by 1, 3, 4, 5
      union all select p.stage_id, null, p.level, p.land_code, p.seat_status, 'released', count(*) from p group by 1, 3, 4, 5
      union all select p.stage_id, null, p.level, p.land_code, p.seat_status, 'rest', count(*) from p where p.nil_rest group by 1, 3, 4, 5
      union all select p.stage_id, a.target_id, p.level, p.land_code, p.seat_status,
          case ra.kind when 'answered' then coalesce(ra.stance, 'no_position')::text else ra.kind::text end, count(*)
        from p join version_answer a on a.response_version_id = p.response_version_id join released_answer ra on ra.id = a.released_answer_id
        group by 1, 2, 3, 4, 5, 6
      union all select p.stage_id, a.target_id, p.level, p.land_code, p.seat_status, 'answered_rest', count(*)
        from p join version_answer a on a.response_version_id = p.response_version_id where p.nil_rest group by 1, 2, 3, 4, 5)
    select concat_ws(', ', c.slug, s.key, coalesce(t.key::text, 'base'), coalesce(k.level, r.level), coalesce(k.land_code, r.land_code),
        coalesce(k.seat_status, r.seat_status), coalesce(k.outcome, r.outcome)),
        'the counter says ' || coalesce(k.n, 0) || ', the rows ' || coalesce(r.n, 0)
      from k full join r on (k.stage_id, k.level, k.seat_status, k.outcome) = (r.stage_id, r.level, r.seat_status, r.outcome)
          and k.target_id is not distinct from r.target_id and k.land_code is not distinct from r.land_code
        join stage s on s.id = coalesce(k.stage_id, r.stage_id) join consultation c on c.id = s.consultation_id
        left join target t on t.id = coalesce(k.target_id, r.target_id)
      where coalesce(k.n, 0) <> coalesce(r.n, 0);
end $$;
