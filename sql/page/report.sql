-- A paper: of a draft a preview that reads live, of a frozen one its bytes; with
-- what changed since, and what the session made of it.
create or replace function page.report(p_me app.caller, p_consultation text, p_report text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.report := report_at(p_consultation, p_report);
begin
  if r.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'reports'),
    'report', report_head(r),
    'can_write', 'reporter' = any (p_me.roles),
    'document', report_json(r),
    'since', report_changes_json(case when r.state = 'frozen' then r else report_before(r) end),
    'outcome', (select json_build_object('result', o.result, 'note', o.note, 'recorded_at', o.recorded_at,
        'recorded_by', (select person_name(p) from person p where p.id = o.recorded_by), 'ref', d.ref,
        'statements', (select count(*) from protocol_statement t where t.withdrawn_at is null
          and (t.council_decision_id = d.id or t.session_number = r.session_number)))
      from report_outcome o left join council_decision d on d.id = o.council_decision_id where o.report_id = r.id));
end $$;
