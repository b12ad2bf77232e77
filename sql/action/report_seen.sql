-- A paper may hold the words of organisations: who read it is in the log.
create or replace function action.report_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null and p_seen -> 'report' is not null then
    perform audit_seen(p_me, 'report.view', 'report', (select r.id from report r where r.key = p_seen #>> '{report,key}'), null);
  end if;
end $$;
