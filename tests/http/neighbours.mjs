// also asan
// Requests do not disturb each other: clients that hang up, statements that
// wait, errors on the same connection.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from '../lib/client.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, huber, thoms, nobody;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, thoms, nobody] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.thoms), w.client()];
});
after(() => w?.stop());

const cookie = (client) => [...client.cookies].map(([k, v]) => `${k}=${v}`).join('; ');

/** Holds a lock in a session of its own until release() is called. */
async function hold(sql) {
  const child = spawn('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', w.cluster.url(w.database)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const held = new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdin.write(`begin;\n${sql};\nselect 'held';\n`);
  await held;
  return async () => { child.stdin.end('rollback;\n'); await new Promise((resolve) => child.on('close', resolve)); };
}
const LOCK_ANSWER = (target, house) => `select 1 from app.answer a join app.response r on r.id = a.response_id join app.organisation o on o.id = r.organisation_id
  join app.target t on t.id = a.target_id where o.code = '${house}' and t.key = '${target}' for update of a`;

test('clients hang up in the middle of a statement, 60 times: nothing leaks', async () => {
  await huber.save(BASE, 'L-K12-1', { stance: 'note', body: 'Entwurf Bayern' });
  const release = await hold(LOCK_ANSWER('L-K12-1', 'BY'));
  const fields = encode({ ...(await huber.answerFields(BASE, 'L-K12-1')), stance: 'note', body: 'abgebrochen' });
  const { port } = new URL(w.url);
  for (let i = 0; i < 60; i += 1) {
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    if (i % 3 === 0) {
      socket.write(`POST ${BASE}/response/answers/L-K12-1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie(huber)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${fields.length}\r\n\r\n${fields}`);
    } else socket.write(`GET ${BASE}/response HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie(huber)}\r\n\r\n`);
    await sleep(i % 2 === 0 ? 0 : 5);
    if (i % 4 === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
  await release();
  for (let i = 0; i < 20; i += 1) {
    const { organisation } = await thoms.json(`${BASE}/response`);
    assert.match(organisation.name, /Kleinbeispiel/);
    assert.equal((await nobody.json('/')).frame.user, null);
  }
  assert.equal(await w.value(`select count(*) from pg_stat_activity where datname = current_database() and usename = 'resonanz_web' and state like 'idle in transaction%'`), '0');
});

/** Whether a request has no answer yet. */
const waits = (request) => Promise.race([request.then(() => false), sleep(0, true)]);

test('a save that waits for a lock does not keep readers waiting', async () => {
  await huber.save(BASE, 'L-K12-3', { stance: 'note', body: 'vorher' });
  const fields = { ...(await huber.answerFields(BASE, 'L-K12-3')), stance: 'note', body: 'nachher' };
  const release = await hold(LOCK_ANSWER('L-K12-3', 'BY'));
  const slow = huber.post(`${BASE}/response/answers/L-K12-3`, fields);
  await sleep(50);
  for (let i = 0; i < 20; i += 1) assert.equal((await nobody.get(`${BASE}/chapters/K4`)).status, 200);
  assert.ok(await waits(slow), 'all were answered while it waits');
  await release();
  assert.equal((await slow).status, 303);
});

test('one save waits, saves of others go through', async () => {
  const fields = { ...(await huber.answerFields(BASE, 'L-K12-3')), stance: 'note', body: 'noch einmal' };
  const release = await hold(LOCK_ANSWER('L-K12-3', 'BY'));
  const slow = huber.post(`${BASE}/response/answers/L-K12-3`, fields);
  await sleep(50);
  assert.equal((await thoms.save(BASE, 'L-K3a-2', { stance: 'agree', body: 'geht durch' })).status, 303);
  assert.ok(await waits(slow), 'it was answered while the other waits');
  await release();
  assert.equal((await slow).status, 303);
});

test('errors and good answers side by side on the same connections', async () => {
  const fields = await huber.answerFields(BASE, 'L-K4-1');
  const jobs = Array.from({ length: 90 }, (_, i) => {
    if (i % 3 === 0) return huber.post(`${BASE}/response/answers/L-K4-1`, { ...fields, version: '999999', stance: 'note', body: 'alt' }).then((r) => assert.equal(r.status, 409));
    if (i % 3 === 1) return nobody.get(`${BASE}/items/gibt-es-nicht`).then((r) => assert.equal(r.status, 404));
    return nobody.get(`${BASE}/chapters/K3`).then((r) => { assert.equal(r.status, 200); assert.match(r.text, /<\/html>\s*$/); });
  });
  await Promise.all(jobs);
});

test('a statement over its time is ended, the neighbours live', async () => {
  const release = await hold('lock table app.answer in access exclusive mode');
  const reply = await huber.get(`${BASE}/response`); // before the lock is released
  await release();
  assert.equal(reply.status, 503);
  assert.equal((await huber.get(`${BASE}/response`)).status, 200);
});
