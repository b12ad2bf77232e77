// Questions with options: written into a draft, refused where they have none,
// answered, refused at the field, and the same from the API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { secondStage } from '../lib/second-stage.mjs';
import { BASE, world } from '../lib/server.mjs';
import { withShapes } from '../lib/shapes.mjs';

const CHAPTER = `${BASE}/editions/2/chapters/K4`;
let w, sander, huber, thoms;
before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  sander = await w.as(PEOPLE.sander);
});
after(() => w?.stop());

test('the moderators write them; without options or rows they are refused with their line', async () => {
  const begun = await sander.submit(`${BASE}/editions`, { as_of: '03.05.2024' }, { action: `${BASE}/editions` });
  assert.equal(begun.status, 303, begun.words);
  const text = (await sander.json(CHAPTER)).form.paper;
  const refused = await sander.submit(CHAPTER, { paper: withShapes(text).replace('- Ja, je nach Ebene\n- Nein\n', '').replace(' ziele="K4.G2.4 K4.G2.5"', '') }, { action: CHAPTER });
  assert.equal(refused.status, 422, refused.words);
  assert.match(refused.words, /Bei der Form „auswahl“ stehen unter der Frage mindestens zwei Möglichkeiten/);
  assert.match(refused.words, /Eine Tabelle braucht die Elemente, über die sie geht/);
  const saved = await sander.submit(CHAPTER, { paper: withShapes(text) }, { action: CHAPTER });
  assert.equal(saved.status, 303, saved.words);
  const again = (await sander.json(CHAPTER)).form.paper;
  assert.match(again, /#### L-K4-94 \{\.leitfrage form="tabelle" ziele="K4\.G2\.4 K4\.G2\.5"\}[^#]*- L-K4-94\.c offen/, 'the options have got keys');
  await secondStage(w, { isDrafted: true });
  await w.sql(`insert into app.membership (person_id, organisation_id, role) select p.id, o.id, 'editor'
    from app.person p, app.organisation o where p.mail = '${PEOPLE.brandl}' and o.code = 'BY'`);
  [huber, thoms] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.thoms)];
});

const save = (target, fields) => huber.save(BASE, target, { stance: '', body: '', proposal: '', reason: '', ...fields });
const form = async (target) => (await huber.json(`${BASE}/response/answers/${target}`)).form;

test('a choice, several, an order, a table: picked alone they are an answer', async () => {
  for (const [target, fields, picked] of [
    ['L-K4-91', { option: 'L-K4-91.b' }, ['Ja, je nach Ebene']],
    ['L-K4-92', { 'pick.L-K4-92.c': '1', 'pick.L-K4-92.a': '1' }, ['Muster und Vorlagen', 'Finanzierung']],
    ['L-K4-93', { 'pick.L-K4-93.a': '2', 'pick.L-K4-93.c': '1' }, ['Personal', 'Standards']],
    ['L-K4-94', { 'pick.K4.G2.5': 'L-K4-94.b' }, ['begonnen']],
  ]) {
    const reply = await save(target, fields);
    assert.equal(reply.status, 303, `${target}: ${reply.words}`);
    assert.deepEqual((await form(target)).picked.rows.map((r) => r.body), picked, target);
  }
});

test('what does not fit is said at the field, and the input is kept', async () => {
  const twice = await save('L-K4-93', { 'pick.L-K4-93.a': '1', 'pick.L-K4-93.b': '1' });
  assert.equal(twice.status, 422);
  assert.match(twice.text, /id="pick\.L-K4-93\.b-error"[^]{0,400}Rang 1 ist schon vergeben/);
  assert.match(twice.text, /id="pick\.L-K4-93\.b"[^]*?<option value="1" selected>/);
  assert.match((await save('L-K4-93', { 'pick.L-K4-93.a': '3' })).words, /Davor fehlt Rang 1/);
  const row = await save('L-K4-94', { 'pick.K4.G1.1': 'L-K4-94.a', body: 'Dazu mehr.' });
  assert.equal(row.status, 422);
  assert.match(row.text, /Dazu mehr\./);
  assert.equal((await save('L-K4-91', { option: 'L-K4-92.a' })).status, 422, 'an option of another question');
  assert.equal((await save('K4.G2.5', { option: 'L-K4-91.a' })).status, 422, 'an item has none');
  assert.deepEqual((await form('L-K4-93')).picked.rows.map((r) => r.body), ['Personal', 'Standards'], 'nothing was overwritten');
});

