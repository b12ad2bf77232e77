-- The assessment of a position. There is no field for its words: whoever sends
-- them all the same is refused, and nothing is saved. p_then 'next': and on to the
-- next position of the synopsis; 'take_over': although somebody else has the lock.
create or replace function action.assessment_save(p_me app.caller, p_consultation text, p_position text, p_base bigint,
  p_decision text, p_referred_to text, p_edition_place text, p_assessment text, p_then text,
  p_body text default '', p_proposal text default '', p_reason text default '',
  p_from text default null) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  w app.weighed := weighed_alone(s, p_position);
  v_base constant text := '/consultations/' || p_consultation;
  n app.position;
  v_refusal json;
begin
  if coalesce(p_body, '') || coalesce(p_proposal, '') || coalesce(p_reason, '') <> '' then
    perform fail('CN409', 'wording_fixed');
  end if;
  v_refusal := weigh(p_me, s, w, p_base, assessment_content(p_decision, p_referred_to, p_edition_place, p_assessment),
    coalesce(p_then = 'take_over', false), position_href(v_base, p_position), p_from);
  if v_refusal is not null then
    return v_refusal;
  end if;
  if p_then = 'next' then
    select x.* into n from position p,
      neighbour(p, 1, position_filter(p_me, s, (filter_from(p_from)).filter)) x where p.id = w.position_id;
    perform lock_drop(p_me, w);
    if n.id is null then
      return json_build_object('location', position_href(v_base, p_position, p_from, 'assessment_last'));
    elsif (group_of_position(n.id)).id is null and (lock_of((s.id, n.id, null)::weighed)).id is null then
      perform lock_take(p_me, (s.id, n.id, null)::weighed, false);
    end if;
  end if;
  return json_build_object('location', case when n.id is not null
      then position_href(v_base, position_number(s.kind, s.number, n.number, n.part), p_from, 'assessment_next')
      else position_href(v_base, p_position, p_from, 'assessment_saved') end || '#bewertung',
    'version', (last_assessment(w)).version);
end $$;
