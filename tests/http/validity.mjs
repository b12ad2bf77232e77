// "Gilt noch?" in an evaluation: the words of the stances, the reason, the list of a house.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parse } from '../lib/csv.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { secondStage } from '../lib/second-stage.mjs';
import { BASE, world } from '../lib/server.mjs';

const LIST = `${BASE}/response/validity`;
const ITEM = 'K4.G2.5';
let w, huber, lorenz, sander;
before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  await w.jobs('--once');
  await w.sql("update app.stage set kind = 'evaluation', number = 1, key = 'e1' where key = 's2'");
  await secondStage(w, { key: 'e1' });
  [huber, lorenz, sander] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.lorenz), await w.as(PEOPLE.sander)];
});
after(() => w?.stop());

const row = async (who, key = ITEM) => (await who.json(LIST)).form.groups.flatMap((g) => g.rows).find((r) => r.key === key);
const section = async (who, key = ITEM) => (await who.json(LIST)).form.groups.find((g) => g.rows.some((r) => r.key === key)).key;

describe('validity', { concurrency: 1 }, () => {
  test('the form of an answer asks whether it holds, and why not; the JSON says so at the field', async () => {
    const path = `${BASE}/response/answers/${ITEM}`;
    assert.match((await huber.get(path)).words, /Gilt das noch\?.*Gilt weiter.*Gilt mit Änderung.*Überholt/);
    const bad = await huber.submit(path, { stance: 'reject', confidential: false }, { action: path });
    assert.equal(bad.status, 422);
    assert.match(bad.words, /Begründung: Bitte schreiben Sie, warum der Punkt überholt ist/);
    assert.equal(bad.form(path).stance, 'reject', 'the choice is kept');
    assert.match((await huber.get(`${BASE}.s1/response/answers/${ITEM}`)).words, /Zustimmung/, 'a consultation speaks of consent');
  });

  test('the list: what was said, what is still open; a row without its reason, and the others as they were', async () => {
    const before = await row(lorenz);
    assert.equal(before.said[0].stage.kind, 'consultation');
    assert.ok(before.inherited.length > 0 && before.inherited.every((p) => p.decision === 'open'));
    const key = await section(lorenz);
    const bad = await lorenz.post(LIST, { csrf: await lorenz.csrf(), section: key, [`version.${ITEM}`]: '0', [`stance.${ITEM}`]: 'agree_changed', [`reason.${ITEM}`]: ' ',
      'version.K4.G2.4': '0', 'stance.K4.G2.4': 'agree', 'reason.K4.G2.4': 'Bewährt.' });
    assert.equal(bad.status, 422, bad.words.slice(0, 300));
    assert.match(bad.text, new RegExp(`href="#reason.${ITEM}"`));
    assert.match(bad.text, new RegExp(`id="error.reason.${ITEM}"`));
    assert.deepEqual([bad.form(LIST)[`stance.${ITEM}`], bad.form(LIST)['reason.K4.G2.4']], ['agree_changed', 'Bewährt.']);
    assert.equal((await row(lorenz, 'K4.G2.4')).version, '0', 'none of it is saved');
    const saved = await lorenz.post(LIST, { csrf: await lorenz.csrf(), section: key, [`version.${ITEM}`]: '0', [`stance.${ITEM}`]: 'reject', [`reason.${ITEM}`]: 'Das Gesetz regelt es jetzt.' });
    assert.equal(saved.location, `${LIST}?notice=saved#s.${key}`);
    assert.equal((await lorenz.json(`${BASE}/response`)).validity.done, 1);
    const stale = await lorenz.post(LIST, { csrf: await lorenz.csrf(), section: key, [`version.${ITEM}`]: '0', [`stance.${ITEM}`]: 'agree', [`reason.${ITEM}`]: '' });
    assert.equal(stale.status, 409);
    assert.match(stale.words, /Gespeichert ist: Überholt – Das Gesetz regelt es jetzt/);
  });

  test('in a consultation nobody is asked', async () => {
    assert.match((await lorenz.get(`${BASE}.s1/response/validity`)).words, /In dieser Beteiligungsstufe wird nicht danach gefragt/);
    assert.equal((await lorenz.json(`${BASE}.s1/response`)).validity, null);
  });

  test('the words go with the answer: print, opinion, synopsis and its exports, the shift on its later side only', async () => {
    assert.match((await lorenz.get(`${BASE}/response/print`)).words, /Überholt/);
    assert.equal((await huber.submit(`${BASE}/response/findings`, { item: ITEM, title: 'Neues Gesetz', body: 'Seit Mai gilt ein neues Gesetz.' })).status, 303);
    const released = await lorenz.submit(`${BASE}/response/release`, { publication: 'yes', declaration: '1' });
    assert.match(released.location ?? released.words, /^\/receipts\//);
    await w.jobs('--once');
    assert.match((await lorenz.get(`${released.location}/response`)).words, /Überholt/);
    for (const path of ['opinion', `opinion/${ITEM}`, 'synopsis', 'submissions/MV', `shift/${ITEM}`]) {
      const { words } = await sander.get(`${BASE}/${path}`);
      assert.match(words, /Überholt/, path);
      if (!path.startsWith('shift')) assert.doesNotMatch(words, /Ablehnung/, path);
    }
    const stances = parse((await sander.get(`${BASE}/synopsis.csv?target=${ITEM}`)).text.slice(1)).flat();
    assert.ok(stances.includes('Überholt') && !stances.includes('Ablehnung'));
    const shift = parse((await sander.get(`${BASE}/shift.csv`)).text.slice(1)).find((r) => r[0] === ITEM && /Mecklenburg/.test(r[2]));
    const point = (await sander.json(`${BASE}/validity`)).rows[0];
    assert.deepEqual([point.target, point.reject, point.seats.reject, point.findings.list[0].title], [ITEM, 1, 1, 'Neues Gesetz']);
    assert.equal(point.base, point.agree + point.agree_changed + point.reject + point.other + point.no_answer, 'the base is whole');
    assert.equal(point.inherited.count, point.inherited.places.reduce((sum, p) => sum + p.count, 0));
    assert.equal((await sander.get(point.inherited.places[0].href)).status, 200);
    assert.match((await sander.get(`${BASE}/validity?level=land&seat=voting`)).words, /Überholt.*K4\.G2\.5.*Neues Gesetz \(neu\)/);
    const lines = parse((await sander.get(`${BASE}/validity.csv`)).text.slice(1));
    assert.deepEqual(lines[1].slice(0, 1).concat(lines[1][2], lines[1][7], lines[1][13]), [ITEM, '1', String(point.base), '1']);
    assert.match((await sander.get(`${BASE}.s1/validity`)).words, /In dieser Beteiligungsstufe wird nicht danach gefragt/);
    assert.equal(shift[6], 'Überholt');
    assert.doesNotMatch(shift[5], /Gilt|Überholt/, 'before it was a consultation');
  });
});
