// Story A4: a moderator weighs after 03.05.2024. 3: the positions on K4.G2.5 that agree with a change are
// partly adopted; 4: one is referred; 5: the words of a position have no field; 6: both sponsors are asked,
// Mecklenburg-Vorpommern approves, the BMI is pending. At 1280 and 360 px, with and without scripts.
// Each step stands on the state that the one before has left.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const WAYS = [{ width: 1280, js: true }, { width: 360, js: false }];
const TEXT = 'Bestandsschutz ist sachgerecht, eine Befristung aber nötig. Die Begründungspflicht gilt für Vorhaben, die nach dem Beschluss beginnen.';
const PLACE = 'Fassung 2, K4.G2.5 Satz 2';
let w, b, sander;
/** Numbers of the positions on K4.G2.5 with that stance, in the order of the synopsis. */
let changed, others;
const at = (number) => `${BASE}/positions/${number}`;

/** The form of the assessment: open already for who has the lock, else by its button. */
async function write(page) {
  if (await page.locator('#assessment').count() === 0) await page.getByRole('button', { name: /^(Bewerten|Neue Version schreiben)$/ }).click();
  await page.locator('#assessment').waitFor();
}

before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  sander = await w.as(PEOPLE.sander);
  const { rows } = await sander.json(`${BASE}/synopsis?target=K4.G2.5`);
  changed = rows.filter((r) => r.stance === 'agree_changed').map((r) => r.number);
  others = rows.filter((r) => r.stance !== 'agree_changed').map((r) => r.number);
  assert.deepEqual([changed.length, others.length], [3, 6], 'as the story has it');
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

test('A4.3 each position „mit Änderung“: decision, assessment and place; what is missing is said first', async () => {
  for (const [i, number] of changed.entries()) {
    const { width, js } = WAYS[i % 2];
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander, allowed: [422] });
    await page.goto(at(number));
    assert.match(await page.locator('main').innerText(), /Wortlaut unveränderlich/);
    await check('A4-3-position');
    await page.getByRole('button', { name: 'Bewerten' }).click();
    await page.getByLabel('teilweise übernommen', { exact: true }).check();
    await page.locator('#assessment').fill(TEXT);
    await page.getByRole('button', { name: 'Speichern', exact: true }).click();
    assert.match(await page.locator('#edition_place-error').innerText(), /Nennen Sie die Stelle in der nächsten Fassung/);
    assert.equal(await page.locator('#assessment').inputValue(), TEXT, 'kept');
    await check('A4-3-missing');
    await page.getByLabel('Umsetzung in der nächsten Fassung').fill(PLACE);
    await page.getByRole('button', { name: 'Speichern', exact: true }).click();
    await page.waitForURL(/notice=assessment_saved/);
    await check('A4-3-saved');
    const doc = await sander.json(at(number));
    assert.deepEqual([doc.position.decision, doc.weighing.assessment.body, doc.weighing.assessment.edition_place], ['partly', TEXT, PLACE]);
    await close();
  }
});

test('A4.4 one is referred: „verwiesen an: Digitale Anwendungen“, and on to the next', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(at(others[0]));
  await page.getByRole('button', { name: 'Bewerten' }).click();
  await page.getByLabel('verwiesen', { exact: true }).check();
  await page.getByLabel('Verwiesen an').fill('Digitale Anwendungen');
  await page.locator('#assessment').fill('Gehört in das Schwerpunktthema.');
  await page.locator('#assessment').press('Control+Enter'); // „Speichern und nächste“
  await page.waitForURL(/notice=assessment_next/);
  assert.match(await page.locator('#bewertung').innerText(), /Von Ihnen gesperrt/);
  await check('A4-4-next');
  await page.goto(at(others[0]));
  assert.match(await page.locator('#bewertung').innerText(), /verwiesen an: Digitale Anwendungen/);
  await close();
});

test('A4.5 the words of a position: no field on the page, and no way in', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.sander });
  const words = () => w.value("select md5(string_agg(a::text, e'\\n' order by a.id)) from app.released_answer a");
  const before_ = await words();
  await page.goto(at(changed[0]));
  assert.equal(await page.locator('main :is(input, textarea):is([name=body], [name=proposal], [name=reason])').count(), 0);
  assert.equal(await page.locator('main blockquote :is(input, textarea, [contenteditable])').count(), 0);
  const csrf = await sander.csrf();
  assert.equal((await sander.post(at(changed[0]), { csrf, body: 'Anders.' })).status, 405);
  const refused = await sander.post(`${at(changed[0])}/assessment`, { csrf, base: '1', decision: 'noted', assessment: 'x', body: 'Anders.' });
  assert.equal(refused.status, 409);
  assert.match(refused.words, /Der Wortlaut ist unveränderlich/);
  assert.equal(await words(), before_);
  await close();
});

