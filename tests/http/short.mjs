// with asan
// The short path of municipalities: three marked questions on one page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const SHORT = `${BASE}/response/short`;
const TEXT = 'Kleine Ämter brauchen fertige Dienste mit Betrieb. Jede neue Pflicht kostet uns Zeit, die im Bürgerbüro fehlt.';
let w, thoms, huber, graf;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [thoms, huber, graf] = [await w.as(PEOPLE.thoms), await w.as(PEOPLE.huber), await w.as(PEOPLE.graf)];
});
after(() => w?.stop());

const rows = async (who = thoms) => Object.fromEntries((await who.json(SHORT)).form.rows.map((r) => [r.key, r]));

test('K3.N3 with its requirements and the three marked questions; offered to municipalities only', async () => {
  const doc = await thoms.json(SHORT);
  assert.deepEqual(doc.context.map((c) => [c.key, c.requirements.length]), [['K3.N3', 6]]);
  assert.deepEqual(doc.form.rows.map((r) => r.key), ['L-K3a-2', 'L-K3b-1', 'L-K4-4']);
  assert.equal(doc.form.rest, 'nil');
  assert.equal((await thoms.json(`${BASE}/response`)).short.questions, 3);
  assert.equal((await huber.json(`${BASE}/response`)).short, null);
});

test('one save: an answer, „nicht zutreffend“, nil for the rest; on to the check', async () => {
  const reply = await thoms.submit(SHORT, { 'body.L-K3a-2': TEXT, 'not_applicable.L-K4-4': '1', rest: 'nil', then: 'check' });
  assert.equal(reply.status, 303, reply.words.slice(0, 400));
  assert.equal(reply.headers.location, `${BASE}/response/release`);
  const now = await rows();
  assert.equal(now['L-K3a-2'].body, TEXT);
  assert.deepEqual([now['L-K4-4'].not_applicable, now['L-K4-4'].state, now['L-K3b-1'].state], ['1', 'not_applicable', 'nil']);
  const { counts } = await thoms.json(`${BASE}/response/release`);
  assert.deepEqual([counts.answered, counts.not_applicable, counts.nil], [1, 1, 11]);
  assert.equal(await w.value("select string_agg(act, ' ' order by a.id) from app.audit a join app.organisation o on o.id = a.organisation_id where o.code = 'KLEINBEISPIEL' and (act like 'answer.%' or act like 'response.nil%')"), 'answer.save answer.save response.nil_rest');
});

test('the same again changes nothing; „offen lassen“ takes the nil return back', async () => {
  await thoms.submit(SHORT, { then: 'later' });
  assert.equal((await rows())['L-K3a-2'].version, '1');
  const reply = await thoms.submit(SHORT, { rest: 'open', then: 'later' });
  assert.equal(reply.headers.location, `${SHORT}?notice=saved`);
  assert.equal((await rows())['L-K3b-1'].state, 'empty');
});

test('text and „nicht zutreffend“ together: said at the row, everything kept, nothing saved', async () => {
  const reply = await thoms.submit(SHORT, { 'body.L-K3b-1': 'Ja, den Betrieb.', 'not_applicable.L-K3b-1': '1', 'body.L-K3a-2': 'anders' });
  assert.equal(reply.status, 422);
  assert.match(reply.words, /L-K3b-1: „Nicht zutreffend“ steht ohne Text/);
  assert.match(reply.text, /href="#not_applicable\.L-K3b-1"/);
  assert.match(reply.text, /id="error\.not_applicable\.L-K3b-1"/);
  const form = reply.form(SHORT);
  assert.deepEqual([form['body.L-K3b-1'], form['not_applicable.L-K3b-1'], form['body.L-K3a-2']], ['Ja, den Betrieb.', '1', 'anders']);
  assert.equal((await rows())['L-K3a-2'].body, TEXT, 'none of it is saved');
});

