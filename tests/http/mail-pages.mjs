// with asan
// The outbox and the jobs as pages: who sees what, what can be done about it.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../lib/cluster.mjs';
import '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';

let w, server, adler, sander;
let made = 0;
const queue = async (template, { mail = PEOPLE.huber, invitation = 'null' } = {}) => {
  const id = await w.value(`select app.queue_mail('${template}', p.id, null, o.id, '{}', ${invitation}, 't-${made += 1}')
    from app.person p, app.organisation o where p.mail = '${mail}' and o.code = 'BY'`);
  return w.value(`select key from app.mail where id = ${id}`);
};
const invite = async () => queue('invitation', { invitation: await w.value(`
  with w as (update app.invitation set withdrawn_at = app.now() where used_at is null and withdrawn_at is null)
  insert into app.invitation (person_id, purpose, created_at, ends_at)
    select id, case when exists (select from app.invitation i where i.person_id = p.id and i.purpose = 'invitation' and i.used_at is null
      and i.withdrawn_at is null) then 'reset' else 'invitation' end, app.now(), app.now() + interval '7 days'
    from app.person p where mail = '${PEOPLE.huber}' returning id`) });
const item = (key, who = adler) => who.json(`/mail/${key}`);
const act = async (key, what, who = adler) => who.post(`/mail/${key}/${what}`, { csrf: await who.csrf() });
const send = () => w.jobs('--once');

before(async () => {
  w = await world();
  server = await sink();
  w.jobsEnv = { RESONANZ_SMTP_URL: server.url, RESONANZ_BASE_URL: 'https://konsultation.example', RESONANZ_CONTACT: 'konsultation@fitko.example' };
  [adler, sander] = await Promise.all([w.as(PEOPLE.adler), w.as(PEOPLE.sander)]);
});
after(async () => { await server?.stop(); await w?.stop(); });

