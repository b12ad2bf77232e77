// The big walk: what Mecklenburg-Vorpommern said in stage 1 becomes edition 2
// (items unchanged, reworded, split, merged, moved, dropped and new), is asked about
// again in stage 2, ends in the final edition 3 after stage 3, and is looked at
// once more by the evaluation. From any sentence one finds back, and no answer is lost.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const EDITIONS = `${BASE}/editions`;
let w, b, sander;
let cause; // the position that changed K4.G2.5

before(async () => {
  [w, b] = await Promise.all([world({ clock: '2024-05-06T09:00' }), browse()]);
  await w.jobs('--once');
  sander = await w.as(PEOPLE.sander);
});
after(async () => { await b?.close(); await w?.stop(); });

/** The part of a chapter's Markdown that is one item, from its heading to the next. */
const block = (key) => new RegExp(`### ${key.replaceAll('.', '\\.')} [^]*?(?=\\n#{2,3} |\\n\\[\\^|$)`);
const without = (text, key) => text.replace(block(key), '').replace(/\n{3,}/g, '\n\n');

/** Writes a chapter of the draft as a person does, in the browser. */
async function write(edition, chapter, change, name, { width = 1280, js = true } = {}) {
  const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
  await page.goto(`${EDITIONS}/${edition}/chapters/${chapter}`);
  const field = page.getByLabel(/^Text des Kapitels/);
  await field.fill(change(await field.inputValue()));
  await page.getByRole('button', { name: 'Vorschau' }).click();
  await page.locator('#vorschau').waitFor();
  await check(name);
  await Promise.all([page.waitForURL(/notice=/), page.getByRole('button', { name: 'Speichern' }).click()]);
  await close();
  await w.jobs('--once'); // the comparison with the edition before
}

