// Editions: the list, a draft begun and thrown away, what others see of it, and
// older editions that stay readable.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const EDITIONS = `${BASE}/editions`;
let w, sander, nobody;

describe('editions', { concurrency: 1 }, () => {
  before(async () => {
    w = await world();
    sander = await w.as(PEOPLE.sander);
    nobody = w.client();
  });
  after(() => w?.stop());

  test('everybody reads what is published, with its hash; nobody begins anything', async () => {
    const page = await nobody.get(EDITIONS);
    assert.match(page.words, /Fassung 1 gilt .*Stand 20\.03\.2024.*5 Kapitel · 13 Leitfragen · 57 Punkte.*Prüfsumme [0-9a-f]{64}/);
    assert.doesNotMatch(page.text, /<form[^>]*\/editions"/);
    const tree = (await nobody.get(`${EDITIONS}/1`)).words;
    assert.match(tree, /Kapitel 4: .*K4\.G2\.5 Digitale Souveränität durch .* Grundsatz/);
    assert.equal((await nobody.get(`${EDITIONS}/2`)).status, 404);
  });

  test('the moderators begin the next one: errors at the field, input kept, one at a time', async () => {
    const bad = await sander.submit(EDITIONS, { as_of: '31.02.2024', note: 'Zwischenbericht' }, { action: EDITIONS });
    assert.equal(bad.status, 422);
    assert.equal(bad.form(EDITIONS).note, 'Zwischenbericht');
    assert.match((await sander.submit(EDITIONS, { as_of: '01.03.2024' }, { action: EDITIONS })).words, /vor dem Stand der Fassung 1 \(20\.03\.2024\)/);
    const begun = await sander.submit(EDITIONS, { as_of: '19.06.2024', note: 'Zwischenbericht' }, { action: EDITIONS });
    assert.equal(begun.location, `${EDITIONS}/2?notice=edition_created`);
    assert.match((await sander.get(begun.location)).words, /Der Entwurf ist angelegt.*Entwurf Fassung 2.*Zwischenbericht.*K4\.G2\.5/);
    const again = await sander.post(EDITIONS, { csrf: await sander.csrf(), as_of: '20.06.2024' });
    assert.equal(again.status, 409);
    assert.match(again.words, /Fassung 2 ist schon als Entwurf angelegt/);
  });

  test('others do not see the draft anywhere', async () => {
    for (const path of [`${EDITIONS}/2`, `${BASE}/chapters/K4?edition=2`, `${BASE}/items/K4.G2.5?edition=2`, `${BASE}/questions/L-K4-1?edition=2`])
      for (const who of [nobody, await w.as(PEOPLE.huber)]) assert.equal((await who.get(path)).status, 404, path);
    assert.doesNotMatch((await nobody.get(EDITIONS)).words, /Fassung 2/);
    assert.match((await nobody.get(`${BASE}/chapters/K4?edition=1`)).words, /Fassung 1 vom/);
    assert.equal((await nobody.json(`${BASE}/chapters/K4`)).edition.number, 1);
  });

  test('a chapter is written as text: it comes back as it was sent, with errors by line, and a preview', async () => {
    const path = `${EDITIONS}/2/chapters/K4`;
    const { form } = await sander.json(path);
    assert.match(form.paper, /^# K4 Wir wollen .*\n### K4\.G2\.5 Digitale Souveränität durch .* \{\.grundsatz\}\n\n.*\[\^25\]\n/s);
    const bad = await sander.submit(path, { paper: form.paper.replace('### K4.G2.5 ', '### K4.G2.4 ') + '\n##### Zu tief\n' });
    assert.equal(bad.status, 422);
    assert.match(bad.words, /Zeile \d+: Die Kennung K4\.G2\.4 steht schon weiter oben/);
    assert.match(bad.words, /Zeile \d+: Überschriften gehen nur bis zur vierten Ebene/);
    assert.match(bad.form(path).paper, /##### Zu tief/);
    const text = form.paper.replace('### K4.G2.I1 ', '### Offene Quellen zuerst {.grundsatz}\n\nQuelltext ist öffentlich.[^30]\n\n### K4.G2.I1 ')
      + '\n[^30]: Beschluss B-2025/33-IT und Beschluss 2024/7\n';
    const preview = await sander.submit(path, { paper: text, then: 'preview' });
    assert.equal(preview.status, 200);
    assert.match(preview.words, /Vorschau, noch nicht gespeichert.*Vorgeschlagen ist K4\.G2\.6.*„2024\/7“ ist keine Beschlussnummer.*K4\.G2\.6 Offene Quellen zuerst/);
    assert.equal((await sander.json(path)).form.paper, form.paper, 'nothing is saved');
    assert.equal((await sander.submit(path, { paper: text })).location, `${path}?notice=edition_saved`);
    const saved = (await sander.json(path)).form.paper;
    assert.match(saved, /### K4\.G2\.6 Offene Quellen zuerst \{\.grundsatz\}\n\nQuelltext ist öffentlich\.\[\^30\]/);
    const late = await sander.post(path, { csrf: await sander.csrf(), version: form.version, paper: form.paper });
    assert.equal(late.status, 409);
    assert.match(late.words, /Inzwischen hat jemand anderes gespeichert.*Gespeicherter Text/);
    assert.ok(late.text.includes('Offene Quellen zuerst'), 'both texts');
    const whole = `${EDITIONS}/2/text`;
    const all = (await sander.json(whole)).form.paper;
    assert.match(all, /^---\nTitel: .*\nStand: 19\.06\.2024\n/s);
    assert.equal((await sander.submit(whole, { paper: `${all}\n# K6 Anhang\n\nNeu.\n` })).location, `${whole}?notice=edition_saved`);
    assert.match((await sander.get(`${EDITIONS}/2`)).words, /Kapitel 6: Anhang/);
  });

  test('it is thrown away after a page that says what goes', async () => {
    const page = await sander.get(`${EDITIONS}/2/end`);
    assert.match(page.words, /Der Entwurf geht mit allem/);
    const reply = await sander.submit(`${EDITIONS}/2/end`, {});
    assert.equal(reply.location, `${EDITIONS}?notice=edition_discarded`);
    assert.equal(await w.value('select count(*) from app.edition'), '1');
    assert.equal((await sander.get(`${EDITIONS}/2/end`)).status, 404);
  });

  test('of two published ones the older stays readable, and says which one counts', async () => {
    await sander.submit(EDITIONS, { as_of: '19.06.2024' }, { action: EDITIONS });
    await w.sql(`set session_replication_role = replica; update app.stage set closes_at = app.now() - interval '1 hour' where key = 's1';
      update app.edition set state = 'published', published_at = app.now(), content_hash = sha256('2') where number = 2`);
    assert.equal((await nobody.json(`${BASE}/items/K4.G2.5`)).edition.number, 2);
    const old = await nobody.get(`${BASE}/items/K4.G2.5?edition=1`);
    assert.match(old.words, /Sie lesen Fassung 1; es gilt Fassung 2\. Dieselbe Stelle in Fassung 2/);
    assert.match(old.text, /items\/K4\.G2\.4\?edition=1/);
    assert.equal((await nobody.get(`${BASE}/items/K4.G2.5?edition=3`)).status, 404);
    assert.equal((await nobody.json('/council-decisions')).rows.find((r) => r.ref === '2021/30').cited_by.length, 2);
  });
});
