-- What became of the items of an edition: the way of each version, and of the
-- positions that stand at it, through any number of editions. Positions are
-- those that the caller may see; the paper and its edges are everybody's as far
-- as they are published, which the callers of these functions look after.

-- An edition and all that it is based on; next_id is the one that follows.
create or replace function app.edition_line(p_edition_id bigint)
returns table (edition_id bigint, number int, next_id bigint)
language plpgsql stable as $$
begin
  return query with recursive w as (
      select e.id, e.number, e.based_on_id, null::bigint as next_id from edition e where e.id = p_edition_id
      union all
      select e.id, e.number, e.based_on_id, w.id from w join edition e on e.id = w.based_on_id)
    select w.id, w.number, w.next_id from w;
end $$;

-- Its items in the order of the paper; place is what "moved" is about.
create or replace function app.edition_items(p_edition_id bigint)
returns table (id bigint, item_id bigint, key text, kind text, title text, body text, content_hash bytea,
  place text, section_key text, chapter_key text, n bigint)
language plpgsql stable as $$
begin
  return query select v.id, v.item_id, i.key::text, i.kind::text, v.title, v.body::text, v.content_hash,
      s.key || coalesce('/' || pi.key, ''), s.key::text, k.key::text,
      row_number() over (order by k.position, s.position, coalesce(p.position, v.position), coalesce(p.id, v.id),
        p.id is not null, v.position, v.id)
    from item_version v join item i on i.id = v.item_id join section s on s.id = v.section_id
      join chapter k on k.id = s.chapter_id
      left join item_version p on p.id = v.parent_id left join item pi on pi.id = p.item_id
    where v.edition_id = p_edition_id;
end $$;

-- Which versions of this edition and of those before lead to which of this one.
-- p_any: edges that nobody has confirmed yet count too.
create or replace function app.lineage_map(p_edition_id bigint, p_any boolean)
returns table (start_id bigint, version_id bigint)
language plpgsql stable as $$
begin
  return query with recursive m as (
      select v.id as start_id, v.id as version_id from item_version v where v.edition_id = p_edition_id
      union
      select l.from_version_id, m.version_id from m join item_lineage l on l.to_version_id = m.start_id
        and l.from_version_id is not null and (p_any or l.state = 'confirmed'))
    select m.start_id, m.version_id from m;
end $$;

-- The same for one version: itself and all that leads to it.
create or replace function app.lineage_before(p_version_id bigint) returns bigint[]
language plpgsql stable as $$
begin
  return (with recursive m as (
      select p_version_id as id
      union
      select l.from_version_id from m join item_lineage l on l.to_version_id = m.id
        and l.from_version_id is not null and l.state = 'confirmed')
    select array_agg(m.id) from m);
end $$;

-- From which versions of earlier editions some way ends where no edge leads on.
create or replace function app.lineage_broken(p_edition_id bigint, p_any boolean) returns setof bigint
language plpgsql stable as $$
begin
  return query with recursive b as (
      select v.id from edition_line(p_edition_id) c join item_version v on v.edition_id = c.edition_id
        where c.next_id is not null and not exists (select from item_lineage l where l.from_version_id = v.id
          and l.to_edition_id = c.next_id and (p_any or l.state = 'confirmed'))
      union
      select l.from_version_id from b join item_lineage l on l.to_version_id = b.id
        and l.from_version_id is not null and (p_any or l.state = 'confirmed'))
    select b.id from b;
end $$;

-- Where each current position stands in an edition: at an item (in two rows when
-- that was split), at the question or chapter that it answered, as an orphan
-- (what it was about was dropped), or, which must not be, nowhere (broken).
-- start_id is the version its way begins at: of its target, or of the last time
-- that somebody attached it anew, for this edition or one before.
create or replace function app.places_in(p_edition_id bigint, p_any boolean, p_position_id bigint default null)
returns table (position_id bigint, start_id bigint, state text, version_id bigint, question_version_id bigint,
  chapter_id bigint, reanchor_id bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_line bigint[] := array(select c.edition_id from edition_line(p_edition_id) c);
begin
  return query with map as materialized (select m.start_id, m.version_id from lineage_map(p_edition_id, p_any) m),
    broken as materialized (select b.id from lineage_broken(p_edition_id, p_any) b(id)),
    at as materialized (select p.id, coalesce(r.to_version_id, t.item_version_id) as start_id, r.id as reanchor_id,
        t.question_version_id, t.chapter_id
      from stage s join target t on t.stage_id = s.id join position p on p.target_id = t.id and p.stage_id = s.id
        left join lateral (select x.id, x.to_version_id from reanchor x join edition d on d.id = x.edition_id
          where x.position_id = p.id and x.edition_id = any (v_line) order by d.number desc, x.id desc limit 1) r on true
      where s.edition_id = any (v_line) and p.is_current and (p_position_id is null or p.id = p_position_id))
    select a.id, a.start_id, case when a.start_id is not null then case when m.version_id is not null then 'item'
          when b.id is not null then 'broken' else 'orphan' end
        when q.id is not null then 'question' when k.id is not null then 'chapter' else 'orphan' end,
        m.version_id, q.id, k.id, a.reanchor_id
      from at a left join map m on m.start_id = a.start_id left join broken b on b.id = a.start_id
        left join question_version o on o.id = a.question_version_id and a.start_id is null
        left join question_version q on q.question_id = o.question_id and q.edition_id = p_edition_id
        left join chapter c on c.id = a.chapter_id and a.start_id is null
        left join chapter k on k.key = c.key and k.edition_id = p_edition_id;
end $$;

-- How many there are, and how many of them lead somewhere: none is ever lost.
create or replace function app.reachable(p_edition_id bigint, p_any boolean) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('of', count(distinct x.position_id),
      'positions', count(distinct x.position_id) filter (where x.state <> 'broken'),
      'items', count(distinct x.position_id) filter (where x.state = 'item'),
      'questions', count(distinct x.position_id) filter (where x.state in ('question', 'chapter')),
      'orphans', count(distinct x.position_id) filter (where x.state = 'orphan'))
    from places_in(p_edition_id, p_any) x);
