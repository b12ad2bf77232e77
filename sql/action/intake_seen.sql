-- Who read what a house had sent on paper.
create or replace function action.intake_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen ->> 'intake' is not null then
    perform audit_seen(p_me, 'intake.view', 'organisation', (select o.id from organisation o
      where o.code = p_seen #>> '{organisation,code}'), json_array_length(p_seen -> 'rows'));
  end if;
end $$;
