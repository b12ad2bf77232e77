-- Periodic work: in one process at a time, the one that holds the lock.

-- For as long as the connection lives.
create or replace function job.period_lock() returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return pg_try_advisory_lock(hashtextextended('job.period', 0));
end $$;

-- What this program does by itself: each second, and so on, or once a day.
create or replace function job.period_register(p_kinds text[], p_seconds int[], p_daily_at text[]) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  delete from job_period p where not p.kind = any (p_kinds);
  insert into job_period as p (kind, seconds, daily_at)
    select k, nullif(s, 0), nullif(d, '')::time from unnest(p_kinds, p_seconds, p_daily_at) x(k, s, d)
    on conflict (kind) do update set seconds = excluded.seconds, daily_at = excluded.daily_at,
      seen_at = clock_timestamp();
  return cardinality(p_kinds);
end $$;

create or replace function job.period_note(p_kind text, p_is_ok boolean, p_did bigint, p_note text) returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update job_period p set seen_at = clock_timestamp(), ran_at = clock_timestamp(), is_ok = p_is_ok,
      did = p_did, note = left(nullif(p_note, ''), 500) where p.kind = p_kind;
  return found;
end $$;

-- Queues a daily kind once its hour has come; what was missed yesterday is
-- not made up for. Ends of the day are those of Germany.
create or replace function job.queue_daily(p_kind text) returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_now timestamp := clock_timestamp() at time zone 'Europe/Berlin';
  v_today text := to_char(v_now, 'YYYY-MM-DD');
begin
  update job_period p set seen_at = clock_timestamp() where p.kind = p_kind;
  if v_now::time < (select p.daily_at from job_period p where p.kind = p_kind)
      or exists (select from job j where j.kind = p_kind and j.dedupe_key = v_today) then
    return 0;
  end if;
  return queue_job(p_kind, v_today, '{}', null);
end $$;
