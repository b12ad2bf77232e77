// Starting: what the server refuses, each in one line that says why, and the
// server with a certificate of its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, world } from '../lib/server.mjs';

let w;
before(async () => { w = await world({ serve: false }); });
after(() => w?.stop());

const start = (env = {}, role = 'resonanz_web') => {
  const server = new Server({ variant: 'release', env, databaseUrl: w.cluster.url(w.database, role) });
  server.ready = () => Promise.race([server.exit, sleep(10_000, null, { ref: false })]);
  return server.start();
};

const refused = async (server, reason) => {
  const { code } = await server.exit;
  assert.notEqual(code, 0);
  assert.match(server.output, /will not start/);
  assert.match(server.output, reason);
};

test('refused: the demo clock in production', async () => {
  await refused(await start({ RESONANZ_MODE: 'production' }), /test clock/);
});

test('refused: a role that sees every row', async () => {
  await refused(await start({}, 'postgres'), /connect as resonanz_web/);
});

test('refused: the schema of another program', async () => {
  const good = await w.value("select value from app.setting where key = 'schema.checksum'");
  await w.sql("update app.setting set value = jsonb_set(value, '{files}', '\"0123\"') where key = 'schema.checksum'");
  await refused(await start(), /run resonanzctl migrate/);
  await w.sql(`update app.setting set value = '${good}' where key = 'schema.checksum'`);
});

test('refused: a function that is missing or changed by hand', async () => {
  const source = await w.value("select pg_get_functiondef('page.help(app.caller)'::regprocedure)");
  await w.sql('drop function page.help(app.caller)');
  await refused(await start(), /changed by hand|page\.help/);
  await w.sql(source);
});

test('refused: a start without keys, or with damaged ones', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'resonanz-keys-'));
  try {
    await refused(await start({ RESONANZ_KEYS: join(dir, 'none') }), /keys: .*box\.key: No such file.*resonanzctl keys create/);
    writeFileSync(join(dir, 'box.key'), 'kein Schlüssel\n', { mode: 0o600 });
    await refused(await start({ RESONANZ_KEYS: dir }), /box\.key does not hold 64 hexadecimal digits/);
    writeFileSync(join(dir, 'box.key'), `${'0'.repeat(64)}\n`);
    chmodSync(join(dir, 'box.key'), 0o644);
    await refused(await start({ RESONANZ_KEYS: dir }), /open to everybody/);
  } finally { rmSync(dir, { recursive: true, force: true }); }
});

test('refused: templates that are not there', async () => {
  await refused(await start({ RESONANZ_ASSETS: '/nonexistent' }), /nonexistent/);
});

test('with a certificate: HTTPS, HSTS and a __Host- cookie', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'resonanz-tls-'));
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key,
    '-out', cert, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  for (const file of [dir, cert, key]) chmodSync(file, file === dir ? 0o755 : 0o644);
  const server = new Server({ variant: 'release', env: { RESONANZ_TLS_CERT: cert, RESONANZ_TLS_KEY: key }, databaseUrl: w.cluster.url(w.database, 'resonanz_web') });
  const ask = (path, method = 'GET', body = null) => new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, servername: 'localhost', ca: readFileSync(cert), agent: false,
      headers: { host: 'localhost', ...(body ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } : {}) } }, (reply) => {
      reply.resume();
      reply.on('end', () => resolve(reply));
    });
    sent.on('error', reject);
    sent.end(body);
  });
  server.ready = async () => {
    for (let i = 0; i < 200; i++) {
      if ((await ask('/health').catch(() => null))?.statusCode === 200) return;
      await sleep(50);
    }
    throw new Error(`not ready:\n${server.output.slice(-2000)}`);
  };
  try {
    await server.start();
    const page = await ask('/');
    assert.equal(page.statusCode, 200);
    assert.match(page.headers['strict-transport-security'], /max-age=\d{8}/);
    const login = await ask('/login', 'POST', 'mail=mira.sander%40fitko.example&password=Planungsrat-2024');
    assert.equal(login.statusCode, 303);
    assert.match(login.headers['set-cookie'][0], /^__Host-resonanz=.*Secure/);
    assert.deepEqual(server.complaints(), []);
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
