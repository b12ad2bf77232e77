// From a sentence of the new edition to the answers that caused it and back: by a
// moderator who names the causes, by a house that looks for its own, on a phone
// and without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nextEdition, publishEdition } from '../lib/next-edition.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { assess, assessGroup } from '../lib/weighing.mjs';
import { browse } from './lib.mjs';

const HOUSES = ['BUND', 'BY', 'HE', 'MV', 'NW', 'DLT'];
let w, b;
before(async () => {
  [w, b] = await Promise.all([world({ clock: '2024-05-20T10:00' }), browse()]);
  await w.jobs('--once');
  const sander = await w.as(PEOPLE.sander);
  const numbers = await w.value(`select string_agg(app.position_number('consultation', 1, p.number, p.part), ', ') from app.position p
    join app.target t on t.id = p.target_id join app.organisation o on o.id = p.organisation_id
    where t.key = 'K4.G2.5' and p.is_current and o.code = any ('{${HOUSES}}')`);
  await sander.submit(`${BASE}/groups`, { name: 'Begründungspflicht', positions: numbers });
  await assessGroup(w, 'G-01', { decision: 'partly', place: 'K4.G2.5, zweiter Halbsatz',
    body: 'Die Pflicht zur Begründung wird auf wesentliche Abweichungen begrenzt. Laufende Verträge bleiben unberührt.' });
  await assess(w, { organisation: 'MV', decision: 'adopted', body: 'Wird so übernommen.', place: 'K4.G1.2' });
  await nextEdition(w, { dropped: ['K4.G2.4'], reworded: { 'K4.G1.2': 'Die Verwaltung richtet ihre Leistungen am Bedarf der Nutzenden aus.',
    'K4.G2.5': 'Kriterien der Souveränitätsstrategie (2021) und der föderalen IT-Architekturrichtlinien sind verbindlich; wesentliche Abweichungen werden bei neuen Vorhaben begründet.' },
  reasons: { 'K4.G2.5': 'Mehrere Länder und der Landkreistag wollten laufende Vorhaben ausnehmen. Der Kern, die Begründung, bleibt.' } });
});
after(async () => { await b?.close(); await w?.stop(); });

const heading = (page) => page.locator('h1').innerText();

for (const [width, js, item, behind] of [[1280, true, 'K4.G2.5', '6 Positionen von 6 Organisationen'], [360, false, 'K4.G1.2', '1 Position von 1 Organisation']]) {
  test(`a moderator names what caused a change, at ${width}${js ? '' : ' without scripts'}, and finds the gaps`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander, allowed: [422] });
    await page.goto(`${BASE}/editions/2/chain-gaps`);
    await check(`chain-gaps-${width}`);
    await page.getByRole('link', { name: new RegExp(`^${item.replaceAll('.', '\\.')}`) }).first().click();
    if (js) {
      await page.getByLabel('Beschlüsse des IT-Planungsrats').fill('2024-40');
      await page.getByLabel(/^Gruppe G-01/).check();
      await page.getByRole('button', { name: 'Als Ursachen nennen' }).click();
      await page.locator('#decisions-error').waitFor();
      assert.ok(await page.getByLabel(/^Gruppe G-01/).isChecked(), 'what was ticked stays');
      await check(`change-error-${width}`);
      await page.getByLabel('Beschlüsse des IT-Planungsrats').fill('2024/40');
    } else {
      await page.getByLabel(/^R1-\d{4}: übernommen/).check();
      await page.getByLabel('Beschlüsse des IT-Planungsrats').fill('B-2025/33-IT');
    }
    await page.getByRole('button', { name: 'Als Ursachen nennen' }).click();
    await page.waitForURL(/notice=cause_added/);
    assert.match(await page.locator('main').innerText(), new RegExp(`Dahinter: ${behind}`));
    await check(`change-${width}`);
    await page.getByRole('link', { name: 'Die ganze Kette ansehen' }).click();
    assert.match(await heading(page), /^Woher/);
    await check(`chain-draft-${width}`);
    await close();
  });
}

test('published: from the sentence to the answers and back, at the desk', async () => {
  await publishEdition(w, 2);
  await w.sql("update app.stage set edition_id = (select id from app.edition where number = 2) where key = 's2'");
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.sander });
    await page.goto(`${BASE}/editions/2/items/K4.G2.5/chain`);
    assert.equal(await page.locator('main ins').count() > 0, true, 'old and new wording, word by word');
    await check(`chain-${width}`);
    const row = page.locator('article', { hasText: 'Land Mecklenburg-Vorpommern' });
    await row.getByRole('link', { name: /^R1-\d{4}$/ }).click();
    assert.match(await heading(page), /^Was aus R1-\d{4} wurde$/);
    await check(`position-chain-${width}`);
    await page.getByRole('link', { name: 'Zur Antwort' }).click();
    await page.waitForURL(/submissions\/MV#K4\.G2\.5$/);
    await page.goBack();
    await page.getByRole('link', { name: /^Fassung 2: K4\.G2\.5/ }).click();
    assert.match(await heading(page), /^Woher/, 'and back at the sentence');
    await close();
  }
});

test('a visitor reads why and how many; a house finds what became of its own words', async () => {
  const visitor = await b.open(w.url, { width: 360, js: false });
  await visitor.page.goto(`${BASE}/editions/2/items/K4.G2.5/chain`);
  assert.match(await visitor.page.locator('main').innerText(), /6 Organisationen stehen hinter dieser Änderung/);
  assert.equal(await visitor.page.locator('main article').count(), 0);
  await visitor.check('chain-public-360');
  await visitor.close();
  const sander = await w.as(PEOPLE.sander);
  await sander.submit(`${BASE}/replies/release`, { on_day: '12.06.2024', on_time: '09:00', anyway: '1', reason: 'Die Sitzung ist am 19.06.' });
  await w.clock('2024-06-12T09:00:01');
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.lorenz });
    await page.goto(`${BASE}/response/outcome`);
    await check(`outcome-changes-${width}`);
    await page.getByRole('link', { name: /^Fassung 2: K4\.G2\.5/ }).click();
    assert.match(await page.locator('main').innerText(), /Was Mecklenburg-Vorpommern dazu beigetragen hat/);
    await check(`chain-house-${width}`);
    await page.locator('section', { has: page.locator('#eigenes') }).getByRole('link', { name: /^R1-/ }).click();
    await page.waitForURL(/response\/outcome\?stage=s1#R1-\d{4}$/);
    await close();
  }
});
