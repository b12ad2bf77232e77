// also asan
// The chain of causes: named at a change, read both ways, by each as far as it is
// theirs to know; broken links. Routes: change, cause_add, cause_remove, chain,
// position_chain, chain_gaps; the outcome of a house.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nextEdition, publishEdition } from '../lib/next-edition.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { assess, assessGroup } from '../lib/weighing.mjs';

const CHANGE = `${BASE}/editions/2/changes/K4.G2.5`;
const CHAIN = `${BASE}/editions/2/items/K4.G2.5/chain`;
const GAPS = `${BASE}/editions/2/chain-gaps`;
const REASON = 'Der Wechsel des Anbieters muss vertraglich möglich bleiben.';
const WEIGHED = 'Die Begründungspflicht wird auf wesentliche Abweichungen begrenzt.';
const NEW = 'Kriterien der Souveränitätsstrategie (2021) und der föderalen IT-Architekturrichtlinien sind verbindlich; wesentliche Abweichungen werden begründet.';
const HOUSES = ['BUND', 'BY', 'HE', 'MV', 'NW', 'DLT'];
let w, sander, petersen, lorenz, huber, okafor, anyone;
const numbers = {};

before(async () => {
  w = await world({ clock: '2024-05-20T10:00' });
  [sander, petersen, lorenz, huber, okafor] = await Promise.all(['sander', 'petersen', 'lorenz', 'huber', 'okafor'].map((who) => w.as(PEOPLE[who])));
  anyone = w.client();
  await w.jobs('--once');
  for (const [code, number] of await w.sql(`select o.code, app.position_number('consultation', 1, p.number, p.part) from app.position p
      join app.target t on t.id = p.target_id join app.organisation o on o.id = p.organisation_id where t.key = 'K4.G2.5' and p.is_current`)) numbers[code] = number;
  const formed = await sander.submit(`${BASE}/groups`, { name: 'Begründungspflicht', positions: HOUSES.map((code) => numbers[code]).join(', ') });
  assert.equal(formed.status, 303, formed.words);
  await assessGroup(w, 'G-01', { decision: 'partly', body: WEIGHED, place: 'K4.G2.5, zweiter Halbsatz' });
  numbers.alone = await assess(w, { organisation: 'MV', decision: 'adopted', body: 'Wird so übernommen.', place: 'K4.G1.2' });
  await nextEdition(w, { reworded: { 'K4.G2.5': NEW, 'K4.G1.2': 'Neuer Wortlaut zu G1.2.' }, dropped: ['K4.G2.4'],
    added: { 'K4.G2.9': ['Offene Schnittstellen', 'Schnittstellen sind offen.', 'K4.G2'] }, reasons: { 'K4.G2.5': REASON } });
});
after(() => w?.stop());

const add = (fields, change = CHANGE) => sander.submit(change, fields, { action: `${change}/causes` });
const closure = () => w.value("select count(*) || ' of ' || count(distinct organisation_id) from app.cause");
const pages = async (client, path) => (await Promise.all([client.get(path), client.get(`/api${path}`)]));

