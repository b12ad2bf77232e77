// The outbox and the jobs, wide and narrow, without scripts, by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';
import { audit, browse, vnu } from './lib.mjs';

let w, b, server, keys;
const sources = [];
before(async () => {
  w = await world();
  b = await browse();
  server = await sink();
  w.jobsEnv = { RESONANZ_SMTP_URL: server.url, RESONANZ_BASE_URL: 'https://konsultation.example', RESONANZ_CONTACT: 'konsultation@fitko.example' };
  const adler = await w.as(PEOPLE.adler);
  await adler.submit('/people/new', { mail: 'friederike.holzapfel-brandenburg@landesverwaltung.bayern.example', name: 'Dr. Friederike Holzapfel-Brandenburg', organisation: 'BY', editor: '1' });
  await w.sql(`select app.queue_mail('password_changed', p.id, null, null, '{}', null, null) from app.person p where p.mail = '${PEOPLE.lorenz}';
    select app.queue_mail('deputy_named', p.id, null, o.id, '{"for": "Dr. Ilse Brandl"}', null, null) from app.person p, app.organisation o where p.mail = '${PEOPLE.huber}' and o.code = 'BY';
    select app.queue_mail('office_invitation', null, 'poststelle@bäyern.example', o.id, '{"consultation": "dachstrategie-2024"}', null, null) from app.organisation o where o.code = 'BY'`);
  await w.jobs('--once');
  await w.sql(`
    update app.mail set state = 'bounced', last_error = '5.1.1 Recipient address rejected: User unknown in virtual mailbox table' where template = 'password_changed';
    select app.queue_mail('account_locked', p.id, null, null, '{}', null, 'offen') from app.person p where p.mail = '${PEOPLE.graf}';
    update app.mail set attempts = 2, next_at = clock_timestamp() + interval '15 minutes', last_error = '451 4.7.1 Greylisting' where dedupe_key = 'offen';
    insert into app.job (kind, dedupe_key, state, parts_done, parts_total, heartbeat_at) values ('retention', 'a', 'running', 3, 12, clock_timestamp());
    insert into app.job (kind, dedupe_key, state, attempts, note, finished_at) values ('audit_verify', 'b', 'failed', 5, 'Fünfmal ohne Ergebnis abgebrochen.', clock_timestamp())`);
  keys = Object.fromEntries(await w.sql('select template, key from app.mail'));
});
after(async () => { await server?.stop(); await b?.close(); await w?.stop(); });

test('every page: axe at 1280 and 360, without scripts', async () => {
  const paths = ['/mail', '/mail?state=sending', ...Object.values(keys).map((key) => `/mail/${key}`), '/jobs', '/jobs?state=ready'];
  const as = { role: 'outbox', mail: PEOPLE.adler };
  const findings = [...await audit(b, w, { ...as, paths, sources }),
    ...await audit(b, w, { ...as, paths: ['/mail', `/mail/${keys.invitation}`, '/jobs'], widths: [360], js: false }),
    ...await audit(b, w, { role: 'outbox-moderator', mail: PEOPLE.sander, paths: ['/mail', `/mail/${keys.invitation}`], sources })];
  assert.equal(findings.length, 0, findings.join('\n'));
});

test('the Nu checker finds no error on any of them', () => {
  assert.ok(sources.length > 8);
  assert.deepEqual(vnu(sources).slice(0, 20), []);
});

for (const [width, js] of [[1280, true], [360, false]]) {
  test(`from the list to one mail, sent again, at ${width}${js ? '' : ' without scripts'}`, async () => {
    const { page, close } = await b.open(w.url, { width, js, mail: PEOPLE.adler });
    await page.goto('/mail');
    await page.getByLabel('Stand').selectOption('failed');
    await page.getByRole('button', { name: 'Anwenden' }).press('Enter');
    await page.waitForURL(/state=failed/);
    await page.locator('main table a').first().press('Enter');
    await page.waitForURL(/\/mail\/\w+$/);
    assert.match(await page.locator('main').innerText(), /An diese Adresse lässt sich nicht senden/);
    await page.getByRole('button', { name: 'Erneut senden' }).press('Enter');
    await page.waitForURL(/notice=mail_again/);
    assert.match(await page.getByRole('status').innerText(), /geht gleich noch einmal hinaus/);
    assert.match(await page.locator('main table').innerText(), /Kim Adler/);
    await w.jobs('--once');
    await close();
  });

  test(`a failed job is tried again at ${width}${js ? '' : ' without scripts'}`, async () => {
    await w.sql("update app.job set state = 'failed', finished_at = clock_timestamp() where kind = 'audit_verify'");
    const { page, close } = await b.open(w.url, { width, js, mail: PEOPLE.adler });
    await page.goto('/jobs?state=failed');
    await page.getByRole('button', { name: /^Wiederholen/ }).first().press('Enter');
    await page.waitForURL(/notice=job_again/);
    assert.match(await page.getByRole('status').innerText(), /beginnt gleich noch einmal/);
    await close();
  });
}
