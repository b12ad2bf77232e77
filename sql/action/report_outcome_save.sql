create or replace function action.report_outcome_save(p_me app.caller, p_consultation text, p_report text, p_version bigint, p_result text,
  p_ref text, p_note text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.report := report_at(p_consultation, p_report);
  v_ref text;
begin
  if r.id is null or r.state <> 'frozen' then
    perform fail('CN404', 'not_found');
  elsif p_result is null or p_result not in ('noted', 'as_proposed', 'changed', 'deferred', 'withdrawn') then
    perform fail('CN422', 'choose', 'result');
  end if;
  v_ref := read_council_ref(p_ref, 'ref');
  perform from report x where x.id = r.id for update;
  if coalesce((select o.version from report_outcome o where o.report_id = r.id), 0) <> p_version then
    perform fail('CN409', 'stale');
  end if;
  insert into report_outcome as o (report_id, council_decision_id, result, note, recorded_at, recorded_by)
    values (r.id, council_decision_id(v_ref), p_result, text_or_null(p_note), app.now(), p_me.person_id)
    on conflict (report_id) do update set council_decision_id = excluded.council_decision_id, result = excluded.result, note = excluded.note,
      version = o.version + 1, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by;
  perform audit(p_me, 'report.outcome', 'report', r.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/reports/' || r.key || '?notice=saved#ergebnis');
end $$;
