// with asan
// Programs: the document of all routes and what the server answers, tokens,
// limits, ETag; and the guide, whose examples are run as they stand.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../lib/cluster.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const need = createRequire(join(root, 'build/npm/package.json'));
const Ajv = need('ajv/dist/2020.js').default;

let w, nobody, doc, check, writes, reads;
before(async () => {
  w = await world({ env: { RESONANZ_API_RATE: '5000', RESONANZ_EXPORT_RATE: '12', RESONANZ_WORKERS: '1', RESONANZ_TRUST_PROXY: '1' } });
  nobody = w.client();
  doc = (await nobody.get('/api/openapi.json')).json;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...doc });
  check = (name, value) => {
    const fits = ajv.getSchema(`api#/components/schemas/${name}`);
    assert.ok(fits(value), `${name}: ${JSON.stringify(fits.errors)}`);
  };
  reads = await tokenFor('Auswertung', 'read');
  writes = await tokenFor('Textverwaltung', 'write');
});
after(() => w?.stop());

/** What a person does to get a token: the form, the password again, the page that shows it. */
async function tokenFor(name, scope, days = 30) {
  const huber = await w.as(PEOPLE.huber);
  const fields = (await huber.get('/account/tokens')).form('/account/tokens');
  await w.sql(`update app.session set stepped_up_at = clock_timestamp() where person_id = (select id from app.person where mail = '${PEOPLE.huber}')`);
  const shown = await huber.post('/account/tokens', { ...fields, name, scope, days });
  assert.equal(shown.status, 200, shown.words);
  assert.equal(shown.headers['cache-control'], 'no-store');
  return /<code>([\w-]{43})<\/code>/.exec(shown.text)[1];
}
const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } });
const send = (path, token, fields) => nobody.request('POST', `/api${path}`, { body: JSON.stringify(fields), headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } });

test('the document holds each route once and stands a linter', async () => {
  const names = Object.values(doc.paths).flatMap(Object.values).map((o) => o.operationId);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length > 300, `${names.length} operations`);
  const printed = execFileSync(join(root, 'build/release/resonanzctl'), ['openapi'], { cwd: root, encoding: 'utf8', env: { ...process.env, RESONANZ_ASSETS: join(root, 'build/assets') } });
  assert.deepEqual(JSON.parse(printed), doc, 'the command prints the same');
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) return; // what the linter itself asks for
  const file = join(root, 'build/test/openapi.json');
  writeFileSync(file, printed);
  execFileSync(process.execPath, [join(root, 'build/npm/node_modules/@redocly/cli/bin/cli.js'), 'lint', file, '--skip-rule', 'no-ambiguous-paths'], { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } });
});

test('what the server answers is what the document says', async () => {
  const sample = { consultation: 'dachstrategie-2024', chapter: 'K4', item: 'K4.G2.5', question: 'L-K4-1', target: 'K4.G2.5', edition: '1', other: '1', commitment: 'V3-01', focus_topic: 'data' };
  const seen = [];
  for (const [path, { get }] of Object.entries(doc.paths)) {
    if (!get?.tags.includes('page') || get['x-audience'] === 'pending') continue;
    const at = path.replace(/\{(\w+)\}/g, (_, name) => sample[name] ?? 'gibt-es-nicht');
    const reply = await nobody.get(at, bearer(reads));
    assert.ok(get.responses[reply.status], `${at}: ${reply.status} is not in the document`);
    check(reply.status === 200 ? 'Page' : 'Error', reply.json);
    seen.push(reply.status);
  }
  for (const status of [200, 403, 404]) assert.ok(seen.filter((s) => s === status).length > 4, `${status}: ${seen}`);
});

test('a token that reads does so for its house, and changes nothing', async () => {
  const page = await nobody.get(`/api${BASE}/response`, bearer(reads));
  assert.equal(page.status, 200);
  assert.equal(page.headers['set-cookie'], undefined);
  const reply = await send(`${BASE}/response/answers/L-K12-2`, reads, { version: 0, body: 'Nein.' });
  assert.equal(reply.status, 403);
  assert.equal(reply.json.error.code, 'token_scope');
  check('Error', reply.json);
  assert.equal((await nobody.get(`${BASE}/response`, bearer(reads))).status, 303, 'a page is not for a program');
});

test('what is personal or needs to be confirmed is never for a token', async () => {
  for (const path of ['/account', '/account/tokens', '/account/data', '/account/second-factor']) {
    const reply = await nobody.get(`/api${path}`, bearer(writes));
    assert.equal(reply.status, 403, path);
    assert.equal(reply.json.error.code, 'token_never');
  }
  for (const path of ['/account/tokens', '/account/password', '/login', '/logout', '/account/context', `${BASE}/response/release`]) {
    assert.equal((await send(path, writes, {})).json.error.code, 'token_never', path);
  }
});

