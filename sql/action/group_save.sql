create or replace function action.group_save(p_me app.caller, p_consultation text, p_group text, p_name text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  g app.position_group := group_open(s.id, p_group, null);
begin
  update position_group x set name = p_name where x.id = g.id;
  perform audit(p_me, 'group.rename', 'position_group', g.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/' || p_group || '?notice=saved');
end $$;
