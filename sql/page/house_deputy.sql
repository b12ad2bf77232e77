-- Naming a deputy for the own release.
create or replace function page.house_deputy(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_own datemultirange := own_release(p_me);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'house'),
    'organisation', house_name(p_me),
    'colleagues', colleague_list(p_me),
    'deputies', (select coalesce(json_agg(json_build_object('name', person_name(p), 'key', m.key, 'from', t."from",
        'until', t.until) order by m.valid), '[]')
      from membership m join person p on p.id = m.person_id, period_json(m.valid) t
      where m.deputy_for = p_me.person_id and m.organisation_id = p_me.organisation_id and t.state <> 'past'),
    'own_until', upper(v_own) - 1,
    'needs_factor', house_needs_factor(p_me),
    'can', json_build_object('deputy', v_own is not null),
    'form', json_build_object('person', null));
end $$;
