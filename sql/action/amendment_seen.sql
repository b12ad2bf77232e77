-- Who read the proposals for a wording.
create or replace function action.amendment_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
begin
  if p_seen is null then
    return;
  end if;
  s := desk_stage(p_seen #>> '{frame,consultation,slug}');
  perform audit_seen(p_me, 'amendment.view', 'target', (select min(t.id) from target t
      join item_version v on v.id = t.item_version_id join item i on i.id = v.item_id
      where t.stage_id = s.id and i.key = p_seen #>> '{item,key}'),
    (select coalesce(sum(json_array_length(x -> 'organisations')), 0)
      from json_array_elements(p_seen #> '{variants_of,variants}') x));
end $$;
