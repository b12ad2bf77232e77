-- The second pair of eyes: somebody else than who saved it has seen this version.
create or replace function action.assessment_review(p_me app.caller, p_consultation text, p_position text, p_content_hash text, p_from text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return review_assessment(p_me, p_consultation, weighed_alone(desk_stage(p_consultation, p_position), p_position), p_content_hash, p_from);
end $$;
