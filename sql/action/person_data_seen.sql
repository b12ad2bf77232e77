-- Whose data the administration has looked at.
create or replace function action.person_data_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null then
    perform audit_seen(p_me, 'data.view', 'person', (person_of(p_seen #>> '{person,key}')).id, null);
  end if;
end $$;
