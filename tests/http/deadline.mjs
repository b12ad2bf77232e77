// Deadlines of one organisation: a release and a save two seconds late lose no
// text; more time is asked for and granted or refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const RESPONSE = `${BASE}/response`;
const EXTENSION = `${RESPONSE}/extension`;
const DECIDE = `${BASE}/participations/BY`;
let w, huber, brandl, graf, sander;
before(async () => {
  w = await world();
  await w.clock('2024-04-26T23:50');
  [huber, brandl, graf, sander] = await Promise.all([PEOPLE.huber, PEOPLE.brandl, PEOPLE.graf, PEOPLE.sander].map((mail) => w.as(mail)));
});
after(() => w?.stop());

const texts = () => w.sql(`select t.key, a.body, a.proposal, a.version from app.answer a join app.target t on t.id = a.target_id
  join app.organisation o on o.id = a.organisation_id where o.code = 'BY' order by t.key`);
const decide = async (fields) => sander.post(`${DECIDE}/extension`, { csrf: await sander.csrf(), ...fields });

test('a save and a release two seconds late: refused, nothing lost, and the way on is offered', async () => {
  const target = `${RESPONSE}/answers/L-K4-4`;
  const answer = await huber.answerFields(BASE, 'L-K4-4');
  const form = { ...(await brandl.visit(`${RESPONSE}/release`)).form(`${RESPONSE}/release`), publication: 'yes', declaration: '1' };
  const before = await texts();
  await w.clock('2024-04-27T00:00:01');
  const words = 'Zwei Sekunden zu spät, aber „vollständig“ & <b>da</b>.';
  const saved = await huber.post(target, { ...answer, stance: 'note', body: words });
  assert.equal(saved.status, 409);
  assert.ok(saved.words.includes(words), 'the text stands on the page');
  const released = await brandl.post(`${RESPONSE}/release`, form);
  assert.equal(released.status, 409);
  for (const reply of [saved, released]) {
    assert.match(reply.words, /Die Frist ist abgelaufen: 26\.04\.2024, 23:59 Uhr/);
    assert.match(reply.words, /Serverzeit Ihrer Anfrage: 27\.04\.2024, 00:00:0\d/);
    assert.match(reply.text, new RegExp(`href="${EXTENSION}">Fristverlängerung beantragen`));
  }
  assert.deepEqual(await texts(), before, 'and every text of the house is as it was');
  assert.equal((await brandl.json(RESPONSE)).response.state, 'draft');
});

test('asked for with a reason; bad input is said at the field and kept', async () => {
  assert.match((await huber.get(RESPONSE)).text, new RegExp(`href="${EXTENSION}"`));
  assert.doesNotMatch((await graf.get(RESPONSE)).text, new RegExp(`href="${EXTENSION}"`));
  const bad = await huber.submit(EXTENSION, { until: '26.04.2024', reason: 'Präsidium & <i>Ausschuss</i>' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /id="until-error"/);
  assert.ok(bad.text.includes('Präsidium &amp; &lt;i&gt;Ausschuss'), 'the reason is still there');
  const good = await huber.submit(EXTENSION, { until: '03.05.2024', reason: 'Präsidium & <i>Ausschuss</i>' });
  assert.equal(good.location, `${EXTENSION}?notice=extension_asked`);
  assert.match((await huber.get(EXTENSION)).words, /Noch nicht entschieden/);
  assert.equal((await huber.post(EXTENSION, { csrf: await huber.csrf(), until: '04.05.2024', reason: 'Noch einer' })).status, 409);
  assert.equal((await graf.post(EXTENSION, { csrf: await graf.csrf(), until: '04.05.2024', reason: 'x' })).status, 403);
});

test('the desk sees it on the return board, grants it to an own day, and the house goes on', async () => {
  const board = await sander.get(`${BASE}/returns`);
  assert.match(board.words, /1 Antrag auf Fristverlängerung/);
  assert.ok(board.words.includes('Präsidium & <i>Ausschuss</i>'));
  const page = await sander.visit(DECIDE);
  assert.match(page.text, /value="03\.05\.2024"/);
  assert.doesNotMatch(page.words, /Verlauf: /, 'what waits is said once');
  const reply = await sander.submit(DECIDE, { until: '02.05.2024', verdict: 'granted' }, { action: `${DECIDE}/extension` });
  assert.equal(reply.location, `${DECIDE}?notice=extension_granted`);
  assert.doesNotMatch((await sander.get(`${BASE}/returns`)).words, /Antrag auf/);
  assert.equal((await decide({ verdict: 'refused', reason: 'Doch nicht', extension: 'abcdef012345' })).status, 409, 'decided once');
  const doc = await huber.json(RESPONSE);
  assert.match(doc.deadline.closes_at, /^2024-05-02T23:59:59/);
  assert.equal((await huber.save(BASE, 'L-K4-4', { stance: 'note', body: 'Mit mehr Zeit.' })).status, 303);
  const mails = (await w.sql(`select m.template, p.mail from app.mail m join app.person p on p.id = m.person_id
    where m.template like 'extension%' order by 1, 2`)).map((row) => row.join(' '));
  assert.deepEqual(mails, [`extension_asked ${PEOPLE.sander}`, ...[PEOPLE.brandl, PEOPLE.huber].sort().map((mail) => `extension_granted ${mail}`)]);
  assert.deepEqual((await w.sql(`select act from app.audit where act like 'extension.%' order by id`)).flat(), ['extension.ask', 'extension.grant']);
});

test('refused with a reason that the house reads; given unasked', async () => {
  await huber.submit(EXTENSION, { until: '31.05.2024', reason: 'Noch eine Sitzung' });
  const { request } = await sander.json(DECIDE);
  const bare = await decide({ verdict: 'refused', extension: request.key });
  assert.equal(bare.status, 422);
  assert.match(bare.text, /id="reason-error"/);
  assert.equal((await decide({ verdict: 'refused', extension: request.key, reason: 'Die Abwägung beginnt.' })).status, 303);
  assert.match((await huber.get(EXTENSION)).words, /Abgelehnt Die Abwägung beginnt\./);
  assert.equal((await decide({ verdict: 'granted', until: '10.05.2024', reason: 'Für alle Länder mit Hochwasser.' })).status, 303);
  assert.match((await huber.json(RESPONSE)).deadline.closes_at, /^2024-05-10/);
});
