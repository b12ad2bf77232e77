// also asan
// Answering: kinds of answer, versions and conflicts, deadline, roles, nil
// returns, progress.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, huber, graf;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, graf] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.graf)];
});
after(() => w?.stop());

const row = async (target) => {
  const { groups, items, comments } = await huber.json(`${BASE}/response`);
  return [...groups.flatMap((g) => g.rows), ...items.groups.flatMap((g) => g.rows), ...comments].find((r) => r.target === target);
};
const answer = (target, who = huber) => who.json(`${BASE}/response/answers/${target}`);

test('at the beginning: 13 questions in 4 blocks, 57 items, 5 comments, all empty', async () => {
  const doc = await huber.json(`${BASE}/response`);
  assert.equal(doc.groups.length, 4);
  assert.equal(doc.groups.flatMap((g) => g.rows).length, 13);
  assert.equal(doc.items.groups.flatMap((g) => g.rows).length, 57);
  assert.equal(doc.comments.length, 5);
  assert.deepEqual([doc.progress.done, doc.progress.of], [0, 13]);
  assert.equal(doc.response.state, 'draft');
});

for (const [stance, state] of [['agree', 'draft'], ['agree_changed', 'draft'], ['reject', 'draft'], ['note', 'draft'], ['no_position', 'draft'], ['nil', 'nil'], ['not_applicable', 'not_applicable']]) {
  test(`stance ${stance} is saved and shown`, async () => {
    const text = ['nil', 'not_applicable'].includes(stance) ? {} : { body: `Begründeter Text zu ${stance}.`, proposal: stance === 'agree_changed' ? 'Begründungspflicht nur für Neuvorhaben' : '', reason: stance === 'reject' ? 'Der Aufwand übersteigt den Nutzen.' : '' };
    const reply = await huber.save(BASE, 'K4.G2.5', { stance, body: '', proposal: '', reason: '', ...text });
    assert.equal(reply.status, 303, reply.words.slice(0, 400));
    const doc = await answer('K4.G2.5');
    assert.equal(doc.form.stance, stance);
    assert.equal(doc.answer.state, state);
    assert.equal((await row('K4.G2.5')).state, state);
  });
}

test('every kind of target takes an answer: question, item, chapter', async () => {
  for (const target of ['L-K3b-2', 'K3.N3', 'K5']) {
    assert.equal((await huber.save(BASE, target, { stance: 'note', body: `Anmerkung zu ${target}` })).status, 303, target);
    assert.equal((await answer(target)).form.body, `Anmerkung zu ${target}`);
  }
});

test('a list question keeps its papers', async () => {
  const reply = await huber.save(BASE, 'L-K12-4', { stance: 'note', body: 'Siehe die folgenden Papiere.',
    paper_title: ['Digitalstrategie Bayern', 'Leitlinie Open Source'], paper_source: ['Staatsministerium für Digitales, 2023', 'IT-Beauftragter'] });
  assert.equal(reply.status, 303, reply.words.slice(0, 300));
  const { form } = await answer('L-K12-4');
  assert.deepEqual(form.papers.map((p) => p.title), ['Digitalstrategie Bayern', 'Leitlinie Open Source']);
});

test('a refused list comes back as it was sent, not as it was stored', async () => {
  const reply = await huber.save(BASE, 'L-K12-4', { stance: 'note', body: 'Nur noch eines.', paper_title: [''], paper_source: ['Quelle ohne Titel'] });
  assert.equal(reply.status, 422);
  assert.ok(reply.text.includes('Quelle ohne Titel'));
  assert.ok(!reply.text.includes('Leitlinie Open Source'));
});

test('a confidential answer needs its reason', async () => {
  const without = await huber.save(BASE, 'L-K12-1', { stance: 'note', body: 'Intern', confidential: '1', confidential_reason: '' });
  assert.equal(without.status, 422);
  const reply = await huber.save(BASE, 'L-K12-1', { stance: 'note', body: 'Intern', confidential: '1', confidential_reason: 'Laufendes Vergabeverfahren' });
  assert.equal(reply.status, 303);
  assert.equal((await answer('L-K12-1')).form.confidential, true);
});

