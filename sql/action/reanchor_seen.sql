-- Who read the words of a position on the page of its places.
create or replace function action.reanchor_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null then
    perform audit_seen(p_me, 'orphan.view', 'position', (p_seen ->> 'id')::bigint, 1);
  end if;
end $$;
