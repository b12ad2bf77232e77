// Cutting an answer into positions: by sentence and by character, its gaps and
// overlaps, taken back step by step; the original and every sum stay.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, sander, number, other;
const FIRST = 'Der Grundsatz wird mitgetragen.';
const SECOND = 'Die Begründungspflicht sollte laufende Vorhaben nicht rückwirkend treffen; laufende Verträge sind zu wahren.';
const cutPath = (nr) => `${BASE}/answers/${nr}/cut`;
const numberOf = (code, target) => w.value(`select 'R1-' || lpad(p.number::text, 4, '0') from app.position p join app.organisation o on o.id = p.organisation_id
  join app.target t on t.id = p.target_id where o.code = '${code}' and t.key = '${target}' and p.part = 0 and p.is_current`);
const cut = (nr, fields) => sander.submit(cutPath(nr), fields, { action: cutPath(nr) });
const undo = async (nr, part) => sander.post(`${cutPath(nr)}/undo`, { csrf: await sander.csrf(), part });
const formed = (reply, part) => assert.match(reply.location ?? reply.words, new RegExp(`/cut\\?notice=cut_formed#${part.replace('.', '\\.')}$`));
const rowOf = async (nr) => (await sander.json(`${BASE}/synopsis?target=K4.G2.5`)).rows.find((r) => r.number === nr);
/** Everything of the whole positions and the texts, to the byte. */
const state = () => w.value(`select md5(concat_ws(e'\\n', (select string_agg(p::text, e'\\n' order by p.id) from app.position p where p.part = 0),
  (select string_agg(a::text, e'\\n' order by a.id) from app.released_answer a),
  (select string_agg(g::text, e'\\n' order by g.position_id, g.topic_id) from app.position_topic g join app.position p on p.id = g.position_id and p.part = 0)))`);
const sums = async () => {
  const [opinion, target, returns] = await Promise.all([`${BASE}/opinion`, `${BASE}/opinion/K4.G2.5`, `${BASE}/returns`].map((path) => sander.json(path)));
  for (const doc of [opinion, target, returns]) delete doc.frame;
  delete target.words; // positions as well
  return JSON.parse(JSON.stringify({ opinion, target, returns, organisations: (await sander.json(`${BASE}/synopsis`)).counts.organisations },
    (name, value) => (name === 'positions' ? undefined : value)));
};

