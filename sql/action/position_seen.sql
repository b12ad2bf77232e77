-- Who read the words of a position.
create or replace function action.position_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
begin
  if p_seen is null then
    return;
  end if;
  s := desk_stage(p_seen #>> '{frame,consultation,slug}');
  perform audit_seen(p_me, 'position.view', 'position', (numbered_position(s, p_seen #>> '{position,number}')).id, null);
end $$;
