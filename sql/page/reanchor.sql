-- Where a position stands in each edition, how it came there, and another place.
create or replace function page.reanchor(p_me app.caller, p_consultation text, p_edition text, p_position text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  p app.position := position_anywhere(e.consultation_id, p_position);
  s app.stage;
  t app.target;
begin
  select x.* into s from stage x where x.id = p.stage_id;
  select x.* into t from target x where x.id = p.target_id;
  if e.id is null or p.id is null or not p.is_current or not exists (select from edition_line(e.id) l where l.edition_id = s.edition_id) then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, desk_stage(p_consultation), null, 'editions'),
    'consultation', consultation_json(e.consultation_id),
    'edition', edition_link(e, p_consultation), 'href', '/consultations/' || p_consultation || '/editions/' || e.number || '/places/' || p_position,
    'orphans_href', '/consultations/' || p_consultation || '/editions/' || e.number || '/orphans',
    'id', p.id, 'position', grouped_position(s, p, p_consultation), 'old', target_words(t, p_consultation),
    'here', stands_at(p.id, e.id, p_consultation),
    'ended', (select json_build_object('edition', x.number, 'key', x.key, 'reason', x.reason) from lineage_ends(coalesce(
      (select r.to_version_id from reanchor r where r.position_id = p.id order by r.id desc limit 1), t.item_version_id)) x limit 1),
    'way', (select coalesce(json_agg(json_build_object('edition', l.number, 'stands', stands_at(p.id, l.edition_id, p_consultation)) order by l.number), '[]')
      from edition_line(e.id) l where l.number >= (select y.number from edition y where y.id = s.edition_id)),
    'history', (select coalesce(json_agg(json_build_object('edition', d.number, 'key', i.key, 'title', v.title, 'reason', r.reason, 'at', r.anchored_at,
        'by', (select person_name(w) from person w where w.id = r.anchored_by)) order by r.id desc), '[]')
      from reanchor r join edition d on d.id = r.edition_id join item_version v on v.id = r.to_version_id join item i on i.id = v.item_id
      where r.position_id = p.id),
    'can_write', e.state = 'published',
    'token', coalesce((select max(r.id) from reanchor r where r.position_id = p.id), 0)::text,
    'items', (select coalesce(json_agg(json_build_object('key', x.key, 'title', left(coalesce(x.title, x.body), 80)) order by x.n), '[]')
      from (select i.* from edition_items(e.id) i order by i.n limit 300) x),
    'form', json_build_object('item', '', 'reason', ''));
end $$;
