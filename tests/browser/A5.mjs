// Story A5: the reporter freezes the Zwischenbericht for the session of 19.06.2024, on the data of A4 fully decided.
// 1 a new paper; 2 seven sections are proposed; 3 the Beschlussvorschlag in three Ziffern; 4 the figures, each with its
// rows; 5 one dissent; 6 freezing; 7 a moderator changes one decision; 8 the frozen paper keeps its values, a new draft
// has the new one and names the change. At 1280 px with scripts and at 360 px without.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../lib/cluster.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const PROPOSAL = '1. Der IT-Planungsrat nimmt den Zwischenbericht zur Kenntnis.\n2. Er bittet die Projektsponsoren, die Strategie auf Grundlage der Rückmeldungen fertigzustellen.\n3. Er bittet um Vorlage der Fassung 3 zur 45. Sitzung.';
const VOTING = /Abstimmung|Stimmen\b|Mehrheit|[Bb]eschlossen/;
let w, b, desk, number, address, dissent, changed;
const words = (page) => page.locator('article').innerText();

before(async () => {
  w = await world({ clock: '2024-06-11T16:40' });
  await w.jobs('--once');
  // every position is decided: most are noted, those that agree with a change partly adopted
  await w.sql(`insert into app.assessment (stage_id, position_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
      select p.stage_id, p.id, 1, case p.stance when 'agree_changed' then 'partly' else 'noted' end, 'Wird in der Redaktion berücksichtigt.',
        case p.stance when 'agree_changed' then 'Fassung 2, ' || t.key end, sha256('A5'), app.now(), (select x.id from app.person x where x.mail = '${PEOPLE.sander}')
      from app.position p join app.target t on t.id = p.target_id where p.is_current`);
  await w.sql('select app.assessment_apply(array(select p.id from app.position p where p.is_current))');
  b = await browse();
  desk = await b.open(w.url, { mail: PEOPLE.petersen, allowed: [422, 409] });
});
after(async () => { await b?.close(); await w?.stop(); });

test('A5.1-2 a new paper for session 44: its seven sections are proposed from the data', async () => {
  const { page, check } = desk;
  await page.goto(`${BASE}/reports`);
  await check('A5-1-none');
  await page.getByRole('link', { name: 'Unterlage anlegen' }).click();
  await page.locator('#session_number').fill('44');
  await page.locator('#session_on').fill('19.06.2024');
  await page.locator('#agenda_item').fill('4');
  await page.locator('#title').fill('');
  await page.getByRole('button', { name: 'Unterlage anlegen' }).click();
  assert.match(await page.locator('#title-error').innerText(), /füllen/);
  assert.equal(await page.locator('#agenda_item').inputValue(), '4', 'kept');
  await page.locator('#title').fill('Zwischenbericht Dachstrategie 2024');
  await check('A5-1-new');
  await page.getByRole('button', { name: 'Unterlage anlegen' }).click();
  await page.waitForURL(/notice=report_created/);
  address = new URL(page.url()).pathname.replace(/\/edit$/, '');
  const sections = await page.getByRole('navigation', { name: 'Abschnitte der Unterlage' }).getByRole('link').allInnerTexts();
  assert.deepEqual(sections.map((x) => x.replace(/\s*Vorschlag$/, '')), ['1 Deckblatt', '2 Beschlussvorschlag', '3 Sachstand und Vorgehen', '4 Ergebnisse',
    '5 Umgang mit den Rückmeldungen', '6 Nächste Schritte', '7 Anlagen']);
});

