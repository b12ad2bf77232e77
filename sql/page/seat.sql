create or replace function app.seat_json(s app.seat) returns json
language sql stable as $$
  select json_build_object('key', s.key, 'name', s.name, 'seat_status', s.seat_status,
    'valid', app.period_json(s.valid))
$$;

create or replace function app.seat_holders_json(p_seat_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('organisation', organisation_brief(h.organisation_id),
      'name', (select n.name from name_on(h.organisation_id, coalesce(upper(h.valid) - 1, today())) n),
      'period', period_json(h.valid), 'is_now', h.valid @> today(), 'is_future', lower(h.valid) > today(),
      'responses', (select coalesce(json_agg(json_build_object('consultation', c.title, 'stage', s.number,
          'name', v.organisation_name, 'released_at', v.released_at) order by v.released_at), '[]')
        from participation p join stage s on s.id = p.stage_id join consultation c on c.id = s.consultation_id,
          lateral released_under(p.stage_id, p.organisation_id) v
        where p.organisation_id = h.organisation_id and h.valid @> (v.released_at at time zone 'Europe/Berlin')::date))
      order by h.valid), '[]')
    from seat_holding h where h.seat_id = p_seat_id);
end $$;

create or replace function page.seat(p_me app.caller, p_seat text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.seat := seat_of(p_seat);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'seats'),
    'seat', seat_json(s),
    'holders', seat_holders_json(s.id),
    'can', json_build_object('undo', (select count(*) > 1 from seat_holding h where h.seat_id = s.id)),
    'last', (select json_build_object('name', (select n.name from name_on(h.organisation_id, lower(h.valid)) n),
        'from', lower(h.valid), 'before', (select m.name from seat_holding x, name_on(x.organisation_id, lower(h.valid) - 1) m
          where x.seat_id = s.id and upper(x.valid) = lower(h.valid)))
      from seat_holding h where h.seat_id = s.id order by h.valid desc limit 1));
end $$;
