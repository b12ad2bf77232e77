-- The responses of a stage that the house may join, fifty at a time, and whom it
-- has joined.
create or replace function page.joinable(p_me app.caller, p_consultation text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  h app.house := house(p_me, p_consultation);
  v_base text := '/consultations/' || h.slug || '/response/joinable';
  v_rows json;
  v_next text;
begin
  select coalesce(json_agg(json_build_object('code', x.code, 'name', x.organisation_name, 'short_name', x.organisation_short_name,
      'level', x.level, 'seat_status', x.seat_status, 'land_name', x.land_name, 'version', x.number,
      'released_at', x.released_at, 'answers', x.answers, 'offered', x.offered, 'joined', joined_count(x.response_id),
      'href', v_base || '/' || x.code) order by x.n) filter (where x.n <= c_size), '[]'),
    max(x.code) filter (where x.n = c_size and x.count > c_size)
    into v_rows, v_next
    from (select v.*, o.code, l.name as land_name, n.answers, n.offered, row_number() over (order by v.sort_key) as n,
        count(*) over () as count
      from joinable_versions(h.stage_id, null, p_after, c_size + 1) v join organisation o on o.id = v.organisation_id
        left join land l on l.code = v.land_code, offer_counts(v.id) n) x;
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'deadline', deadline_json(h),
    'joins', coalesce(houses_joined(h.slug, h.response_id, h.organisation_id, null), '[]'),
    'rows', v_rows,
    'next_href', case when v_next is not null then v_base || '?after=' || v_next end,
    'is_first', p_after is null,
    'closed_reason', closed_reason(h),
    'form', json_build_object('text', ''),
    'can', json_build_object('edit', h.can_edit));
end $$;
