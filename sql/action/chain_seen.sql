-- Who read the words behind a change, of how many positions.
create or replace function action.chain_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_count bigint := coalesce(json_array_length(p_seen #> '{positions,rows}'), 0);
  n app.chain_item;
begin
  if v_count > 0 then
    n := chain_item(edition_visible(p_me, p_seen #>> '{consultation,slug}', p_seen #>> '{edition,number}'), p_seen #>> '{item,key}');
    perform audit_seen(p_me, 'chain.view', 'change', n.change_id, v_count);
  end if;
end $$;
