-- Deletes a topic. One in use is replaced by another: positions and text blocks
-- go to it. What several positions were given at once with it cannot be taken back.
create or replace function action.topic_remove(p_me app.caller, p_consultation text, p_topic text, p_version bigint,
  p_instead text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  t app.topic := topic_to_change(s, p_topic, p_version);
  i app.topic := topic_at(s.consultation_id, p_instead);
  v_count bigint := (select count(*) from position_topic g where g.topic_id = t.id);
begin
  if exists (select from topic x where x.parent_id = t.id) then
    perform fail('CN409', 'topic_has_below');
  elsif p_instead is not null and (i.id is null or i.id = t.id) then
    perform fail('CN422', 'topic_unknown', 'instead');
  elsif i.id is null and v_count > 0 then
    perform fail('CN422', 'topic_in_use', 'instead', json_build_object('count', v_count));
  end if;
  insert into position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
    select g.position_id, i.id, g.stage_id, g.tagged_at, g.tagged_by from position_topic g where g.topic_id = t.id
    on conflict do nothing;
  delete from position_topic g where g.topic_id = t.id;
  update text_block b set topic_id = i.id, version = b.version + 1, name = case when exists (select from text_block x
      where x.consultation_id = b.consultation_id and x.topic_id is not distinct from i.id and x.name = b.name)
    then left(b.name, 100) || ' (' || b.key || ')' else b.name end where b.topic_id = t.id;
  update topic_bulk b set closed_at = app.now() where b.closed_at is null
    and b.id in (select y.bulk_id from topic_bulk_tag y where y.topic_id = t.id);
  delete from topic x where x.id = t.id;
  perform audit(p_me, 'topic.remove', 'topic', t.id, null, null, v_count);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics?notice=topic_removed');
end $$;
