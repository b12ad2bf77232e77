-- Positions that a moderator puts into a group.
create or replace function action.group_add(p_me app.caller, p_consultation text, p_group text, p_positions text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  g app.position_group := group_open(s.id, p_group, null);
  v_positions bigint[] := positions_to_group(p_me, s, p_positions);
begin
  perform group_join(p_me, g, v_positions, null), group_settle(p_me, v_positions),
    audit(p_me, 'group.add', 'position_group', g.id, null, null, cardinality(v_positions));
  update position_group x set version = x.version + 1 where x.id = g.id;
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || p_group || '?notice=group_added');
end $$;
