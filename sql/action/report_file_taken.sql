-- Who takes a file of a report; and what it is. Not a route: the stream of the
-- download calls it and waits until the entry is committed.
create or replace function action.report_file_taken(p_me app.caller, p_consultation text, p_report text, p_format text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.report := report_at(p_consultation, p_report);
  a app.artifact := artifact_last(r, p_format);
begin
  if a.id is null or not is_at_desk(p_me) then
    perform fail('CN404', 'not_found');
  end if;
  perform audit_seen(p_me, 'report.export', 'report', r.id, a.size);
  return (select json_build_object('file_name', 'bericht-' || r.number || '-' || f.file_name, 'type', f.type, 'etag', encode(a.hash, 'hex'))
    from artifact_formats() f where f.format = a.format);
end $$;
