-- Two editions compared, in the order of the later one: what became of each item,
-- with its reason and decisions. What is too long to compare at once is shown by
-- chapters.

-- Reasons that the editions between give for what one version came to be.
create or replace function app.change_ids(p_from_id bigint, p_to_id bigint, p_from bigint[], p_to bigint[]) returns bigint[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (with recursive line as (select c.edition_id from edition_line(p_to_id) c
      where c.number > (select e.number from edition e where e.id = p_from_id)),
    behind as (
      select unnest(p_to) as id
      union
      select l.from_version_id from behind b join item_lineage l on l.to_version_id = b.id and l.from_version_id is not null
        join line y on y.edition_id = l.to_edition_id),
    ahead as (
      select unnest(p_from) as id
      union
      select l.to_version_id from ahead a join item_lineage l on l.from_version_id = a.id and l.to_version_id is not null
        join line y on y.edition_id = l.to_edition_id)
    select array_agg(c.id order by e.number, c.id) from change c join line y on y.edition_id = c.edition_id
      join edition e on e.id = c.edition_id
    where c.to_version_id in (select b.id from behind b)
      or p_to is null and (c.dropped_version_id in (select a.id from ahead a) or c.to_version_id in (select a.id from ahead a)));
end $$;

create or replace function app.reasons_json(p_change_ids bigint[]) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('edition', x.number, 'reason', x.reason) order by x.number), '[]')
    from (select distinct e.number, c.reason from change c join edition e on e.id = c.edition_id
      where c.id = any (p_change_ids) and c.reason is not null) x);
end $$;

-- Decisions of the council that the items of the later edition cite.
create or replace function app.cited_json(p_version_ids bigint[]) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('ref', x.ref, 'href', '/council-decisions/' || x.ref, 'relation', x.relation)
      order by x.ref), '[]')
    from (select distinct d.ref, c.relation from citation c join council_decision d on d.id = c.council_decision_id
      where c.item_version_id = any (p_version_ids)) x);
end $$;

create or replace function app.places_json(p_ids bigint[]) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', i.key, 'kind', i.kind, 'title', v.title, 'section', s.title, 'section_key', s.key,
      'chapter', k.number) order by x.n), '[]')
    from unnest(p_ids) with ordinality x(id, n) join item_version v on v.id = x.id join item i on i.id = v.item_id
      join section s on s.id = v.section_id join chapter k on k.id = s.chapter_id);
end $$;

-- The anchors of a chapter, or of all, 200 on a page and one more: p_chapter is a
-- key of either edition.
create or replace function app.compare_rows(p_from_id bigint, p_to_id bigint, p_chapter text, p_changes boolean, p_page int, p_consultation text) returns json
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'anchor', replace(x.key, 'new-', ''), 'word', x.word, 'is_reworded', x.is_reworded,
      'old', places_json(x.from_ids), 'new', places_json(x.to_ids),
      'parts', case when x.word in ('unchanged', 'moved') and not x.is_reworded then '[]' else anchor_parts(x.from_ids, x.to_ids, false) end,
      'same', case when x.word in ('unchanged', 'moved') and not x.is_reworded then (select v.body from item_version v where v.id = x.to_ids[1]) end,
      'is_draft', not x.is_confirmed,
      'reasons', case when x.word <> 'unchanged' then reasons_json(x.changes) else '[]' end,
      'causes', case when x.word <> 'unchanged' then causes_json(x.changes, p_consultation) else '[]' end,
      'decisions', cited_json(coalesce(x.to_ids, x.from_ids))) order by x.n, x.m, x.key), '[]')
    from (select a.*, case when a.word <> 'unchanged' then change_ids(p_from_id, p_to_id, a.from_ids, a.to_ids) end as changes
      from (select y.* from anchors(p_from_id, p_to_id) y
          join item_version v on v.id = coalesce(y.to_ids[1], y.from_ids[1]) join section s on s.id = v.section_id join chapter k on k.id = s.chapter_id
        where (p_chapter is null or k.key = p_chapter) and (not p_changes or y.word <> 'unchanged')
        order by y.n, y.m, y.key offset 200 * (p_page - 1) limit 201) a) x);
end $$;

