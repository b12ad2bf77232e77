// Story A6: a citizen reads the result. Three statements are public, one of them
// shortened; all else of the houses is not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { parse } from '../lib/csv.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, sideways } from './lib.mjs';

const CUT = 'Fundstellen ist die große Mehrzahl'; // of what Thüringen has marked
const PUBLIC = ['Freistaat Thüringen', 'Land Mecklenburg-Vorpommern', 'Verband Digitalwirtschaft Beispiel e. V.'];
let w, b;
before(async () => {
  w = await world({ clock: '2024-05-20T10:00' });
  await w.clock('2024-07-01T10:00');
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

/** Presses Tab until a link of that name has the focus, then Enter. */
async function follow(page, name) {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((said) => document.activeElement.localName === 'a' && document.activeElement.textContent.trim().includes(said), name)) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  assert.fail(`no link „${name}“ with Tab`);
}

test('the moderators publish three statements after a preview, and the counts', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto(`${BASE}/opinion`);
  await page.getByRole('link', { name: 'Veröffentlichung: was die Öffentlichkeit liest' }).click();
  await check('A6-publications');
  for (const name of PUBLIC) await page.getByLabel(`${name} wählen`).check();
  await page.getByRole('button', { name: 'Auswahl ansehen' }).click();
  await page.getByRole('heading', { name: 'Vorschau der Veröffentlichung' }).waitFor();
  assert.match(await page.locator('main').innerText(), /\[…\]/);
  assert.doesNotMatch(await page.content(), new RegExp(CUT));
  await check('A6-preview');
  await page.getByRole('button', { name: '3 Stellungnahmen veröffentlichen' }).click();
  await page.waitForURL(/notice=published/);
  await page.getByRole('button', { name: 'Zahlen veröffentlichen' }).click();
  await page.waitForURL(/notice=results_published/);
  await check('A6-published');
  await close();
});

