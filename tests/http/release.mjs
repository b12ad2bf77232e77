// also asan
// Release: the preview, who may, what it fixes, the receipt, corrections.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, huber, brandl, sander, receipt;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, brandl, sander] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.brandl), await w.as(PEOPLE.sander)];
});
after(() => w?.stop());

const release = async (who, more = {}) => {
  const doc = await who.json(`${BASE}/response/release`);
  return who.post(`${BASE}/response/release`, { csrf: await who.csrf(), content_hash: doc.content_hash, publication: 'yes', declaration: '1', ...more });
};
const totals = async () => (await sander.json(`${BASE}/returns`)).totals;

test('drafts, then a nil return for the rest', async () => {
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Die Vision trägt.\n=SUMME(1)' });
  await huber.save(BASE, 'K4.G2.5', { stance: 'agree_changed', body: 'Grundsätzlich ja.', proposal: 'Begründungspflicht nur für Neuvorhaben', reason: 'Bestandsverfahren' });
  await huber.post(`${BASE}/response/nil-rest`, { csrf: await huber.csrf(), nil_rest: '1' });
});

test('before the release the desk sees that it was begun, and no word of it', async () => {
  const doc = await sander.json(`${BASE}/returns`);
  const bayern = doc.sections.flatMap((s) => s.rows).find((r) => r.organisation.code === 'BY');
  assert.notEqual(bayern.state, 'released');
  assert.equal(bayern.receipt, null);
  for (const path of [`${BASE}/returns`, `${BASE}/opinion`, `${BASE}/opinion/K4.G2.5`, `${BASE}/synopsis`]) {
    assert.doesNotMatch((await sander.get(path)).text, /Neuvorhaben|Vision trägt/, path);
  }
  assert.equal((await sander.get(`${BASE}/submissions/BY`)).status, 404);
});

test('an editor cannot release', async () => {
  const doc = await huber.json(`${BASE}/response/release`);
  assert.equal(doc.can.release, false);
  assert.ok(doc.releasers.length > 0, 'who can is named');
  const refused = await release(huber);
  assert.equal(refused.status, 403);
  assert.match(refused.words, /Freigabe erforderlich Das darf nur, wer in Ihrer Organisation die Freigabe hat/);
});

test('the preview holds all words and the counts', async () => {
  const page = await brandl.get(`${BASE}/response/release`);
  assert.match(page.words, /Die Vision trägt\./);
  assert.match(page.words, /Begründungspflicht nur für Neuvorhaben/);
  const doc = await brandl.json(`${BASE}/response/release`);
  assert.equal(doc.counts.answered, 1);
  assert.match(doc.content_hash, /^[0-9a-f]{64}$/);
  assert.equal(doc.can.release, true);
});

test('without the declaration or a choice of publication: 422 at the field', async () => {
  for (const more of [{ declaration: '' }, { publication: '' }]) assert.equal((await release(brandl, more)).status, 422);
});

test('what changed after the preview is not released unseen', async () => {
  const { content_hash: seen } = await brandl.json(`${BASE}/response/release`);
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Die Vision trägt.\n=SUMME(1)\nNachtrag' });
  assert.equal((await release(brandl, { content_hash: seen })).status, 409);
  assert.equal(await w.value(`select count(*) from app.receipt r join app.organisation o on o.id = r.organisation_id where o.code = 'BY'`), '0');
});

test('the release: a receipt with number, server time, SHA-256', async () => {
  const before = await totals();
  const reply = await release(brandl);
  assert.equal(reply.status, 303, reply.words.slice(0, 400));
  assert.match(reply.location, /^\/receipts\/R1-BY-1-[0-9A-Z]{4}/);
  receipt = reply.location.split('?')[0];
  const doc = await brandl.json(receipt);
  assert.match(doc.receipt.received_at, /^2024-04-02T09:\d\d:\d\d.*\+02:00$/);
  assert.match(doc.receipt.sha256, /^[0-9a-f]{64}$/);
  assert.equal(doc.receipt.publication, 'yes');
  const after = await totals();
  assert.equal(after.released, before.released + 1);
  assert.equal(after.missing, before.missing - 1);
});

