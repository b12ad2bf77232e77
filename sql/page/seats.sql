-- The seats of the council and who holds them on a day.
create or replace function page.seats(p_me app.caller, p_on text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_is_bad boolean := p_on is not null and day_of(p_on) is null;
  v_on date := coalesce(day_of(p_on), today());
begin
  return json_build_object(
    'frame', frame(p_me, null, 'seats'),
    'rows', (select coalesce(json_agg(json_build_object('key', s.key, 'name', s.name,
        'seat_status', s.seat_status, 'holder', organisation_brief(h.organisation_id),
        'holder_name', (select n.name from name_on(h.organisation_id, v_on) n),
        'period', period_json(h.valid), 'next', (select json_build_object('from', lower(x.valid),
            'name', (select n.short_name from name_on(x.organisation_id, lower(x.valid)) n))
          from seat_holding x where x.seat_id = s.id and lower(x.valid) > v_on order by x.valid limit 1))
        order by s.position), '[]')
      from seat s left join seat_holding h on h.seat_id = s.id and h.valid @> v_on where s.valid @> v_on),
    'counts', (select json_build_object('voting', count(*) filter (where s.seat_status = 'voting'),
        'advisory', count(*) filter (where s.seat_status = 'advisory'),
        'vacant', count(*) filter (where not exists (select from seat_holding h
          where h.seat_id = s.id and h.valid @> v_on)),
        'consulted', (select count(distinct p.organisation_id) from participation p
          where p.organisation_id not in (select t.organisation_id from seated_on(v_on) t)))
      from seat s where s.valid @> v_on),
    'filter', json_build_object('on', case when v_is_bad then p_on else to_char(v_on, 'DD.MM.YYYY') end,
      'is_bad', v_is_bad, 'is_on', p_on is not null),
    'on', v_on,
    'lists', code_lists_json());
end $$;
