-- Takes the last change of holder back: whoever was before holds on. p_from:
-- the change that was on the page.
create or replace function action.seat_undo(p_me app.caller, p_seat text, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.seat := seat_of(p_seat);
  h app.seat_holding;
begin
  perform 1 from seat x where x.id = s.id for update;
  select x.* into h from seat_holding x where x.seat_id = s.id order by x.valid desc limit 1;
  if lower(h.valid) is distinct from day_of(p_from)
      or not exists (select from seat_holding x where x.seat_id = s.id and upper(x.valid) = lower(h.valid)) then
    perform fail('CN409', 'seat_changed');
  end if;
  delete from seat_holding x where x.id = h.id;
  update seat_holding x set valid = daterange(lower(x.valid), upper(h.valid))
    where x.seat_id = s.id and upper(x.valid) = lower(h.valid);
  perform audit(p_me, 'seat.undo', 'seat_holding', h.id);
  return json_build_object('location', '/seats/' || s.key || '?notice=seat_undone');
end $$;