test('the SHA-256 of the receipt is that of its stored body, which holds the content hash', async () => {
  const [[body, content]] = await w.sql(`select encode(r.body, 'base64'), encode(v.content_hash, 'hex') from app.receipt r
    join app.response_version v on v.id = r.response_version_id where r.number = '${receipt.split('/').at(-1)}'`);
  const octets = Buffer.from(body, 'base64');
  const { receipt: { sha256, receipt_sha256 } } = await brandl.json(receipt);
  assert.equal(createHash('sha256').update(octets).digest('hex'), receipt_sha256);
  assert.equal(sha256, content);
  assert.ok(octets.toString('utf8').includes(content));
});

test('now the desk sees the words, in every place', async () => {
  assert.match((await sander.get(`${BASE}/submissions/BY`)).words, /Die Vision trägt\./);
  assert.match((await sander.get(`${BASE}/opinion/K4.G2.5`)).words, /Neuvorhaben/);
  const synopsis = await sander.json(`${BASE}/synopsis?target=K4.G2.5`);
  assert.ok(synopsis.rows.some((r) => r.from.code === 'BY' && r.stance === 'agree_changed'));
});

test('after the release nothing can be written: not by the form, not past it', async () => {
  const doc = await huber.json(`${BASE}/response/answers/L-K12-2`);
  assert.equal(doc.can.edit, false);
  assert.equal((await huber.save(BASE, 'L-K12-2', { body: 'heimlich' })).status, 409);
  assert.equal((await huber.post(`${BASE}/response/nil-rest`, { csrf: await huber.csrf(), nil_rest: '' })).status, 409);
  assert.equal((await release(brandl)).status, 409);
});

test('the receipt is for the house and the desk; others get 404 like for a random one', async () => {
  for (const who of [huber, sander]) assert.equal((await who.get(receipt)).status, 200);
  const lorenz = await w.as(PEOPLE.lorenz);
  const foreign = await lorenz.get(receipt);
  const random = await lorenz.get('/receipts/R1-BY-1-ZZZZ');
  assert.equal(foreign.status, 404);
  assert.equal(random.status, 404);
  assert.equal((await w.client().get(receipt)).status, 303);
});

test('a correction before the deadline is a new version; the old counts until then', async () => {
  const reply = await huber.post(`${BASE}/response/correction`, { csrf: await huber.csrf() });
  assert.equal(reply.status, 303, reply.words.slice(0, 300));
  await huber.save(BASE, 'K4.G2.5', { stance: 'reject', body: 'Nach Rücksprache abgelehnt.', proposal: '', reason: 'Kosten' });
  const during = await sander.json(`${BASE}/synopsis?target=K4.G2.5`);
  assert.equal(during.rows.find((r) => r.from.code === 'BY').stance, 'agree_changed');
  const before = await totals();

  const again = await release(brandl, { publication: 'no' });
  assert.equal(again.status, 303, again.words.slice(0, 300));
  assert.match(again.location, /^\/receipts\/R1-BY-2-/);
  const doc = await brandl.json(again.location.split('?')[0]);
  assert.equal(doc.receipt.version, 2);
  assert.ok(doc.receipt.replaces);
  const rows = (await sander.json(`${BASE}/synopsis?target=K4.G2.5`)).rows.filter((r) => r.from.code === 'BY');
  assert.deepEqual(rows.map((r) => r.stance), ['reject']);
  assert.deepEqual(await totals(), before, 'a house counts once');
  assert.equal((await brandl.json(receipt)).receipt.state, 'replaced');
});

test('after the deadline there is no correction', async () => {
  await w.clock('2024-04-27T00:00:01');
  assert.equal((await huber.post(`${BASE}/response/correction`, { csrf: await huber.csrf() })).status, 409);
});

test('released words cannot be changed in the database either', async () => {
  await assert.rejects(w.sql(`update app.released_answer set body = 'gefälscht'`));
  await assert.rejects(w.sql('delete from app.receipt'));
});
