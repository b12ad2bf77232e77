// also asan
// Mails on their way to a real mail server: delivered, tried again, refused,
// never lost, never doubled, and never with a word of an answer in them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../lib/cluster.mjs';
import { endLoops, loop } from '../lib/jobs.mjs';
import { parse, sink } from '../lib/mail.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { freePort, world } from '../lib/server.mjs';

const BASE = 'https://konsultation.example';
let w, dir, server;
let made = 0;

const quote = (value) => (value === null ? 'null' : `'${value}'`);
/** Queues a mail to one of the demo people; its id. */
const queue = (template, mail, { args = {}, invitation = null, organisation = 'BY' } = {}) => w.value(`
  select app.queue_mail('${template}', p.id, null, o.id, '${JSON.stringify(args)}', ${invitation}, 't-${made += 1}')
    from app.person p, app.organisation o where p.mail = '${mail}' and o.code = '${organisation}'`);
const toOffice = (address) => w.value(`select app.queue_mail('office_invitation', null, ${quote(address)}, o.id,
  '{"consultation": "dachstrategie-2024", "closes_at": "2024-04-26T23:59:59+02:00"}', null, 't-${made += 1}')
  from app.organisation o where o.code = 'BY'`);
const invite = async (mail, purpose = 'invitation') => {
  const [[id, invitation]] = await w.sql(`
    with i as (insert into app.invitation (person_id, organisation_id, purpose, created_at, ends_at)
        select p.id, o.id, '${purpose}', app.now(), app.now() + interval '7 days'
          from app.person p, app.organisation o where p.mail = '${mail}' and o.code = 'BY'
        returning id, person_id, organisation_id)
    select app.queue_mail('${purpose === 'reset' ? 'password_reset' : 'invitation'}', i.person_id, null, i.organisation_id,
      '${purpose === 'reset' ? '{}' : '{"by": "Mira Sander"}'}', i.id, 't-${made += 1}'), i.id from i`);
  return { id, invitation };
};
const row = async (id) => JSON.parse(await w.value(`select to_json(m) from app.mail m where m.id = ${id}`));
const events = async (id) => (await w.sql(`select event from app.mail_event where mail_id = ${id} order by id`)).map(([e]) => e);
const due = (id) => w.sql(`update app.mail set next_at = clock_timestamp() where id = ${id}`);
const use = (url, more = {}) => { w.jobsEnv = { RESONANZ_SMTP_URL: url, RESONANZ_BASE_URL: BASE, RESONANZ_CONTACT: 'konsultation@fitko.example', ...more }; };
const answers = (list) => writeFileSync(join(dir, 'answers.json'), JSON.stringify(list));

async function until(what, fact, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) if (await fact()) return;
  assert.fail(`not within ${seconds} s: ${what}`);
}

