-- Who read the words of the answer that is being cut.
create or replace function action.cut_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
begin
  if p_seen is null then
    return;
  end if;
  s := desk_stage(p_seen #>> '{frame,consultation,slug}');
  perform audit_seen(p_me, 'cut.view', 'position', (whole_at(s, p_seen #>> '{position,number}')).id, 1);
end $$;
