// Searching with the keyboard, on a phone and without scripts: A6 step 4 and
// what a moderator finds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

let w, b;
before(async () => { w = await world(); b = await browse(); });
after(async () => { await b?.close(); await w?.stop(); });

test('A6.4 the public searches Souveränität without a script, by keyboard alone', async () => {
  const { page, check, close } = await b.open(w.url, { js: false });
  await page.goto('/');
  for (let i = 0; i < 10 && !(await page.evaluate(() => document.activeElement.name === 'q')); i += 1) await page.keyboard.press('Tab');
  await page.keyboard.type('Souveränität');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search\?q=/);
  assert.match(await page.locator('[role=status]').innerText(), /Treffer für „Souveränität“/);
  await check('search-public');
  await page.locator('.app-hits a', { hasText: 'K4.G2.5' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${BASE}/items/K4.G2.5`);
  await close();
});

for (const width of [1280, 360]) {
  test(`a moderator narrows down at ${width}`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.sander });
    await page.goto(`${BASE}/returns`);
    if (width === 360) await page.locator('.app-owner__link').click();
    await page.fill(width === 360 ? '#q' : '#search', 'Kommunen');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?q=Kommunen/);
    await check('search-desk');
    await page.locator('.app-facet a', { hasText: 'Antworten' }).click();
    await page.waitForURL(/kind=answer/);
    assert.equal(await page.locator('.app-facet [aria-current]').count(), 1);
    await check('search-filtered');
    await page.goto('/search?q=Souveren%C3%A4t');
    await check('search-corrected');
    await page.goto('/search?q=Quastenflosser');
    await check('search-nothing');
    await page.goto('/search');
    await check('search-empty');
    await close();
  });
}

test('a draft of the own house, in the dark scheme', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.huber, scheme: 'dark' });
  await page.goto('/search?q=Digitalisierung');
  assert.ok((await page.locator('.app-hits a', { hasText: 'Ihr Entwurf zu' }).count()) > 0);
  await check('search-house');
  await close();
});
