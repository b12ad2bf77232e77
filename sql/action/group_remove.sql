-- One position leaves the group; of two the other one leaves as well.
create or replace function action.group_remove(p_me app.caller, p_consultation text, p_group text, p_position text,
  p_version bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  g app.position_group := group_open(s.id, p_group, p_version);
  v_members bigint[] := group_members(g.id);
  p app.position := position_at(s.id, p_position);
begin
  if p.id is null or not p.id = any (v_members) then
    perform fail('CN409', 'position_not_in_group');
  elsif cardinality(v_members) <= 2 then
    perform group_end(p_me, g), audit(p_me, 'group.dissolve', 'position_group', g.id, null, null, cardinality(v_members));
    return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || p_group || '?notice=group_dissolved');
  end if;
  perform group_leave(p_me, g.id, array[p.id], null), group_settle(p_me, array[p.id]),
    audit(p_me, 'group.remove', 'position_group', g.id, null, null, 1);
  update position_group x set version = x.version + 1 where x.id = g.id;
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || p_group || '?notice=group_removed');
end $$;
