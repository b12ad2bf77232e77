create or replace function page.consultation_new(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'options', json_build_object('templates', (select coalesce(json_agg(json_build_object('slug', c.slug, 'title', c.title) order by c.id), '[]')
      from consultation c where exists (select from edition e where e.consultation_id = c.id and e.state = 'published'))),
    'form', json_build_object('slug', '', 'title', '', 'subtitle', '', 'vision', '', 'aliases', '',
      'status_note', 'Diskussionsgrundlage, nicht beschlossen', 'as_of', to_char(today(), 'DD.MM.YYYY'), 'template', null,
      'sponsors', false, 'publish', false));
end $$;
