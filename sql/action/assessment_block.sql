-- Puts a text block behind the words of an assessment that is being written: the
-- form comes again with both, and nothing is saved.
create or replace function action.assessment_block(p_me app.caller, p_consultation text, p_position text, p_insert text,
  p_base bigint, p_decision text, p_referred_to text, p_edition_place text, p_assessment text, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  w app.weighed := weighed_alone(s, p_position);
begin
  if (text_block_at(s.consultation_id, p_insert)).id is null then
    perform fail('CN409', 'block_gone');
  end if;
  return json_build_object('again', true, 'text', (select text_block_fill(b.body, s, p)
    from text_block_at(s.consultation_id, p_insert) b, position p where p.id = w.position_id));
end $$;
