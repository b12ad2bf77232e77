-- One text block, as it is written and as it reads for a position.
create or replace function page.text_block(p_me app.caller, p_consultation text, p_block text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.text_block := text_block_at(s.consultation_id, p_block);
  p app.position;
begin
  if b.id is null then
    return null;
  end if;
  select x.* into p from position x where x.stage_id = s.id and x.is_current and x.number is not null
      and (b.topic_id is null or exists (select from position_topic g where g.position_id = x.id and g.topic_id = b.topic_id))
    order by x.sort_target, x.sort_key, x.id limit 1;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'topics'),
    'consultation', consultation_json(s.consultation_id),
    'block', json_build_object('key', b.key, 'name', b.name, 'topic', topic_path(b.topic_id),
      'example', case when p.id is not null then text_block_fill(b.body, s, (s.id, p.id, null)::weighed) end,
      'example_number', position_number(s.kind, s.number, p.number, p.part)),
    'variables', block_variables(s),
    'options', json_build_object('topics', topic_options(s)),
    'form', json_build_object('version', b.version, 'name', b.name, 'body', b.body,
      'topic', (select t.key from topic t where t.id = b.topic_id)));
end $$;
