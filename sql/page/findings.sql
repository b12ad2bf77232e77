-- What the own house has found since, and what became of it.
create or replace function page.findings(p_me app.caller, p_consultation text, p_item text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'rows', (select coalesce(json_agg(finding_json(f, h.slug) order by f.id desc), '[]')
      from finding f where f.id in (select y.id from finding y where y.consultation_id = h.consultation_id
        and y.organisation_id = h.organisation_id order by y.id desc limit 200)),
    'can', json_build_object('write', h.is_editor or h.is_releaser),
    'form', (finding_form()::jsonb || jsonb_build_object('item', coalesce(p_item, '')))::json);
end $$;
