// Every page for every role, wide and narrow, without scripts and dark: axe
// finds nothing, nothing scrolls sideways, and the Nu checker has no error.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../lib/cluster.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, vnu } from './lib.mjs';

const PUBLIC = ['/', '/consultations', BASE, `${BASE}/chapters/K1`, `${BASE}/chapters/K2`, `${BASE}/chapters/K3`, `${BASE}/chapters/K4`, `${BASE}/chapters/K5`,
  `${BASE}/items/K4.G2.5`, `${BASE}/items/K3.N3`, `${BASE}/questions/L-K4-1`, `${BASE}/questions/L-K12-4`, '/council-decisions', '/help', '/glossary',
  '/visibility', '/accessibility', '/easy-language', '/privacy', '/imprint', '/login', '/nichts'];
const MEMBER = ['/', `${BASE}/response`, `${BASE}/response?show=empty`, `${BASE}/response/answers/L-K12-2`, `${BASE}/response/answers/L-K12-4`, `${BASE}/response/answers/L-K3b-2`,
  `${BASE}/response/answers/K4.G2.5`, `${BASE}/response/answers/K5`, `${BASE}/response/release`, `${BASE}/response/print`, `${BASE}/chapters/K4`, '/account', `${BASE}/returns`];
const DESK = ['/', `${BASE}/returns`, `${BASE}/opinion`, `${BASE}/opinion/K4.G2.5`, `${BASE}/opinion/L-K4-1`, `${BASE}/synopsis`, '/account', `${BASE}/response`];
const ROLES = { nobody: [null, PUBLIC], editor: [PEOPLE.huber, MEMBER], releaser: [PEOPLE.brandl, MEMBER.slice(1, 9)], submitted: [PEOPLE.lorenz, MEMBER.slice(1, 10)], moderator: [PEOPLE.sander, DESK] };
const SOURCES = join(root, 'build/test/html');

let w, b;
const files = new Map(); // file -> what it is
before(async () => {
  w = await world();
  b = await browse();
  rmSync(SOURCES, { recursive: true, force: true });
  mkdirSync(SOURCES, { recursive: true });
  const sander = await w.as(PEOPLE.sander);
  const { rows } = await sander.json(`${BASE}/returns?state=released`);
  DESK.push(rows[0].href);
  const decisions = await w.client().json('/council-decisions');
  PUBLIC.push(decisions.rows[0].href);
  const lorenz = await w.as(PEOPLE.lorenz);
  const { response } = await lorenz.json(`${BASE}/response`);
  if (response.last_receipt) MEMBER.push(response.last_receipt.href);
  ROLES.submitted[1] = [...MEMBER.slice(1, 10), ...(response.last_receipt ? [response.last_receipt.href] : [])];
});
after(async () => { await b?.close(); await w?.stop(); });

const label = (path) => (path === '/' ? 'start' : path.replace(BASE, 'c').replace(/[^\w]+/g, '-').replace(/^-|-$/g, ''));

for (const [role, [mail, paths]] of Object.entries(ROLES)) {
  for (const options of [{ width: 1280 }, { width: 360, js: false }]) {
    test(`${role} at ${options.width}${options.js === false ? ' without scripts' : ''}: axe has no finding on any page`, async () => {
      const list = role === 'submitted' ? ROLES.submitted[1] : paths;
      const { page, check, close } = await b.open(w.url, { ...options, mail, allowed: [403, 404] });
      const reader = mail ? await w.as(mail) : w.client();
      const findings = [];
      for (const path of list) {
        const response = await page.goto(path);
        assert.ok([200, 403, 404].includes(response.status()), `${path}: ${response.status()}`);
        const name = `page-${role}-${label(path)}`;
        await check(name).catch((error) => findings.push(error.message));
        if (options.width === 1280) {
          const file = join(SOURCES, `${name}.html`);
          writeFileSync(file, (await reader.get(path)).body);
          files.set(file, path);
        }
      }
      assert.equal(findings.length, 0, findings.join('\n'));
      await close();
    });
  }
}

test('dark scheme: axe has no finding', async () => {
  const { page, check, close } = await b.open(w.url, { scheme: 'dark', mail: PEOPLE.sander });
  const findings = [];
  for (const path of ['/', `${BASE}/chapters/K4`, ...DESK.slice(1, 6)]) {
    await page.goto(path);
    await check(`dark-${label(path)}`).catch((error) => findings.push(error.message));
  }
  await close();
  assert.equal(findings.length, 0, findings.join('\n'));
});

test('zoom 400 % is a 320 px window: nothing scrolls sideways', async () => {
  const { page, close } = await b.open(w.url, { width: 320, mail: PEOPLE.huber });
  const wide = [];
  for (const path of ['/', `${BASE}/chapters/K4`, ...MEMBER.slice(1, 8)]) {
    await page.goto(path);
    const px = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (px > 0) wide.push(`${path}: ${px} px`);
  }
  assert.deepEqual(wide, []);
  await close();
});

describe('a cold first page', () => {
  test('weighs at most 90 KB in 8 requests, fonts included', async () => {
    const { page, context, close } = await b.open(w.url, {});
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
});

test('the Nu checker finds no error on any page', () => {
  assert.ok(files.size > 30, `${files.size} pages were kept`);
  assert.deepEqual(vnu([...files.keys()]).slice(0, 40), []);
});
