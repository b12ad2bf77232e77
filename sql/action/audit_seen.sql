-- Reading the log is itself an entry: how many of them one page showed.
create or replace function action.audit_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform app.audit_seen(p_me, 'audit.view', null, null, json_array_length(p_seen -> 'entries'));
end $$;