test('a change offers what leads there; a bad number is said at its field, and nothing typed is lost', async () => {
  const page = await sander.json(CHANGE);
  assert.deepEqual(page.form.rows.map((r) => [r.number, r.decision, r.size]), [['G-01', 'partly', 6]]);
  assert.equal(page.change.reason, REASON);
  assert.ok(page.origins[0].words_inserted > 0 && page.origins[0].relation === 'reworded');
  const none = await add({});
  assert.equal(none.status, 422);
  assert.match(none.words, /Andere Bewertungen: Kreuzen Sie eine Bewertung an oder tragen Sie eine Nummer ein/);
  const open = await w.value(`select app.position_number('consultation', 1, p.number, p.part) from app.position p where p.assessment_id is null and p.is_current limit 1`);
  for (const [fields, said] of [
    [{ numbers: 'R1-9999' }, /R1-9999 gibt es nicht\. So: R1-0042/], [{ numbers: `G-01, ${open}` }, new RegExp(`${open} ist noch nicht bewertet`)], [{ numbers: 'G-77' }, /G-77 gibt es nicht/],
    [{ decisions: '2024-40' }, /Zwischen Jahr und Nummer steht ein Schrägstrich\. So: 2024\/40 oder B-2025\/33-IT\. Meinten Sie 2024\/40\?/], [{ decisions: 'B-2025/33' }, /haben einen Zusatz.*Meinten Sie B-2025\/33-IT/],
    [{ decisions: '2024/40, 1999/40' }, /Dieses Jahr kann nicht stimmen/], [{ numbers: 'x'.repeat(501) }, /Andere Bewertungen/]]) {
    const page = await add({ [`tick.${(await sander.json(CHANGE)).form.rows[0].key}`]: '1', ...fields });
    assert.equal(page.status, 422, JSON.stringify(fields));
    assert.match(page.words, said);
    assert.match(page.text, /name="tick\.\d+" value="1" checked/, 'what was ticked stays ticked');
    assert.ok(page.text.includes(Object.values(fields)[0].slice(0, 400)), 'and what was typed');
  }
  assert.equal(await w.value('select count(*) from app.change_cause'), '0');
});

test('named: the closure in the same breath, in the log; once only; taken away again while it is a draft', async () => {
  const { key } = (await sander.json(CHANGE)).form.rows[0];
  const done = await add({ [`tick.${key}`]: '1', decisions: '2024/40, B-2025/33-IT' });
  assert.equal(done.location, `${CHANGE}?notice=cause_added#ursachen`);
  assert.equal(await closure(), '6 of 6');
  assert.equal(await w.value("select amount from app.audit where act = 'cause.add'"), '3');
  let page = await sander.json(CHANGE);
  assert.deepEqual(page.form.rows, [], 'not offered twice');
  assert.deepEqual(page.decisions.map((d) => d.ref), ['2024/40', 'B-2025/33-IT']);
  assert.match((await add({ numbers: 'g-01' })).words, /schon als Ursache genannt/);
  assert.equal((await sander.submit(CHANGE, {}, { action: `${CHANGE}/causes/remove` })).status, 422);
  const remove = (id) => sander.submit(CHANGE, { [`remove.${id}`]: '1' }, { action: `${CHANGE}/causes/remove` });
  assert.equal((await remove('987654321')).status, 409);
  assert.equal((await remove(page.decisions[1].key)).location, `${CHANGE}?notice=cause_removed#ursachen`);
  assert.equal((await remove(page.decisions[1].key)).status, 409, 'gone already');
  page = await sander.json(CHANGE);
  assert.deepEqual(page.decisions.map((d) => d.ref), ['2024/40']);
  assert.equal((await add({ numbers: numbers.alone }, `${BASE}/editions/2/changes/K4.G1.2`)).status, 303, 'a change that had no reason yet');
  assert.equal((await add({ numbers: numbers.alone }, `${BASE}/editions/2/changes/K4.G2.4`)).status, 303, 'of what is dropped too');
  assert.equal(await closure(), '8 of 6');
});

test('a draft is the moderators\': nobody else is told that it is there', async () => {
  for (const [name, client] of Object.entries({ anyone, lorenz, petersen, voss: await w.as(PEOPLE.voss), adler: await w.as(PEOPLE.adler) })) {
    const [draft, twin] = await pages(client, CHAIN);
    const [random] = await pages(client, `${BASE}/editions/99/items/K4.G2.5/chain`);
    assert.deepEqual([draft.status, twin.status, random.status], [404, 404, 404], name);
    assert.doesNotMatch(draft.text + twin.text, /wesentliche Abweichungen|Wechsel des Anbieters/);
    assert.doesNotMatch((await client.get(`${BASE}/editions/1/items/K4.G2.5/chain`)).text, /wesentliche Abweichungen|editions\/2/, name);
  }
  assert.doesNotMatch((await petersen.get(`${BASE}/positions/${numbers.MV}/chain`)).text, /Abweichungen werden|Wechsel des Anbieters/);
  assert.match((await sander.get(`${BASE}/editions/1/items/K4.G2.5/chain`)).words, /Fassung 2 \(Entwurf\): K4\.G2\.5/);
});

