// The second round: Lorenz sees what Mecklenburg-Vorpommern had said, confirms what did not change, adjusts one answer,
// withdraws another; nothing counts before it is released; then the moderators read the shift.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { secondStage } from '../lib/second-stage.mjs';
import { browse } from './lib.mjs';

let w, b;
before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  await secondStage(w);
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });
const released = () => w.value(`select count(*) from app.version_answer v join app.stage s on s.id = v.stage_id where s.key = 's2'`);

test('the house: offered, confirmed, adjusted, withdrawn, and not counted (360 px, no scripts)', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.lorenz });
  await page.goto(`${BASE}/response`);
  const words = await page.locator('main').innerText();
  assert.match(words, /Aus der früheren Runde: 0 von \d+ übernommen/);
  await check('second-round-response');
  await page.goto(`${BASE}/response/earlier`);
  const rows = await page.locator('main li.app-card').count();
  assert.ok(rows > 2, `${rows} offers`);
  await check('second-round-earlier');
  const button = page.getByRole('button', { name: /mit unverändertem Wortlaut bestätigen/ });
  const unchanged = Number((await button.innerText()).match(/\d+/)[0]);
  await Promise.all([page.waitForURL(/notice=earlier_confirmed/), button.click()]);
  assert.match(await page.locator('main').innerText(), new RegExp(`${unchanged} von ${rows} übernommen`));
  const first = await page.locator('main li.app-card').first().getAttribute('id');
  await page.goto(`${BASE}/response/answers/${first}`);
  assert.match(await page.locator('main').innerText(), /Ihre frühere Antwort[\s\S]*bestätigt/);
  await check('second-round-answer');
  await Promise.all([page.waitForURL(/notice=earlier_withdraw/), page.getByRole('button', { name: 'Zurückziehen' }).click()]);
  assert.match(await page.locator('main').innerText(), /zurückgezogen/);
  assert.equal(await released(), '0', 'nothing is counted before its release');
  await page.goto(`${BASE}/response?stage=s1`);
  assert.match(await page.locator('main').innerText(), /Beteiligungsstufe 1/);
  assert.match(await page.locator('main a[href*="/response/print"]').first().getAttribute('href'), /dachstrategie-2024\.s1/);
  await check('second-round-first-stage');
  await close();
});

test('the desk: the shift, item by item, with who it was (1280 px)', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${BASE}/opinion`);
  await page.getByRole('link', { name: /Verschiebung seit der früheren/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Verschiebung der Haltungen' }).waitFor();
  assert.match(await page.locator('main').innerText(), /noch nicht eingereicht|nicht gefragt/);
  await check('second-round-shift');
  await page.locator('main table a').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.match(await page.locator('main table').innerText(), /nicht gefragt|noch nicht eingereicht/);
  await check('second-round-shift-target');
  await page.goto(`${BASE}/returns?stage=s1`);
  assert.match(await page.locator('header').innerText(), /Beteiligungsstufe 1 · beendet/);
  await page.getByRole('navigation', { name: 'Beteiligungsstufen' }).getByRole('link', { name: 'Beteiligungsstufe 2' }).click();
  await page.waitForURL(/stage=s2/);
  assert.match(await page.locator('header').innerText(), /Beteiligungsstufe 2 · offen/);
  await check('second-round-returns');
  await close();
});

test('a paper of the second stage has the first beside it, with the numbers of both', async () => {
  const ole = await w.as(PEOPLE.petersen);
  const made = await ole.submit(`${BASE}/reports/new`, { session_number: '44', session_on: '19.06.2024' });
  assert.equal(made.status, 303);
  const { blocks } = (await ole.json(made.location.replace(/\/edit.*/, ''))).document;
  const [first, second] = [(await ole.json(`${BASE}.s1/opinion`)).totals, (await ole.json(`${BASE}.s2/opinion`)).totals];
  assert.ok(first.released > 5);
  assert.deepEqual(blocks['tabelle:stufen'].rows.slice(0, 2), [['Eingegangen', `${first.released} von ${first.invited}`, `${second.released} von ${second.invited}`],
    ['Sitze', `${first.seats} von ${first.seats_of}`, `${second.seats} von ${second.seats_of}`]]);
  const { rows } = await ole.json(`${BASE}.s2/shift?seat=voting`);
  assert.ok(rows.length > 10);
  assert.deepEqual(blocks['tabelle:verschiebung'].rows.map(([point, same, moved, fresh]) => [point.split(' ')[0], same, moved, fresh]),
    rows.map((row) => [row.target, row.same, row.moved, row.new]));
});
