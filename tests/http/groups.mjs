// Like positions: the comparison by the job loop, proposals decided on in two
// tabs, a worker that is killed, what is undone, and that nobody counts otherwise.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLoops, loop } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const GROUPS = `${BASE}/groups`;
let w, sander;

const compare = async () => {
  const reply = await sander.submit(GROUPS, {}, { action: `${GROUPS}/comparison` });
  assert.match(reply.location, /notice=compare_queued$/);
};
const proposals = async () => (await sander.json(GROUPS)).proposals;
/** { "Rheinland-Pfalz, Thüringen": proposal } */
const byHouses = async () => Object.fromEntries((await proposals()).map((p) => [[p.a.organisation, p.b.organisation].sort().join(', '), p]));
const counts = async () => {
  const [opinion, returns, synopsis, target] = await Promise.all([`${BASE}/opinion`, `${BASE}/returns`, `${BASE}/synopsis`, `${BASE}/opinion/K4.G2.2`].map((path) => sander.json(path)));
  for (const doc of [opinion, returns, target]) delete doc.frame;
  return { opinion, returns, target, counts: synopsis.counts, sum: synopsis.stance_sum };
};
/** Everything about groups that is not over, to the byte. */
const state = () => w.value(`select md5(concat_ws(e'\\n', (select string_agg(p::text, e'\\n' order by p.id) from app.position p),
  (select string_agg(m::text, e'\\n' order by m.id) from app.group_member m where m.left_at is null),
  (select string_agg(g::text, e'\\n' order by g.id) from app.position_group g where g.state = 'open'),
  (select string_agg(p::text, e'\\n' order by p.id) from app.group_proposal p)))`);

