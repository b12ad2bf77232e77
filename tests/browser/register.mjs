// The registers: Beschlüsse with what became of them, commitments with their
// members, deviations and the matrix; wide, narrow and without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

let w, b;
before(async () => { w = await world(); b = await browse(); });
after(async () => { await b?.close(); await w?.stop(); });

for (const [width, js] of [[1280, true], [360, false]]) {
  test(`register of Beschlüsse at ${width}${js ? '' : ' without scripts'}: a near miss leads to the number, and to what repealed it`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js });
    await page.goto('/council-decisions');
    await check('council-decisions');
    await page.getByLabel('Nummer oder Titel').fill('2023-44');
    await page.getByRole('button', { name: 'Anwenden' }).click();
    await page.getByText('Zwischen Jahr und Nummer steht ein Schrägstrich').waitFor();
    await check('council-decisions-hint');
    await page.getByRole('link', { name: '2023/44', exact: true }).first().click();
    await page.getByRole('rowheader').getByRole('link', { name: '2023/44' }).click();
    await page.getByText('Ziffern 2 und 3 aufgehoben durch').first().waitFor();
    await check('council-decision');
    await page.goto('/protocol-statements');
    await check('protocol-statements');
    await close();
  });

  test(`a moderator records a Beschluss at ${width}${js ? '' : ' without scripts'}: refused with a hint, then in`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander, allowed: [422] });
    await page.goto('/council-decisions/new');
    await page.getByLabel('Nummer', { exact: true }).fill(js ? 'B-2025/33' : '2024/4');
    await page.getByLabel('Titel', { exact: false }).first().fill('Föderale Digitalstrategie');
    await page.getByRole('button', { name: '1 Beschluss eintragen' }).click();
    await page.locator('[role=alert]').waitFor();
    await check('council-decision-new');
    await page.getByLabel('Nummer', { exact: true }).fill(js ? 'B-2025/33-IT' : '2024/04');
    await page.getByLabel('Titel und Nummer sind geprüft').check();
    await page.getByRole('button', { name: '1 Beschluss eintragen' }).click();
    await page.waitForURL(/notice=saved/);
    await page.goto('/council-decisions/2023/44/edit');
    await check('council-decision-edit');
    await page.goto('/protocol-statements?ref=2023/44');
    await check('protocol-statements-form');
    await close();
  });
}
