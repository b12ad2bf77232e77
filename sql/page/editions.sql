-- The editions of a paper; drafts for the moderators, who begin the next one here.
create or replace function page.editions(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  s app.stage := stage_seen(p_me, v_id);
  h app.house := house_if_any(p_me, s.id, p_consultation);
  c app.edition := edition_shown(s, h, v_id);
  v_is_moderator boolean := coalesce(p_me.roles @> '{moderator}', false);
begin
  if v_id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, h, case when v_is_moderator then 'editions' else 'paper' end),
    'consultation', consultation_json(v_id),
    'rows', (select coalesce(json_agg(edition_head(e, c, p_consultation) order by e.number desc), '[]')
      from (select x.* from edition x where x.consultation_id = v_id and (x.state = 'published' or v_is_moderator)
        order by x.number desc limit 200) e),
    'can_begin', v_is_moderator
      and not exists (select from edition x where x.consultation_id = v_id and x.state = 'draft'),
    'is_moderator', v_is_moderator,
    'last', (edition_last(v_id)).number,
    'form', json_build_object('as_of', '', 'title', '', 'note', ''));
end $$;
