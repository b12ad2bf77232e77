-- Who would get a reminder, who not and why, and the words; shown before anything is sent.
create or replace function page.reminder(p_me app.caller, p_consultation text, p_organisation text, p_level text,
  p_land text, p_seat text, p_preview text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  l app.reminder := last_reminder(s.id);
  v_limit constant int := reminder_limit();
  r record;
begin
  if s.id is null then
    return null;
  end if;
  with a as materialized (select * from reminder_rows(s, p_organisation, p_level, p_land, p_seat)),
  f as (select a.*, row_number() over w as n, count(*) over () as of from a where a.reason is null
      window w as (order by a.place, a.sort_key, a.organisation_id)),
  q as (select f.*, x.name, x.short_name from f, name_on(f.organisation_id, today()) x where f.n <= v_limit or f.code = p_preview),
  j as (select q.n, q.code, json_build_object('key', q.code, 'name', q.name, 'short_name', q.short_name, 'state', q.state,
      'deadline', q.deadline, 'reminded_at', q.reminded_at, 'people', q.people, 'office_mail', q.office_mail,
      'recipient', '1') as row from q)
  select coalesce((select count(*) from f), 0) as count,
      (select coalesce(json_agg(j.row order by j.n) filter (where j.n <= v_limit), '[]') from j) as rows,
      (select j.row from j order by j.code = p_preview desc nulls last, j.n limit 1) as preview,
      (select coalesce(json_agg(json_build_object('reason', o.reason, 'count', o.count, 'names', names_of(o.ids))
        order by o.count desc, o.reason), '[]') from (select a.reason, count(*) as count,
          array_agg(a.organisation_id order by a.place, a.sort_key) as ids from a where a.reason is not null group by a.reason) o)
        as left_out
    into r;
  if p_organisation is not null and r.count = 0 and json_array_length(r.left_out) = 0 then
    return null; -- nobody of that name is invited
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'count', r.count, 'limit', v_limit, 'is_many', r.count > v_limit,
    'can_filter', r.count > v_limit or num_nonnulls(p_level, p_land, p_seat) > 0,
    'left_out', r.left_out, 'preview', r.preview,
    'last', l.key, 'last_at', l.sent_at,
    'places', json_build_array('Organisation', 'Verfahren', 'Frist', 'Link'),
    'filter', json_build_object('organisation', p_organisation, 'level', p_level, 'land', p_land, 'seat', p_seat,
      'is_on', num_nonnulls(p_level, p_land, p_seat) > 0),
    'options', json_build_object('levels', level_options(s.id), 'lands', land_options(s.id),
      'seats', json_build_array('voting', 'advisory', 'none')),
    'form', json_build_object('rows', case when r.count > v_limit then '[]' else r.rows end,
      'recipient_count', r.count, 'all', false, 'subject', 'subject', 'body', 'body',
      'preview', r.preview ->> 'key'));
end $$;
