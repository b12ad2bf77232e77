-- As action.assessment_lock, for a group.
create or replace function action.group_assessment_lock(p_me app.caller, p_consultation text, p_group text, p_act text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  w app.weighed := weighed_group(desk_stage(p_consultation), p_group);
begin
  if p_act = 'give_back' then
    perform lock_drop(p_me, w);
  else
    perform lock_take(p_me, w, p_act = 'take_over');
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || p_group || '#bewertung');
end $$;
