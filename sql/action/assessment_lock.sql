-- Opens the form of an assessment to write, takes it from somebody else
-- (p_act 'take_over') or gives it back ('give_back').
create or replace function action.assessment_lock(p_me app.caller, p_consultation text, p_position text, p_act text, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  w app.weighed := weighed_alone(desk_stage(p_consultation), p_position);
begin
  if p_act = 'give_back' then
    perform lock_drop(p_me, w);
  else
    perform lock_take(p_me, w, p_act = 'take_over');
  end if;
  return json_build_object('location', position_href('/consultations/' || p_consultation, p_position, p_from) || '#bewertung');
end $$;
