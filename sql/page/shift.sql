-- Shift of positions between two stages, item by item, each with its base.
create or replace function page.shift(p_me app.caller, p_consultation text, p_from text, p_level text, p_seat text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  f app.stage := shift_from(s, p_from);
  v_base text := '/consultations/' || p_consultation || '/shift';
  v_query text[] := array[p_from, p_level, p_seat];
begin
  if s.id is null or f.id is null and p_from is not null then
    return null;
  end if;
  return (with r as materialized (select x.target_id, x.before, x.after, shift_change(x.before, x.after) as change, count(*) as count
        from shift_rows(f, s, null, p_level, p_seat) x group by x.target_id, x.before, x.after),
    m as (select r.target_id, json_agg(json_build_object('before', r.before, 'after', r.after, 'count', r.count, 'change', r.change)
        order by r.change <> 'moved', r.count desc, r.before, r.after) as moves, sum(r.count) as base,
        coalesce(sum(r.count) filter (where r.change = 'same'), 0) as same, coalesce(sum(r.count) filter (where r.change = 'moved'), 0) as moved,
        coalesce(sum(r.count) filter (where r.change = 'new'), 0) as new, coalesce(sum(r.count) filter (where r.change = 'not_again'), 0) as not_again,
        coalesce(sum(r.count) filter (where r.change = 'outstanding'), 0) as outstanding,
        coalesce(sum(r.count) filter (where r.change = 'not_invited'), 0) as not_invited
      from r group by r.target_id)
  select json_build_object(
    'frame', frame_at(p_me, s, null, 'opinion'),
    'consultation', consultation_json(s.consultation_id),
    'from', case when f.id is not null then shift_stage(f) end, 'to', shift_stage(s),
    'earlier', json_build_object('stage', case when f.id is not null then shift_stage(f) end),
    'stages', (select coalesce(json_agg(shift_stage(x) order by x.opens_at), '[]') from stage x
      where x.consultation_id = s.consultation_id and x.opens_at < s.opens_at),
    'totals', (select json_build_object('base', coalesce(sum(m.base), 0), 'same', coalesce(sum(m.same), 0), 'moved', coalesce(sum(m.moved), 0),
      'new', coalesce(sum(m.new), 0), 'not_again', coalesce(sum(m.not_again), 0), 'outstanding', coalesce(sum(m.outstanding), 0),
      'not_invited', coalesce(sum(m.not_invited), 0)) from m),
    'rows', (select coalesce(json_agg(json_build_object('target', t.key, 'title', target_title(t), 'base', m.base, 'same', m.same,
        'moved', m.moved, 'new', m.new, 'not_again', m.not_again, 'outstanding', m.outstanding, 'not_invited', m.not_invited,
        'moves', m.moves, 'href', with_query(v_base || '/' || t.key, array['from', 'level', 'seat'], v_query)) order by t.position), '[]')
      from m join target t on t.id = m.target_id),
    'chart', shift_chart(f, s, (select json_agg(json_build_object('target_id', r.target_id, 'before', r.before, 'after', r.after,
      'count', r.count)) from r)),
    'csv_href', with_query(v_base || '.csv', array['from', 'level', 'seat'], v_query),
    'filter', json_build_object('from', f.key, 'level', p_level, 'seat', p_seat),
    'options', json_build_object('levels', level_options(s.id), 'seats', json_build_array('voting', 'advisory', 'none'))));
end $$;

-- The lines of the export: one for each item and organisation.
create or replace function page.shift_lines(p_me app.caller, p_consultation text, p_from text, p_level text, p_seat text)
returns table (target text, title text, organisation text, level text, seat_status text, before text, after text, change text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
  f app.stage := shift_from(s, p_from);
begin
  return query select t.key::text, target_title(t), n.name::text, x.level, x.seat_status, x.before, x.after, shift_change(x.before, x.after)
    from shift_rows(f, s, null, p_level, p_seat) x join target t on t.id = x.target_id
      cross join lateral name_on(x.organisation_id, today()) n
    order by t.position, x.sort_key;
end $$;