describe('/mail', { concurrency: 1 }, () => {
  test('says when nobody sends, and why', async () => {
    assert.equal((await adler.json('/mail')).trouble.is_asleep, true);
    await w.run(['jobs', '--once'], { env: { RESONANZ_SMTP_URL: '' } });
    const page = await adler.get('/mail');
    assert.match(page.words, /RESONANZ_SMTP_URL ist nicht gesetzt/);
    assert.match((await sander.get('/mail')).words, /RESONANZ_SMTP_URL ist nicht gesetzt/);
    await send();
    assert.equal((await adler.json('/mail')).trouble, null);
    assert.equal((await sander.json('/mail')).trouble, null, 'a moderator is told of no trouble that is none');
  });

  test('lists by state and template, and counts', async () => {
    const [sent] = [await queue('account_locked'), await queue('password_changed', { mail: PEOPLE.graf })];
    await send();
    await queue('deputy_named');
    const all = await adler.json('/mail');
    assert.deepEqual([all.counts.sent, all.counts.ready], [2, 1]);
    assert.deepEqual(all.rows.map((r) => r.template), ['deputy_named', 'password_changed', 'account_locked']);
    assert.equal(all.rows[2].to.address, PEOPLE.huber);
    assert.deepEqual((await adler.json('/mail?state=ready')).rows.map((r) => r.template), ['deputy_named']);
    assert.deepEqual((await adler.json('/mail?template=account_locked')).rows.map((r) => r.key), [sent]);
    assert.equal((await adler.json('/mail?state=bounced')).rows.length, 0);
    assert.match((await adler.get('/mail?state=bounced')).words, /Keine Nachricht passt/);
  });

  test('each template has its words', async () => {
    const labels = JSON.parse(readFileSync(join(root, 'assets/text/labels.json'), 'utf8')).mail_template;
    const names = readdirSync(join(root, 'assets/mail')).map((file) => basename(file, '.txt'));
    assert.deepEqual(names.filter((name) => !['footer', 'greeting'].includes(name) && !labels[name]), []);
  });

  test('pages of 50', async () => {
    await w.sql(`select app.queue_mail('account_locked', null, 'n' || n || '@rostock.example', null, null, null, null) from generate_series(1, 60) n;
      update app.mail set state = 'withdrawn' where address like 'n%@rostock.example'`);
    const first = await adler.json('/mail?state=withdrawn');
    assert.equal(first.rows.length, 50);
    const second = await adler.json(`/mail?state=withdrawn&after=${first.next}`);
    assert.equal(second.rows.length, 10);
    assert.equal(new Set([...first.rows, ...second.rows].map((r) => r.key)).size, 60);
    assert.equal(second.next, null);
  });

  test('a moderator sees the invitations and nothing else', async () => {
    const key = await invite();
    const other = await queue('account_locked');
    const { rows, frame } = await sander.json('/mail');
    assert.ok(frame.nav.find((n) => n.href === '/mail')?.is_current, 'and finds the way to it');
    assert.deepEqual(rows.map((r) => r.key), [key]);
    assert.equal((await sander.get(`/mail/${key}`)).status, 200);
    assert.equal((await sander.get(`/mail/${other}`)).status, 404);
    assert.equal((await act(other, 'withdraw', sander)).status, 404);
    assert.equal((await sander.json('/mail?template=account_locked')).rows.length, 0);
  });

  test('one mail: its history, and never its token', async () => {
    const key = await invite();
    await send();
    const token = server.mails.at(-1).link.split('/').pop();
    const reply = await adler.get(`/mail/${key}`);
    assert.match(reply.words, /vom Mailserver angenommen/);
    assert.match(reply.words, /Versand begonnen/);
    for (const path of [`/mail/${key}`, `/api/mail/${key}`, '/mail', '/api/mail']) {
      const { text } = await adler.get(path);
      assert.ok(!text.includes(token), path);
      assert.ok(!text.includes(await w.value("select encode(token_hash, 'hex') from app.invitation where token_hash is not null order by id desc limit 1")), path);
    }
  });

  test('send again: the state begins anew, a link is new, the log knows who', async () => {
    const key = await invite();
    await send();
    const first = server.mails.at(-1).link;
    assert.equal((await act(key, 'again')).location, `/mail/${key}?notice=mail_again`);
    assert.equal((await item(key)).mail.state, 'ready');
    await send();
    const { mail, history } = await item(key);
    assert.equal(mail.state, 'sent');
    assert.notEqual(server.mails.at(-1).link, first);
    assert.deepEqual(history.map((h) => h.event), ['sent', 'sending', 'again', 'sent', 'sending']);
    assert.equal(history[2].by, 'Kim Adler');
    assert.equal(await w.value(`select count(*) from app.audit a join app.mail m on m.id = a.object_id where a.act = 'mail.again' and m.key = '${key}'`), '1');
  });

  test('not again: with a link that does not hold any more, or while it is under way', async () => {
    const key = await invite();
    await w.sql(`update app.invitation set withdrawn_at = app.now() where id = (select invitation_id from app.mail where key = '${key}')`);
    const reply = await act(key, 'again');
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Der Link wurde zurückgezogen/);
    const other = await queue('account_locked');
    await w.sql(`update app.mail set state = 'sending', claimed_at = clock_timestamp() where key = '${other}'`);
    assert.equal((await act(other, 'again')).status, 409);
    assert.equal((await act(other, 'withdraw')).status, 409);
    await w.sql(`update app.mail set state = 'withdrawn' where key = '${other}'`);
  });

  test('withdraw: what waits does not go, and may go after all', async () => {
    const key = await queue('account_locked');
    server.mails.length = 0;
    assert.equal((await act(key, 'withdraw')).status, 303);
    await send();
    assert.equal((await item(key)).mail.state, 'withdrawn');
    assert.equal((await act(key, 'withdraw')).status, 409);
    await act(key, 'again');
    await send();
    assert.equal((await item(key)).mail.state, 'sent');
  });

  test('mark as returned: the mail and the address', async () => {
    const key = await queue('account_locked', { mail: PEOPLE.graf });
    assert.equal((await act(key, 'returned')).status, 409, 'it was not sent yet');
    await send();
    assert.equal((await act(key, 'returned')).status, 303);
    const { mail } = await item(key);
    assert.equal(mail.state, 'bounced');
    assert.notEqual(mail.address_bounced_at, null);
    assert.equal((await act(key, 'returned')).status, 409);
  });

  test('an unknown mail is not there; a form without its token does nothing', async () => {
    assert.equal((await act('aaaaaaaaaaaa', 'again')).status, 404);
    const key = await queue('account_locked');
    assert.equal((await adler.post(`/mail/${key}/withdraw`, { csrf: 'falsch' })).status, 403);
    assert.equal((await item(key)).mail.state, 'ready');
  });
});