describe('mail', { concurrency: 1 }, () => {
  before(async () => {
    dir = mkdtempSync(join(process.env.RESONANZ_TEST_DIR ?? tmpdir(), 'mail-'));
    answers({});
    w = await world({ serve: false });
    server = await sink({ SINK_ANSWERS: join(dir, 'answers.json') });
    use(server.url);
  });
  afterEach(endLoops);
  after(async () => { await server?.stop(); await w?.stop(); rmSync(dir, { recursive: true, force: true }); });

  test('an invitation arrives, in German, with a link that only its token opens', async () => {
    await w.sql(`update app.person set name = 'Jörg Müller-Lüdenscheidt' where mail = '${PEOPLE.huber}'`);
    const { id, invitation } = await invite(PEOPLE.huber);
    await w.jobs('--once');
    const [mail] = server.mails;
    assert.equal(server.mails.length, 1);
    assert.deepEqual([mail.from, mail.to], ['konsultation@fitko.example', [PEOPLE.huber]]);
    assert.equal(mail.head.to, `Jörg Müller-Lüdenscheidt <${PEOPLE.huber}>`);
    assert.equal(mail.head.from, 'FITKO (Föderale IT-Kooperation) <konsultation@fitko.example>');
    assert.match(mail.head.subject, /^Ihr Zugang zu Resonanz für .*Bayern/);
    assert.equal(mail.head['auto-submitted'], 'auto-generated');
    assert.match(mail.head['message-id'], /^<[0-9a-f]{32}@fitko\.example>$/);
    assert.ok(Math.abs(Date.parse(mail.head.date) - Date.now()) < 60_000, mail.head.date);
    assert.match(mail.text, /^Guten Tag Jörg Müller-Lüdenscheidt,/);
    assert.match(mail.text, /Mira Sander hat Sie eingeladen/);
    assert.match(mail.text, /gilt bis 29\.04\.2024, 09:\d\d Uhr/);
    assert.doesNotMatch(mail.raw, /[^\x00-\x7f]/, 'only ASCII on the wire');
    assert.doesNotMatch(mail.raw, /(^|[^\r])\n/, 'CRLF only');
    assert.ok(mail.raw.split('\r\n').every((line) => line.length <= 78));

    const token = mail.link.slice(`${BASE}/invitation/`.length);
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(await w.value(`select token_hash = sha256(convert_to('${token}', 'UTF8')) and sent_at = sent_at
      from app.invitation where id = ${invitation}`), 't');
    const { state, sent_at: at, message_id: messageId } = await row(id);
    assert.equal(state, 'sent');
    assert.notEqual(at, null);
    assert.equal(`<${messageId}>`, mail.head['message-id']);
    assert.deepEqual(await events(id), ['sending', 'sent']);
    const kept = await w.value(`select concat((select json_agg(m) from app.mail m), (select json_agg(e) from app.mail_event e),
      (select json_agg(i) from app.invitation i))`);
    assert.ok(!kept.includes(token), 'the token is nowhere in the database');
    await w.jobs('--once');
    assert.equal(server.mails.length, 1, 'and only once');
  });

  test('every template: to whom it may concern, without holes', async () => {
    server.mails.length = 0;
    const args = { by: 'Mira Sander', at: '2024-04-22T07:00:00+00:00', for: 'Ilse Brandl', from: '2024-04-22', until: '2024-05-31', to: 'Jonas Graf', editor: true, reader: true, organisation: 'Freistaat Bayern', block: '1204', count: '1', receipt: 'R1-BY-1-K7QM', target: 'K4.G2.5', consents: true, is_due: true, closes_at: '2024-05-03T23:59:59+02:00', code: 'BY', number: 'R1-0042', author: 'Land Schleswig-Holstein' };
    const takes = Object.fromEntries(await w.sql(`select t, array_to_string(app.mail_template_args(t), ',') from unnest(array['password_changed',
      'factor_reset', 'release_asked', 'release_rejected', 'cosign_request', 'cosign_returned', 'cosign_reminder', 'assigned', 'assignment_ended', 'assignment_reminder', 'release_handed_over', 'handover_confirmed', 'deputy_named', 'deputy_confirmed', 'account_locked', 'role_granted', 'mail_changed', 'audit_broken', 'receipt',
      'extension_asked', 'extension_granted', 'stage_extended', 'extension_refused', 'response_reopened', 'response_withdrawn', 'statement_published', 'statement_ended',
      'joined_changed', 'joined_withdrawn', 'position_assigned', 'approval_asked', 'approval_returned', 'reply', 'reply_update', 'ask_back', 'ask_back_answered', 'finding_answered', 'barrier_reported', 'barrier_answered', 'cooperation_declared', 'cooperation_decided', 'intake_waiting', 'intake_returned', 'intake_confirmed']) t`));
    for (const [template, names] of Object.entries(takes)) {
      await queue(template, PEOPLE.brandl, { args: Object.fromEntries(Object.entries(args).filter(([name]) => names.split(',').includes(name))) });
      await queue(template, PEOPLE.brandl); // whatever is not known is not said
    }
    await invite(PEOPLE.brandl, 'reset');
    await toOffice('poststelle@stk.bayern.example');
    await w.value(`select app.queue_mail('checkpoint', null, 'aufbewahrung@bfdi.example', null, '{"body": "Block 7\\nabcdef"}', null, null)`);
    const { subject, body } = JSON.parse(readFileSync(join(root, 'assets/text/labels.json'), 'utf8')).reminder;
    const reminder = await w.value(`insert into app.reminder (stage_id, subject, body, sent_by, sent_at)
      select s.id, ${quote(subject)}, ${quote(body)}, p.id, app.now() from app.stage s, app.person p
        where s.opens_at is not null and p.mail = '${PEOPLE.sander}' order by s.opens_at limit 1 returning key`);
    const facts = { consultation: 'dachstrategie-2024', reminder };
    await queue('reminder', PEOPLE.brandl, { args: facts });
    await w.value(`select app.queue_mail('reminder', null, 'poststelle@hsm.example', o.id, '${JSON.stringify(facts)}', null, null) from app.organisation o where o.code = 'HSM'`);
    await w.jobs('--once');
    assert.equal(server.mails.length, 2 * Object.keys(takes).length + 5);
    assert.deepEqual(readdirSync(join(root, 'assets/mail')).filter((f) => !['footer.txt', 'greeting.txt'].includes(f)).length,
      Object.keys(takes).length + 5, 'none is left out here');
    for (const { head, text, raw } of server.mails) {
      assert.ok(head.subject.length > 10, head.subject);
      assert.match(text, /^Guten Tag[ \w.]*,\n\n/);
      assert.match(text, /Mit freundlichen Grüßen\nFITKO \(Föderale IT-Kooperation\)/);
      assert.doesNotMatch(text, /\{\{|\bnull\b|undefined| {2}|\n{4}|[„(] |&[a-z]+;/, text);
      assert.doesNotMatch(text, / [.,]/, text);
      assert.ok(text.split('\n').every((line) => line.length <= 74 || /^https?:/.test(line)), text);
      assert.ok(raw.length < 8000);
    }
    const office = server.mails.find(({ to }) => to[0].startsWith('poststelle'));
    assert.match(office.text, /Frist: 26\.04\.2024, 23:59 Uhr/);
    assert.match(office.text, new RegExp(`${BASE}/consultations/dachstrategie-2024\n`));
    assert.match(server.mails.find(({ to }) => to[0].startsWith('aufbewahrung')).text, /Block 7\nabcdef/);
  });

  test('4yz: again later, and delivered then, with a new link', async () => {
    server.mails.length = 0;
    answers({ [PEOPLE.graf]: '451 4.7.1 Greylisting, bitte später' });
    const { id, invitation } = await invite(PEOPLE.graf);
    const hash = () => w.value(`select encode(token_hash, 'hex') from app.invitation where id = ${invitation}`);
    await w.jobs('--once');
    let mail = await row(id);
    assert.equal(mail.state, 'ready');
    assert.match(mail.last_error, /451 4\.7\.1 Greylisting, bitte später/);
    const first = await hash();
    for (const [attempt, minutes] of [[1, 1], [2, 5], [3, 15], [4, 60], [5, 60]]) {
      mail = await row(id);
      assert.equal(mail.attempts, attempt);
      const wait = (Date.parse(mail.next_at) - Date.now()) / 60_000;
      assert.ok(wait > minutes - 1 && wait <= minutes, `attempt ${attempt}: ${wait} minutes`);
      await w.jobs('--once');
      assert.equal((await row(id)).attempts, attempt, 'not before its time');
      await due(id);
      if (attempt < 5) await w.jobs('--once');
    }
    assert.equal(server.mails.length, 0);
    answers({});
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'sent');
    assert.equal(server.mails.length, 1);
    assert.notEqual(await hash(), first, 'each attempt has its own token');
    assert.equal(await w.value(`select token_hash = sha256(convert_to('${server.mails[0].link.split('/').pop()}', 'UTF8'))
      from app.invitation where id = ${invitation}`), 't', 'and the last one holds');
  });

  test('two days of 4yz are the end', async () => {
    answers({ [PEOPLE.graf]: '450 4.2.0 besetzt' });
    const id = await queue('password_changed', PEOPLE.graf);
    await w.sql(`update app.mail set attempts = 50 where id = ${id}`);
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'failed');
    answers({});
  });

  test('5yz has failed at once; the others go on', async () => {
    server.mails.length = 0;
    answers({ [PEOPLE.huber]: '550 5.1.1 Empfänger unbekannt' });
    const ids = [await queue('password_changed', PEOPLE.graf), await queue('password_changed', PEOPLE.huber), await queue('password_changed', PEOPLE.lorenz)];
    await w.jobs('--once');
    const states = [];
    for (const id of ids) states.push((await row(id)).state);
    assert.deepEqual(states, ['sent', 'failed', 'sent']);
    assert.match((await row(ids[1])).last_error, /550 5\.1\.1 Empfänger unbekannt/);
    assert.deepEqual(server.mails.map(({ to }) => to[0]), [PEOPLE.graf, PEOPLE.lorenz]);
    answers({});
  });

  test('no server: one mail was tried, none is lost, the others are not touched', async () => {
    use(`smtp://127.0.0.1:${await freePort()}`);
    const ids = [await queue('password_changed', PEOPLE.graf), await queue('password_changed', PEOPLE.lorenz)];
    const out = await w.jobs('--once');
    assert.match(out, /connect/i);
    assert.deepEqual([(await row(ids[0])).state, (await row(ids[0])).attempts], ['ready', 1]);
    assert.deepEqual([(await row(ids[1])).state, (await row(ids[1])).attempts], ['ready', 0]);
    assert.equal(await w.value("select is_ok from app.job_period where kind = 'mail'"), 'f');
    use(server.url);
    server.mails.length = 0;
    await due(ids[0]);
    await w.jobs('--once');
    assert.equal(server.mails.length, 2);
    assert.equal(await w.value("select is_ok from app.job_period where kind = 'mail'"), 't');
  });

  test('without RESONANZ_SMTP_URL mails wait', async () => {
    w.jobsEnv = {};
    const id = await queue('password_changed', PEOPLE.graf);
    await w.jobs('--once');
    assert.deepEqual([(await row(id)).state, (await row(id)).attempts], ['ready', 0]);
    assert.match(await w.value("select note from app.job_period where kind = 'mail'"), /RESONANZ_SMTP_URL/);
    use(server.url);
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'sent');
  });

  test('file: writes them where the operator of a demo finds them', async () => {
    use(`file:${join(dir, 'eml')}`);
    await invite(PEOPLE.lorenz);
    await w.jobs('--once');
    const [file] = readdirSync(join(dir, 'eml'));
    assert.match(file, /\.eml$/);
    assert.equal(statSync(join(dir, 'eml', file)).mode & 0o777, 0o600);
    assert.match(parse({ raw: readFileSync(join(dir, 'eml', file), 'latin1') }).link, /invitation\/[\w-]{43}$/);
    use(server.url);
  });

  test('a link that does not hold any more is not sent; nor is a mail to nobody', async () => {
    server.mails.length = 0;
    const { id, invitation } = await invite(PEOPLE.thoms);
    await w.sql(`update app.invitation set withdrawn_at = app.now() where id = ${invitation}`);
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'withdrawn');
    assert.match((await row(id)).last_error, /zurückgezogen/);
    const late = await invite(PEOPLE.thoms);
    await w.sql(`update app.invitation set created_at = app.now() - interval '8 days', ends_at = app.now() - interval '1 day' where id = ${late.invitation}`);
    await w.jobs('--once');
    assert.match((await row(late.id)).last_error, /abgelaufen/);
    assert.equal(server.mails.length, 0);
  });

  test('an address that nobody can write to fails by itself', async () => {
    server.mails.length = 0;
    const id = await toOffice('poststelle@bäyern.example');
    await w.jobs('--once');
    const mail = await row(id);
    assert.equal(mail.state, 'failed');
    assert.match(mail.last_error, /lässt sich nicht senden/);
    assert.equal(server.mails.length, 0);
  });

  test('a word of an answer is in no mail', async () => {
    const words = (await w.sql('select distinct body from app.answer where length(body) > 40')).map(([body]) => body.slice(0, 40));
    assert.ok(words.length > 10);
    const all = await w.value("select coalesce(string_agg(args::text, ' '), '') from app.mail");
    for (const word of words) assert.ok(!all.includes(word) && server.mails.every(({ text }) => !text.includes(word)), word);
    await assert.rejects(queue('deputy_named', PEOPLE.graf, { args: { by: 'x'.repeat(301) } }), /not a short text/);
    await assert.rejects(queue('deputy_named', PEOPLE.graf, { args: { answer: 'Nein.' } }), /takes no argument/);
  });

  test('a name with a line break is no header of its own', async () => {
    server.mails.length = 0;
    const id = await queue('deputy_named', PEOPLE.graf, { args: { for: 'Vera\r\nBcc: alle@bund.example' } });
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'failed');
    assert.equal(server.mails.length, 0);
  });
});

