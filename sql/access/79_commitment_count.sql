-- How many deviate is public; who does, and why, is not. Runs as resonanz_join.
set local role resonanz_join;

-- Released ones that have not ended by a day: how many, how many of them with
-- their reason, how many whose reason is overdue.
create or replace function app.deviation_counts(p_commitment_id bigint, p_on date, out count bigint, out reasoned bigint,
  out overdue bigint)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  select count(*), count(d.reason_released_at), count(*) filter (where d.reason_released_at is null and d.reason_due_on < p_on)
    into count, reasoned, overdue from deviation d
    where d.commitment_id = p_commitment_id and d.released_at is not null and d.since <= p_on and (d.ended_on is null or d.ended_on >= p_on);
end $$;
grant execute on function app.deviation_counts(bigint, date) to resonanz_owner;
set local role resonanz_owner;
