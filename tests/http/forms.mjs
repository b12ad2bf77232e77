// also asan
// What comes in from outside: limits, encodings, and forms that keep what was
// typed when something is wrong with it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decode, encode } from '../lib/client.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const TARGET = `${BASE}/response/answers/L-K12-2`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
let w, huber;
before(async () => { w = await world(); huber = await w.as(PEOPLE.huber); });
after(() => w?.stop());

const stored = (target = 'L-K12-2') => w.value(`select a.body from app.answer a join app.response r on r.id = a.response_id
  join app.organisation o on o.id = r.organisation_id join app.target t on t.id = a.target_id where o.code = 'BY' and t.key = '${target}'`);

test('an answer of 20,000 characters is taken, umlauts and all', async () => {
  const body = 'Für föderale Lösungen braucht es Maß und Mitte. '.repeat(417).slice(0, 20_000);
  assert.equal([...body].length, 20_000);
  const reply = await huber.save(BASE, 'L-K12-2', { stance: 'note', body });
  assert.equal(reply.status, 303, reply.words.slice(0, 500));
  assert.equal(await stored(), body);
});

test('20,001 characters: 422, the field is named, the whole text is kept', async () => {
  const before = await stored();
  const body = `${'Überlänge '.repeat(2000)}ß`;
  const reply = await huber.save(BASE, 'L-K12-2', { stance: 'note', body });
  assert.equal(reply.status, 422);
  assert.match(reply.words, /20\.000|20 000|20000/);
  assert.match(reply.text, /aria-invalid="true"/);
  assert.equal(reply.form(TARGET).body, body);
  assert.equal(await stored(), before);
});

test('the JSON twin names field and code', async () => {
  const { version } = await huber.answerFields(BASE, 'L-K12-2');
  const reply = await huber.postJson(TARGET, { version: String(version), stance: 'note', body: 'x'.repeat(20_001) });
  assert.equal(reply.status, 422);
  const [field] = reply.json.error.fields;
  assert.equal(field.field, 'body');
  assert.equal(field.code, 'too_long');
  assert.ok(field.message.length > 10);
});

test('markup is text: stored as typed, shown as typed, run nowhere', async () => {
  const body = '„Anführung“ & <b>fett</b> <script>alert(1)</script>\n=SUMME(1)\n"\'`{{form.body}}';
  assert.equal((await huber.save(BASE, 'L-K12-2', { stance: 'note', body })).status, 303);
  assert.equal(await stored(), body);
  const page = await huber.get(TARGET);
  assert.equal(page.form(TARGET).body, body);
  assert.doesNotMatch(page.text, /<script>alert|<b>fett/);
});

test('line ends become LF, also those of multipart forms', async () => {
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'eins\r\nzwei\rdrei\n\nvier' });
  assert.equal(await stored(), 'eins\nzwei\ndrei\n\nvier');
  const fields = { ...(await huber.answerFields(BASE, 'L-K12-2')), stance: 'note', body: 'fünf\r\nsechs' };
  const boundary = '----ResonanzGrenze';
  const body = `${Object.entries(fields).map(([k, v]) => `--${boundary}\r\nContent-Disposition: form-data; name="${k}"\r\n\r\n${v}\r\n`).join('')}--${boundary}--\r\n`;
  const reply = await huber.request('POST', TARGET, { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, origin: w.url } });
  assert.equal(reply.status, 303, reply.words.slice(0, 300));
  assert.equal(await stored(), 'fünf\nsechs');
});

test('composed and decomposed umlauts are one text (NFC)', async () => {
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Maßnahmen fu\u0308r Bu\u0308rger' });
  assert.equal(await stored(), 'Maßnahmen für Bürger');
});

test('bad UTF-8, NUL and broken escapes are 400, nothing is stored', async () => {
  const before = await stored();
  const fields = encode(await huber.answerFields(BASE, 'L-K12-2'));
  for (const bad of ['&body=%ff%fe', '&body=%c0%80', '&body=a%00b', '&body=%ed%a0%80', '&body=%zz', '&body=%4']) {
    const reply = await huber.request('POST', TARGET, { body: fields.replace(/&body=[^&]*/, bad), headers: { ...FORM, origin: w.url } });
    assert.equal(reply.status, 400, bad);
  }
  assert.equal(await stored(), before);
});

test('1,001 fields are 400, not the first thousand', async () => {
  const body = `${encode(await huber.answerFields(BASE, 'L-K12-2'))}&${'x=1&'.repeat(1001)}`;
  assert.equal((await huber.request('POST', TARGET, { body, headers: { ...FORM, origin: w.url } })).status, 400);
});

test('a body over the limit is 413 at once', async () => {
  const reply = await huber.request('POST', TARGET, { body: `body=${'x'.repeat(5_000_000)}`, headers: { ...FORM, origin: w.url }, useAgent: false }).catch((e) => e);
  if (!(reply instanceof Error)) assert.equal(reply.status, 413);
  assert.equal((await huber.get('/health')).status, 200);
});

test('another content type is refused', async () => {
  for (const type of ['text/plain', 'application/xml']) {
    const reply = await huber.request('POST', TARGET, { body: 'body=x', headers: { 'content-type': type, origin: w.url } });
    assert.ok([400, 415].includes(reply.status), `${type}: ${reply.status}`);
  }
});

test('broken JSON, nested JSON and an array instead of an object are 400', async () => {
  for (const body of ['{', '[]', '{"body":{"a":1}}', '{"body":"\\ud800"}', '"text"', '']) {
    const reply = await huber.request('POST', `/api${TARGET}`, { body, headers: { 'content-type': 'application/json', origin: w.url, 'x-csrf-token': await huber.csrf() } });
    assert.ok([400, 422].includes(reply.status), `${body}: ${reply.status}`);
  }
});

test('version is a number, the stance one of seven', async () => {
  for (const fields of [{ version: 'eins' }, { version: '-99999999999999999999' }, { version: '' }, { stance: 'Zustimmung' }]) {
    const reply = await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Text bleibt', ...fields });
    assert.ok([409, 422].includes(reply.status), `${JSON.stringify(fields)}: ${reply.status}`);
    assert.equal(reply.form(TARGET).body, 'Text bleibt');
  }
});

test('errors are listed at the top and linked to their fields', async () => {
  const reply = await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'x'.repeat(20_001), reason: 'y'.repeat(20_001) });
  assert.equal(reply.status, 422);
  const links = [...reply.text.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
  for (const field of ['body', 'reason']) {
    const id = new RegExp(`<textarea[^>]*\\bid="([\\w-]+)"[^>]*name="${field}"|<textarea[^>]*name="${field}"[^>]*\\bid="([\\w-]+)"`).exec(reply.text);
    assert.ok(id && links.includes(id[1] ?? id[2]), `a link to ${field}`);
  }
  assert.match(reply.title, /Fehler|Achtung|korrigieren|prüfen/i);
});

test('the error pages speak German and say what to do', async () => {
  const page = await w.client().get('/nichts');
  assert.match(page.text, /<html[^>]+lang="de"/);
  assert.match(decode(page.words), /nicht gefunden|gibt es nicht/i);
});