test('too long: at the row, with the number', async () => {
  const reply = await thoms.submit(SHORT, { 'body.L-K3b-1': 'ä'.repeat(20_001) });
  assert.equal(reply.status, 422);
  assert.match(reply.text, /id="error\.body\.L-K3b-1"/);
  const { status, json: doc } = await thoms.postJson(SHORT, { 'body.L-K3b-1': 'ä'.repeat(20_001) });
  assert.equal(status, 422);
  assert.deepEqual([doc.error.fields[0].field, doc.error.fields[0].row, doc.error.fields[0].code], ['body.L-K3b-1', 'L-K3b-1', 'too_long']);
});

test('somebody else saved meanwhile: 409, both texts, and saving once more is deliberate', async () => {
  const form = (await thoms.visit(SHORT)).form(SHORT);
  await thoms.save(BASE, 'L-K3a-2', { stance: 'note', body: 'Zwischenstand aus dem Rathaus' });
  const reply = await thoms.post(SHORT, { ...form, 'body.L-K3a-2': 'Mein Text' });
  assert.equal(reply.status, 409);
  const again = reply.form(SHORT);
  assert.equal(again['body.L-K3a-2'], 'Mein Text');
  assert.match(reply.words, /Gespeicherter Text Rike Thoms, .*Zwischenstand aus dem Rathaus/);
  assert.equal(again['choice.L-K3a-2'], undefined, 'both have changed the same words: nothing is chosen');
  const undecided = await thoms.post(SHORT, again);
  assert.equal(undecided.status, 422);
  assert.match(undecided.words, /Bitte wählen Sie, welcher Text gelten soll/);
  assert.equal((await thoms.post(SHORT, { ...undecided.form(SHORT), 'choice.L-K3a-2': 'mine' })).status, 303);
  const { form: long } = await thoms.json(`${BASE}/response/answers/L-K3a-2`);
  assert.deepEqual([long.body, long.stance], ['Mein Text', 'note'], 'the stance of the long form stays');
  const { entries } = await thoms.json(`${BASE}/response/answers/L-K3a-2/history`);
  assert.ok(entries.some((e) => e.fields.some((f) => f.body === 'Zwischenstand aus dem Rathaus')), 'the other text is in the history');
});

test('a conflict in one row keeps what was written in the others; put together by hand', async () => {
  const form = (await thoms.visit(SHORT)).form(SHORT);
  await thoms.save(BASE, 'L-K3a-2', { body: 'Mein Text, ergänzt im Rathaus' });
  const reply = await thoms.post(SHORT, { ...form, 'body.L-K3a-2': 'Unser Text', 'body.L-K3b-1': 'Eine zweite Antwort' });
  assert.equal(reply.status, 409);
  const merged = await thoms.post(SHORT, { ...reply.form(SHORT), 'choice.L-K3a-2': 'merge', 'merged.L-K3a-2': 'Unser Text, ergänzt im Rathaus' });
  assert.equal(merged.status, 303);
  const { form: { rows } } = await thoms.json(SHORT);
  assert.deepEqual(['L-K3a-2', 'L-K3b-1'].map((key) => rows.find((r) => r.key === key).body), ['Unser Text, ergänzt im Rathaus', 'Eine zweite Antwort']);
});

test('hostile input: versions, keys, questions that are not part of it', async () => {
  assert.equal((await thoms.postJson(SHORT, { 'body.L-K3a-2': 'x', 'version.L-K3a-2': '1; drop' })).status, 422);
  assert.equal((await thoms.postJson(SHORT, { 'body.L-K12-1': 'nicht hier', 'version.L-K12-1': '0' })).status, 200);
  assert.equal((await thoms.json(`${BASE}/response/answers/L-K12-1`)).form.body, '', 'only the marked ones');
  assert.equal((await thoms.postJson(SHORT, { rest: 'vielleicht' })).status, 422);
});

test('after the deadline: the page reads, the save is refused and the text kept', async () => {
  const form = (await thoms.visit(SHORT)).form(SHORT);
  await w.clock('2024-04-27T00:00:01');
  const reply = await thoms.post(SHORT, { ...form, 'body.L-K3b-1': 'Zwei Sekunden zu spät' });
  assert.equal(reply.status, 409);
  assert.match(reply.words, /Zwei Sekunden zu spät/);
  assert.match((await thoms.visit(SHORT)).words, /Die Frist ist abgelaufen/);
});
