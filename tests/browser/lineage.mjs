// A moderator follows every passage into the next edition: at a desk with keys,
// on a phone without scripts; publishes it; everybody compares.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { draft, EDITIONS } from '../lib/edition.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const ANCHORS = `${EDITIONS}/2/anchors`;
let w, b;
before(async () => {
  w = await world('2024-05-06T09:00');
  b = await browse();
  await draft(w, await w.as(PEOPLE.sander));
});
after(async () => { await b?.close(); await w?.stop(); });

test('anchors at 1280: all that is unchanged at once, then one by one with keys', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto(ANCHORS);
  await check('lineage-anchors');
  await page.getByRole('button', { name: /^\d+ unveränderte bestätigen/ }).click();
  await page.waitForURL(/notice=anchors_confirmed/);
  assert.equal(await page.locator('main tbody tr').count(), 6);
  await page.locator('main tbody a', { hasText: 'K4.G2.5' }).click();
  await page.locator('#anker').waitFor();
  assert.match(await page.locator('#anker').innerText(), /K4\.G2\.5 · umformuliert/);
  assert.ok(await page.locator('.app-diff ins').count() > 0);
  await check('lineage-anchor');
  const left = await page.locator('#liste').boundingBox();
  assert.ok((await page.locator('#anker').boundingBox()).x > left.x + 300, 'beside the list');
  await page.locator('.app-keys').waitFor();
  await page.locator('#anker').focus();
  await page.keyboard.press('j');
  await page.waitForURL((to) => to.searchParams.get('anchor') !== 'K4.G2.5');
  await page.locator('.app-keys').waitFor(); // the next page listens, too
  await page.keyboard.press('k');
  await page.waitForURL(/anchor=K4\.G2\.5/);
  await page.locator('.app-keys').waitFor();
  await page.getByLabel('Begründung der Änderung').press('Control+Enter');
  await page.locator('[data-errors]').waitFor();
  await check('lineage-anchor-error');
  await page.getByLabel('Begründung der Änderung').fill('Musterbegründung nach Rückmeldung der Länder.');
  await page.getByLabel('Begründung der Änderung').press('Control+Enter');
  await page.waitForURL(/notice=anchor_confirmed/);
  await page.goto(`${ANCHORS}?anchor=K4.G1.2`);
  await check('lineage-split');
  await close();
});

test('the rest on a phone without scripts; then it is published', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.sander });
  await page.goto(`${EDITIONS}/2/publish`);
  assert.match(await page.locator('main').innerText(), /5 Anker sind noch zu prüfen/);
  await check('lineage-hindered');
  await page.locator('main li a').first().click();
  for (let left = 5; left > 0; left -= 1) {
    if (left === 5) await check('lineage-anchor-phone');
    await page.getByLabel('Begründung der Änderung').fill('Nach der Beteiligung geändert.');
    await page.getByRole('button', { name: 'Bestätigen und nächste' }).click();
    await page.waitForURL(/notice=anchor_confirmed/);
  }
  await page.getByRole('link', { name: /Fassung 2 veröffentlichen/ }).click();
  await check('lineage-publish');
  await page.getByRole('button', { name: 'Fassung 2 veröffentlichen' }).click();
  await page.waitForURL(/notice=edition_published/);
  await check('lineage-published');
  await page.goto(ANCHORS);
  await page.getByRole('link', { name: 'Verwaiste Positionen' }).click();
  await check('lineage-orphans');
  await page.getByRole('link', { name: /^Neu zuordnen/ }).first().click();
  await check('lineage-reanchor');
  await close();
});

for (const [width, js] of [[1280, true], [360, false]]) {
  test(`the comparison at ${width}${js ? '' : ' without scripts'}: for everybody, without colour, on paper`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js });
    await page.goto(`${EDITIONS}/2`);
    await page.getByRole('link', { name: 'Vergleich mit Fassung 1' }).click();
    await page.getByLabel('Zeigen').selectOption('changes');
    await page.getByRole('button', { name: 'Anzeigen' }).click();
    assert.equal(await page.locator('main section').count(), 6);
    const lines = await page.locator('main del, main ins').evaluateAll((list) => list.map((x) => [x.tagName, getComputedStyle(x).textDecorationLine]));
    assert.ok(lines.length > 3 && lines.every(([tag, line]) => line === (tag === 'DEL' ? 'line-through' : 'underline')), JSON.stringify(lines));
    await check('lineage-compare');
    if (js) {
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('main form').isVisible(), false);
      await page.emulateMedia({ media: 'screen' });
    }
    await page.goto(`${EDITIONS}/../items/K4.G2.5?edition=2`);
    await page.getByText(/^Fassung 1: K4\.G2\.5/).click();
    await check('lineage-item');
    await close();
  });
}
