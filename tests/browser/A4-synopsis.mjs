// Story A4, the moderator weighs and exports the synopsis, as it stands on 06.05.2024.
// 1: the filter K4.G2.5 shows 9 rows, their votes are 9. 7: CSV, XLSX, JSON and print
// with the same rows and the mark ENTWURF; what participants get is less.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { parse } from '../lib/csv.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { rowsOf } from '../lib/xlsx.mjs';
import { browse } from './lib.mjs';

let w, b;
before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

const rows = 'main tbody tr:not(.app-rowgroup)';

for (const { width, js } of [{ width: 1280, js: true }, { width: 360, js: false }]) {
  test(`A4.1 the filter K4.G2.5: 9 rows, and the sum of votes is 9 (${width} px${js ? '' : ', no scripts'})`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await page.goto(`${BASE}/synopsis`);
    await check('A4-1-all');
    await page.locator('select[name=target]').selectOption('K4.G2.5');
    await Promise.all([page.waitForURL(/target=K4\.G2\.5/), page.getByRole('button', { name: 'Anwenden' }).click()]);
    assert.equal(await page.locator(rows).count(), 9);
    assert.match(await page.title(), /^9 Positionen, K4\.G2\.5 – Synopse/);
    const sum = (await page.locator('.app-pageline[role=status] .app-stance').evaluateAll((all) => all.map((x) => [x.innerText.trim(), Number(x.nextElementSibling.innerText)])));
    assert.deepEqual(sum, [['Zustimmung', 4], ['Zustimmung mit Änderung', 3], ['Ablehnung', 1], ['Hinweis', 1]]);
    assert.equal(sum.reduce((n, [, count]) => n + count, 0), 9);
    await check('A4-1-filtered');
    await page.getByRole('link', { name: 'Filter Fundstelle entfernen' }).click();
    await page.waitForURL((url) => !url.search.includes('target='));
    await close();
  });
}

