create or replace function action.report_section_save(p_me app.caller, p_consultation text, p_report text, p_section text, p_version bigint, p_body text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.report := report_draft(p_consultation, p_report);
begin
  if p_section !~ '^[1-7]$' then
    perform fail('CN404', 'not_found');
  end if;
  perform report_check(r, coalesce(p_body, ''));
  update report_section x set body = text_or_null(p_body), version = x.version + 1, saved_at = app.now(), saved_by = p_me.person_id
    where x.report_id = r.id and x.number = p_section::int and x.version = p_version;
  if not found then
    perform fail('CN409', 'stale');
  end if;
  perform audit(p_me, 'report.save', 'report', r.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/reports/' || r.key || '/edit?section=' || p_section || '&notice=saved');
end $$;
