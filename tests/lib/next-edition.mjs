// A next edition as rows, for tests of what it changes: the whole paper once more,
// with some items reworded, dropped or new, and the edges that say so.

/**
 * The draft that follows the newest edition. reworded: { key: body }, dropped:
 * [key], added: { key: [title, body, section] }, reasons: { key: reason }.
 */
export async function nextEdition(w, { asOf = '2024-05-21', reworded = {}, dropped = [], added = {}, reasons = {} } = {}) {
  const json = (value) => `'${JSON.stringify(value).replaceAll("'", "''")}'::jsonb`;
  return w.value(`
    with o as (select * from app.edition order by number desc limit 1)
    insert into app.edition (consultation_id, number, as_of, title, based_on_id) select consultation_id, number + 1, '${asOf}', title, id from o;
    create temp table ed on commit drop as select n.id as new, n.based_on_id as old, n.consultation_id, n.number from app.edition n order by n.number desc limit 1;
    insert into app.chapter (edition_id, key, number, position, title, summary, is_editorial)
      select ed.new, k.key, k.number, k.position, k.title, k.summary, k.is_editorial from ed join app.chapter k on k.edition_id = ed.old;
    insert into app.section (edition_id, chapter_id, key, letter, position, title, is_editorial, kind, note, figure)
      select ed.new, n.id, s.key, s.letter, s.position, s.title, s.is_editorial, s.kind, s.note, s.figure from ed join app.section s on s.edition_id = ed.old
        join app.chapter k on k.id = s.chapter_id join app.chapter n on n.edition_id = ed.new and n.key = k.key;
    insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, is_title_verbatim, body)
      select v.consultation_id, ed.new, v.item_id, n.id, v.position, v.title, v.is_title_verbatim, coalesce(${json(reworded)} ->> i.key, v.body)
        from ed join app.item_version v on v.edition_id = ed.old join app.item i on i.id = v.item_id
          join app.section s on s.id = v.section_id join app.section n on n.edition_id = ed.new and n.key = s.key
        where not ${json(dropped)} ? i.key and v.parent_id is null;
    insert into app.item (consultation_id, key, kind) select ed.consultation_id, x.key, 'principle' from ed, jsonb_each(${json(added)}) x;
    insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
      select ed.consultation_id, ed.new, i.id, s.id, 90, x.value ->> 0, x.value ->> 1 from ed, jsonb_each(${json(added)}) x
        join app.item i on i.key = x.key join app.section s on s.key = x.value ->> 2 where s.edition_id = ed.new and i.consultation_id = ed.consultation_id;
    insert into app.item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation, text_changed, state, confirmed_at)
      select ed.consultation_id, ed.old, ed.new, o.id, n.id, case when o.id is null then 'added' when n.id is null then 'dropped' else 'continues' end,
          o.id is not null and n.id is not null and o.content_hash <> n.content_hash, 'confirmed', app.now()
        from ed, (select v.* from app.item_version v, ed where v.edition_id = ed.old and v.parent_id is null) o
          full join (select v.* from app.item_version v, ed where v.edition_id = ed.new) n on n.item_id = o.item_id;
    insert into app.change (edition_id, to_version_id, dropped_version_id, reason, changed_at)
      select ed.new, l.to_version_id, case when l.to_version_id is null then l.from_version_id end, r.value, app.now()
        from ed join app.item_lineage l on l.to_edition_id = ed.new join app.item_version v on v.id = coalesce(l.to_version_id, l.from_version_id)
          join app.item i on i.id = v.item_id join jsonb_each_text(${json(reasons)}) r on r.key = i.key;
    select ed.number from ed`);
}

export const publishEdition = (w, number) => w.sql(`update app.edition e set state = 'published', published_at = app.now(), content_hash = job.edition_hash(e.id)
  where e.number = ${number}`);
