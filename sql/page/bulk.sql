-- What would be done to several positions, or what was, with the way back.
create or replace function page.bulk(p_me app.caller, p_consultation text, p_bulk text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.bulk := bulk_at(s.id, p_bulk);
  v_rows jsonb;
begin
  if b.id is null then
    return null;
  end if;
  v_rows := (select jsonb_agg(work_line(s, p, p_consultation)::jsonb || jsonb_build_object(
      'outcome', case when b.done_at is null then bulk_obstacle(p_me, s, b.kind, p) else x.outcome end,
      'locked_by', case when b.done_at is null then name_of((locked_by_other(p.id)).person_id) end)
      order by p.sort_target, p.sort_key, p.id)
    from bulk_position x join position p on p.id = x.position_id where x.bulk_id = b.id);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'bulk', json_build_object('key', b.key, 'kind', b.kind, 'is_done', b.done_at is not null, 'at', b.done_at, 'by', name_of(b.made_by),
      'assignee', name_of(b.assignee_id), 'due_on', b.due_on, 'place', (select l.name from place l where l.id = b.place_id),
      'undone_at', b.undone_at),
    'rows', v_rows,
    'count', (select count(*) from jsonb_array_elements(v_rows) r where r ->> 'outcome' is null),
    'changed', (select count(*) from jsonb_array_elements(v_rows) r where r ->> 'outcome' in ('changed', 'undone')),
    'left_out', (select count(*) from jsonb_array_elements(v_rows) r where r ->> 'outcome' not in ('changed', 'undone')),
    'can_undo', b.kind = 'assign' and b.done_at is not null and b.undone_at is null,
    'places', places(s.consultation_id), 'people', moderators(),
    'form', json_build_object('assignee', '', 'finish_on', '', 'place', '', 'due_on', ''));
end $$;
