-- The neighbours of an item in the order of the paper.
create or replace function app.item_link(p_item_version_id bigint, p_slug text, p_query text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', i.key, 'kind', i.kind, 'title', v.title,
      'href', '/consultations/' || p_slug || '/items/' || i.key || p_query)
    from item_version v join item i on i.id = v.item_id where v.id = p_item_version_id);
end $$;

create or replace function app.item_neighbours(v app.item_version, s app.section, k app.chapter, p_slug text,
  p_query text, out previous json, out next json)
language plpgsql stable as $$
begin
  previous := item_link((select x.id from item_version x join section y on y.id = x.section_id
      join chapter z on z.id = y.chapter_id
    where x.edition_id = v.edition_id and x.parent_id is null
      and (z.position, y.position, x.position) < (k.position, s.position, v.position)
    order by z.position desc, y.position desc, x.position desc limit 1), p_slug, p_query);
  next := item_link((select x.id from item_version x join section y on y.id = x.section_id
      join chapter z on z.id = y.chapter_id
    where x.edition_id = v.edition_id and x.parent_id is null
      and (z.position, y.position, x.position) > (k.position, s.position, v.position)
    order by z.position, y.position, x.position limit 1), p_slug, p_query);
end $$;

-- A requirement is shown on the page of its user group.
create or replace function page.item(p_me app.caller, p_consultation text, p_item text, p_edition text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  g app.stage := stage_seen(p_me, v_id);
  h app.house := house_if_any(p_me, g.id, p_consultation);
  c app.edition := edition_shown(g, h, v_id);
  e app.edition := edition_holding(c, p_edition, 'item', p_item, p_me);
  v_query text := edition_query(e, c);
  v app.item_version;
  i app.item;
  s app.section;
  k app.chapter;
  n record;
begin
  select p.* into v from item x join item_version y on y.item_id = x.id and y.edition_id = e.id
    join item_version p on p.id = coalesce(y.parent_id, y.id)
    where x.consultation_id = v_id and x.key = p_item;
  if not found then
    return null;
  end if;
  select x.* into i from item x where x.id = v.item_id;
  select x.* into s from section x where x.id = v.section_id;
  select x.* into k from chapter x where x.id = s.chapter_id;
  select * into n from item_neighbours(v, s, k, p_consultation, v_query);
  return json_build_object(
    'frame', frame_at(p_me, g, h, 'paper'),
    'consultation', consultation_json(v_id),
    'edition', edition_json(e, c, p_consultation, 'item', i.key),
    'chapter', chapter_json(k, p_consultation, v_query),
    'section', json_build_object('key', s.key, 'letter', s.letter, 'title', s.title),
    'item', json_build_object('key', i.key, 'kind', i.kind, 'title', v.title, 'body', v.body,
      'is_title_verbatim', v.is_title_verbatim),
    'decisions', decisions_of(v.id),
    'requirements', requirements_of(v.id),
    'questions', questions_about(v, p_consultation, v_query),
    'audience', audience_shown(g.id, v.id, null, null, h),
    'own', own_of(h, v.id, null, null),
    'amendments', case when is_at_desk(p_me) then amendment_link(g.id, v.id, p_consultation) end,
    'commitments', (select coalesce(json_agg(json_build_object('number', m.number, 'href', '/commitments/' || m.number) order by m.number), '[]')
      from commitment m join item_version y on y.id = m.origin_version_id
      where y.item_id = i.id and (m.is_adopted or sees_proposals())),
    'propose_href', case when p_me.roles @> '{moderator}' and i.is_judgeable then '/commitments/new?origin=' || i.key end,
    'chain_href', case when e.based_on_id is not null then chain_href(p_consultation, e.number, i.key) end,
    'result_href', result_link(v_id, i.id, null),
    'became', item_step(v.id, true, p_consultation), 'before', item_before(v, p_consultation),
    'positions', item_positions(p_me, v, p_consultation),
    'previous', n.previous, 'next', n.next,
    'footnotes', (select coalesce(json_agg(json_build_object('number', f.number, 'body', f.body)
        order by f.number), '[]')
      from footnote f where f.edition_id = e.id and f.body is not null and f.item_version_id in (
        select x.id from item_version x where x.id = v.id or x.parent_id = v.id)));
end $$;