test('who has no token that holds is told how to come', async () => {
  const none = await nobody.get(`/api${BASE}/response`);
  assert.equal(none.status, 401);
  assert.match(none.headers['www-authenticate'], /^Bearer realm/);
  const wrong = await nobody.get('/api', bearer('A'.repeat(43)));
  assert.equal(wrong.status, 401, 'also where everybody may read');
  assert.match(wrong.headers['www-authenticate'], /invalid_token/);
  const gone = await tokenFor('Versuch', 'read');
  assert.equal((await nobody.get('/api', bearer(gone))).status, 200);
  const huber = await w.as(PEOPLE.huber);
  const id = await w.value("select id from app.access_token where name = 'Versuch'");
  assert.equal((await huber.post('/account/tokens/revoke', { csrf: await huber.csrf(), access_token: id })).status, 303);
  assert.equal((await nobody.get('/api', bearer(gone))).status, 401);
  await huber.get('/');
  assert.equal((await huber.get(`/api${BASE}/response`, { headers: { authorization: `Bearer ${gone}` } })).status, 401, 'a cookie does not help a token');
});

test('what a token did is in the log with its number, when it was used is on its page', async () => {
  const [[id, used]] = await w.sql("select id, used_at is not null from app.access_token where name = 'Auswertung'");
  assert.equal(used, 't');
  const [[writer]] = await w.sql("select id from app.access_token where name = 'Textverwaltung'");
  assert.ok(Number(writer) > Number(id));
  const { form } = (await nobody.get(`/api${BASE}/response/answers/L-K12-2`, bearer(writes))).json;
  const saved = await send(`${BASE}/response/answers/L-K12-2`, writes, { version: form.version, body: 'Ein gemeinsames Verfahren, das alle nutzen.' });
  assert.equal(saved.status, 200, saved.text);
  const comment = await send(`${BASE}/response/answers/L-K12-2/comments`, writes, { comment: 'Aus der Textverwaltung übernommen.' });
  assert.equal(comment.status, 200, comment.text);
  const requests = await w.sql('select distinct request_id from app.audit order by 1');
  assert.ok(requests.some(([r]) => new RegExp(`^[0-9a-f]{16} token ${writer}$`).test(r)), requests.join('\n').slice(-600));
});

test('an ETag spares the bytes: for everybody and for a token, never in a browser with a session', async () => {
  for (const [path, options] of [['/', {}], ['/api/openapi.json', {}], [`/api${BASE}/chapters/K4`, {}], [`/api${BASE}/chapters/K4`, bearer(reads)]]) {
    const first = await nobody.get(path, options);
    assert.match(first.headers.etag, /^W\/"[0-9a-f]{32}"$/, path);
    assert.match(first.headers.vary, /cookie, authorization/);
    const again = await nobody.get(path, { headers: { ...options.headers, 'if-none-match': `"x", ${first.headers.etag}` } });
    assert.deepEqual([again.status, again.body.length, again.headers.etag], [304, 0, first.headers.etag], path);
    assert.equal((await nobody.get(path, { headers: { ...options.headers, 'if-none-match': 'W/"0"' } })).status, 200);
  }
  const huber = await w.as(PEOPLE.huber);
  const own = await huber.get(`/api${BASE}/response`);
  assert.deepEqual([own.headers.etag, own.headers['cache-control']], [undefined, 'no-store']);
});

test('who asks too often waits; others, and people who read, do not', async () => {
  const from = (address) => ({ headers: { 'x-forwarded-for': `198.51.100.1, ${address}` } });
  let last;
  for (let i = 0; i < 13; i += 1) last = await nobody.get('/council-decisions.csv', from('192.0.2.7'));
  assert.equal(last.status, 429);
  assert.ok(Number(last.headers['retry-after']) >= 1 && Number(last.headers['retry-after']) <= 5, last.headers['retry-after']);
  assert.deepEqual([last.headers['ratelimit-limit'], last.headers['ratelimit-remaining']], ['12', '0']);
  const search = await nobody.get('/api/search?q=Verwaltung', from('192.0.2.7'));
  assert.equal(search.status, 429, 'searches and files are one');
  check('Error', search.json);
  assert.equal((await nobody.get('/council-decisions.csv', from('192.0.2.8'))).status, 200);
  assert.equal((await nobody.get(BASE, from('192.0.2.7'))).status, 200);
  assert.equal((await nobody.get(BASE, from('192.0.2.7'))).headers['ratelimit-limit'], undefined);
});

test('the examples of the guide do what it says', async () => {
  const { text } = await nobody.get('/help/api');
  const plain = (s) => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
  const says = {};
  for (const [, name, code] of text.matchAll(/<pre[^>]*data-run="(\w+)"[^>]*><code>([\s\S]*?)<\/code><\/pre>/g)) {
    says[name] = execFileSync('bash', ['-euo', 'pipefail', '-c', plain(code)], { encoding: 'utf8', env: { ...process.env, RESONANZ: w.server.url, TOKEN: writes } });
  }
  assert.equal(Object.keys(says).length, text.match(/<pre/g).length, 'each of them');
  assert.equal(JSON.parse(says.lesen).consultation.slug, 'dachstrategie-2024');
  check('Page', JSON.parse(says.token));
  assert.equal(JSON.parse(says.antwort).form.version, 0);
  assert.equal(JSON.parse(says.schreiben).error, undefined, says.schreiben);
  assert.match(says.konflikt, /409$/);
  assert.match(says.konflikt, /Schnittstellen/, 'the text that stands');
  assert.match(says.datei, /2024\/40|Beschluss/);
  check('Page', JSON.parse(says.blaettern));
  assert.equal(JSON.parse(says.fehler).error.status, 404);
  assert.equal(says.etag, '304');
  assert.match(says.grenzen, /remaining: \d+/i);
});
