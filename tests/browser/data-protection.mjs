// Data protection as people see it: no cookie before the login, one after it, no
// other host; what is kept about a person, erasing, retention, settings, wide and
// narrow, and without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, signIn } from './lib.mjs';

let w, b, huber;
before(async () => {
  w = await world();
  b = await browse();
  huber = await w.value(`select key from app.person where mail = '${PEOPLE.huber}'`);
  await w.sql(`insert into app.session (token_hash, person_id, created_at, touched_at, ends_at)
      select sha256('alt'), p.id, clock_timestamp() - interval '33 days', clock_timestamp() - interval '33 days', clock_timestamp() - interval '32 days'
        from app.person p where p.mail = '${PEOPLE.graf}';
    insert into app.setting (key, value) values ('operator.draft', '{"operator_name": "Beispielamt für Beteiligung", "privacy_officer": "Datenschutz im Beispielamt"}')`);
});
after(async () => { await b?.close(); await w?.stop(); });

const platform = { mail: PEOPLE.adler, session: { organisation: null } };

test('reading leaves nothing; the login sets one cookie, and nothing else is kept', async () => {
  const { page, context, close } = await b.open(w.url); // the guard counts foreign hosts
  for (const path of ['/', BASE, `${BASE}/chapters/K4`, '/privacy', '/imprint', '/login']) {
    await page.goto(path);
    assert.deepEqual(await context.cookies(), [], path);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0, path);
  }
  assert.equal(await page.locator('input[type=checkbox]').count(), 0, 'no consent is asked for');
  await signIn(page, PEOPLE.huber);
  const cookies = await context.cookies();
  assert.deepEqual(cookies.map((c) => c.name), ['resonanz']);
  assert.ok(cookies[0].httpOnly && cookies[0].sameSite === 'Lax');
  await page.goto(`${BASE}/response`);
  assert.equal((await context.cookies()).length, 1);
  await close();
});

const PAGES = () => [['/privacy', 'privacy'], ['/imprint', 'imprint'], [`/people/${huber}/data`, 'person-data'], [`/people/${huber}/erasure`, 'erasure'],
  ['/retention', 'retention'], ['/retention/run', 'retention-run'], ['/settings', 'settings'], ['/settings/preview', 'settings-preview']];
for (const options of [{ width: 1280 }, { width: 360 }, { width: 360, js: false }]) {
  test(`the pages at ${options.width}${options.js === false ? ' without scripts' : ''}: axe finds nothing, nothing scrolls sideways`, async () => {
    const { page, check, close } = await b.open(w.url, { ...options, ...platform });
    for (const [path, name] of PAGES()) {
      assert.equal((await page.goto(path)).status(), 200, path);
      await check(`data-${name}`);
    }
    await close();
    const own = await b.open(w.url, { ...options, mail: PEOPLE.huber });
    await own.page.goto('/account/data');
    await own.check('data-account');
    await own.close();
  });
}

test('a person loads her own data as a file', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto('/account');
  await page.getByRole('link', { name: /Alles, was über Sie gespeichert ist/ }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Als Datei laden (JSON)' }).click()]);
  assert.equal(download.suggestedFilename(), 'resonanz-daten.json');
  await close();
});

test('retention with the keyboard: a limit out of bounds, then a run after its effect', async () => {
  const { page, close } = await b.open(w.url, { ...platform, allowed: [422] });
  await page.goto('/retention');
  await page.locator('#keep_mail').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByRole('link', { name: /Möglich sind 30 bis 365 Tage/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'keep_mail');
  assert.equal(await page.locator('#keep_mail').inputValue(), '7');
  await page.goto('/retention');
  await page.getByRole('link', { name: 'Jetzt löschen …' }).click();
  await page.getByRole('button', { name: '1 Eintrag löschen' }).press('Enter');
  await page.getByText('Gelöscht, was über der Frist war.').waitFor();
  await page.getByRole('cell', { name: /Beendete Sitzungen: 1/ }).waitFor();
  await close();
});
