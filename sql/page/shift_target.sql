-- Who said what before and says what now, on one item.
create or replace function page.shift_target(p_me app.caller, p_consultation text, p_target text, p_from text, p_level text,
  p_seat text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  f app.stage := shift_from(s, p_from);
  v_slug text := split_part(p_consultation, '.', 1);
  t app.target;
begin
  select x.* into t from target x where x.stage_id = s.id and x.key = p_target and x.chapter_id is null;
  if not found or f.id is null or not is_shifting(f, t) then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'opinion'),
    'consultation', consultation_json(s.consultation_id),
    'from', shift_stage(f), 'to', shift_stage(s),
    'earlier', json_build_object('stage', shift_stage(f)),
    'target', json_build_object('key', t.key, 'title', target_title(t)),
    'wording', (select json_build_object('diff_of', json_build_object('old', target_wording(o), 'new', target_wording(t)))
      from earlier_targets(s.id, t.id) e join target o on o.id = e.earlier_id and o.stage_id = f.id
      where target_wording(o) is distinct from target_wording(t) order by o.position limit 1),
    'rows', (select coalesce(json_agg(json_build_object('organisation', organisation_json(x.organisation_id), 'level', x.level,
        'seat_status', x.seat_status, 'before', x.before, 'after', x.after, 'change', shift_change(x.before, x.after),
        'before_numbers', shift_numbers(f, x.before_ids, v_slug), 'after_numbers', shift_numbers(s, array[x.after_id], v_slug))
        order by x.sort_key), '[]')
      from (select y.* from shift_rows(f, s, t.id, p_level, p_seat) y order by y.sort_key limit 500) x),
    'back_href', with_query('/consultations/' || p_consultation || '/shift', array['from', 'level', 'seat'], array[p_from, p_level, p_seat]));
end $$;
