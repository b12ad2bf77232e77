-- Who read what was found.
create or replace function action.inbox_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null then
    perform audit_seen(p_me, 'finding.view', 'consultation', consultation_at(p_seen #>> '{frame,consultation,slug}'),
      json_array_length(p_seen -> 'rows'));
  end if;
end $$;
