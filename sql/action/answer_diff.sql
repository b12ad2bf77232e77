-- How a text that is being written differs from the wording of the paper. The
-- text goes nowhere: nothing is written, nothing is logged.
create or replace function action.answer_diff(p_me app.caller, p_consultation text, p_target text, p_proposal text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_item bigint := (select t.item_version_id from target t where t.stage_id = h.stage_id and t.key = p_target);
begin
  if v_item is null then
    perform fail('CN404', 'not_found');
  elsif not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response/answers/' || p_target || '#vergleich',
    'diff_of', json_build_object('old', wording_of(v_item), 'new', p_proposal));
end $$;
