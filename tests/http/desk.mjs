// The desk's own work: who has which position until when, several at once with a
// preview and the way back, the places, and "Mein Tisch".
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../lib/cluster.mjs';
import { parse } from '../lib/csv.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { rowsOf } from '../lib/xlsx.mjs';

const [DESK, BULK, WORKFLOW] = [`${BASE}/desk`, `${BASE}/bulk`, `${BASE}/workflow`];
let w, sander, ole, keys;
const at = (number) => `${BASE}/positions/${number}`;
const work = async (number) => (await sander.json(at(number))).work;
const assign = async (number, fields) => {
  const { form, version } = await work(number);
  return sander.post(`${at(number)}/assignment`, { csrf: await sander.csrf(), version: String(version), ...form, finish_on: form.finish_on ?? '', ...fields });
};
const bulk = async (fields) => sander.post(BULK, { csrf: await sander.csrf(), kind: 'assign', ...fields });
/** What was told to whom, each once for an act. */
const told = () => w.sql(`select p.name, m.args ->> 'count', coalesce(m.args ->> 'number', ''), coalesce(m.args ->> 'until', ''), m.args ->> 'by' from app.mail m
  join app.person p on p.id = m.person_id where m.template = 'position_assigned' order by m.id`);
const state = () => w.value("select string_agg(concat_ws(' ', p.id, p.assignee_id, p.due_on, p.place_id), ',' order by p.id) from app.position p");