test('A4.1 each set of columns, a free choice, and a view that is kept', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${BASE}/synopsis?target=K4.G2.5`);
  await page.getByRole('link', { name: 'Alle 13 Spalten' }).click();
  assert.equal(await page.locator('main thead th').count(), 13);
  await check('A4-1-columns');
  const region = page.getByRole('region', { name: /allen Spalten/ });
  await region.evaluate((area) => { area.scrollLeft = 900; area.scrollTop = 200; });
  const [head, first, area] = await Promise.all([page.locator('main thead th').first(), page.locator('main tbody th').last(), region].map((x) => x.boundingBox()));
  assert.ok(Math.abs(first.x - area.x) < 3, 'the first column stays');
  assert.ok(Math.abs(head.y - area.y) < 3, 'the heads stay');
  await page.getByText('Spalten', { exact: true }).click();
  for (const name of ['Begründung', 'Umsetzung', 'Art']) await page.getByRole('checkbox', { name, exact: true }).uncheck();
  await page.getByRole('button', { name: 'Übernehmen' }).click();
  await page.waitForURL(/column=/);
  assert.equal(await page.locator('main thead th').count(), 10);
  await page.getByText('Gespeicherte Ansichten', { exact: true }).click();
  await page.getByLabel('Name der Ansicht').fill('Souveränität ohne Begründung');
  await page.getByLabel(/für alle Moderierenden/).check();
  await page.getByRole('button', { name: 'Ansicht speichern' }).click();
  await page.goto(`${BASE}/synopsis/views`);
  await check('A4-1-views');
  await page.getByRole('link', { name: 'Souveränität ohne Begründung', exact: true }).click();
  assert.equal(await page.locator(rows).count(), 9);
  assert.equal(await page.locator('main thead th').count(), 10);
  await page.getByRole('link', { name: 'Teilnehmerfassung' }).click();
  assert.doesNotMatch(await page.locator('main thead').innerText(), /Thema|Bearbeitung/);
  await check('A4-1-participants');
  await close();
});

describe('by keys, while the focus is in the list', () => {
  const open = async () => {
    const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
    await page.goto(`${BASE}/synopsis?target=K4.G2.5`);
    await page.locator('.app-keys').waitFor();
    return { page, check, close, links: page.locator('[data-row]'), at: () => page.evaluate(() => document.activeElement.dataset.row ?? null) };
  };

  test('J, K, Enter, Escape: a row opens beside the list without the page', async () => {
    const { page, check, close, links, at } = await open();
    const tokens = await links.evaluateAll((all) => all.map((x) => x.dataset.row));
    await links.first().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    assert.equal(await at(), tokens[2]);
    await page.keyboard.press('k');
    assert.equal(await at(), tokens[1]);
    const pages = [];
    page.on('framenavigated', (frame) => pages.push(frame.url()));
    await page.evaluate(() => { window.isSamePage = true; });
    await page.keyboard.press('Enter');
    await page.locator('#zeile h2').waitFor();
    assert.match(await page.locator('#zeile h2').innerText(), new RegExp(`^${tokens[1]}`));
    assert.equal(await page.evaluate(() => window.isSamePage), true);
    assert.match(page.url(), new RegExp(`row=${tokens[1]}`));
    await check('A4-keys-open');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#zeile').isVisible(), false);
    assert.equal(await at(), tokens[1], 'the focus is back on the row');
    await page.keyboard.press('Enter');
    await page.locator('#zeile h2').waitFor();
    await Promise.all([page.waitForURL(new RegExp(`/positions/${tokens[1]}\\?from=target%3DK4\\.G2\\.5$`)), page.keyboard.press('Enter')]);
    await close();
  });

  test('X ticks, Shift+X up to here; the ticked go on to the topics', async () => {
    const { page, close, links } = await open();
    await links.nth(1).focus();
    await page.keyboard.press('x');
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    assert.match(await page.locator('[data-ticked]').innerText(), /^4 ausgewählt/);
    await Promise.all([page.waitForURL(/\/topics\/assign\?.*position=/), page.getByRole('button', { name: 'Thema zuordnen …' }).click()]);
    assert.match(await page.locator('h1').innerText(), /Positionen einem Thema zuordnen/);
    assert.equal((await page.locator('[name=positions]').inputValue()).split(',').length, 4);
    await close();
  });

  test('T, A and G do to the ticked rows what their buttons do, E opens the row to decide; ? lists all', async () => {
    const { page, check, close, links } = await open();
    const token = await links.nth(1).evaluate((x) => x.dataset.row);
    for (const [key, address, heading] of [['t', /topics\/assign\?/, /Positionen einem Thema zuordnen/], ['a', /\/bulk\?.*kind=assign/, /Mehrere Positionen bearbeiten/], ['g', /\/groups\/new\?/, /Gruppe bilden/]]) {
      await links.nth(1).focus();
      await Promise.all([page.waitForURL(address), page.keyboard.press(key)]);
      assert.match(await page.locator('h1').innerText(), heading);
      assert.equal(await page.locator('[name=positions]').inputValue(), token, 'nothing ticked: the row of the focus');
      await page.goto(`${BASE}/synopsis?target=K4.G2.5`);
      await page.locator('.app-keys').waitFor();
    }
    await links.nth(1).focus();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Tastenkürzel' });
    assert.match(await dialog.innerText(), /Umschalt\+X\s+bis hierher auswählen/);
    await check('A4-keys-help');
    await page.keyboard.press('j');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.row), token, 'the focus is back, and J did nothing');
    await Promise.all([page.waitForURL(new RegExp(`/positions/${token}\\?from=.*#bewertung$`)), page.keyboard.press('e')]);
    await close();
  });

  test('on the page of a position: J, K, Esc within the filter; E writes, 1 to 6 decide, A assigns; never in a field', async () => {
    const { page, check, close, links, at } = await open();
    const tokens = await links.evaluateAll((all) => all.map((x) => x.dataset.row));
    const on = (token) => page.waitForURL((url) => url.pathname.endsWith(`/positions/${token}`));
    await page.goto(await links.nth(1).evaluate((x) => x.dataset.position));
    await page.locator('.app-keys').waitFor();
    await Promise.all([on(tokens[2]), page.keyboard.press('j')]);
    await page.locator('.app-keys').waitFor();
    await Promise.all([on(tokens[1]), page.keyboard.press('k')]);
    await page.locator('.app-keys').waitFor();
    await page.keyboard.press('e');
    await page.locator('#assessment').waitFor();
    await page.locator('.app-keys').waitFor();
    const decision = () => page.locator('[name=decision]:checked').inputValue();
    await page.keyboard.press('2');
    assert.equal(await decision(), 'partly');
    await page.keyboard.press('Control+5');
    await page.keyboard.press('4');
    assert.equal(await decision(), 'noted');
    await page.locator('#assessment').fill('');
    await page.locator('#assessment').pressSequentially('1jk?');
    assert.deepEqual([await page.locator('#assessment').inputValue(), await decision()], ['1jk?', 'noted']);
    await page.locator('#decision').focus();
    await page.keyboard.press('a');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'assignee');
    await page.locator('h1').click();
    await page.keyboard.press('?');
    assert.match(await page.getByRole('dialog').innerText(), /J\s+nächste Position.*1\s+übernommen.*6\s+noch offen/s);
    await check('A4-keys-position');
    await page.getByRole('button', { name: 'Schließen', exact: true }).click();
    await page.getByRole('button', { name: 'Tastenkürzel ausschalten' }).click();
    await page.keyboard.press('1');
    assert.equal(await decision(), 'noted');
    await page.getByRole('button', { name: 'Tastenkürzel einschalten' }).click();
    await page.getByRole('button', { name: 'Schließen ohne zu speichern' }).click();
    await page.locator('#assessment').waitFor({ state: 'detached' });
    await page.locator('.app-keys').waitFor();
    await Promise.all([page.waitForURL(new RegExp(`synopsis\\?target=K4\\.G2\\.5&row=${tokens[1]}#`)), page.keyboard.press('Escape')]);
    assert.equal(await at(), null);
    await close();
  });

  test('not in a field, not elsewhere, and not when they are switched off', async () => {
    const { page, close, links, at } = await open();
    await page.keyboard.press('j');
    assert.equal(await at(), null, 'the focus is not in the list');
    await links.first().focus();
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'f-q');
    await page.keyboard.type('jx?');
    assert.equal(await page.locator('#f-q').inputValue(), 'jx?');
    await page.getByRole('button', { name: 'Tastenkürzel ausschalten' }).click();
    await links.first().focus();
    const before = await at();
    await page.keyboard.press('j');
    assert.equal(await at(), before);
    await page.reload();
    await page.getByRole('button', { name: 'Tastenkürzel einschalten' }).click();
    await links.first().focus();
    await page.keyboard.press('j');
    assert.notEqual(await at(), before);
    await close();
  });
});

