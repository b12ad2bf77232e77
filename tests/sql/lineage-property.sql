-- In random worlds, however an edition changes what the one before had, and
-- whatever moderators make of it: every old version has an edge out and every new
-- one an edge in, after each act; no published edition lowers the number of
-- positions that are reached, in it or in any before; and a position that is
-- attached anew stands there until somebody attaches it once more, with all that
-- was before kept.
\ir t/setup.sql
\ir t/edition.sql
select plan(12);

select t.do(t.save(w, x, 0, case when x in ('K3', 'K4') then null else 'note' end, 'Zu ' || x || ' von ' || w || '.'))
  from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5', 'K3.N1', 'L-K4-1', 'K3', 'K4']) x;
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
create table t.step (edition int, what text, outcome text);

-- Versions of both sides without an edge.
create function t.bare(p_number int) returns bigint language sql as $$
  select count(*) from app.item_version v where
    v.edition_id = (t.edition_at(p_number)).based_on_id and not exists (select from app.item_lineage l
      where l.from_version_id = v.id and l.to_edition_id = (t.edition_at(p_number)).id)
    or v.edition_id = (t.edition_at(p_number)).id and not exists (select from app.item_lineage l where l.to_version_id = v.id)
$$;
create function t.reached(p_number int) returns bigint language sql as $$
  select (app.reachable((t.edition_at(p_number)).id, false) ->> 'positions')::bigint
$$;
-- Some texts change, some items go to another section, go away or come.
create function t.rewrite(p_number int) returns void language plpgsql as $$
declare
  e app.edition := t.edition_at(p_number);
  v app.item_version;
begin
  for v in select x.* from app.item_version x where x.edition_id = e.id order by x.id loop
    if random() < 0.25 then
      update app.item_version x set body = coalesce(x.body, '') || ' Neu in Fassung ' || p_number || '.' where x.id = v.id;
    end if;
    if v.parent_id is null and random() < 0.1 and not exists (select from app.item_version y where y.parent_id = v.id) then
      update app.item_version x set position = 100 + x.id::int, section_id = (select s.id from app.section s
        where s.edition_id = e.id order by random() limit 1) where x.id = v.id;
    end if;
    if random() < 0.15 and not exists (select from app.item_version y where y.parent_id = v.id) then
      delete from app.item_version x where x.id = v.id;
    end if;
  end loop;
  for i in 1..1 + floor(random() * 3)::int loop
    perform t.item('K4.G2.' || p_number * 10 + i, p_number, 'K4.G2', 'Grundsatz ' || i || ' der Fassung ' || p_number || '.');
  end loop;
end $$;
-- A moderator says anything of an anchor, sensible or not.
create function t.decide(p_number int, p_anchor text, p_is_wild boolean) returns jsonb language plpgsql as $$
declare
  e app.edition := t.edition_at(p_number);
  a record;
  v_keys text;
begin
  select x.* into a from app.anchors(e.based_on_id, e.id) x where x.key = p_anchor;
  if not p_is_wild then
    return t.anchor(p_number, p_anchor, a.relation, (select string_agg(i.key, ' ') from app.item_version v join app.item i on i.id = v.item_id
      where v.id = any (case when a.is_new then a.from_ids else a.to_ids end)));
  end if;
  select string_agg(x.key, ', ') into v_keys from (select i.key from app.item_version v join app.item i on i.id = v.item_id
    where v.edition_id = case when a.is_new then e.based_on_id else e.id end order by random() limit 1 + floor(random() * 3)::int) x;
  return t.anchor(p_number, p_anchor, (array['continues', 'split', 'merged', 'replaced', case when a.is_new then 'added' else 'dropped' end])
    [1 + floor(random() * 5)::int], v_keys);
end $$;

do $$
declare
  v_result jsonb;
  v_key text;
  v_before bigint := t.reached(1);
  v_tries int;
