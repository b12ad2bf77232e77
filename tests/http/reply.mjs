// Replies: a release is shown before it is made, told to all at its second, and
// mailed once; asking back; the letter. Routes: replies, reply, reply_save,
// reply_print, reply_release, reply_schedule, reply_move, reply_cancel, outcome,
// outcome_print, ask_back, ask_back_write, reply_ask_back, ask_back_answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { assess } from '../lib/weighing.mjs';

const LIST = `${BASE}/replies`;
const RELEASE = `${LIST}/release`;
const OUTCOME = `${BASE}/response/outcome`;
const SECRET = 'Bestandsverfahren bleiben erfasst, aber mit geringerer Pflicht.';
let w, sander, lorenz, number, mails;
before(async () => {
  w = await world();
  [sander, lorenz] = await Promise.all([PEOPLE.sander, PEOPLE.lorenz].map((mail) => w.as(mail)));
});
after(async () => { await mails?.stop(); await w?.stop(); });

const rows = (doc) => doc.sections.flatMap((s) => s.rows);
const points = (reply) => reply.groups.flatMap((g) => g.points);
const schedule = (more = {}) => sander.submit(RELEASE, { on_day: '12.06.2024', on_time: '09:00', anyway: '1', reason: 'Die Sitzung ist am 19.06.', ...more });

test('while houses may answer nothing is scheduled; the list has who has submitted, in the order of the returns', async () => {
  const doc = await sander.json(LIST);
  assert.equal(rows(doc).length, doc.counts.organisations);
  assert.deepEqual(rows(doc).map((r) => r.organisation.code).slice(0, 2), ['BUND', 'BW']);
  assert.match((await sander.get(RELEASE)).words, /Solange Organisationen noch antworten können/);
  const early = await sander.post(RELEASE, { csrf: await sander.csrf(), on_day: '12.06.2024', on_time: '09:00', ask_back_days: '28', organisations: '1', told: '0', missing: '0', reason: '' });
  assert.equal(early.status, 409);
  assert.match(early.words, /Die Beteiligung läuft noch, bis 26\.04\.2024/);
  assert.match((await lorenz.get(OUTCOME)).words, /Die Beteiligung läuft noch\./);
});

