// Work inside a house: two people share it, talk about it, and see what the
// other has changed; on a phone, with the keyboard alone, without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const WORK = `${BASE}/response/assignments`;
let w, b;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  await w.sql(`insert into app.membership (person_id, organisation_id, role)
    select p.id, o.id, 'editor' from app.person p, app.organisation o where p.mail = '${PEOPLE.graf}' and o.code = 'BY'`);
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

test('a block and a row are given to a colleague, without scripts on a phone', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber, width: 360, js: false, allowed: [422] });
  await page.goto(`${BASE}/response`);
  await page.getByRole('link', { name: 'Wer macht was bis wann?' }).click();
  await check('work-assignments');
  await page.locator('main form').getByRole('button', { name: 'Zuweisen' }).first().click();
  assert.match(await page.locator('main').innerText(), /Bitte prüfen Sie 1 Angabe/);
  await page.getByLabel('Wer?').selectOption({ label: 'Jonas Graf' });
  await page.getByLabel('Bis wann?').fill('10.04.2024');
  await page.getByRole('checkbox', { name: /^Der ganze Block ?: Kapitel 4/ }).check();
  await page.getByRole('checkbox', { name: /^L-K12-1 / }).check();
  await check('work-ticked');
  await page.locator('main form').getByRole('button', { name: 'Zuweisen' }).first().click();
  assert.match(await page.getByRole('status').first().innerText(), /Zugewiesen/);
  assert.match(await page.locator('main').innerText(), /Jonas Graf\s+5 offen, als Nächstes bis 10\.04\.2024/);
  await check('work-assigned');
  await close();
});

test('the colleague finds it, writes, says that it is finished and asks: with the keyboard alone', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.graf });
  await page.goto(`${BASE}/response?show=mine`);
  assert.match(await page.locator('main').innerText(), /Bei mir\s*5/);
  await check('work-mine');
  await page.getByRole('link', { name: 'Weiterschreiben' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/answers\/L-K12-1$/);
  await page.locator('[name=stance][value=note]').focus();
  await page.keyboard.press('Space');
  await page.locator('[name=body]').focus();
  await page.keyboard.type('Der Geltungsbereich ist klar.');
  await page.getByRole('button', { name: 'Speichern', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Gespeichert.' }).waitFor();
  await page.getByRole('button', { name: 'Ich bin hier fertig' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Als fertig gemeldet.' }).waitFor();
  await page.getByLabel('Kommentar schreiben').focus();
  await page.keyboard.type('Reicht das so?');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Ihr Kommentar steht bei der Antwort.' }).waitFor();
  assert.match(await page.locator('main').innerText(), /Jonas Graf, 02\.04\.2024, 09:\d\d Uhr\s+Reicht das so\?/);
  await check('work-answer');
  await close();
});

test('what is new is marked, seen, and the next change is shown word by word', async () => {
  const huber = await b.open(w.url, { mail: PEOPLE.huber });
  await huber.page.goto(`${BASE}/response?show=changed`);
  assert.match(await huber.page.locator('main').innerText(), /neu für Sie, 1 neuer Kommentar/);
  await huber.page.locator('main').getByRole('link', { name: /Geltungsbereich/ }).click();
  assert.match(await huber.page.locator('main').innerText(), /Neu für Sie\s+Jonas Graf hat diese Antwort/);
  await huber.check('work-new');
  await huber.page.goto(`${BASE}/response`);
  await huber.page.getByRole('link', { name: /^Neu für Sie/ }).waitFor({ state: 'detached' });
  const graf = await w.as(PEOPLE.graf);
  await graf.save(BASE, 'L-K12-1', { stance: 'note', body: 'Der Geltungsbereich ist nicht für alle klar.' });
  await huber.page.goto(`${BASE}/response/answers/L-K12-1`);
  assert.match(await huber.page.locator('#neues').innerText(), /Geändert seit Ihrem letzten Besuch/);
  assert.match(await huber.page.locator('#neues ins').first().innerText(), /nicht für alle/);
  await huber.check('work-changed');
  await huber.page.setViewportSize({ width: 360, height: 740 });
  await huber.check('work-changed');
  await huber.close();
});

test('late inside the house: the first thing to do; the colleague is reminded once by mail', async () => {
  await w.clock('2024-04-11T09:00');
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.graf, width: 360 });
  await page.goto(`${BASE}/response`);
  assert.match(await page.locator('main').innerText(), /Nächster Schritt\s+Intern überfällig: L-K4-1/);
  await page.getByRole('link', { name: /^Intern überfällig/ }).click();
  assert.match(await page.locator('main').innerText(), /intern überfällig seit 10\.04\./);
  await check('work-overdue');
  await close();
});