/** Confirms every edge of a draft, with a reason where something changed, and publishes it. */
async function confirmAndPublish(edition, reasons, name) {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${EDITIONS}/${edition}/anchors`);
  await check(name);
  await Promise.all([page.waitForURL(/notice=anchors_confirmed/), page.getByRole('button', { name: /unveränderte[n]? bestätigen/ }).click()]);
  for (let { open: left } = (await sander.json(`${EDITIONS}/${edition}/anchors`)).counts; left > 0; left -= 1) {
    await page.goto(`${EDITIONS}/${edition}/anchors?show=open`);
    await page.locator('main tbody a').first().click();
    const key = (await page.locator('#anker').innerText()).match(/K\d\.[A-Z0-9]+\.[A-Z]?\d+/)[0];
    await page.getByLabel('Begründung der Änderung').fill(reasons[key] ?? 'Nach den Rückmeldungen der Beteiligten.');
    await Promise.all([page.waitForURL(/notice=anchor_confirmed/), page.getByRole('button', { name: /^Bestätigen/ }).click()]);
  }
  const { reachable } = await sander.json(`${EDITIONS}/${edition}/anchors`);
  assert.equal(reachable.positions, reachable.of, 'no answer gets lost');
  await page.goto(`${EDITIONS}/${edition}/publish`);
  await Promise.all([page.waitForURL(/notice=edition_published/), page.getByRole('button', { name: `Fassung ${edition} veröffentlichen` }).click()]);
  await close();
  return reachable;
}

/** A stage gets its edition and window; the same houses are asked again. */
async function planStage(key, edition, opens, closes) {
  const saved = await sander.submit(`${BASE}/stages/${key}`, { edition: String(edition), opens, closes });
  assert.match(saved.location ?? saved.words, /notice=stage_saved/);
  await w.sql(`insert into app.participation (stage_id, organisation_id, invited_at, single_release, level, land_code, seat_status, sort_key)
    select s.id, p.organisation_id, app.now(), p.single_release, p.level, p.land_code, p.seat_status, p.sort_key
      from app.stage s, app.participation p join app.stage f on f.id = p.stage_id and f.key = 's1' where s.key = '${key}'`);
}

async function release(mail) {
  const who = await w.as(mail);
  const reply = await who.submit(`${BASE}/response/release`, { publication: 'yes', declaration: '1' });
  assert.match(reply.location ?? reply.words, /^\/receipts\//);
  await w.jobs('--once');
}

/** The quick list of the evaluation, on a telephone without JavaScript: what is out of date needs a reason. */
async function goesOn() {
  const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.lorenz, allowed: [422] });
  await page.goto(`${BASE}/response`);
  await page.getByRole('link', { name: 'Punkt für Punkt durchgehen' }).click();
  const section = page.locator('form', { has: page.locator('[name="version.K4.G2.5"]') });
  assert.match(await page.locator('article', { has: page.locator('[name="version.K4.G2.5"]') }).innerText(), /Was Sie zuletzt gesagt haben/);
  await section.locator('[id="reject.K4.G2.5"]').check();
  await section.locator('[name="reason.K4.G2.5"]').fill('');
  await section.getByRole('button', { name: /speichern$/ }).click();
  await page.locator('[id="error.reason.K4.G2.5"]').waitFor();
  assert.ok(await page.locator('[id="reject.K4.G2.5"]').isChecked(), 'the choice is kept');
  await check('three-stages-validity');
  await page.locator('[name="reason.K4.G2.5"]').fill('Das Muster der FITKO ist seit 2025 überall Pflicht.');
  await Promise.all([page.waitForURL(/notice=saved/), page.getByRole('button', { name: /speichern$/ }).click()]);
  await page.goto(`${BASE}/response/print`);
  assert.match(await page.locator('main').innerText(), /Überholt/);
  await close();
}

describe('three stages', { concurrency: 1 }, () => {
  test('stage 1: what was said is weighed, and the stage is closed in the open', async () => {
    cause = await w.value(`select app.position_number('consultation', 1, p.number, p.part) from app.position p join app.target t on t.id = p.target_id
      join app.organisation o on o.id = p.organisation_id where o.code = 'MV' and t.key = 'K4.G2.5' and p.is_current`);
    const path = `${BASE}/positions/${cause}`;
    const saved = await sander.post(`${path}/assessment`, { csrf: await sander.csrf(), base: '0', then: 'stay', decision: 'partly', edition_place: 'K4.G2.5',
      assessment: 'Ein gemeinsames Muster für die Begründung erleichtert kleinen Häusern die Arbeit.' });
    assert.equal(saved.status, 303, saved.words);
    const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.sander, allowed: [422] });
    await page.goto(`${BASE}/stages/s1`);
    await page.getByLabel('Sie bleiben offen').check();
    await page.locator('#state_reason').fill('Die übrigen Punkte gehen in die Redaktion der Fassung 3 ein.');
    await Promise.all([page.waitForURL(/notice=/), page.locator('form[action$="/state"] button').click()]);
    await check('three-stages-weighed');
    await close();
  });

  test('edition 2: reworded, split, merged, moved, dropped and new, written in the browser', async () => {
    await w.clock('2024-05-21T10:00');
    assert.equal((await sander.submit(EDITIONS, { as_of: '21.05.2024' }, { action: EDITIONS })).status, 303);
    await write(2, 'K4', (text) => {
      const one = block('K4.G1.2').exec(text)[0];
      const [head, ...rest] = one.split('; ');
      assert.ok(rest.length > 0, 'K4.G1.2 has two halves');
      const idea = block('K4.G1.I1').exec(text)[0].split('\n').slice(1).join('\n').trim();
      let next = text.replace(one, `${head}.\n\n### K4.G1.6 Klares Mandat {.grundsatz}\n\n${rest.join('; ').trim()}\n\n### Beteiligung der Kommunen {.grundsatz}\n\nKommunale Spitzenverbände wirken an jeder Entscheidung über gemeinsame Standards mit.\n`);
      next = next.replace(block('K4.G2.5'), (found) => found.replace(/(\[\^|$)/, ' Die Begründung folgt einem gemeinsamen Muster.$1'));
      next = without(next, 'K4.G1.I1').replace(block('K4.G1.I3'), (found) => `${found.trimEnd()} ${idea}\n`);
      next = without(next, 'K4.G2.I1');
      const moved = block('K4.G3.2').exec(next)[0];
      return without(next, 'K4.G3.2').replace(/(?=\n## K4\.G2 )/, `\n${moved.trimEnd()}\n`);
    }, 'three-stages-write');
    const { counts } = await sander.json(`${EDITIONS}/2/anchors`);
    for (const relation of ['reworded', 'split', 'merged', 'moved', 'dropped', 'added']) assert.ok(counts[relation] > 0, `${relation}: ${JSON.stringify(counts)}`);
    const change = `${EDITIONS}/2/changes/K4.G2.5`;
    const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
    await page.goto(change);
    await page.getByLabel(new RegExp(`^${cause}:`)).check();
    await Promise.all([page.waitForURL(/notice=cause_added/), page.getByRole('button', { name: 'Als Ursachen nennen' }).click()]);
    await check('three-stages-cause');
    await close();
    await confirmAndPublish(2, { 'K4.G2.5': 'Mehrere Häuser baten um ein Muster für die Begründung.' }, 'three-stages-anchors');
  });

  test('stage 2: the house is shown what it had said, beside the new wording; nothing counts before its release', async () => {
    await planStage('s2', 2, '22.05.2024', '21.06.2024');
    await w.clock('2024-05-23T10:00');
    const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.lorenz });
    await page.goto(`${BASE}/response/earlier`);
    await check('three-stages-earlier');
    const button = page.getByRole('button', { name: /mit unverändertem Wortlaut bestätigen/ });
    await Promise.all([page.waitForURL(/notice=earlier_confirmed/), button.click()]);
    await page.getByRole('link', { name: /^Anpassen\s*: K4\.G2\.5/ }).click();
    await page.locator('[name=stance][value=agree]').check();
    await Promise.all([page.waitForURL(/notice=|saved/), page.getByRole('button', { name: 'Speichern', exact: true }).first().click()]);
    assert.equal(await w.value("select count(*) from app.position p join app.stage s on s.id = p.stage_id where s.key = 's2'"), '0');
    await close();
    await release(PEOPLE.lorenz);
    const desk = await b.open(w.url, { mail: PEOPLE.sander });
    await desk.page.goto(`${BASE}/shift?stage=s2`);
    await desk.check('three-stages-shift');
    await desk.page.goto(`${BASE}/shift/K4.G2.5?stage=s2`);
    assert.match(await desk.page.locator('main').innerText(), /Mecklenburg-Vorpommern/);
    await desk.close();
  });

  test('edition 3 and stage 3: the final text, decided by the council, with its cause named afterwards', async () => {
    await w.clock('2024-07-01T10:00');
    assert.equal((await sander.submit(EDITIONS, { as_of: '01.07.2024' }, { action: EDITIONS })).status, 303);
    await write(3, 'K4', (text) => text.replace('Die Begründung folgt einem gemeinsamen Muster.', 'Die Begründung folgt dem gemeinsamen Muster der FITKO.'), 'three-stages-write-3', { width: 360, js: false });
    const reachable = await confirmAndPublish(3, {}, 'three-stages-anchors-3');
    const all = Number(await w.value('select count(*) from app.position p where p.is_current'));
    assert.equal(reachable.of, all, 'positions of both stages');
    await planStage('s3', 3, '02.09.2024', '30.09.2024');
    await w.clock('2024-09-03T10:00');
    const lorenz = await w.as(PEOPLE.lorenz);
    assert.equal((await lorenz.submit(`${BASE}/response/earlier`, {}, { action: `${BASE}/response/earlier` })).status, 303);
    await release(PEOPLE.lorenz);
    await w.clock('2024-11-20T10:00');
    const added = await sander.submit(`${EDITIONS}/3/changes/K4.G2.5`, { decisions: '2024/40' }, { action: `${EDITIONS}/3/changes/K4.G2.5/causes` });
    assert.match(added.location ?? added.words, /notice=cause_added/);
  });

  test('from a sentence of the final text back to the first answer, over two editions; for everybody the numbers', async () => {
    const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
    await page.goto(`${EDITIONS}/3/items/K4.G2.5/chain`);
    assert.match(await page.locator('main').innerText(), /2024\/40/);
    await check('three-stages-chain');
    await page.goto(`${EDITIONS}/2/items/K4.G2.5/chain`);
    await page.locator('main article', { hasText: 'Mecklenburg-Vorpommern' }).getByRole('link', { name: cause, exact: true }).click();
    assert.match(await page.locator('h1').innerText(), new RegExp(`^Was aus ${cause} wurde`));
    assert.match(await page.locator('main').innerText(), /Fassung 3: K4\.G2\.5/);
    await check('three-stages-position-chain');
    await close();
    const visitor = await b.open(w.url, { width: 360, js: false });
    for (const key of ['K4.G1.1', 'K4.G1.2', 'K4.G1.6', 'K4.G1.I1', 'K4.G2.I1', 'K4.G2.5']) {
      assert.equal((await visitor.page.goto(`${BASE}/items/${key}`)).status(), 200, `${key} stays readable`);
    }
    await visitor.page.goto(`${EDITIONS}/1/compare/3`);
    assert.match(await visitor.page.locator('main').innerText(), /gemeinsamen Muster der FITKO/);
    await visitor.check('three-stages-compare');
    await visitor.page.goto(`${BASE}/timeline`);
    await visitor.check('three-stages-timeline');
    await visitor.close();
  });

  test('the evaluation asks about the final text again, and what was said before is offered', async () => {
    const made = await sander.submit(`${BASE}/stages/new`, { kind: 'evaluation', title: 'Evaluation der Dachstrategie', edition: '3', opens: '02.06.2025', closes: '30.06.2025' });
    assert.match(made.location ?? made.words, /stages\/e1\?notice=stage_created/);
    await w.sql(`insert into app.participation (stage_id, organisation_id, invited_at, single_release, level, land_code, seat_status, sort_key)
      select s.id, p.organisation_id, app.now(), p.single_release, p.level, p.land_code, p.seat_status, p.sort_key
        from app.stage s, app.participation p join app.stage f on f.id = p.stage_id and f.key = 's3' where s.key = 'e1'`);
    await w.clock('2025-06-03T10:00');
    const { page, check, close } = await b.open(w.url, { mail: PEOPLE.lorenz });
    await page.goto(`${BASE}/response`);
    assert.match(await page.locator('header').innerText(), /Evaluation 1/);
    await check('three-stages-evaluation');
    await page.goto(`${BASE}/response/earlier`);
    await Promise.all([page.waitForURL(/notice=earlier_confirmed/), page.getByRole('button', { name: /mit unverändertem Wortlaut bestätigen/ }).click()]);
    await close();
    await goesOn();
    await release(PEOPLE.lorenz);
    const desk = await b.open(w.url, { mail: PEOPLE.sander });
    await desk.page.goto(`${BASE}/opinion`);
    await desk.page.getByRole('link', { name: /^Gilt noch\?/ }).click();
    await desk.page.waitForURL(/\/validity$/);
    assert.match(await desk.page.locator('tbody tr').first().innerText(), /K4\.G2\.5/);
    await desk.check('three-stages-validity-counts');
    await desk.close();
    assert.ok(Number(await w.value("select count(*) from app.position p join app.stage s on s.id = p.stage_id where s.key = 'e1'")) > 0);
  });
});
