-- How the desk works: the places a position passes, whether a second pair of eyes
-- is demanded, and the sponsors.
create or replace function page.workflow(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_first bigint := (first_place(s.consultation_id)).id;
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'desk'),
    'consultation', consultation_json(s.consultation_id),
    'kinds', to_json(place_kinds()),
    'form', json_build_object('new_name', '', 'new_kind', 'work', 'organisation', '',
      'needs_review', (select c.needs_review from consultation c where c.id = s.consultation_id),
      'rows', (select coalesce(json_agg(json_build_object('key', l.id::text, 'name', l.name, 'order', (row_number)::text, 'kind', l.kind,
          'retire', '', 'count', (select count(*) from position p where p.stage_id = s.id and p.is_current
            and coalesce(p.place_id, v_first) = l.id)) order by row_number), '[]')
        from (select x.*, row_number() over (order by x.position, x.id) from place x
          where x.consultation_id = s.consultation_id and x.retired_at is null) l)),
    'sponsors', (select coalesce(json_agg(json_build_object('code', o.code, 'name', n.name) order by n.name), '[]')
      from sponsor x join organisation o on o.id = x.organisation_id cross join lateral name_on(o.id, today()) n
      where x.consultation_id = s.consultation_id),
    'organisations', (select coalesce(json_agg(n.name order by p.sort_key), '[]')
      from participation p cross join lateral name_on(p.organisation_id, today()) n where p.stage_id = s.id and p.seat_status <> 'none'));
end $$;
