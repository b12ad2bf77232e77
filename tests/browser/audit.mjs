// The auditor reads the log, filters it, asks for a verification and sees its
// result, at a desk and on a phone, with and without scripts. On a cluster of
// its own, since sealing waits for the transactions of all databases.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ownCluster } from '../lib/cluster.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

let w, b;
before(async () => {
  w = await world({ cluster: ownCluster() });
  b = await browse();
  const sander = await w.as(PEOPLE.sander);
  for (const path of [`${BASE}/submissions/MV`, `${BASE}/synopsis`, `${BASE}/synopsis.csv`]) await sander.get(path);
  await w.sql(`update app.setting set value = '["protokoll@archiv.example"]' where key = 'audit.checkpoint_addresses';
    select app.audit(jsonb_populate_record(null::app.caller,
      jsonb_build_object('person_id', p.id, 'organisation_id', o.id)), 'answer.save', 'answer', i)
      from generate_series(1, 120) i, app.person p, app.organisation o where p.mail = '${PEOPLE.huber}' and o.code = 'BY'`);
  await w.jobs('--once');
  await w.sql("select app.queue_job('checkpoint', 'test', '{}', null)");
  await w.jobs('--once');
});
after(async () => { await b?.close(); await w?.stop(); });

for (const width of [1280, 360]) {
  test(`the log at ${width}: entries with person, act, object and block`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.voss });
    await page.goto('/audit');
    assert.match(await page.locator('main').innerText(), /Antwort gespeichert/);
    assert.match(await page.locator('main').innerText(), /Block \d/);
    await check('audit');
    await page.getByRole('link', { name: 'Ältere Einträge' }).click();
    await page.waitForURL(/after=/);
    await check('audit-older');
    await page.getByRole('link', { name: 'Neueste' }).click();
    await page.waitForURL((url) => !url.search.includes('after'));
    await close();
  });

  test(`the other pages at ${width}`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.voss });
    for (const [name, says] of [['exports', /Mira Sander/], ['verification', /Stand der Kette/], ['checkpoints', /protokoll@archiv\.example/]]) {
      await page.goto(`/audit/${name}`);
      assert.match(await page.locator('main').innerText(), says);
      assert.equal(await page.locator('nav[aria-label=Protokoll] a[aria-current]').count(), 1);
      await check(`audit-${name}`);
    }
    await page.locator('summary:has-text("Signierter Text")').first().click();
    assert.match(await page.locator('pre').first().innerText(), /^resonanz checkpoint 1\n/);
    await check('audit-checkpoint-text');
    await close();
  });
}

test('the filter is a form; a bad date is said at its field, what was typed stays', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.voss });
  await page.goto('/audit');
  await page.getByLabel('Vorgang').selectOption('seen');
  await page.getByLabel('Person').fill('Sander');
  await page.getByRole('button', { name: 'Anwenden' }).click();
  await page.waitForURL(/act=seen/);
  const text = await page.locator('main table').innerText();
  assert.match(text, /Abruf: Synopse/);
  assert.doesNotMatch(text, /Antwort gespeichert/);
  await page.getByLabel('Von (TT.MM.JJJJ)').fill('30.02.2024');
  await page.getByRole('button', { name: 'Anwenden' }).click();
  await page.waitForURL(/30\.02\.2024/);
  assert.equal(await page.getByLabel('Von (TT.MM.JJJJ)').inputValue(), '30.02.2024');
  assert.equal(await page.getByLabel('Person').inputValue(), 'Sander');
  assert.match(await page.locator('#f-from-error').innerText(), /Datum wie/);
  await check('audit-bad-date');
  await close();
});

test('"Jetzt prüfen", then unversehrt; after a change by hand the finding', async () => {
  for (const [js, broken] of [[true, false], [false, true]]) {
    const { page, check, close } = await b.open(w.url, { js, mail: PEOPLE.voss });
    if (broken) {
      await w.sql(`set session_replication_role = replica;
        update app.audit set person_id = (select id from app.person where mail = '${PEOPLE.graf}') where id = (select min(id) from app.audit where act = 'answer.save')`);
    }
    await page.goto('/audit/verification');
    await page.getByRole('button', { name: 'Jetzt prüfen' }).click();
    await page.waitForURL(/notice=verify_queued/);
    assert.match(await page.locator('main').innerText(), /Die Prüfung wartet seit/);
    await check('audit-verify-queued');
    await w.jobs('--once');
    await page.goto('/audit/verification');
    const text = await page.locator('main').innerText();
    if (broken) assert.match(text, /Kette gebrochen[\s\S]*Ein Eintrag wurde verändert\. Block \d+, Stelle \d+/);
    else assert.match(text, /unversehrt/);
    await check(broken ? 'audit-broken' : 'audit-intact');
    await close();
  }
});

test('with the keyboard alone: from the tabs to the filter to the list', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.voss });
  await page.goto('/audit');
  const seen = [];
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    seen.push(await page.evaluate(() => document.activeElement.name || document.activeElement.getAttribute('href') || document.activeElement.getAttribute('role') || document.activeElement.tagName));
  }
  for (const wanted of ['/audit/exports', 'from', 'act', 'person', 'region']) assert.ok(seen.includes(wanted), `${wanted} is not reached: ${seen.join(' ')}`);
  await close();
});
