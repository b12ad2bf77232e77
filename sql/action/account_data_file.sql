-- The own data as a file; not a route: /account/data.json calls it.
create or replace function action.account_data_file(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform audit_seen(p_me, 'data.export', 'person', p_me.person_id, null);
  return person_data(p_me.person_id, null);
end $$;
