-- What publishing an edition means, and what stands against it.
create or replace function page.edition_publish(p_me app.caller, p_consultation text, p_edition text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  b app.edition;
  v_href text := '/consultations/' || p_consultation || '/editions/' || p_edition;
begin
  if e.id is null then
    return null;
  end if;
  select x.* into b from edition x where x.id = e.based_on_id;
  return json_build_object(
    'frame', frame_at(p_me, desk_stage(p_consultation), null, 'editions'),
    'consultation', consultation_json(e.consultation_id),
    'edition', edition_link(e, p_consultation), 'base', edition_link(b, p_consultation), 'title', e.title,
    'published_at', e.published_at, 'content_hash', encode(e.content_hash, 'hex'),
    'anchors_href', v_href || '/anchors',
    'items', (select count(*) from item_version v where v.edition_id = e.id),
    'counts', case when b.id is not null then anchor_counts(b.id, e.id) end,
    'compare_href', '/consultations/' || p_consultation || '/editions/' || b.number || '/compare/' || e.number,
    'orphans_href', v_href || '/orphans', 'reachable', reachable(e.id, e.state = 'draft'),
    'hindrances', case when e.state = 'draft' then (select coalesce(json_agg(json_build_object('code', h.code, 'amount', h.amount,
        'rest', greatest(cardinality(h.keys) - 10, 0),
        'anchors', (select coalesce(json_agg(json_build_object('key', k, 'name', regexp_replace(k, '^new-', ''),
            'href', v_href || '/anchors?anchor=' || k || '#anker')), '[]') from unnest(h.keys[1:10]) k))), '[]')
      from publish_hindrances(e) h) else '[]' end,
    'stages', (select coalesce(json_agg(json_build_object('title', s.title, 'number', s.number) order by s.kind, s.number), '[]')
      from stage s where s.edition_id = e.id),
    'form', json_build_object('content_hash', case when e.state = 'draft' then encode(job.edition_hash(e.id), 'hex') end));
end $$;
