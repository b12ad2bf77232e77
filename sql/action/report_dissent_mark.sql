-- Marks a released position of a voting member, or takes the mark away.
create or replace function action.report_dissent_mark(p_me app.caller, p_consultation text, p_report text, p_position text, p_marked boolean)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.report := report_draft(p_consultation, p_report);
  p app.position := position_at(r.stage_id, upper(p_position));
begin
  if p.id is null then
    perform fail('CN422', 'position_unknown', 'position');
  elsif p_marked and (p.seat_status <> 'voting' or not p.is_current) then
    perform fail('CN422', 'dissent_seat', 'position');
  elsif p_marked then
    insert into report_dissent (report_id, stage_id, position_id, marked_at, marked_by)
      values (r.id, r.stage_id, p.id, app.now(), p_me.person_id) on conflict do nothing;
  else
    delete from report_dissent d where d.report_id = r.id and d.position_id = p.id;
  end if;
  perform audit(p_me, case when p_marked then 'report.dissent' else 'report.dissent_undo' end, 'report', r.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/reports/' || r.key || '/edit?section=4&notice='
    || case when p_marked then 'dissent_marked' else 'dissent_unmarked' end);
end $$;
