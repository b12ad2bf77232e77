-- Which passage of a draft carries on which passage of the edition before:
-- proposed by the comparison, confirmed here; of a published edition to be read.

create or replace function app.anchor_counts(p_from_id bigint, p_to_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('unchanged', count(*) filter (where a.word = 'unchanged'),
      'reworded', count(*) filter (where a.word = 'reworded'), 'moved', count(*) filter (where a.word = 'moved'),
      'split', count(*) filter (where a.word = 'split'), 'merged', count(*) filter (where a.word = 'merged'),
      'replaced', count(*) filter (where a.word = 'replaced'), 'dropped', count(*) filter (where a.word = 'dropped'),
      'added', count(*) filter (where a.word = 'added'), 'of', (select count(*) from item_version v where v.edition_id = p_from_id),
      'open', count(*) filter (where not a.is_confirmed), 'all', count(*),
      'same', count(*) filter (where a.word = 'unchanged' and not a.is_confirmed))
    from anchors(p_from_id, p_to_id) a);
end $$;

-- The other side to choose from: what is chosen, what nothing is known of yet,
-- and what stands in the same place.
create or replace function app.anchor_choices(e app.edition, p_is_new boolean, p_from bigint[], p_to bigint[]) returns json
language plpgsql stable as $$
declare
  v_chosen bigint[] := case when p_is_new then p_from else p_to end;
  v_here bigint[] := case when p_is_new then p_to else p_from end;
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'title', left(coalesce(x.title, x.body), 90),
      'take', case when x.is_chosen then '1' end) order by x.is_chosen desc, x.n), '[]')
    from (select i.key, i.title, i.body, i.n, i.id = any (v_chosen) as is_chosen
      from edition_items(case when p_is_new then e.based_on_id else e.id end) i
      where i.id = any (v_chosen) or exists (select from item_lineage l where l.to_edition_id = e.id
          and l.relation in ('dropped', 'added') and i.id in (l.from_version_id, l.to_version_id))
        or i.place in (select split_part(item_place(h), '@', 2) from unnest(v_here) h)
      order by i.id = any (v_chosen) desc, exists (select from item_lineage l where l.to_edition_id = e.id
          and l.relation in ('dropped', 'added') and i.id in (l.from_version_id, l.to_version_id)) desc, i.n limit 20) x);
end $$;

create or replace function app.anchor_json(e app.edition, p_key text, p_consultation text) returns json
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_base text := '/consultations/' || p_consultation || '/editions/' || e.number || '/anchors?anchor=';
  a record;
  v_changes bigint[];
  v_choices json;
begin
  select x.*, lag(x.key) over w as before, lead(x.key) over w as behind into a
    from (select y.* from anchors(e.based_on_id, e.id) y where y.key = p_key or not y.is_confirmed) x
    window w as (order by x.word = 'unchanged', x.n, x.m, x.key) order by x.key = p_key desc limit 1;
  if a.key is distinct from p_key then
    return null;
  end if;
  v_changes := array(select c.id from change c where c.edition_id = e.id
    and (c.to_version_id = any (a.to_ids) or a.to_ids is null and c.dropped_version_id = any (a.from_ids)));
  v_choices := case when e.state = 'draft' then anchor_choices(e, a.is_new, a.from_ids, a.to_ids) end;
  return json_build_object('key', a.key, 'relation', a.relation, 'word', a.word, 'is_reworded', a.is_reworded, 'percent', a.percent,
    'is_confirmed', a.is_confirmed, 'side', case when a.is_new then 'new' else 'old' end,
    'old', versions_json(a.from_ids), 'new', versions_json(a.to_ids), 'parts', anchor_parts(a.from_ids, a.to_ids, true),
    'positions', (select count(distinct x.position_id) from places_in(e.based_on_id, false) x where x.version_id = any (a.from_ids)),
    'causes', causes_json(v_changes, p_consultation),
    'reason', (select c.reason from change c where c.id = any (v_changes) and c.reason is not null order by c.id limit 1),
    'confirmed', (select json_build_object('at', max(l.confirmed_at), 'by', (select person_name(p) from person p where p.id = max(l.confirmed_by)))
      from item_lineage l where l.to_edition_id = e.id and l.state = 'confirmed'
        and (l.from_version_id = any (a.from_ids) or l.to_version_id = any (a.to_ids))),
    'token', anchor_token(e, a.from_ids, a.to_ids), 'choices', v_choices,
    'previous_href', v_base || a.before || '#anker', 'next_href', v_base || a.behind || '#anker');
