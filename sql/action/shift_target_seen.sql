-- Who read what organisations said on one item, before and now.
create or replace function action.shift_target_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
begin
  if p_seen is null then
    return;
  end if;
  s := desk_stage(p_seen #>> '{frame,consultation,slug}');
  perform audit_seen(p_me, 'opinion.view', 'target',
    (select t.id from target t where t.stage_id = s.id and t.key = p_seen #>> '{target,key}'),
    json_array_length(p_seen -> 'rows'));
end $$;