test('progress counts the questions that are done', async () => {
  const { progress, groups } = await huber.json(`${BASE}/response`);
  const rows = groups.flatMap((g) => g.rows);
  assert.equal(progress.of, 13);
  assert.equal(progress.empty, rows.filter((r) => r.state === 'empty').length);
  assert.equal(groups.reduce((sum, g) => sum + g.of, 0), 13);
});

describe('roles in the house', () => {
  test('a co-signer reads and does not write', async () => {
    const doc = await answer('L-K12-2', graf);
    assert.equal(doc.can.edit, false);
    const reply = await graf.post(`${BASE}/response/answers/L-K12-2`, { csrf: await graf.csrf(), version: doc.form.version, stance: 'note', body: 'darf nicht' });
    assert.equal(reply.status, 403);
  });
  test('a later save leaves a revision, each one an entry in the audit log, without the words', async () => {
    const count = (what) => w.value(`select count(*) from ${what}`).then(Number);
    const [revisions, entries] = [await count('app.answer_revision'), await count('app.audit')];
    await huber.save(BASE, 'L-K4-3', { stance: 'note', body: 'Geheimwort Kastanie' });
    await w.clock('2024-04-02T11:00'); // a later sitting: what stood there is sealed
    await huber.save(BASE, 'L-K4-3', { stance: 'note', body: 'Geheimwort Kastanie, zweite Fassung' });
    assert.equal(await count('app.answer_revision'), revisions + 1, 'what the second one replaced');
    assert.equal(await count('app.audit'), entries + 2);
    assert.equal(await w.value(`select count(*) from app.audit a where a::text like '%Kastanie%'`), '0');
  });
});

describe('nil returns', () => {
  test('„Für alle übrigen: Fehlanzeige“ fills what is empty, and can be taken back', async () => {
    const before = await huber.json(`${BASE}/response`);
    assert.equal((await huber.post(`${BASE}/response/nil-rest`, { csrf: await huber.csrf(), nil_rest: '1' })).status, 303);
    const set = await huber.json(`${BASE}/response`);
    assert.equal(set.response.nil_rest, true);
    assert.equal((await huber.post(`${BASE}/response/nil-rest`, { csrf: await huber.csrf() })).status, 303);
    const after = await huber.json(`${BASE}/response`);
    assert.equal(after.response.nil_rest, false);
    assert.deepEqual(after.progress, before.progress);
  });
});

describe('the deadline is the server\'s', () => {
  test('one second before: taken; after: refused with the reason, text kept', async () => {
    await w.clock('2024-04-26T23:59:50');
    assert.equal((await huber.save(BASE, 'L-K4-4', { stance: 'agree', body: 'noch rechtzeitig' })).status, 303);
    const fields = await huber.answerFields(BASE, 'L-K4-4');
    await w.clock('2024-04-27T00:00:01');
    const reply = await huber.post(`${BASE}/response/answers/L-K4-4`, { ...fields, body: 'eine Sekunde zu spät' });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Frist/);
    assert.match(reply.text, /eine Sekunde zu spät/);
    const doc = await answer('L-K4-4');
    assert.equal(doc.form.body, 'noch rechtzeitig');
    assert.equal(doc.can.edit, false);
    assert.equal(doc.closed_reason, 'deadline');
  });
  test('whose deadline was extended still answers, with that date on the page', async () => {
    await w.sql(`update app.participation set extended_until = '2024-05-03T12:00:00+02', extension_reason = 'Präsidium am 30.04.'
      where organisation_id = (select id from app.organisation where code = 'DLT')`);
    const falk = await w.as(PEOPLE.falk);
    const doc = await falk.json(`${BASE}/response`);
    assert.equal(doc.deadline.is_extended, true);
    assert.match(doc.deadline.closes_at, /^2024-05-03T12:00/);
    assert.equal((await falk.save(BASE, 'L-K12-1', { stance: 'note', body: 'Rückmeldung des Präsidiums' })).status, 303);
  });
});
