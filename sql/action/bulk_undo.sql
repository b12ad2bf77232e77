-- Takes back what was done to several positions, where nothing has happened to
-- them since.
create or replace function action.bulk_undo(p_me app.caller, p_consultation text, p_bulk text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.bulk := bulk_at(s.id, p_bulk);
  v_count bigint;
begin
  if b.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform from bulk x where x.id = b.id for update;
  b := bulk_at(s.id, p_bulk);
  if b.kind <> 'assign' or b.done_at is null or b.undone_at is not null then
    perform fail('CN409', 'bulk_no_undo');
  end if;
  with back as (update position p set assignee_id = x.before_assignee_id, due_on = x.before_due_on, place_id = x.before_place_id,
        version = p.version + 1
      from bulk_position x where x.bulk_id = b.id and x.outcome = 'changed' and p.id = x.position_id and p.version = x.after_version
      returning p.id)
    update bulk_position x set outcome = 'undone' from back where x.bulk_id = b.id and x.position_id = back.id;
  get diagnostics v_count = row_count;
  update bulk x set undone_at = app.now() where x.id = b.id;
  perform audit(p_me, 'position.assign_undo', 'stage', s.id, null, null, v_count);
  return json_build_object('location', '/consultations/' || p_consultation || '/bulk/' || p_bulk || '?notice=bulk_undone', 'undone', v_count);
end $$;
