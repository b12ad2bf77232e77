// A moderator reads: Rücklauf, Meinungsbild, the words behind it, Synopse, the
// exports; as it stands on 22.04.2024: 12 of 28 returned, 9 of 17 seats.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

let w, b;
before(async () => { w = await world(); b = await browse(); });
after(async () => { await b?.close(); await w?.stop(); });

for (const width of [1280, 360]) {
  test(`returns at ${width}: 12 of 28, 9 of 17 seats, no drafts`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.sander });
    await page.goto(`${BASE}/returns`);
    const words = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
    assert.match(words, /12 von 28|12 \/ 28/);
    assert.match(words, /9 von 17|9 \/ 17/);
    assert.ok((await page.locator('main svg[role=img]').count()) >= 1, 'the return over time as a chart');
    assert.ok((await page.locator('main table').count()) >= 1, 'with a table');
    await check('desk-returns');
    const links = new Set();
    for (const state of ['released', 'nil']) {
      await page.goto(`${BASE}/returns?state=${state}`);
      for (const path of await page.locator('main a[href*="/submissions/"]').evaluateAll((a) => a.map((x) => x.pathname))) links.add(path);
    }
    assert.equal(links.size, 12, 'a link to the words of each');
    await close();
  });

  test(`the Meinungsbild at ${width}: bars with a table under them, bases named`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.sander });
    await page.goto(`${BASE}/opinion`);
    const words = await page.locator('main').innerText();
    assert.match(words, /von 17/);
    assert.deepEqual(words.match(/.{0,40}(Mehrheit|Enthaltung)/) ?? [], []);
    const charts = await page.locator('main svg[role=img]').count();
    assert.ok(charts >= 2, `${charts} charts`);
    assert.ok((await page.locator('main table').count()) >= charts - 1);
    await check('desk-opinion');
    await close();
  });

  test(`drill-down at ${width}: from the bar to the words`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.sander });
    await page.goto(`${BASE}/opinion/K4.G2.5`);
    await check('desk-opinion-target');
    await page.locator('main a[href*="/submissions/"]').first().click();
    await page.waitForURL(/\/submissions\//);
    await check('desk-submission');
    await close();
  });

  test(`the Synopse at ${width}: filter, next page, empty result`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.sander });
    await page.goto(`${BASE}/synopsis`);
    await check('desk-synopsis');
    await page.goto(`${BASE}/synopsis?level=land&stance=reject`);
    await check('desk-synopsis-filtered');
    await page.goto(`${BASE}/synopsis?level=wissenschaft&stance=reject&target=K1`);
    assert.match(await page.locator('main').innerText(), /keine/i);
    await check('desk-synopsis-empty');
    await close();
  });
}

test('the filter works as a form, without scripts', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.sander });
  await page.goto(`${BASE}/synopsis`);
  const form = page.locator('main form:has(select[name=stance])');
  if (!(await form.locator('[name=stance]').isVisible())) await page.locator('main details:has(select[name=stance]) > summary').click();
  await form.locator('[name=stance]').selectOption('agree_changed');
  await form.locator('button[type=submit]').first().click();
  await page.waitForURL(/stance=agree_changed/);
  await check('desk-synopsis-nojs');
  await close();
});

test('CSV and JSON download with as many rows as the page says', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${BASE}/synopsis`);
  const sander = await w.as(PEOPLE.sander);
  const { counts } = await sander.json(`${BASE}/synopsis`);
  const take = async (format) => {
    await page.locator('.app-pop--end').evaluate((menu) => { menu.open = true; });
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`main a[href*="synopsis.${format}"]`).first().click()]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  };
  const csv = await take('csv');
  assert.match(csv.name, /\.csv$/);
  assert.equal(csv.text.charCodeAt(0), 0xfeff);
  const json = await take('json').catch(() => null); // shown in the page or saved
  const list = json ? JSON.parse(json.text) : (await sander.get(`${BASE}/synopsis.json`)).json;
  assert.equal((Array.isArray(list) ? list : list.rows ?? list.positions).length, counts.all);
  await close();
});

test('with the keyboard alone: skip link, menu, table, filter are reached', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${BASE}/synopsis`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#inhalt');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'inhalt');
  const seen = new Set();
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    seen.add(await page.evaluate(() => document.activeElement.name || document.activeElement.tagName));
    const outline = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; });
    assert.ok(outline, `no visible focus on ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
  }
  assert.ok(seen.size > 2);
  await close();
});