test('broken links are listed and counted', async () => {
  const doc = await sander.json(GAPS);
  assert.deepEqual(doc.without_cause.map((r) => [r.key, r.relation]), [['K4.G2.9', 'added']]);
  assert.equal(doc.counts.uncited, 0);
  const left = await w.value("select count(*) from app.position p join app.target t on t.id = p.target_id where t.key = 'K4.G2.4' and p.is_current");
  assert.equal(String(doc.counts.left), left);
  assert.ok(doc.left.every((r) => r.target === 'K4.G2.4'));
  const id = await w.value("select c.id from app.change_cause c join app.change x on x.id = c.change_id join app.item_version v on v.id = x.to_version_id join app.item i on i.id = v.item_id where i.key = 'K4.G1.2'");
  await sander.submit(`${BASE}/editions/2/changes/K4.G1.2`, { [`remove.${id}`]: '1' }, { action: `${BASE}/editions/2/changes/K4.G1.2/causes/remove` });
  await w.sql(`delete from app.change_cause c using app.change x where x.id = c.change_id and x.dropped_version_id is not null`);
  const now = await sander.json(GAPS);
  assert.deepEqual(now.uncited.map((r) => [r.number, r.items.map((i) => i.key)]), [[numbers.alone, ['K4.G1.2']]]);
  assert.deepEqual(now.without_cause.map((r) => r.key).sort(), ['K4.G1.2', 'K4.G2.4', 'K4.G2.9']);
  assert.match((await sander.get(GAPS)).words, /Übernommen, aber in keiner Änderung/);
  assert.equal((await add({ numbers: numbers.alone }, `${BASE}/editions/2/changes/K4.G1.2`)).status, 303);
  assert.equal((await sander.get(`${BASE}/editions/1/chain-gaps`)).status, 404, 'a first edition follows none');
});

test('published: everybody reads what, why and how many, none of who and in which words', async () => {
  await publishEdition(w, 2);
  for (const client of [anyone, okafor]) {
    const [page, twin] = await pages(client, CHAIN);
    assert.equal(page.status, 200);
    assert.match(page.words, new RegExp(REASON));
    assert.match(page.words, /Beschluss 2024\/40/);
    assert.match(page.words, /6 Organisationen stehen hinter dieser Änderung/);
    const doc = JSON.parse(twin.text);
    assert.deepEqual(doc.counts, { organisations: 6, levels: [], rest: 6 }, 'no level of fewer than five');
    assert.deepEqual([doc.assessments, doc.behind, doc.positions, doc.own], [null, null, null, []]);
    for (const { text } of [page, twin]) {
      assert.doesNotMatch(text, /Begründungspflicht|G-01|R1-\d|teilweise übernommen|Nordrhein|Landkreistag/);
    }
  }
  const few = await anyone.json(`${BASE}/editions/2/items/K4.G1.2/chain`);
  assert.equal(few.counts, null, 'of fewer than five not even how many');
  assert.match((await anyone.get(`${BASE}/editions/2/items/K4.G1.2/chain`)).words, /Weniger als fünf Organisationen/);
  assert.match((await anyone.get(`${BASE}/editions/2/items/K4.G2.4/chain`)).words, /Was entfallen ist.*entfallen/);
  assert.equal((await anyone.get(`${BASE}/editions/2/items/K9.X9/chain`)).status, 404);
  assert.equal((await anyone.get(`${BASE}/positions/${numbers.MV}/chain`)).status, 303, 'positions are the desk\'s');
  assert.equal((await lorenz.get(`${BASE}/positions/${numbers.MV}/chain`)).status, 403);
});

