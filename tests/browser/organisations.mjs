// Organisations and seats at 1280 and 360 px, with and without scripts: BMI
// becomes BMDS (A7, steps 1 and 2) with its effect before it is done.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';
import { audit, browse, vnu } from './lib.mjs';

let w, b;
before(async () => { w = await world(); b = await browse(); });
after(async () => { await b?.close(); await w?.stop(); });

const PATHS = ['/organisations', '/organisations?status=voting&on=06.05.2025', '/organisations?on=31.02.2025', '/organisations?q=nirgends', '/organisations/new', '/organisations/BY',
  '/organisations/KLEINBEISPIEL/edit', '/organisations/BUND/name', '/organisations/BUND/successor', '/organisations/VDB/end?until=30.04.2024', '/seats', '/seats/BUND',
  '/seats/BUND/holders?organisation=FITKO&from=06.05.2025', '/invitations/import'];
test('every page, at 1280 and 360: axe, one h1, no sideways scrolling, no error of the Nu checker', async () => {
  const sources = [];
  assert.deepEqual(await audit(b, w, { mail: PEOPLE.adler, paths: PATHS, role: 'organisations', sources }), []);
  assert.deepEqual(vnu(sources), []);
});
test('every page at 360 px without scripts', async () => {
  assert.deepEqual(await audit(b, w, { mail: PEOPLE.adler, paths: PATHS, role: 'organisations', widths: [360], js: false }), []);
});

test('A7.1 BMDS is made as the successor of BMI for seat BUND from 06.05.2025', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.adler, allowed: [422] });
  await page.goto('/organisations/BUND');
  await page.getByRole('link', { name: 'Nachfolge eintragen' }).click();
  await page.getByRole('link', { name: 'Organisation anlegen' }).click();
  await page.locator('#name').fill('Bundesministerium für Digitales und Staatsmodernisierung');
  await page.locator('#short_name').fill('BMDS');
  await page.locator('#valid_from').fill('06.05.25');
  await page.getByRole('button', { name: '1 Organisation anlegen' }).click();
  assert.match(await page.locator('#valid_from-error').innerText(), /Bitte geben Sie ein Datum ein/);
  assert.equal(await page.locator('#short_name').inputValue(), 'BMDS');
  await check('A7-1-mistake');
  await page.locator('#valid_from').fill('06.05.2025');
  await Promise.all([page.waitForURL(/successor=BMDS/), page.getByRole('button', { name: '1 Organisation anlegen' }).click()]);
  assert.match(await page.locator('main').innerText(), /Das passiert ab dem 06\.05\.2025/);
  await check('A7-1-effect');
  await Promise.all([page.waitForURL(/organisation_succeeded/), page.getByRole('button', { name: '1 Sitz an BMDS übergeben' }).click()]);
  await check('A7-1-done');
  await close();
});

test('A7.2 on 07.05.2025: seat BUND with both periods, the response of 2024 under its old name', async () => {
  await w.clock('2025-05-07T09:00');
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width, js: width === 1280, mail: PEOPLE.adler });
    await page.goto('/seats');
    await page.getByRole('link', { name: 'Bund', exact: true }).click();
    const words = await page.locator('main').innerText();
    assert.match(words, /bis 05\.05\.2025 · Bundesministerium des Innern und für Heimat/);
    assert.match(words, /ab 06\.05\.2025 · Bundesministerium für Digitales und Staatsmodernisierung · hält den Sitz heute/);
    assert.match(words, /Stellungnahme vom \d\d\.04\.2024 bleibt unter „Bundesministerium des Innern und für Heimat“/);
    await check('A7-2-seat');
    await close();
  }
});
