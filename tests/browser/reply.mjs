// The moderator tells all houses at once; a house reads what became of its
// points, asks back, and prints the letter. Without scripts and on a phone too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { assess } from '../lib/weighing.mjs';
import { browse } from './lib.mjs';

const OUTCOME = `${BASE}/response/outcome`;
let w, b, number;
before(async () => {
  w = await world({ clock: '2024-05-20T10:00' });
  b = await browse();
  number = await assess(w, { organisation: 'MV', decision: 'partly', body: 'Bestandsverfahren bleiben erfasst, aber mit geringerer Pflicht.', place: 'K4.G2.5, Satz 2' });
  await assess(w, { organisation: 'MV', decision: 'referred', referred: 'Digitale Anwendungen', body: 'Betrifft die Schwerpunktthemen.', place: null, nth: 1 });
});
after(async () => { await b?.close(); await w?.stop(); });

test('the moderator writes, sees the effect, and schedules; a mistake is said at its field', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto(`${BASE}/replies`);
  await check('reply-list');
  await page.getByRole('link', { name: 'Land Mecklenburg-Vorpommern' }).click();
  await page.getByLabel('Text an diese Organisation').fill('vielen Dank für die gründliche Durchsicht.');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.waitForURL(/notice=saved/);
  await check('reply-desk');
  await page.getByRole('link', { name: 'Rückmeldungen', exact: true }).first().click();
  await page.getByRole('link', { name: 'Freigabe vorbereiten' }).click();
  await page.getByText(/Positionen sind noch nicht so weit/).click();
  await check('reply-release');
  await page.getByLabel('Tag', { exact: false }).first().fill('12.06.2024');
  await page.getByRole('button', { name: /^\d+ Rückmeldungen einplanen$/ }).click();
  await page.locator('#anyway-error').waitFor();
  assert.equal(await page.getByLabel('Tag', { exact: false }).first().inputValue(), '12.06.2024');
  await check('reply-release-error');
  await page.getByLabel('Trotzdem freigeben').check();
  await page.getByLabel('Grund').fill('Die Sitzung ist am 19.06.');
  await page.getByRole('button', { name: /^\d+ Rückmeldungen einplanen$/ }).click();
  await page.waitForURL(/notice=reply_scheduled/);
  await check('reply-scheduled');
  await close();
});

for (const [width, js] of [[1280, true], [360, false]]) {
  test(`before its time a house reads the time only, then all of it: ${width}${js ? '' : ' without scripts'}`, async () => {
    await w.clock('2024-06-12T08:59');
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.lorenz });
    await page.goto(`${BASE}/response`);
    await page.locator('main').getByRole('link', { name: 'Rückmeldung' }).click();
    assert.match(await page.locator('main').innerText(), /erscheint am 12\.06\.2024, 09:00 Uhr/);
    assert.doesNotMatch(await page.content(), /geringerer Pflicht/);
    await check(`outcome-expected-${width}`);
    await w.clock('2024-06-12T09:00:00');
    await page.reload();
    assert.match(await page.locator('main').innerText(), /2 von 16 Punkten Ihrer Stellungnahme sind abgewogen/);
    assert.match(await page.locator(`[id="${number}"]`).innerText(), /teilweise übernommen[^]*geringerer Pflicht[^]*K4\.G2\.5, Satz 2[^]*Mecklenburg-Vorpommern/);
    await check(`outcome-${width}`);
    await page.getByRole('navigation', { name: 'Nach Entscheidung filtern' }).getByRole('link', { name: /verwiesen/ }).click();
    assert.equal(await page.locator('main article').count(), 1);
    await close();
  });
}

test('the house asks back, on a phone without scripts; the moderator answers', async () => {
  const house = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.lorenz, allowed: [422] });
  await house.page.goto(`${OUTCOME}/${number}`);
  await house.check('ask-back');
  await house.page.getByRole('button', { name: 'Rückfrage senden' }).click();
  await house.page.locator('#body-error').waitFor();
  await house.page.getByLabel('Ihre Rückfrage').fill('Gilt das auch für Verlängerungen?');
  await house.page.getByRole('button', { name: 'Rückfrage senden' }).click();
  await house.page.waitForURL(/notice=ask_back_sent/);
  await house.check('ask-back-sent');
  const desk = await b.open(w.url, { mail: PEOPLE.sander });
  await desk.page.goto(`${BASE}/replies?show=ask_backs`);
  await desk.page.getByRole('link', { name: 'Land Mecklenburg-Vorpommern' }).click();
  await desk.page.getByRole('link', { name: 'Rückfrage beantworten' }).click();
  await desk.check('ask-back-desk');
  await desk.page.getByLabel('Ihre Antwort').fill('Ja, ab der nächsten Verlängerung.');
  await desk.page.getByRole('button', { name: 'Antwort senden' }).click();
  await desk.page.waitForURL(/notice=ask_back_answered/);
  await desk.close();
  await house.page.goto(OUTCOME);
  assert.match(await house.page.locator(`[id="${number}"]`).innerText(), /Ja, ab der nächsten Verlängerung\./);
  await house.check('outcome-answered');
  await house.close();
});

test('the letter: A4 portrait, without the site around it, every point in it', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.lorenz });
  await page.goto(`${OUTCOME}/print`);
  await check('outcome-letter');
  assert.equal(await page.locator('tbody tr:not(.app-rowgroup)').count(), 16);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('header').isVisible(), false);
  assert.equal(await page.locator('footer').isVisible(), false);
  // the address stands in the window of an envelope: form B of DIN 5008, on a sheet with margins of 20 and 25 mm
  const mm = await page.locator('main').evaluate((main) => {
    const at = (selector) => main.querySelector(selector).getBoundingClientRect();
    const [to, sender, subject] = ['.app-letter__to', '.app-letter__head > :not(.app-letter__window)', 'h1'].map(at);
    const down = (px) => (px + scrollY) / 96 * 25.4 + 20;
    return { left: to.x / 96 * 25.4 + 25, top: down(to.top), bottom: down(to.bottom), gap: sender.x - to.right, sender: down(sender.top), subject: down(subject.top) };
  });
  const near = (a, b) => Math.abs(a - b) < 0.5;
  assert.ok(near(mm.left, 25) && near(mm.top, 62.7) && mm.bottom <= 90 && mm.gap > 0 && near(mm.sender, 50) && mm.subject >= 98, JSON.stringify(mm));
  assert.match(await page.locator('.app-letter__to').innerText(), /^Land Mecklenburg-Vorpommern\s+Schlossallee 1\s+19999 Musterschwerin$/);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.match(pdf, /\/MediaBox \[0 0 59[45]\S* 84[12]\S*\]/, 'A4 portrait');
  await close();
  const nil = await b.open(w.url, { mail: PEOPLE.thoms });
  await nil.page.goto(OUTCOME);
  await nil.check('outcome-small');
  await nil.close();
});
