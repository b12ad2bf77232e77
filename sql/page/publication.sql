-- One statement, exactly as the public would read it, or reads it.
create or replace function page.publication(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  x record;
begin
  select l.* into x from publication_list(s.id, array[p_organisation]) l;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'publications'),
    'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s),
    'organisation', json_build_object('code', x.code, 'name', x.name), 'consent', x.consent, 'obstacle', x.obstacle,
    'part', publication_part(x.obstacle, x.publication_id), 'published_at', x.published_at,
    'ended_as', x.ended_as, 'ended_at', x.ended_at, 'reason', x.reason,
    'public_href', case when x.publication_id is not null then result_base(s) || '/statements/' || x.code end,
    'preview', case when x.consent in ('yes', 'shortened') then publication_preview(s, x.response_version_id) end,
    'form', json_build_object('reason', ''));
end $$;
