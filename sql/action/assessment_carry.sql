-- What the position that this one replaces was assessed, as a new version that is
-- open to be changed. p_replaced: its number; p_base: the version the page showed.
create or replace function action.assessment_carry(p_me app.caller, p_consultation text, p_position text, p_replaced text,
  p_base bigint, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  w app.weighed := weighed_alone(s, p_position);
  v_href text := position_href('/consultations/' || p_consultation, p_position, p_from, 'assessment_carried') || '#bewertung';
  o app.position := numbered_position(s, p_replaced);
  p app.position;
  a app.assessment;
begin
  select x.* into p from position x where x.id = w.position_id;
  select x.* into a from assessment x where x.id = o.assessment_id;
  if a.id is null or not o.id = any (kin_of_position(p, -1)) then
    perform fail('CN409', 'carry_none', null, json_build_object('number', p_replaced));
  end if;
  return coalesce(weigh(p_me, s, w, p_base, assessment_content(a.decision, a.referred_to, a.edition_place, a.body), false,
      position_href('/consultations/' || p_consultation, p_position), p_from),
    json_build_object('location', v_href, 'version', (last_assessment(w)).version));
end $$;
