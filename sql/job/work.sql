-- Work on demand as "resonanzctl jobs" does it. Each part is one transaction:
-- part_begin, what the kind does, part_end. The row stays locked meanwhile, so
-- that a part is never done twice, however long it takes; who was killed holds
-- no lock, and after a minute without a heartbeat another takes the job again.
-- Times are of the real clock.

-- Five attempts without a finished part in between, then it has failed.
create or replace function app.job_backoff(p_attempts int) returns interval
language sql immutable parallel safe as $$
  select case when p_attempts < 5 then (array[1, 5, 15, 60])[greatest(p_attempts, 1)] * interval '1 minute' end
$$;

create or replace function job.claim(p_worker text, p_kinds text[])
returns table (id bigint, kind text, args jsonb)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  j app.job;
begin
  loop
    select x.* into j from app.job x
      where x.kind = any (p_kinds) and (x.state = 'ready' and x.run_at <= clock_timestamp()
        or x.state = 'running' and x.heartbeat_at < clock_timestamp() - interval '1 minute')
      order by x.run_at, x.id limit 1 for update skip locked;
    if not found then
      return;
    elsif j.state = 'running' and job_backoff(j.attempts) is null then
      update app.job x set state = 'failed', finished_at = clock_timestamp(), heartbeat_at = null,
          note = 'Fünfmal ohne Ergebnis abgebrochen.' where x.id = j.id;
    else
      update app.job x set state = 'running', claimed_by = p_worker, heartbeat_at = clock_timestamp(),
          attempts = x.attempts + 1 where x.id = j.id;
      return query select j.id, j.kind::text, j.args;
      return;
    end if;
  end loop;
end $$;

-- The number of the part to do now, from 0; null: the job is not ours any more.
create or replace function job.part_begin(p_id bigint, p_worker text) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_part int;
begin
  select j.parts_done into v_part from app.job j
    where j.id = p_id and j.state = 'running' and j.claimed_by = p_worker for update;
  return v_part;
end $$;

-- p_total: how many parts there are, as far as is known. True: that was all.
create or replace function job.part_end(p_id bigint, p_total int) returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_is_done boolean;
begin
  update app.job j set parts_done = j.parts_done + 1, parts_total = p_total, attempts = 1, note = null,
      state = case when j.parts_done + 1 >= p_total then 'done' else 'running' end,
      finished_at = case when j.parts_done + 1 >= p_total then clock_timestamp() end,
      heartbeat_at = case when j.parts_done + 1 < p_total then clock_timestamp() end
    where j.id = p_id
    returning j.state = 'done' into v_is_done;
  return v_is_done;
end $$;

-- After an error, which was rolled back: again later, or failed.
create or replace function job.part_failed(p_id bigint, p_worker text, p_note text) returns text
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_state text;
begin
  update app.job j set note = left(p_note, 500), heartbeat_at = null,
      state = case when job_backoff(j.attempts) is null then 'failed' else 'ready' end,
      run_at = coalesce(clock_timestamp() + job_backoff(j.attempts), j.run_at),
      finished_at = case when job_backoff(j.attempts) is null then clock_timestamp() end
    where j.id = p_id and j.state = 'running' and j.claimed_by = p_worker
    returning j.state into v_state;
  return v_state;
end $$;

-- Whoever stops between two parts leaves the rest to the next at once.
create or replace function job.leave(p_id bigint, p_worker text) returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update app.job j set state = 'ready', heartbeat_at = null, attempts = 0
    where j.id = p_id and j.state = 'running' and j.claimed_by = p_worker;
  return found;
end $$;
