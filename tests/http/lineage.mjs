// From a draft to the next edition: compared by the jobs, anchors confirmed by a
// moderator, published, and what everybody finds afterwards.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { draft, EDITIONS } from '../lib/edition.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const ANCHORS = `${EDITIONS}/2/anchors`;
let w, sander, nobody;
const open = async () => (await sander.json(`${ANCHORS}?show=open`)).rows;
const confirm = async (key, fields) => sander.submit(`${ANCHORS}?anchor=${key}`, fields, { action: ANCHORS });

describe('from one edition to the next', { concurrency: 1 }, () => {
  before(async () => {
    w = await world('2024-05-06T09:00');
    sander = await w.as(PEOPLE.sander);
    nobody = w.client();
    await draft(w, sander);
  });
  after(() => w?.stop());

  test('what the comparison proposes, with counts, open ones first', async () => {
    const page = await sander.get(ANCHORS);
    const { counts, rows, reachable } = page.status === 200 ? await sander.json(ANCHORS) : assert.fail(page.words);
    assert.deepEqual(Object.fromEntries(['reworded', 'moved', 'split', 'merged', 'replaced', 'dropped', 'added'].map((k) => [k, counts[k]])),
      { reworded: 1, moved: 1, split: 1, merged: 1, replaced: 0, dropped: 1, added: 1 });
    assert.equal(counts.open, counts.all);
    assert.equal(rows.length, 50);
    assert.deepEqual([reachable.positions, reachable.orphans > 0], [reachable.of, true]);
    assert.match(page.words, /Keine Antwort geht verloren/);
    const split = (await sander.json(`${ANCHORS}?show=split`)).rows[0];
    assert.deepEqual([split.old, split.new], [['K4.G1.2'], ['K4.G1.2', 'K4.G1.6']]);
    const merged = (await sander.json(`${ANCHORS}?show=merged`)).rows[0];
    assert.deepEqual([merged.old, merged.new, merged.key], [['K4.G1.I1', 'K4.G1.I3'], ['K4.G1.I3'], 'new-K4.G1.I3']);
    assert.equal((await sander.json(`${ANCHORS}?page=2`)).rows.length, counts.all - 50);
  });

  test('one anchor: both texts, the difference in words, percent, positions', async () => {
    const page = await sander.get(`${ANCHORS}?anchor=K4.G2.5`);
    assert.match(page.text, /<ins><span class="app-vh">Einfügung: <\/span>/);
    assert.match(page.words, /K4\.G2\.5 · umformuliert.*Gleiche Wörter \d\d %.*Positionen \d+ Positionen führen hierher/);
    const { anchor } = await sander.json(`${ANCHORS}?anchor=K4.G2.5`);
    assert.ok(anchor.percent > 50 && anchor.percent < 100);
    assert.equal((await nobody.get(ANCHORS)).status, 303);
    assert.equal((await (await w.as(PEOPLE.huber)).get(ANCHORS)).status, 403);
  });

  test('all that is unchanged at once; the rest one by one, with errors at the field', async () => {
    const { counts } = await sander.json(ANCHORS);
    const reply = await sander.submit(ANCHORS, {}, { action: `${ANCHORS}/unchanged` });
    assert.match(reply.location, /notice=anchors_confirmed/);
    assert.equal((await open()).length, counts.all - counts.unchanged);
    const bad = await confirm('K4.G2.5', { reason: '' });
    assert.equal(bad.status, 422);
    assert.match(bad.words, /Begründung: Bitte füllen Sie dieses Feld aus/);
    const several = await confirm('K4.G2.5', { relation: 'split', reason: 'Weil es klarer ist.' });
    assert.match(several.words, /Elemente: Wählen Sie mindestens zwei Elemente/);
    assert.equal(several.form(ANCHORS).reason, 'Weil es klarer ist.');
    const unknown = await confirm('K4.G2.5', { others: 'K9.G9', reason: 'Weil' });
    assert.match(unknown.words, /„K9\.G9“ gibt es in dieser Fassung nicht/);
    const done = await confirm('K4.G2.5', { reason: 'Muster nach Rückmeldung der Länder.' });
    assert.match(done.location, /notice=anchor_confirmed&anchor=/, 'and on to the next open one');
    const late = await sander.post(ANCHORS, { csrf: await sander.csrf(), anchor: 'K4.G2.5', expected: 'a', relation: 'continues', 'take.K4.G2.5': '1', reason: 'Anders' });
    assert.equal(late.status, 409);
    assert.match(late.words, /Dieser Anker oder sein Text hat sich inzwischen geändert/);
  });

  test('a text that changes opens its anchor again; what is confirmed otherwise stays', async () => {
    const before_ = (await open()).length;
    await w.sql(`update app.item_version set body = body || ' Ab 2025.' where id = (select v.id from app.item_version v join app.item i on i.id = v.item_id
      join app.edition e on e.id = v.edition_id where i.key = 'K4.G2.5' and e.state = 'draft')`);
    assert.match((await sander.get(ANCHORS)).words, /Der Text hat sich geändert/);
    assert.match((await sander.get(`${EDITIONS}/2/publish`)).words, /der Vergleich ist noch nicht fertig/);
    await w.jobs('--once');
    assert.equal((await open()).length, before_ + 1);
    const { anchor } = await sander.json(`${ANCHORS}?anchor=K4.G2.5`);
    assert.equal(anchor.reason, 'Muster nach Rückmeldung der Länder.', 'the reason is not lost');
  });

  test('not published before all is confirmed, with what is missing; then it is, for everybody', async () => {
    const page = await sander.get(`${EDITIONS}/2/publish`);
    assert.match(page.words, /Anker sind noch zu prüfen:.*K4\.G1\.1/);
    assert.doesNotMatch(page.text, /name="content_hash"/);
    for (const { key } of await open()) assert.equal((await confirm(key, { reason: 'Nach der Beteiligung.' })).status, 303, key);
    assert.equal((await open()).length, 0);
    const form = (await sander.get(`${EDITIONS}/2/publish`)).form(`${EDITIONS}/2/publish`);
    const stale = await sander.post(`${EDITIONS}/2/publish`, { ...form, content_hash: '0'.repeat(64) });
    assert.equal(stale.status, 409);
    assert.match(stale.words, /Der Text der Fassung hat sich inzwischen geändert/);
    assert.equal((await nobody.get(`${EDITIONS}/2`)).status, 404);
    const done = await sander.post(`${EDITIONS}/2/publish`, form);
    assert.match(done.location, /notice=edition_published/);
    assert.match((await sander.get(done.location)).words, /Fassung 2 ist veröffentlicht.*Prüfsumme [0-9a-f]{64}/);
    assert.equal((await nobody.get(`${EDITIONS}/2`)).status, 200);
    assert.match((await nobody.get(`/search?q=${encodeURIComponent('Spitzenverbände')}`)).words, /K4\.G1\.7/);
    assert.equal((await sander.post(`${EDITIONS}/2/publish`, form)).status, 409);
    assert.equal(await w.value(`select count(*) from app.audit where act = 'edition.publish' and hash_after is not null`), '1');
    const { reachable } = await sander.json(ANCHORS);
    assert.equal(reachable.positions, reachable.of);
  });

  test('the comparison: for everybody, in the order of the new edition, with reasons and decisions', async () => {
    const path = `${EDITIONS}/1/compare/2`;
    const page = await nobody.get(path);
    assert.equal(page.status, 200, page.words.slice(0, 300));
    assert.match(page.words, /K4\.G2\.5 .* umformuliert .*Einfügung: .*Begründung: Nach der Beteiligung/);
    assert.match(page.words, /Bisher K4\.G1\.1 im Abschnitt „.*“ \(K4\.G1\), jetzt im Abschnitt „.*“ \(K4\.G2\)/);
    assert.match(page.words, /K4\.G1\.2 .*steht jetzt in K4\.G1\.2 K4\.G1\.6/);
    const all = await nobody.json(path);
    const changes = await nobody.json(`${path}?show=changes`);
    assert.equal(all.rows.length, all.counts.all);
    assert.deepEqual([changes.rows.length, new Set(changes.rows.map((r) => r.word)).has('unchanged')], [all.counts.all - all.counts.unchanged, false]);
    const keys = all.rows.map((r) => r.anchor);
    assert.ok(keys.indexOf('K4.G2.5') < keys.indexOf('K4.G2.I1') && keys.indexOf('K4.G2.I1') < keys.indexOf('K4.G3.1'), 'what was dropped stands where it stood');
    assert.deepEqual((await nobody.json(`${path}?chapter=K4&show=changes`)).rows.map((r) => r.word).sort(), ['added', 'dropped', 'merged', 'moved', 'reworded', 'split']);
    assert.ok(all.rows.find((r) => r.key === 'K4.G2.5').decisions.length > 0);
    for (const wrong of [`${EDITIONS}/2/compare/1`, `${EDITIONS}/1/compare/1`, `${EDITIONS}/1/compare/9`]) assert.equal((await nobody.get(wrong)).status, 404, wrong);
  });

  test('the item: what it was, what became of it; what was dropped stays readable', async () => {
    await w.sql(`set session_replication_role = replica; update app.stage set closes_at = app.now() - interval '1 hour' where key = 's1'`);
    const now = await nobody.get(`${BASE}/items/K4.G2.5`);
    assert.match(now.words, /Wortlaut in Fassung 2.*Frühere Fassungen.*Fassung 1: K4\.G2\.5 .*umformuliert/);
    assert.doesNotMatch(now.words, /führt hierher|führen hierher/, 'who answered is not public');
    assert.match((await sander.get(`${BASE}/items/K4.G2.5`)).words, /\d+ Positionen führen hierher.*R1-0/);
    const gone = await nobody.get(`${BASE}/items/K4.G2.I1`);
    assert.equal(gone.status, 200);
    assert.match(gone.words, /Was daraus wurde Fassung 2: entfallen\. Begründung: Nach der Beteiligung/);
    assert.match((await nobody.get(`${BASE}/items/K4.G1.1`)).words, /Frühere Fassungen/);
  });

  test('orphans: with the old text; attached anew, overridden, never lost', async () => {
    const list = await sander.get(`${EDITIONS}/2/orphans`);
    const { rows } = await sander.json(`${EDITIONS}/2/orphans`);
    const one = rows.find((r) => r.old.key === 'K4.G2.I1');
    assert.match(list.words, /K4\.G2\.I1 ist mit Fassung 2 entfallen\. Begründung: Nach der Beteiligung.*Neu zuordnen/);
    const place = one.place_href;
    assert.match((await sander.submit(place, { item: 'K4.G2.I1', reason: 'Passt.' })).words, /Wählen Sie ein Element dieser Fassung/);
    assert.match((await sander.submit(place, { item: 'K4.G2.4', reason: '' })).words, /Begründung: Bitte füllen Sie dieses Feld aus/);
    const form = (await sander.get(place)).form(place);
    const done = await sander.submit(place, { item: 'K4.G2.4', reason: 'Gehört inhaltlich zu den Standards.' });
    assert.match(done.location, /notice=position_reanchored/);
    assert.equal((await sander.post(place, { ...form, item: 'K4.G2.5', reason: 'Zugleich' })).status, 409, 'two moderators');
    const page = await sander.get(place);
    assert.match(page.words, /Fassung 1 K4\.G2\.I1 .*Fassung 2 K4\.G2\.4 .*neu zugeordnet.*Verlauf .*Mira Sander: ab Fassung 2 bei K4\.G2\.4/);
    assert.match((await sander.submit(place, { item: 'K4.G2.4', reason: 'Noch einmal.' })).words, /Dort steht die Position schon/);
    assert.equal((await sander.submit(place, { item: 'K4.G2.5', reason: 'Doch eher Souveränität.' })).status, 303);
    assert.match((await sander.get(place)).words, /ab Fassung 2 bei K4\.G2\.5 .*ab Fassung 2 bei K4\.G2\.4/);
    assert.ok(!(await sander.json(`${EDITIONS}/2/orphans`)).rows.some((r) => r.position.number === one.position.number));
    assert.match((await sander.get(`${BASE}/items/K4.G2.5`)).words, new RegExp(one.position.number));
    assert.match((await sander.get(`${BASE}/positions/${one.position.number}`)).words, /In Fassung 2 K4\.G2\.5 .*neu zugeordnet/);
    assert.equal(await w.value(`select count(*) from app.audit where act = 'position.reanchor'`), '2');
    assert.notEqual(await w.value(`select count(*) from app.audit where act = 'orphan.view'`), '0');
  });
});
