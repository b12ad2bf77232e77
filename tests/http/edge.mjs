// runs alone
// conf/haproxy.cfg in front of the server: TLS, HTTP/2, one Host, slow clients.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { raw } from '../lib/client.mjs';
import { root } from '../lib/cluster.mjs';
import { DEMO_PASSWORD, PEOPLE } from '../lib/people.mjs';
import { BASE, freePort, world } from '../lib/server.mjs';

const HOST = 'konsultation.example';
let w, dir, edge, plainPort, tlsPort, ca;

before(async () => {
  w = await world({ env: { RESONANZ_TRUST_PROXY: '1', RESONANZ_BASE_URL: `https://${HOST}` } });
  dir = mkdtempSync(join(tmpdir(), 'edge-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`,
    '-addext', `subjectAltName=DNS:${HOST}`, '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')], { stdio: 'ignore' });
  ca = readFileSync(join(dir, 'cert.pem'));
  writeFileSync(join(dir, 'edge.pem'), Buffer.concat([ca, readFileSync(join(dir, 'key.pem'))]));
  [plainPort, tlsPort] = [await freePort(), await freePort()];
  edge = spawn('haproxy', ['-db', '-f', join(root, 'conf/haproxy.cfg')], {
    stdio: 'ignore',
    env: { ...process.env, RESONANZ_EDGE_PLAIN: `127.0.0.1:${plainPort}`, RESONANZ_EDGE_TLS: `127.0.0.1:${tlsPort}`, RESONANZ_EDGE_PEM: join(dir, 'edge.pem'),
      RESONANZ_EDGE_HOST: HOST, RESONANZ_EDGE_SERVER: `127.0.0.1:${new URL(w.url).port}` },
  });
  process.on('exit', () => edge.kill('SIGKILL'));
  for (let i = 0; i < 100; i += 1) {
    const reply = await https('/health').catch(() => null);
    if (reply?.status === 200) return;
    await sleep(100);
  }
  throw new Error('HAProxy is not ready');
});
after(async () => {
  edge?.kill('SIGTERM');
  if (dir) rmSync(dir, { recursive: true, force: true });
  await w?.stop();
});

function https(path, { method = 'GET', headers = {}, body = null } = {}) {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest({ host: '127.0.0.1', port: tlsPort, path, method, servername: HOST, ca, agent: false,
      headers: { host: HOST, ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }), ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

test('a page comes through, with HSTS', async () => {
  const reply = await https(`${BASE}/chapters/K4`);
  assert.equal(reply.status, 200);
  assert.match(reply.headers['strict-transport-security'], /max-age=\d{7,}/);
});

test('HTTP/2 serves the page and its files over one connection', async () => {
  const session = connectHttp2(`https://127.0.0.1:${tlsPort}`, { servername: HOST, ca });
  const get = (path) => new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ':authority': HOST });
    let text = '';
    let status;
    stream.on('response', (headers) => { status = headers[':status']; });
    stream.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => resolve({ status, text })).on('error', reject);
  });
  try {
    const page = await get('/');
    assert.equal(page.status, 200);
    const files = [...page.text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, url]) => url);
    const replies = await Promise.all([...files, ...files, BASE, '/login'].map(get));
    assert.deepEqual([...new Set(replies.map((r) => r.status))], [200]);
  } finally { session.close(); }
});

test('signing in over TLS sets a __Host- cookie', async () => {
  const body = new URLSearchParams({ mail: PEOPLE.huber, password: DEMO_PASSWORD, next: '' }).toString();
  const reply = await https('/login', { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', origin: `https://${HOST}` } });
  assert.equal(reply.status, 303);
  assert.match(reply.headers['set-cookie'][0], /^__Host-.*Secure/);
  const cookie = reply.headers['set-cookie'][0].split(';')[0];
  assert.equal((await https(`/account`, { headers: { cookie } })).status, 200);
});

test('plain HTTP is sent to HTTPS', async () => {
  const { text } = await raw(`http://127.0.0.1:${plainPort}`, `GET /help HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  assert.match(text, /^HTTP\/1\.1 308 /);
  assert.match(text, new RegExp(`location: https://${HOST}/help`, 'i'));
});

test('TLS 1.1 is refused, 1.2 and 1.3 are spoken', async () => {
  const speak = (version) => new Promise((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port: tlsPort, servername: HOST, ca, minVersion: version, maxVersion: version, ciphers: version === 'TLSv1.1' ? 'DEFAULT@SECLEVEL=0' : undefined },
      () => { resolve(`${socket.getProtocol()} ${socket.getCipher().name}`); socket.destroy(); });
    socket.on('error', () => resolve(null));
  });
  assert.equal(await speak('TLSv1.1'), null);
  assert.match(await speak('TLSv1.2'), /GCM|CHACHA20/);
  assert.match(await speak('TLSv1.3'), /^TLSv1\.3 TLS_/);
});

test('a foreign or missing Host, a body on GET: refused at the edge', async () => {
  assert.equal((await https('/', { headers: { host: 'boese.example' } })).status, 421);
  const get = await https('/', { body: 'x=1' });
  assert.equal(get.status, 400);
  const { text } = await raw(`http://127.0.0.1:${plainPort}`, 'GET / HTTP/1.0\r\n\r\n');
  assert.match(text, /^HTTP\/1\.\d 400/);
  assert.equal((await https('/', { method: 'PUT', body: 'x' })).status, 405);
  assert.equal((await https('/login', { method: 'POST', body: 'x'.repeat(4_500_000) }).catch(() => ({ status: 413 }))).status, 413);
});

test('what a client says about its own address does not count', async () => {
  await https('/', { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' } });
  assert.doesNotMatch(w.server.output, /203\.0\.113\.9/);
});

test('200 slow clients do not keep a quick one waiting', async () => {
  const slow = Array.from({ length: 200 }, () => {
    const socket = connect(tlsPort, '127.0.0.1');
    socket.on('error', () => {});
    return socket;
  });
  await sleep(300);
  assert.equal((await https('/')).status, 200);
  assert.equal(slow.filter((socket) => socket.readyState === 'open').length, 200, 'it was answered while all of them are there');
  slow.forEach((socket) => socket.destroy());
});

test('without a server: 503 in German with Retry-After', async () => {
  await w.server.stop();
  await sleep(2500);
  const reply = await https('/');
  assert.equal(reply.status, 503);
  assert.ok(Number(reply.headers['retry-after']) > 0);
  assert.match(reply.text, /Plattform ist kurz nicht erreichbar/);
});
