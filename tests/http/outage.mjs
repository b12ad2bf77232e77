// runs alone
// The database goes away under load and comes back: no worker is lost, who
// was told „saved“ is saved, and pages answer again within two seconds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownCluster } from '../lib/cluster.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const TARGETS = ['L-K12-1', 'L-K12-2', 'L-K12-3', 'L-K4-1', 'L-K4-2', 'L-K4-3'];
let w, cluster, huber;
before(async () => {
  cluster = ownCluster();
  w = await world({ clock: '2024-04-02T09:00', cluster });
  // a copied database logs the next step of its sequences only after a checkpoint
  await cluster.sql('postgres', 'checkpoint');
  huber = await w.as(PEOPLE.huber);
});
after(() => w?.stop());

const body = async (target) => w.value(`select a.body from app.answer a join app.response r on r.id = a.response_id
  join app.organisation o on o.id = r.organisation_id join app.target t on t.id = a.target_id where o.code = 'BY' and t.key = '${target}'`);

test('restart under load', async () => {
  const workers = w.server.workers();
  const seen = { statuses: {}, firstOk: null };
  let backAt = null;
  let running = true;
  const note = (status) => {
    seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
    if (backAt !== null && seen.firstOk === null && (status === 200 || status === 303)) seen.firstOk = Date.now();
  };
  const csrf = await huber.csrf();
  const told = {}; // target -> last text that was answered with 303
  const tried = {}; // target -> every text that was sent after it

  const reader = async () => {
    while (running) {
      try { note((await huber.get(`${BASE}/chapters/K4`)).status); } catch (error) { note(error.code ?? 'error'); }
      await sleep(2);
    }
  };
  const writer = async (target) => {
    let { version } = await huber.answerFields(BASE, target);
    for (let i = 0; running; i += 1) {
      const text = `${target} Fassung ${i}`;
      try {
        const reply = await huber.post(`${BASE}/response/answers/${target}`, { csrf, version, stance: 'note', body: text, proposal: '', reason: '' });
        note(reply.status);
        if (reply.status === 303) { told[target] = text; tried[target] = []; version = Number(version) + 1; }
        else (tried[target] ??= []).push(text);
        if (reply.status === 409) ({ version } = await huber.answerFields(BASE, target));
        if (reply.status === 503) assert.ok(Number(reply.headers['retry-after']) > 0, 'Retry-After');
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        (tried[target] ??= []).push(text);
        note(error.code ?? 'error');
      }
      await sleep(5);
    }
  };
  const load = Promise.all([reader(), reader(), ...TARGETS.map(writer)]);
  await sleep(1000);
  cluster.stop({ kill: true });
  await sleep(1000);
  assert.equal((await w.client().get('/health')).status, 503);
  const page = await w.client().get('/');
  assert.equal(page.status, 503);
  assert.match(page.words, /erreichbar|Minute|später/i);
  cluster.start();
  backAt = Date.now();
  await sleep(3000);
  running = false;
  await load;

  assert.ok(seen.firstOk !== null, `nothing worked again: ${JSON.stringify(seen.statuses)}`);
  assert.ok(seen.firstOk - backAt < 2000, `${seen.firstOk - backAt} ms until the first answer`);
  for (let i = 0; i < 30; i += 1) assert.equal((await huber.get(`${BASE}/chapters/K1`)).status, 200, 'every connection is back');
  assert.deepEqual(w.server.workers(), workers, 'the same workers');
  const allowed = new Set(['200', '303', '409', '503']);
  for (const status of Object.keys(seen.statuses)) assert.ok(allowed.has(status), `status ${status}: ${JSON.stringify(seen.statuses)}`);
  for (const target of TARGETS) {
    const now = await body(target);
    assert.ok([told[target], ...(tried[target] ?? [])].includes(now), `${target}: told „${told[target]}“, stored „${now}“`);
  }
  console.log(`${JSON.stringify(seen.statuses)}, back after ${seen.firstOk - backAt} ms`);
});

test('a form sent while the database is away comes back with its text', async () => {
  const fields = { ...(await huber.answerFields(BASE, 'L-K3b-1')), stance: 'note', body: 'Darf nicht verloren gehen' };
  cluster.stop({ kill: true });
  try {
    const reply = await huber.post(`${BASE}/response/answers/L-K3b-1`, fields);
    assert.equal(reply.status, 503);
    assert.ok(Number(reply.headers['retry-after']) > 0);
    assert.match(reply.text, /Darf nicht verloren gehen/);
    assert.equal((await huber.get('/static/nichts')).status, 404, 'what needs no database goes on');
  } finally { cluster.start(); }
  await w.server.ready(5000);
  const again = await huber.post(`${BASE}/response/answers/L-K3b-1`, fields);
  assert.equal(again.status, 303, again.words.slice(300, 1200));
});
