// The history of an answer: what is in it, what comes back, who is told.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const ANSWER = `${BASE}/response/answers/K4.G2.5`;
const HISTORY = `${ANSWER}/history`;
let w, huber, graf, brandl, falk;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  // a second person who edits: the house gives the role to its releaser
  await w.sql(`insert into app.membership (person_id, organisation_id, role) select p.id, o.id, 'editor'
    from app.person p, app.organisation o where p.mail = '${PEOPLE.brandl}' and o.code = 'BY'`);
  [huber, graf, brandl, falk] = await Promise.all([PEOPLE.huber, PEOPLE.graf, PEOPLE.brandl, PEOPLE.falk].map((mail) => w.as(mail)));
});
after(() => w?.stop());

const save = async (who, fields) => assert.equal((await who.save(BASE, 'K4.G2.5', fields)).status, 303);
const form = async () => (await huber.json(ANSWER)).form;
/** Presses a button on the page of the history, as it stands. */
const restore = async (who, entry, field) => {
  const { present } = await who.json(HISTORY);
  return who.post(HISTORY, { csrf: await who.csrf(), version: present.version, entry, ...(field ? { field } : {}) });
};

test('at the beginning there is nothing, and the page says so', async () => {
  const page = await huber.get(HISTORY);
  assert.equal(page.status, 200);
  assert.match(page.words, /Die Antwort ist leer.*noch keinen früheren Text/);
  assert.equal((await restore(huber, 'empty')).status, 422, 'nothing to empty');
});

describe('three texts of two people', { concurrency: 1 }, () => {
  test('stand there newest first, with who and what changed, by words', async () => {
    await save(huber, { stance: 'agree', body: 'Die Kriterien sind verbindlich & <b>gut</b>.', reason: 'Bestand.' });
    await save(brandl, { stance: 'agree_changed', body: 'Die Kriterien sind für Neuvorhaben verbindlich & <b>gut</b>.' });
    await save(huber, { stance: 'agree_changed', body: 'Die Kriterien sind für Neuvorhaben verbindlich.' });
    const { entries, present } = await huber.json(HISTORY);
    assert.deepEqual(entries.map((e) => [e.key, e.by]), [['r2', 'Dr. Ilse Brandl'], ['r1', 'Vera Huber']]);
    const body = entries[0].fields.find((f) => f.name === 'body');
    assert.deepEqual(body.before.diff.map((d) => [d.op, d.text.trim()]), [['keep', 'Die Kriterien sind'], ['insert', 'für Neuvorhaben'], ['keep', 'verbindlich & <b>gut</b>.']]);
    assert.ok(body.now.words_inserted > 0 && body.now.words_deleted <= 1, 'what restoring would bring back');
    assert.equal(entries[0].fields.find((f) => f.name === 'reason').before, null, 'only what changed');
    assert.equal(present.version, 3);
    const page = await huber.get(HISTORY);
    assert.match(page.words, /Fassung 2 Dr\. Ilse Brandl, 02\.04\.2024/);
    assert.doesNotMatch(page.text, /<b>gut/);
    assert.match((await huber.get(ANSWER)).text, new RegExp(`href="${HISTORY.replaceAll('.', '\\.')}">Verlauf, 2 Fassungen`));
  });

  test('one field comes back alone, then the whole text; each stays to be had again', async () => {
    assert.equal((await restore(huber, 'r1', 'stance')).location, `${ANSWER}?notice=restored`);
    assert.deepEqual([(await form()).stance, (await form()).body], ['agree', 'Die Kriterien sind für Neuvorhaben verbindlich.']);
    const reply = await restore(brandl, 'r1');
    assert.match((await brandl.get(reply.location)).words, /Wiederhergestellt\. Was vorher da stand, ist im Verlauf\./);
    assert.equal((await form()).body, 'Die Kriterien sind verbindlich & <b>gut</b>.');
    const { entries } = await huber.json(HISTORY);
    assert.deepEqual(entries.map((e) => [e.key, e.is_present]), [['r4', false], ['r3', false], ['r2', false], ['r1', true]]);
  });

  test('emptied and brought back, as confidential as before', async () => {
    await save(huber, { confidential: '1', confidential_reason: 'Laufende Vergabe' });
    assert.equal((await restore(huber, 'empty')).location, `${ANSWER}?notice=emptied`);
    assert.deepEqual([(await form()).body, (await form()).confidential], ['', false]);
    assert.equal((await restore(huber, (await huber.json(HISTORY)).entries[0].key)).status, 303);
    assert.deepEqual([(await form()).body, (await form()).confidential_reason], ['Die Kriterien sind verbindlich & <b>gut</b>.', 'Laufende Vergabe']);
    await huber.save(BASE, 'K4.G2.5', { confidential: '', confidential_reason: '' });
  });

  test('a page that is not the newest changes nothing and is shown anew', async () => {
    const { present } = await huber.json(HISTORY);
    await save(brandl, { body: 'Inzwischen weitergeschrieben.' });
    const reply = await huber.post(HISTORY, { csrf: await huber.csrf(), version: present.version, entry: 'r1' });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Inzwischen wurde gespeichert\. Nichts ist geändert\./);
    assert.equal(reply.form(HISTORY).version, String(present.version + 1), 'with the newest version');
    assert.equal((await form()).body, 'Inzwischen weitergeschrieben.');
    const json = await huber.postJson(HISTORY, { version: String(present.version), entry: 'r1' });
    assert.deepEqual([json.status, json.json.error.code], [409, 'stale_history']);
  });
});

