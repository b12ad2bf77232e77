// Joining, by hand: Bayern reads what Schleswig-Holstein offers, takes it over
// wholly, changes one answer, is told of a new version, and leaves again. On a
// telephone and without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const RESPONSE = `${BASE}/response`;
const OFFER = `${RESPONSE}/joinable/SH`;
const CLAUSSEN = 'joern.claussen@schleswig-holstein.example'; // Freigabe
let w, b, editor;
before(async () => {
  w = await world();
  b = await browse();
  editor = await w.value(`select p.mail from app.person p join app.membership m on m.person_id = p.id join app.organisation o on o.id = m.organisation_id
    where o.code = 'SH' and m.role = 'editor'`);
});
after(async () => { await b?.close(); await w?.stop(); });

const submit = (page, name) => Promise.all([page.waitForNavigation({ timeout: 30_000 }), page.getByRole('button', { name, exact: true }).click()]);

test('join: from the overview to the list to the response, and what it would do', async () => {
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.huber });
    await page.goto(RESPONSE);
    await page.getByRole('link', { name: '1 Organisation lässt zu, dass andere sich anschließen' }).click();
    assert.match(await page.locator('main table').innerText(), /Schleswig-Holstein[\s\S]*Fassung 1/);
    await check('join-list');
    await page.getByRole('link', { name: /Schleswig-Holstein/ }).click();
    const main = page.locator('main');
    assert.match(await main.innerText(), /1 Organisation hat sich angeschlossen/);
    assert.match(await main.innerText(), /Es entsteht keine zweite Position/);
    await check('join-offer');
    await close();
  }
});

test('join: wholly, on a telephone without scripts: asked first, own texts stay', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.huber, allowed: [422] });
  await page.goto(OFFER);
  await submit(page, 'Ganze Stellungnahme übernehmen');
  assert.match(await page.locator('#own-error').innerText(), /schon einen eigenen Text/);
  await check('join-asked');
  await page.locator('#own').check();
  await submit(page, 'Ganze Stellungnahme übernehmen');
  assert.match(await page.locator('main').innerText(), /Übernommen\. Ihre Organisation zählt mit, sobald/);
  assert.match(await page.locator('#anschluss').locator('..').innerText(), /Schleswig-Holstein, Fassung 1: \d+ Antworten übernommen/);
  await check('join-overview');
  await close();
});

test('join: one answer with a deviation, the difference in words', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(`${RESPONSE}/answers/K4.G1.I1`);
  assert.match(await page.locator('#uebernommen').innerText(), /Übernommen von .*Schleswig-Holstein, Fassung 1/);
  await check('join-answer');
  await page.locator('[name=body]').fill(`${await page.locator('[name=body]').inputValue()} Auch Bayern stellt Quelltexte bereit.`);
  await submit(page, 'Speichern');
  assert.match(await page.locator('#uebernommen').innerText(), /Abweichung von .*Schleswig-Holstein, Fassung 1/);
  assert.match(await page.locator('main ins').first().innerText(), /Auch Bayern stellt Quelltexte bereit/);
  await check('join-deviation');
  await page.goto(`${RESPONSE}/release`);
  assert.match(await page.locator('main').innerText(), /1 mit eigener Abweichung/);
  await close();
});

test('join: who releases says whether others may join, and no by itself', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.brandl });
  await page.goto(`${RESPONSE}/release`);
  assert.equal(await page.getByLabel('Andere Organisationen dürfen sich anschließen').isChecked(), false);
  await check('join-release');
  await close();
});

test('join: a new version is offered with its differences; she stays, nothing has moved', async () => {
  const [writer, releaser] = [await w.as(editor), await w.as(CLAUSSEN)];
  await writer.post(`${RESPONSE}/correction`, { csrf: await writer.csrf() });
  await writer.save(BASE, 'K4.G2.3', { stance: 'agree', body: 'Zustimmung. Das Datenschutzcockpit gehört in die erste Fassung.' });
  const { content_hash } = await releaser.json(`${RESPONSE}/release`);
  const reply = await releaser.post(`${RESPONSE}/release`, { csrf: await releaser.csrf(), content_hash, publication: 'yes', joinable: '1', declaration: '1' });
  assert.equal(reply.status, 303, reply.words.slice(0, 300));
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.huber });
    await page.goto(RESPONSE);
    await page.getByRole('link', { name: 'Unterschiede ansehen, übernehmen oder bei Fassung 1 bleiben' }).click();
    assert.match(await page.locator('[id="z-K4.G2.3"] ins').first().innerText(), /erste Fassung|gehört/);
    await check('join-newer');
    if (width === 360) {
      await submit(page, 'Bei Fassung 1 bleiben');
      assert.match(await page.locator('main').innerText(), /Sie bleiben bei Ihrem Stand/);
      assert.equal(await page.getByRole('link', { name: /Unterschiede ansehen/ }).count(), 0);
    }
    await close();
  }
});

test('join: left again, by the keyboard', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(`${RESPONSE}/joinable`);
  await page.locator('summary').filter({ hasText: 'beenden' }).focus();
  await page.keyboard.press('Enter');
  await check('join-leave');
  await page.getByRole('button', { name: /Antworten leeren/ }).focus();
  await Promise.all([page.waitForNavigation({ timeout: 30_000 }), page.keyboard.press('Enter')]);
  assert.match(await page.locator('main').innerText(), /Die Übernahme ist beendet/);
  assert.equal(await page.locator('#anschluss').count(), 0);
  await page.goto(`${RESPONSE}/answers/K4.G1.I1`);
  assert.match(await page.locator('[name=body]').inputValue(), /Auch Bayern/, 'the deviation is hers');
  await close();
});

test('join: the desk reads one position of two organisations', async () => {
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.sander });
    await page.goto(`${BASE}/synopsis?target=K4.G1.I1`);
    assert.match(await page.locator('main').innerText(), /Auch für: Rheinland-Pfalz\s*1 Position, 2 Organisationen/);
    await check('join-synopsis');
    await page.goto(`${BASE}/opinion/K4.G1.I1`);
    assert.match(await page.locator('#worte').innerText(), /Positionen?, \d+ Organisationen/);
    await check('join-opinion');
    await page.goto(`${BASE}/submissions/RP`);
    assert.match(await page.locator('main').innerText(), /Übernommen von .*Schleswig-Holstein, Fassung [12]/);
    await check('join-submission');
    await close();
  }
});
