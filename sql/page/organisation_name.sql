create or replace function page.organisation_name(p_me app.caller, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'organisations'),
    'organisation', organisation_facts(o),
    'form', (select json_build_object('version', o.version, 'name', n.name, 'short_name', n.short_name, 'from', '')
      from name_on(o.id, today()) n));
end $$;
