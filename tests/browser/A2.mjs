// Story A2: a small municipality answers in fifteen minutes, on a phone
// (360 × 740), from the link in the mail to the receipt.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loop, endLoops } from '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const PASSWORD = 'Amtsblatt+Kirchweih4'; // 20 characters, pasted
const TEXT = 'Kleine Ämter brauchen fertige Dienste mit Betrieb. Jede neue Pflicht kostet uns Zeit, die im Bürgerbüro fehlt. '
  + 'Bitte prüfen Sie Entlastung für Verwaltungen mit weniger als zehn Beschäftigten und regeln Sie die Finanzierung vor dem Start. '
  + 'Was das Land schon betreibt, sollten wir nutzen dürfen, ohne ein eigenes Vergabeverfahren.';

let w, b, mails, desk, phone, link;
let loads = 0;
before(async () => {
  mails = await sink();
  w = await world({ clock: '2024-04-02T09:00' });
  w.jobsEnv = { RESONANZ_SMTP_URL: mails.url, RESONANZ_BASE_URL: w.url, RESONANZ_CONTACT: 'konsultation@fitko.example' };
  b = await browse();
  desk = await w.as(PEOPLE.sander);
  await w.sql(`update app.person set state = 'invited', password_hash = null, password_set_at = null where mail = '${PEOPLE.thoms}'`);
  await w.sql(`select app.invite(null::app.caller, p.id, o.id, 'invitation') from app.person p, app.organisation o
    where p.mail = '${PEOPLE.thoms}' and o.code = 'KLEINBEISPIEL'`);
  phone = await b.open(w.url, { width: 360, allowed: [410] });
  phone.page.on('response', (r) => { if (r.request().isNavigationRequest() && r.status() < 300) loads += 1; });
});
after(async () => { await endLoops(); await phone?.close(); await b?.close(); await w?.stop(); await mails?.stop(); });

/** The mail that holds what is looked for, once the job has sent it. */
async function mailWith(fits) {
  loop(w);
  for (let i = 0; i < 200 && !mails.mails.some(fits); i += 1) await sleep(50);
  await endLoops();
  return mails.mails.find(fits);
}
const press = (name) => phone.page.getByRole('button', { name }).first().click();
/** No sideways scrolling; nothing to press is smaller than 24 px. */
async function fits() {
  const found = await phone.page.evaluate(() => ({
    wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    small: [...document.querySelectorAll('main button, main input:not([type=hidden]), main select, main textarea, main summary')]
      .filter((e) => e.checkVisibility()).map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
      .filter(([, r]) => r.height > 0 && (r.height < 24 || r.width < 24)).map(([html]) => html),
  }));
  assert.deepEqual(found, { wide: false, small: [] });
}
const returned = async () => { const { seats } = await desk.json(`${BASE}/returns`); return seats; };
let seatsBefore;

test('A2.1 the link of the mail, a password pasted, the second factor left for later', async () => {
  seatsBefore = await returned();
  link = (await mailWith((m) => m.link)).link;
  const { page, check } = phone;
  await page.goto(link);
  await fits();
  await page.locator('[name=password]').evaluate((field, text) => { field.focus(); document.execCommand('insertText', false, text); }, PASSWORD);
  await press('Zugang einrichten');
  await page.waitForURL('**/account/welcome');
  await check('A2-1-welcome');
  await page.getByRole('link', { name: 'Später' }).click();
  await page.waitForURL(`**${BASE}/response`);
  await fits();
});

test('A2.2 „Nur Kommunales“: K3.N3 and three marked questions', async () => {
  const { page, check } = phone;
  await page.getByRole('link', { name: 'Nur Kommunales beantworten' }).click();
  await page.waitForURL('**/response/short');
  const words = await page.locator('main').innerText();
  for (const key of ['K3.N3', 'L-K3a-2', 'L-K3b-1', 'L-K4-4']) assert.ok(words.includes(key), key);
  assert.equal(await page.locator('main textarea').count(), 3);
  await fits();
  await check('A2-2-short');
});

test('A2.3 to A2.5 one answer, one „nicht zutreffend“, nil for the rest; checked and released', async () => {
  const { page, check } = phone;
  await page.locator('[id="body.L-K3a-2"]').fill(TEXT);
  await page.locator('[id="not_applicable.L-K4-4"]').check();
  assert.ok(await page.locator('#rest-nil').isChecked(), '„Für alle übrigen: Fehlanzeige“');
  await press('Weiter zum Prüfen');
  await page.waitForURL('**/response/release');
  await fits();
  await check('A2-5-check');
  await page.locator('[name=publication][value=no]').check();
  await page.locator('[name=declaration]').check();
  await press('Freigeben und einreichen');
  await page.waitForURL('**/receipts/**');
  await fits();
  await check('A2-5-receipt');
  const words = await page.locator('main').innerText();
  assert.match(words, /Eingangsbestätigung R1-KLEINBEISPIEL-1-/);
  assert.ok(loads <= 8, `${loads} pages from the link to the receipt`);
});

test('A2.expect the receipt lists one answer, one „nicht zutreffend“, nil for the rest; the mail is without the text', async () => {
  const number = new URL(phone.page.url()).pathname.split('/').pop();
  const doc = await (await w.as(PEOPLE.thoms, { organisation: 'KLEINBEISPIEL' })).json(`/receipts/${number}`);
  const words = JSON.stringify(doc);
  assert.doesNotMatch(words, /Kirchweih|Bürgerbüro/);
  const { counts } = await (await w.as(PEOPLE.thoms)).json(`${BASE}/response/release`);
  assert.deepEqual([counts.answered, counts.not_applicable, counts.nil, counts.empty], [1, 1, 11, 0]);
  const mail = await mailWith((m) => m.text.includes(number));
  assert.ok(mail, 'the receipt came by mail');
  for (const part of TEXT.split('. ')) assert.ok(!mail.text.includes(part.slice(0, 30)), 'no answer text in it');
});

test('A2.6 the link a second time: used, and the way to the login', async () => {
  const { page, check } = phone;
  const reply = await page.goto(link);
  assert.equal(reply.status(), 410);
  assert.match(await page.locator('main').innerText(), /schon benutzt/);
  assert.ok(await page.locator('main a[href^="/login"]').count() > 0);
  await check('A2-6-used');
});

test('A2.expect the synopsis: level Kommune, Land MV; the seat of MV still counts as open', async () => {
  const { rows } = await desk.json(`${BASE}/synopsis?level=kommune`);
  const mine = rows.filter((r) => JSON.stringify(r).includes('Kleine Ämter brauchen'));
  assert.equal(mine.length, 1);
  assert.match(JSON.stringify(mine[0]), /Mecklenburg-Vorpommern|"MV"/);
  assert.deepEqual(await returned(), seatsBefore);
});
