-- One topic: its name and place, who gets what is tagged with it, its text blocks
-- and the positions that have it. p_after: behind this number.
create or replace function page.topic(p_me app.caller, p_consultation text, p_topic text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  s app.stage := desk_stage(p_consultation);
  v_base text := '/consultations/' || p_consultation || '/topics';
  t app.topic := topic_at(s.consultation_id, p_topic);
  a app.position := position_at(s.id, p_after);
  v_tree json := topic_tree(s, p_consultation, p_topic);
  v_rows json;
begin
  if t.id is null then
    return null;
  end if;
  v_rows := (select coalesce(json_agg(json_build_object('number', position_number(s.kind, s.number, p.number, p.part),
      'target', x.key, 'organisation', n.short_name, 'stance', coalesce(p.stance::text, 'no_position'), 'decision', p.decision,
      'assignee', (select person_name(w) from person w where w.id = p.assignee_id),
      'href', position_link(s, p, p_consultation) ->> 'href') order by p.sort_target, p.sort_key, p.id), '[]')
    from (select y.* from position_topic g join position y on y.id = g.position_id and y.is_current
        where g.topic_id = t.id and g.stage_id = s.id
          and (a.id is null or (y.sort_target, y.sort_key, y.id) > (a.sort_target, a.sort_key, a.id))
        order by y.sort_target, y.sort_key, y.id limit c_size + 1) p
      join target x on x.id = p.target_id, name_on(p.organisation_id, today()) n);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'topics'),
    'consultation', consultation_json(s.consultation_id),
    'tree', v_tree,
    'topic', (select r from json_array_elements(v_tree) r where r ->> 'key' = t.key),
    'blocks', text_blocks_json(s, p_consultation, array[t.id]),
    'rows', (select coalesce(json_agg(r.value order by r.n), '[]') from json_array_elements(v_rows)
      with ordinality r(value, n) where r.n <= c_size),
    'next_href', case when json_array_length(v_rows) > c_size then
      v_base || '/' || t.key || '?after=' || (v_rows #>> array[(c_size - 1)::text, 'number']) || '#positionen' end,
    'is_first', a.id is null,
    'options', json_build_object('people', moderator_options()),
    'assign_href', v_base || '/assign?topic=' || t.key, 'blocks_href', v_base || '/blocks?topic=' || t.key,
    'form', json_build_object('version', t.version, 'name', t.name,
      'parent', (select x.key from topic x where x.id = t.parent_id),
      'assignee', (select w.key from person w where w.id = t.assignee_id)));
end $$;
