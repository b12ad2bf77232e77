create or replace function page.organisation_edit(p_me app.caller, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'organisations'),
    'organisation', organisation_facts(o),
    'options', organisation_options(),
    'form', json_build_object('version', o.version, 'level', o.level, 'kind', coalesce(o.kind, ''), 'land', coalesce(o.land_code, ''),
      'ars', coalesce(o.ars, ''), 'size_class', coalesce(o.size_class, ''),
      'office_mail', coalesce(o.office_mail, ''), 'postal_address', coalesce(o.postal_address, ''),
      'valid_from', coalesce(to_char(lower(o.valid), 'DD.MM.YYYY'), '')));
end $$;
