-- A text block for the assessment of a position that is being written.
create or replace function action.assessment_block(p_me app.caller, p_consultation text, p_position text, p_insert text,
  p_base bigint, p_decision text, p_referred_to text, p_edition_place text, p_assessment text, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
begin
  return block_insert(s, weighed_alone(s, p_position), p_insert);
end $$;
