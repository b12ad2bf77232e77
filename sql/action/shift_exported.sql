-- Who took the shift of positions out of the house. Not a route: the stream of
-- the export waits until the entry is committed.
create or replace function action.shift_exported(p_me app.caller, p_consultation text, p_from text, p_level text,
  p_seat text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  f app.stage := shift_from(s, p_from);
  v_count bigint := (select count(*) from shift_rows(f, s, null, p_level, p_seat));
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform audit_seen(p_me, 'shift.export', 'stage', s.id, v_count);
  return json_build_object('count', v_count, 'stage_kinds', json_build_object('before', f.kind, 'after', s.kind));
end $$;
