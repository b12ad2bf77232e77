-- Before a topic is deleted: what has it, and which one takes its place.
create or replace function page.topic_end(p_me app.caller, p_consultation text, p_topic text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  t app.topic := topic_at(s.consultation_id, p_topic);
begin
  if t.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'topics'),
    'consultation', consultation_json(s.consultation_id),
    'topic', json_build_object('key', t.key, 'name', t.name, 'path', topic_path(t.id),
      'href', '/consultations/' || p_consultation || '/topics/' || t.key),
    'positions', (select count(*) from position_topic g where g.topic_id = t.id),
    'blocks', (select count(*) from text_block b where b.topic_id = t.id),
    'below', (select coalesce(json_agg(x.name order by x.name collate "de-x-icu", x.key), '[]') from topic x where x.parent_id = t.id),
    'options', json_build_object('topics', (select json_agg(r) from json_array_elements(topic_options(s)) r
      where r ->> 'key' <> t.key)),
    'form', json_build_object('version', t.version, 'instead', null));
end $$;