test('a conflict shows both in words, and mine can win', async () => {
  const brandl = await w.as(PEOPLE.brandl);
  const path = `${BASE}/response/answers/L-K4-92`;
  const mine = (await huber.get(path)).form(path);
  assert.equal((await brandl.save(BASE, 'L-K4-92', { stance: '', 'pick.L-K4-92.b': '1' })).status, 303);
  delete mine['pick.L-K4-92.a'];
  const reply = await huber.post(path, mine);
  assert.equal(reply.status, 409);
  assert.match(reply.words, /Weitere Angaben/);
  assert.equal((await huber.post(path, { ...reply.form(path), 'choice.papers': 'mine' })).status, 303);
  assert.deepEqual((await form('L-K4-92')).picked.rows.map((r) => r.body), ['Finanzierung']);
});

test('what only municipalities are asked: others read it and cannot save; the short path has its options', async () => {
  const page = await huber.get(`${BASE}/response/answers/L-K4-95`);
  assert.match(page.words, /Diese Frage richtet sich an: Kommunen ?\. Ihre Organisation ist dazu nicht gefragt/);
  assert.doesNotMatch(page.text, /<textarea/);
  const refused = await save('L-K4-95', { 'pick.L-K4-95.a': '1' });
  assert.equal(refused.status, 422, refused.words);
  assert.match(refused.words, /Diese Frage richtet sich nur an: Kommunen; Ihre Organisation ist dazu nicht gefragt/);
  assert.match((await huber.get(`${BASE}/questions/L-K4-96`)).words, /Gefragt sind: Kommunen ?,? Weitere Eingeladene/);
  const [mine, theirs] = [await huber.json(`${BASE}/response`), await thoms.json(`${BASE}/response`)];
  assert.deepEqual([mine.progress.of, theirs.progress.of], [17, 19]);
  const SHORT = `${BASE}/response/short`;
  const reply = await thoms.submit(SHORT, { 'pick.L-K4-95.L-K4-95.c': '1', 'pick.L-K4-96.K4.G2.5': 'L-K4-96.a', 'body.L-K4-95': 'Wir sind zu dritt.' });
  assert.equal(reply.status, 303, reply.words);
  const rows = Object.fromEntries((await thoms.json(SHORT)).form.rows.map((r) => [r.key, r]));
  assert.deepEqual(rows['L-K4-95'].picked.rows.map((r) => r.body), ['fertige Dienste']);
  assert.deepEqual(rows['L-K4-96'].picked.rows.map((r) => [r.item, r.body]), [['K4.G2.5', 'sehr']]);
  const again = await thoms.submit(SHORT, { 'body.L-K4-95': 'Zu zweit.' });
  assert.equal(again.status, 303, again.words);
  assert.equal((await thoms.json(`${BASE}/response/answers/L-K4-95`)).form.picked.rows.length, 1, 'what is ticked is sent again');
  const bad = await thoms.submit(SHORT, { 'pick.L-K4-96.K4.G2.5': 'L-K4-91.a', 'pick.L-K4-95.L-K4-95.a': '1' });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /id="pick\.L-K4-96\.K4\.G2\.5-error"/);
  assert.match(bad.text, /name="pick\.L-K4-95\.L-K4-95\.a" value="1" checked><label[^>]*>Personal</, 'and the rest is kept');
});
