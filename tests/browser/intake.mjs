// On paper: a moderator enters what came by letter, the house confirms it; with
// and without scripts, on a phone too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const DESK = `${BASE}/participations/DLT`;
let w, b;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

test('the moderator notes the letter, enters an answer and hands it over', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto(DESK);
  await check('intake-participation');
  await page.getByRole('link', { name: 'Stellungnahme nacherfassen' }).click();
  await press(page, 'Eingang notieren');
  await page.locator('#received_on-error').waitFor();
  await check('intake-refused');
  await page.locator('[name=received_on]').fill('02.04.2024');
  await page.getByRole('radio', { name: 'Brief' }).check();
  await page.locator('[name=reference]').fill('IV-3/2024-17');
  await press(page, 'Eingang notieren');
  await page.waitForURL('**notice=saved');
  await page.getByText('Punkte des Papiers').click();
  await page.locator('a[href$="/intake/answers/K4.G2.5"]').click();
  await page.getByRole('radio', { name: /^Zustimmung mit Änderung/ }).check();
  await page.locator('[name=body]').fill('Der Landkreistag stimmt zu, soweit die Kosten geklärt sind.');
  await check('intake-answer');
  await press(page, 'Speichern');
  await page.waitForURL('**/intake?notice=saved');
  assert.match(await page.locator('main').innerText(), /1 Antwort nacherfasst/);
  await check('intake-desk');
  await press(page, 'Der Organisation zur Bestätigung geben');
  await page.waitForURL('**notice=intake_handed');
  await check('intake-waiting');
  await close();
});

for (const [width, js] of [[1280, true], [360, true], [360, false]]) {
  test(`the house reads it beside its own page (${width}${js ? '' : ', no scripts'})`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.roth, allowed: [422] });
    await page.goto(`${BASE}/response`);
    await page.getByRole('link', { name: 'Ansehen und entscheiden' }).click();
    assert.match(await page.locator('main').innerText(), /soweit die Kosten geklärt sind/);
    await check('intake-review');
    await press(page, 'Mit Bemerkung zurückgeben');
    await page.locator('#remark-error').waitFor();
    await check('intake-review-refused');
    await close();
  });
}

test('the desk sees it apart, on a phone', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.sander });
  await page.goto(`${BASE}/returns?state=intake`);
  assert.match(await page.locator('main').innerText(), /nacherfasst, unbestätigt/);
  await check('intake-returns');
  await page.goto(`${DESK}/intake`);
  await check('intake-waiting');
  await close();
});

test('the releaser confirms by keyboard, without scripts: a receipt that says where it is from', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.roth, allowed: [403] });
  await page.goto(`${BASE}/response/intake`);
  await page.getByRole('radio', { name: 'Nein' }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: /Ich bestätige/ }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Bestätigen und einreichen' }).focus();
  await Promise.all([page.waitForURL(/receipts/), page.keyboard.press('Enter')]);
  assert.match(await page.locator('main').innerText(), /nacherfasst durch die Moderation am 02\.04\.2024/);
  await check('intake-receipt');
  await close();
});
