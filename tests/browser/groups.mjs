// A moderator decides on like positions: by keyboard, on a phone, without
// scripts; and sees the comparison end without loading the page again.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { endLoops, loop } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const GROUPS = `${BASE}/groups`;
let w, b;
before(async () => { w = await world(); b = await browse(); });
afterEach(endLoops);
after(async () => { await b?.close(); await w?.stop(); });

test('the comparison is started and its end shows by itself', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(GROUPS);
  await check('groups-none');
  await page.getByRole('button', { name: 'Positionen vergleichen' }).click();
  await page.locator('[data-pending]').waitFor(); // also while the jobs do not run yet
  loop(w);
  await page.getByText('163 Positionen, ').waitFor({ timeout: 60_000 });
  await page.goto(GROUPS);
  assert.match(await page.locator('main').innerText(), /Vorschläge \(2\)/);
  await check('groups-proposals');
  await close();
});

for (const [width, js] of [[1280, true], [360, false]]) {
  test(`a proposal at ${width}${js ? '' : ' without scripts'}: read, merged, undone`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await page.goto(GROUPS);
    await page.locator('main a', { hasText: '92 %' }).click();
    assert.equal(await page.locator('main mark').count(), 2);
    const left = (await page.locator('main mark').first().boundingBox());
    const right = (await page.locator('main mark').last().boundingBox());
    assert.equal(width > 500, right.x > left.x + 200, 'side by side where there is room');
    await check(`groups-proposal-${width}`);
    await page.getByLabel('Name der Gruppe').fill('Bausteine quelloffen');
    await page.getByRole('button', { name: 'Zusammenführen' }).click();
    await page.waitForURL(/notice=group_merged/);
    await check(`groups-next-${width}`);
    await page.locator('main a', { hasText: /^G-0/ }).first().click();
    assert.match(await page.locator('h1').innerText(), /Bausteine quelloffen/);
    await check(`groups-group-${width}`);
    await page.goto(GROUPS);
    await check(`groups-list-${width}`);
    await page.getByRole('button', { name: /^rückgängig/ }).click();
    await page.waitForURL(/notice=proposal_reopened/);
    assert.equal(await page.getByRole('button', { name: 'Zusammenführen' }).count(), 1, 'open as before');
    await close();
  });
}

test('with the keyboard alone: to the proposal, through both texts, to the decision', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.sander });
  const press = async (selector, limit = 60) => {
    for (let i = 0; i < limit; i += 1) {
      if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`never at ${selector}`);
  };
  await page.goto(GROUPS);
  await press('main a[href*="/proposals/"]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/proposals\//);
  const proposal = page.url();
  await press('[name=name]');
  await page.keyboard.type('Verbünde'); // its N decides nothing: it is typed
  await press('button[form=verschieden]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/notice=group_kept_apart/);
  // the same by one letter
  await page.goto(proposal);
  await page.getByRole('button', { name: 'Entscheidung rückgängig machen' }).click();
  await page.waitForURL(/\/proposals\/.*notice=/);
  await page.locator('.app-keys').waitFor();
  await page.keyboard.press('?');
  assert.match(await page.getByRole('dialog', { name: 'Tastenkürzel' }).innerText(), /G\s+zusammenführen\s+N\s+verschieden lassen/);
  await page.keyboard.press('Escape');
  await Promise.all([page.waitForURL(/notice=group_kept_apart/), page.keyboard.press('n')]);
  await close();
});

for (const { width, js } of [{ width: 1280, js: true }, { width: 360, js: false }]) {
  test(`a group of ticked rows at ${width}${js ? '' : ' without scripts'}: what it does is said before it is done`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await page.goto(`${BASE}/synopsis?target=K4.G2.5`);
    for (const n of [2, 4]) await page.locator('input[name=position]').nth(n).check();
    await page.getByRole('button', { name: 'Gruppe bilden …' }).click();
    await page.waitForURL(/\/groups\/new\?/);
    assert.match(await page.locator('main').innerText(), /für 2 Positionen von 2 Organisationen/);
    await check('groups-new');
    await page.getByLabel('Name der Gruppe').fill('Bestandsschutz');
    await page.getByRole('button', { name: 'Gruppe aus 2 Positionen bilden' }).click();
    await page.waitForURL(/notice=group_formed/);
    await page.getByRole('button', { name: /2 Positionen auseinandernehmen/ }).click();
    await page.waitForURL(/notice=group_dissolved/);
    await close();
  });
}

test('a group by hand: a wrong number is said at its field, nothing typed is lost', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.sander, allowed: [422] });
  await page.goto(GROUPS);
  await page.getByText('Gruppe selbst bilden').click();
  await page.getByLabel('Name der Gruppe').fill('Fristen');
  await page.getByLabel('Nummern der Positionen').fill('R1-0001, R1-9999');
  await page.getByRole('button', { name: 'Gruppe bilden' }).click();
  await page.locator('#positions-error').waitFor();
  assert.match(await page.locator('#positions-error').innerText(), /R1-9999/);
  assert.equal(await page.getByLabel('Name der Gruppe').inputValue(), 'Fristen');
  await check('groups-form-error');
  await page.getByLabel('Nummern der Positionen').fill('R1-0001, R1-0002');
  await page.getByRole('button', { name: 'Gruppe bilden' }).click();
  await page.waitForURL(/notice=group_formed/);
  await page.getByRole('button', { name: /2 Positionen auseinandernehmen/ }).click();
  await page.waitForURL(/notice=group_dissolved/);
  await check('groups-dissolved');
  await close();
});
