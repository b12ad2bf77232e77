-- Who gets a reply: all who have submitted, in the order of the returns.

-- One page of the list. p_show: ask_backs for those with one to answer, text for
-- those with a covering text. p_after: the organisation the page before ended with.
create or replace function app.reply_list(s app.stage, p_show text, p_after text, out sections json, out next text)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  c_size constant int := 50;
  v_next app.reply_release := next_release(s.id);
begin
  with r as materialized (select c.organisation_id, c.response_version_id, v.sort_key, v.organisation_name as name,
      v.organisation_short_name as short_name, o.code::text, v.level, v.seat_status, k.key, array_position(return_groups(), k.key) as place
    from current_version c join response_version v on v.id = c.response_version_id join organisation o on o.id = c.organisation_id
      cross join lateral return_group(v.seat_status, v.level) k(key) where c.stage_id = s.id),
  n as (select r.key, count(*) as count from r group by r.key),
  m as (select r.* from r left join r a on a.code = p_after
    where (p_show is null or p_show = 'ask_backs' and exists (select from ask_back b
          where b.stage_id = s.id and b.organisation_id = r.organisation_id and b.answer is null)
        or p_show = 'text' and exists (select from reply t
          where t.stage_id = s.id and t.organisation_id = r.organisation_id and t.body is not null))
      and (a.code is null or (r.place, r.sort_key, r.organisation_id) > (a.place, a.sort_key, a.organisation_id))
    order by r.place, r.sort_key, r.organisation_id limit c_size + 1),
  q as (select m.*, row_number() over (order by m.place, m.sort_key, m.organisation_id) as n from m),
  f as (select q.*, p.points, p.decided, b.asked, b.waiting, t.body is not null as has_text, w.release_id,
      v_next.id is not null and exists (select from reply_version x where x.release_id = v_next.id
        and x.organisation_id = q.organisation_id) as is_next
    from q cross join lateral (select count(*) as points, count(x.assessment_id) as decided
        from reply_now(s, q.response_version_id) x) p
      cross join lateral (select count(*) as asked, count(*) filter (where x.answer is null) as waiting from ask_back x
        where x.stage_id = s.id and x.organisation_id = q.organisation_id) b
      left join reply t on t.stage_id = s.id and t.organisation_id = q.organisation_id
      cross join lateral reply_of(s.id, q.organisation_id, app.now()) w
    where q.n <= c_size)
  select (select coalesce(json_agg(json_build_object('key', z.key, 'count', n.count, 'rows', z.rows) order by z.place), '[]')
      from (select f.key, f.place, json_agg(json_build_object('organisation', json_build_object('code', f.code, 'name', f.name,
            'short_name', f.short_name), 'level', f.level, 'seat_status', f.seat_status, 'points', f.points, 'decided', f.decided,
          'open', f.points - f.decided, 'asked', f.asked, 'waiting', f.waiting, 'has_text', f.has_text,
          'state', case when f.is_next then 'scheduled' when f.release_id is not null then 'released' else 'draft' end)
        order by f.n) as rows from f group by f.key, f.place) z join n on n.key = z.key),
      (select q.code from q where q.n = c_size and exists (select from q where q.n > c_size))
    into sections, next;
end $$;

create or replace function page.replies(p_me app.caller, p_consultation text, p_show text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_path text := '/consultations/' || p_consultation || '/replies';
  v_show text := case when p_show in ('ask_backs', 'text') then p_show end;
  r record;
begin
  if s.id is null then
    return null;
  end if;
  select * into r from reply_list(s, v_show, p_after);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'replies'),
    'consultation', consultation_json(s.consultation_id),
    'state', stage_state(s),
    'next', reply_release_json(next_release(s.id)),
    'last', reply_release_json(last_release(s.id)),
    'counts', json_build_object('organisations', (select count(*) from current_version c where c.stage_id = s.id),
      'texts', (select count(*) from reply t where t.stage_id = s.id and t.body is not null),
      'ask_backs', (select count(*) from ask_back b where b.stage_id = s.id), 'waiting', ask_back_count(s.id)),
    'show', v_show, 'sections', r.sections,
    'next_href', case when r.next is not null then with_query(v_path, array['show', 'after'], array[v_show, r.next]) end,
    'first_href', case when p_after is not null then with_query(v_path, array['show'], array[v_show]) end);
end $$;
