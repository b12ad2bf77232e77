-- Takes causes away while the edition is a draft.
create or replace function action.cause_remove(p_me app.caller, p_consultation text, p_edition text, p_item text, p_remove json)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  n app.chain_item := chain_item(e, p_item);
  v_keys text[];
  v_removed bigint;
begin
  if n.item_id is null or e.based_on_id is null then
    perform fail('CN404', 'not_found');
  elsif e.state = 'published' then
    perform fail('CN409', 'cause_fixed');
  end if;
  v_keys := ticked(p_remove, 'remove');
  perform group_lock((change_stage(e)).id);
  with x as (delete from change_cause c where c.change_id = n.change_id and c.id::text = any (v_keys) returning 1)
  select count(*) into v_removed from x;
  if v_removed < cardinality(v_keys) then
    perform fail('CN409', 'cause_gone');
  end if;
  perform audit(p_me, 'cause.remove', 'change', n.change_id, null, null, v_removed);
  return json_build_object('location', '/consultations/' || p_consultation || '/editions/' || e.number || '/changes/' || p_item
    || '?notice=cause_removed#ursachen', 'removed', v_removed);
end $$;
