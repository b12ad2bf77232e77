// with asan
// Proposals for the wording: compared with the paper while somebody writes, and
// side by side at the desk, with what meets and what can be read together.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const ITEM = 'K4.G2.5';
const PATH = `${BASE}/response/answers/${ITEM}`;
const DESK = `${BASE}/amendments/${ITEM}`;
let w, huber, brandl, graf, falk, roth, thoms, okafor, weiss, sander, wording;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, brandl, graf, falk, roth, thoms, okafor, weiss, sander] = await Promise.all(
    ['huber', 'brandl', 'graf', 'falk', 'roth', 'thoms', 'okafor', 'weiss', 'sander'].map((name) => w.as(PEOPLE[name])));
  wording = (await huber.json(PATH)).comparison.wording;
});
after(() => w?.stop());

const compare = (proposal, who = huber, path = PATH) => who.postJson(`${path}/diff`, { proposal });
const marked = ({ diff }) => diff.filter((x) => x.op !== 'keep').map((x) => `${x.op} ${x.words}`);
const act = async (who, what, more = {}) => who.post(`${BASE}/response/${what}`, { csrf: await who.csrf(), ...more });
const propose = (who, text) => who.save(BASE, ITEM, { stance: 'agree_changed', reason: 'Wegen des Aufwands.',
  proposal: text === 'ALLE' ? wording.replace('Kriterien', 'Alle Kriterien') : wording.replace('müssen begründet', text) });
async function release(who) {
  const { content_hash } = await who.json(`${BASE}/response/release`);
  const reply = await act(who, 'release', { content_hash, publication: 'no', declaration: '1' });
  assert.equal(reply.status, 303, reply.words.slice(0, 500));
}

test('the wording is compared with what is proposed, on the page and in its twin', async () => {
  const empty = await huber.get(PATH);
  assert.match(empty.words, /Vergleich mit dem Papier/);
  assert.match(empty.words, /Noch kein anderer Wortlaut vorgeschlagen/);
  assert.equal((await huber.save(BASE, ITEM, { stance: 'agree_changed', proposal: wording.replace('müssen begründet', 'müssen bei Neuvorhaben begründet') })).status, 303);
  const { comparison } = await huber.json(PATH);
  assert.deepEqual(marked(comparison), ['insert bei Neuvorhaben']);
  const page = await huber.get(PATH);
  assert.match(page.text, /<ins><span class="app-vh">Einfügung: <\/span>bei Neuvorhaben<span class="app-vh"> Ende\. <\/span><\/ins>/);
  assert.match(page.words, /1 Änderung: 2 Wörter eingefügt\./);
});

test('„Vergleich aktualisieren“ saves and goes to the comparison', async () => {
  const reply = await huber.save(BASE, ITEM, { proposal: `${wording} Das gilt ab 2025.`, then: 'compare' });
  assert.equal(reply.status, 303);
  assert.equal(reply.location, `${PATH}?notice=saved#vergleich`);
  assert.match((await huber.json(PATH)).form.proposal, /Das gilt ab 2025/);
});

test('a form that is refused compares what was sent', async () => {
  const reply = await huber.save(BASE, ITEM, { stance: 'nil', proposal: wording.replace('verbindlich', 'maßgeblich') });
  assert.equal(reply.status, 422);
  assert.match(reply.text, /<del>.*verbindlich.*<ins>.*maßgeblich/s);
  assert.doesNotMatch(reply.words, /Vergleich mit dem Papier.*Das gilt ab 2025.*Begründung/s);
});

