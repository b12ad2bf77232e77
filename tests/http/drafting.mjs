// Two who write at one answer: both texts are shown, one is chosen or both are
// put together, and whatever was accepted or refused is in the history.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const path = (target) => `${BASE}/response/answers/${target}`;
const BEGUN = 'Kriterien der Souveränitätsstrategie (2021) sind verbindlich; Abweichungen müssen bei Neuvorhaben begründet werden.';
const MINE = BEGUN.replace('Kriterien der', 'Alle Kriterien der');
const THEIRS = BEGUN.replace('bei Neuvorhaben', 'bei neuen Vorhaben ab 2025');
const BOTH = THEIRS.replace('Kriterien der', 'Alle Kriterien der');

let w, huber, brandl, graf;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  // two people who edit beside the first
  await w.sql(`insert into app.membership (person_id, organisation_id, role) select p.id, o.id, 'editor'
    from app.person p, app.organisation o where p.mail in ('${PEOPLE.brandl}', '${PEOPLE.graf}') and o.code = 'BY'`);
  [huber, brandl, graf] = await Promise.all([PEOPLE.huber, PEOPLE.brandl, PEOPLE.graf].map((mail) => w.as(mail)));
});
after(() => w?.stop());

/** Saves with the version that stands. */
const save = async (who, target, fields) => {
  const reply = await who.save(BASE, target, fields);
  assert.equal(reply.status, 303, reply.words.slice(0, 400));
};
/** What somebody has open who began with the text as it stands now. */
const open = (who, target) => who.answerFields(BASE, target);
const form = async (target) => (await huber.json(path(target))).form;
/** All texts of an answer that anybody can still get at, by one field. */
async function reachable(target, field = 'body') {
  const seen = [(await form(target))[field]];
  let next = '?show=steps';
  while (next) {
    const doc = await huber.json(`${path(target)}/history${next}`);
    for (const e of doc.entries) seen.push(e.fields.find((f) => f.name === field)?.body ?? '');
    next = doc.next ? `?show=steps&after=${doc.next}` : null;
  }
  return seen;
}

