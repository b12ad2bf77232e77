// Stages over the wire: planning with its errors at the fields, the end put off, an address with a stage, the timeline
// for everybody; and the second round with its shift as CSV.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parse } from '../lib/csv.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { secondStage } from '../lib/second-stage.mjs';

const NEW = `${BASE}/stages/new`;
let w, sander, lorenz, nobody;

describe('stages', { concurrency: 1 }, () => {
  before(async () => {
    w = await world();
    [sander, lorenz] = await Promise.all([PEOPLE.sander, PEOPLE.lorenz].map((mail) => w.as(mail)));
    nobody = w.client();
  });
  after(() => w?.stop());

  test('a new one: four weeks are proposed, a short one is warned of, the input kept', async () => {
    const bad = await sander.submit(NEW, { kind: 'evaluation', title: 'Evaluation „Sommer“', opens: '01.05.2024', closes: '17.05.2024' });
    assert.equal(bad.status, 422);
    assert.match(bad.words, /Das sind 11 Arbeitstage, unter 20 Arbeitstagen\. Feiertage: Tag der Arbeit 01\.05\., Christi Himmelfahrt 09\.05\./);
    assert.match(bad.text, /value="Evaluation „Sommer“"|Evaluation &bdquo;Sommer/);
    assert.match(bad.text, /name="short_window"/);
    const made = await sander.submit(NEW, { kind: 'evaluation', title: 'Evaluation „Sommer“', opens: '01.05.2024', closes: '17.05.2024', short_window: '1' });
    assert.equal(made.location, `${BASE}/stages/e1?notice=stage_created`);
    assert.match((await sander.get(`${BASE}/stages`)).words, /Evaluation 1 · geplant Evaluation „Sommer“/);
  });

  test('who is asked what: points and groups are ticked, kept where nothing was chosen, and shown to each group', async () => {
    const form = `${BASE}/stages/e1/audience`;
    const bad = await sander.post(form, { csrf: await sander.csrf(), 'target.L-K12-3': '1' });
    assert.equal(bad.status, 422);
    assert.match(bad.words, /Wählen Sie mindestens eine Gruppe/);
    assert.match(bad.text, /name="target\.L-K12-3" value="1" checked/);
    const done = await sander.post(form, { csrf: await sander.csrf(), 'target.L-K12-3': '1', municipal: '1' });
    assert.equal(done.location, `${form}?notice=audience_saved`);
    assert.match((await sander.get(`${BASE}/stages/e1/preview?group=laender`)).words, /Dazu ist diese Gruppe nicht gefragt L-K12-3 [^:]*Gefragt sind: Kommunen/);
    assert.doesNotMatch((await sander.get(`${BASE}/stages/s1/audience`)).text, /<form[^>]*audience/);
  });

  test('one that runs: only its end, forward, with a reason that everybody reads', async () => {
    const page = await sander.get(`${BASE}/stages/s1`);
    assert.doesNotMatch(page.text, /name="opens"/);
    const act = `${BASE}/stages/s1/extension`;
    assert.match((await sander.submit(`${BASE}/stages/s1`, { until: '25.04.2024', reason: 'Ostern' }, { action: act })).words, /Die Frist läuft schon bis 26\.04\.2024/);
    const done = await sander.submit(`${BASE}/stages/s1`, { until: '29.04.2024', reason: 'Viele baten um mehr Zeit.' }, { action: act });
    assert.equal(done.location, `${BASE}/stages/s1?notice=stage_extended`);
    assert.match((await nobody.get(BASE)).words, /Frist verlängert: bis 29\.04\.2024, 23:59 Uhr statt 26\.04\.2024/);
    assert.match((await nobody.get(`${BASE}/timeline`)).words, /Frist verlängert.*Viele baten um mehr Zeit/);
    assert.equal((await sander.post(`${BASE}/stages/s1`, { csrf: await sander.csrf(), version: '1', title: 'Anders', edition: '1' })).status, 409);
  });

  test('an address with a stage, of the path or of the query; of none there is no page', async () => {
    assert.equal((await nobody.json(`${BASE}/chapters/K4?stage=s1`)).frame.consultation.slug, 'dachstrategie-2024.s1');
    assert.equal((await nobody.json(`${BASE}.s2/chapters/K4?stage=s1`)).frame.consultation.slug, 'dachstrategie-2024.s1');
    assert.match((await nobody.get(`${BASE}.s1/chapters/K4`)).text, /href="\/consultations\/dachstrategie-2024\.s1\/items\//);
    for (const path of [`${BASE}?stage=s9`, `${BASE}.s9`, `${BASE}.s1.s1`, `${BASE}?stage=%2e%2e`]) assert.equal((await nobody.get(path)).status, 404, path);
  });

  test('the second round: confirmed by a click, and the shift as a table', async () => {
    await secondStage(w);
    const page = await lorenz.get(`${BASE}/response/earlier`);
    assert.match(page.words, /Aus der früheren Runde: 0 von \d+ übernommen/);
    const row = (await lorenz.json(`${BASE}/response/earlier`)).rows[0];
    const act = `${BASE}/response/answers/${row.target}/earlier`;
    const taken = await lorenz.post(act, { csrf: await lorenz.csrf(), version: '0', earlier: '1', choice: 'confirm', then: 'list' });
    assert.equal(taken.location, `${BASE}/response/earlier?notice=earlier_confirm#${row.target}`);
    assert.equal((await lorenz.post(act, { csrf: await lorenz.csrf(), version: '0', earlier: '1', choice: 'withdraw' })).status, 409, 'an old form');
    assert.equal((await lorenz.json(`${BASE}/response/earlier`)).rows[0].state, 'confirmed');
    const shift = await sander.json(`${BASE}/shift`);
    assert.equal(shift.totals.same, 0, 'nothing counts before its release');
    const csv = parse((await sander.get(`${BASE}/shift.csv`)).text.slice(1));
    assert.deepEqual(csv[0].slice(-3), ['Vorher', 'Nachher', 'Veränderung']);
    assert.equal(csv.length - 1, shift.totals.base);
    assert.equal(await w.value("select count(*) from app.audit where act = 'shift.export'"), '1');
  });
});
