-- The comparison of a draft with the edition before, around what
-- app/domain/lineage.c computes: what is to be compared, and what comes of it.

-- Both editions in their order; is_settled: a person has confirmed its edges.
-- Nothing where there is no such draft any more.
create or replace function job.lineage_items(p_edition_id bigint)
returns table (side text, id bigint, key text, kind text, place text, title text, body text, is_settled boolean)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform from edition e where e.id = p_edition_id for key share;
  perform pg_advisory_xact_lock(hashtextextended('app.lineage', 0));
  return query select x.side, i.id, i.key, i.kind, i.place, i.title, i.body, exists (select from item_lineage l
      where l.to_edition_id = e.id and l.state = 'confirmed'
        and i.id in (l.from_version_id, l.to_version_id))
    from edition e cross join lateral (values ('old', e.based_on_id), ('new', e.id)) x(side, edition_id)
      cross join lateral edition_items(x.edition_id) i
    where e.id = p_edition_id and e.state = 'draft' order by x.side desc, i.n;
end $$;

-- Proposals become those of this run. What is confirmed stays; so does what was
-- decided together with it and is open again.
create or replace function job.lineage_end(p_edition_id bigint, p_from bigint[], p_to bigint[], p_relation text[],
  p_changed boolean[], p_moved boolean[], p_percent int[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  e app.edition;
begin
  select x.* into e from edition x where x.id = p_edition_id and x.state = 'draft';
  if e.based_on_id is null then
    return;
  end if;
  delete from item_lineage l where l.to_edition_id = e.id and l.state = 'proposed'
    and not exists (select from item_lineage x where x.to_edition_id = e.id and x.state = 'confirmed'
      and (x.from_version_id = l.from_version_id or x.to_version_id = l.to_version_id));
  insert into item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation,
      text_changed, moved, percent)
    select e.consultation_id, e.based_on_id, e.id, x.from_id, x.to_id, x.relation, x.changed, x.moved, x.percent
      from unnest(p_from, p_to, p_relation, p_changed, p_moved, p_percent) x(from_id, to_id, relation, changed, moved, percent)
    on conflict (to_edition_id, from_version_id, to_version_id) do nothing;
  update item_lineage l set text_changed = a.content_hash <> b.content_hash from item_version a, item_version b
    where l.to_edition_id = e.id and l.state = 'proposed' and a.id = l.from_version_id and b.id = l.to_version_id
      and l.text_changed <> (a.content_hash <> b.content_hash);
  perform lineage_complete(e);
  perform audit(null, 'anchor.propose', 'edition', e.id, null, null, cardinality(p_from));
end $$;
