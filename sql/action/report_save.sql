-- A draft that is to be written in, locked; what is frozen is a conflict.
create or replace function app.report_draft(p_consultation text, p_report text) returns app.report
language plpgsql volatile as $$
declare
  r app.report := report_at(p_consultation, p_report);
begin
  if r.id is null then
    perform fail('CN404', 'not_found');
  end if;
  select x.* into r from report x where x.id = r.id for update;
  if r.state = 'frozen' then
    perform fail('CN409', 'report_frozen');
  end if;
  return r;
end $$;

create or replace function action.report_save(p_me app.caller, p_consultation text, p_report text, p_cover_version bigint, p_session_number text,
  p_session_on text, p_agenda_item text, p_title text, p_speaker text, p_purpose text, p_mark text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.report := report_draft(p_consultation, p_report);
  c record;
begin
  if r.version <> p_cover_version then
    perform fail('CN409', 'stale');
  elsif p_purpose is null or p_purpose not in ('decide', 'note') then
    perform fail('CN422', 'choose', 'purpose');
  end if;
  select * into c from report_cover(p_session_number, p_session_on, p_title, p_mark);
  update report x set session_number = c.session_number, session_on = c.session_on, agenda_item = text_or_null(p_agenda_item), title = btrim(p_title),
      speaker = text_or_null(p_speaker), purpose = p_purpose, mark = btrim(p_mark), version = x.version + 1 where x.id = r.id;
  perform audit(p_me, 'report.save', 'report', r.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/reports/' || r.key || '/edit?section=1&notice=saved');
end $$;