test('A5.3 the Beschlussvorschlag in three Ziffern; a place that means nothing is named with its line', async () => {
  const { page, check } = desk;
  await page.locator('#body').fill(`${PROPOSAL}\n\n{{zahl:stimmen}}`);
  await page.getByRole('button', { name: 'Speichern und Vorschau' }).click();
  assert.match(await page.locator('#body-error').innerText(), /Zeile 5: „zahl:stimmen“/);
  assert.ok((await page.locator('#body').inputValue()).startsWith('1. Der IT-Planungsrat'), 'kept');
  await check('A5-3-unknown');
  await page.locator('#body').fill(PROPOSAL);
  await page.getByRole('button', { name: 'Speichern und Vorschau' }).click();
  await page.waitForURL(/notice=saved/);
  const items = await page.locator('article ol > li').allInnerTexts();
  assert.equal(items.length, 3);
  assert.equal(items[0], 'Der IT-Planungsrat nimmt den Zwischenbericht zur Kenntnis.');
  await check('A5-3-saved');
});

test('A5.4 the figures with their base, each leads to its rows, and these are as many', async () => {
  const { page } = desk;
  await page.goto(address);
  const text = (await words(page)).replaceAll('\u00a0', ' ');
  for (const figure of ['Eingeladen waren 28 Organisationen', 'eingegangen sind 21 Stellungnahmen', '75 % (Basis: 28 Eingeladene)',
    'Sitze 14 von 17', 'beratend 5 von 6', 'weitere 2 von 5', 'Daraus ergeben sich 211 Positionen', '0 sind offen']) assert.ok(text.includes(figure), figure);
  const links = await page.locator('article a.app-fig').evaluateAll((list) => [...new Map(list.map((a) => [a.getAttribute('href'), a.textContent])).entries()]);
  const client = await w.as(PEOPLE.petersen);
  let compared = 0;
  for (const [href, shown] of links) {
    const doc = await client.json(href);
    if (href.includes('/synopsis')) assert.equal(doc.counts.filtered, Number(shown.match(/\d+/)[0]), href);
    else if (href.endsWith('/returns')) assert.ok([doc.totals.invited, doc.totals.released].includes(Number(shown.match(/\d+/)[0])) || shown.includes('%'), href);
    else if (href.includes('seat=')) assert.equal(doc.totals.filtered, Number(shown.match(/von (\d+)/)[1]), href);
    compared++;
  }
  assert.ok(compared >= 10, `${compared} figures with their rows`);
});

test('A5.5 one dissent is marked: Bayern on K4.G1.2, as it was submitted', async () => {
  const { page, check } = desk;
  await page.goto(`${address}/edit?section=4`);
  await check('A5-5-which');
  assert.match(await page.locator('#t-dissens').locator('xpath=..').innerText(), /Bayern/);
  await page.getByRole('button', { name: /Als Dissens kennzeichnen.*Bayern.*K4\.G1\.2/ }).click();
  await page.waitForURL(/notice=dissent_marked/);
  dissent = (await page.locator('article li', { hasText: 'Bayern' }).innerText());
  assert.match(dissent, /Bayern (lehnt|stimmt) K4\.G1\.2 „Wachsende zentrale föderale Budgets“ .*\(R1-\d{4}\)/);
  await page.goto(address);
  const text = await page.locator('article').evaluate((article) => { // all but the annex, where organisations speak themselves
    const annex = article.querySelector('#s7');
    let out = '';
    for (const x of article.children) { if (x === annex) break; out += `${x.textContent}\n`; }
    return out;
  });
  assert.doesNotMatch(text, VOTING, 'nothing looks like a vote');
});

test('A5.6 freezing: the figures once more, a tick, the second factor; then number, time and hash, and no form', async () => {
  const { page, check } = desk;
  await page.goto(`${address}/freeze`);
  await check('A5-6-freeze');
  const figures = await page.locator('main table').innerText();
  assert.match(figures, /Sitze\s+14 von 17/);
  await page.getByRole('button', { name: 'Bericht 1 einfrieren' }).click();
  assert.match(await page.locator('#checked-error').innerText(), /Zahlen geprüft/);
  await page.getByLabel('Ich habe die Zahlen geprüft.').check();
  await page.getByRole('button', { name: 'Bericht 1 einfrieren' }).click();
  await page.waitForURL(/notice=report_frozen/);
  await check('A5-6-frozen');
  const text = await page.locator('main').innerText();
  assert.match(text, /Eingefroren am 11\.06\.2024, \d\d:\d\d Uhr/);
  assert.match(text, /Prüfsumme \(SHA-256\)\s+[0-9a-f]{64}/);
  assert.equal(await page.locator('main form').count(), 0, 'no form at all');
  number = 1;
  await page.goto(`${address}/edit`);
  assert.equal(new URL(page.url()).pathname, address, 'there is nothing to be edited');
});

