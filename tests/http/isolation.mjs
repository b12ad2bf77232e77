// Foreign drafts do not exist: the same status, page and time as a random id,
// for members of other houses and for the desk; nothing leaks between requests.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const MARK = 'Kastanienallee-77';
const COMMENT = 'Zypressenhof-31'; // said inside the house, never outside, not even by a release
let w, huber, thoms, sander;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, thoms, sander] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.thoms), await w.as(PEOPLE.sander)];
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: `Vertraulicher Entwurf ${MARK}` });
  for (const target of ['L-K12-2', 'K4.G2.5']) {
    assert.equal((await huber.post(`${BASE}/response/answers/${target}/comments`, { csrf: await huber.csrf(), comment: `Unter uns: ${COMMENT}` })).status, 303);
  }
});
after(() => w?.stop());

/** What differs by its nature: numbers of requests, tokens, the asked path. */
const plain = (reply) => reply.text.replace(/[0-9a-f]{16}/g, '').replace(/value="[\w-]{43}"/g, '').replaceAll(reply.path, 'PATH');

test('no page of another house or of the desk holds a word of the draft', async () => {
  const paths = [BASE, `${BASE}/response`, `${BASE}/response/answers/L-K12-2`, `${BASE}/response/print`, `${BASE}/response/release`,
    `${BASE}/questions/L-K12-2`, `${BASE}/returns`, `${BASE}/opinion`, `${BASE}/opinion/L-K12-2`, `${BASE}/synopsis`, `${BASE}/synopsis.csv`, `${BASE}/submissions/BY`];
  for (const who of [thoms, sander, w.client()]) {
    for (const path of paths) {
      for (const at of [path, `/api${path}`]) {
        const { text } = await who.get(at);
        assert.ok(!text.includes(MARK) && !text.includes(COMMENT), at);
      }
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

test('a comment of the house is in no release, print, export or file of another person, after the release neither', async () => {
  assert.ok((await huber.get(`${BASE}/response/answers/K4.G2.5`)).text.includes(COMMENT), 'there is one to be found');
  const brandl = await w.as(PEOPLE.brandl);
  for (const path of ['print', 'release', 'cosigns', 'redactions', 'short', 'assignments', '']) {
    for (const at of [`${BASE}/response/${path}`, `/api${BASE}/response/${path}`]) {
      assert.ok(!(await brandl.get(at.replace(/\/$/, ''))).text.includes(COMMENT), at);
    }
  }
  assert.ok(!(await brandl.get('/account/data.json')).text.includes(COMMENT), 'what another person wrote');
  assert.equal((await huber.post(`${BASE}/response/nil-rest`, { csrf: await huber.csrf(), nil_rest: '1' })).status, 303);
  await w.sql('update app.session set stepped_up_at = clock_timestamp()');
  const page = await brandl.get(`${BASE}/response/release`);
  assert.equal((await brandl.submit(`${BASE}/response/release`, { publication: 'yes', declaration: '1', content_hash: page.form(`${BASE}/response/release`).content_hash })).status, 303);
  const receipt = await w.value("select receipt_no from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'BY'");
  for (const who of [sander, brandl, thoms, w.client()]) {
    for (const path of [`${BASE}/submissions/BY`, `${BASE}/synopsis`, `${BASE}/synopsis.csv`, `${BASE}/synopsis.json`, `${BASE}/opinion/L-K12-2`, `/receipts/${receipt}/response`, `/receipts/${receipt}/proof.json`, `${BASE}/questions/L-K12-2`]) {
      assert.ok(!(await who.get(path)).text.includes(COMMENT), path);
    }
  }
  assert.ok((await sander.get(`${BASE}/submissions/BY`)).text.includes(MARK), 'the answer itself was released');
  for (const table of ['mail', 'audit', 'job', 'response_version', 'released_answer', 'receipt', 'position', 'answer', 'answer_revision', 'search_document', 'word']) {
    assert.equal(await w.value(`select count(*) from app.${table} x where x::text ilike '%zypressenhof%'`), '0', table);
  }
});

test('the web role reads no table by itself', async () => {
  for (const table of ['answer', 'response', 'person', 'session', 'released_answer', 'audit', 'internal_comment', 'seen', 'assignment']) {
    await assert.rejects(w.sql(`set role resonanz_web; select * from app.${table}`), /permission denied/, table);
  }
});
