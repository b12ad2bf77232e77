-- Who of a sponsor's house read the words of others and the assessments.
create or replace function action.approvals_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if coalesce((p_seen ->> 'shown')::int, 0) = 0 then
    return;
  end if;
  perform audit_seen(p_me, 'approval.view', 'stage', (desk_stage(p_seen #>> '{frame,consultation,slug}')).id,
    (p_seen ->> 'shown')::int);
end $$;
