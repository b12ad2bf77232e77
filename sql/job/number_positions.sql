-- Gives new positions their numbers, in order of release and without gaps. One
-- at a time: a second run waits for nothing and gives none. Returns how many.
create or replace function job.number_positions() returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_count int;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('job.number_positions', 0)) then
    return 0;
  end if;
  with fresh as (
    select p.id, p.stage_id, row_number() over (partition by p.stage_id order by p.released_at, p.id) as n
      from position p where p.number is null and p.part = 0
  ), last as materialized ( -- else it is asked again for each row, past all new numbers
    select f.stage_id, (select coalesce(max(p.number), 0) from position p where p.stage_id = f.stage_id) as n
      from (select distinct stage_id from fresh) f
  )
  update position p set number = l.n + f.n
    from fresh f join last l using (stage_id)
    where p.id = f.id;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