describe('a co-signed text', { concurrency: 1 }, () => {
  test('falls when another one comes back, by name; and counts again when it does', async () => {
    const key = await w.value(`select key from app.person where mail = '${PEOPLE.graf}'`);
    await save(huber, { stance: 'agree', body: 'Diese Fassung ist abgestimmt.' });
    assert.equal((await huber.post(`${BASE}/response/cosigns`, { csrf: await huber.csrf(), 'answer.K4.G2.5': '1', [`cosigner.${key}`]: '1', due_on: '10.04.2024' })).status, 303);
    const { href } = (await graf.json('/cosigns')).rows[0];
    assert.equal((await graf.post(href, { csrf: await graf.csrf(), verdict: 'agree' })).status, 303);
    assert.match((await huber.get(HISTORY)).words, /Mitgezeichnet von Jonas Graf.*verfällt diese Mitzeichnung/);

    const { entries } = await huber.json(HISTORY);
    const signed = entries.find((e) => e.signers.length > 0).key;
    const other = await restore(huber, 'r1');
    assert.equal(other.location, `${ANSWER}?notice=restored&about=K4.G2.5`);
    assert.match((await huber.get(other.location)).words, /Die Mitzeichnung von Jonas Graf zu K4\.G2\.5 ist verfallen, weil Sie den Text geändert haben\./);
    const back = await huber.postJson(HISTORY, { version: String((await form()).version), entry: signed });
    assert.deepEqual(back.json.again, [{ name: 'Jonas Graf', verdict: 'agree' }]);
    assert.match(back.json.location, /notice=restored_signed$/);
    assert.equal((await huber.json(ANSWER)).answer.state, 'cosigned');
  });

  test('of the same text nothing falls', async () => {
    const { entries } = await huber.json(HISTORY);
    const reply = await restore(huber, entries.find((e) => e.is_present).key);
    assert.equal(reply.location, `${ANSWER}?notice=restored`);
    assert.equal((await huber.json(ANSWER)).answer.state, 'cosigned');
  });
});

test('who reads sees the history and no button; another house neither', async () => {
  const page = await graf.get(HISTORY);
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, /name="entry"/);
  assert.equal((await graf.post(HISTORY, { csrf: await graf.csrf(), version: 1, entry: 'r1' })).status, 403);
  assert.deepEqual((await falk.json(HISTORY)).entries, []);
  assert.equal((await falk.post(HISTORY, { csrf: await falk.csrf(), version: 1, entry: 'r1' })).status, 422);
  for (const entry of ['r99', 'v1.9', 'x1', 'r1.1', 'r999999999', '..']) assert.ok([422].includes((await restore(huber, entry)).status), entry);
});

test('a long history comes page by page, each text once', async () => {
  for (let i = 0; i < 12; i += 1) await save(i % 2 ? huber : brandl, { body: `Satz Nummer ${i}.` });
  const seen = [];
  let next = '';
  do {
    const doc = await huber.json(`${HISTORY}${next}`);
    assert.ok(doc.entries.length <= 10);
    seen.push(...doc.entries.map((e) => e.key));
    next = doc.next ? `?after=${doc.next}` : null;
  } while (next !== null);
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(seen.length, Number(await w.value(`select count(*) from app.answer_revision r join app.answer a on a.id = r.answer_id
    join app.target t on t.id = a.target_id where t.key = 'K4.G2.5' and r.organisation_id = (select id from app.organisation where code = 'BY')`)));
  assert.match((await huber.get(HISTORY)).words, /Ältere Texte/);
});

test('frozen: it can be read, nothing comes back', async () => {
  assert.equal((await huber.post(`${BASE}/response/freeze`, { csrf: await huber.csrf() })).status, 303);
  const page = await huber.get(HISTORY);
  assert.match(page.words, /Sie können den Verlauf lesen, aber nichts wiederherstellen\./);
  assert.doesNotMatch(page.text, /name="entry"/);
  const reply = await restore(huber, 'r1');
  assert.equal(reply.status, 409);
  assert.match(reply.words, /Das ging nicht/);
});
