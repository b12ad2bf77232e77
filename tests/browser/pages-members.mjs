// Every page behind the login, for each role that sees it, wide and narrow:
// axe finds nothing, nothing scrolls sideways, the Nu checker has no error.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { audit, browse, vnu } from './lib.mjs';

const HOUSE = [`${BASE}/response`, `${BASE}/response/answers/L-K12-2`, `${BASE}/response/answers/K4.G2.5`, `${BASE}/response/release`, `${BASE}/response/print`];
const ROLES = {
  editor: { mail: PEOPLE.huber, paths: ['/', ...HOUSE, `${BASE}/response?show=empty`, `${BASE}/response/joinable`, `${BASE}/response/joinable/SH`, `${BASE}/response/answers/L-K12-4`, `${BASE}/response/answers/L-K3b-2`, `${BASE}/response/answers/K5`, `${BASE}/chapters/K4`, '/account', `${BASE}/returns`] },
  releaser: { mail: PEOPLE.brandl, paths: [`${BASE}/response`, `${BASE}/response/answers/L-K12-2`, `${BASE}/response/release`] },
  submitted: { mail: PEOPLE.lorenz, paths: [...HOUSE] },
  moderator: { mail: PEOPLE.sander, paths: ['/', `${BASE}/returns`, `${BASE}/opinion`, `${BASE}/opinion/K4.G2.5`, `${BASE}/opinion/L-K4-1`, `${BASE}/synopsis`, '/account', `${BASE}/response`] },
};
const sources = [];
let w, b;
before(async () => {
  w = await world();
  b = await browse();
  const sander = await w.as(PEOPLE.sander);
  ROLES.moderator.paths.push(`${BASE}/submissions/${(await sander.json(`${BASE}/returns?state=released`)).sections[0].rows[0].organisation.code}`);
  const lorenz = await w.as(PEOPLE.lorenz);
  ROLES.submitted.paths.push((await lorenz.json(`${BASE}/response`)).response.last_receipt.href);
});
after(async () => { await b?.close(); await w?.stop(); });

for (const [role, { mail, paths }] of Object.entries(ROLES)) {
  test(`${role} at 1280 and 360: axe has no finding on any page`, async () => {
    const findings = await audit(b, w, { role, mail, paths, sources });
    assert.equal(findings.length, 0, findings.join('\n'));
  });
}

test('the Nu checker finds no error on any page', () => {
  assert.ok(sources.length > 25, `${sources.length} pages were kept`);
  assert.deepEqual(vnu(sources).slice(0, 40), []);
});

test('printed, a draft says so on each sheet, and its first sheet is no empty frame', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/print`);
  await page.emulateMedia({ media: 'print' });
  const sheets = await page.evaluate(() => [...document.querySelectorAll('body, body *')].filter((x) => getComputedStyle(x).page !== 'auto')
    .map((x) => `${x.localName} ${getComputedStyle(x).page}`));
  assert.deepEqual(sheets, ['body draft'], 'another kind of sheet would begin a new one');
  assert.equal(await page.locator('search').first().isVisible(), false);
  await close();
});