test('the desk reads all of it, and that is in the log', async () => {
  const doc = await petersen.json(CHAIN);
  assert.deepEqual(doc.assessments.map((a) => [a.number, a.decision, a.body, a.size, a.now]), [['G-01', 'partly', WEIGHED, 6, null]]);
  assert.deepEqual(doc.positions.rows.map((r) => r.organisation.code), HOUSES);
  assert.equal(doc.behind.positions, 6);
  assert.deepEqual(doc.behind.levels.map((l) => [l.level, l.organisations]), [['bund', 1], ['land', 4], ['kommunalverband', 1]]);
  assert.deepEqual([String(doc.behind.base.organisations), String(doc.behind.base.seats)],
    [await w.value('select count(*) from app.participation p join app.stage s on s.id = p.stage_id where s.number = 1'),
      await w.value("select count(*) from app.participation p join app.stage s on s.id = p.stage_id where s.number = 1 and p.seat_status = 'voting'")]);
  assert.equal(doc.behind.levels.reduce((sum, l) => sum + l.organisations, 0), doc.behind.organisations);
  const page = await petersen.get(CHAIN);
  assert.match(page.words, /6 Positionen von 6 Organisationen, 5 stimmberechtigte Sitze\. Basis: \d+ eingeladene Organisationen/);
  assert.ok(Number(await w.value("select sum(amount) from app.audit where act = 'chain.view'")) >= 12);
  const back = await petersen.json(`${BASE}/positions/${numbers.MV}/chain`);
  assert.deepEqual(back.changes.map((c) => [c.edition, c.key, c.change.reason, c.decisions[0].ref]), [[2, 'K4.G2.5', REASON, '2024/40']]);
  assert.deepEqual([back.group.number, back.weighed.decision], ['G-01', 'partly']);
  assert.ok(back.changes[0].origins[0].words_inserted > 0, 'old and new wording');
  assert.equal((await petersen.json(`${BASE}.s1/positions/${numbers.MV}/chain`)).position.number, numbers.MV, 'by the address of its stage too');
  assert.equal((await petersen.json(`${BASE}.s1/editions/2/items/K4.G2.5/chain`)).positions.rows.length, 6);
});

test('a house reads its own way on once its reply is released, and nobody else\'s', async () => {
  const OUTCOME = `${BASE}/response/outcome`;
  assert.deepEqual((await lorenz.json(CHAIN)).own, [], 'not before');
  const RELEASE = `${BASE}/replies/release`;
  const scheduled = await sander.submit(RELEASE, { on_day: '12.06.2024', on_time: '09:00', anyway: '1', reason: 'Die Sitzung ist am 19.06.' });
  assert.equal(scheduled.status, 303, scheduled.words);
  assert.deepEqual((await lorenz.json(CHAIN)).own, [], 'nor while it is only scheduled');
  await w.clock('2024-06-12T09:00:01');
  const { own, positions, assessments } = await lorenz.json(CHAIN);
  assert.deepEqual(own.map((o) => [o.number, o.decision]), [[numbers.MV, 'partly']]);
  assert.deepEqual([positions, assessments], [null, null]);
  assert.deepEqual((await huber.json(CHAIN)).own.map((o) => o.number), [numbers.BY]);
  assert.deepEqual((await okafor.json(CHAIN)).own, [], 'VDB said something else');
  assert.doesNotMatch((await lorenz.get(CHAIN)).text, new RegExp(numbers.BY));
  const points = (await lorenz.json(OUTCOME)).reply.groups.flatMap((g) => g.points);
  const changed = points.filter((p) => p.changes.length > 0);
  assert.deepEqual(changed.map((p) => [p.number, p.changes.map((c) => c.key)]).sort(), [[numbers.MV, ['K4.G2.5']], [numbers.alone, ['K4.G1.2']]].sort());
  const page = await lorenz.get(OUTCOME);
  assert.match(page.words, /Was sich dadurch geändert hat Fassung 2: K4\.G2\.5/);
  assert.match(page.text, new RegExp(`href="${CHAIN}"`));
});

