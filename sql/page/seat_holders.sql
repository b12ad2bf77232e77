create or replace function page.seat_holders(p_me app.caller, p_seat text, p_organisation text, p_from text,
  p_until text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.seat := seat_of(p_seat);
  v_from date := day_of(p_from);
  v_until date := day_of(p_until);
  h app.seat_holding := holder_on(s.id, v_from);
  o app.organisation;
begin
  select x.* into o from organisation x where x.code = p_organisation;
  return json_build_object(
    'frame', frame(p_me, null, 'seats'),
    'seat', seat_json(s),
    'holders', seat_holders_json(s.id),
    'organisations', organisation_names(),
    'form', json_build_object('organisation', coalesce(organisation_field(p_organisation), ''), 'from', coalesce(p_from, ''),
      'until', coalesce(p_until, '')),
    'effect', case when o.id is not null and v_from is not null then json_build_object(
      'organisation', organisation_brief(o.id), 'period', period_json(seat_period(s.id, v_from, v_until)),
      'before', case when h.id is not null then json_build_object('organisation', organisation_brief(h.organisation_id),
        'period', period_json(daterange(lower(h.valid), v_from)),
        'participations', organisation_participations(h.organisation_id)) end) end);
end $$;
