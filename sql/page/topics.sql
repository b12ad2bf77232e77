-- The tree of topics, what is without one, and the last acts on several positions.
-- p_bulk: the act that has just been done or taken back.
create or replace function page.topics(p_me app.caller, p_consultation text, p_bulk text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_last constant int := 10;
  s app.stage := desk_stage(p_consultation);
  v_base text := '/consultations/' || p_consultation || '/topics';
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'topics'),
    'consultation', consultation_json(s.consultation_id),
    'tree', topic_tree(s, p_consultation, null),
    'untagged', least(untagged_count(s.id), 10000),
    'templates', (select coalesce(json_agg(json_build_object('key', l.key, 'title', l.title, 'source', l.source,
        'names', (select string_agg(c.label, ', ' order by c.position) from code c where c.list_key = l.key),
        'count', (select count(*) from code c where c.list_key = l.key)) order by l.title), '[]')
      from code_list l where l.key like 'topics-%'),
    'options', json_build_object('people', moderator_options()),
    'bulk', (select topic_bulk_json(b, p_consultation) from topic_bulk b where b.stage_id = s.id and b.key = p_bulk),
    'bulks', (select coalesce(json_agg(topic_bulk_json(b, p_consultation) order by b.id desc), '[]')
      from (select x.* from topic_bulk x where x.stage_id = s.id order by x.id desc limit c_last) b),
    'assign_href', v_base || '/assign', 'blocks_href', v_base || '/blocks',
    'form', json_build_object('name', '', 'parent', null, 'assignee', null));
end $$;
