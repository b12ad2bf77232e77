// A second stage of the demo, on 06.05.2024: edition 2 with K4.G2.5 reworded, all other items going on; Bayern,
// Mecklenburg-Vorpommern and Kleinbeispiel are asked again. What a person confirms and publishes is written here. isDrafted: edition 2 is a draft already.
export async function secondStage(w, { isDrafted = false, key = 's2' } = {}) {
  await w.clock('2024-05-06T09:00');
  if (!isDrafted) await w.sql(`
    insert into app.edition (consultation_id, number, as_of, based_on_id)
      select e.consultation_id, 2, '2024-05-03', e.id from app.edition e where e.number = 1 and not exists (select from app.edition x where x.number = 2);
    select app.edition_copy(a, b) from app.edition a, app.edition b where a.number = 1 and b.number = 2;
    update app.item_version v set body = replace(v.body, '.', ', und der Wechsel bleibt bezahlbar.') from app.item i, app.edition e
      where i.id = v.item_id and i.key = 'K4.G2.5' and e.id = v.edition_id and e.number = 2`);
  await w.sql(`
    delete from app.item_lineage;
    insert into app.item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation, text_changed, state, confirmed_at)
      select a.consultation_id, a.edition_id, b.edition_id, a.id, b.id, 'continues', a.body is distinct from b.body, 'confirmed', app.now()
        from app.item_version a join app.edition x on x.id = a.edition_id and x.number = 1
          join app.item_version b on b.item_id = a.item_id join app.edition y on y.id = b.edition_id and y.number = 2;
    update app.edition set state = 'published', published_at = app.now(), content_hash = sha256('2') where number = 2;
    select app.set_stage_edition(s.id, e.id) from app.stage s, app.edition e where s.key = '${key}' and e.number = 2;
    update app.stage set opens_at = app.now(), closes_at = app.now() + interval '28 days' where key = '${key}';
    insert into app.participation (stage_id, organisation_id, invited_at, single_release, level, land_code, seat_status, sort_key)
      select s.id, p.organisation_id, app.now(), p.single_release, p.level, p.land_code, p.seat_status, p.sort_key
        from app.stage s, app.participation p join app.stage f on f.id = p.stage_id and f.key = 's1' join app.organisation o on o.id = p.organisation_id
        where s.key = '${key}' and o.code in ('BY', 'MV', 'KLEINBEISPIEL')`);
}