test('A4.7 the exports of the view: the same rows, marked ENTWURF; participants get less', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  const { counts } = await (await w.as(PEOPLE.sander)).json(`${BASE}/synopsis`);
  const menu = async () => { await page.goto(`${BASE}/synopsis`); await page.getByText('Ausgeben', { exact: true }).click(); };
  const take = async (format, nth) => {
    await menu();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: format, exact: true }).nth(nth).click()]);
    return { name: download.suggestedFilename(), data: readFileSync(await download.path()) };
  };
  for (const [nth, file] of [[0, /^synopse-dachstrategie-2024-entwurf\./], [1, /^synopse-dachstrategie-2024-teilnehmer-entwurf\./]]) {
    const [csv, xlsx, json] = [await take('CSV', nth), await take('XLSX', nth), await take('JSON', nth)];
    for (const { name } of [csv, xlsx, json]) assert.match(name, file);
    assert.equal(csv.data.subarray(0, 3).toString('hex'), 'efbbbf');
    const [head, ...lines] = parse(csv.data.toString('utf8').slice(1));
    const document = JSON.parse(json.data);
    assert.equal(lines.length, counts.all);
    assert.equal(rowsOf(xlsx.data).length - 1, counts.all);
    assert.equal(document.rows.length, counts.all);
    assert.equal(document.mark, 'ENTWURF');
    assert.ok(lines.flat().some((cell) => cell.includes('ü')));
    assert.equal(head.some((name) => /^(Thema|Gruppe|Bearbeitung)$/.test(name)), nth === 0);
  }
  await menu();
  await Promise.all([page.waitForURL(/\/synopsis\/print$/), page.getByRole('link', { name: /Druckansicht/ }).first().click()]);
  assert.equal(await page.locator('#zeilen tr').count(), counts.all);
  assert.match(await page.locator('thead').innerText(), /Stand 06\.05\.2024.*nur für die Moderation.*ENTWURF/s);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const sheets = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  assert.ok(sheets.length > 5);
  for (const [, x, y] of sheets) assert.ok(Math.abs(x - 842) < 1 && Math.abs(y - 595) < 1, `A4 across: ${x} x ${y}`);
  await page.goto(`${BASE}/synopsis/print?target=K4.G2.5`);
  await check('A4-7-print');
  await close();
});