describe('mail, disturbed', { concurrency: 1 }, () => {
  let slow;
  before(async () => { w = await world({ serve: false }); slow = await sink({ SINK_DELAY: '1500' }); use(slow.url); });
  afterEach(endLoops);
  after(async () => { await slow?.stop(); await w?.stop(); });

  test('killed in the middle, taken again, with a link that holds', async () => {
    const { id, invitation } = await invite(PEOPLE.huber);
    const first = loop(w);
    await until('the server takes it', () => slow.begun.length === 1);
    await first.end('SIGKILL');
    assert.equal((await row(id)).state, 'sending');
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'sending', 'it is young: nobody takes it');
    await w.sql(`update app.mail set claimed_at = claimed_at - interval '6 minutes' where id = ${id}`);
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'sent');
    assert.deepEqual(await events(id), ['sending', 'lost', 'sending', 'sent']);
    const last = slow.mails.at(-1);
    assert.equal(await w.value(`select token_hash = sha256(convert_to('${last.link.split('/').pop()}', 'UTF8'))
      from app.invitation where id = ${invitation}`), 't');
  });

  test('a mail without a link comes again under its own Message-ID', async () => {
    slow.mails.length = 0;
    slow.begun.length = 0;
    const id = await queue('account_locked', PEOPLE.huber);
    const first = loop(w);
    await until('the server takes it', () => slow.begun.length === 1);
    const { message_id: messageId } = await row(id);
    await first.end('SIGKILL');
    await w.sql(`update app.mail set claimed_at = claimed_at - interval '6 minutes' where id = ${id}`);
    await w.jobs('--once');
    assert.equal(slow.mails.at(-1).head['message-id'], `<${messageId}>`);
  });

  test('SIGTERM lets the mail in hand go out', async () => {
    slow.begun.length = 0;
    const id = await queue('account_locked', PEOPLE.huber);
    const first = loop(w);
    await until('the server takes it', () => slow.begun.length === 1);
    assert.deepEqual(await first.end('SIGTERM'), { code: 0, signal: null });
    assert.equal((await row(id)).state, 'sent');
  });

  test('two loops deliver each mail once', async () => {
    const fast = await sink({ SINK_DELAY: '20' });
    use(fast.url);
    await w.sql(`select app.queue_mail('account_locked', p.id, null, null, '{}', null, 'viele-' || n)
      from app.person p, generate_series(1, 60) n where p.mail = '${PEOPLE.graf}'`);
    const loops = [loop(w), loop(w)];
    await until('all sent', async () => (await w.value("select count(*) from app.mail where dedupe_key like 'viele-%' and state <> 'sent'")) === '0');
    for (const l of loops) await l.end();
    const ids = fast.mails.map((m) => m.head['message-id']);
    assert.equal(ids.length, 60);
    assert.equal(new Set(ids).size, 60);
    assert.ok(loops.every((l) => /account_locked/.test(l.output)), 'both took part');
    await fast.stop();
  });
});