test('decided otherwise later: said where the change is read, listed as a gap; the next edition follows on', async () => {
  await assessGroup(w, 'G-01', { decision: 'not_adopted', body: 'Der Sponsor hat widersprochen.', place: null });
  const page = await sander.get(CHAIN);
  assert.match(page.words, /Inzwischen anders entschieden: nicht übernommen \(G-01, Version 2 vom \d\d\.06\.2024\)/);
  const gaps = await sander.json(GAPS);
  assert.deepEqual(gaps.doubtful.map((d) => [d.item.key, d.cause.number, d.is_empty]), [['K4.G2.5', 'G-01', false]]);
  assert.deepEqual((await lorenz.json(CHAIN)).own.map((o) => o.decision), ['partly'], 'the house knows what it was told');
  await nextEdition(w, { asOf: '2024-09-01', reworded: { 'K4.G2.5': `${NEW} Muster hilft.` }, reasons: { 'K4.G2.5': 'Ein Muster wird bereitgestellt.' } });
  const third = await sander.json(`${BASE}/editions/3/items/K4.G2.5/chain`);
  assert.deepEqual(third.earlier.map((v) => [v.edition, v.relation, v.reason]), [[2, 'reworded', REASON], [1, 'first', null]]);
  await w.sql(`set session_replication_role = replica; insert into app.commitment (step, serial, is_adopted, state, origin_version_id, created_at)
    select 'V1', 41 + n, n = 1, case n when 1 then 'adopted' else 'proposed' end, v.id, app.now() from generate_series(1, 2) n, app.item_version v join app.item i on i.id = v.item_id
      join app.edition e on e.id = v.edition_id where i.key = 'K4.G2.5' and e.number = 2`);
  const bound = async (client, path, at = (doc) => doc) => at(await client.json(path)).commitments.map((c) => c.number);
  assert.deepEqual([await bound(anyone, CHAIN), await bound(sander, CHAIN)], [['V1-42'], ['V1-10', 'V1-42', 'V1-43']], 'what became binding of it');
  assert.deepEqual(await bound(sander, `${BASE}/positions/${numbers.MV}/chain`, (doc) => doc.changes[0]), ['V1-10', 'V1-42', 'V1-43']);
  const later = async (client) => (await client.json(`${BASE}/positions/${numbers.MV}/chain`)).changes[0].later.map((l) => l.edition);
  assert.deepEqual([await later(sander), await later(petersen)], [[3], []]);
  assert.deepEqual((await anyone.json(CHAIN)).later, []);
});

test('published causes stay; more may come; a group that ends takes who stands behind it along', async () => {
  const page = await sander.json(CHANGE);
  assert.deepEqual(page.can, { add: true, remove: false });
  const late = await sander.post(`${CHANGE}/causes/remove`, { csrf: await sander.csrf(), [`remove.${page.assessments[0].key}`]: '1' });
  assert.equal(late.status, 409);
  assert.match(late.words, /Ursachen lassen sich ergänzen, aber nicht mehr entfernen/);
  assert.equal((await add({ decisions: 'B-2029/07-IT' })).status, 422, 'that year is not there yet');
  assert.equal((await add({ decisions: 'B-2025/33-IT' })).status, 303);
  const unchanged = `${BASE}/editions/2/changes/K4.G2.9`;
  assert.equal((await sander.json(unchanged)).can.add, false);
  assert.equal((await sander.post(`${unchanged}/causes`, { csrf: await sander.csrf(), numbers: 'G-01', decisions: '' })).status, 409);
  await sander.submit(`${BASE}/groups/G-01`, {}, { action: `${BASE}/groups/G-01/dissolve` });
  assert.equal(await closure(), '1 of 1', 'what is left is the one alone');
  assert.deepEqual((await sander.json(GAPS)).doubtful.map((d) => d.is_empty), [true]);
  assert.equal((await anyone.json(CHAIN)).counts, null);
  await w.sql("insert into app.cause select change_id, position_id, (select id from app.organisation where code = 'HE'), stance, sort_key, level, seat_status from app.cause limit 1");
  const told = await w.ctl('verify').catch((e) => e.stdout);
  assert.match(told, /dachstrategie-2024, edition 2, K4\.G1\.2: R1-\d+ of HE: a cause too many/);
});
