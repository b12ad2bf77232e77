// Story A3, steps 4 and 5: Sander invites all 28 by a list with three mistakes,
// corrects it and sends. At 1280 and 360 px, with and without scripts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { endLoops, loop } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const { organisations } = JSON.parse(readFileSync(new URL('../../assets/demo/world-2024.json', import.meta.url), 'utf8'));
const LEVELS = JSON.parse(readFileSync(new URL('../../assets/text/labels.json', import.meta.url), 'utf8')).level;
const HEAD = 'Name;Kurzname;Kennung;Ebene;Art;Land;ARS;E-Mail';
const line = (o) => [o.name, o.short_name, o.code, LEVELS[o.level], o.kind, o.land, o.ars, o.office_mail].map((v) => v ?? '').join(';');
const file = (lines) => ({ name: 'einladungen-2024-03-18.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${[HEAD, ...lines].join('\r\n')}\r\n`) });
const GOOD = organisations.map(line);
const BAD = GOOD.map((l) => l.replace('130999999901', '13099').replace(/^(Verband Digitalwirtschaft.*?;.*?;VDB;.*?;.*?);;/, '$1;17;'));
BAD.splice(6, 0, BAD[3]);

let w, b;
before(async () => {
  w = await world({ clock: '2024-03-18T09:00' });
  await w.sql(`delete from app.participation; delete from app.membership m using app.organisation o
    where o.id = m.organisation_id and o.code in ('KLEINBEISPIEL', 'VDB', 'BOA');
    delete from app.organisation_name n using app.organisation o where o.id = n.organisation_id and o.code in ('KLEINBEISPIEL', 'VDB', 'BOA');
    delete from app.organisation where code in ('KLEINBEISPIEL', 'VDB', 'BOA')`);
  b = await browse();
});
after(async () => { await endLoops(); await b?.close(); await w?.stop(); });

const send = async (page, lines) => {
  await page.locator('input[type=file]').setInputFiles(file(lines));
  await Promise.all([page.waitForURL(/\/invitations\/import\/[0-9a-f]{12}$/), page.getByRole('button', { name: /prüfen/ }).click()]);
};

for (const { width, js } of [{ width: 360, js: true }, { width: 1280, js: false }]) {
  test(`A3.4 the list is checked: three lines by number and reason, nothing done (${width} px${js ? '' : ', no scripts'})`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await page.goto('/invitations/import');
    await check('A3-4-upload');
    await send(page, BAD);
    const words = await page.locator('main').innerText();
    for (const found of ['3 Zeilen haben Fehler. Noch nichts ist eingelesen.', 'doppelt: gleiche Organisation wie Zeile 5', 'ARS „13099“ hat 5 statt 12 Ziffern', 'Land 17 gibt es nicht', 'UTF-8 mit BOM, Semikolon']) assert.ok(words.includes(found), found);
    await check('A3-4-checked');
    await page.getByRole('link', { name: 'Zeile 8' }).first().click();
    assert.match(await page.locator(':target').innerText(), /Land Berlin/);
    assert.equal(await w.value('select count(*) from app.participation'), '0');
    await close();
  });
}

test('A3.4 by keyboard alone: choosing, leaving out, hearing what is missing', async () => {
  const { page, close, check } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto('/invitations/import');
  await page.getByRole('button', { name: 'Datei prüfen' }).focus();
  await page.keyboard.press('Enter');
  assert.match(await page.locator('#file-error').innerText(), /Bitte wählen Sie eine Datei/);
  assert.equal(await page.locator('#file').getAttribute('aria-invalid'), 'true');
  await check('A3-4-nofile');
  await send(page, BAD);
  await page.getByRole('button', { name: /anlegen, 26 einladen/ }).focus();
  await page.keyboard.press('Enter');
  assert.match(await page.locator('#skip_bad-error').innerText(), /Kreuzen Sie an, dass wir sie auslassen/);
  await check('A3-4-skip');
  await close();
});

test('A3.5 the corrected list: 28 invited, each office once, the queue is visible', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto('/invitations/import');
  await send(page, GOOD);
  assert.match(await page.locator('main').innerText(), /Alle Zeilen sind in Ordnung/);
  await check('A3-5-checked');
  await Promise.all([page.waitForURL(/notice=imported/), page.getByRole('button', { name: '3 Organisationen anlegen, 28 einladen' }).click()]);
  assert.match(await page.locator('main').innerText(), /3 Organisationen angelegt, 28 eingeladen, 28 Einladungen zur Post gegeben/);
  await check('A3-5-done');
  assert.equal(await w.value("select count(distinct address) || '/' || count(*) from app.mail where template = 'office_invitation'"), '28/28');
  await page.goto('/consultations/dachstrategie-2024/returns');
  assert.match(await page.locator('main').innerText(), /von 28/);
  await page.goto('/invitations/import');
  await send(page, GOOD);
  assert.match(await page.locator('main').innerText(), /Diese Datei ändert nichts/);
  await check('A3-5-again');
  await close();
});

test('A3.5 a long list: the page follows the work, with scripts by itself, without by a link', async () => {
  const long = Array.from({ length: 1200 }, (_, i) => `Stadt Auenwald ${i};;;Kommune;;16;16${String(1e9 + i)};rathaus@auenwald${i}.example`);
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.sander });
  const plain = await b.open(w.url, { js: false, mail: PEOPLE.sander });
  await page.goto('/invitations/import');
  // one that is there: a short name of its own stays with the list
  await send(page, [...long, GOOD[0].replace(/^([^;]*);[^;]*/, '$1;Kurz')]);
  await check('A3-5-long-checked');
  await w.sql("insert into app.job_period (kind, seconds) values ('mail', 1)"); // somebody works, but has not come to it
  await page.getByRole('button', { name: /anlegen, 1\.200 einladen/ }).click();
  await page.getByText('500 von 1.201 Zeilen übernommen').waitFor();
  await check('A3-5-progress');
  await plain.page.goto(page.url());
  await plain.check('A3-5-progress');
  const jobs = loop(w);
  await page.getByRole('heading', { name: /Eingelesen am/ }).waitFor({ timeout: 60_000 });
  await jobs.end();
  assert.equal(await page.locator('#stand[aria-live]:not([aria-busy])').count(), 1, 'the result is heard');
  assert.match(await page.locator('main').innerText(), /1\.200 Organisationen angelegt, 1\.200 eingeladen/);
  await check('A3-5-long-done');
  await plain.page.getByRole('link', { name: 'Stand aktualisieren' }).click();
  assert.match(await plain.page.locator('main').innerText(), /Eingelesen am/);
  await plain.close();
  await close();
});
