// Foreign drafts do not exist: the same status, page and time as a random id,
// for members of other houses and for the desk; nothing leaks between requests.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const MARK = 'Kastanienallee-77';
let w, huber, thoms, sander;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, thoms, sander] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.thoms), await w.as(PEOPLE.sander)];
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: `Vertraulicher Entwurf ${MARK}` });
});
after(() => w?.stop());

/** What differs by its nature: numbers of requests, tokens, the asked path. */
const plain = (reply) => reply.text.replace(/[0-9a-f]{16}/g, '').replace(/value="[\w-]{43}"/g, '').replaceAll(reply.path, 'PATH');

test('no page of another house or of the desk holds a word of the draft', async () => {
  const paths = [BASE, `${BASE}/response`, `${BASE}/response/answers/L-K12-2`, `${BASE}/response/print`, `${BASE}/response/release`,
    `${BASE}/questions/L-K12-2`, `${BASE}/returns`, `${BASE}/opinion`, `${BASE}/opinion/L-K12-2`, `${BASE}/synopsis`, `${BASE}/synopsis.csv`, `${BASE}/submissions/BY`];
  for (const who of [thoms, sander, w.client()]) {
    for (const path of paths) {
      assert.ok(!(await who.get(path)).text.includes(MARK), path);
      assert.ok(!(await who.get(`/api${path}`)).text.includes(MARK), `/api${path}`);
    }
  }
});

test('a draft of another house reads like an unknown house: status and page', async () => {
  const draft = await sander.get(`${BASE}/submissions/BY`);
  const unknown = await sander.get(`${BASE}/submissions/XX`);
  assert.equal(draft.status, 404);
  assert.equal(unknown.status, 404);
  assert.equal(plain(draft), plain(unknown));
  const [a, b] = [await sander.get(`/api${BASE}/submissions/BY`), await sander.get(`/api${BASE}/submissions/XX`)];
  assert.equal(a.status, 404);
  assert.equal(plain(a), plain(b));
});

test('and takes as long: the medians of 40 in turns are alike', async () => {
  const times = { XX: [], BY: [] };
  for (let i = 0; i < 45; i += 1) {
    for (const code of ['XX', 'BY']) { // in turns: what keeps the machine busy meets both
      const t0 = process.hrtime.bigint();
      await sander.get(`${BASE}/submissions/${code}`);
      if (i >= 5) times[code].push(Number(process.hrtime.bigint() - t0) / 1e6);
    }
  }
  const [draft, unknown] = ['BY', 'XX'].map((code) => times[code].sort((x, y) => x - y)[20]);
  const ratio = draft / unknown;
  assert.ok(ratio > 1 / 3 && ratio < 3, `${draft.toFixed(2)} against ${unknown.toFixed(2)} ms`);
});

test('what a foreign house sends goes to its own response only', async () => {
  const before = await w.value(`select count(*) from app.answer a join app.response r on r.id = a.response_id join app.organisation o on o.id = r.organisation_id where o.code = 'BY'`);
  await thoms.save(BASE, 'L-K3a-2', { stance: 'agree', body: 'Entlastung kleiner Ämter', organisation: 'BY', organisation_id: '1' });
  const after = await w.value(`select count(*) from app.answer a join app.response r on r.id = a.response_id join app.organisation o on o.id = r.organisation_id where o.code = 'BY'`);
  assert.equal(after, before);
  assert.equal((await thoms.json(`${BASE}/response/answers/L-K3a-2`)).form.body, 'Entlastung kleiner Ämter');
});

test('identity does not outlive its request: people in turn on the same connections', async () => {
  const clients = [[huber, 'Bayern'], [thoms, 'Kleinbeispiel'], [w.client(), null]];
  const asked = Array.from({ length: 120 }, (_, i) => clients[i % 3]);
  await Promise.all(asked.map(async ([who, house]) => {
    if (house === null) {
      assert.equal((await who.get('/api')).json.frame.user, null);
      return;
    }
    const doc = await who.json(`${BASE}/response`);
    assert.match(doc.organisation.name, new RegExp(house));
  }));
});

test('the web role reads no table by itself', async () => {
  for (const table of ['answer', 'response', 'person', 'session', 'released_answer', 'audit']) {
    await assert.rejects(w.sql(`set role resonanz_web; select * from app.${table}`), /permission denied/, table);
  }
});
