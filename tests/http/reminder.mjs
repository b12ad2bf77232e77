// Reminders: what is shown before, hostile input, two moderators, the mails as they go out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const PAGE = `${BASE}/returns/reminder`;
let w, sander, mails;
before(async () => {
  w = await world();
  sander = await w.as(PEOPLE.sander);
});
after(async () => { await mails?.stop(); await w?.stop(); });

const form = async (query = '') => (await sander.visit(`${PAGE}${query}`)).form(PAGE);
const queued = async () => Number(await w.value("select count(*) from app.mail where template = 'reminder'"));

test('the board, the page and the form say the same number, and the twin has no word of a draft', async () => {
  const { totals, can } = await sander.json(`${BASE}/returns`);
  const doc = await sander.json(PAGE);
  assert.equal(can.remind, true);
  assert.equal(doc.count, totals.missing);
  assert.equal(Object.keys(await form()).filter((n) => n.startsWith('recipient.')).length, totals.missing);
  const text = await w.value("select max(a.body) from app.answer a join app.response r on r.id = a.response_id where r.state in ('draft', 'cosigning')");
  assert.ok(text.length > 10 && !JSON.stringify(doc).includes(text));
  assert.equal((await (await w.as(PEOPLE.petersen)).get(PAGE)).status, 403, 'reporters read the board, they do not remind');
  assert.doesNotMatch((await (await w.as(PEOPLE.petersen)).get(`${BASE}/returns`)).text, /returns\/reminder/);
});

test('hostile input: invented houses, huge and empty texts, HTML; nothing goes out', async () => {
  const fields = await form();
  const send = (more) => sander.post(PAGE, { ...fields, ...more });
  assert.equal((await sander.get(`${PAGE}?organisation=GIBT-ES-NICHT`)).status, 404);
  assert.equal((await sander.get('/consultations/gibt-es-nicht/returns/reminder')).status, 404);
  assert.equal((await send({ 'recipient.GIBT-ES-NICHT': '1' })).status, 422);
  assert.equal((await send({ subject: 'x'.repeat(201) })).status, 422);
  assert.equal((await send({ body: 'ä'.repeat(4001) })).status, 422);
  assert.equal((await send({ body: '' })).status, 422);
  assert.equal((await send({ shown: '-1' })).status, 422);
  const bad = await send({ subject: 'Frist [Fist]', body: '<script>alert(1)</script> [Organisation]' });
  assert.equal(bad.status, 422);
  assert.match(bad.words, /Den Platzhalter \[Fist\] gibt es hier nicht/);
  assert.ok(bad.text.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && !bad.text.includes('<script>alert'));
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`recipient.X${i}`, '1']));
  assert.equal((await sander.post(PAGE, { csrf: await sander.csrf(), ...many })).status, 422);
  assert.equal((await (await w.as(PEOPLE.huber)).post(PAGE, { csrf: 'x', 'recipient.BY': '1' })).status, 403);
  assert.equal(await queued(), 0);
});

test('machines get the same: the effect first, then the act, once', async () => {
  const doc = await sander.json(`${PAGE}?organisation=HB`);
  assert.deepEqual([doc.count, doc.form.rows[0].people], [1, 2]);
  const fields = { organisation: 'HB', 'recipient.HB': '1', shown: 1, subject: 'Erinnerung', body: 'Bitte bis [Frist].' };
  assert.deepEqual((await sander.postJson(PAGE, { ...fields, then: 'preview' })).json, { again: true });
  assert.equal((await sander.postJson(PAGE, { ...fields, shown: 2 })).status, 409);
  const sent = await sander.postJson(PAGE, fields);
  assert.deepEqual([sent.status, sent.json.reminded, sent.json.mails, sent.json.location], [200, 1, 2, `${BASE}/participations/HB?notice=reminded`]);
  assert.equal((await sander.postJson(PAGE, fields)).status, 409, 'another one must have seen this one');
  assert.equal(await queued(), 2);
  assert.match((await sander.get(`${BASE}/participations/HB`)).words, /Zuletzt erinnert 22\.04\.2024/);
});

