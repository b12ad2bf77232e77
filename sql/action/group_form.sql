-- A group made by hand, of positions that say the same in other words.
create or replace function action.group_form(p_me app.caller, p_consultation text, p_name text, p_positions text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_positions bigint[];
  g app.position_group;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(s.id);
  v_positions := positions_to_group(p_me, s, p_positions);
  if cardinality(v_positions) < 2 then
    perform fail('CN422', 'group_of_two', 'positions');
  end if;
  g := group_make(p_me, s.id, p_name, null);
  perform group_join(p_me, g, v_positions, null), group_settle(p_me, v_positions),
    audit(p_me, 'group.form', 'position_group', g.id, null, null, cardinality(v_positions));
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || group_number(g.number)
    || '?notice=group_formed');
end $$;
