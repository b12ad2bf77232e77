create or replace function action.text_block_create(p_me app.caller, p_consultation text, p_name text, p_topic text,
  p_body text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_topic bigint;
  b app.text_block;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  v_topic := text_block_place(s, null, p_name, p_topic, p_body);
  insert into text_block (consultation_id, topic_id, name, body) values (s.consultation_id, v_topic, p_name, p_body)
    returning * into b;
  perform audit(p_me, 'text_block.create', 'text_block', b.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics/blocks/' || b.key || '?notice=saved',
    'block', b.key);
end $$;
