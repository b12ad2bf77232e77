// Another wording: taken from the paper and changed, compared while it is
// written, with and without scripts; side by side at the desk, also on paper.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const ANSWER = `${BASE}/response/answers/K4.G2.5`;
const DESK = `${BASE}/amendments/K4.G1.2`;
let w, b;
before(async () => {
  w = await world();
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

/** Bayern in mid-draft, without a proposal here. */
const without = async () => (await w.as(PEOPLE.huber)).save(BASE, 'K4.G2.5', { proposal: '' });
const changed = (page) => page.locator('[data-diff] ins, [data-diff] del').allInnerTexts();

for (const width of [1280, 360]) {
  test(`one button takes the wording, the comparison follows the writing (${width})`, async () => {
    await without();
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.huber });
    await page.goto(ANSWER);
    const field = page.locator('[name=proposal]');
    await page.locator('[data-compare]').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Wortlaut übernehmen und ändern' }).click();
    const wording = await field.inputValue();
    assert.match(wording, /^Kriterien der Souveränitätsstrategie/);
    assert.ok(await field.evaluate((el) => el === document.activeElement), 'ready to be changed');
    await page.locator('[data-diff]', { hasText: 'Kein Unterschied.' }).waitFor();
    await field.press('End');
    await field.pressSequentially(' Das gilt für Neuvorhaben.');
    await page.locator('[data-diff] ins').waitFor();
    assert.match((await changed(page)).join(' '), /Das gilt für Neuvorhaben\./);
    assert.match(await page.locator('[data-diff]').innerText(), /1 Änderung: \d Wörter gestrichen|1 Änderung: 0/);
    assert.match(await page.locator('[data-diff] ins').first().textContent(), /^Einfügung: .* Ende\. $/s, 'said in words');
    assert.ok(await page.getByRole('button', { name: 'Vergleich aktualisieren' }).isHidden(), 'nobody needs it');
    await check('amendment-answer');
    await field.fill('');
    await page.locator('[data-compare]').waitFor({ state: 'hidden' });
    assert.ok(await page.getByRole('button', { name: 'Wortlaut übernehmen und ändern' }).isVisible());
    await close();
  });
}

test('the live comparison is that of the page after saving', async () => {
  await without();
  const { page, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(ANSWER);
  await page.locator('[name=proposal]').fill('Kriterien der Strategie sind zu beachten.\n\nAbweichungen müssen bei Neuvorhaben begründet werden.');
  await page.locator('[data-diff] ins').first().waitFor();
  const live = await page.locator('[data-diff]').innerText();
  await page.getByRole('button', { name: 'Speichern', exact: true }).click();
  await page.waitForURL('**notice=saved');
  assert.equal(await page.locator('[data-diff]').innerText(), live);
  await close();
});

test('while the server is away the button comes back', async () => {
  const { page, context } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(ANSWER);
  await page.locator('[name=proposal]').waitFor();
  await context.route('**/diff', (route) => route.abort());
  await page.locator('[name=proposal]').pressSequentially(' Und mehr.');
  await page.getByRole('button', { name: 'Vergleich aktualisieren' }).waitFor();
  await context.close(); // the refused request is what the guard would see
});

test('without scripts: take the wording, change it, compare, by keyboard', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/answers/K4.G2.4`);
  await page.locator('[name=body]').fill('Dazu mehr in Bayern.');
  await page.getByRole('button', { name: 'Wortlaut übernehmen und ändern' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**fill=wording**');
  const field = page.locator('[name=proposal]');
  const wording = await field.inputValue();
  assert.ok(wording.length > 20);
  assert.equal(await page.locator('[name=body]').inputValue(), 'Dazu mehr in Bayern.');
  await field.fill(`${wording} Ausnahmen sind befristet.`);
  await page.getByRole('button', { name: 'Vergleich aktualisieren' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**#vergleich');
  assert.match((await changed(page)).join(' '), /Ausnahmen sind befristet/);
  await check('amendment-answer');
  await close();
});

test('Enter in a line of the form saves, it does not take the wording', async () => {
  const { page, close } = await b.open(w.url, { js: false, mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/answers/K4.G2.2`);
  await page.locator('[name=body]').fill('Vertraulich gesagt.');
  await page.locator('[name=confidential]').check();
  await page.locator('[name=confidential_reason]').fill('Vergabe');
  await page.locator('[name=confidential_reason]').press('Enter');
  await page.waitForURL('**notice=saved');
  await close();
});

for (const [width, js] of [[1280, true], [360, true], [360, false]]) {
  test(`side by side at the desk, two read together (${width}${js ? '' : ', no scripts'})`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await page.goto(`${BASE}/amendments`);
    await check('amendments');
    await page.getByRole('link', { name: 'K4.G1.2' }).click();
    await page.waitForURL(`**${DESK}`);
    assert.equal(await page.locator('article').count(), 3);
    for (const name of ['Mecklenburg-Vorpommern', 'Thüringen']) {
      await page.getByRole('checkbox', { name }).focus();
      await page.keyboard.press('Space');
    }
    await page.getByRole('button', { name: 'Ausgewählte zusammen lesen' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**with=**');
    const together = await page.locator('#zusammen').innerText();
    assert.match(together, /Maßgabe der Haushalte/);
    assert.match(together, /vereinfachter Form/);
    await check('amendment-desk');
    await page.getByRole('checkbox', { name: 'Hessen' }).check();
    await page.getByRole('button', { name: 'Ausgewählte zusammen lesen' }).click();
    await page.waitForURL('**with=HE**');
    assert.match(await page.locator('#zusammen').innerText(), /Hessen und Thüringen/);
    await check('amendment-meet');
    await close();
  });
}

test('on paper: A4, the marks stay, what cannot be pressed goes', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${DESK}?with=MV&with=TH`);
  await page.emulateMedia({ media: 'print' });
  for (const gone of ['.app-bar', '[name=with]', '.app-crumbs']) assert.ok(await page.locator(gone).first().isHidden(), gone);
  assert.equal(await page.locator('article').first().evaluate((el) => getComputedStyle(el).breakInside), 'avoid');
  assert.match(await page.locator('ins').first().evaluate((el) => getComputedStyle(el, '::before').content), /\+/);
  assert.ok((await page.pdf({ preferCSSPageSize: true })).length > 10_000);
  await close();
});
