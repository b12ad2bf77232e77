// with asan
// What the audit log says about reading: views of foreign words and exports
// leave their entry before they are answered, or there is no answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, sander;
before(async () => {
  w = await world();
  sander = await w.as(PEOPLE.sander);
});
after(() => w?.stop());

/** Entries behind the id: [act, kind, amount, mail of the person]. */
const entries = (since) => w.sql(`select a.act, a.object_kind, a.amount, p.mail from app.audit a
  left join app.person p on p.id = a.person_id where a.id > ${since} order by a.id`);
const lastId = () => w.value('select coalesce(max(id), 0) from app.audit');

test('one organisation read: who and which version', async () => {
  const since = await lastId();
  const reply = await sander.get(`${BASE}/submissions/MV`);
  assert.equal(reply.status, 200);
  assert.deepEqual(await entries(since), [['submission.view', 'response_version', '', PEOPLE.sander]]);
  const code = await w.value(`select o.code from app.audit a join app.response_version v on v.id = a.object_id
    join app.organisation o on o.id = v.organisation_id where a.id > ${since}`);
  assert.equal(code, 'MV');
});

test('the twin is the same view', async () => {
  const since = await lastId();
  await sander.json(`${BASE}/submissions/MV`);
  assert.equal((await entries(since)).length, 1);
});

test('synopsis and drill-down: one entry a list, with its rows', async () => {
  for (const [path, act, list] of [[`${BASE}/synopsis?level=land`, 'synopsis.view', 'rows'], [`${BASE}/opinion/K4.G2.5`, 'opinion.view', 'words']]) {
    const since = await lastId();
    const doc = await sander.json(path);
    assert.ok(doc[list].length > 0, path);
    assert.deepEqual((await entries(since)).map(([a, , n]) => [a, n]), [[act, String(doc[list].length)]]);
  }
});

test('what shows no words of others leaves no entry', async () => {
  const since = await lastId();
  for (const path of ['/', `${BASE}/returns`, `${BASE}/opinion`, '/account', `${BASE}/submissions/GIBT-ES-NICHT`]) await sander.get(path);
  const huber = await w.as(PEOPLE.huber);
  await huber.get(`${BASE}/response`);
  assert.equal((await huber.get(`${BASE}/submissions/MV`)).status, 403);
  assert.deepEqual(await entries(since), []);
});

test('an export is noted with its rows, also when the client goes away', async () => {
  for (const format of ['csv', 'json']) {
    const since = await lastId();
    const reply = await sander.get(`${BASE}/synopsis.${format}?stance=reject`);
    assert.equal(reply.status, 200);
    const noted = await entries(since);
    assert.deepEqual(noted.map(([act, kind]) => [act, kind]), [['synopsis.export', 'stage']]);
    const { counts } = await sander.json(`${BASE}/synopsis?stance=reject`);
    assert.equal(Number(noted[0][2]), counts.filtered);
  }
  const since = await lastId();
  for (let i = 0; i < 12; i += 1) {
    const stop = new AbortController();
    const reply = await fetch(`${w.url}${BASE}/synopsis.json`, { headers: { cookie: `resonanz=${sander.cookies.get('resonanz')}` }, signal: stop.signal });
    assert.equal(reply.status, 200);
    stop.abort();
  }
  assert.equal((await entries(since)).length, 12);
  assert.equal((await sander.get('/consultations/gibt-es-nicht/synopsis.csv')).status, 404);
});

test('no entry, no page: 503 with its reason, and nothing of the words', async () => {
  await w.sql('alter table app.audit add constraint away check (act not like \'%.view\' and act not like \'%.export\') not valid');
  try {
    const words = await w.value(`select a.body from app.released_answer a join app.organisation o on o.id = a.organisation_id
      where o.code = 'MV' and length(a.body) > 40 limit 1`);
    for (const path of [`${BASE}/submissions/MV`, `${BASE}/synopsis`, `${BASE}/opinion/K4.G2.5`, `${BASE}/synopsis.csv`, `${BASE}/synopsis.json`]) {
      const reply = await sander.get(path);
      assert.equal(reply.status, 503, path);
      assert.match(reply.text, /Protokoll nimmt gerade keine Einträge an/);
      assert.ok(!reply.text.includes(words.slice(0, 40)));
    }
    assert.equal((await sander.get(`${BASE}/returns`)).status, 200);
  } finally {
    await w.sql('alter table app.audit drop constraint away');
  }
  assert.equal((await sander.get(`${BASE}/submissions/MV`)).status, 200);
});
