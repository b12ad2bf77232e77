-- Opens the form of an assessment to write, takes it from somebody else
-- (p_act 'take_over') or gives it back ('give_back').
create or replace function action.assessment_lock(p_me app.caller, p_consultation text, p_position text, p_act text, p_from text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return lock_act(p_me, p_consultation, weighed_alone(desk_stage(p_consultation, p_position), p_position), p_act, p_from);
end $$;
