-- All figures once more, what is still open, and the hash of exactly what was shown.
create or replace function page.report_freeze(p_me app.caller, p_consultation text, p_report text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.report := report_at(p_consultation, p_report);
  d jsonb;
begin
  if r.id is null then
    return null;
  elsif r.state = 'frozen' then
    return json_build_object('location', report_head(r) ->> 'href');
  end if;
  d := report_data(r);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'reports'),
    'report', report_head(r),
    'figures', report_figure_list(d -> 'figures'),
    'positions', (select count(*) from position p where p.stage_id = r.stage_id and p.is_current),
    'open', (select count(*) from position p where p.stage_id = r.stage_id and p.is_current and p.decision = 'open'),
    'dissents', (select count(*) from report_dissent x where x.report_id = r.id),
    'hash', encode(sha256(convert_to(canon_json(d), 'UTF8')), 'hex'),
    'form', json_build_object('shown', encode(sha256(convert_to(canon_json(d), 'UTF8')), 'hex')));
end $$;
