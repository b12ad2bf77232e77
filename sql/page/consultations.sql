create or replace function page.consultations(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'can_create', coalesce(p_me.roles @> '{moderator}', false),
    'list', (select coalesce(json_agg(json_build_object('slug', c.slug, 'title', c.title,
        'vision', c.vision, 'status_note', c.status_note,
        'stage', case when (x.s).id is not null then frame_stage(x.s, null) end,
        'href', '/consultations/' || c.slug) order by c.id desc), '[]')
      from (select y.* from consultation y where is_public(y.id) or p_me.roles @> '{moderator}' order by y.id desc limit 100) c
        cross join lateral (select current_stage(c.id) as s) x));
end $$;
