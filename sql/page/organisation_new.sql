-- A new one; as the successor of another it takes over level, kind and Land.
create or replace function page.organisation_new(p_me app.caller, p_predecessor text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation;
begin
  select x.* into o from organisation x where x.code = p_predecessor;
  return json_build_object(
    'frame', frame(p_me, null, 'organisations'),
    'predecessor', organisation_brief(o.id),
    'options', organisation_options(),
    'form', json_build_object('organisation_code', '', 'name', '', 'short_name', '', 'level', coalesce(o.level, ''),
      'kind', coalesce(o.kind, ''), 'land', coalesce(o.land_code, ''), 'ars', '', 'size_class', '',
      'office_mail', '', 'postal_address', '', 'valid_from', '', 'predecessor', coalesce(o.code, '')));
end $$;
