// The register of Beschlüsse: numbers in both forms and what is nearly one, what
// became of a Beschluss, what was said for the minutes; as page, JSON and CSV.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, SLUG, world } from '../lib/server.mjs';

const LIST = '/council-decisions', NEW = `${LIST}/new`, STATEMENTS = '/protocol-statements';
let w, nobody, sander;
const row = async (ref, who = nobody) => (await who.json(`${LIST}?q=${encodeURIComponent(ref)}`)).rows.find((r) => r.ref === ref);

describe('council decisions', { concurrency: 1 }, () => {
  before(async () => { w = await world(); nobody = w.client(); sander = await w.as(PEOPLE.sander); });
  after(() => w?.stop());

  test('the list: every number the paper cites, where and how; what was repealed, in words', async () => {
    const { rows, counts } = await nobody.json(LIST);
    assert.equal(counts.cited, 40);
    assert.equal(rows.length, counts.all);
    assert.deepEqual(rows.find((r) => r.ref === '2023/46').cited_by.map((c) => c.key).sort(), ['K3.E3', 'K3.E4', 'K4.G1.5', 'K4.G2.5']);
    const page = await nobody.get(LIST);
    assert.match(page.words, /Das Papier nennt 40, 1 ist ganz oder teilweise geändert oder aufgehoben, 4 zu prüfen/);
    for (const path of [LIST, `${LIST}/2023/44`, `${BASE}/items/K2.A8`, `${BASE}/items/K4.G1.3`, `${BASE}/chapters/K4`]) {
      assert.match((await nobody.get(path)).words, /Ziffern 2 und 3 aufgehoben durch 2025\/03/, path);
    }
    assert.match((await nobody.get(`${LIST}/2025/03`)).words, /hebt auf: Ziffern 2 und 3 von 2023\/44 ?, ab 26\.03\.2025/);
    assert.equal((await row('2023/40')).status, 'to_check');
    assert.deepEqual((await nobody.json(`${LIST}?state=affected`)).rows.map((r) => r.ref), ['2023/44']);
    assert.equal((await nobody.json(`${LIST}?state=quatsch`)).rows.length, 0);
  });

  test('what is nearly a number is explained, with the one that may be meant', async () => {
    for (const [typed, code, near] of [['2021/5', 'ref_zero', '2021/05'], ['2023-44', 'ref_slash', '2023/44'], ['23/44', 'ref_short_year', '2023/44'],
      ['B-2025/33', 'ref_suffix_missing', 'B-2025/33-IT'], ['B2025/33IT', 'ref_dash', 'B-2025/33-IT'], ['2025/33-IT', 'ref_b', 'B-2025/33-IT'],
      ['B-2025/33-XY', 'ref_suffix', 'B-2025/33-IT'], ['1999/12', 'ref_year', null], ['2024/4012', 'ref_form', null]]) {
      const { hint } = await nobody.json(`${LIST}?q=${encodeURIComponent(typed)}`);
      assert.deepEqual([hint.code, hint.near], [code, near], typed);
      const reply = await sander.submit(NEW, { ref: typed });
      assert.equal(reply.status, 422, typed);
      assert.match(reply.words, /So: 2024\/40 oder B-2025\/33-IT/, typed);
      if (near) assert.ok(reply.words.includes(`Meinten Sie ${near}?`), reply.words);
      assert.equal(reply.form(NEW).ref, typed, 'what was typed stays');
    }
    assert.equal((await nobody.json(`${LIST}?q=Beschluss%202023/44`)).rows[0].ref, '2023/44');
  });

  test('a new one in either form; its title and link appear once a person has checked it', async () => {
    assert.equal((await sander.submit(NEW, { ref: 'b-2025/33-it', note: 'Steuerungskreis' })).location, '/council-decisions/B-2025/33-IT?notice=saved');
    assert.match((await sander.submit(NEW, { ref: 'B-2025/33-IT' })).words, /steht schon im Verzeichnis/);
    assert.equal((await sander.submit(NEW, { ref: '' })).status, 422);
    assert.match((await sander.submit(NEW, { ref: '2024/40', checked: '1' })).words, /Geprüft ist ein Beschluss erst mit seinem Titel/);
    assert.match((await sander.submit(NEW, { ref: '2024/40', address: 'javascript:alert(1)' })).words, /beginnt/);
    const path = '/council-decisions/2023/44', edit = `${path}/edit`;
    const stale = (await sander.get(edit)).form(edit);
    await sander.submit(edit, { title: 'Föderale Zusammenarbeit', session_number: '42', decided_on: '03.11.2023' });
    assert.equal((await row('2023/44')).title, null, 'not shown unchecked');
    assert.equal((await row('2023/44', sander)).title, 'Föderale Zusammenarbeit');
    assert.equal((await nobody.json(`${LIST}?q=F%C3%B6derale`)).rows.length, 0);
    const late = await sander.post(edit, { ...stale, title: 'Anders' });
    assert.equal(late.status, 409);
    assert.match(late.text, /value="Anders"/);
    for (const [field, value] of [['session_number', 'vier'], ['decided_on', '31.02.2023'], ['decided_on', '01.01.2031']]) {
      assert.equal((await sander.submit(edit, { [field]: value })).status, 422, value);
    }
    await sander.submit(edit, { checked: '1' });
    assert.match((await nobody.get(path)).text, /href="https:\/\/www\.it-planungsrat\.de\/beschluss\/beschluss-2023-44"/);
    assert.equal((await nobody.json(`${LIST}?q=F%C3%B6derale`)).rows[0].title, 'Föderale Zusammenarbeit');
    const paper = JSON.parse(await w.ctl('export', SLUG)).council_decisions;
    assert.deepEqual(paper.filter((d) => d.status).map((d) => [d.ref, d.status]), [['2023/40', 'to_check']], 'the paper as a file knows no register');
  });

  test('a later one repeals, replaces or amends; entered by mistake, taken out again', async () => {
    const edit = '/council-decisions/2022/27/edit', links = '/council-decisions/2022/27/links';
    const add = (fields) => sander.submit(edit, fields, { action: links });
    assert.match((await add({ later: '2021/05', effect: 'repeals' })).words, /späterer Beschluss als 2022\/27/);
    assert.match((await add({ later: '2024/4', effect: 'repeals' })).words, /führende Null.*Meinten Sie 2024\/04/);
    assert.equal((await add({ later: '2024/40' })).status, 422);
    await add({ later: '2024/40', effect: 'replaces', since: '13.11.2024' });
    assert.match((await nobody.get('/council-decisions/2022/27')).words, /ersetzt durch 2024\/40 ?, ab 13\.11\.2024/);
    assert.match((await add({ later: '2024/40', effect: 'replaces' })).words, /schon eingetragen/);
    const page = await sander.get(edit);
    const link = /name="link" value="(\w+)"/.exec(page.text)[1];
    assert.match((await sander.post(`${links}/remove`, { csrf: await sander.csrf(), link })).location, /saved/);
    assert.equal((await sander.post(`${links}/remove`, { csrf: await sander.csrf(), link })).status, 404);
    assert.equal((await row('2022/27')).effects, null);
  });

  test('Protokollerklärungen: the wording stands; without it, what the paper tells', async () => {
    const first = await nobody.get('/council-decisions/2023/42');
    assert.match(first.words, /Freistaat Bayern.*Der Wortlaut liegt nicht vor\..*als Startschuss für eine Strategie/);
    const record = (fields) => sander.submit(STATEMENTS, fields, { action: STATEMENTS });
    assert.match((await record({ organisation: 'BY', body: 'Wir erklären.' })).words, /Beschluss oder die Nummer der Sitzung/);
    assert.match((await record({ organisation: 'Atlantis', ref: '2024/40', body: 'x' })).words, /kennen wir nicht/);
    assert.equal((await record({ organisation: 'BY', ref: '2024/40' })).status, 422);
    assert.equal((await record({ organisation: 'Sachsen', ref: '2024/40', stated_on: '20.04.2024', body: 'Sachsen erklärt:\n„Nur mit <b>Land</b>.“' })).location, '/council-decisions/2024/40?notice=saved');
    const page = await nobody.get('/council-decisions/2024/40');
    assert.match(page.words, /Freistaat Sachsen 20\.04\.2024 .*Sachsen erklärt:.*Nur mit <b>Land<\/b>.*Wortlaut unveränderlich/);
    const { rows } = await sander.json(STATEMENTS);
    const statement = rows.find((r) => r.organisation === 'Freistaat Sachsen').key;
    const withdraw = async (withdrawn_reason) => sander.post(`${STATEMENTS}/withdraw`, { csrf: await sander.csrf(), statement, withdrawn_reason });
    assert.equal((await withdraw(' ')).status, 422);
    assert.match((await withdraw('Falsche Sitzung')).location, /saved/);
    assert.equal((await withdraw('Noch einmal')).status, 404);
    assert.equal((await nobody.json(STATEMENTS)).rows.length, 1);
    assert.equal((await sander.json(STATEMENTS)).rows.find((r) => r.key === statement).withdrawn_reason, 'Falsche Sitzung');
  });

  test('CSV for everybody, of the filter; only moderators write', async () => {
    const csv = (await nobody.get(`${LIST}.csv?state=affected`));
    assert.equal(csv.status, 200);
    assert.match(csv.headers.get?.('content-type') ?? csv.headers['content-type'], /text\/csv/);
    const text = csv.text.replaceAll('"', '');
    assert.match(text, /^\ufeff?Beschluss;Titel;/);
    assert.match(text, /2023\/44;Föderale Zusammenarbeit;42;03\.11\.2023;geprüft;2025\/03: Ziffern 2 und 3;/);
    const huber = await w.as(PEOPLE.huber);
    for (const path of [NEW, '/council-decisions/2023/44/edit']) assert.equal((await huber.get(path)).status, 403, path);
    assert.equal((await huber.post(STATEMENTS, { csrf: await huber.csrf(), organisation: 'BY', body: 'x' })).status, 403);
  });
});
