// Static files: hashed names, caching for ever, compressed twins, types.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { root } from '../lib/cluster.mjs';
import { world } from '../lib/server.mjs';

const manifest = JSON.parse(readFileSync(`${root}/build/assets/manifest.json`, 'utf8'));
const css = manifest['css/app.css'];
let w, nobody;
before(async () => { w = await world(); nobody = w.client(); });
after(() => w?.stop());

test('each file of the manifest is served, with its type, for ever', async () => {
  const types = { css: 'text/css', js: 'text/javascript', woff2: 'font/woff2', svg: 'image/svg+xml', png: 'image/png', ico: 'image/' };
  for (const [name, url] of Object.entries(manifest)) {
    const reply = await nobody.get(url);
    assert.equal(reply.status, 200, name);
    assert.ok(reply.type.startsWith(types[name.split('.').at(-1)] ?? 'application/'), `${name}: ${reply.type}`);
    assert.match(reply.headers['cache-control'], /max-age=31536000/);
    assert.match(reply.headers['cache-control'], /immutable/);
    assert.ok(reply.headers.etag, name);
    assert.equal(reply.headers['x-content-type-options'], 'nosniff');
    assert.deepEqual(reply.body, readFileSync(`${root}/build/assets${url}`), name);
  }
});

test('the name is the hash of the content', async () => {
  const { body } = await nobody.get(css);
  assert.ok(css.includes(createHash('sha256').update(body).digest('hex').slice(0, 16)));
});

test('brotli before gzip before plain, and the same bytes inside', async () => {
  const plain = await nobody.get(css);
  const br = await nobody.get(css, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
  const gzip = await nobody.get(css, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(br.headers['content-encoding'], 'br');
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  assert.deepEqual(brotliDecompressSync(br.body), plain.body);
  assert.deepEqual(gunzipSync(gzip.body), plain.body);
  assert.ok(br.body.length < gzip.body.length && gzip.body.length < plain.body.length);
  for (const reply of [plain, br, gzip]) assert.match(reply.headers.vary, /accept-encoding/i);
});

test('an encoding with q=0 is not used', async () => {
  const reply = await nobody.get(css, { headers: { 'accept-encoding': 'br;q=0, gzip;q=0.5' } });
  assert.equal(reply.headers['content-encoding'], 'gzip');
});

test('who knows the ETag gets 304 and no body', async () => {
  const { headers: { etag } } = await nobody.get(css);
  for (const known of [etag, `"x", ${etag}`, '*', `W/${etag}`]) {
    const reply = await nobody.get(css, { headers: { 'if-none-match': known } });
    assert.equal(reply.status, 304, known);
    assert.equal(reply.body.length, 0);
    assert.equal(reply.headers.etag, etag);
  }
  assert.equal((await nobody.get(css, { headers: { 'if-none-match': '"anderes"' } })).status, 200);
});

test('HEAD has the length of the file and no body', async () => {
  const head = await nobody.head(css);
  assert.equal(head.status, 200);
  assert.equal(Number(head.headers['content-length']), readFileSync(`${root}/build/assets${css}`).length);
});

test('nothing outside of the folder is served', async () => {
  for (const path of ['/static/../manifest.json', '/static/%2e%2e/manifest.json', '/static/..%2fmanifest.json', '/static/', '/static', '/static/css/', `${css}/..`, `${css}.gz`, `${css}.br`, '/manifest.json', '/pages/start.html']) {
    assert.equal((await nobody.get(path)).status, 404, path);
  }
  assert.equal((await nobody.request('POST', css, { body: '' })).status, 405);
});

test('every file a page names is there', async () => {
  for (const page of ['/', '/login', '/consultations/dachstrategie-2024/chapters/K4']) {
    const { text } = await nobody.get(page);
    const urls = [...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, url]) => url);
    assert.ok(urls.length >= 2);
    for (const url of new Set(urls)) assert.equal((await nobody.get(url)).status, 200, url);
  }
});
