// Security headers, caching, cookies: on pages, twins, errors and files.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, nobody, huber;
before(async () => { w = await world(); nobody = w.client(); huber = await w.as(PEOPLE.huber); });
after(() => w?.stop());

const ANSWERS = [['a page', '/'], ['a chapter', `${BASE}/chapters/K4`], ['a twin', '/api'], ['an unknown path', '/nichts'],
  ['a redirect to the login', '/account'], ['health', '/health'], ['security.txt', '/.well-known/security.txt']];

for (const [what, path] of ANSWERS) {
  test(`${what} carries the security headers`, async () => {
    const { headers } = await nobody.get(path);
    const csp = headers['content-security-policy'];
    assert.match(csp, /default-src 'none'/);
    for (const directive of ['script-src', 'style-src', 'font-src', 'connect-src', 'form-action']) assert.match(csp, new RegExp(`${directive} 'self'`));
    assert.match(csp, /frame-ancestors 'none'/);
    assert.match(csp, /base-uri 'none'/);
    assert.doesNotMatch(csp, /unsafe|\*|https?:/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(headers['referrer-policy'], /same-origin|no-referrer/);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.ok(headers['x-request-id'], 'a number to quote');
  });
}

test('nothing tells the name or version of the server software', async () => {
  for (const path of ['/', '/nichts', '/static/x']) {
    const { rawHeaders, text } = await nobody.get(path);
    assert.doesNotMatch(`${rawHeaders.join(' ')} ${text}`, /kore|postgres|openssl|debian/i);
  }
});

test('pages of somebody are not stored, pages for all may be asked about', async () => {
  assert.equal((await huber.get('/')).headers['cache-control'], 'no-store');
  assert.equal((await huber.get(`${BASE}/response`)).headers['cache-control'], 'no-store');
  assert.match((await nobody.get('/')).headers['cache-control'], /no-cache|max-age/);
  assert.match((await nobody.get('/')).headers.vary ?? '', /cookie/i);
});

test('reading needs no cookie and sets none', async () => {
  for (const path of ['/', BASE, `${BASE}/chapters/K1`, '/login', '/nichts']) {
    assert.equal((await w.client().get(path)).headers['set-cookie'], undefined, path);
  }
});

test('no page has inline script or style, or names a foreign host', async () => {
  for (const path of ['/', BASE, `${BASE}/chapters/K3`, `${BASE}/items/K4.G2.5`, '/login', '/nichts']) {
    const { text } = await nobody.get(path);
    assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)[^>]*>\s*\S/);
    assert.doesNotMatch(text, /<style|\sstyle="|\son[a-z]+="/);
    assert.doesNotMatch(text, /(?:src|srcset|poster|data)="(?:https?:)?\/\//);
    assert.doesNotMatch(text, /<link[^>]+href="(?:https?:)?\/\//);
  }
});

test('no header can be injected through a path, a query or a field', async () => {
  const attempts = ['/account?x=%0d%0aset-cookie:%20a=b', '/login?next=%2f%0d%0aset-cookie:%20a=b', `${BASE}/response?show=%0d%0ax`];
  for (const path of attempts) {
    const reply = await nobody.get(path);
    assert.equal(reply.headers['set-cookie'], undefined);
    assert.ok([200, 303, 400, 422].includes(reply.status), `${path} ${reply.status}`);
  }
});

test('security.txt says whom to write to and until when it holds', async () => {
  const { text, type } = await nobody.get('/.well-known/security.txt');
  assert.match(type, /^text\/plain/);
  assert.match(text, /^Contact: mailto:\S+$/m);
  const until = new Date(/^Expires: (\S+)$/m.exec(text)[1]);
  const days = (until - Date.now()) / 86_400_000;
  assert.ok(days > 30 && days < 366, `${days} days: not expired, under a year (RFC 9116)`);
});
