-- A consultation as the moderators set it up: its words, and the way from here to its stages.
create or replace function page.consultation_edit(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.consultation;
  e app.edition;
begin
  select x.* into c from consultation x where x.id = consultation_at(p_consultation);
  if not found then
    return null;
  end if;
  select x.* into e from edition x where x.consultation_id = c.id order by x.number desc limit 1;
  return json_build_object(
    'frame', frame(p_me, c.id, 'paper'),
    'consultation', consultation_json(c.id),
    'edition', json_build_object('number', e.number, 'state', e.state, 'as_of', e.as_of),
    'counts', overview_counts(null, e.id),
    'stages', (select count(*) from stage s where s.consultation_id = c.id),
    'sponsors', (select coalesce(json_agg(n.short_name order by n.sort_name), '[]')
      from sponsor x cross join lateral name_on(x.organisation_id, today()) n where x.consultation_id = c.id),
    'form', json_build_object('version', c.version, 'title', c.title, 'subtitle', coalesce(c.subtitle, ''),
      'vision', coalesce(c.vision, ''), 'status_note', c.status_note, 'aliases', array_to_string(c.aliases, e'\n')));
end $$;
