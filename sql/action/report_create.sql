-- The fields of the cover, checked; what is wrong is said at its field.
create or replace function app.report_cover(p_session_number text, p_session_on text, p_title text, p_mark text,
  out session_number int, out session_on date)
language plpgsql stable as $$
begin
  if text_or_null(p_title) is null then
    perform fail('CN422', 'required', 'title');
  elsif text_or_null(p_mark) is null then
    perform fail('CN422', 'required', 'mark');
  elsif text_or_null(p_session_number) is not null and btrim(p_session_number) !~ '^[1-9]\d{0,3}$' then
    perform fail('CN422', 'bad_session', 'session_number');
  end if;
  session_number := text_or_null(p_session_number)::int;
  session_on := read_day(p_session_on, 'session_on');
end $$;

create or replace function action.report_create(p_me app.caller, p_consultation text, p_kind text, p_session_number text, p_session_on text,
  p_agenda_item text, p_title text, p_speaker text, p_purpose text, p_mark text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  c record;
  r app.report;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  elsif p_kind is null or p_kind not in ('interim', 'result', 'decision') then
    perform fail('CN422', 'choose', 'kind');
  elsif p_purpose is null or p_purpose not in ('decide', 'note') then
    perform fail('CN422', 'choose', 'purpose');
  end if;
  select * into c from report_cover(p_session_number, p_session_on, p_title, p_mark);
  insert into report (consultation_id, stage_id, kind, session_number, session_on, agenda_item, title, speaker, purpose, mark, created_at, created_by)
    values (s.consultation_id, s.id, p_kind, c.session_number, c.session_on, text_or_null(p_agenda_item), btrim(p_title), text_or_null(p_speaker),
      p_purpose, btrim(p_mark), app.now(), p_me.person_id) returning * into r;
  insert into report_section (report_id, number, body, saved_at)
    select r.id, x.n, x.body, app.now() from unnest(report_proposed(r, s)) with ordinality x(body, n);
  perform audit(p_me, 'report.create', 'report', r.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/reports/' || r.key || '/edit?section=2&notice=report_created');
end $$;
