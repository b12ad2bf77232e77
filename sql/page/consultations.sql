create or replace function page.consultations(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'list', (select coalesce(json_agg(json_build_object('slug', c.slug, 'title', c.title,
        'vision', c.vision, 'status_note', c.status_note,
        'stage', frame_stage(current_stage(c.id), null), 'href', '/consultations/' || c.slug)
        order by c.id desc), '[]')
      from (select * from consultation order by id desc limit 100) c));
end $$;
