-- Who read the words of a position.
create or replace function action.position_chain_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null then
    perform audit_seen(p_me, 'position.view', 'position', (consultation_position(
      consultation_at(p_seen #>> '{consultation,slug}'), p_seen #>> '{position,number}')).id, null);
  end if;
end $$;