describe('mail, STARTTLS and a login', { concurrency: 1 }, () => {
  let tls, cert;
  before(async () => {
    dir = mkdtempSync(join(process.env.RESONANZ_TEST_DIR ?? tmpdir(), 'mail-'));
    cert = join(dir, 'cert.pem');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(dir, 'key.pem'), '-out', cert], { stdio: 'ignore' });
    writeFileSync(join(dir, 'password'), 'geheim Nr. 7\n');
    chmodSync(join(dir, 'password'), 0o600);
    w = await world({ serve: false });
    tls = await sink({ SINK_TLS: `${cert},${join(dir, 'key.pem')}`, SINK_AUTH: 'resonanz:geheim Nr. 7' });
  });
  after(async () => { await tls?.stop(); await w?.stop(); rmSync(dir, { recursive: true, force: true }); });
  const login = () => ({ RESONANZ_SMTP_TLS: 'required', RESONANZ_SMTP_CA: cert, RESONANZ_SMTP_USER: 'resonanz', RESONANZ_SMTP_PASSWORD: join(dir, 'password') });

  test('encrypted, signed in, delivered', async () => {
    use(tls.url, login());
    const id = await queue('account_locked', PEOPLE.huber);
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'sent', JSON.stringify(await row(id)));
    assert.deepEqual([tls.mails[0].secure, tls.mails[0].user], [true, 'resonanz']);
  });

  for (const [what, more, pattern] of [
    ['a certificate that nobody vouches for', () => ({ RESONANZ_SMTP_CA: '' }), /certificate/i],
    ['a wrong password', () => ({ RESONANZ_SMTP_PASSWORD: cert }), /535|denied|Anmeldung/i],
  ]) {
    test(`${what}: nothing is sent, nothing has failed for good`, async () => {
      use(tls.url, { ...login(), ...more() });
      tls.mails.length = 0;
      const id = await queue('account_locked', PEOPLE.huber);
      await w.jobs('--once');
      const mail = await row(id);
      assert.equal(mail.state, 'ready');
      assert.match(mail.last_error, pattern);
      assert.equal(tls.mails.length, 0);
      await w.sql(`update app.mail set state = 'withdrawn' where id = ${id}`);
    });
  }

  test('a server without STARTTLS gets nothing where it is required', async () => {
    const plain = await sink();
    use(plain.url, { RESONANZ_SMTP_TLS: 'required' });
    const id = await queue('account_locked', PEOPLE.huber);
    await w.jobs('--once');
    assert.equal((await row(id)).state, 'ready');
    assert.equal(plain.mails.length, 0);
    await plain.stop();
  });
});

