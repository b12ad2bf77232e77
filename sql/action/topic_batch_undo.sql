-- "Rückgängig": what an act on several positions did is as it was before.
create or replace function action.topic_batch_undo(p_me app.caller, p_consultation text, p_batch text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.topic_batch;
  v_count bigint;
begin
  select x.* into b from topic_batch x where x.stage_id = s.id and x.key = p_batch;
  if b.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform topic_lock(s.consultation_id);
  select x.* into b from topic_batch x where x.id = b.id for update;
  if not batch_can_undo(b) then
    perform fail('CN409', 'batch_over');
  end if;
  v_count := topic_batch_undo(p_me, b);
  if v_count = 0 then
    perform fail('CN409', 'batch_changed');
  end if;
  perform audit(p_me, 'topic.undo', 'topic_batch', b.id, null, null, v_count);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics?batch=' || b.key, 'undone', v_count);
end $$;