test('A4.6 the sponsors are asked; Mecklenburg-Vorpommern approves, the BMI is pending: 1 von 2, Entwurf', async () => {
  const desk = await b.open(w.url, { mail: PEOPLE.sander });
  await desk.page.goto(`${BASE}/bulk`);
  await desk.page.getByLabel('Nummern der Positionen').fill([...changed, others[0]].join(', '));
  await desk.page.getByLabel('Freigabe der Sponsoren anfordern').check();
  await desk.check('A4-6-which');
  await desk.page.getByRole('button', { name: 'Weiter zur Vorschau' }).click();
  assert.match(await desk.page.locator('main').innerText(), /Noch ist nichts geändert/);
  await desk.page.getByLabel(/Bis wann/).fill('10.05.2024');
  await desk.check('A4-6-preview');
  await desk.page.getByRole('button', { name: `Freigabe für ${changed.length + 1} Positionen anfordern` }).click();
  await desk.page.waitForURL(/notice=bulk_done/);
  await desk.check('A4-6-asked');
  for (const [i, { width, js }] of WAYS.entries()) {
    const house = await b.open(w.url, { width, js, mail: PEOPLE.lorenz });
    await house.page.goto(BASE);
    await house.page.goto(`${BASE}/approvals`);
    await house.check('A4-6-approvals');
    const list = await house.page.locator('main').innerText();
    assert.ok(list.includes(TEXT) === (i === 0 || changed.length > 1) && list.includes('Frist 10.05.2024'));
    if (i === 0) { // one by itself, the others at once
      await house.page.getByRole('link', { name: `einzeln entscheiden: ${changed[0]}` }).click();
      await house.page.getByRole('button', { name: 'Ausgewählte freigeben' }).click();
    } else {
      for (const box of await house.page.locator('main [name^="tick."]').all()) await box.check();
      await house.page.getByRole('button', { name: 'Ausgewählte freigeben' }).click();
    }
    await house.page.waitForURL(/notice=approvals_approved/);
    await house.check('A4-6-approved');
    await house.close();
  }
  await desk.page.goto(at(changed[0]));
  const words = await desk.page.locator('main').innerText();
  assert.match(words, /1 von 2 Freigaben für Version 1/);
  assert.match(words, /ENTWURF/);
  assert.match(words, /Bund \(BMI\): angefragt/);
  assert.match(words, /Mecklenburg-Vorpommern: freigegeben/);
  await desk.check('A4-6-one-of-two');
  await desk.page.goto(`${BASE}/desk`);
  await desk.check('A4-6-desk');
  await desk.close();
});

test('A4.6 a new version has no approval, and the page says so before it is saved', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.sander });
  await page.goto(at(changed[0]));
  await write(page);
  assert.match(await page.locator('#bewertung').innerText(), /Dann verfällt die Freigabe: Mecklenburg-Vorpommern/);
  await check('A4-6-lapse');
  await page.locator('#assessment').fill(`${TEXT} Für laufende Vorhaben ab der nächsten wesentlichen Änderung.`);
  await page.getByRole('button', { name: 'Speichern', exact: true }).click();
  await page.waitForURL(/notice=assessment_saved/);
  assert.match(await page.locator('main').innerText(), /0 von 2 Freigaben für Version 2/);
  await close();
});

for (const { width, js } of WAYS) {
  test(`A4 two moderators at one position: the lock, and both texts side by side (${width} px${js ? '' : ', no scripts'})`, async () => {
    await w.sql(`insert into app.platform_role (person_id, role) select id, 'moderator' from app.person where mail = '${PEOPLE.petersen}'
      and not exists (select from app.platform_role r where r.person_id = person.id and r.role = 'moderator')`);
    const number = others[js ? 1 : 2] ?? others[1];
    const mira = await b.open(w.url, { width, js, mail: PEOPLE.sander, allowed: [409] });
    const ole = await b.open(w.url, { width, js, mail: PEOPLE.petersen, allowed: [409] });
    const fill = async (page, text) => {
      await page.getByLabel('zur Kenntnis genommen').check();
      await page.locator('#assessment').fill(text);
    };
    await mira.page.goto(at(number));
    await write(mira.page);
    await fill(mira.page, 'Anfang von Mira.\n\nMitte.\n\nEnde.');
    await ole.page.goto(at(number));
    assert.match(await ole.page.locator('#bewertung').innerText(), /Gesperrt durch Mira Sander seit/);
    await ole.check('A4-lock');
    await ole.page.getByRole('button', { name: 'Sperre übernehmen' }).click();
    await fill(ole.page, 'Anfang.\n\nMitte.\n\nEnde von Ole.');
    await mira.page.getByRole('button', { name: 'Speichern', exact: true }).click();
    assert.match(await mira.page.locator('main').innerText(), /Ole Petersen hat die Sperre um .* übernommen/);
    assert.match(await mira.page.locator('#assessment').inputValue(), /Anfang von Mira/);
    await mira.check('A4-lock-lost');
    await ole.page.getByRole('button', { name: 'Speichern', exact: true }).click();
    await ole.page.waitForURL(/notice=assessment_saved/);
    await mira.page.getByRole('button', { name: 'Sperre übernehmen und speichern' }).click();
    assert.match(await mira.page.locator('main').innerText(), /Inzwischen hat Ole Petersen Version \d+ gespeichert\. Nichts von Ihnen ist verloren/);
    await mira.check('A4-conflict');
    for (const text of ['Anfang von Mira.', 'Ende von Ole.']) assert.ok((await mira.page.locator('main').innerText()).includes(text), text);
    await mira.page.getByRole('button', { name: 'Meine behalten' }).click();
    await mira.page.waitForURL(/notice=assessment_saved/);
    assert.match((await sander.json(at(number))).weighing.assessment.body, /^Anfang von Mira/);
    await mira.close();
    await ole.close();
  });
}
