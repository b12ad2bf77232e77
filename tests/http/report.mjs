// Papers for a session: written by the reporter, read at the desk, frozen as what was shown. Routes: report_new, report_create,
// reports, report, report_edit, report_section_save, report_save, report_dissent_mark, report_freeze, report_freeze_confirm,
// report_outcome, report_outcome_save.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { assess } from '../lib/weighing.mjs';

const COVER = { session_number: '44', session_on: '19.06.2024', agenda_item: '4', title: 'Zwischenbericht Dachstrategie', speaker: 'Ole Petersen', purpose: 'note', mark: 'Nur für Mitglieder' };
let w, petersen, sander, csrf, at;

before(async () => {
  w = await world({ clock: '2024-06-11T16:40' });
  await w.jobs('--once');
  [petersen, sander] = await Promise.all([w.as(PEOPLE.petersen), w.as(PEOPLE.sander)]);
  csrf = await petersen.csrf();
});
after(() => w?.stop());

const post = (path, fields) => petersen.post(path, { csrf, ...fields });

test('a paper begins with seven sections from the data; a moderator reads it and writes nothing', async () => {
  assert.equal((await petersen.json(`${BASE}/reports/new`)).titles.length, 7);
  const refused = await post(`${BASE}/reports/new`, { ...COVER, kind: 'interim', session_number: 'x' });
  assert.equal(refused.status, 422);
  assert.match(refused.words, /ganze Zahl/);
  const made = await post(`${BASE}/reports/new`, { ...COVER, kind: 'interim' });
  assert.equal(made.status, 303);
  at = made.location.replace(/\/edit.*/, '');
  const { document, can_write } = await sander.json(at);
  assert.deepEqual([document.sections.length, can_write, document.number], [7, false, null]);
  // the matrix of the paper is the matrix of the desk
  const { states, rows } = await sander.json(`${BASE}/matrix?kind=principle`);
  assert.deepEqual(document.blocks['bild:positionsmatrix'].chart.rows.map(({ label, cells }) => [label.split(' ')[0], cells.map((n) => states[n])]),
    rows.map(({ target, cells }) => [target, cells.map(({ state }) => state)]));
  assert.equal((await sander.get(`${at}/edit`)).status, 403);
  assert.equal((await sander.json(`${BASE}/reports`)).rows.length, 1);
});

test('figures are counts with base and rows; what is no figure is named with its line, a stale version refused', async () => {
  const { figures } = (await petersen.json(at)).document;
  assert.deepEqual([figures.quote.value, figures.quote.base, figures.quote.form], [21, 28, 'percent']);
  assert.deepEqual([figures.sitze, figures.beratend, figures.weitere].map((f) => [f.value, f.base]), [[14, 17], [5, 6], [2, 5]]);
  assert.match(String((await petersen.get(at)).body), /75\u00a0%<\/a> \(Basis: 28 Eingeladene\)/);
  const save = (body, version) => post(`${at}/edit`, { section: '3', version, body });
  const { version } = (await petersen.json(`${at}/edit?section=3`)).form;
  const bad = await save('Ein Satz.\n\n{{zahl:unbekannt}}', version);
  assert.equal(bad.status, 422);
  assert.match(bad.words, /Zeile 3: „zahl:unbekannt“/);
  assert.match((await save('Im Satz {{tabelle:ruecklauf}}', version)).words, /allein auf einer Zeile/);
  assert.equal((await save('Eingegangen: {{zahl:quote}} <script>x</script>', version)).status, 303);
  assert.equal((await save('noch einmal', version)).status, 409);
  assert.ok(!String((await petersen.get(at)).body).includes('<script>x'));
  assert.equal((await post(`${at}/cover`, { ...COVER, cover_version: '1', title: 'Zwischenbericht' })).status, 303);
  assert.equal((await post(`${at}/cover`, { ...COVER, cover_version: '1' })).status, 409);
});

test('a dissent is a position of a seat', async () => {
  const { dissents } = await petersen.json(`${at}/edit?section=4`);
  const by = dissents.find((x) => x.organisation === 'Bayern' && x.target === 'K4.G1.2');
  assert.equal((await post(`${at}/dissents`, { position: by.number, marked: '1' })).status, 303);
  const { items } = (await petersen.json(at)).document.blocks['liste:dissens'];
  assert.deepEqual(items.map((x) => `${x.strong} ${x.text} (${x.number})`), [`Bayern lehnt K4.G1.2 „Wachsende zentrale föderale Budgets“ ab (${by.number})`]);
  const other = await w.value("select app.position_number('consultation', 1, p.number, p.part) from app.position p where p.seat_status = 'advisory' limit 1");
  assert.equal((await post(`${at}/dissents`, { position: other, marked: '1' })).status, 422);
});

test('frozen is what was shown: not without a tick, not after a change; then nothing changes it', async () => {
  const shown = async () => (await petersen.json(`${at}/freeze`)).hash;
  const first = await shown();
  assert.equal((await post(`${at}/freeze`, { shown: first })).status, 422);
  await assess(w, { organisation: 'BY', decision: 'noted', body: 'Wird geprüft.' });
  assert.equal((await post(`${at}/freeze`, { shown: first, checked: '1' })).status, 409);
  assert.equal((await post(`${at}/freeze`, { shown: await shown(), checked: '1' })).status, 303);
  const kept = (await petersen.json(at)).document;
  const bytes = () => w.value("select encode(data_hash, 'hex') || md5(data) from app.report where number = 1");
  const before_ = await bytes();
  await assess(w, { organisation: 'BY', decision: 'adopted', body: 'Nun übernommen.' });
  const now = await petersen.json(at);
  assert.deepEqual([now.document, now.since.count, now.since.rows[0].before, now.since.rows[0].now], [kept, 1, 'noted', 'adopted']);
  assert.equal(await bytes(), before_);
  assert.equal((await post(`${at}/edit`, { section: '2', version: '1', body: 'anders' })).status, 409);
  await assert.rejects(w.sql("update app.report set title = 'anders' where number = 1"), /immutable/);
  await assert.rejects(w.sql('delete from app.report_basis'), /immutable/);
  assert.match(String(await w.ctl('verify')), /1 frozen reports: read/);
});

test('the outcome of the session is recorded afterwards, with its Beschluss', async () => {
  assert.equal((await post(`${at}/outcome`, { version: '0', result: 'noted', ref: '2024-31' })).status, 422);
  assert.equal((await post(`${at}/outcome`, { version: '0', result: 'noted', ref: '2024/31', note: 'ohne Aussprache' })).status, 303);
  const { outcome } = await sander.json(at);
  assert.deepEqual([outcome.ref, outcome.result], ['2024/31', 'noted']);
  assert.equal((await petersen.json(`${at}/outcome`)).form.version, 1);
});
