// runs alone
// `make run` as the README promises it: serves the demo, a second start is
// ready in three seconds, and it ends everything that it started.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.mjs';
import { root } from '../lib/cluster.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, freePort } from '../lib/server.mjs';

let dir, port, running;
before(async () => { dir = mkdtempSync(join(process.env.RESONANZ_TEST_DIR ?? tmpdir(), 'run-')); port = await freePort(); });
after(async () => { await running?.end('SIGTERM'); rmSync(dir, { recursive: true, force: true }); });

/** Starts it; resolves when it says that it is ready, or has ended. */
async function start(env = {}) {
  const t0 = Date.now();
  const child = spawn('bash', [join(root, 'conf/run.sh')], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, MAKEFLAGS: '', PORT: String(port), VAR: dir, ...env } });
  const run = { output: '', code: null, ms: null };
  const closed = new Promise((resolve) => child.on('close', (code) => { run.code = code; resolve(); }));
  run.end = async (signal) => { if (run.code === null) { child.kill(signal); await closed; } };
  await new Promise((resolve) => {
    const take = (chunk) => { run.output += chunk; if (/Ctrl-C stops everything/.test(run.output)) { run.ms ??= Date.now() - t0; resolve(); } };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    closed.then(resolve);
  });
  return run;
}

/** Processes that belong to the folder of this test. */
function left() {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    try {
      return Number(pid) !== process.pid && (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dir) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PIDFILE=${dir}`));
    } catch { return false; }
  });
}

test('the first start serves the demo and prints address and logins', async () => {
  running = await start();
  assert.ok(running.ms !== null, running.output);
  assert.match(running.output, new RegExp(`http://127\\.0\\.0\\.1:${port}`));
  assert.match(running.output, /vera\.huber@bayern\.example/);
  const huber = new Client(`http://127.0.0.1:${port}`);
  await huber.login(PEOPLE.huber);
  const { progress } = await huber.json(`${BASE}/response`);
  assert.ok(progress.done > 0 || progress.work > 0, 'Bayern is in mid-draft');
  const page = await huber.get('/');
  assert.match(page.words, /22\.04\.2024/);
});

test('a mail lies in the folder, with a link to here', async () => {
  const database = ['-qAtX', execFileSync('bash', [join(root, 'conf/cluster.sh'), 'url', join(dir, 'cluster'), 'resonanz', 'postgres'], { encoding: 'utf8' }).trim()];
  execFileSync('psql', [...database, '-c', `select app.queue_mail('account_locked', p.id, null, null, '{}', null, null) from app.person p where p.mail = '${PEOPLE.huber}'`]);
  for (const end = Date.now() + 15_000; !existsSync(join(dir, 'mail')) || !readdirSync(join(dir, 'mail')).some((f) => f.endsWith('.eml'));) {
    assert.ok(Date.now() < end, 'no mail within 15 seconds');
    await sleep(100);
  }
  const [file] = readdirSync(join(dir, 'mail')).filter((f) => f.endsWith('.eml'));
  assert.match(readFileSync(join(dir, 'mail', file), 'utf8'), new RegExp(`http://127\\.0\\.0\\.1:${port}`));
});

test('a port that is taken is said so, and what runs is left alone', async () => {
  const second = await start();
  assert.equal(second.code, 1);
  assert.match(second.output, new RegExp(`port ${port} is taken`));
  assert.equal((await new Client(`http://127.0.0.1:${port}`).get('/health')).status, 200);
});

test('TERM ends everything it has started', async () => {
  await running.end('SIGTERM');
  assert.equal(running.code, 143);
  assert.deepEqual(left(), []);
});

test('the second start is ready in three seconds, at another time', async () => {
  running = await start({ CLOCK: '2024-05-06T09:00' });
  assert.ok(running.ms !== null && running.ms < 3000, `${running.ms} ms\n${running.output}`);
  const { stages } = await new Client(`http://127.0.0.1:${port}`).json('/');
  assert.equal(stages[0].state, 'closed');
});

test('Ctrl-C ends everything, too', async () => {
  await running.end('SIGINT');
  assert.equal(running.code, 130);
  assert.deepEqual(left(), []);
});