end $$;

-- The current positions of all stages that lead to a version.
create or replace function app.positions_at(p_version_id bigint) returns setof app.position
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_line bigint[] := array(select c.edition_id from item_version v, edition_line(v.edition_id) c where v.id = p_version_id);
  v_before bigint[] := lineage_before(p_version_id);
begin
  return query select p.* from position p join target t on t.id = p.target_id
      left join lateral (select x.to_version_id from reanchor x join edition d on d.id = x.edition_id
        where x.position_id = p.id and x.edition_id = any (v_line) order by d.number desc, x.id desc limit 1) r on true
    where p.is_current and p.id in (
        select y.id from position y join target z on z.id = y.target_id where z.item_version_id = any (v_before)
        union select x.position_id from reanchor x where x.to_version_id = any (v_before))
      and coalesce(r.to_version_id, t.item_version_id) = any (v_before);
end $$;

-- What became of the items of one edition in a later one: the edges themselves,
-- or, over editions between, what they come to. Null from: new, null to: dropped.
create or replace function app.lineage_edges(p_from_id bigint, p_to_id bigint)
returns table (from_id bigint, to_id bigint, relation text, moved boolean, percent int, is_confirmed boolean)
language plpgsql stable as $$
begin
  if exists (select from edition e where e.id = p_to_id and e.based_on_id = p_from_id) then
    return query select l.from_version_id, l.to_version_id, l.relation::text, l.moved, l.percent, l.state = 'confirmed'
      from item_lineage l where l.to_edition_id = p_to_id;
    return;
  end if;
  return query with recursive line as (select c.edition_id, c.next_id from edition_line(p_to_id) c
      where c.number >= (select e.number from edition e where e.id = p_from_id)),
    w as (
      select v.id as a, v.id as b, v.edition_id, 'continues'::text as relation, false as moved from item_version v
        where v.edition_id = p_from_id
      union
      select w.a, l.to_version_id, l.to_edition_id, case when w.relation in ('continues', l.relation) then l.relation
          when l.relation = 'continues' then w.relation else 'replaced' end, w.moved or l.moved
        from w join line c on c.edition_id = w.edition_id join item_lineage l on l.from_version_id = w.b
          and l.to_edition_id = c.next_id and l.to_version_id is not null),
    e as (select w.a, w.b, case when count(distinct w.relation) = 1 then min(w.relation) else 'replaced' end as relation,
        bool_or(w.moved) as moved from w where w.edition_id = p_to_id group by w.a, w.b)
    select e.a, e.b, e.relation, e.moved, null::int, true from e
    union all
    select v.id, null, 'dropped', false, null, true from item_version v
      where v.edition_id = p_from_id and not exists (select from e where e.a = v.id)
    union all
    select null, v.id, 'added', false, null, true from item_version v
      where v.edition_id = p_to_id and not exists (select from e where e.b = v.id);
end $$;

-- Every old version has an edge out, every new one an edge in, and those say
-- dropped or added only where there is no other.
create or replace function app.lineage_complete(e app.edition) returns void
language plpgsql volatile as $$
begin
  delete from item_lineage l where l.to_edition_id = e.id and (
    l.to_version_id is null and exists (select from item_lineage x where x.to_edition_id = e.id
      and x.from_version_id = l.from_version_id and x.to_version_id is not null)
    or l.from_version_id is null and exists (select from item_lineage x where x.to_edition_id = e.id
      and x.to_version_id = l.to_version_id and x.from_version_id is not null));
  insert into item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, relation)
    select e.consultation_id, e.based_on_id, e.id, v.id, 'dropped' from item_version v
      where v.edition_id = e.based_on_id and not exists (select from item_lineage l
        where l.to_edition_id = e.id and l.from_version_id = v.id);
  insert into item_lineage (consultation_id, from_edition_id, to_edition_id, to_version_id, relation)
    select e.consultation_id, e.based_on_id, e.id, v.id, 'added' from item_version v
      where v.edition_id = e.id and not exists (select from item_lineage l
        where l.to_edition_id = e.id and l.to_version_id = v.id);
end $$;
