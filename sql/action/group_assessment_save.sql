-- The assessment of a group, which holds for all of its members.
create or replace function action.group_assessment_save(p_me app.caller, p_consultation text, p_group text, p_base bigint,
  p_decision text, p_referred_to text, p_edition_place text, p_assessment text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  w app.weighed := weighed_group(s, p_group);
begin
  return coalesce(weigh(p_me, s, w, p_base, assessment_content(p_decision, p_referred_to, p_edition_place, p_assessment),
      coalesce(p_then = 'take_over', false), weighed_href(p_consultation, w, null, null)),
    json_build_object('location', weighed_href(p_consultation, w, null, 'assessment_saved') || '#bewertung', 'version', (last_assessment(w)).version));
end $$;
