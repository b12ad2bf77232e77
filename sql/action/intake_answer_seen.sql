-- Who read one answer that a house had sent on paper.
create or replace function action.intake_answer_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen #>> '{answer,changed_at}' is not null then
    perform audit_seen(p_me, 'intake.view', 'organisation', (select o.id from organisation o
      where o.code = p_seen #>> '{organisation,code}'), 1);
  end if;
end $$;
