-- Text blocks by their topics, and the form of another one. p_topic: what it is for.
create or replace function page.text_blocks(p_me app.caller, p_consultation text, p_topic text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'topics'),
    'consultation', consultation_json(s.consultation_id),
    'blocks', text_blocks_json(s, p_consultation, null),
    'variables', block_variables(s),
    'options', json_build_object('topics', topic_options(s)),
    'form', json_build_object('name', '', 'topic', p_topic, 'body', ''));
end $$;
