-- Takes back a part: its number stays its own. With the last one the whole
-- position counts again, as it was.
create or replace function action.cut_undo(p_me app.caller, p_consultation text, p_position text, p_part text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  w app.position := whole_to_cut(s, p_position);
  p app.position := position_at(s.id, p_part);
begin
  if p.id is null or p.part = 0 or p.number <> w.number or p_part <> position_number(s.kind, s.number, p.number, p.part) then
    perform fail('CN404', 'not_found');
  elsif p.set_aside then
    perform fail('CN409', 'cut_undone');
  end if;
  perform demand_uncut(s, p, p_consultation);
  update position x set set_aside = true, is_current = false where x.id = p.id;
  update position_cut c set undone_at = app.now(), undone_by = p_me.person_id where c.position_id = p.id;
  if not exists (select from parts_of(w)) then
    update position x set set_aside = false, is_current = true where x.id = w.id;
  end if;
  perform audit(p_me, 'cut.undo', 'position', p.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/answers/' || position_number(s.kind, s.number, w.number, 0)
    || '/cut?notice=cut_undone#verlauf');
end $$;
