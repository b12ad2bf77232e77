// with asan
// Work inside a house: given to people with a day of the house, many rows at
// once; what is wrong is said at the field; nobody outside sees any of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const WORK = `${BASE}/response/assignments`;
let w, huber, graf, brandl, falk, sander, keys;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  await w.sql(`insert into app.membership (person_id, organisation_id, role)
    select p.id, o.id, 'editor' from app.person p, app.organisation o where p.mail = '${PEOPLE.brandl}' and o.code = 'BY'`);
  [huber, graf, brandl, falk, sander] = await Promise.all(
    [PEOPLE.huber, PEOPLE.graf, PEOPLE.brandl, PEOPLE.falk, PEOPLE.sander].map((mail) => w.as(mail)));
  keys = Object.fromEntries(await w.sql(`select split_part(mail, '.', 2), key from app.person where mail like '%@bayern.example' or mail = '${PEOPLE.falk}'`));
  keys = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name.split('@')[0], key]));
});
after(() => w?.stop());

const post = async (who, path, fields = {}) => who.post(path, { csrf: await who.csrf(), ...fields });
const assign = (who, targets, fields) => post(who, WORK, { ...Object.fromEntries(targets.map((t) => [t.startsWith('q.') || t.startsWith('s.') ? `block.${t}` : `target.${t}`, '1'])), ...fields });
const rows = async (who, show = '') => {
  const doc = await who.json(`${BASE}/response${show}`);
  return Object.fromEntries([...doc.groups, ...doc.items.groups].flatMap((g) => g.rows).concat(doc.comments).map((r) => [r.target, r]));
};
const next = async (who) => { const { next_step: s } = await who.json(`${BASE}/response`); return `${s.key} ${s.target ?? ''}`.trim(); };
const mails = () => w.value("select coalesce(string_agg(p.mail || ' ' || (m.args ->> 'count'), ', ' order by m.id), '') from app.mail m join app.person p on p.id = m.person_id where m.template = 'assigned'");

describe('giving work', { concurrency: 1 }, () => {
  test('a block and a row at once: each has its person and its day, one mail with the number', async () => {
    const page = await huber.get(WORK);
    const block = /name="(block\.q\.[^"]+)"/.exec(page.text)[1];
    const reply = await huber.post(WORK, { ...page.form(WORK), [block]: '1', 'target.K4.G2.5': '1', 'target.L-K12-1': '1', person: keys.brandl, due_on: '10.04.2024' });
    assert.equal(reply.location, `${WORK}?notice=assigned`);
    assert.equal(await mails(), `${PEOPLE.brandl} 5`, 'a row of the block counts once');
    assert.doesNotMatch(await w.value("select args::text from app.mail where template = 'assigned'"), /Geltungsbereich|Souver|L-K12/);
    const all = await rows(brandl);
    for (const target of ['L-K12-1', 'L-K12-4', 'K4.G2.5']) {
      assert.deepEqual([all[target].holder, all[target].due_on, all[target].is_mine, all[target].state], ['Dr. Ilse Brandl', '2024-04-10', true, 'empty']);
    }
    assert.equal(all['L-K3a-1'].holder, null);
    assert.deepEqual((await brandl.json(WORK)).people.map((p) => [p.name, p.open, p.due_on]), [['Dr. Ilse Brandl', 5, '2024-04-10'], ['Vera Huber', 0, null]]);
  });

  test('the overview: the next step is one’s own work; filters count rows of items too', async () => {
    assert.equal(await next(brandl), 'continue L-K12-1');
    assert.equal(await next(huber), 'start L-K3a-1');
    const page = await brandl.get(`${BASE}/response?show=mine`);
    assert.match(page.words, /Bei mir 5/);
    assert.match(page.words, /intern bis 10\.04\./);
    assert.deepEqual(Object.keys(await rows(brandl, '?show=mine')).sort(), ['K4.G2.5', 'L-K12-1', 'L-K12-2', 'L-K12-3', 'L-K12-4']);
    assert.doesNotMatch((await huber.get(`${BASE}/response`)).words, /Bei mir/, 'what has nothing is not offered');
  });

  test('what is wrong is said at the field, and nothing ticked is lost', async () => {
    for (const [fields, field, says] of [
      [{ person: keys.huber, due_on: '' }, 'target', /mindestens einen Punkt/],
      [{ 'target.L-K4-1': '1', person: '', due_on: '' }, 'person', /wählen Sie etwas aus/],
      [{ 'target.L-K4-1': '1', person: keys.graf, due_on: '' }, 'person', /bearbeitet nicht mehr für Ihre Organisation/],
      [{ 'target.L-K4-1': '1', person: keys.falk, due_on: '' }, 'person', /bearbeitet nicht mehr/],
      [{ 'target.L-K4-1': '1', person: keys.huber, due_on: '31.02.2024' }, 'due_on', /Datum/],
      [{ 'target.L-K4-1': '1', person: keys.huber, due_on: '01.04.2024' }, 'due_on', /Vergangenheit/],
      [{ 'target.L-K4-1': '1', person: keys.huber, due_on: '27.04.2024' }, 'due_on', /nach dem Ende der Frist: 26\.04\.2024/],
      [{ 'target.L-K4-1': '1', 'target.K9.X99': '1', person: keys.huber, due_on: '' }, 'target', /gibt es nicht/],
    ]) {
      const reply = await post(huber, WORK, fields);
      assert.equal(reply.status, 422, JSON.stringify(fields));
      assert.match(reply.words, says);
      assert.match(reply.text, new RegExp(`id="${field}-error"`));
      const again = reply.form(WORK);
      assert.equal(again['target.L-K4-1'], fields['target.L-K4-1']);
      assert.equal(again.due_on, fields.due_on);
      if (fields.person === keys.huber) assert.equal(again.person, keys.huber);
    }
    assert.equal((await rows(huber))['L-K4-1'].holder, null);
    const many = await assign(huber, Array.from({ length: 501 }, (_, i) => `K1.A${i}`), { person: keys.huber });
    assert.equal(many.status, 422);
    assert.match(many.words, /Möglich sind 500\b/);
  });

  test('from the answer: this one, and back to it; with the JSON twin as well', async () => {
    const path = `${BASE}/response/answers/L-K3a-1`;
    const page = await huber.get(path);
    assert.match(page.words, /noch niemandem zugewiesen/);
    const reply = await huber.post(WORK, { ...page.form(WORK), person: keys.huber, due_on: '2024-04-04' });
    assert.equal(reply.location, `${path}?notice=assigned`);
    assert.match((await huber.get(path)).words, /Vera Huber, intern bis 04\.04\.2024/);
    assert.equal(await mails(), `${PEOPLE.brandl} 5`, 'nobody is told what she did herself');
    assert.equal((await huber.get(path)).form(WORK).due_on, '04.04.2024', 'the day as it is typed');
    const { assignment } = await huber.json(path);
    assert.deepEqual([assignment.name, assignment.is_mine, assignment.can_finish], ['Vera Huber', true, false]);
  });

  test('late: a note on the row, the first thing to do, its own filter', async () => {
    await w.clock('2024-04-05T09:00');
    assert.equal(await next(huber), 'overdue L-K3a-1');
    const page = await huber.get(`${BASE}/response?show=overdue`);
    assert.match(page.words, /Intern überfällig 1/);
    assert.match(page.words, /intern überfällig seit 04\.04\./);
    await huber.save(BASE, 'L-K3a-1', { stance: 'note', body: 'Pflegende Angehörige fehlen.' });
    const path = `${BASE}/response/answers/L-K3a-1`;
    assert.equal((await huber.post(`${path}/done`, (await huber.get(path)).form(`${path}/done`))).location, `${path}?notice=work_done`);
    assert.notEqual(await next(huber), 'overdue L-K3a-1');
    assert.match((await huber.get(path)).words, /Doch noch nicht fertig/);
    assert.equal((await rows(huber))['L-K3a-1'].is_done, true);
    assert.equal((await post(brandl, `${path}/done`, { done: '1' })).status, 409, 'only whose it is');
  });
});

