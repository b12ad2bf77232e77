-- Who is asked at the targets that are ticked, one by one or by the block: some groups, or with all of them everybody.
create or replace function action.stage_audience_save(p_me app.caller, p_consultation text, p_stage text, p_target json,
  p_block json, p_bund boolean, p_laender boolean, p_advisory boolean, p_municipal boolean, p_others boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := stage_to_change(p_consultation, p_stage);
  v_groups text[] := array_remove(array[case when p_bund then 'bund' end, case when p_laender then 'laender' end,
    case when p_advisory then 'advisory' end, case when p_municipal then 'municipal' end, case when p_others then 'others' end], null);
  v_targets bigint[];
begin
  if stage_state(s) <> 'planned' then
    perform fail('CN409', 'stage_running');
  elsif cardinality(v_groups) = 0 then
    perform fail('CN422', 'audience_none', 'bund');
  end if;
  v_targets := targets_ticked(s.id, p_target, p_block);
  update target t set audience = audience_of(v_groups)
    where t.id = any (v_targets) and t.audience is distinct from audience_of(v_groups);
  perform audit(p_me, 'stage.audience', 'stage', s.id, null, null, cardinality(v_targets));
  return json_build_object('location', '/consultations/' || p_consultation || '/stages/' || s.key || '/audience?notice=audience_saved',
    'count', cardinality(v_targets));
end $$;