test('A5.7-8 a moderator changes one decision: the frozen paper keeps it, a new draft has it and names one change', async () => {
  const frozen = await w.value(`select encode(sha256(r.data), 'hex') from app.report r where r.number = ${number}`);
  const sander = await b.open(w.url, { mail: PEOPLE.sander });
  changed = await w.value("select app.position_number('consultation', 1, p.number, p.part) from app.position p where p.is_current and p.decision = 'noted' order by p.id limit 1");
  await sander.page.goto(`${BASE}/positions/${changed}`);
  await sander.page.getByRole('button', { name: /^(Bewerten|Neue Version schreiben)$/ }).click();
  await sander.page.getByLabel('nicht übernommen', { exact: true }).check();
  await sander.page.locator('#assessment').fill('Formulierung als Soll-Vorschrift.');
  await sander.page.getByRole('button', { name: 'Speichern', exact: true }).click();
  await sander.page.waitForURL(/notice=assessment_saved/);
  await sander.close();

  const { page, check } = desk;
  await page.goto(address);
  assert.match(await words(page), /0 nicht übernommen/);
  assert.equal(await w.value(`select encode(sha256(r.data), 'hex') from app.report r where r.number = ${number}`), frozen);
  assert.match(await page.locator('#aenderungen').innerText(), /^1 Änderung seit Bericht 1$/);
  await check('A5-8-frozen');
  await page.emulateMedia({ media: 'print' });
  const pdf = join(root, 'build/test/A5.pdf');
  writeFileSync(pdf, await page.pdf({ preferCSSPageSize: true }));
  const print = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  const sheets = print.split('\f').filter((x) => x.trim() !== '');
  assert.match(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }), /Page size:\s+59[45]\S* x 84[12]/, 'A4');
  assert.match(print, /Zwischenbericht Dachstrategie 2024/);
  sheets.forEach((sheet, i) => { assert.ok(sheet.includes(`${i + 1} / ${sheets.length}`) && sheet.includes('Nur für Mitglieder'), `sheet ${i + 1}`); });
  await page.emulateMedia({ media: 'screen' });

  await page.goto(`${BASE}/reports/new`);
  await page.getByRole('button', { name: 'Unterlage anlegen' }).click();
  await page.waitForURL(/notice=report_created/);
  const draft = new URL(page.url()).pathname.replace(/\/edit$/, '');
  for (const { width, js } of [{ width: 1280, js: true }, { width: 360, js: false }]) {
    const reader = await b.open(w.url, { width, js, mail: PEOPLE.petersen });
    await reader.page.goto(draft);
    assert.match(await words(reader.page), /1 nicht übernommen/);
    assert.match(await reader.page.locator('#aenderungen').innerText(), /^1 Änderung seit Bericht 1$/);
    const row = await reader.page.locator('table[role], main table', { hasText: 'eingefroren' }).last().innerText();
    assert.ok(row.includes(changed) && row.includes('zur Kenntnis genommen') && row.includes('nicht übernommen') && row.includes('Formulierung als Soll-Vorschrift'), row);
    assert.match(row, /11\.06\.2024, \d\d:\d\d Uhr/);
    await reader.check('A5-8-draft');
    await reader.page.goto(`${draft}/edit?section=4`);
    await reader.check('A5-8-edit');
    await reader.close();
  }
  const log = (await w.sql("select act from app.audit where act like 'report.%' order by id")).map(([act]) => act);
  for (const act of ['report.create', 'report.save', 'report.dissent', 'report.freeze', 'report.view']) assert.ok(log.includes(act), act);
});
