-- Another organisation takes over from a day: seats and places in cooperations
-- pass on, what was answered stays where it is. Without p_sure the effect is shown.
create or replace function action.organisation_succeed(p_me app.caller, p_organisation text,
  p_successor text, p_from text, p_sure boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
  v_from date := demand_day(p_from, 'from');
  n app.organisation;
  h app.seat_holding;
begin
  select x.* into n from organisation x where x.id = find_organisation(p_successor, 'successor');
  if n.id = o.id then
    perform fail('CN422', 'bad_successor', 'successor');
  elsif not n.valid @> v_from then
    perform fail('CN422', 'not_valid_then', 'from', json_build_object('from', lower(n.valid),
      'until', upper(n.valid) - 1));
  end if;
  for h in select x.* from seat_holding x where x.organisation_id = o.id and x.valid @> v_from
      order by x.seat_id loop
    if p_sure then
      perform give_seat(p_me, h.seat_id, n.id, daterange(v_from, upper(h.valid)));
    else
      perform demand_holding(h.seat_id, n.id, daterange(v_from, upper(h.valid)));
    end if;
  end loop;
  if not p_sure then
    return json_build_object('location', '/organisations/' || o.code || '/successor?successor=' || n.code
      || '&from=' || to_char(v_from, 'DD.MM.YYYY'));
  end if;
  perform pass_cooperations(p_me, o.id, n.id, v_from), change_organisation(p_me, n.id, null);
  update organisation x set predecessor_id = o.id where x.id = n.id;
  perform audit(p_me, 'organisation.succeed', 'organisation', n.id);
  return json_build_object('location', '/organisations/' || n.code || '?notice=organisation_succeeded');
end $$;
