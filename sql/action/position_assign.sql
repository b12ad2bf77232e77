-- Who has a position, until when, and in which place it stands. p_version: as the
-- form showed it.
create or replace function action.position_assign(p_me app.caller, p_consultation text, p_position text, p_version bigint,
  p_assignee text, p_finish_on text, p_place text, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  p app.position := numbered_position(s, p_position);
  v_due date := read_day(p_finish_on, 'finish_on');
begin
  if p.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform from position x where x.id = p.id for update;
  select x.* into p from position x where x.id = p.id;
  if p.version <> p_version then
    perform fail('CN409', 'position_changed');
  elsif v_due < today() and v_due is distinct from p.due_on then
    perform fail('CN422', 'day_past', 'finish_on', json_build_object('today', today()));
  end if;
  perform positions_assign(p_me, array[p.id], moderator_of(p_assignee, 'assignee'), true, v_due, true,
    place_at(s.consultation_id, p_place), null);
  return json_build_object('location', position_href('/consultations/' || p_consultation, p_position, p_from, 'position_assigned'));
end $$;
