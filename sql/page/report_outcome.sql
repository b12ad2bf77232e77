create or replace function page.report_outcome(p_me app.caller, p_consultation text, p_report text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.report := report_at(p_consultation, p_report);
begin
  if r.id is null then
    return null;
  elsif r.state <> 'frozen' then
    return json_build_object('location', report_head(r) ->> 'href');
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'reports'),
    'report', report_head(r),
    'form', coalesce((select json_build_object('version', o.version, 'result', o.result, 'note', o.note, 'ref', d.ref)
      from report_outcome o left join council_decision d on d.id = o.council_decision_id where o.report_id = r.id), json_build_object('version', 0)));
end $$;