-- Chapters of both, those of the later one first, with how much changed in each.
create or replace function app.compare_chapters(p_from_id bigint, p_to_id bigint) returns json
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'number', x.number, 'title', x.title, 'items', x.items, 'changes', x.changes)
      order by x.is_old, x.position), '[]')
    from (select k.key, min(k.number) as number, min(k.title) as title, bool_and(k.edition_id <> p_to_id) as is_old, min(k.position) as position,
        count(*) as items, count(*) filter (where a.word <> 'unchanged') as changes
      from anchors(p_from_id, p_to_id) a join item_version v on v.id = coalesce(a.to_ids[1], a.from_ids[1])
        join section s on s.id = v.section_id join chapter k on k.id = s.chapter_id group by k.key) x);
end $$;

-- Octets that would be compared word by word: beyond the share of a page
-- (DIFF_PAGE_OCTETS, DIFF_PAGE_PAIRS) it is one chapter at a time.
create or replace function app.compare_is_long(p_from_id bigint, p_to_id bigint) returns boolean
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (select coalesce(sum(y.octets), 0) > 240 * 1024 or count(*) > 95 or (select count(*) from anchors(p_from_id, p_to_id)) > 400
    from anchors(p_from_id, p_to_id) a cross join lateral (select sum(octet_length(concat(v.title, v.body))) as octets from item_version v
      where v.id = any (a.from_ids || a.to_ids)) y
    where a.word <> 'unchanged');
end $$;

create or replace function page.compare(p_me app.caller, p_consultation text, p_edition text, p_other text, p_show text, p_chapter text, p_page text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  a app.edition := edition_visible(p_me, p_consultation, p_edition);
  b app.edition := edition_visible(p_me, p_consultation, p_other);
  g app.stage := current_stage(b.consultation_id);
  h app.house := house_if_any(p_me, g.id, p_consultation);
  v_chapters json;
  v_is_long boolean;
  v_chapter text;
  v_page int := case when p_page ~ '^\d{1,2}$' then greatest(p_page::int, 1) else 1 end;
  v_rows json;
  v_href text;
begin
  if a.id is null or b.id is null or a.id = b.id or not exists (select from edition_line(b.id) l where l.edition_id = a.id) then
    return null;
  end if;
  v_chapters := compare_chapters(a.id, b.id);
  v_is_long := compare_is_long(a.id, b.id);
  v_chapter := coalesce((select x ->> 'key' from json_array_elements(v_chapters) x where x ->> 'key' = p_chapter),
    case when v_is_long then v_chapters #>> '{0,key}' end);
  v_rows := compare_rows(a.id, b.id, v_chapter, p_show is not distinct from 'changes', v_page, p_consultation);
  v_href := '/consultations/' || p_consultation || '/editions/' || a.number || '/compare/' || b.number;
  return json_build_object(
    'frame', frame_at(p_me, g, h, case when p_me.roles @> '{moderator}' then 'editions' else 'paper' end),
    'consultation', consultation_json(b.consultation_id),
    'old', edition_link(a, p_consultation), 'new', edition_link(b, p_consultation),
    'href', v_href,
    'between', (select coalesce(json_agg(l.number order by l.number), '[]') from edition_line(b.id) l
      where l.number > a.number and l.edition_id <> b.id),
    'others', (select coalesce(json_agg(json_build_object('old', l.number, 'new', b.number, 'href', '/consultations/' || p_consultation || '/editions/'
        || l.number || '/compare/' || b.number) order by l.number), '[]') from edition_line(b.id) l join edition e on e.id = l.edition_id
      where l.edition_id not in (a.id, b.id) and (e.state = 'published' or p_me.roles @> '{moderator}')),
    'counts', anchor_counts(a.id, b.id), 'is_draft', b.state = 'draft', 'is_long', v_is_long,
    'show', case when p_show = 'changes' then 'changes' end, 'chapter', v_chapter, 'chapters', v_chapters,
    'is_first', v_page = 1, 'next_href', case when json_array_length(v_rows) > 200 then v_href || '?' || concat_ws('&',
      'show=' || case when p_show = 'changes' then p_show end, 'chapter=' || v_chapter, 'page=' || (v_page + 1)) end,
    'rows', (select coalesce(json_agg(x.value order by x.n), '[]') from json_array_elements(v_rows) with ordinality x(value, n) where x.n <= 200));
end $$;
