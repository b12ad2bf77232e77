-- The sponsors are asked to approve the assessment of a position, until a day.
create or replace function action.approval_ask(p_me app.caller, p_consultation text, p_position text, p_content_hash text,
  p_due_on text, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return ask_approval(p_me, p_consultation, weighed_alone(desk_stage(p_consultation, p_position), p_position), p_content_hash, p_due_on, p_from);
end $$;
