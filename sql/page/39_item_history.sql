-- What an item was before and what became of it, and who it is answered by.

-- One version with what it became (p_forward), or what it came from.
create or replace function app.item_step(p_version_id bigint, p_forward boolean, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(x.step order by x.number, x.key), '[]') from (
    select e.number, i.key, json_build_object('edition', case when p_forward then e.number else b.number end, 'key', i.key, 'title', v.title,
        'body', v.body, 'href', '/consultations/' || p_slug || '/items/' || i.key || '?edition=' || case when p_forward then e.number else b.number end,
        'word', case when l.relation <> 'continues' then l.relation when l.moved then 'moved' when l.text_changed then 'reworded' else 'unchanged' end,
        'is_reworded', l.text_changed, 'with', e.number, 'reason', c.reason,
        'compare_href', '/consultations/' || p_slug || '/editions/' || b.number || '/compare/' || e.number || '?show=changes#' || i.key) as step
      from item_lineage l join edition e on e.id = l.to_edition_id and e.state = 'published' join edition b on b.id = l.from_edition_id
        left join item_version v on v.id = case when p_forward then l.to_version_id else l.from_version_id end
        left join item i on i.id = v.item_id
        left join change c on c.edition_id = e.id and (c.to_version_id = l.to_version_id or c.dropped_version_id = l.from_version_id)
      where p_version_id = case when p_forward then l.from_version_id else l.to_version_id end) x);
end $$;

-- All that lead here, the last edition first; not those of this edition.
create or replace function app.item_before(v app.item_version, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('edition', e.number, 'key', i.key, 'title', x.title, 'body', x.body,
      'href', '/consultations/' || p_slug || '/items/' || i.key || '?edition=' || e.number, 'became', item_step(x.id, true, p_slug))
      order by e.number desc, i.key), '[]')
    from item_version x join item i on i.id = x.item_id join edition e on e.id = x.edition_id
    where x.id = any (lineage_before(v.id)) and x.id <> v.id);
end $$;

-- The positions of all stages that lead here: at the desk all, a house its own.
create or replace function app.item_positions(p_me app.caller, v app.item_version, p_slug text) returns json
language plpgsql stable as $$
declare
  v_edition int := (select e.number from edition e where e.id = v.edition_id);
begin
  if not is_at_desk(p_me) and not is_member(p_me) then
    return null;
  end if;
  return (with p as materialized (select x.*, count(*) over () as n from positions_at(v.id) x
      where x.number is not null and (is_at_desk(p_me) or x.organisation_id = p_me.organisation_id))
    select json_build_object('count', coalesce(max(y.n), 0), 'is_desk', is_at_desk(p_me), 'can_reanchor', p_me.roles @> '{moderator}',
      'rows', coalesce(json_agg(json_build_object('number', y.label, 'organisation', o.short_name,
        'key', y.target_key, 'is_elsewhere', y.target_key <> y.key, 'href', '/consultations/' || p_slug || '/positions/' || y.label,
        'place_href', '/consultations/' || p_slug || '/editions/' || v_edition || '/places/' || y.label) order by y.stage_id, y.number, y.part), '[]'))
    from (select p.*, position_number(s.kind, s.number, p.number, p.part) as label, t.key as target_key, i.key
        from p join stage s on s.id = p.stage_id join target t on t.id = p.target_id join item i on i.id = v.item_id
        order by p.stage_id, p.number, p.part limit 100) y cross join lateral name_on(y.organisation_id, today()) o);
end $$;
