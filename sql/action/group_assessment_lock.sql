-- As action.assessment_lock, for a group.
create or replace function action.group_assessment_lock(p_me app.caller, p_consultation text, p_group text, p_act text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return lock_act(p_me, p_consultation, weighed_group(desk_stage(p_consultation), p_group), p_act);
end $$;
