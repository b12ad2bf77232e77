-- Names causes of a change: assessments that were ticked or named by the number
-- of their position or group, and decisions of the council. What is one already
-- stays one. Also after the edition was published.
create or replace function action.cause_add(p_me app.caller, p_consultation text, p_edition text, p_item text, p_tick json,
  p_numbers text, p_decisions text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  n app.chain_item := change_to_explain(p_me, e, p_item);
  v_assessments bigint[];
  v_decisions bigint[];
  v_added bigint;
begin
  perform group_lock((change_stage(e)).id);
  v_assessments := assessments_ticked(e, p_tick) || assessments_named(e, p_numbers);
  v_decisions := decisions_named(p_decisions);
  if cardinality(v_assessments) + cardinality(v_decisions) = 0 then
    perform fail('CN422', 'cause_missing', 'numbers');
  end if;
  with x as (insert into change_cause (change_id, assessment_id, council_decision_id, added_at, added_by)
    select n.change_id, a.id, null, app.now(), p_me.person_id from (select distinct u as id from unnest(v_assessments) u) a
    union all select n.change_id, null, d.id, app.now(), p_me.person_id from (select distinct u as id from unnest(v_decisions) u) d
    on conflict (change_id, assessment_id, council_decision_id) do nothing returning 1)
  select count(*) into v_added from x;
  if v_added = 0 then
    perform fail('CN422', 'cause_known', 'numbers');
  end if;
  perform audit(p_me, 'cause.add', 'change', n.change_id, null, null, v_added);
  return json_build_object('location', '/consultations/' || p_consultation || '/editions/' || e.number || '/changes/' || p_item
    || '?notice=cause_added#ursachen', 'added', v_added);
end $$;
