-- A request under Art. 15 DSGVO, answered on the page.
create or replace function action.account_data_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform audit_seen(p_me, 'data.view', 'person', p_me.person_id, null);
end $$;