test('two moderators at once: one reminder goes out', async () => {
  const fields = await form();
  const replies = await Promise.all([sander.post(PAGE, fields), sander.post(PAGE, fields)]);
  assert.deepEqual(replies.map((r) => r.status).sort(), [303, 409]);
  const again = replies.find((r) => r.status === 409);
  assert.match(again.words, /wurde schon erinnert\. Diese Erinnerung ist nicht gesendet/);
  assert.equal(await w.value('select count(*) from app.reminder'), '2');
  assert.equal(await w.value("select count(*) from (select m.organisation_id, m.person_id, m.args ->> 'reminder' from app.mail m where m.template = 'reminder' group by 1, 2, 3 having count(*) > 1) x"), '0');
});

test('as it goes out: to people with the link to write, to an office with the way in; not to who has submitted by then', async () => {
  await w.sql(`update app.person set state = 'invited' where mail like '%@hochschule-musterstadt.example'`);
  const office = await w.value(`update app.organisation set office_mail = 'poststelle@hsm.example' where code = 'HSM' returning office_mail`);
  assert.equal((await sander.submit(`${PAGE}?organisation=HSM`, { body: 'An [Organisation] bis [Frist]:\n\n[Link]' }, { action: PAGE })).status, 303);
  assert.equal((await sander.submit(`${PAGE}?organisation=SN`, {}, { action: PAGE })).status, 303);
  await w.sql(`delete from app.mail where template <> 'reminder' or organisation_id not in (select id from app.organisation where code in ('HSM', 'SN', 'BE'))`);
  const berlin = await w.as('ayse.demir@berlin.example');
  await berlin.post(`${BASE}/response/nil-rest`, { csrf: await berlin.csrf(), nil_rest: '1' });
  const releaser = await w.as('thomas.wedekind@berlin.example');
  const fields = (await releaser.visit(`${BASE}/response/release`)).form(`${BASE}/response/release`);
  assert.equal((await releaser.post(`${BASE}/response/release`, { ...fields, publication: 'no', declaration: '1' })).status, 303);
  await w.sql(`delete from app.mail where template <> 'reminder'`);

  mails = await sink();
  w.jobsEnv = { RESONANZ_SMTP_URL: mails.url, RESONANZ_BASE_URL: 'https://resonanz.example', RESONANZ_CONTACT: 'konsultation@fitko.example' };
  await w.jobs('--once');
  const to = (address) => mails.mails.filter((m) => m.head.to.includes(address));
  const [letter] = to(office);
  assert.equal(to(office).length, 1);
  assert.match(letter.text, /Guten Tag,\n+An Hochschule Musterstadt bis 26\.04\.2024, 23:59 Uhr:\n\nhttps:\/\/resonanz\.example\/consultations\/dachstrategie-2024\n/);
  assert.match(letter.text.replace(/\s+/g, ' '), /geht an Ihre Poststelle, .* E-Mail-Adresse: konsultation@fitko\.example\./);
  const saxon = to('anke.zschoche@sachsen.example').at(-1);
  assert.match(saxon.head.subject, /^Erinnerung: Stellungnahme zu „Dachstrategie 2024“ bis 26\.04\.2024, 23:59 Uhr$/);
  assert.match(saxon.text, /\(Freistaat Sachsen\)/);
  assert.match(saxon.text, /https:\/\/resonanz\.example\/consultations\/dachstrategie-2024\/response\n/);
  assert.doesNotMatch(saxon.text, /Poststelle|\[/);
  assert.equal(to('berlin.example').length, 0, 'Berlin is in');
  assert.equal(await w.value(`select string_agg(distinct m.last_error, ' ') from app.mail m join app.organisation o on o.id = m.organisation_id where o.code = 'BE'`), 'Die Stellungnahme ist inzwischen da.');
  const audit = await w.sql(`select act, object_kind, amount::text from app.audit where act = 'reminder.send' order by id`);
  assert.ok(audit.length === 4 && audit.every(([, kind]) => kind === 'reminder'));
  assert.match((await sander.get('/mail?template=reminder')).words, /Erinnerung an die Stellungnahme/);
});
