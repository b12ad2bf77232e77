create or replace function action.topic_create(p_me app.caller, p_consultation text, p_name text, p_parent text,
  p_assignee text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  t app.topic;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform topic_lock(s.consultation_id);
  t := topic_make(s, topic_parent(s, null, p_parent, p_name), p_name, moderator_at(p_assignee, 'assignee'));
  perform audit(p_me, 'topic.create', 'topic', t.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics/' || t.key || '?notice=topic_created',
    'topic', t.key);
end $$;