test('the page before the act: what is open and why, the number in the button, errors at their fields, input kept', async () => {
  await w.clock('2024-05-20T10:00');
  number = await assess(w, { organisation: 'MV', decision: 'partly', body: SECRET, place: 'K4.G2.5, Satz 2' });
  await assess(w, { organisation: 'BUND', decision: 'noted', body: 'Nur eine Freigabe.', sponsors: 1 });
  const doc = await sander.json(RELEASE);
  assert.equal(doc.positions.decided, 2);
  assert.equal(doc.positions.told, 1, 'one of two sponsors is not enough');
  assert.equal(doc.missing.count, doc.positions.of - 1);
  const page = await sander.visit(RELEASE);
  assert.match(page.words, new RegExp(`${doc.effect.organisations} Rückmeldungen einplanen`));
  assert.match(page.words, /1 ohne alle Freigaben/);
  const bad = await schedule({ on_time: '9 Uhr 77', anyway: '' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /Die Sitzung ist am 19\.06\./);
  assert.equal((await schedule({ anyway: '' })).status, 422, 'open positions only when said');
  assert.equal((await schedule({ reason: ' ' })).status, 422, 'and why');
  assert.equal((await schedule({ on_day: '12.06.2023' })).status, 422);
  assert.equal((await schedule({ organisations: '1' })).status, 409, 'the numbers of the page, or nothing');
  assert.equal((await schedule({ reason: 'x'.repeat(2001) })).status, 422);
  assert.equal(await w.value('select count(*) from app.reply_release'), '0');
  assert.equal((await (await w.as(PEOPLE.petersen)).get(LIST)).status, 403, 'reporters do not reply');
});

test('the covering text: two moderators, HTML as words, too long', async () => {
  const page = `${LIST}/MV`;
  assert.equal((await sander.submit(page, { body: 'Vielen Dank. <b>Fett</b>' })).location, `${page}?notice=saved`);
  assert.ok((await sander.get(page)).text.includes('&lt;b&gt;Fett&lt;/b&gt;'));
  const late = await sander.post(page, { csrf: await sander.csrf(), version: '0', body: 'Vom zweiten Fenster.' });
  assert.equal(late.status, 409);
  assert.match(late.words, /Zuletzt gespeichert: Mira Sander/);
  assert.match(late.text, /Vom zweiten Fenster\./, 'nothing typed is lost');
  assert.equal((await sander.submit(page, { body: 'x'.repeat(10001) })).status, 422);
  assert.equal((await sander.get(`${LIST}/SN`)).status, 404, 'who has not submitted gets no reply');
  assert.equal((await sander.get(`${LIST}/GIBT-ES-NICHT`)).status, 404);
  assert.match((await sander.get(page)).text, new RegExp(SECRET), 'as the house will read it');
});

test('scheduled, moved, cancelled, scheduled again: the house knows the time and not a word', async () => {
  const one = await schedule();
  assert.equal(one.status, 303, one.words);
  assert.equal((await sander.post(RELEASE, { csrf: await sander.csrf(), on_day: '12.06.2024', on_time: '09:00', ask_back_days: '28', organisations: '1', told: '0', missing: '0', reason: '' })).status, 409, 'one at a time');
  assert.match((await lorenz.get(OUTCOME)).words, /erscheint am 12\.06\.2024, 09:00 Uhr/);
  const move = (more) => sander.submit(RELEASE, { on_day: '13.06.2024', on_time: '10:30', move_reason: 'Abstimmung', ...more }, { action: `${RELEASE}/move` });
  assert.equal((await move({ move_reason: '' })).status, 422);
  assert.equal((await move()).location, `${RELEASE}?notice=reply_moved`);
  assert.match((await lorenz.get(OUTCOME)).words, /erscheint am 13\.06\.2024, 10:30 Uhr/);
  assert.equal((await sander.submit(RELEASE, { cancel_reason: 'Neu bewertet' }, { action: `${RELEASE}/cancel` })).status, 303);
  assert.match((await lorenz.get(OUTCOME)).words, /Der Termin der Rückmeldung steht noch nicht fest/);
  assert.equal(await w.value('select count(*) from app.reply_point'), '0');
  assert.equal((await schedule()).status, 303);
  await assess(w, { organisation: 'MV', decision: 'not_adopted', body: 'Nach dem Einplanen.' });
  await w.clock('2024-06-12T08:59:58');
  for (const path of [OUTCOME, `${BASE}/response`, '/search?q=Bestandsverfahren', '/account']) {
    const page = await lorenz.get(path);
    assert.equal(page.status, 200, path);
    assert.doesNotMatch(page.text, /geringerer Pflicht|Nach dem Einplanen/, path);
  }
  assert.ok(!(await lorenz.json(`${BASE}/response`)).frame.nav.some((n) => n.key === 'outcome'), 'not in the navigation yet');
  const [missing, random] = await Promise.all([lorenz.get(`${OUTCOME}/${number}`), lorenz.get(`${OUTCOME}/R1-9999`)]);
  assert.deepEqual([missing.status, random.status], [404, 404]);
  assert.equal((await lorenz.get(`${OUTCOME}/print`)).status, 404);
  assert.equal((await lorenz.post(`${OUTCOME}/${number}`, { csrf: await lorenz.csrf(), body: 'Warum?' })).status, 404);
});

test('at its time all read it, as it was fixed; each hears of it once, also when the job is killed in between', async () => {
  await w.clock('2024-06-12T09:00:00');
  const { reply, frame } = await lorenz.json(OUTCOME);
  const point = points(reply).find((p) => p.number === number);
  assert.deepEqual([point.decision, point.assessment, point.place], ['partly', SECRET, 'K4.G2.5, Satz 2']);
  assert.equal(points(reply).length, reply.counts.points);
  assert.equal(reply.counts.decided + reply.counts.open, reply.counts.points);
  assert.deepEqual(reply.sponsors, ['Bund (BMI)', 'Mecklenburg-Vorpommern']);
  assert.equal(reply.text, 'Vielen Dank. <b>Fett</b>');
  assert.ok(frame.nav.some((n) => n.key === 'outcome'));
  const one = await lorenz.json(`${OUTCOME}?show=partly`);
  assert.ok(points(one.reply).length > 0 && points(one.reply).every((p) => p.decision === 'partly'));
  assert.doesNotMatch((await (await w.as(PEOPLE.huber)).get(OUTCOME)).text, /geringerer Pflicht/, 'not another house');
  assert.equal((await sander.submit(RELEASE, {}, { action: `${RELEASE}/cancel` }).catch(() => ({ status: 'no form' }))).status, 'no form');

  const found = (await lorenz.json('/search?q=Bestandsverfahren')).hits;
  assert.deepEqual(found.filter((h) => h.type === 'reply').map((h) => h.href), [`${OUTCOME}?stage=s1#${number}`], 'the house finds it');
  assert.match((await lorenz.get('/search?q=Bestandsverfahren&kind=reply')).words, /Rückmeldung zu /);
  assert.deepEqual((await lorenz.json('/search?q=Dank&kind=reply_text')).hits.map((h) => h.href), [`${OUTCOME}?stage=s1`]);
  assert.ok(!(await lorenz.json('/search?q=Einplanen')).hits.some((h) => h.type === 'reply'), 'never what is not released');
  assert.ok(!(await (await w.as(PEOPLE.huber)).json('/search?q=Bestandsverfahren')).hits.some((h) => h.type === 'reply'), 'nobody else');

  await w.sql('delete from app.mail');
  mails = await sink();
  w.jobsEnv = { RESONANZ_SMTP_URL: mails.url, RESONANZ_BASE_URL: 'https://resonanz.example', RESONANZ_CONTACT: 'konsultation@fitko.example' };
  // As a job that dies before its transaction ends leaves it.
  await w.sql('begin; select job.reply_mails(); rollback');
  await w.jobs('--once');
  await w.jobs('--once');
  const told = await w.value("select count(*) from app.reply_version where mailed_at is not null");
  assert.equal(told, await w.value('select count(*) from app.reply_version'));
  const mine = mails.mails.filter((m) => m.head.to.includes('piet.lorenz'));
  assert.equal(mine.length, 1);
  assert.match(mine[0].text, /https:\/\/resonanz\.example\/consultations\/dachstrategie-2024\/response\/outcome\n/);
  assert.ok(mails.mails.every((m) => !/geringerer Pflicht|Vielen Dank/.test(m.text)), 'no word of it');
  assert.equal(new Set(mails.mails.map((m) => m.head.to)).size, mails.mails.length);
});

test('asking back: once for each point, by who releases, read by both sides only', async () => {
  const page = `${OUTCOME}/${number}`;
  assert.equal((await lorenz.submit(page, { body: '' })).status, 422);
  assert.equal((await lorenz.submit(page, { body: 'x'.repeat(2001) })).status, 422);
  assert.equal((await lorenz.submit(page, { body: 'Gilt das auch für <Verlängerungen>?' })).location, `${page}?notice=ask_back_sent`);
  assert.equal((await lorenz.post(page, { csrf: await lorenz.csrf(), body: 'Noch etwas.' })).status, 409);
  assert.match((await lorenz.get(OUTCOME)).words, /Die Moderation hat noch nicht geantwortet/);

  const list = await sander.json(`${LIST}?show=ask_backs`);
  assert.deepEqual(rows(list).map((r) => [r.organisation.code, r.waiting]), [['MV', 1]]);
  assert.equal(list.frame.nav.find((n) => n.key === 'replies').count, 1);
  const [, path] = /href="([^"]*\/ask-backs\/[^"]*)"/.exec((await sander.get(`${LIST}/MV`)).text);
  assert.equal((await sander.submit(path, { ask_back_text: ' ' })).status, 422);
  assert.equal((await sander.submit(path, { ask_back_text: 'Ja, ab der nächsten Verlängerung.' })).status, 303);
  assert.equal((await sander.post(path, { csrf: await sander.csrf(), ask_back_text: 'Nein.' })).status, 409);
  assert.match((await lorenz.get(page)).words, /Ja, ab der nächsten Verlängerung\./);
  assert.equal((await (await w.as(PEOPLE.thoms)).get(page)).status, 404, 'nobody else');
  await w.jobs('--once');
  const about = mails.mails.filter((m) => /Rückfrage/.test(m.head.subject));
  assert.ok(about.length >= 2 && about.every((m) => !/Verlängerung/.test(m.text)));
  await w.clock('2024-07-11T00:00:00');
  assert.match((await lorenz.get(OUTCOME)).words, /Rückfragen waren bis 10\.07\.2024/);
});

test('the letter: for the house and for the file, both the same; every reading of the desk is in the log', async () => {
  const mine = await lorenz.json(`${OUTCOME}/print`);
  const { letter, mark } = await sander.json(`${LIST}/MV/print`);
  assert.equal(mark, 'draft', 'what was assessed since is a draft of the next one');
  assert.equal(mine.letter.counts.points, letter.counts.points);
  assert.match((await lorenz.get(`${OUTCOME}/print`)).words, /Ihre Stellungnahme R1-MV-.* Was daraus geworden ist/);
  assert.ok(Number(await w.value("select count(*) from app.audit where act = 'reply.view'")) > 3);
  const acts = await w.sql("select distinct act from app.audit where act like 'reply.%' or act like 'ask_back.%' order by 1");
  assert.deepEqual(acts.flat(), ['ask_back.answer', 'ask_back.write', 'reply.cancel', 'reply.move', 'reply.save', 'reply.schedule', 'reply.view']);
});

test('who wrote it finds it among the own data, and the words of the other side not', async () => {
  const [hers, his] = [(await sander.get('/account/data.json')).json.replies, (await lorenz.get('/account/data.json')).json.replies];
  assert.deepEqual([...new Set(hers.map((r) => r.what))].sort(), ['answered', 'cancelled', 'moved', 'scheduled', 'text']);
  assert.deepEqual(his.map((r) => [r.what, r.organisation_code, r.text]), [['asked', 'MV', 'Gilt das auch für <Verlängerungen>?']]);
  assert.match((await lorenz.get('/account/data')).words, /Rückfrage gestellt/);
});

test('an update: on a day of its own, only to whom it concerns, with what was told before', async () => {
  const doc = await sander.json(RELEASE);
  assert.deepEqual([doc.effect.organisations, doc.effect.points], [1, 1]);
  assert.equal((await schedule({ on_day: '15.07.2024', organisations: '1' })).status, 303);
  assert.match((await lorenz.get(OUTCOME)).text, new RegExp(SECRET));
  await w.clock('2024-07-15T09:00:00');
  const { reply } = await lorenz.json(OUTCOME);
  const point = points(reply).find((p) => p.number === number);
  assert.deepEqual([point.decision, point.is_update, point.before.decision, point.before.assessment], ['not_adopted', true, 'partly', SECRET]);
  assert.equal(reply.updates, 1);
  await w.jobs('--once');
  assert.deepEqual([...new Set(mails.mails.filter((m) => /^Neues in Ihrer Rückmeldung/.test(m.head.subject)).map((m) => m.head.to.includes('mecklenburg')))], [true]);
});
