-- Who read a position of the synopsis.
create or replace function action.synopsis_row_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is null then
    return;
  end if;
  perform audit_seen(p_me, 'synopsis.view', 'stage', (desk_stage(p_seen #>> '{frame,consultation,slug}')).id, 1);
end $$;
