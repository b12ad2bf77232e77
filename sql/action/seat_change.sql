-- Another holder of a seat from a day. Without p_sure the effect is shown.
create or replace function action.seat_change(p_me app.caller, p_seat text, p_organisation text,
  p_from text, p_until text, p_sure boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.seat := seat_of(p_seat);
  v_id bigint := find_organisation(p_organisation, 'organisation');
  v_from date := demand_day(p_from, 'from');
  v_until date := read_day(p_until, 'until');
begin
  if v_until < v_from then
    perform fail('CN422', 'until_before_from', 'until');
  elsif not p_sure then
    perform demand_holding(s.id, v_id, seat_period(s.id, v_from, v_until));
    return json_build_object('location', with_query('/seats/' || s.key || '/holders',
      array['organisation', 'from', 'until'], array[(select o.code from organisation o where o.id = v_id), to_char(v_from, 'DD.MM.YYYY'),
        to_char(v_until, 'DD.MM.YYYY')]));
  end if;
  perform give_seat(p_me, s.id, v_id, seat_period(s.id, v_from, v_until));
  return json_build_object('location', '/seats/' || s.key || '?notice=seat_changed');
end $$;