end $$;

create or replace function app.anchor_rows(e app.edition, p_show text, p_page int, p_consultation text) returns json
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_base text := '/consultations/' || p_consultation || '/editions/' || e.number || '/anchors?';
begin
  return (with at as materialized (select x.version_id, count(distinct x.position_id) as n from places_in(e.based_on_id, false) x
      where x.version_id is not null group by x.version_id)
    select coalesce(json_agg(json_build_object('key', x.key, 'word', x.word, 'is_reworded', x.is_reworded, 'percent', x.percent,
        'is_confirmed', x.is_confirmed,
        'old', (select coalesce(json_agg(i.key order by y.n), '[]') from unnest(x.from_ids) with ordinality y(id, n)
          join item_version v on v.id = y.id join item i on i.id = v.item_id),
        'new', (select coalesce(json_agg(i.key order by y.n), '[]') from unnest(x.to_ids) with ordinality y(id, n)
          join item_version v on v.id = y.id join item i on i.id = v.item_id),
        'title', (select coalesce(v.title, left(v.body, 80)) from item_version v where v.id = coalesce(x.to_ids[1], x.from_ids[1])),
        'positions', (select coalesce(sum(at.n), 0) from at where at.version_id = any (x.from_ids)),
        'href', v_base || concat_ws('&', 'show=' || p_show, 'page=' || nullif(p_page, 1), 'anchor=' || x.key) || '#anker')
        order by x.is_confirmed, x.word = 'unchanged', x.n, x.m, x.key), '[]')
    from (select a.* from anchors(e.based_on_id, e.id) a
      where p_show is null or a.word = p_show or p_show = 'open' and not a.is_confirmed
      order by a.is_confirmed, a.word = 'unchanged', a.n, a.m, a.key offset 50 * (p_page - 1) limit 50) x);
end $$;

create or replace function page.anchors(p_me app.caller, p_consultation text, p_edition text, p_anchor text, p_show text, p_page text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  b app.edition;
  v_show text := case when p_show in ('open', 'unchanged', 'reworded', 'moved', 'split', 'merged', 'replaced', 'dropped', 'added') then p_show end;
  v_page int := case when p_page ~ '^\d{1,3}$' then greatest(p_page::int, 1) else 1 end;
  v_href text := '/consultations/' || p_consultation || '/editions/' || p_edition;
  v_counts json;
  v_listed int;
  a json;
begin
  select x.* into b from edition x where x.id = e.based_on_id;
  if e.id is null or b.id is null then
    return null;
  end if;
  v_counts := anchor_counts(b.id, e.id);
  v_listed := (v_counts ->> coalesce(v_show, 'all'))::int;
  a := anchor_json(e, p_anchor, p_consultation);
  return json_build_object(
    'frame', frame_at(p_me, desk_stage(p_consultation), null, 'editions'),
    'consultation', consultation_json(e.consultation_id),
    'edition', edition_link(e, p_consultation), 'base', edition_link(b, p_consultation),
    'href', v_href || '/anchors', 'publish_href', v_href || '/publish',
    'counts', v_counts, 'compare_href', '/consultations/' || p_consultation || '/editions/' || b.number || '/compare/' || e.number,
    'orphans_href', v_href || '/orphans', 'reachable', reachable(e.id, e.state = 'draft'), 'job', lineage_job(e),
    'can_publish', e.state = 'draft' and not exists (select from publish_hindrances(e)),
    'show', v_show, 'rows', anchor_rows(e, v_show, v_page, p_consultation), 'listed', v_listed,
    'first', 50 * (v_page - 1) + 1, 'last', least(50 * v_page, v_listed),
    'previous_page_href', case when v_page > 1 then v_href || '/anchors?' || concat_ws('&', 'show=' || v_show, 'page=' || (v_page - 1)) end,
    'next_page_href', case when 50 * v_page < v_listed then v_href || '/anchors?' || concat_ws('&', 'show=' || v_show, 'page=' || (v_page + 1)) end,
    'anchor', a,
    'form', json_build_object('anchor', a ->> 'key', 'relation', a ->> 'relation', 'reason', a ->> 'reason', 'others', '',
      'rows', coalesce(a -> 'choices', '[]')));
end $$;
