-- The files of a frozen report, made or being made. A draft has none.
create or replace function page.report_files(p_me app.caller, p_consultation text, p_report text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.report := report_at(p_consultation, p_report);
begin
  if r.id is null then
    return null;
  end if;
  return json_build_object('frame', frame_at(p_me, s, null, 'reports'), 'report', report_head(r),
    'can_write', 'reporter' = any (p_me.roles), 'files', case when r.state = 'frozen' then report_files(r) end);
end $$;

-- The bytes of one, in pieces that a worker passes on.
create or replace function page.report_file_rows(p_me app.caller, p_consultation text, p_report text, p_format text)
returns setof bytea
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_piece constant int := 65536;
  a app.artifact := artifact_last(report_at(p_consultation, p_report), p_format);
begin
  if not is_at_desk(p_me) then
    return;
  end if;
  return query select substring(x.data from n for c_piece) from artifact x, generate_series(1, a.size, c_piece) n
    where x.id = a.id order by n;
end $$;
