// Taking a released response back before the deadline, and opening it again
// after: what counts, what keeps its number, who reads it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const RESPONSE = `${BASE}/response`;
const PAGE = `${RESPONSE}/withdrawal`;
const DESK = `${BASE}/participations/MV`;
const house = "(select id from app.organisation where code = 'MV')";
let w, lorenz, huber, sander, receipt;
before(async () => {
  w = await world();
  [lorenz, huber, sander] = await Promise.all([PEOPLE.lorenz, PEOPLE.huber, PEOPLE.sander].map((mail) => w.as(mail)));
  receipt = (await lorenz.json(RESPONSE)).response.last_receipt.number;
});
after(() => w?.stop());

const numbers = () => w.sql(`select number, is_current from app.position where organisation_id = ${house} order by id`);
const row = async () => (await sander.json(`${BASE}/returns`)).sections.flatMap((s) => s.rows).find((r) => r.organisation.code === 'MV');
const texts = () => w.sql(`select t.key, a.body, a.version from app.answer a join app.target t on t.id = a.target_id where a.organisation_id = ${house} order by 1`);
const reopen = async (fields) => sander.post(`${DESK}/reopening`, { csrf: await sander.csrf(), ...fields });
const released = async () => Number((await sander.json(`${BASE}/returns`)).totals.released);

test('the effect is shown first; taken back it counts no more, and nothing is lost', async () => {
  const before = { numbers: await numbers(), texts: await texts(), released: await released(), rows: (await sander.json(`${BASE}/synopsis`)).rows };
  assert.ok(before.numbers.length > 0);
  const page = await lorenz.visit(PAGE);
  assert.match(page.words, new RegExp(`${before.numbers.length} Position(en)? verl`));
  assert.equal((await huber.post(PAGE, { csrf: await huber.csrf(), receipt })).status, 403);
  assert.equal((await lorenz.post(PAGE, { csrf: await lorenz.csrf(), receipt: 'R1-MV-9-0000' })).status, 409, 'what was shown, or nothing');
  assert.equal((await lorenz.submit(PAGE, {})).location, `${RESPONSE}?notice=withdrawn`);

  assert.equal(await released(), before.released - 1);
  assert.equal((await row()).state, 'withdrawn');
  assert.match((await sander.get(`${BASE}/returns`)).words, /zurückgezogen/);
  assert.deepEqual((await numbers()).map(([n]) => n), before.numbers.map(([n]) => n), 'numbers stay');
  assert.equal(await w.value(`select count(*) from app.position where organisation_id = ${house} and is_current`), '0');
  assert.ok(!(await sander.json(`${BASE}/synopsis`)).rows.some((r) => r.from.code === 'MV'));
  for (const page of [`${BASE}/synopsis`, `${BASE}/opinion`, `${BASE}/opinion/K4.G2.5`]) {
    assert.match((await sander.get(page)).words, /Nicht enthalten: 1 zurückgezogene Stellungnahme \(Mecklenburg-Vorpommern\) von 28 eingeladenen Organisationen, darunter 1 Sitz/, page);
    assert.deepEqual((await sander.json(page)).withdrawn, { count: 1, seats: 1, names: 'Mecklenburg-Vorpommern', of: 28 });
  }
  const desk = await sander.json(`${BASE}/submissions/MV`);
  assert.ok(desk.withdrawn_at);
  assert.deepEqual(desk.groups, [], 'the desk reads no words of it there');
  assert.equal((await lorenz.json(`/receipts/${receipt}`)).receipt.state, 'withdrawn');
  assert.deepEqual(await texts(), before.texts, 'the text is still the house\'s');
  assert.equal((await lorenz.post(PAGE, { csrf: await lorenz.csrf(), receipt })).status, 409, 'once');
  const mails = await w.sql(`select args::text from app.mail where template = 'response_withdrawn'`);
  assert.ok(mails.length > 0 && mails.every(([args]) => args.includes(receipt)));
  assert.equal(await w.value(`select count(*) from app.audit where act = 'response.withdraw'`), '1');
});

test('a new version from the same text: the numbers are there again', async () => {
  const release = `${RESPONSE}/release`;
  assert.equal((await lorenz.submit(RESPONSE, {}, { action: `${RESPONSE}/correction` })).status, 303);
  const { state, was_withdrawn: was } = await row();
  assert.deepEqual([state, was], ['draft', true], 'the desk sees that it is written again, and what was');
  const form = (await lorenz.visit(release)).form(release);
  const reply = await lorenz.post(release, { ...form, publication: 'no', declaration: '1' });
  assert.match(reply.location ?? reply.words, /^\/receipts\/R1-MV-2-/);
  assert.ok((await numbers()).every(([, current]) => current === 't' || current === true));
  assert.equal((await row()).state, 'released');
  assert.doesNotMatch((await sander.get(`${BASE}/synopsis`)).words, /Nicht enthalten/);
  assert.equal((await lorenz.json(`/receipts/${receipt}`)).receipt.state, 'withdrawn', 'of the first one it stays true');
});

test('after the deadline: no taking back; the moderators open it again, and it counts until replaced', async () => {
  assert.equal((await reopen({ reopen_until: '10.05.2024', reopen_reason: 'Zu früh' })).status, 409, 'before it the house can by itself');
  await w.clock('2024-05-04T09:00:00');
  const { number } = (await lorenz.json(RESPONSE)).response.last_receipt;
  assert.equal((await lorenz.post(PAGE, { csrf: await lorenz.csrf(), receipt: number })).status, 409);
  const bad = await reopen({ reopen_until: '', reopen_reason: 'Zahlendreher in K4' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /id="reopen_until-error"/);
  assert.ok(bad.text.includes('Zahlendreher in K4'));
  const before = await released();
  assert.equal((await reopen({ reopen_until: '10.05.2024', reopen_reason: 'Zahlendreher in K4' })).location, `${DESK}?notice=reopened`);
  assert.equal(await released(), before, 'what was released counts');
  const doc = await lorenz.json(RESPONSE);
  assert.equal(doc.response.state, 'draft');
  assert.equal(doc.response.last_receipt.number, number);
  assert.match(doc.deadline.closes_at, /^2024-05-10T23:59:59/);
  assert.match((await lorenz.get(`${RESPONSE}/extension`)).words, /Wieder geöffnet bis 10\.05\.2024, 23:59 Uhr Zahlendreher in K4/);
  assert.equal((await lorenz.save(BASE, 'L-K12-1', { stance: 'note', body: 'Berichtigt.' })).status, 303);
  assert.equal((await reopen({ reopen_until: '17.05.2024', reopen_reason: 'Noch einmal' })).status, 409, 'it is open');
  assert.equal((await huber.save(BASE, 'L-K12-1', { stance: 'note', body: 'Nur MV.' })).status, 409, 'one organisation only');
  assert.equal(await w.value(`select count(*) from app.audit where act = 'response.reopen'`), '1');
  assert.equal(await w.value(`select count(*) from app.mail m join app.person p on p.id = m.person_id where template = 'response_reopened' and p.mail = '${PEOPLE.lorenz}'`), '1');
});
