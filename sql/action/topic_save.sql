-- Another name, another place in the tree, somebody else who gets what is tagged.
create or replace function action.topic_save(p_me app.caller, p_consultation text, p_topic text, p_version bigint,
  p_name text, p_parent text, p_assignee text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  t app.topic := topic_to_change(s, p_topic, p_version);
  v_parent bigint := topic_parent(s, t, p_parent, p_name);
begin
  update topic x set name = p_name, parent_id = v_parent, assignee_id = moderator_at(p_assignee, 'assignee'),
    version = x.version + 1 where x.id = t.id;
  perform audit(p_me, 'topic.save', 'topic', t.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics/' || t.key || '?notice=saved');
end $$;
