-- "Rückgängig": what an act on several positions did is as it was before.
create or replace function action.topic_bulk_undo(p_me app.caller, p_consultation text, p_topic_bulk text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.topic_bulk;
  v_count bigint;
begin
  select x.* into b from topic_bulk x where x.stage_id = s.id and x.key = p_topic_bulk;
  if b.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform topic_lock(s.consultation_id);
  select x.* into b from topic_bulk x where x.id = b.id for update;
  if not topic_bulk_can_undo(b) then
    perform fail('CN409', 'topic_bulk_over');
  end if;
  v_count := topic_bulk_undo(p_me, b);
  if v_count = 0 then
    perform fail('CN409', 'topic_bulk_changed');
  end if;
  perform audit(p_me, 'topic.undo', 'topic_bulk', b.id, null, null, v_count);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics?bulk=' || b.key, 'undone', v_count);
end $$;