describe('who may not', { concurrency: 1 }, () => {
  test('co-signers read, others and the desk see nothing, a foreign person is no person', async () => {
    const page = await graf.get(WORK);
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /name="target\./);
    assert.match(page.words, /Dr\. Ilse Brandl/);
    assert.equal((await assign(graf, ['L-K4-1'], { person: keys.huber })).status, 403);
    assert.equal((await sander.get(WORK)).status, 403);
    for (const path of [WORK, `${BASE}/response`, `${BASE}/response/answers/L-K12-1`]) {
      assert.doesNotMatch((await falk.get(path)).text, /Brandl|10\.04\./);
    }
    assert.equal((await falk.get(`/consultations/gibt-es-nicht/response/assignments`)).status, 404);
  });

  test('whose role has ended is named first, her rows are ticked for somebody else', async () => {
    await w.sql(`update app.membership m set valid = daterange('2024-01-01', '2024-04-05') from app.person p where p.id = m.person_id and p.mail = '${PEOPLE.brandl}' and m.role = 'editor'`);
    const doc = await huber.json(WORK);
    assert.deepEqual(doc.people.map((p) => [p.name, p.has_left, p.open]), [['Dr. Ilse Brandl', true, 5], ['Vera Huber', false, 0]]);
    const form = (await huber.get(doc.people[0].href.split('#')[0])).form(WORK);
    assert.deepEqual(Object.keys(form).filter((name) => name.startsWith('target.')).sort(), ['target.K4.G2.5', 'target.L-K12-1', 'target.L-K12-2', 'target.L-K12-3', 'target.L-K12-4']);
    assert.equal((await huber.post(WORK, { ...form, person: keys.huber })).status, 303);
    assert.equal((await rows(huber))['K4.G2.5'].holder, 'Vera Huber');
    assert.equal((await assign(huber, ['K4.G2.5'], { person: 'nobody' })).location, `${WORK}?notice=unassigned`);
    assert.equal((await rows(huber))['K4.G2.5'].holder, null);
  });

  test('frozen and after the deadline nothing is given; release and print know none of it', async () => {
    assert.equal((await post(huber, `${BASE}/response/freeze`)).status, 303);
    assert.equal((await assign(huber, ['L-K4-1'], { person: keys.huber })).status, 409);
    assert.doesNotMatch((await huber.get(WORK)).text, /name="target\./);
    for (const path of ['print', 'release']) assert.doesNotMatch((await huber.get(`${BASE}/response/${path}`)).words, /zugewiesen|intern bis/);
    assert.equal((await post(huber, `${BASE}/response/thaw`)).status, 303);
    await w.clock('2024-04-27T09:00');
    assert.equal((await assign(huber, ['L-K4-1'], { person: keys.huber })).status, 409);
    assert.equal((await huber.get(WORK)).status, 200);
  });
});
