-- An invitation that is taken away counts no more.
create or replace function app.count_invited() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
declare
  v_sign int := case tg_op when 'INSERT' then 1 else -1 end;
begin
  insert into outcome_count as o (stage_id, level, land_code, seat_status, outcome, organisations, sort_key)
    select a.stage_id, a.level, a.land_code, a.seat_status, 'invited', v_sign * count(*), min(a.sort_key) from added a
      group by a.stage_id, a.level, a.land_code, a.seat_status order by a.stage_id, a.level, a.land_code, a.seat_status
    on conflict (stage_id, target_id, level, land_code, seat_status, outcome) do update
      set organisations = o.organisations + excluded.organisations, sort_key = least(o.sort_key, excluded.sort_key);
  return null;
end $$;
create trigger count_invited_no_more after delete on app.participation
  referencing old table as added for each statement execute function app.count_invited();
