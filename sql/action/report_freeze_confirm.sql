-- The snapshot: exactly what was shown (p_shown), with number and time, as canonical
-- bytes; one after the other in a consultation, so that the numbers have no gap.
create or replace function action.report_freeze_confirm(p_me app.caller, p_consultation text, p_report text, p_shown text, p_checked boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.report := report_draft(p_consultation, p_report);
  v_data jsonb;
  v_bytes bytea;
  v_at timestamptz := date_trunc('second', app.now());
  v_number int;
begin
  if not coalesce(p_checked, false) then
    perform fail('CN422', 'report_checked', 'checked');
  end if;
  perform pg_advisory_xact_lock(hashtextextended('report ' || r.consultation_id, 0));
  perform group_lock(r.stage_id);
  perform report_check(r, x.body::text) from report_section x where x.report_id = r.id and x.body is not null order by x.number;
  v_data := report_data(r);
  if encode(sha256(convert_to(canon_json(v_data), 'UTF8')), 'hex') is distinct from p_shown then
    perform fail('CN409', 'report_changed');
  end if;
  select coalesce(max(x.number), 0) + 1 into v_number from report x where x.consultation_id = r.consultation_id;
  v_data := v_data || jsonb_build_object('number', v_number, 'frozen', report_moment(v_at),
    'cover', (v_data -> 'cover') || jsonb_build_array(jsonb_build_object('name', 'Stand', 'value', report_moment(v_at))));
  v_bytes := convert_to(canon_json(v_data), 'UTF8');
  insert into report_basis (report_id, stage_id, position_id, assessment_id)
    select r.id, p.stage_id, p.id, p.assessment_id from position p where p.stage_id = r.stage_id and p.is_current;
  update report x set state = 'frozen', number = v_number, frozen_at = v_at, frozen_by = p_me.person_id, data = v_bytes,
      data_hash = sha256(v_bytes), template_hash = keep_template() where x.id = r.id;
  perform audit(p_me, 'report.freeze', 'report', r.id, null, sha256(v_bytes));
  perform queue_report_files(p_me, r);
  return json_build_object('location', '/consultations/' || p_consultation || '/reports/' || r.key || '?notice=report_frozen');
end $$;
