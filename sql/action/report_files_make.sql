-- Makes the files that a frozen report lacks; what is there stays as it is.
create or replace function action.report_files_make(p_me app.caller, p_consultation text, p_report text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.report := report_at(p_consultation, p_report);
begin
  if r.id is null then
    perform fail('CN404', 'not_found');
  elsif r.state <> 'frozen' then
    perform fail('CN409', 'report_draft');
  end if;
  if not (report_files(r) ->> 'is_complete')::boolean then
    perform queue_report_files(p_me, r);
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/reports/' || r.key || '/files');
end $$;
