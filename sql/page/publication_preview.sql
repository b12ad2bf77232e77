-- Several together: what the public would read of each, before the one button.
create or replace function page.publication_preview(p_me app.caller, p_consultation text, p_organisation json) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'publications'),
    'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s),
    'statements', (select coalesce(json_agg(json_build_object('organisation', json_build_object('code', l.code, 'name', l.name),
        'receipt', l.receipt, 'consent', l.consent, 'preview', publication_preview(s, l.response_version_id)) order by l.sort_key), '[]')
      from publication_list(s.id, array(select json_array_elements_text(p_organisation))) l
      where l.obstacle is null and l.publication_id is null));
end $$;
