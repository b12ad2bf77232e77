// Story A3, steps 1 to 3: Sander makes a consultation from the template, sees its 57 items and 13 questions, is warned
// of a window with Easter in it, and takes four weeks. At 1280 and 360 px, with and without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

let w, b;
before(async () => {
  w = await world({ clock: '2024-03-18T09:00' });
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

for (const { width, js, slug } of [{ width: 1280, js: true, slug: 'strategie-2024' }, { width: 360, js: false, slug: 'strategie-2024-b' }]) {
  test(`A3.1 to 3 from the template to the window (${width} px${js ? '' : ', no scripts'})`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander, allowed: [422] });
    const press = (name, url) => Promise.all([page.waitForURL(url), page.getByRole('button', { name }).click()]);
    await page.goto('/consultations');
    await Promise.all([page.waitForURL(/\/consultations\/new$/), page.getByRole('link', { name: 'Verfahren anlegen' }).click()]);
    await check(`A3-1-new-${width}`);
    await page.getByLabel('Vorlage', { exact: true }).selectOption('dachstrategie-2024');
    await page.getByLabel('Fassung 1 unverändert veröffentlichen').check();
    await page.getByLabel('Titel', { exact: true }).fill('Strategie 2024');
    await page.getByRole('button', { name: 'Anlegen' }).click();
    await page.locator('#slug-error').waitFor();
    await page.getByLabel('Adresse').fill(slug);
    await press('Anlegen', new RegExp(`/consultations/${slug}/edit\\?notice=consultation_created`));
    assert.match(await page.locator('main').innerText(), /57 Elemente, 13 Leitfragen/);
    await check(`A3-2-made-${width}`);

    await page.goto(`/consultations/${slug}/stages`);
    await check(`A3-3-stages-${width}`);
    await page.getByRole('link', { name: /Erstellungsprozess|Beschlussvorschlag|Impuls/ }).first().click();
    await page.getByLabel('Erster Tag').fill('25.03.2024');
    await page.locator('#closes').fill('05.04.2024');
    await page.getByRole('button', { name: 'Speichern' }).click();
    await page.locator('#closes-error').waitFor();
    const words = await page.locator('#closes-error').innerText();
    for (const found of ['8 Arbeitstage, unter 20 Arbeitstagen', 'Karfreitag 29.03.', 'Ostermontag 01.04.']) assert.ok(words.includes(found), `${found} in ${words}`);
    await check(`A3-3-short-${width}`);
    await page.locator('#closes').fill('26.04.2024');
    await press('Speichern', /\/stages\/s1\?notice=stage_saved/);
    assert.match(await page.locator('main').innerText(), /26\.04\.2024, 23:59 Uhr \(23 Arbeitstage\)/);
    await check(`A3-3-window-${width}`);
    assert.equal(await w.value(`select count(*) from app.target t join app.stage s on s.id = t.stage_id join app.consultation c on c.id = s.consultation_id
      where c.slug = '${slug}' and s.key = 's1'`), '75');
    await page.goto(`/consultations/${slug}/timeline`);
    assert.match(await page.locator('main').innerText(), /25\.03\.2024 bis 26\.04\.2024/);
    await check(`A3-3-timeline-${width}`);
    await close();
  });
}
