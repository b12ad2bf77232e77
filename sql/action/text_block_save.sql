create or replace function action.text_block_save(p_me app.caller, p_consultation text, p_block text, p_version bigint,
  p_name text, p_topic text, p_body text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.text_block := text_block_to_change(s, p_block, p_version);
  v_topic bigint := text_block_place(s, b, p_name, p_topic, p_body);
begin
  update text_block x set topic_id = v_topic, name = p_name, body = p_body, version = x.version + 1 where x.id = b.id;
  perform audit(p_me, 'text_block.save', 'text_block', b.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics/blocks/' || b.key || '?notice=saved');
end $$;
