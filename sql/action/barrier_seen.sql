-- Who read a report, which may name who sent it.
create or replace function action.barrier_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null then
    perform audit_seen(p_me, 'barrier.view', 'barrier_report',
      (select r.id from barrier_report r where r.number = p_seen #>> '{report,number}'), 1);
  end if;
end $$;
