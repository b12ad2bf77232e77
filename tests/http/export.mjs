// CSV and JSON of all positions: the same rows as the page, safe to open.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from '../lib/csv.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, sander, csv, json, rows, header;
before(async () => {
  w = await world({ clock: '2024-04-22T09:00' });
  // one answer that would run as a formula in a spreadsheet
  const [huber, brandl] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.brandl)];
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: '=SUMME(1)\n„Anführung"; mit Semikolon', proposal: '@Import', reason: '-1+2' });
  await huber.post(`${BASE}/response/nil-rest`, { csrf: await huber.csrf(), nil_rest: '1' });
  const { content_hash } = await brandl.json(`${BASE}/response/release`);
  const reply = await brandl.post(`${BASE}/response/release`, { csrf: await brandl.csrf(), content_hash, publication: 'no', declaration: '1' });
  assert.equal(reply.status, 303, reply.words.slice(0, 300));
  sander = await w.as(PEOPLE.sander);
  csv = await sander.get(`${BASE}/synopsis.csv`);
  json = await sander.get(`${BASE}/synopsis.json`);
  [header, ...rows] = parse(csv.body.toString('utf8').slice(1));
});
after(() => w?.stop());

const allPages = async (query = '') => {
  const found = [];
  let path = `${BASE}/synopsis${query}`;
  for (let hops = 0; path !== null && hops < 200; hops += 1) {
    const doc = await sander.json(path);
    found.push(...doc.rows);
    path = doc.next_href;
  }
  return found;
};

test('the CSV has BOM, semicolons, CRLF, a name and the right type', () => {
  assert.equal(csv.status, 200);
  assert.deepEqual([...csv.body.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.match(csv.type, /^text\/csv; charset=utf-8/);
  assert.match(csv.headers['content-disposition'], /^attachment; filename="?[\w.-]+\.csv"?/);
  assert.equal(csv.headers['cache-control'], 'no-store');
});

test('each row has as many cells as the header', () => {
  assert.ok(rows.length > 20, `${rows.length} rows`);
  for (const row of rows) assert.equal(row.length, header.length);
});

test('no cell starts like a formula', () => {
  for (const row of rows) for (const cell of row) assert.doesNotMatch(cell, /^[=+\-@\t\r]/, cell.slice(0, 40));
  assert.ok(rows.some((row) => row.some((cell) => cell.includes('=SUMME(1)') && cell.includes('„Anführung"; mit Semikolon'))), 'the words are there');
});

test('page, CSV and JSON have the same rows', async () => {
  const list = Array.isArray(json.json) ? json.json : json.json.rows ?? json.json.positions;
  const pages = await allPages();
  const { counts } = await sander.json(`${BASE}/synopsis`);
  assert.equal(pages.length, rows.length);
  assert.equal(list.length, rows.length);
  assert.equal(counts.all, rows.length);
  const key = (r) => `${r.from?.code ?? r.organisation_code ?? r.organisation?.code ?? r.organisation} ${r.target}`;
  assert.deepEqual(list.map(key).sort(), pages.map(key).sort());
});

test('a filter means the same in all three', async () => {
  const query = '?target=L-K12-2';
  const pages = await allPages(query);
  const filtered = parse((await sander.get(`${BASE}/synopsis.csv${query}`)).body.toString('utf8').slice(1)).slice(1);
  assert.equal(filtered.length, pages.length);
  assert.ok(pages.length > 0 && pages.length < rows.length);
});

test('nothing in the export was not released', async () => {
  const text = csv.text + json.text;
  const drafts = await w.sql(`select a.body from app.answer a join app.response r on r.id = a.response_id
    where r.state = 'draft' and length(a.body) > 20 and not exists (select from app.released_answer x where x.body = a.body)`);
  for (const [body] of drafts) assert.ok(!text.includes(body.slice(0, 60)), body.slice(0, 60));
});

test('members and nobody get no export', async () => {
  const huber = await w.as(PEOPLE.huber);
  for (const path of [`${BASE}/synopsis.csv`, `${BASE}/synopsis.json`]) {
    assert.equal((await huber.get(path)).status, 403);
    assert.equal((await w.client().get(path)).status, 303);
  }
});

test('the Meinungsbild: sums by level equal sums by seat status equal the whole', async () => {
  for (const target of ['K4.G2.5', 'L-K12-2', 'K4.G1.2']) {
    const doc = await sander.json(`${BASE}/opinion/${target}`);
    const sum = (table) => (table.rows ?? table).reduce((total, { counts }) => { for (const [k, v] of Object.entries(counts)) total[k] = (total[k] ?? 0) + v; return total; }, {});
    assert.deepEqual(sum(doc.by_level), sum(doc.by_seat_status), target);
    assert.equal(Object.values(sum(doc.by_level)).reduce((a, b) => a + b, 0), 28, `${target}: each of the 28 once`);
  }
});

test('the returns: groups add up', async () => {
  const { totals, groups, levels, sections } = await sander.json(`${BASE}/returns`);
  assert.equal(totals.invited, 28);
  assert.equal(sections.flatMap((s) => s.rows).length, 28);
  for (const { key, of } of sections) assert.equal(of, groups.find((g) => g.key === key).of, `${key}: the head names its base`);
  assert.deepEqual(sections.map((s) => s.key), ['bund', 'laender', 'advisory', 'municipal', 'others']);
  assert.equal(levels.reduce((s, l) => s + l.of, 0), 28);
  assert.equal(levels.reduce((s, l) => s + l.released, 0), totals.released);
  const all = groups.find((g) => g.key === 'all');
  assert.equal(all.of, 28);
  assert.equal(groups.find((g) => g.key === 'voting').of, 17);
  assert.equal(totals.released + totals.frozen + totals.missing + totals.withdrawn, totals.invited);
});
