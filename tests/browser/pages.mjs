// Every public page, wide and narrow and without scripts: axe finds nothing,
// nothing scrolls sideways, the Nu checker has no error; dark scheme, the
// weight of a cold first page. pages-members.mjs has those behind the login.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { audit, browse, label, vnu } from './lib.mjs';

const PATHS = ['/', '/consultations', BASE, ...[1, 2, 3, 4, 5].map((n) => `${BASE}/chapters/K${n}`), `${BASE}/items/K4.G2.5`, `${BASE}/items/K3.N3`,
  `${BASE}/questions/L-K4-1`, `${BASE}/questions/L-K12-4`, '/council-decisions', '/help', '/glossary', '/visibility', '/accessibility', '/easy-language',
  '/privacy', '/imprint', '/login', '/nichts'];
const sources = [];
let w, b;
before(async () => {
  w = await world();
  b = await browse();
  PATHS.push((await w.client().json('/council-decisions')).rows[0].href);
});
after(async () => { await b?.close(); await w?.stop(); });

const none = (findings) => assert.equal(findings.length, 0, findings.join('\n'));

test('nobody at 1280 and 360: axe has no finding on any page', async () => none(await audit(b, w, { role: 'nobody', paths: PATHS, sources })));
test('nobody at 360 without scripts: the pages that matter most', async () => none(await audit(b, w, { role: 'nobody', paths: ['/', BASE, `${BASE}/chapters/K4`, '/login'], widths: [360], js: false })));

test('the Nu checker finds no error on any page', () => {
  assert.equal(sources.length, PATHS.length);
  assert.deepEqual(vnu(sources).slice(0, 40), []);
});

test('dark scheme: axe has no finding', async () => {
  const { page, check, close } = await b.open(w.url, { scheme: 'dark', mail: PEOPLE.sander });
  const findings = [];
  for (const path of ['/', `${BASE}/chapters/K4`, `${BASE}/returns`, `${BASE}/opinion`, `${BASE}/synopsis`]) {
    await page.goto(path);
    await check(`page-${label(path)}`).catch((error) => findings.push(error.message));
  }
  await close();
  none(findings);
});

test('a cold first page weighs at most 90 KB in 8 requests, fonts included', async () => {
  const { page, context, close } = await b.open(w.url);
  const client = await context.newCDPSession(page);
  await client.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; requests += 1; });
  await page.goto('/', { waitUntil: 'networkidle' });
  console.log(`cold first page: ${bytes} bytes in ${requests} requests`);
  assert.ok(requests <= 8, `${requests} requests`);
  assert.ok(bytes <= 90_000, `${bytes} bytes`);
  await close();
});
