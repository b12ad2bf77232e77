-- Who read the words of the members of a group.
create or replace function action.position_group_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
  g app.position_group;
begin
  if p_seen is null then
    return;
  end if;
  s := desk_stage(p_seen #>> '{frame,consultation,slug}');
  g := group_at(s.id, p_seen #>> '{group,number}');
  perform audit_seen(p_me, 'group.view', 'position_group', g.id, json_array_length(p_seen -> 'members'));
end $$;
