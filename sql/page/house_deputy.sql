-- Naming a deputy for the own release.
create or replace function page.house_deputy(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, 'house'),
    'organisation', house_name(p_me),
    'colleagues', colleague_list(p_me),
    'deputies', (select coalesce(json_agg(json_build_object('name', person_name(p), 'key', m.key, 'from', t."from",
        'until', t.until, 'consultation', (select c.title from consultation c where c.id = m.consultation_id)) order by m.valid), '[]')
      from membership m join person p on p.id = m.person_id, period_json(m.valid) t
      where m.deputy_for = p_me.person_id and m.organisation_id = p_me.organisation_id and t.state <> 'past'),
    'own', own_release_list(p_me),
    'needs_factor', house_needs_factor(p_me),
    'can', json_build_object('deputy', exists (select from own_releases(p_me))),
    'form', json_build_object('person', null));
end $$;