test('„Wortlaut übernehmen und ändern“ keeps what was written and fills the field', async () => {
  await huber.save(BASE, 'K4.G2.4', { stance: 'note', body: 'Schon geschrieben.', then: 'wording' });
  const reply = await huber.save(BASE, 'K4.G2.4', { body: 'Schon geschrieben, und mehr.', then: 'wording' });
  const location = reply.location;
  assert.match(location, /K4\.G2\.4\?fill=wording#proposal$/);
  const filled = await huber.get(location.split('#')[0]);
  const { form, comparison } = await huber.json(`${BASE}/response/answers/K4.G2.4?fill=wording`);
  assert.equal(form.proposal, comparison.wording);
  assert.equal(form.body, 'Schon geschrieben, und mehr.');
  assert.ok(filled.form(`${BASE}/response/answers/K4.G2.4`).proposal.length > 20);
  assert.equal((await huber.json(`${BASE}/response/answers/K4.G2.4`)).form.proposal, '', 'nothing of it is stored');
  assert.equal((await huber.json(`${PATH}?fill=wording`)).form.proposal, `${wording} Das gilt ab 2025.`, 'what is there stays');
});

test('a proposal that says what the paper says is none', async () => {
  await huber.save(BASE, 'K4.G2.3', { stance: 'agree', proposal: `${(await huber.json(`${BASE}/response/answers/K4.G2.3`)).comparison.wording}\n` });
  assert.equal((await huber.json(`${BASE}/response/answers/K4.G2.3`)).form.proposal, '');
});

test('a question has no wording to compare with', async () => {
  assert.equal((await huber.json(`${BASE}/response/answers/L-K4-1`)).comparison, null);
  assert.equal((await compare('Neu', huber, `${BASE}/response/answers/L-K4-1`)).status, 404);
});

test('the server compares a text that is being written, and keeps nothing of it', async () => {
  const before = await w.value('select count(*) from app.audit');
  const { version } = (await huber.json(PATH)).form;
  const reply = await compare(wording.replace('verbindlich', 'zu beachten'));
  assert.equal(reply.status, 200);
  assert.deepEqual(marked(reply.json), ['delete verbindlich', 'insert zu beachten']);
  assert.deepEqual([reply.json.change_count, reply.json.words_deleted, reply.json.words_inserted, reply.json.diff_too_long], [1, 1, 2, false]);
  assert.equal((await compare('')).json.words_inserted, 0);
  assert.deepEqual((await compare(wording)).json.change_count, 0);
  assert.equal((await huber.json(PATH)).form.version, version);
  assert.equal(await w.value('select count(*) from app.audit'), before);
});

test('only who writes may ask, with the form\'s own proof, and not for everything', async () => {
  assert.equal((await compare('x', graf)).status, 403);
  assert.equal((await compare('x', sander)).status, 403);
  assert.equal((await compare('x'.repeat(20_001))).status, 422);
  assert.equal((await compare('x', huber, `${BASE}/response/answers/K9.X`)).status, 404);
  assert.equal((await huber.post(`/api${PATH}/diff`, { csrf: 'falsch', proposal: 'x' })).status, 403);
});

test('the desk sees what is released, never a draft', async () => {
  assert.match((await sander.get(DESK)).words, /Noch keine eingereichte Stellungnahme/);
  assert.deepEqual((await sander.json(`${BASE}/amendments`)).rows, []);
  await propose(huber, 'müssen bei Neuvorhaben begründet');
  assert.deepEqual((await sander.json(DESK)).variants, []);
  await release(brandl);
  const { variants } = await sander.json(DESK);
  assert.deepEqual(variants.map((v) => [v.key, v.organisations[0].stance, v.organisations[0].reason]), [['BY', 'agree_changed', 'Wegen des Aufwands.']]);
  assert.deepEqual(marked(variants[0]), ['insert bei Neuvorhaben']);
  await act(huber, 'correction');
  await propose(huber, 'müssen bei heimlichen Vorhaben begründet');
  assert.doesNotMatch((await sander.get(DESK)).text, /heimlich/, 'nor what a house corrects since');
});

test('alike proposals once, who meets whom, read together where they can', async () => {
  for (const [editor, releaser, text] of [[falk, roth, 'müssen nie begründet'], [thoms, thoms, 'ALLE'], [okafor, weiss, 'ALLE']]) {
    await propose(editor, text);
    await release(releaser);
  }
  const { variants, combined, counts, item } = await sander.json(`${DESK}?with=BY&with=KLEINBEISPIEL`);
  assert.equal(item.wording, wording);
  assert.deepEqual(variants.map((v) => v.key), ['BY', 'DLT', 'KLEINBEISPIEL'], 'Länder, advisory, others');
  assert.deepEqual(variants[2].organisations.map((o) => o.code), ['KLEINBEISPIEL', 'VDB']);
  assert.deepEqual([counts.variants, counts.proposals], [3, 4]);
  assert.deepEqual(variants.map((v) => v.overlaps.map((o) => o.key)), [['DLT'], ['BY'], []]);
  assert.equal(combined.text, wording.replace('Kriterien', 'Alle Kriterien').replace('müssen begründet', 'müssen bei Neuvorhaben begründet'));
  assert.deepEqual(marked(combined), ['insert Alle', 'insert bei Neuvorhaben']);
  assert.deepEqual((await sander.json(`${BASE}/amendments`)).rows.map((r) => [r.key, r.proposals, r.variants]), [[ITEM, 4, 3]]);

  const all = await sander.json(`${DESK}?with=BY&with=DLT&with=KLEINBEISPIEL`);
  assert.equal(all.combined.text, null);
  assert.deepEqual(all.combined.conflicts.length, 1);
  const page = await sander.get(`${DESK}?with=BY&with=DLT`);
  assert.match(page.words, /dieselben oder unmittelbar benachbarte Wörter/);
  assert.match((await sander.get(`${DESK}?with=DLT`)).words, /mindestens zwei/);
  for (const others of ['with=DLT', 'with=MV&with=XX', 'with=', '']) assert.equal((await sander.json(`${DESK}?${others}`)).combined, null, others);
  assert.equal((await sander.get(`${DESK}?${'with=A&'.repeat(51)}`)).status, 400);
});

test('behind a proposal come those that follow', async () => {
  assert.deepEqual((await sander.json(`${DESK}?after=BY`)).variants.map((v) => v.key), ['DLT', 'KLEINBEISPIEL']);
  assert.equal((await sander.json(DESK)).next_href, null);
});

test('the links lead there, for the desk alone', async () => {
  assert.match((await sander.get(`${BASE}/opinion/${ITEM}`)).text, new RegExp(`href="${DESK}"`));
  assert.match((await sander.get(`${BASE}/synopsis?target=${ITEM}`)).text, new RegExp(`href="${DESK}"`));
  assert.match((await sander.get(`${BASE}/items/${ITEM}`)).text, new RegExp(`href="${DESK}"`));
  assert.equal((await huber.json(`${BASE}/items/${ITEM}`)).amendments, null);
  assert.doesNotMatch((await w.client().get(`${BASE}/items/${ITEM}`)).text, /amendments/);
  assert.equal((await huber.get(DESK)).status, 403);
  assert.equal((await sander.get(`${BASE}/amendments/K9.X`)).status, 404);
  assert.equal((await sander.get(`${BASE}/amendments/L-K4-1`)).status, 404);
});

test('who read the proposals stands in the log, with their number', async () => {
  const seen = () => w.sql(`select amount from app.audit where act = 'amendment.view' order by id`);
  const before = (await seen()).length;
  await sander.get(DESK);
  await sander.get(`${BASE}/amendments`);
  assert.deepEqual((await seen()).slice(before), [['4']]);
});