begin
  perform setseed(0.42);
  for n in 2..7 loop
    perform t.draft(n);
    perform t.rewrite(n);
    perform t.propose(n);
    for i in 1..14 loop
      select a.key into v_key from app.anchors((t.edition_at(n)).based_on_id, (t.edition_at(n)).id) a order by random() limit 1;
      v_result := t.decide(n, v_key, true);
      insert into t.step values (n, 'decided', coalesce(v_result ->> 'error', 'done'));
      if t.bare(n) > 0 then
        raise exception 'edition %: a version without an edge after %', n, v_key;
      end if;
      if i = 7 then -- meanwhile somebody writes, and the comparison runs again
        update app.item_version v set body = 'Anders.' where v.id = (select x.id from app.item_version x
          where x.edition_id = (t.edition_at(n)).id order by random() limit 1);
        perform t.propose(n);
      end if;
    end loop;
    v_tries := 0;
    while exists (select from app.publish_hindrances(t.edition_at(n))) loop
      select h.keys[1] into v_key from app.publish_hindrances(t.edition_at(n)) h where h.keys is not null limit 1;
      v_result := t.decide(n, v_key, v_tries % 4 = 3);
      if v_tries % 4 = 2 and v_result ? 'error' then
        v_result := t.anchor(n, v_key, case when v_key like 'new-%' then 'added' else 'dropped' end);
      end if;
      v_tries := v_tries + 1;
      if v_tries > 200 then
        raise exception 'edition % comes to no end: % %', n, v_key, v_result;
      end if;
    end loop;
    perform t.do(t.publish(n));
    insert into t.step values (n, 'published', 'done');
    for m in 1..n loop
      if t.reached(m) <> v_before then
        raise exception 'edition % reaches % of % after edition %', m, t.reached(m), v_before, n;
      end if;
    end loop;
    if exists (select from app.places_in((t.edition_at(n)).id, false) x where x.state = 'broken') then
      raise exception 'edition %: a way that ends nowhere', n;
    end if;
  end loop;
end $$;

select is((select count(*) from t.step where what = 'published'), 6::bigint, 'six editions follow the first');
select cmp_ok((select count(*) from t.step where what = 'decided' and outcome = 'done'), '>', 25::bigint, 'by many decisions');
select is_empty($$ select s.* from t.step s where s.outcome not in ('done', 'anchor_one', 'anchor_several', 'anchor_alone', 'anchor_taken') $$,
  'and none is refused for want of a guard further inside');
select cmp_ok((select count(distinct l.relation) from app.item_lineage l), '>=', 6::bigint, 'everything has happened to items');
select is((select sum(t.bare(n))::bigint from generate_series(2, 7) n), 0::bigint, 'no version without an edge, in any edition');
select is_empty($$ select l.id from app.item_lineage l join app.item_version a on a.id = l.from_version_id join app.edition e on e.id = l.to_edition_id
  where a.edition_id <> e.based_on_id $$, 'edges lead from the edition before');
select is((select count(distinct x.position_id) from app.places_in((t.edition_at(7)).id, false) x), (select count(*) from app.position p where p.is_current),
  'each position has a place at last');
-- What leads to a version is the same seen from there.
select is_empty($$ select p.id, v.id from app.item_version v cross join lateral app.positions_at(v.id) p where v.edition_id = (t.edition_at(7)).id
  except select x.position_id, x.version_id from app.places_in((t.edition_at(7)).id, false) x $$, 'forward and backward are one way');

-- Attached anew, again and again, in any edition.
create function t.reanchor_world(out standing bigint, out kept bigint) language plpgsql as $$
declare
  p app.position;
  v app.item_version;
  e app.edition;
  v_result jsonb;
  v_later int;
begin
  standing := 0;
  for i in 1..30 loop
    select x.* into p from app.position x where x.is_current order by random() limit 1;
    select x.* into e from app.edition x order by random() limit 1;
    select x.* into v from app.item_version x where x.edition_id = e.id order by random() limit 1;
    v_later := (select min(d.number) from app.reanchor r join app.edition d on d.id = r.edition_id where r.position_id = p.id and d.number > e.number);
    v_result := t.act('sander', 'moderator', format('action.reanchor_write(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', e.number,
      'R1-' || lpad(p.number::text, 4, '0'), coalesce((select max(r.id) from app.reanchor r where r.position_id = p.id), 0),
      (select i.key from app.item i where i.id = v.item_id), 'Versuch ' || i));
    if v_result ->> 'error' is distinct from null and v_result ->> 'error' <> 'reanchor_same' then
      raise exception 'not attached: %', v_result;
    end if;
    if (select array_agg(x.version_id) from app.places_in(e.id, false, p.id) x) is distinct from array[v.id] then
      raise exception 'position % does not stand where it was put', p.id;
    end if;
    standing := standing + (v_result ->> 'error' is null)::int;
  end loop;
  kept := (select count(*) from app.reanchor);
end $$;
select is(standing, kept, 'each stands where it was put, and each is kept') from t.reanchor_world();
select throws_ok('delete from app.reanchor', 'CN409', 'immutable', 'none is taken away');
select throws_ok($$ update app.reanchor set reason = 'Anders' $$, 'CN409', 'immutable', 'nor written anew');
select is((select array_agg(distinct t.reached(n)) from generate_series(1, 7) n), array[(select count(*) from app.position p where p.is_current)],
  'and all are reached in all editions');

select * from finish();
rollback;
