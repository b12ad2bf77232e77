-- Anchors: the edges between two editions as a person reads and confirms them.
-- What was split, or goes to several, is one anchor of the old item; what comes
-- from several is one of the new item.

-- Which item follows in which place of a paper; moved is about that.
create or replace function app.item_place(p_version_id bigint) returns text
language plpgsql stable as $$
begin
  return (select i.key || '@' || s.key || coalesce('/' || pi.key, '') from item_version v join item i on i.id = v.item_id
    join section s on s.id = v.section_id left join item_version p on p.id = v.parent_id left join item pi on pi.id = p.item_id
    where v.id = p_version_id);
end $$;

-- key: the old item's, or "new-" and the new one's. word: relation as it is read.
-- n, m: its place in the order of the later edition; what was dropped stands
-- behind what stood before it.
create or replace function app.anchors(p_from_id bigint, p_to_id bigint)
returns table (key text, from_ids bigint[], to_ids bigint[], relation text, word text, is_reworded boolean, percent int,
  is_confirmed boolean, is_new boolean, n bigint, m bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return query with o as materialized (select i.* from edition_items(p_from_id) i),
    w as materialized (select i.* from edition_items(p_to_id) i),
    e as materialized (select x.*, o.key as o_key, o.n as o_n, o.content_hash as o_hash, o.section_key as o_section,
        o.chapter_key as o_chapter, w.key as w_key, w.n as w_n, w.content_hash as w_hash, w.section_key as w_section,
        x.from_id is null or x.to_id is not null and count(x.from_id) over (partition by x.to_id) > 1 as is_new
      from lineage_edges(p_from_id, p_to_id) x left join o on o.id = x.from_id left join w on w.id = x.to_id),
    g as (select case when e.is_new then 'new-' || e.w_key else e.o_key end as key,
        array_agg(e.from_id order by e.o_n) filter (where e.from_id is not null) as from_ids,
        array_agg(e.to_id order by e.w_n) filter (where e.to_id is not null) as to_ids,
        case when count(distinct e.relation) = 1 then min(e.relation) else 'replaced' end as relation,
        bool_or(e.moved) as moved, bool_or(e.o_hash <> e.w_hash) as reworded,
        case when count(*) = 1 then min(e.percent) end as percent, bool_and(e.is_confirmed) as is_confirmed, e.is_new,
        min(e.w_n) as w_n, min(e.o_n) as o_n, min(e.o_section) as o_section, min(e.o_chapter) as o_chapter
      from e group by 1, e.is_new)
    select g.key, case when g.is_new then g.from_ids else g.from_ids[1:1] end, case when g.is_new then g.to_ids[1:1] else g.to_ids end,
        g.relation, case when g.relation <> 'continues' then g.relation when g.moved then 'moved'
          when g.reworded then 'reworded' else 'unchanged' end,
        coalesce(g.reworded, false), g.percent, g.is_confirmed, g.is_new,
        coalesce(g.w_n, (select max(x.w_n) from e x where x.o_section = g.o_section and x.w_section = g.o_section and x.o_n < g.o_n),
          (select min(w.n) - 1 from w where w.section_key = g.o_section),
          (select max(w.n) from w where w.chapter_key = g.o_chapter), (select max(w.n) from w), 0),
        case when g.w_n is null then g.o_n else 0 end
      from g;
end $$;

-- Changes when edges, texts or reasons do.
create or replace function app.anchor_token(e app.edition, p_from bigint[], p_to bigint[]) returns text
language plpgsql stable as $$
begin
  return md5(concat_ws(' ', (select string_agg(concat_ws('/', l.from_version_id, l.to_version_id, l.relation, l.state, v.content_hash::text),
        ' ' order by l.from_version_id, l.to_version_id)
      from item_lineage l left join item_version v on v.id = l.to_version_id
      where l.to_edition_id = e.id and (l.from_version_id = any (p_from) or l.to_version_id = any (p_to))),
    (select string_agg(concat_ws('/', c.id, c.version), ' ' order by c.id) from change c
      where c.edition_id = e.id and (c.to_version_id = any (p_to) or c.dropped_version_id = any (p_from)))));
end $$;

-- What changed and has no reason: of whatever is not unchanged.
create or replace function app.changes_of(e app.edition) returns table (to_id bigint, dropped_id bigint, change_id bigint, reason text)
language plpgsql stable as $$
begin
  return query select x.to_id, x.dropped_id, c.id, c.reason::text
    from (select distinct l.to_version_id as to_id, case when l.to_version_id is null then l.from_version_id end as dropped_id
        from item_lineage l left join item_version a on a.id = l.from_version_id left join item_version b on b.id = l.to_version_id
        where l.to_edition_id = e.id and (l.relation <> 'continues' or l.moved or a.content_hash <> b.content_hash)) x
      left join change c on c.edition_id = e.id and (c.to_version_id = x.to_id or c.dropped_version_id = x.dropped_id);
end $$;

-- A comparison of the draft that waits or runs, or came to no end.
create or replace function app.lineage_job(e app.edition) returns json
language plpgsql stable as $$
declare
  j app.job;
begin
  select x.* into j from job x where x.kind = 'lineage' and x.dedupe_key = 'edition.' || e.id order by x.id desc limit 1;
  return case when e.state = 'draft' and j.state in ('ready', 'running', 'failed') then json_build_object('state',
    case when j.state = 'failed' then 'stopped' when j.state = 'ready' and j.run_at > clock_timestamp() then 'waiting'
      when jobs_asleep() is not null then 'asleep' else 'going' end, 'run_at', j.run_at, 'note', j.note) end;
end $$;

-- Why a draft cannot be published yet; empty: it can.
create or replace function app.publish_hindrances(e app.edition) returns table (code text, amount bigint, keys text[])
language plpgsql stable as $$
begin
  return query select x.* from (
    select 'empty', case when exists (select from item_version v where v.edition_id = e.id) then 0 else 1 end::bigint, null::text[]
    union all select 'base_outdated', count(*), null from edition p where p.consultation_id = e.consultation_id and p.state = 'published'
      and p.id is distinct from e.based_on_id and not exists (select from edition_line(e.based_on_id) y where y.edition_id = p.id)
    union all select 'comparing', case when lineage_job(e) is null then 0 else 1 end, null
    union all select 'without_edge', count(*), array_agg(i.key::text order by i.key) from item_version v join item i on i.id = v.item_id
      where e.based_on_id is not null and (v.edition_id = e.based_on_id and not exists (select from item_lineage l
          where l.to_edition_id = e.id and l.from_version_id = v.id)
        or v.edition_id = e.id and not exists (select from item_lineage l where l.to_edition_id = e.id and l.to_version_id = v.id))
    union all select 'unconfirmed', count(*), array_agg(a.key order by a.n, a.m) from anchors(e.based_on_id, e.id) a where not a.is_confirmed
    union all select 'alone', count(*), array_agg(a.key order by a.n, a.m) from anchors(e.based_on_id, e.id) a
      where exists (select from item_lineage l where l.to_edition_id = e.id
        and l.from_version_id = any (a.from_ids) and l.to_version_id = any (a.to_ids)
        and (l.relation = 'split' and not exists (select from item_lineage y where y.to_edition_id = e.id
            and y.from_version_id = l.from_version_id and y.to_version_id <> l.to_version_id)
          or l.relation = 'merged' and not exists (select from item_lineage y where y.to_edition_id = e.id
            and y.to_version_id = l.to_version_id and y.from_version_id <> l.from_version_id)))
    union all select 'without_reason', count(*), array_agg(distinct coalesce(a.key, i.key::text))
      from changes_of(e) c join item_version v on v.id = coalesce(c.to_id, c.dropped_id) join item i on i.id = v.item_id
        left join lateral (select z.key from anchors(e.based_on_id, e.id) z
          where c.to_id = any (z.to_ids) or c.dropped_id = any (z.from_ids) and z.to_ids is null limit 1) a on true
      where coalesce(btrim(c.reason), '') = '' and e.based_on_id is not null) x(code, amount, keys)
    where x.amount > 0;
end $$;

-- The open one behind that place in the paper, else the first; the list when
-- there is none.
create or replace function app.anchors_next(e app.edition, p_consultation text, p_n bigint, p_m bigint) returns text
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return '/consultations/' || p_consultation || '/editions/' || e.number || '/anchors?notice=anchor_confirmed'
    || coalesce((select '&anchor=' || a.key || '#anker' from anchors(e.based_on_id, e.id) a where not a.is_confirmed
      order by (a.n, a.m) <= (p_n, p_m), a.n, a.m, a.key limit 1), '');
end $$;