describe('resonanzctl mail', { concurrency: 1 }, () => {
  before(async () => { w = await world({ serve: false }); server = await sink(); use(server.url); });
  after(async () => { await server?.stop(); await w?.stop(); });
  const report = (messageId, { recipient = PEOPLE.huber, action = 'failed', status = '5.1.1' } = {}) => [
    'From: MAILER-DAEMON@mx.example', 'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"', '', '--b1',
    'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example', '', `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`, `Status: ${status}`, 'Diagnostic-Code: smtp; 550 unbekannt', '', '--b1', 'Content-Type: text/rfc822-headers', '',
    `Message-ID: <${messageId}>`, '', '--b1--', ''].join('\r\n');
  const bounce = (text) => w.run(['mail', 'bounce'], { input: text });
  const bounced = (mail) => w.value(`select mail_bounced_at is not null from app.person where mail = '${mail}'`);

  test('test: one mail, and what the server said', async () => {
    assert.match(await w.run(['mail', 'test', 'betrieb@fitko.example']), /^handed over: 250/);
    assert.equal(server.mails[0].head.subject, 'Prüfung des Mailversands');
    await assert.rejects(w.run(['mail', 'test', 'kein Adressat']), /not an address/);
    await assert.rejects(w.run(['mail', 'test', 'a@b.example'], { env: { RESONANZ_SMTP_URL: 'http://127.0.0.1' } }), /RESONANZ_SMTP_URL/);
    await assert.rejects(w.run(['mail', 'test', 'a@b.example'], { env: { RESONANZ_SMTP_URL: '' } }), /not set/);
  });

  test('bounce: the mail and the address are marked, by a report that names the mail', async () => {
    const id = await queue('account_locked', PEOPLE.huber);
    await w.jobs('--once');
    const { message_id: messageId, key } = await row(id);
    assert.match(await bounce('Subject: Abwesend\r\n\r\nIm Urlaub.\r\n'), /^ignored/);
    assert.match(await bounce(report('ffffffffffffffff@fitko.example')), /^ignored: no mail of ours/);
    assert.match(await bounce(report(messageId, { action: 'delayed', status: '4.4.1' })), new RegExp(`^${key}: delayed`));
    assert.equal((await row(id)).state, 'sent');
    assert.equal(await bounced(PEOPLE.huber), 'f');
    assert.match(await bounce(report(messageId)), new RegExp(`^${key}: failed 5.1.1`));
    assert.equal((await row(id)).state, 'bounced');
    assert.match((await row(id)).last_error, /5\.1\.1 550 unbekannt/);
    assert.equal(await bounced(PEOPLE.huber), 't');
    assert.deepEqual(await events(id), ['sending', 'sent', 'delayed', 'bounced']);
    await w.sql(`update app.person set mail = 'v.huber@bayern.example' where mail = '${PEOPLE.huber}'`);
    assert.equal(await bounced('v.huber@bayern.example'), 'f', 'a new address has not come back yet');
  });

  test('bounce: a full mailbox marks the mail, not the address; nor does one of somebody else', async () => {
    for (const more of [{ status: '4.2.2' }, { status: '5.2.2' }, { recipient: 'weiterleitung@anderswo.example' }]) {
      const id = await queue('account_locked', PEOPLE.lorenz, { organisation: 'MV' });
      await w.jobs('--once');
      await bounce(report((await row(id)).message_id, { recipient: PEOPLE.lorenz, ...more }));
      assert.equal((await row(id)).state, 'bounced');
      assert.equal(await bounced(PEOPLE.lorenz), 'f', JSON.stringify(more));
    }
  });

  test('bounce: the address of an office', async () => {
    await w.sql("update app.organisation set office_mail = 'Poststelle@stk.bayern.example' where code = 'BY'");
    const id = await toOffice('poststelle@stk.bayern.example');
    await w.jobs('--once');
    await bounce(report((await row(id)).message_id, { recipient: 'poststelle@stk.bayern.example' }));
    assert.equal(await w.value("select office_mail_bounced_at is not null from app.organisation where code = 'BY'"), 't');
  });

  test('bounce: with the database away the mail server shall ask again', async () => {
    await assert.rejects(w.run(['mail', 'bounce'], { input: report('a@b'), env: { RESONANZ_DATABASE_URL: 'host=/nowhere dbname=x' } }), (error) => error.code === 75);
  });
});
