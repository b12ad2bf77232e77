// Four questions with options from the draft of an edition to the released
// answer, its print, the synopsis and the opinion: narrow, without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { secondStage } from '../lib/second-stage.mjs';
import { BASE, world } from '../lib/server.mjs';
import { withShapes } from '../lib/shapes.mjs';
import { browse, sideways } from './lib.mjs';

let w, b;
before(async () => {
  [w, b] = await Promise.all([world({ clock: '2024-05-06T09:00' }), browse()]);
  const sander = await w.as(PEOPLE.sander);
  await sander.submit(`${BASE}/editions`, { as_of: '03.05.2024' }, { action: `${BASE}/editions` });
});
after(async () => { await b?.close(); await w?.stop(); });

test('a moderator writes them into the draft', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${BASE}/editions/2/chapters/K4`);
  const field = page.getByLabel(/^Text des Kapitels/);
  await field.fill(withShapes(await field.inputValue()));
  await Promise.all([page.waitForURL(/notice=edition_saved/), page.getByRole('button', { name: 'Speichern' }).click()]);
  await secondStage(w, { isDrafted: true });
  await page.goto(`${BASE}/stages/s1/audience`);
  await check('audience-stage');
  await page.goto(`${BASE}/questions/L-K4-93`);
  await page.getByRole('heading', { name: 'Zur Wahl' }).waitFor();
  await check('shapes-question');
  await close();
});

test('a house picks, by keyboard and without scripts, at 360', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber, js: false, width: 360, allowed: [422] });
  const save = (button = 'Speichern') => page.getByRole('button', { name: button, exact: true }).last().click();
  await page.goto(`${BASE}/response/answers/L-K4-91`);
  await page.getByLabel('Keine Auswahl').focus();
  await page.keyboard.press('ArrowUp');
  assert.ok(await page.getByLabel('Nein', { exact: true }).isChecked(), 'one group of radios');
  await check('shapes-choice');
  await Promise.all([page.waitForURL(/notice=saved/), save()]);
  await page.goto(`${BASE}/response/answers/L-K4-92`);
  await page.getByLabel('Beratung').check();
  await page.getByLabel('Finanzierung').check();
  await check('shapes-multi');
  await Promise.all([page.waitForURL(/notice=saved/), save()]);
  await page.goto(`${BASE}/response/answers/L-K4-93`);
  await page.getByLabel('Personal').selectOption('1');
  await page.getByLabel('Standards').selectOption('1');
  await save();
  await page.getByText('Rang 1 ist schon vergeben').first().waitFor();
  assert.equal(await page.getByLabel('Personal').inputValue(), '1', 'the input is kept');
  await check('shapes-ranking-error');
  await page.getByLabel('Standards').selectOption('2');
  await Promise.all([page.waitForURL(/notice=saved/), save()]);
  await page.goto(`${BASE}/response/answers/L-K4-94`);
  const item = page.getByRole('group', { name: /^K4\.G2\.5/ });
  await item.getByLabel('begonnen').check();
  await check('shapes-table');
  assert.ok(await page.evaluate(sideways) <= 0);
  await Promise.all([page.waitForURL(/notice=saved/), save()]);
  await page.goto(`${BASE}/response/answers/L-K4-95`);
  await page.getByText('Ihre Organisation ist dazu nicht gefragt').waitFor();
  await page.getByText('fertige Dienste').waitFor();
  await check('audience-not-asked');
  await page.goto(`${BASE}/response/answers/L-K4-94/history`);
  await check('shapes-history');
  await close();
});

test('released, it is read in words by the house and by the moderators', async () => {
  const brandl = await w.as(PEOPLE.brandl);
  assert.match((await brandl.get(`${BASE}/response/release`)).words, /Rangfolge Personal Standards/);
  const reply = await brandl.submit(`${BASE}/response/release`, { publication: 'yes', declaration: '1' });
  assert.match(reply.location ?? reply.words, /^\/receipts\//);
  await w.jobs('--once');
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  for (const [path, name] of [[`${BASE}/submissions/BY`, 'submission'], [`${BASE}/synopsis?target=L-K4-94`, 'synopsis'], [`${BASE}/opinion/L-K4-94`, 'opinion']]) {
    await page.goto(path);
    assert.match(await page.locator('main').innerText(), /begonnen/, path);
    await check(`shapes-${name}`);
  }
  await page.goto(`${BASE}/opinion/L-K4-95`);
  assert.match(await page.locator('main').innerText(), /Gefragt sind: Kommunen[^]*Basis: 1 gefragte Organisation; 2 nicht gefragt/);
  await check('audience-opinion');
  await page.goto(`${BASE}/opinion/L-K4-92`);
  assert.match(await page.locator('main').innerText(), /Basis: 1 Organisation mit einer Auswahl, Mehrfachnennungen möglich[^]*Beratung\s+1[^]*Finanzierung\s+1/);
  await check('shapes-opinion-multi');
  await close();
  const thoms = await b.open(w.url, { mail: PEOPLE.thoms, js: false, width: 360 });
  await thoms.page.goto(`${BASE}/response/short`);
  await thoms.page.getByLabel('fertige Dienste').check();
  await thoms.page.getByRole('group', { name: /^K4\.G2\.5/ }).getByLabel('sehr').check();
  await thoms.check('audience-short');
  await Promise.all([thoms.page.waitForURL(/notice=saved/), thoms.page.getByRole('button', { name: 'Speichern und später weiter' }).click()]);
  assert.ok(await thoms.page.getByLabel('fertige Dienste').isChecked());
  await thoms.close();
  assert.match((await brandl.get(`${BASE}/response/print`)).words, /Personal[^]*Standards/);
});
