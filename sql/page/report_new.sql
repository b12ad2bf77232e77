create or replace function page.report_new(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'reports'),
    'stage', json_build_object('number', s.number, 'kind', s.kind, 'title', s.title),
    'titles', to_json(report_titles()),
    'form', json_build_object('kind', case when s.kind = 'evaluation' then 'result' else 'interim' end, 'session_number', s.session_number,
      'session_on', report_day(s.session_on), 'purpose', 'note', 'mark', 'Nur für Mitglieder', 'speaker', (select person_name(p) from person p
        where p.id = p_me.person_id), 'title', (select 'Zwischenbericht ' || c.title from consultation c where c.id = s.consultation_id)));
end $$;
