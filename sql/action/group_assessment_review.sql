-- The second pair of eyes: somebody else than who saved it has seen this version
-- of a group's assessment.
create or replace function action.group_assessment_review(p_me app.caller, p_consultation text, p_group text, p_content_hash text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  perform review_assessment(p_me, weighed_group(s, p_group), p_content_hash);
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || p_group || '?notice=assessment_reviewed');
end $$;
