-- The desk reads what others wrote in excerpts of hits: who, and of how many
-- answers. What was typed is not written down.
create or replace function action.search_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_count bigint := (select count(*) from json_array_elements(p_seen -> 'hits') h
    where h ->> 'type' = 'answer' and not (h ->> 'is_own')::boolean);
begin
  if v_count > 0 then
    perform audit_seen(p_me, 'search.view', null, null, v_count);
  end if;
end $$;
