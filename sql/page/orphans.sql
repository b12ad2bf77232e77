-- Positions about what an edition no longer has: with their old text, to be
-- attached anew.

-- Where ways from a version end: with which edition, and why.
create or replace function app.lineage_ends(p_version_id bigint) returns table (number int, key text, reason text)
language plpgsql stable as $$
begin
  return query with recursive w as (
      select p_version_id as id
      union
      select l.to_version_id from w join item_lineage l on l.from_version_id = w.id and l.to_version_id is not null and l.state = 'confirmed')
    select e.number, i.key::text, c.reason::text from w join item_lineage l on l.from_version_id = w.id and l.relation = 'dropped'
        and l.state = 'confirmed'
      join edition e on e.id = l.to_edition_id join item_version v on v.id = w.id join item i on i.id = v.item_id
      left join change c on c.edition_id = e.id and c.dropped_version_id = w.id order by e.number desc;
end $$;

create or replace function page.orphans(p_me app.caller, p_consultation text, p_edition text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 25;
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  v_href text := '/consultations/' || p_consultation || '/editions/' || p_edition;
  v_after bigint := coalesce((position_anywhere(e.consultation_id, p_after)).id, 0);
  v_ids bigint[];
begin
  if e.id is null then
    return null;
  end if;
  v_ids := array(select distinct x.position_id from places_in(e.id, e.state = 'draft') x join position p on p.id = x.position_id
    where x.state = 'orphan' and p.number is not null and x.position_id > v_after order by 1 limit c_size + 1);
  return json_build_object(
    'frame', frame_at(p_me, desk_stage(p_consultation), null, 'editions'),
    'consultation', consultation_json(e.consultation_id),
    'edition', edition_link(e, p_consultation), 'href', v_href || '/orphans', 'anchors_href', v_href || '/anchors',
    'reachable', reachable(e.id, e.state = 'draft'), 'is_first', v_after = 0,
    'next_href', case when cardinality(v_ids) > c_size then v_href || '/orphans?after='
      || (select position_number(s.kind, s.number, p.number, p.part) from position p join stage s on s.id = p.stage_id where p.id = v_ids[c_size]) end,
    'rows', (select coalesce(json_agg(json_build_object('position', grouped_position(s, p, p_consultation), 'old', target_words(t, p_consultation),
        'id', p.id, 'ended', (select json_build_object('edition', x.number, 'key', x.key, 'reason', x.reason) from lineage_ends(coalesce(
          (select r.to_version_id from reanchor r where r.position_id = p.id order by r.id desc limit 1), t.item_version_id)) x limit 1),
        'place_href', v_href || '/places/' || position_number(s.kind, s.number, p.number, p.part)) order by p.id), '[]')
      from unnest(v_ids[:c_size]) y(id) join position p on p.id = y.id join stage s on s.id = p.stage_id join target t on t.id = p.target_id));
end $$;
