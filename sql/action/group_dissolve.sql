-- "Auflösen": each member stands for itself again, as before.
create or replace function action.group_dissolve(p_me app.caller, p_consultation text, p_group text, p_version bigint)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  g app.position_group := group_open(s.id, p_group, p_version);
begin
  perform audit(p_me, 'group.dissolve', 'position_group', g.id, null, null, cardinality(group_members(g.id))),
    group_end(p_me, g);
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || p_group || '?notice=group_dissolved');
end $$;