describe('changes in different places', { concurrency: 1 }, () => {
  let page;
  test('the second gets three columns and the two put together, chosen beforehand', async () => {
    await save(huber, 'K4.G2.5', { stance: 'agree_changed', proposal: BEGUN, body: 'Bayern unterstützt das Ziel.' });
    const mine = await open(huber, 'K4.G2.5');
    await save(brandl, 'K4.G2.5', { proposal: THEIRS, reason: 'Bestand & <b>Haushalt</b>.' });
    page = await huber.post(path('K4.G2.5'), { ...mine, proposal: MINE });
    assert.equal(page.status, 409);
    assert.match(page.title, /^Zwei Fassungen: K4\.G2\.5/);
    assert.match(page.words, /Dr\. Ilse Brandl hat um .* gespeichert, während Sie geschrieben haben/);
    assert.equal([...page.text.matchAll(/<article class="app-version/g)].length, 6, 'three columns for each of two fields');
    assert.match(page.text, /<ins>.*Alle.*<\/ins>/);
    assert.match(page.text, /<ins>.*neuen Vorhaben ab 2025.*<\/ins>/);
    assert.doesNotMatch(page.text, /<b>Haushalt/);
    const sent = page.form(path('K4.G2.5'));
    assert.deepEqual([sent['choice.proposal'], sent['merged.proposal']], ['merge', BOTH]);
    assert.equal(sent['choice.reason'], 'theirs', 'what only one has changed is taken over');
    assert.equal(sent['choice.body'], undefined, 'where both are the same nothing is asked');
    assert.equal((await form('K4.G2.5')).proposal, THEIRS, 'nothing is overwritten');
  });

  test('neither text is lost any more, whatever happens now', async () => {
    assert.ok((await reachable('K4.G2.5', 'proposal')).includes(MINE));
    assert.match((await huber.get(`${path('K4.G2.5')}/history`)).words, /Nicht gespeicherter Text Vera Huber.*war nie gültig/);
  });

  test('saving the choice saves both; the other text is sealed', async () => {
    assert.equal((await huber.post(path('K4.G2.5'), page.form(path('K4.G2.5')))).status, 303);
    const now = await form('K4.G2.5');
    assert.deepEqual([now.proposal, now.reason, now.body], [BOTH, 'Bestand & <b>Haushalt</b>.', 'Bayern unterstützt das Ziel.']);
    const { entries } = await huber.json(`${path('K4.G2.5')}/history`);
    assert.ok(entries.some((e) => e.source === 'revision' && e.fields.some((f) => f.body === THEIRS)));
  });
});

test('two proposals put together to what the paper says anyway are none', async () => {
  await save(huber, 'K4.G2.3', { stance: 'agree_changed', proposal: BEGUN, body: 'Bayern unterstützt das Ziel.' });
  const mine = await open(huber, 'K4.G2.3');
  await save(brandl, 'K4.G2.3', { proposal: THEIRS });
  const page = await huber.post(path('K4.G2.3'), { ...mine, proposal: MINE });
  const { wording } = (await huber.json(path('K4.G2.3'))).comparison;
  assert.equal((await huber.post(path('K4.G2.3'), { ...page.form(path('K4.G2.3')), 'choice.proposal': 'merge', 'merged.proposal': `${wording}\r\n` })).status, 303);
  assert.equal((await form('K4.G2.3')).proposal, '');
});

describe('changes of the same words', { concurrency: 1 }, () => {
  const TARGET = 'L-K4-1';
  let page;
  test('nothing is chosen beforehand, and saving without a choice is 422 with all that was typed', async () => {
    await save(huber, TARGET, { stance: 'agree', body: 'Die Grundsätze genügen.' });
    const mine = await open(huber, TARGET);
    await save(brandl, TARGET, { stance: 'reject', body: 'Die Grundsätze genügen nicht.' });
    page = await huber.post(path(TARGET), { ...mine, stance: 'note', body: 'Die Grundsätze genügen vorerst.' });
    assert.equal(page.status, 409);
    const sent = page.form(path(TARGET));
    assert.deepEqual([sent['choice.body'], sent['choice.stance']], [undefined, undefined]);
    const again = await huber.post(path(TARGET), { ...sent, 'choice.stance': 'mine', 'merged.body': 'Von Hand verbunden <i>' });
    assert.equal(again.status, 422);
    assert.match(again.words, /Text: Bitte wählen Sie, welcher Text gelten soll/);
    assert.match(again.text, /href="#body"/);
    const typed = again.form(path(TARGET));
    assert.deepEqual([typed['choice.stance'], typed['merged.body'], typed.body], ['mine', 'Von Hand verbunden <i>', 'Die Grundsätze genügen vorerst.']);
  });

  test('too long by hand: 422 with the number, and the text', async () => {
    const long = 'ä'.repeat(20_010);
    const reply = await huber.post(path(TARGET), { ...page.form(path(TARGET)), 'choice.stance': 'mine', 'choice.body': 'merge', 'merged.body': long });
    assert.equal(reply.status, 422);
    assert.match(reply.words, /20\.010/);
    assert.equal(reply.form(path(TARGET))['merged.body'], long);
  });

  test('a third one meanwhile: the page once more, made from what was chosen', async () => {
    await save(graf, TARGET, { body: 'Die Grundsätze genügen nicht, sagt der Dritte.' });
    const third = await huber.post(path(TARGET), { ...page.form(path(TARGET)), 'choice.stance': 'mine', 'choice.body': 'merge', 'merged.body': 'Von Hand verbunden.' });
    assert.equal(third.status, 409);
    assert.match(third.words, /Jonas Graf hat um/);
    const sent = third.form(path(TARGET));
    assert.deepEqual([sent.body, sent.stance], ['Von Hand verbunden.', 'note']);
    const done = await huber.post(path(TARGET), { ...sent, 'choice.stance': 'theirs', 'choice.body': 'mine' });
    assert.equal(done.status, 303, done.words.slice(0, 300));
    const now = await form(TARGET);
    assert.deepEqual([now.body, now.stance], ['Von Hand verbunden.', 'reject']);
    const texts = await reachable(TARGET);
    for (const text of ['Die Grundsätze genügen vorerst.', 'Die Grundsätze genügen nicht.', 'Die Grundsätze genügen nicht, sagt der Dritte.']) assert.ok(texts.includes(text), text);
  });

  test('a nil return against a text is a choice of the stance, and one that does not fit is said', async () => {
    const mine = await open(huber, TARGET);
    await save(brandl, TARGET, { body: 'Noch ein Satz.' });
    const reply = await huber.post(path(TARGET), { ...mine, stance: 'nil', body: '' });
    assert.equal(reply.status, 409);
    const sent = reply.form(path(TARGET));
    const bad = await huber.post(path(TARGET), { ...sent, 'choice.stance': 'mine', 'choice.body': 'theirs' });
    assert.equal(bad.status, 422);
    assert.match(bad.words, /Haltung: „Fehlanzeige“ und „Nicht zutreffend“ stehen ohne Text/);
    assert.equal((await huber.post(path(TARGET), { ...bad.form(path(TARGET)), 'choice.stance': 'mine', 'choice.body': 'mine' })).status, 303);
    assert.equal((await form(TARGET)).stance, 'nil');
  });
});

test('two windows of one person: said as such, and both texts kept', async () => {
  await save(huber, 'L-K4-2', { stance: 'note', body: 'Erster Stand.' });
  const window = await open(huber, 'L-K4-2');
  await save(huber, 'L-K4-2', { body: 'Aus dem ersten Fenster.' });
  const reply = await huber.post(path('L-K4-2'), { ...window, body: 'Aus dem zweiten Fenster.' });
  assert.match(reply.words, /Sie selbst haben um .* in einem anderen Fenster gespeichert/);
  assert.equal((await huber.post(path('L-K4-2'), { ...reply.form(path('L-K4-2')), 'choice.body': 'mine' })).status, 303);
  const { entries } = await huber.json(`${path('L-K4-2')}/history`);
  assert.ok(entries.some((e) => e.source === 'revision' && e.fields.some((f) => f.body === 'Aus dem ersten Fenster.')), 'sealed, within ten minutes');
});

test('the same text sent twice is no conflict, and lists and confidentiality are', async () => {
  await save(huber, 'L-K12-4', { stance: 'note', body: 'Siehe:', paper_title: ['Digitalstrategie'], paper_source: ['StMD, 2023'] });
  const mine = await open(huber, 'L-K12-4');
  await save(brandl, 'L-K12-4', { body: 'Siehe:', paper_title: ['Leitlinie'], paper_source: [''], confidential: '1', confidential_reason: 'Vergabe' });
  assert.equal((await huber.post(path('L-K12-4'), { ...mine, body: 'Siehe:', paper_title: ['Leitlinie'], paper_source: [''], confidential: '1', confidential_reason: 'Vergabe' })).status, 303);
  const reply = await huber.post(path('L-K12-4'), { ...mine, body: 'Siehe:', paper_title: ['Eckpunkte', 'Digitalstrategie'], paper_source: ['', 'StMD, 2023'] });
  assert.equal(reply.status, 409);
  assert.match(reply.words, /Weitere Angaben .*Digitalstrategie \(StMD, 2023\)/);
  const sent = reply.form(path('L-K12-4'));
  assert.equal(sent['choice.confidential_reason'], 'theirs', 'nobody lifts it by having begun before');
  assert.equal((await huber.post(path('L-K12-4'), { ...sent, 'choice.papers': 'mine' })).status, 303);
  const now = await form('L-K12-4');
  assert.deepEqual([now.papers.map((p) => p.title), now.confidential_reason], [['Eckpunkte', 'Digitalstrategie'], 'Vergabe']);
});

test('a program gets base, mine and theirs, and the version to go on with', async () => {
  await save(huber, 'K3.E1', { stance: 'agree', body: 'Eins zwei drei vier fünf.' });
  const { version } = await open(huber, 'K3.E1');
  await save(brandl, 'K3.E1', { body: 'Eins zwei drei vier FÜNF.' });
  const { status, json } = await huber.postJson(path('K3.E1'), { version: String(version), stance: 'agree', body: 'EINS zwei drei vier fünf.' });
  assert.equal(status, 409);
  assert.equal(json.error.code, 'stale');
  assert.equal(json.frame, undefined);
  const [field] = json.fields;
  assert.equal(json.fields.length, 1);
  assert.deepEqual([field.name, field.base.text, field.mine.text, field.theirs.text, field.merge_proposal],
    ['body', 'Eins zwei drei vier fünf.', 'EINS zwei drei vier fünf.', 'Eins zwei drei vier FÜNF.', 'EINS zwei drei vier FÜNF.']);
  assert.deepEqual([field.base.by, field.theirs.by, field.base.version, json.version], ['Vera Huber', 'Dr. Ilse Brandl', version, version + 1]);
  assert.equal(field.mine.words_inserted, 1);
  assert.equal((await huber.postJson(path('K3.E1'), { version: String(json.version), stance: 'agree', body: field.merge_proposal })).status, 200);
});

test('what both began with is not known any more: two columns, no proposal, and it is said', async () => {
  await save(huber, 'K3.E2', { stance: 'agree', body: 'Anfang.' });
  const mine = await open(huber, 'K3.E2');
  await save(brandl, 'K3.E2', { body: 'Weiter oben.' });
  await w.sql(`delete from app.answer_step`); // as after some days
  const reply = await huber.post(path('K3.E2'), { ...mine, body: 'Weiter unten.' });
  assert.equal(reply.status, 409);
  assert.match(reply.words, /Den Text, von dem Sie ausgegangen sind, haben wir nicht mehr/);
  assert.equal([...reply.text.matchAll(/<article class="app-version/g)].length, 2);
  assert.doesNotMatch(reply.words, /Ausgangstext/);
  assert.equal(reply.form(path('K3.E2'))['choice.body'], undefined);
  assert.equal((await huber.post(path('K3.E2'), { ...reply.form(path('K3.E2')), 'choice.body': 'mine' })).status, 303);
});

test('a co-sign lost meanwhile is said, and one that the choice would lose', async () => {
  const key = await w.value(`select key from app.person where mail = '${PEOPLE.graf}'`);
  const ask = async () => assert.equal((await huber.post(`${BASE}/response/cosigns`, { csrf: await huber.csrf(), 'answer.K3.E3': '1', [`cosigner.${key}`]: '1', due_on: '10.04.2024' })).status, 303);
  const agree = async () => { const [{ href }] = (await graf.json('/cosigns')).rows; assert.equal((await graf.post(href, { csrf: await graf.csrf(), verdict: 'agree' })).status, 303); };
  await save(huber, 'K3.E3', { stance: 'agree', body: 'Abgestimmter Satz.' });
  await ask(); await agree();
  const mine = await open(huber, 'K3.E3');
  await save(brandl, 'K3.E3', { body: 'Abgestimmter Satz, geändert.' });
  const lost = await huber.post(path('K3.E3'), { ...mine, body: 'Mein Satz.' });
  assert.match(lost.words, /Die Mitzeichnung von Jonas Graf ist inzwischen verfallen/);
  await ask(); await agree();
  const standing = await huber.post(path('K3.E3'), { ...mine, body: 'Mein Satz.' });
  assert.match(standing.words, /Jonas Graf hat den gespeicherten Text mitgezeichnet\. Wenn etwas anderes gelten soll, verfällt diese Mitzeichnung/);
  const done = await huber.post(path('K3.E3'), { ...standing.form(path('K3.E3')), 'choice.body': 'theirs' });
  assert.equal(done.location, `${path('K3.E3')}?notice=saved`, 'theirs keeps it');
});

describe('many at once', () => {
  test('of each version exactly one save wins; the others get both texts; none is lost', async () => {
    const people = [huber, brandl, graf];
    const accepted = [];
    for (let round = 0; round < 6; round += 1) {
      const fields = await Promise.all(people.map((who) => open(who, 'K3.I1')));
      const texts = Array.from({ length: 9 }, (_, i) => `Runde ${round}, Versuch ${i}`);
      const replies = await Promise.all(texts.map((body, i) => people[i % 3].postJson(path('K3.I1'), { version: String(fields[i % 3].version), stance: 'note', body })));
      const won = replies.flatMap((r, i) => (r.status === 200 ? [i] : []));
      assert.equal(won.length, 1, replies.map((r) => r.status).join(' '));
      accepted.push(texts[won[0]]);
      replies.forEach((reply, i) => {
        if (i === won[0]) return;
        assert.equal(reply.status, 409);
        const { mine, theirs } = reply.json.fields.find((f) => f.name === 'body');
        assert.deepEqual([mine.text, theirs.text], [texts[i], texts[won[0]]], 'both texts');
      });
      assert.equal((await form('K3.I1')).body, texts[won[0]]);
    }
    const texts = await reachable('K3.I1');
    for (let round = 0; round < 6; round += 1) for (let i = 0; i < 9; i += 1) assert.ok(texts.includes(`Runde ${round}, Versuch ${i}`), `${round}.${i}`);
    const sealed = await w.sql(`select r.body from app.answer_revision r where r.body like 'Runde %'`);
    for (const text of accepted) assert.ok(sealed.some(([body]) => body === text), `${text}: a conflict seals what stands`);
  });

  test('a walk of two people, who save, restore and empty with pages of any age', async () => {
    let seed = 42;
    const random = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
    const people = [huber, brandl];
    const pages = [0, 0]; // the version that each has open
    const written = [];
    let version = 0;
    for (let i = 0; i < 60; i += 1) {
      const who = random(2);
      if (random(3) > 0) pages[who] = version;
      const act = random(5);
      let reply;
      if (act < 3) {
        const body = `Satz ${i} der Person ${who}.`;
        reply = await people[who].postJson(path('K3.I2'), { version: String(pages[who]), stance: 'note', body });
        written.push(body);
        assert.equal(reply.status, pages[who] === version ? 200 : 409, `${i}: ${JSON.stringify(reply.json)}`);
      } else {
        const { entries } = await people[who].json(`${path('K3.I2')}/history?show=steps`);
        const entry = act === 3 && entries.length > 0 ? entries[random(entries.length)].key : 'empty';
        reply = await people[who].postJson(`${path('K3.I2')}/history`, { version: String(pages[who]), entry });
        assert.equal(reply.status, version === 0 ? 422 : pages[who] === version ? 200 : 409, `${i}: ${JSON.stringify(reply.json)}`);
      }
      if (reply.status === 200) { pages[who] = reply.json.version; version = reply.json.version; }
    }
    assert.equal((await form('K3.I2')).version, version);
    const texts = await reachable('K3.I2');
    for (const body of written) assert.ok(texts.includes(body), body);
  });
});

test('frozen meanwhile: what was decided is kept, said, and shown', async () => {
  await save(huber, 'K3.N1', { stance: 'agree', body: 'Vor der Freigabe.' });
  const mine = await open(huber, 'K3.N1');
  await save(brandl, 'K3.N1', { body: 'Kurz vor der Freigabe.' });
  const page = await huber.post(path('K3.N1'), { ...mine, body: 'Gleichzeitig geschrieben.' });
  assert.equal((await huber.post(`${BASE}/response/freeze`, { csrf: await huber.csrf() })).status, 303);
  const reply = await huber.post(path('K3.N1'), { ...page.form(path('K3.N1')), 'choice.body': 'merge', 'merged.body': 'Von Hand, zu spät.' });
  assert.equal(reply.status, 409);
  assert.match(reply.words, /liegt zur Freigabe/);
  assert.match(reply.text, /readonly>\s*Von Hand, zu spät\./);
  assert.doesNotMatch(reply.text, /Auswahl speichern/);
  assert.ok((await reachable('K3.N1')).includes('Von Hand, zu spät.'));
});
