-- "Positionen vergleichen": the job loop does it, the page shows what it found.
create or replace function action.groups_compare(p_me app.caller, p_consultation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform queue_job('similar', 'stage.' || s.id, jsonb_build_object('stage', s.id), p_me.person_id);
  perform audit(p_me, 'group.compare', 'stage', s.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/groups?notice=compare_queued');
end $$;
