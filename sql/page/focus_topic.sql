-- A column of the matrix: a Schwerpunktthema, its Zielbild, and each field in words.
create or replace function page.focus_topic(p_me app.caller, p_focus_topic text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  f app.focus_topic;
  t app.target_vision;
begin
  select x.* into f from focus_topic x where x.key = p_focus_topic;
  if not found then
    return null;
  end if;
  select x.* into t from target_vision x where x.focus_topic_id = f.id;
  return json_build_object(
    'frame', frame(p_me, null, 'commitments'),
    'focus_topic', json_build_object('key', f.key, 'name', f.name, 'manager', topic_manager(f)),
    'vision', json_build_object('title', t.title, 'address_href', t.address, 'decision', (select json_build_object('ref', d.ref,
      'href', '/council-decisions/' || d.ref) from council_decision d where d.id = t.council_decision_id)),
    'rows', (select coalesce(json_agg(json_build_object('number', (r.c).number, 'title', r.title, 'state', r.state,
        'cell', x)), '[]') from convergence_rows(today()) r, json_array_elements(r.cells) x where x ->> 'key' = f.key),
    'can', json_build_object('state', manages_topic(f.id), 'edit', p_me.roles @> '{moderator}'),
    'organisations', case when p_me.roles @> '{moderator}' then all_organisation_names() end,
    'form', json_build_object('version', f.version, 'vision_title', t.title, 'address', t.address,
      'ref', (select d.ref from council_decision d where d.id = t.council_decision_id),
      'manager', (select n.short_name from name_on(f.manager_organisation_id, today()) n),
      'manager_mail', case when p_me.roles @> '{moderator}' then (select p.mail from person p where p.id = f.manager_person_id) end));
end $$;
