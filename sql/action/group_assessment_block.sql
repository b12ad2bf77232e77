-- As action.assessment_block, for a group.
create or replace function action.group_assessment_block(p_me app.caller, p_consultation text, p_group text, p_insert text,
  p_base bigint, p_decision text, p_referred_to text, p_edition_place text, p_assessment text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  return block_insert(s, weighed_group(s, p_group), p_insert);
end $$;
