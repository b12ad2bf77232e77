-- What a succession or an end brings about, before it is done.

-- Seats that p_organisation_id holds on that day, as they would pass on.
create or replace function app.seats_to_pass(p_organisation_id bigint, p_from date) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', s.key, 'name', s.name, 'seat_status', s.seat_status,
      'before', period_json(daterange(lower(h.valid), p_from)),
      'after', period_json(daterange(p_from, upper(h.valid)))) order by s.position), '[]')
    from seat_holding h join seat s on s.id = h.seat_id
    where h.organisation_id = p_organisation_id and h.valid @> p_from and lower(h.valid) < p_from);
end $$;

create or replace function page.organisation_successor(p_me app.caller, p_organisation text,
  p_successor text, p_from text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
  v_from date := day_of(p_from);
  n app.organisation;
begin
  select x.* into n from organisation x where x.code = p_successor and x.id <> o.id;
  return json_build_object(
    'frame', frame(p_me, null, 'organisations'),
    'organisation', organisation_facts(o),
    'seats', seats_held(o.id),
    'organisations', organisation_names(o),
    'form', json_build_object('successor', coalesce(organisation_field(coalesce(p_successor,
        (select x.code from organisation x where x.predecessor_id = o.id order by x.id desc limit 1))), ''), 'from', coalesce(p_from, '')),
    'effect', case when n.id is not null and v_from is not null then json_build_object(
      'successor', organisation_brief(n.id), 'from', v_from,
      'seats', seats_to_pass(o.id, v_from),
      'cooperations', (select coalesce(json_agg(json_build_object('number', c.number, 'title', v.title) order by c.serial), '[]')
        from cooperations_to_pass(o.id, v_from) m join commitment c on c.id = m.commitment_id
          join commitment_version v on v.id = (commitment_on(c.id, v_from)).version_id),
      'participations', organisation_participations(o.id)) end);
end $$;
