-- The saved views, with how many positions each shows: counted to 1,001.
create or replace function page.saved_views(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_most constant int := 1000;
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'views', (select coalesce(json_agg(json_build_object('name', v.name, 'is_shared', v.is_shared,
        'is_own', v.person_id = p_me.person_id, 'owner', (select person_name(p) from person p where p.id = v.person_id),
        'href', saved_view_href(v, '/consultations/' || p_consultation || '/synopsis'),
        'edit_href', case when v.person_id = p_me.person_id or p_me.roles @> '{moderator}' then
          '/consultations/' || p_consultation || '/synopsis/views/' || v.key end,
        'count', least(n.count, c_most), 'is_capped', n.count > c_most) order by v.name, v.id), '[]')
      from saved_view v
        cross join lateral position_count_of(s.id, position_filter(p_me, s,
          jsonb_populate_record(null::synopsis_filter, v.filter)), c_most) n(count)
      where v.consultation_id = s.consultation_id and (v.is_shared or v.person_id = p_me.person_id)),
    'can', json_build_object('moderate', p_me.roles @> '{moderator}'));
end $$;