test('A6.1 A6.2 from the start page to K4.G2.5 with the keyboard alone', async () => {
  const { page, context, check, close } = await b.open(w.url);
  await page.goto('/');
  await follow(page, 'Ergebnisse ansehen');
  await page.waitForURL(`**${BASE}/results`);
  await page.getByRole('heading', { name: 'Ergebnisse', level: 1 }).waitFor();
  await check('A6-results');
  for (const name of PUBLIC) assert.equal(await page.locator('main .app-links').getByRole('link', { name, exact: true }).count(), 1);
  assert.match(await page.locator('main').innerText(), /3 davon 1 gekürzt auf Wunsch/i);
  await page.goto(`${BASE}/items/K4.G2.5`);
  await follow(page, 'Ergebnis');
  await page.waitForURL(`**${BASE}/results`);
  await page.goto(`${BASE}/items/K4.G2.5`);
  await page.locator('main').getByRole('link', { name: 'Ergebnis', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${BASE}/results/K4.G2.5`);
  const said = await page.locator('main').innerText();
  assert.match(said, /\d+ von 28 eingeladenen Organisationen haben sich zu diesem Punkt geäußert/);
  assert.match(said, /Das ist keine Abstimmung/);
  assert.match(said, /Mecklenburg-Vorpommern[^]*Verband Digitalwirtschaft/);
  await check('A6-result');
  await follow(page, 'Verband Digitalwirtschaft');
  await page.waitForURL(`**${BASE}/results/statements/VDB`);
  await check('A6-statement');
  await page.goto(`${BASE}/results/statements`);
  assert.equal(await page.locator('main .app-task__note', { hasText: 'gekürzt auf Wunsch' }).count(), 1);
  await check('A6-statements');
  assert.deepEqual(await context.cookies(), []);
  await close();
});

test('A6.3 at 400 % and without scripts', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, width: 360 });
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of [`${BASE}/results`, `${BASE}/results/K4.G2.5`, `${BASE}/results/statements/TH`, `${BASE}/results/codebook`]) {
    await page.goto(path);
    assert.ok((await page.evaluate(sideways)) <= 0, path);
    await check(`A6-320-${path.split('/').at(-1)}`);
  }
  await close();
});

test('A6.4 the public searches Souveränität and finds a statement', async () => {
  const { page, check, close } = await b.open(w.url, { js: false });
  await page.goto('/search?q=Souver%C3%A4nit%C3%A4t');
  await page.locator('.app-facet a', { hasText: 'Veröffentlichte Antworten' }).click();
  await page.waitForURL(/kind=published/);
  assert.match(await page.locator('.app-hits').innerText(), /Mecklenburg-Vorpommern zu K4\.G2\.5/);
  await check('A6-search');
  await page.locator('.app-hits a').first().click();
  await page.waitForURL(`**${BASE}/results/statements/MV#K4.G2.5`);
  await close();
});

test('A6.5 the open data: three organisations, no person, and counts of five or more', async () => {
  const { page, context, close } = await b.open(w.url, { js: false });
  await page.goto(`${BASE}/results`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV der Stellungnahmen' }).click()]);
  assert.equal(download.suggestedFilename(), 'statements-dachstrategie-2024-s1.csv');
  const text = readFileSync(await download.path(), 'utf8');
  const [head, ...rows] = parse(text.replace(/^\ufeff/, ''));
  assert.deepEqual([...new Set(rows.map((row) => row[head.indexOf('Organisation')]))].sort(), PUBLIC);
  assert.deepEqual([...new Set(rows.filter((row) => row[head.indexOf('Gekürzt auf Wunsch')] === 'ja').map((row) => row[head.indexOf('Organisation')]))], PUBLIC.slice(0, 1));
  assert.match(text, /\[…\]/);
  assert.doesNotMatch(text, new RegExp(CUT));
  const json = await (await page.request.get(`${BASE}/results/statements.json`)).json();
  assert.equal(json.rows.length, rows.length);
  assert.equal(json.licence.name, 'Datenlizenz Deutschland – Namensnennung – Version 2.0');
  const counts = await (await page.request.get(`${BASE}/results.json`)).json();
  assert.ok(counts.rows.length > 15 && counts.rows.every((row) => row.answered >= 5));
  const csv = parse((await (await page.request.get(`${BASE}/results.csv`)).text()).replace(/^\ufeff/, ''));
  assert.equal(csv.length - 1, counts.rows.length);
  assert.match(await (await page.request.get(`${BASE}/results/codebook.csv`)).text(), /"Zahlen";"Fundstelle";"target";/);
  const everything = text + JSON.stringify(json) + JSON.stringify(counts);
  for (const [name] of await w.sql('select name from app.person where name is not null')) assert.ok(!everything.includes(name), `${name} stands in a file`);
  assert.deepEqual(await context.cookies(), []);
  await close();
});

test('what is taken back is gone with the next request: page, search, file and address', async () => {
  const reader = w.client();
  const file = `${BASE}/results/statements.csv`;
  const before = await reader.get(file);
  assert.equal(before.headers['cache-control'], 'no-cache');
  assert.match(before.headers['last-modified'], /^\w{3}, \d\d \w{3} 2024 .* GMT$/);
  assert.equal((await reader.request('GET', file, { headers: { 'if-none-match': before.headers.etag } })).status, 304);
  const { page, close } = await b.open(w.url, { mail: PEOPLE.lorenz });
  await page.goto(`${BASE}/response/publication`);
  await page.getByRole('button', { name: 'Zustimmung zurückziehen' }).click();
  await page.waitForURL(/notice=consent_withdrawn/);
  await close();
  const after = await reader.request('GET', file, { headers: { 'if-none-match': before.headers.etag } });
  assert.equal(after.status, 200);
  assert.ok(before.text.includes('laufende Verträge') && !after.text.includes('laufende Verträge'));
  assert.equal((await reader.get(`${BASE}/results/statements/MV`)).status, 404);
  assert.equal((await reader.get(`/api${BASE}/results/statements/MV`)).status, 404);
  assert.doesNotMatch((await reader.get(`${BASE}/results/K4.G2.5`)).text, /laufende Verträge/);
  assert.doesNotMatch((await reader.get('/search?q=Vertr%C3%A4ge&kind=published')).text, /Mecklenburg-Vorpommern/);
  const desk = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await desk.page.goto(`${BASE}/publications/VDB`);
  await desk.page.getByRole('button', { name: 'Veröffentlichung beenden' }).click();
  await desk.page.locator('#reason-error').waitFor();
  await desk.page.getByRole('textbox', { name: 'Grund' }).fill('Die Organisation hat darum gebeten.');
  await desk.page.getByRole('button', { name: 'Veröffentlichung beenden' }).click();
  await desk.page.waitForURL(/notice=unpublished/);
  await desk.check('A6-ended');
  await desk.close();
  assert.equal((await reader.get(`${BASE}/results/statements/VDB`)).status, 404);
  assert.deepEqual((await reader.json(`${BASE}/results`)).statements.map((s) => s.code), ['TH']);
});

test('A6.6 reports a barrier from the footer, without name and mail: a number, and a day in six weeks', async () => {
  const { page, context, check, close } = await b.open(w.url, { js: false, width: 360, allowed: [422] });
  await page.goto(`${BASE}/items/K4.G2.5`);
  await page.getByRole('contentinfo').getByRole('link', { name: 'Barriere melden' }).click();
  assert.equal(await page.getByLabel('Auf welcher Seite?').inputValue(), `${BASE}/items/K4.G2.5`);
  await check('A6-barrier');
  await page.getByRole('button', { name: 'Meldung senden' }).click();
  await page.locator('#body-error').waitFor();
  await page.getByLabel('Was geht nicht?').fill('Mein Screenreader liest die Basis der Tabelle nicht vor.');
  await page.getByRole('button', { name: 'Meldung senden' }).click();
  await page.waitForURL(/\/barriers\/received\//);
  assert.match(await page.locator('main').innerText(), /Ihre Meldung B-2024-0001[^]*Antwort bis\s+12\.08\.2024/);
  await check('A6-barrier-received');
  assert.deepEqual(await context.cookies(), []);
  const received = page.url();
  const desk = await b.open(w.url, { mail: PEOPLE.sander });
  await desk.page.goto(`${BASE}/desk`);
  await desk.page.getByRole('link', { name: 'Barriere B-2024-0001 beantworten' }).waitFor();
  await desk.page.goto('/barriers');
  assert.match(await desk.page.locator('main table').innerText(), /B-2024-0001\s+Mein Screenreader[^]*12\.08\.2024\s+offen/);
  await desk.check('A6-barriers');
  await desk.page.getByRole('link', { name: 'B-2024-0001' }).click();
  await desk.page.getByLabel('Stand').selectOption('answered');
  await desk.page.getByLabel('Antwort', { exact: true }).fill('Danke. Die Basis steht jetzt in der Überschrift der Tabelle.');
  await desk.page.getByRole('button', { name: 'Speichern' }).click();
  await desk.page.waitForURL(/notice=barrier_handled/);
  await desk.check('A6-barrier-answered');
  await desk.close();
  await page.goto(received);
  assert.match(await page.locator('main').innerText(), /Die Basis steht jetzt in der Überschrift/);
  await close();
});

test('A6.7 the statement and Leichte Sprache say what the settings say', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, width: 360 });
  await page.goto('/accessibility');
  assert.match(await page.locator('main').innerText(), /Selbstbewertung[^]*erstellt oder zuletzt überprüft[^]*Regierungspräsidium Gießen/);
  const admin = await b.open(w.url, { mail: PEOPLE.adler });
  await admin.page.goto('/settings');
  await admin.page.getByLabel('Rechtsgrundlage und Durchsetzungsstelle').selectOption('bund');
  await admin.page.getByLabel('Art der Prüfung').fill('Geprüft von einer Prüfstelle nach dem BITV-Test.');
  await admin.page.getByLabel('Erklärung erstellt oder überprüft am').fill('03.06.2024');
  await admin.page.getByLabel('Video in Gebärdensprache').fill('/dgs/resonanz.mp4');
  await admin.page.getByLabel('Text in Leichter Sprache').fill('Hier geht es um einen Plan.\n\nDer Plan heißt: Strategie.');
  await admin.page.getByRole('button', { name: 'Vorschau', exact: true }).click();
  await admin.page.getByRole('button', { name: '5 Angaben veröffentlichen' }).click();
  await admin.page.waitForURL(/\/settings\?notice=|step-up/);
  if (admin.page.url().includes('step-up')) assert.fail('the world asks for no second look');
  await admin.close();
  await page.goto('/accessibility');
  const said = await page.locator('main').innerText();
  assert.match(said, /BITV-Test[^]*am 03\.06\.2024 erstellt[^]*bis zum 03\.06\.2025[^]*Schlichtungsstelle nach dem Behindertengleichstellungsgesetz/);
  assert.doesNotMatch(said, /Gießen|liegt noch nicht vor/);
  await check('A6-accessibility');
  await page.getByRole('contentinfo').getByRole('link', { name: 'Gebärdensprache (Video)' }).waitFor();
  await page.getByRole('contentinfo').getByRole('link', { name: 'Leichte Sprache' }).click();
  assert.match(await page.locator('main').innerText(), /Der Plan heißt: Strategie\./);
  await check('A6-easy-language');
  await close();
});