describe('the desk', { concurrency: 1 }, () => {
  before(async () => {
    w = await world({ clock: '2024-05-06T09:00' });
    await w.sql(`insert into app.platform_role (person_id, role) select id, 'moderator' from app.person where mail = '${PEOPLE.petersen}'`);
    [sander, ole] = [await w.as(PEOPLE.sander), await w.as(PEOPLE.petersen)];
    keys = Object.fromEntries(await w.sql("select split_part(mail, '.', 1), key from app.person"));
  });
  after(() => w?.stop());

  test('the matrix says the same on the page, in its twin, as CSV, as a workbook and as a drawing, and what the Meinungsbild says', async () => {
    const at = `${BASE}/matrix`;
    const page = await sander.get(`${at}?kind=all`);
    const twin = await sander.json(`${at}?kind=all`);
    const file = async (path) => { const reply = await sander.get(path); assert.equal(reply.status, 200, path); return reply; };
    const csv = parse((await file(`${at}.csv`)).text.replace(/^\ufeff/, '')).slice(1).filter((row) => row.length > 1);
    const book = rowsOf((await file(`${at}.xlsx`)).body).slice(1);
    const words = JSON.parse(readFileSync(join(root, 'assets/text/labels.json'), 'utf8')).outcome;
    const cells = twin.rows.flatMap((row) => row.cells.map((cell) => [row.target, cell.code, words[cell.state]]));
    assert.equal(cells.length, twin.rows.length * twin.columns.length);
    assert.deepEqual([twin.columns.length, twin.rows.length], [23, 70], 'each seat, each item and question');
    assert.deepEqual(csv.map((row) => [row[0], row[3], row[7]]), cells);
    assert.deepEqual(book.map((row) => [row[0], row[3], row[7]]), cells);
    const shown = [...page.text.matchAll(/<td[^>]*>(?:<a[^>]*>|<span )[^]*?app-stance--(\w+)/g)].map(([, state]) => words[state]);
    assert.deepEqual(shown.slice(0, cells.length), cells.map(([, , word]) => word), 'the page');
    const drawn = await file(`${at}.svg?kind=all`);
    assert.match(drawn.type, /^image\/svg\+xml/);
    const shapes = [...drawn.text.matchAll(/<g transform="[^"]+"><title>([^<]+)</g)].map(([, word]) => word).slice(twin.states.length);
    assert.deepEqual(shapes, cells.map(([, , word]) => word), 'the drawing');
    assert.ok((await sander.get(`${at}?kind=all&view=chart`)).text.includes(drawn.text), 'the same bytes on the page');

    // the seats of each point, counted here, are those of the Meinungsbild
    const seats = new Set((await w.sql("select o.code from app.participation p join app.organisation o on o.id = p.organisation_id where p.seat_status = 'voting'")).flat());
    const count = (target) => cells.reduce((sums, [key, code, word]) => (key === target && seats.has(code) ? { ...sums, [word]: (sums[word] ?? 0) + 1 } : sums), {});
    const opinion = await sander.json(`${BASE}/opinion`);
    const sums = parse((await file(`${BASE}/opinion.csv`)).text.replace(/^\ufeff/, '')).slice(1).filter((row) => row.length > 1);
    for (const row of opinion.charts.filter(({ kind }) => kind !== 'chapter').flatMap(({ rows }) => rows)) {
      const said = Object.fromEntries(Object.entries(row.counts).filter(([, n]) => n > 0).map(([code, n]) => [words[code], n]));
      assert.deepEqual(count(row.target), said, row.target);
      const voting = sums.filter(([target, , , , status]) => target === row.target && status === 'stimmberechtigt');
      assert.equal(voting.reduce((n, line) => n + Number(line[5]), 0), row.base, `${row.target}: the base in the file`);
      assert.equal(voting.reduce((n, line) => n + Number(line[6]), 0), row.counts.agree, `${row.target}: agree in the file`);
      const { seats: held } = twin.rows.find(({ target }) => target === row.target);
      assert.deepEqual([held.held, held.base], [row.counts.agree + row.counts.agree_changed + row.counts.reject + row.counts.note, row.base]);
    }
  });

  test('the matrix: a municipality is in no column, one point in words, where seats differ, and nonsense', async () => {
    const at = `${BASE}/matrix`;
    const twin = await sander.json(`${at}?item=K4.G2.5`);
    assert.ok(!twin.columns.some(({ code }) => code === 'KLEINBEISPIEL'));
    assert.deepEqual(twin.detail.rows.map(({ state, seats, others }) => [state, seats, others]).filter(([, a, b]) => a + b > 0),
      [['agree', 4, 0], ['agree_changed', 2, 0], ['reject', 1, 0], ['note', 0, 1], ['nil', 1, 1], ['no_answer', 6, 0], ['outstanding', 3, 3]]);
    assert.equal(twin.detail.rows.reduce((n, { seats }) => n + seats, 0), twin.detail.seats, 'they sum up to the base');
    const differing = await sander.json(`${at}?differ=1`);
    assert.ok(differing.rows.some(({ target }) => target === 'K4.G2.5') && differing.rows.length < twin.rows.length);
    assert.equal((await sander.get(`${at}?item=K9.G9.9`)).status, 404);
    assert.equal((await sander.json(`${at}?kind=unsinn`)).filter.kind, 'principle', 'an unknown kind is the first');
    const huber = await w.as(PEOPLE.huber);
    for (const path of [at, `${at}.csv`, `${at}.xlsx`, `${at}.svg`, `${BASE}/opinion.csv`]) assert.equal((await huber.get(path)).status, 403, path);
    // a seat whose house was never invited, and a question that is not for the Länder
    await w.sql(`begin; set local session_replication_role = replica;
      delete from app.participation p using app.organisation o where o.id = p.organisation_id and o.code = 'ST';
      update app.target set audience = '{bund}' where key = 'K4.G2.4'; commit`);
    const now = await sander.json(at);
    const state = (target, code) => now.rows.find((row) => row.target === target).cells.find((cell) => cell.code === code).state;
    assert.deepEqual([state('K4.G2.4', 'ST'), state('K4.G2.4', 'BY'), state('K4.G2.5', 'BY')], ['not_invited', 'not_asked', 'agree_changed']);
    assert.deepEqual(now.base.not_invited, ['Sachsen-Anhalt']);
  });

  test('nothing assigned yet; progress with its base, and the days that come', async () => {
    const page = await sander.get(DESK);
    assert.match(page.words, /Ihnen ist zurzeit nichts zugewiesen\. Offene Positionen in der Synopse/);
    const doc = await sander.json(DESK);
    assert.equal(doc.total, doc.progress.reduce((n, p) => n + p.count, 0));
    assert.equal(doc.total, Number(await w.value('select count(*) from app.position where is_current')));
    assert.equal(doc.frame.nav.find((n) => n.key === 'desk').is_current, true);
    assert.equal((await (await w.as(PEOPLE.lorenz)).get(DESK)).status, 403);
  });

  test('a position is assigned until a day and stands in a place; two at once do not overwrite each other', async () => {
    const { version } = await work('R1-0003');
    assert.equal((await work('R1-0003')).place, 'Eingang');
    assert.match((await assign('R1-0003', { assignee: keys.mira, finish_on: '08.05.2024' })).location, /notice=position_assigned/);
    const doc = await sander.json(DESK);
    assert.deepEqual(doc.assigned.map((r) => [r.number, r.due_on, r.days_late]), [['R1-0003', '2024-05-08', null]]);
    assert.equal(doc.assigned[0].href, `${at('R1-0003')}?from=assignee%3Dme`, 'and from there on among one\'s own');
    assert.equal((await sander.json(doc.assigned[0].href)).next, null);
    assert.equal(doc.frame.nav.find((n) => n.key === 'desk').count, 1);
    const late = await sander.post(`${at('R1-0003')}/assignment`, { csrf: await sander.csrf(), version: String(version), assignee: 'nobody' });
    assert.equal(late.status, 409);
    assert.match(late.words, /Inzwischen hat jemand diese Position zugewiesen/);
    for (const [fields, field] of [[{ finish_on: '31.02.2024' }, 'finish_on'], [{ finish_on: '05.05.2024' }, 'finish_on'], [{ assignee: keys.vera }, 'assignee'], [{ place: '999999' }, 'place']]) {
      const reply = await assign('R1-0003', fields);
      assert.equal(reply.status, 422, JSON.stringify(fields));
      assert.match(reply.text, new RegExp(`id="${field}-error"`));
    }
    await assign('R1-0005', { assignee: keys.mira, finish_on: '07.05.2024' });
    await assign('R1-0004', { assignee: keys.mira, finish_on: '' });
    assert.deepEqual(await told(), [], 'what one gives oneself is no news');
    await w.clock('2024-05-09T09:00');
    assert.deepEqual((await sander.json(DESK)).assigned.map((r) => [r.number, r.days_late]), [['R1-0005', 2], ['R1-0003', 1], ['R1-0004', null]]);
    assert.match((await sander.get(DESK)).words, /07\.05\.2024, seit 2 Tagen/);
    assert.equal((await assign('R1-0003', { place: (await work('R1-0003')).places.at(-1).key })).status, 303, 'a day that has passed stays');
    assert.equal((await sander.json(DESK)).assigned.length, 2, 'what is done is off the desk');
    await w.clock('2024-05-06T09:00');
  });

  test('several at once: a preview, the act, what was left out, and back where nothing has happened since', async () => {
    await ole.post(`${at('R1-0007')}/lock`, { csrf: await ole.csrf() });
    const before_ = await state();
    const started = await bulk({ 'position.R1-0006': '1', 'position.R1-0007': '1', positions: 'r1-0008 R1-0006' });
    assert.equal(started.status, 303, started.words?.slice(900, 1800));
    assert.match(started.location, /\/bulk\/[0-9a-f]{12}$/);
    let page = await sander.get(started.location);
    assert.match(page.words, /Vorschau: Noch ist nichts geändert/);
    assert.match(page.words, /R1-0007.*wird ausgelassen: gesperrt \(Ole Petersen\)/);
    assert.match(page.words, /2 Positionen ändern/);
    assert.equal(await state(), before_);
    const act = async (fields) => sander.post(started.location, { csrf: await sander.csrf(), ...fields });
    assert.match((await act({})).words, /Wählen Sie, was sich ändern soll/);
    assert.equal((await act({ assignee: keys.ole, finish_on: 'morgen' })).status, 422);
    const done = await act({ assignee: keys.ole, finish_on: '13.05.2024' });
    assert.equal(done.status, 303, done.words?.slice(800, 1600));
    page = await sander.get(started.location);
    assert.match(page.words, /2 Positionen geändert, zugewiesen an Ole Petersen, Frist 13\.05\.2024, 1 ausgelassen/);
    assert.deepEqual((await ole.json(DESK)).assigned.map((r) => r.number).sort(), ['R1-0006', 'R1-0008']);
    assert.equal((await act({ assignee: 'nobody' })).status, 409, 'once');
    const bulk_ = ['Ole Petersen', '2', '', '2024-05-13', 'Mira Sander'];
    assert.deepEqual(await told(), [bulk_], 'one mail for the act');
    await assign('R1-0009', { assignee: keys.ole });
    await assign('R1-0009', { finish_on: '14.05.2024' });
    assert.deepEqual(await told(), [bulk_, ['Ole Petersen', '1', 'R1-0009', '', 'Mira Sander']], 'another day is none');
    await assign('R1-0009', { assignee: 'nobody', finish_on: '' });
    await assign('R1-0008', { assignee: keys.mira });
    assert.equal((await sander.post(`${started.location}/undo`, { csrf: await sander.csrf() })).status, 303);
    assert.deepEqual([(await work('R1-0006')).assignee, (await work('R1-0008')).assignee], [null, 'Mira Sander'], 'what was changed since stays');
    assert.match((await sander.get(started.location)).words, /Rückgängig gemacht/);
    assert.equal((await sander.post(`${started.location}/undo`, { csrf: await sander.csrf() })).status, 409);
    for (const [fields, words] of [[{}, /Bitte füllen Sie dieses Feld aus/], [{ positions: 'R1-9999' }, /Eine Position R1-9999 gibt es/], [{ positions: "' or 1=1" }, /gibt es/],
      [{ positions: 'R1-0001', kind: 'delete' }, /Bitte wählen Sie etwas aus/], [{ positions: Array.from({ length: 501 }, (_, i) => `R1-${String(i + 1).padStart(4, '0')}`).join(' ') }, /Möglich sind 500/]]) {
      const reply = await bulk(fields);
      assert.equal(reply.status, 422);
      assert.match(reply.words, words);
    }
    assert.equal((await sander.get(`${BULK}/abcdef012345`)).status, 404);
  });

  test('among the own data: what one has, has open and did at the desk, nothing of others', async () => {
    const views = `${BASE}/synopsis/views`;
    assert.equal((await sander.post(views, { csrf: await sander.csrf(), name: 'Ablehnungen der Sitze', stance: 'reject', seat: 'voting' })).status, 303);
    const own = async (who) => (await who.json('/account/data')).data.desk;
    const of = (list, what) => list.filter((x) => x.what === what);
    const [hers, his] = [await own(sander), await own(ole)];
    assert.deepEqual(of(hers, 'assigned').map((x) => [x.text, x.count, x.due_on]).sort(), (await w.sql(`select string_agg('R1-' || lpad(p.number::text, 4, '0'), ', ' order by p.number), count(*), p.due_on
      from app.position p join app.person x on x.id = p.assignee_id where x.mail = '${PEOPLE.sander}' group by p.due_on`)).map(([text, count, due]) => [text, Number(count), due || null]).sort());
    assert.deepEqual(of(hers, 'view').map((x) => [x.text, x.filter.stance, x.filter.seat]), [['Ablehnungen der Sitze', 'reject', 'voting']]);
    assert.deepEqual(of(hers, 'assign').filter((x) => x.ended_at).map((x) => [x.count, x.due_on]), [[3, '2024-05-13']], 'what was done to several, and taken back');
    assert.deepEqual([of(hers, 'lock'), of(his, 'view'), of(his, 'assign')], [[], [], []]);
    assert.deepEqual(of(his, 'lock').map((x) => x.text), ['R1-0007']);
    assert.match((await sander.get('/account/data')).words, /eigene Ansicht der Synopse: Ablehnungen der Sitze/);
    assert.match((await ole.get('/account/data')).words, /zum Schreiben geöffnet: R1-0007, bis/);
  });

  test('from the synopsis: what is ticked, or all of a filter, stands there by its numbers', async () => {
    const { form } = await sander.json(`${BULK}?position=R1-0006&position=R1-0008&kind=approval`);
    assert.deepEqual([form.positions.split(', ').sort(), form.kind], [['R1-0006', 'R1-0008'], 'approval']);
    const { rows } = await sander.json(`${BASE}/synopsis?target=K4.G2.2`);
    assert.deepEqual((await sander.json(`${BULK}?all=1&target=K4.G2.2`)).form.positions.split(', '), rows.map((r) => r.number));
    assert.match((await sander.get(`${BASE}/synopsis`)).text, /name="kind" value="assign" formaction="[^"]*\/bulk"/);
  });

  test('the sponsors are asked about many at once, a group once; what is not weighed is left out', async () => {
    const say = async (number, assessment) => sander.post(`${at(number)}/assessment`, { csrf: await sander.csrf(), base: '0', decision: 'noted', assessment });
    await say('R1-0010', 'Zur Kenntnis.');
    await sander.submit(`${BASE}/groups`, { name: 'Zwei', positions: 'R1-0011 R1-0012' }, { action: `${BASE}/groups` });
    await sander.post(`${BASE}/groups/G-01/assessment`, { csrf: await sander.csrf(), base: '0', decision: 'noted', assessment: 'Für beide.' });
    const { location } = await bulk({ kind: 'approval', positions: 'R1-0010, R1-0011, R1-0012, R1-0013' });
    const page = await sander.get(location);
    assert.match(page.words, /Freigabe für 3 Positionen anfordern/);
    assert.match(page.words, /R1-0013.*wird ausgelassen: noch nicht bewertet/);
    assert.equal((await sander.post(location, { csrf: await sander.csrf(), due_on: '' })).status, 422);
    assert.equal((await sander.post(location, { csrf: await sander.csrf(), due_on: '10.05.2024' })).status, 303);
    assert.equal(await w.value('select count(*) from app.assessment_approval'), '4', 'two assessments, two sponsors');
    assert.deepEqual(await w.sql("select distinct m.args ->> 'count' from app.mail m where m.template = 'approval_asked'"), [['2']]);
    assert.equal((await work('R1-0012')).place, 'Zur Freigabe');
    assert.match((await sander.get(DESK)).words, /10\.05\.2024 ?Freigabe durch Bund \(BMI\) \(2 Bewertungen\)/);
    assert.equal((await sander.post(`${location}/undo`, { csrf: await sander.csrf() })).status, 409, 'a mail is not taken back');
  });

  test('places: named, ordered, added, and retired when nobody stands there; the sponsors', async () => {
    const { form } = await sander.json(WORKFLOW);
    const sent = (change = {}) => Object.fromEntries(form.rows.flatMap((r) => [[`name.${r.key}`, r.name], [`order.${r.key}`, r.order]]).concat(Object.entries(change)));
    const save = async (fields) => sander.post(WORKFLOW, { csrf: await sander.csrf(), ...fields });
    const [first, second, third, fourth] = form.rows.map((r) => r.key);
    for (const [fields, field, words] of [
      [{ [`name.${first}`]: ' ' }, `name.${first}`, /Bitte füllen/], [{ [`name.${first}`]: 'in bewertung' }, `name.${first}`, /heißt schon so/],
      [{ [`order.${first}`]: 'x' }, `order.${first}`, /ganze Zahl/], [{ [`retire.${fourth}`]: '1' }, `retire.${fourth}`, /Hier stehen 3 Positionen/],
      [{ new_name: 'Zur Freigabe', new_kind: 'work' }, 'new_name', /heißt schon so/]]) {
      const reply = await save(sent(fields));
      assert.equal(reply.status, 422, field);
      assert.match(reply.words, words);
      assert.ok(reply.text.includes(`id="${field}-error"`), field);
    }
    // two change their names, one goes, one comes
    const good = await save({ ...sent({ [`name.${first}`]: form.rows[1].name, [`name.${second}`]: form.rows[0].name, [`order.${first}`]: '2', [`order.${second}`]: '1',
      [`retire.${third}`]: '1', new_name: 'Rückfrage', new_kind: 'work' }), needs_review: '1' });
    assert.equal(good.status, 303);
    assert.deepEqual((await sander.json(WORKFLOW)).form.rows.map((r) => r.name), ['Eingang', 'In Bewertung', 'Zur Freigabe', 'Abgeschlossen', 'Rückfrage']);
    assert.equal((await sander.json(WORKFLOW)).form.needs_review, true);
    const sponsor = async (fields) => sander.post(`${WORKFLOW}/sponsors`, { csrf: await sander.csrf(), ...fields });
    assert.equal((await sponsor({ organisation: 'Gibt es nicht' })).status, 422);
    await sponsor({ organisation: 'SH' });
    assert.equal((await sander.json(at('R1-0010'))).weighing.assessment.of, 3);
    await sponsor({ organisation: 'SH', remove: '1' });
    assert.equal((await sander.json(at('R1-0010'))).weighing.assessment.of, 2);
    assert.equal((await (await w.as(PEOPLE.huber)).get(WORKFLOW)).status, 403);
  });
});