describe('like positions', { concurrency: 1 }, () => {
  before(async () => { w = await world(); sander = await w.as(PEOPLE.sander); });
  afterEach(endLoops);
  after(() => w?.stop());

  test('asked for by a moderator, found by the job, said on the page', async () => {
    let page = await sander.get(GROUPS);
    assert.match(page.words, /Keine offenen Vorschläge.*Noch kein Vergleich/);
    assert.match(page.words, /163 Positionen sind noch nicht verglichen/);
    await compare();
    page = await sander.get(GROUPS);
    assert.match(page.words, /Der Auftragsdienst läuft gerade nicht/, 'nobody works in this test yet');
    await w.jobs('--once');
    page = await sander.get(GROUPS);
    assert.match(page.words, /Vorschläge \(2\)/);
    assert.match(page.words, /163 Positionen, 2 neue Vorschläge, gestartet von Mira Sander/);
    const found = await byHouses();
    assert.deepEqual(Object.entries(found).map(([houses, p]) => [houses, p.percent]), [['Rheinland-Pfalz, Thüringen', 100], ['Rheinland-Pfalz, Schleswig-Holstein', 92]]);
    assert.ok(!JSON.stringify(await sander.json(GROUPS)).includes('quelloffen'), 'a list without the words');
    const { frame } = await sander.json(GROUPS);
    assert.equal(frame.nav.find((n) => n.key === 'groups').count, 2);
  });

  test('a proposal: both wordings, the difference in words, attributes, the effect; who read it is in the log', async () => {
    const { href } = (await byHouses())['Rheinland-Pfalz, Schleswig-Holstein'];
    const page = await sander.get(href);
    assert.match(page.words, /1 Unterschied\. (Schleswig-Holstein: „darf“\. Rheinland-Pfalz: „sollte“\.|Rheinland-Pfalz: „sollte“\. Schleswig-Holstein: „darf“\.)/);
    assert.match(page.words, /2 Positionen von 2 Organisationen, 2 stimmberechtigte Sitze\./);
    assert.match(page.text, /<mark>darf<\/mark>/);
    const doc = await sander.json(href);
    assert.deepEqual(doc.parts.map((p) => [p.part, p.change_count, p.words_deleted, p.words_inserted]), [['body', 1, 1, 1]]);
    assert.deepEqual(doc.equal, { stance: true, target: true, decision: true });
    assert.equal(await w.value(`select count(*) from app.audit a where a.act = 'group.view' and a.amount = 2`), '2');
  });

  test('merged: a group that list, Synopse, CSV and JSON know; every count is as before', async () => {
    const before_ = await counts();
    const { href, key } = (await byHouses())['Rheinland-Pfalz, Schleswig-Holstein'];
    const noName = await sander.submit(href, { name: ' ' });
    assert.equal(noName.status, 422);
    assert.match(noName.words, /Name: Bitte füllen Sie dieses Feld aus/);
    const reply = await sander.submit(href, { name: 'Bausteine quelloffen' });
    assert.match(reply.location, /\/groups\/proposals\/[0-9a-f]{12}\?notice=group_merged$/, 'and on to the next');
    assert.ok(!reply.location.includes(key));
    assert.match((await sander.get(reply.location)).words, /Zusammengeführt\. .* und .* zusammengeführt in G-01 .* rückgängig/);
    const group = await sander.json(`${GROUPS}/G-01`);
    assert.deepEqual([group.group.name, group.count, group.weight], ['Bausteine quelloffen', 2, { positions: 2, organisations: 2, seats: 2 }]);
    assert.match((await sander.get(`${GROUPS}/G-01`)).words, /quelloffen bereitgestellt werden\. Das Architekturboard darf/);
    const rows = (await sander.json(`${BASE}/synopsis?target=K4.G2.2`)).rows.filter((r) => r.group);
    assert.deepEqual(rows.map((r) => [r.from.code, r.group.number, r.group.size]).sort(), [['RP', 'G-01', 2], ['SH', 'G-01', 2]]);
    assert.match((await sander.get(`${BASE}/synopsis?target=K4.G2.2`)).words, /Gruppe G-01 ?, 2 Positionen/);
    const csv = (await sander.get(`${BASE}/synopsis.csv?target=K4.G2.2`)).text;
    assert.match(csv.split('\r\n')[0], /"Gruppe";"Positionen der Gruppe"/);
    assert.equal(csv.match(/;"G-01";"?2"?;/g).length, 2);
    const list = (await sander.get(`${BASE}/synopsis.json?target=K4.G2.2`)).json;
    assert.equal((Array.isArray(list) ? list : list.rows).filter((r) => r.group_number === 'G-01' && r.group_size === 2).length, 2);
    const petersen = await w.as(PEOPLE.petersen);
    assert.ok(!JSON.stringify((await petersen.json(`${BASE}/synopsis?target=K4.G2.2`)).rows).includes('G-01'), 'for moderators');
    assert.equal((await petersen.get(`${GROUPS}/G-01`)).status, 403);
    assert.deepEqual(await counts(), before_);
  });

  test('two tabs: the second decision meets what has changed, and nothing is done', async () => {
    const { href } = (await byHouses())['Rheinland-Pfalz, Thüringen'];
    const tab = (await sander.get(href)).form(href);
    await sander.submit(`${GROUPS}/proposals/${(await sander.json(GROUPS)).decided[0].proposal.key}`, {}, { action: `${(await sander.json(GROUPS)).decided[0].proposal.href}/undo` });
    const formed = await sander.submit(GROUPS, { name: 'Verbünde', positions: (await sander.json(href)).a.number + ' R1-0001' }, { action: GROUPS });
    assert.match(formed.location, /\/groups\/G-02\?notice=group_formed$/);
    const before_ = await state();
    for (const path of [href, `${href}/apart`]) {
      const late = await sander.post(path, { ...tab, name: 'Verbünde' });
      assert.equal(late.status, 409);
      assert.match(late.words, /Inzwischen hat sich etwas geändert: Eine der Positionen steht in einer anderen Gruppe/);
      assert.match(late.words, /in der Gruppe G-02 „Verbünde“/, 'with what is the case now');
    }
    assert.equal(await state(), before_);
    const machine = await sander.postJson(href, { expected: 'a', name: 'Verbünde' });
    assert.deepEqual([machine.status, machine.json.error.code], [409, 'proposal_changed']);
    const gone = await sander.post(`${GROUPS}/G-02/dissolve`, { csrf: await sander.csrf(), version: '1' });
    assert.match(gone.location, /notice=group_dissolved$/);
    assert.match((await sander.get(`${GROUPS}/G-02`)).words, /Diese Gruppe ist aufgelöst/);
    assert.equal((await sander.post(`${GROUPS}/G-02/dissolve`, { csrf: await sander.csrf(), version: '1' })).status, 409);
  });

  test('undone: all is as it was before, to the byte', async () => {
    const before_ = await state();
    const { href } = (await byHouses())['Rheinland-Pfalz, Thüringen'];
    await sander.submit(href, { name: 'Verbünde' });
    assert.notEqual(await state(), before_);
    await sander.submit(href, {}, { action: `${href}/undo` });
    assert.equal(await state(), before_);
    const apart = await sander.submit(href, {}, { action: `${href}/apart` });
    assert.match(apart.location, /notice=group_kept_apart$/);
    await sander.submit(href, {}, { action: `${href}/undo` });
    assert.equal(await state(), before_);
  });

  test('wrong numbers, wrong ids, too much: said at the field, or 404', async () => {
    for (const [positions, words] of [['R1-9999, R1-0001', /Eine Position R1-9999 gibt es/], ['R1-0001', /mindestens zwei Positionen/], ["x' or 1=1", /Eine Position X/],
      ['<script>', /Eine Position &lt;SCRIPT|Eine Position <SCRIPT/], ['BY_K4', /gibt es/], ['', /Bitte füllen/]]) {
      const reply = await sander.submit(GROUPS, { name: 'Frist', positions }, { action: GROUPS });
      assert.equal(reply.status, 422, positions);
      assert.match(reply.words, words);
    }
    assert.equal((await sander.submit(GROUPS, { name: 'x'.repeat(201), positions: 'R1-0001 R1-0002' }, { action: GROUPS })).status, 422);
    for (const path of ['G-99', 'G-1', 'G-001', 'g-01', 'proposals/aaaaaaaaaaaa', 'proposals/%00']) assert.equal((await sander.get(`${GROUPS}/${path}`)).status, 404, path);
    assert.equal((await sander.get('/consultations/gibt-es-nicht/groups')).status, 404);
  });

  test('formed of ticked rows: a preview with the effect; grouped, cut and locked ones stay out, and each says why', async () => {
    const csrf = await sander.csrf();
    await sander.post(`${BASE}/answers/R1-0003/cut`, { csrf, part: 'body', first: '1', last_char: '5' });
    const formed = await sander.submit(GROUPS, { name: 'Fristen', positions: 'R1-0004 R1-0005' }, { action: GROUPS });
    await w.sql(`insert into app.row_lock (stage_id, position_id, person_id, taken_at, ends_at)
      select p.stage_id, p.id, x.id, app.now(), app.now() + interval '15 minutes' from app.position p, app.person x where p.number = 6 and p.part = 0 and x.mail = '${PEOPLE.petersen}'`);
    const ticked = [1, 2, 3, 4, 6].map((n) => `position=R1-000${n}`).join('&');
    const page = await sander.get(`${GROUPS}/new?${ticked}`);
    assert.equal(page.status, 200);
    assert.match(page.words, /Noch ist nichts geändert/);
    for (const words of [/R1-0003.*wird ausgelassen: ist geteilt/, /R1-0004.*wird ausgelassen: steht schon in einer Gruppe \( ?G-\d+ Fristen/, /R1-0006.*wird ausgelassen: wird gerade bewertet \(Ole Petersen/,
      /eine gemeinsame Bewertung und Antwort für 2 Positionen von .*; 3 bleiben außen vor/, /Gruppe aus 2 Positionen bilden/]) assert.match(page.words, words);
    const form = page.form(GROUPS);
    assert.equal(form.positions, (await sander.json(`${GROUPS}/new?${ticked}`)).form.positions);
    assert.deepEqual(form.positions.split(', ').sort(), ['R1-0001', 'R1-0002']);
    for (const [positions, words] of [['R1-0001 R1-0006', /R1-0006 bewertet gerade Ole Petersen/], ['R1-0001 R1-0003', /R1-0003 ist geteilt/], ['R1-0001 R1-0004', /R1-0004 ist schon in der Gruppe G-/]]) {
      const refused = await sander.post(GROUPS, { ...form, name: 'Kosten', positions });
      assert.equal(refused.status, 422);
      assert.match(refused.words, words);
      const kept = refused.form(GROUPS);
      assert.deepEqual([kept.name, kept.positions], ['Kosten', positions]);
    }
    const made = await sander.post(GROUPS, { ...form, name: 'Kosten' });
    assert.match(made.location, /\/groups\/G-\d+\?notice=group_formed$/);
    assert.match((await sander.get(`${GROUPS}/new?position=R1-0001&position=quatsch`)).words, /steht schon in einer Gruppe.*Eine Gruppe braucht mindestens zwei Positionen/);
    assert.match((await sander.get(`${GROUPS}/new?all=1&target=K4.G2.5`)).words, /kommt in die Gruppe/);
    assert.equal((await sander.get(`${GROUPS}/new?all=1`)).text.match(/kommt in die Gruppe|wird ausgelassen/g).length, 100);
    await w.sql('delete from app.row_lock');
    for (const { location } of [formed, made]) await sander.submit(location.split('?')[0], {}, { action: `${location.split('?')[0]}/dissolve` });
    await sander.post(`${BASE}/answers/R1-0003/cut/undo`, { csrf, part: 'R1-0003.1' });
  });

  test('kept apart is not proposed again; a new text is', async () => {
    const { href, key } = (await byHouses())['Rheinland-Pfalz, Schleswig-Holstein'];
    await sander.submit(href, {}, { action: `${href}/apart` });
    await compare();
    await w.jobs('--once');
    assert.ok(!(await proposals()).some((p) => p.key === key));
    const lorenz = await w.as(PEOPLE.lorenz);
    await lorenz.post(`${BASE}/response/correction`, { csrf: await lorenz.csrf() });
    await lorenz.save(BASE, 'K4.G2.2', { stance: 'agree', body: 'Die standardisierten Bausteine sollten QUELLOFFEN bereitgestellt werden – das Architekturboard darf Ausnahmen nur befristet zulassen.' });
    const { content_hash } = await lorenz.json(`${BASE}/response/release`);
    assert.equal((await lorenz.post(`${BASE}/response/release`, { csrf: await lorenz.csrf(), content_hash, publication: 'no', declaration: '1' })).status, 303);
    await w.jobs('--once');
    await compare();
    await w.jobs('--once');
    const found = await byHouses();
    assert.equal(found['Mecklenburg-Vorpommern, Schleswig-Holstein'].percent, 100);
  });

  test('a worker killed in the middle: another does it, once', async (t) => {
    await compare();
    await w.jobs('--once');
    await compare();
    const runs = () => w.value('select count(*) from app.comparison').then(Number);
    const before_ = [await runs(), await state()];
    // whoever holds this lets no comparison end
    const psql = spawn('psql', ['-qX', w.cluster.url(w.database)], { stdio: ['pipe', 'ignore', 'inherit'] });
    t.after(() => psql.kill());
    psql.stdin.write("begin; select pg_advisory_xact_lock(hashtextextended('position_group', s.id)) from app.stage s where s.number = 1;\n");
    const waiting = (fact) => w.value(`select count(*) from pg_stat_activity where datname = current_database() and ${fact}`).then(Number);
    const until = async (what, fact, count) => {
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) if (await waiting(fact) === count) return;
      assert.fail(`not within a minute: ${what}`);
    };
    await until('the lock is held', "state = 'idle in transaction' and query like '%position_group%'", 1);
    const first = loop(w);
    await until('the worker waits to write', "wait_event = 'advisory' and query like '%similar_end%'", 1);
    await first.end('SIGKILL');
    psql.stdin.end('rollback;\n');
    await until('what it had begun is over', "wait_event = 'advisory' and query like '%similar_end%'", 0);
    assert.deepEqual([await runs(), await state()], before_, 'nothing of it is there');
    await w.sql(`update app.job set heartbeat_at = heartbeat_at - interval '2 minutes' where kind = 'similar' and state = 'running'`);
    await w.jobs('--once');
    assert.equal(await runs(), before_[0] + 1);
    assert.equal(await state(), before_[1], 'the same texts, the same proposals');
    assert.match((await sander.get(GROUPS)).words, /0 neue Vorschläge/);
  });
});

test('of a generated set whose copies are known, the comparison finds them and few others', async (t) => {
  const dir = mkdtempSync('build/test/groups-');
  const big = await world({ serve: false });
  t.after(async () => { rmSync(dir, { recursive: true, force: true }); await big.stop(); });
  const file = join(dir, 'copies');
  await big.ctl('generate', '--organisations', '300', '--answers', '6', '--copies', file);
  await big.sql("select app.queue_job('similar', 'now', '{}', null)"); // of itself it comes at three in the morning
  await big.jobs('--once');
  const rows = await big.sql(`select p.id, o.code, t.position, a.proposal is null and a.reason is null from app.position p
    join app.organisation o on o.id = p.organisation_id join app.target t on t.id = p.target_id
    join app.released_answer a on a.id = p.released_answer_id`);
  const ids = new Map(rows.map(([id, code, target]) => [`${target} ${code}`, id]));
  const copies = readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split('\t'))
    .map(([target, copy, from]) => [ids.get(`${target} ${copy}`) ?? `draft ${target} ${copy}`, ids.get(`${target} ${from}`) ?? `draft ${target} ${from}`]);
  const proposed = await big.sql('select a_id, b_id from app.group_proposal');
  // counted where nothing but the copied words is compared: a proposal of its own makes another text
  const plain = new Set(rows.filter((row) => row[3] === 't').map(([id]) => id));
  const both = ([a, b]) => plain.has(a) && plain.has(b);
  const [known, pairs, family, found] = [copies.filter(both), proposed.filter(both), joined(copies), joined(proposed)];
  assert.ok(known.length > 50, `${known.length} copies`);
  const recall = known.filter(([a, b]) => found(a) === found(b)).length / known.length;
  const precision = pairs.filter(([a, b]) => family(a) === family(b)).length / pairs.length;
  assert.ok(recall >= 0.98, `recall ${recall}`);
  assert.ok(precision >= 0.95, `precision ${precision}`);
});

/** Union-find: the part that each belongs to. */
function joined(pairs) {
  const parent = new Map();
  const root = (x) => { while (parent.has(x)) x = parent.get(x); return x; };
  for (const [a, b] of pairs) if (root(a) !== root(b)) parent.set(root(a), root(b));
  return root;
}
