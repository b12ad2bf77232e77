-- Who read the words of orphaned positions.
create or replace function action.orphans_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is null or json_array_length(p_seen -> 'rows') = 0 then
    return;
  end if;
  perform audit_seen(p_me, 'orphan.view', 'position', (p_seen #>> '{rows,0,id}')::bigint, json_array_length(p_seen -> 'rows'));
end $$;
