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

  test(`a reader at ${width}${js ? '' : ' without scripts'}: the register on any day, an entry, the matrix`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js });
    await page.goto('/');
    await page.getByRole('contentinfo').getByRole('link', { name: 'Verbindlichkeiten' }).click();
    await page.getByText('verpflichtet den IT-Planungsrat selbst').waitFor();
    await check('commitments');
    await page.getByLabel('Schritt', { exact: true }).selectOption('V3');
    await page.getByLabel('Gilt am').fill('01.12.2023');
    await page.getByRole('button', { name: 'Anwenden' }).click();
    await page.getByText('beschlossen, gilt ab 15.01.2024').waitFor();
    await page.goto('/commitments/V2-01');
    await check('commitment-V2-01');
    await page.getByRole('link', { name: 'Verbindlichkeiten' }).first().click();
    await page.getByRole('link', { name: 'Konvergenz' }).click();
    await page.getByText('davon').first().waitFor();
    await check('convergence');
    await page.getByRole('link', { name: 'Digitale Anwendungen' }).last().click();
    await page.getByText('Schwerpunktthema', { exact: true }).waitFor();
    await check('focus-topic');
    await close();
  });

  test(`a house at ${width}${js ? '' : ' without scripts'}: it joins a cooperation, the moderators confirm; it deviates with a reason; its column`, async () => {
    const [join, number] = js ? ['01.06.2024', 1] : ['01.07.2024', 2];
    const house = js ? PEOPLE.brandl : PEOPLE.lorenz;
    const { page, check, close } = await b.open(w.url, { width, js, mail: house, allowed: [422] });
    if (js) {
      await page.goto('/commitments/V3-01');
      await page.getByLabel('Beitritt zum').fill('gestern');
      await page.getByRole('button', { name: 'Beitritt erklären' }).click();
      await page.locator('[role=alert]').waitFor();
      await page.getByLabel('Beitritt zum').fill(join);
      await page.getByRole('button', { name: 'Beitritt erklären' }).click();
      await page.getByText('wartet auf die Bestätigung').waitFor();
    } else {
      await page.goto('/commitments/V3-01');
      await page.getByLabel('Letzter Tag der Beteiligung').fill('30.06.2024');
      await page.getByRole('button', { name: 'Austritt erklären' }).click();
      await page.getByText('wartet auf die Bestätigung').waitFor();
    }
    await check('commitment-V3-01-declared');
    const desk = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await desk.page.goto('/commitments');
    await desk.check('commitments-desk');
    await desk.page.getByRole('link', { name: /^V3-01: / }).first().click();
    await desk.page.getByRole('button', { name: 'Bestätigen' }).click();
    await desk.page.waitForURL(/notice=saved/);
    await desk.page.goto('/commitments/V3-01/edit');
    await desk.check('commitment-edit');
    await desk.page.goto('/commitments/new');
    await desk.check('commitment-new');
    await desk.close();

    const editor = js ? await b.open(w.url, { width, js, mail: PEOPLE.huber, allowed: [422] }) : { page, check, close: async () => {} };
    await editor.page.goto('/commitments/V2-01/deviations');
    await editor.page.getByLabel('Gegenstand').fill('Meldewesen');
    await editor.page.getByLabel('Seit wann').fill('01.04.2024');
    await editor.page.getByRole('button', { name: 'Speichern' }).click();
    await editor.page.locator('[role=alert]').waitFor();
    await editor.check('deviations-error');
    await editor.page.getByLabel('Begründung', { exact: false }).first().fill('Das Verfahren wird abgelöst.');
    await editor.page.getByRole('button', { name: 'Speichern' }).click();
    await editor.page.waitForURL(/notice=saved/);
    await editor.close();
    await page.goto('/commitments/V2-01/deviations');
    await page.getByRole('link', { name: 'Meldewesen' }).click();
    await page.getByLabel('Alle dürfen Gegenstand und Begründung lesen').check();
    await check('deviations');
    await page.getByRole('button', { name: '1 Abweichung freigeben' }).click();
    await page.waitForURL(/deviation_released/);
    const reader = await b.open(w.url, { width, js });
    await reader.page.goto('/commitments/V2-01');
    await reader.page.getByText('Das Verfahren wird abgelöst.').first().waitFor();
    assert.equal(await reader.page.getByText('Meldewesen').count(), number);
    await reader.close();
    if (!js) {
      await page.goto('/commitments/convergence/applications');
      await page.getByRole('link', { name: /^Angeben.*V3-01/ }).click();
      await page.getByLabel('Beitrag').selectOption('contributes');
      await page.getByRole('button', { name: '1 Angabe speichern' }).click();
      await page.locator('[role=alert]').waitFor();
      await check('convergence-field');
      await page.getByLabel('Beleg').fill('Gemeinsamer Rahmenvertrag');
      await page.getByRole('button', { name: '1 Angabe speichern' }).click();
      await page.waitForURL(/notice=saved/);
      await check('focus-topic-own');
    }
    await close();
  });
}
