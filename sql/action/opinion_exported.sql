-- Who took the sums of the Meinungsbild out of the house. Not a route: the stream
-- of the export waits until the entry is committed.
create or replace function action.opinion_exported(p_me app.caller, p_consultation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_count bigint;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  v_count := (select count(*) from outcome_rows(s.id, null, null));
  perform audit_seen(p_me, 'opinion.export', 'stage', s.id, v_count);
  return json_build_object('count', v_count, 'frame', frame_at(p_me, s, null, 'opinion'));
end $$;