describe('cut', { concurrency: 1 }, () => {
  before(async () => {
    w = await world();
    sander = await w.as(PEOPLE.sander);
    number = await numberOf('MV', 'K4.G2.5');
    other = await numberOf('HE', 'K4.G2.5');
  });
  after(() => w?.stop());

  test('not cut yet: sentences as tick boxes, body and proposal; who read it is in the log', async () => {
    const page = await sander.get(cutPath(number));
    assert.match(page.words, /Diese Antwort ist noch nicht geteilt\. Ohne Teilung gilt sie als eine Position/);
    const { form, position } = await sander.json(cutPath(number));
    assert.deepEqual(form.groups.map((g) => [g.key, g.rows.length]), [['body', 2], ['proposal', 1], ['reason', 1]]);
    assert.equal(form.groups[0].rows[1].pieces[0].text, SECOND);
    assert.equal(position.organisation.code, 'MV');
    assert.ok(Number(await w.value(`select count(*) from app.audit where act = 'cut.view'`)) >= 2);
    const petersen = await w.as(PEOPLE.petersen);
    assert.equal((await petersen.get(cutPath(number))).status, 403);
  });

  test('by sentences: the part is a row of the Synopse, the whole one is not; sums stay, positions are counted', async () => {
    const bases = async () => (await sander.json(`${BASE}/opinion/K4.G2.5`)).bases;
    const [before_, { positions, organisations }, all] = [await sums(), await bases(), (await sander.json(`${BASE}/synopsis`)).counts.all];
    const whole = await rowOf(number);
    formed(await cut(number, { 'sentence.body-1': '1', 'sentence.proposal-1': '1' }), `${number}.1`);
    const page = await sander.get(cutPath(number));
    assert.match(page.words, /Ohne Position, im Original weiter sichtbar: Satz 2 ?: „Die Begründungspflicht sollte.*Satz 1 \(Begründung\) ?: „Für Bestandsverfahren/);
    assert.match(page.words, /Sätze belegt 2 von 4/);
    const part = await rowOf(`${number}.1`);
    assert.deepEqual([part.body, part.proposal, part.stance, part.from.code], [FIRST, whole.proposal, whole.stance, 'MV']);
    assert.equal(await rowOf(number), undefined);
    formed(await cut(number, { 'sentence.body-2': '1', 'sentence.reason-1': '1', target: 'K4.G1.1' }), `${number}.2`);
    assert.deepEqual((await sander.json(cutPath(number))).coverage, { of: 4, covered: 4, gaps: [], overlaps: [] });
    const moved = (await sander.json(`${BASE}/synopsis?target=K4.G1.1`)).rows.find((r) => r.number === `${number}.2`);
    assert.equal(moved.body, SECOND);
    assert.deepEqual(await sums(), before_, 'who counts, counts as before');
    assert.equal((await sander.json(`${BASE}/synopsis`)).counts.all, all + 1);
    assert.deepEqual(await bases(), { positions: positions + 1, organisations });
    const { json } = await sander.get(`${BASE}/synopsis.json?target=K4.G2.5`);
    assert.deepEqual(json.rows.filter((r) => r.number?.startsWith(number)).map((r) => r.number), [`${number}.1`]);
    const amendments = await sander.json(`${BASE}/amendments/K4.G2.5`);
    assert.equal(JSON.stringify(amendments).match(/"MV"/g)?.length > 0, true, 'a proposal stays one');
  });

  test('overlaps are shown with both numbers; emoji and umlauts count as one character', async () => {
    formed(await cut(number, { part: 'body', first: '1', first_char: '5', last: '2', last_char: '22' }), `${number}.3`);
    const { coverage } = await sander.json(cutPath(number));
    assert.deepEqual(coverage.overlaps.map((o) => [o.a, o.b, o.words]),
      [[`${number}.1`, `${number}.3`, 'Grundsatz wird mitgetragen.'], [`${number}.2`, `${number}.3`, 'Die Begründungspflicht']]);
    assert.match((await sander.get(cutPath(number))).words, new RegExp(`${number}\\.1 und ${number}\\.3, Satz 1, Zeichen 5 bis`));
    const text = 'Größe 😀 zählt. Zweiter Satz 𝄞!';
    await w.sql(`set session_replication_role = replica; update app.released_answer a set body = '${text}' from app.position p
      where p.released_answer_id = a.id and p.number = ${Number(other.slice(3))};
      update app.position set body_range = int4range(0, char_length('${text}')) where number = ${Number(other.slice(3))}`);
    formed(await cut(other, { part: 'body', first: '1', first_char: '7', last: '1', last_char: '7' }), `${other}.1`);
    assert.equal((await rowOf(`${other}.1`)).body, '😀');
    formed(await cut(other, { part: 'body', first: '2', first_char: '14' }), `${other}.2`);
    assert.equal((await rowOf(`${other}.2`)).body, '𝄞!');
    const { form } = await sander.json(cutPath(other));
    assert.deepEqual(form.groups[0].rows[0].pieces.map((p) => [p.text, p.is_gap]), [['Größe ', true], ['😀', false], [' zählt.', true]]);
  });

  test('taken back: one by one, the last gives the whole one back; no number comes again', async () => {
    for (const part of ['1', '2']) assert.match((await undo(other, `${other}.${part}`)).location, /notice=cut_undone/);
    assert.equal((await undo(other, `${other}.2`)).status, 409, 'only once');
    assert.ok(await rowOf(other));
    formed(await cut(other, { 'sentence.body-1': '1' }), `${other}.3`);
    await undo(other, `${other}.3`);
    assert.equal((await w.value(`select string_agg(part || ' ' || is_current || ' ' || set_aside, ',' order by part) from app.position where number = ${Number(other.slice(3))}`)),
      '0 true false,1 false true,2 false true,3 false true');
    const search = await sander.get(`/search?q=${number}`);
    assert.match(search.location, /\/submissions\/MV#K4\.G2\.5$/, 'the number of what is cut leads to it');
    assert.match((await sander.get(`/search?q=${number}.2`)).location, /\/submissions\/MV#K4\.G2\.5$/, 'a part to its answer');
  });

  test('back to the byte, with its topics, which had passed to the parts', async () => {
    const nr = await numberOf('BW', 'K4.G2.5');
    await w.sql(`insert into app.topic (consultation_id, name) select id, 'Multivendor' from app.consultation;
      insert into app.position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
        select p.id, t.id, p.stage_id, app.now(), (select min(id) from app.person) from app.position p, app.topic t where p.number = ${Number(nr.slice(3))} and p.part = 0;
      update app.position set assignee_id = (select min(id) from app.person) where number = ${Number(nr.slice(3))}`);
    const before_ = await state();
    formed(await cut(nr, { 'sentence.body-1': '1' }), `${nr}.1`);
    const [step] = (await sander.json(cutPath(nr))).steps;
    assert.deepEqual(step.topics.map((t) => t.name), ['Multivendor']);
    assert.equal(await w.value(`select count(assignee_id) from app.position where number = ${Number(nr.slice(3))}`), '2');
    assert.notEqual(await state(), before_);
    await undo(nr, `${nr}.1`);
    assert.equal(await state(), before_);
  });

  test('what is grouped, weighed or open to somebody else stays as it is, with the way to it', async () => {
    const [a, b] = [await numberOf('RP', 'K4.G2.2'), await numberOf('SH', 'K4.G2.2')];
    await sander.submit(`${BASE}/groups`, { name: 'Bausteine', positions: `${a} ${b}` }, { action: `${BASE}/groups` });
    const page = await sander.get(cutPath(a));
    assert.match(page.words, /steht in der Gruppe G-01 „Bausteine“/);
    assert.match(page.text, /href="[^"]*\/groups\/G-01"/);
    const tryCut = async (nr) => sander.post(cutPath(nr), { csrf: await sander.csrf(), 'sentence.body-1': '1' });
    let reply = await tryCut(a);
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Nehmen Sie die Position dort zuerst heraus/);
    const decided = await numberOf('BUND', 'K4.G2.5');
    await w.sql(`update app.position set decision = 'noted' where number = ${Number(decided.slice(3))}`);
    reply = await tryCut(decided);
    assert.deepEqual([reply.status, /ist schon bewertet/.test(reply.words)], [409, true]);
    const locked = await numberOf('NW', 'K4.G2.5');
    await w.sql(`insert into app.row_lock (stage_id, position_id, person_id, taken_at, ends_at) select p.stage_id, p.id, x.id, app.now(), app.now() + interval '10 minutes'
      from app.position p, app.person x where p.number = ${Number(locked.slice(3))} and p.part = 0 and x.mail = '${PEOPLE.petersen}'`);
    reply = await tryCut(locked);
    assert.deepEqual([reply.status, /wird gerade von Ole Petersen bewertet/.test(reply.words)], [409, true]);
    reply = await sander.submit(`${BASE}/groups`, { name: 'Muster', positions: `${number} ${b}` }, { action: `${BASE}/groups` });
    assert.equal(reply.status, 422);
    assert.match(reply.words, new RegExp(`${number} ist geteilt\\. Nehmen Sie die Teile`));
    await sander.submit(`${BASE}/groups`, { name: 'Muster', positions: `${number}.1 ${other}` }, { action: `${BASE}/groups` });
    assert.equal((await undo(number, `${number}.1`)).status, 409, 'a part in a group');
  });

  test('wrong selections: said at the field, ticks and numbers kept', async () => {
    const nr = await numberOf('SH', 'L-K12-1');
    for (const [fields, words] of [[{}, /Auswahl: Kreuzen Sie mindestens eine/], [{ 'sentence.body-1': '1', 'sentence.body-3': '1' }, /Zwischen Satz 1 und Satz 3 fehlt/],
      [{ 'sentence.body-99': '1' }, /hinter dem Ende/], [{ part: 'body', first: '99' }, /hinter dem Ende/], [{ part: 'body', first: '1', last_char: '99999' }, /hinter dem Ende/],
      [{ part: 'body', first: 'zwei' }, /Von Satz:/], [{ part: 'body', first: '2', last: '1' }, /Ende der Auswahl liegt vor/], [{ part: 'reason', first: '1' }, /Wählen Sie eine der angebotenen/],
      [{ part: 'body', first: '1', first_char: '19', last_char: '19' }, /steht kein Text/], [{ 'sentence.body-1': '1', target: 'K9' }, /Wählen Sie eine/]]) {
      const reply = await cut(nr, fields);
      assert.equal(reply.status, 422, JSON.stringify(fields));
      assert.match(reply.words, words);
      if (fields['sentence.body-3']) assert.equal(reply.text.match(/id="sentence\.body-\d"[^>]* checked/g).length, 2);
      if (fields.last_char) assert.ok(reply.text.includes(`value="${fields.last_char}"`));
    }
    for (const path of ['R1-9999', 'R1-1', 'DLT_K4', 'r1-0001']) assert.equal((await sander.get(cutPath(path))).status, 404, path);
    assert.equal((await undo(nr, `${number}.1`)).status, 404, 'a part of another one');
    const machine = await sander.postJson(cutPath(nr), { part: 'body', first: '1', first_char: '2147483648' });
    assert.equal(machine.status, 422);
  });

  test('a proposal of like positions waits while one of both is cut', async () => {
    const [a, b] = [await numberOf('SH', 'K4.G2.1'), await numberOf('SH', 'K4.G2.3')];
    const key = await w.value(`insert into app.group_proposal (stage_id, a_id, b_id, percent, found_at) select a.stage_id, least(a.id, b.id), greatest(a.id, b.id), 91, app.now()
      from app.position a, app.position b where a.number = ${Number(a.slice(3))} and b.number = ${Number(b.slice(3))} returning key`);
    const open = async () => (await sander.json(`${BASE}/groups`)).proposals.some((p) => p.key === key);
    assert.ok(await open());
    const stale = (await sander.get(`${BASE}/groups/proposals/${key}`)).form(`${BASE}/groups/proposals/${key}`);
    formed(await cut(a, { 'sentence.body-1': '1' }), `${a}.1`);
    assert.ok(!await open());
    assert.equal((await sander.post(`${BASE}/groups/proposals/${key}`, { ...stale, name: 'Zu spät' })).status, 409);
    await undo(a, `${a}.1`);
    assert.ok(await open());
  });

  test('at the same time: each cut gets its own number, and a group or the cut wins, never both', async () => {
    const nr = await numberOf('SH', 'L-K12-2');
    const csrf = await sander.csrf();
    const replies = await Promise.all([1, 2, 3, 4].map((n) => sander.post(cutPath(nr), { csrf, [`sentence.body-${n}`]: '1' })));
    assert.deepEqual(replies.map((r) => r.location?.split('#')[1]).sort(), [1, 2, 3, 4].map((n) => `${nr}.${n}`));
    const [one, two] = [await numberOf('MV', 'L-K12-2'), await numberOf('MV', 'L-K12-3')];
    const [cutting, grouping] = await Promise.all([sander.post(cutPath(one), { csrf, 'sentence.body-1': '1' }),
      sander.post(`${BASE}/groups`, { csrf, name: 'Zugleich', positions: `${one} ${two}` })]);
    assert.deepEqual([cutting.status, grouping.status].sort().map((s) => s >= 400), [false, true]);
    assert.equal(await w.value(`select count(*) from app.group_member m join app.position p on p.id = m.position_id where m.left_at is null and p.set_aside`), '0');
  });

  test('a new version of the answer: parts go with the old text, and come back with it', async () => {
    const lorenz = await w.as(PEOPLE.lorenz);
    const nr = await numberOf('MV', 'K4.G1.1');
    const target = (await sander.json(cutPath(nr))).position.target;
    formed(await cut(nr, { 'sentence.body-1': '1' }), `${nr}.1`);
    const release = async () => {
      const { content_hash } = await lorenz.json(`${BASE}/response/release`);
      assert.equal((await lorenz.post(`${BASE}/response/release`, { csrf: await lorenz.csrf(), content_hash, publication: 'no', declaration: '1' })).status, 303);
    };
    const current = () => w.value(`select string_agg(part || ' ' || is_current, ',' order by part) from app.position where number = ${Number(nr.slice(3))}`);
    const text = (await lorenz.answerFields(BASE, target));
    await lorenz.post(`${BASE}/response/correction`, { csrf: await lorenz.csrf() });
    await release();
    assert.equal(await current(), '0 false,1 true', 'unchanged: the parts stay');
    await lorenz.post(`${BASE}/response/correction`, { csrf: await lorenz.csrf() });
    await lorenz.save(BASE, target, { body: 'Ganz neuer Text.' });
    await release();
    assert.equal(await current(), '0 false,1 false');
    assert.match((await sander.get(cutPath(nr))).words, /Diese Antwort gilt nicht mehr/);
    assert.equal((await undo(nr, `${nr}.1`)).status, 409);
    await lorenz.post(`${BASE}/response/correction`, { csrf: await lorenz.csrf() });
    await lorenz.save(BASE, target, { body: text.body });
    await release();
    assert.equal(await current(), '0 false,1 true');
  });

  test('a new version of an answer points to the assessment of the one it replaces, which goes over as a draft', async () => {
    const lorenz = await w.as(PEOPLE.lorenz);
    const at = (nr) => `${BASE}/positions/${nr}`;
    const target = 'L-K12-1';
    const old = await numberOf('MV', target);
    const release = async (body) => {
      await lorenz.post(`${BASE}/response/correction`, { csrf: await lorenz.csrf() });
      await lorenz.save(BASE, target, { body });
      const { content_hash } = await lorenz.json(`${BASE}/response/release`);
      assert.equal((await lorenz.post(`${BASE}/response/release`, { csrf: await lorenz.csrf(), content_hash, publication: 'no', declaration: '1' })).status, 303);
      await w.sql('select job.number_positions()');
      return numberOf('MV', target);
    };
    const text = (await lorenz.answerFields(BASE, target)).body;
    const carry = async (nr, fields) => sander.post(`${at(nr)}/carry`, { csrf: await sander.csrf(), base: '0', ...fields });
    assert.deepEqual([(await sander.json(at(old))).replaces, (await sander.json(at(old))).replaced_by], [[], []]);
    const content = { decision: 'partly', edition_place: 'K4.G2.5 Satz 2', assessment: 'Bestandsschutz ist sachgerecht, eine Befristung aber nötig.' };
    assert.equal((await sander.post(`${at(old)}/assessment`, { csrf: await sander.csrf(), base: '0', ...content, then: 'stay' })).status, 303);

    const next = await release(`${text} Das gilt bis 2029.`);
    assert.notEqual(next, old);
    let page = await sander.get(at(next));
    assert.match(page.words, new RegExp(`Ersetzt ${old} Mecklenburg-Vorpommern hat zu L-K12-1 eine neue Fassung eingereicht`));
    assert.match(page.words, new RegExp(`${old}: deren Bewertung Entscheidung teilweise übernommen Umsetzung K4\\.G2\\.5 Satz 2 Bestandsschutz ist sachgerecht`));
    assert.match(page.text, /<ins>.*Das gilt bis 2029/);
    assert.match((await sander.get(at(old))).words, new RegExp(`Ihre Stelle nimmt ein: ${next}`));
    const form = page.form(`${at(next)}/carry`);
    assert.equal(form.replaced, old);
    for (const [fields, status] of [[{ replaced: other }, 409], [{ replaced: next }, 409], [{ replaced: 'R1-9999' }, 409], [{ replaced: old, base: '7' }, 409]]) assert.equal((await carry(next, fields)).status, status, fields.replaced);
    const done = await sander.post(`${at(next)}/carry`, form);
    assert.equal(done.location, `${at(next)}?notice=assessment_carried#bewertung`);
    const doc = await sander.json(at(next));
    const { decision, edition_place, assessment } = doc.form;
    assert.deepEqual({ decision, edition_place, assessment }, content);
    assert.deepEqual([doc.weighing.version, doc.weighing.assessment.is_draft, doc.weighing.can.has_form, doc.position.decision], [1, true, true, 'partly']);
    assert.equal((await sander.json(at(old))).weighing.version, 1, 'the old one stays as it was');

    // a third one replaces the second; the first text again replaces the third
    const third = await release('Wir stimmen zu.');
    assert.deepEqual((await sander.json(at(third))).replaces.map((x) => x.number), [next]);
    assert.deepEqual((await sander.json(at(next))).replaced_by.map((x) => x.number), [third]);
    assert.equal(await release(text), old);
    assert.deepEqual((await sander.json(at(old))).replaces.map((x) => x.number), [third]);
    assert.deepEqual((await sander.json(at(third))).replaces.map((x) => x.number), [next]);
    assert.doesNotMatch((await sander.get(at(old))).text, /\/carry"/, 'nothing to take over from what was not assessed');
    assert.equal((await carry(third, { replaced: next })).status, 409, 'a position that does not count any more');

    // replaced parts: each with its own assessment
    const fresh = await release('Wir stimmen zu. Mit Vorbehalt.');
    formed(await cut(fresh, { 'sentence.body-1': '1' }), `${fresh}.1`);
    assert.equal((await sander.post(`${at(`${fresh}.1`)}/assessment`, { csrf: await sander.csrf(), base: '0', decision: 'noted', assessment: 'Gelesen.', then: 'stay' })).status, 303);
    const fourth = await release('Wir lehnen ab.');
    assert.deepEqual((await sander.json(at(fourth))).replaces.map((x) => [x.number, x.assessment?.decision, x.changes]), [[`${fresh}.1`, 'noted', null]]);
    assert.match((await carry(fourth, { replaced: `${fresh}.1` })).location, /assessment_carried/);
    assert.equal((await (await w.as(PEOPLE.petersen)).get(at(fourth))).words.includes('als Entwurf übernehmen'), false, 'who reports reads');
  });
});