describe('/jobs', { concurrency: 1 }, () => {
  const job = (state, more = {}) => w.value(`insert into app.job (kind, dedupe_key, state, parts_done, parts_total, attempts, note, heartbeat_at, finished_at)
    values ('retention', 'p${made += 1}', '${state}', ${more.done ?? 0}, ${more.total ?? 'null'}, ${more.attempts ?? 0}, ${more.note ? `'${more.note}'` : 'null'},
      case when '${state}' = 'running' then clock_timestamp() end, case when '${state}' in ('done', 'failed') then clock_timestamp() end) returning key`);

  test('what runs, with progress; what failed, with its reason; what comes round', async () => {
    await send();
    await job('running', { done: 3, total: 12 });
    await job('failed', { attempts: 5, note: 'Die Platte ist voll.' });
    await w.sql("update app.job_period set seen_at = clock_timestamp()");
    const page = await adler.json('/jobs');
    assert.equal(page.asleep, null);
    const periods = Object.fromEntries(page.periods.map((p) => [p.kind, p]));
    assert.deepEqual([periods.number_positions.seconds, periods.number_positions.is_ok], [1, true]);
    assert.notEqual(periods.number_positions.ran_at, null);
    assert.ok(periods.mail.is_ok);
    const { words } = await adler.get('/jobs');
    assert.match(words, /3 von 12/);
    assert.match(words, /Die Platte ist voll\./);
    assert.match(words, /Positionen nummerieren jede Sekunde/);
    assert.ok((await adler.json('/jobs?state=failed')).rows.every((r) => r.state === 'failed'));
  });

  test('a failed one is tried again, once', async () => {
    const key = await job('failed', { attempts: 5, done: 2, total: 4 });
    const retry = async () => adler.post(`/jobs/${key}/retry`, { csrf: await adler.csrf() });
    assert.equal((await retry()).location, '/jobs?notice=job_again');
    assert.equal(await w.value(`select state || attempts || parts_done from app.job where key = '${key}'`), 'ready02');
    const reply = await retry();
    assert.equal(reply.status, 409);
    assert.match(reply.words, /nicht fehlgeschlagen/);
    assert.equal((await adler.post('/jobs/aaaaaaaaaaaa/retry', { csrf: await adler.csrf() })).status, 404);
  });

  test('a failed one whose like waits already is left alone', async () => {
    const key = await job('failed');
    await w.sql(`insert into app.job (kind, dedupe_key) select kind, dedupe_key from app.job where key = '${key}'`);
    const reply = await adler.post(`/jobs/${key}/retry`, { csrf: await adler.csrf() });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Ein gleicher Auftrag/);
  });

  test('says when the loop sleeps; a moderator does not see the page', async () => {
    await w.sql("update app.job_period set seen_at = clock_timestamp() - interval '10 minutes'");
    assert.match((await adler.get('/jobs')).words, /Der Auftragsdienst läuft nicht, zuletzt lief er/);
    assert.equal((await sander.get('/jobs')).status, 403);
  });
});
