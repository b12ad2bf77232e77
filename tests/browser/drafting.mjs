// Safe drafting: two people, two windows, no connection, no session any more,
// no scripts, the keyboard alone. Nothing that was typed is ever lost.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, password } from './lib.mjs';

const path = (target) => `${BASE}/response/answers/${target}`;
const BEGUN = 'Wir begrüßen die bewährten Methoden. Die Auswahl soll den Ländern überlassen bleiben. Ein Marktplatz ist hilfreich.';
const MINE = BEGUN.replace('Wir begrüßen', 'Bayern begrüßt ausdrücklich');
const THEIRS = BEGUN.replace('hilfreich', 'hilfreich und notwendig');
const BOTH = MINE.replace('hilfreich', 'hilfreich und notwendig');

let w, b, brandl, graf;
before(async () => {
  w = await world({ clock: '2024-04-08T10:00' });
  await w.sql(`insert into app.membership (person_id, organisation_id, role) select p.id, o.id, 'editor'
    from app.person p, app.organisation o where p.mail = '${PEOPLE.brandl}' and o.code = 'BY'`);
  [brandl, graf] = [await w.as(PEOPLE.brandl), await w.as(PEOPLE.graf)];
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

const stored = async (target) => (await brandl.json(path(target))).form.body;
const saveAs = async (who, target, fields) => assert.equal((await who.save(BASE, target, fields)).status, 303);
const status = (page) => page.locator('[data-status]');
const press = (page, name) => Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }), page.getByRole('button', { name, exact: true }).click()]);

for (const width of [1280, 360]) {
  describe(`two people at ${width} px`, { concurrency: 1 }, () => {
    const target = width === 1280 ? 'K4.G2.1' : 'K4.G2.2';
    let huber;
    before(async () => { huber = await b.open(w.url, { width, mail: PEOPLE.huber, allowed: [409, 422] }); });
    after(() => huber.close());

    test('autosave finds out, keeps the text in the page and leads to the choice', async () => {
      await saveAs(brandl, target, { stance: 'agree', body: BEGUN });
      const { page, check } = huber;
      await page.goto(path(target));
      await saveAs(brandl, target, { body: THEIRS });
      await page.locator('#body').fill(MINE);
      await page.locator('#body').focus();
      await status(page).getByText('Inzwischen hat jemand anderes gespeichert').waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.id), 'body', 'the focus stays');
      assert.equal(await page.locator('#body').inputValue(), MINE);
      await press(page, 'Beide Fassungen vergleichen');
      assert.match(await page.title(), /^Zwei Fassungen/);
      await check(`drafting-conflict-${target}`);
      const columns = await page.locator('.app-version').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().top));
      assert.equal(new Set(columns).size, width === 1280 ? 1 : 3, 'beside each other, or one below the other');
      assert.ok(await page.locator('[name="choice.body"][value=merge]').isChecked());
      assert.equal(await page.locator('[name="merged.body"]').inputValue(), BOTH);
      await press(page, 'Auswahl speichern');
      assert.equal(await stored(target), BOTH);
    });

    test('the history shows it; one field comes back', async () => {
      const { page, check } = huber;
      await page.getByRole('link', { name: /^Verlauf/ }).click();
      await page.getByRole('heading', { name: 'Verlauf dieser Antwort' }).waitFor();
      await page.locator('details > summary').last().click();
      await check(`drafting-history-${target}`);
      await page.getByRole('button', { name: 'Nur „Text“ wiederherstellen' }).last().waitFor();
      const oldest = (await brandl.json(`${path(target)}/history`)).entries.at(-1).fields.find((f) => f.name === 'body').body;
      await Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }), page.getByRole('button', { name: 'Nur „Text“ wiederherstellen' }).last().click()]);
      assert.match(await page.locator('main').innerText(), /Wiederhergestellt/);
      assert.ok(oldest !== BOTH);
      assert.equal(await stored(target), oldest);
    });
  });
}

test('without scripts and with the keyboard alone: two windows, a choice, a text restored', async () => {
  const { page, context, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.huber, allowed: [409, 422] });
  await saveAs(brandl, 'K4.G2.3', { stance: 'agree', body: BEGUN });
  const other = await context.newPage();
  for (const p of [page, other]) await p.goto(path('K4.G2.3'));
  await other.locator('#body').fill('Aus dem anderen Fenster.');
  await press(other, 'Speichern');
  await page.locator('#body').fill('Aus diesem Fenster.');
  await press(page, 'Speichern');
  assert.match(await page.locator('main').innerText(), /Sie selbst haben um .* in einem anderen Fenster gespeichert/);
  await press(page, 'Auswahl speichern');
  assert.match(await page.title(), /^(Fehler: )?Zwei Fassungen/);
  assert.match(await page.locator('[role=alert]').innerText(), /Text: Bitte wählen Sie/);
  await check('drafting-choose');
  await page.locator('[role=alert] a').focus();
  await page.keyboard.press('Enter'); // to the first of the group
  await page.locator('#body').focus();
  await page.keyboard.press('ArrowDown'); // my text
  assert.ok(await page.locator('#body-mine').isChecked());
  await page.getByRole('button', { name: 'Auswahl speichern' }).focus();
  await Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }), page.keyboard.press('Enter')]);
  assert.equal(await stored('K4.G2.3'), 'Aus diesem Fenster.');
  await page.goto(`${path('K4.G2.3')}/history`);
  const entry = page.locator('article').filter({ has: page.getByRole('heading', { name: /^Fassung/ }), hasText: 'Aus dem anderen Fenster' }).first();
  await entry.locator('summary').focus();
  await page.keyboard.press('Enter');
  await entry.getByRole('button', { name: 'Diesen Text wiederherstellen' }).focus();
  await Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }), page.keyboard.press('Enter')]);
  assert.equal(await stored('K4.G2.3'), 'Aus dem anderen Fenster.');
  await close();
});

test('no connection: the browser keeps a copy, offers it on return, and the server compares', async () => {
  const { page, context } = await b.open(w.url, { mail: PEOPLE.huber, allowed: [409] });
  await saveAs(brandl, 'K4.G2.4', { stance: 'agree', body: BEGUN });
  await page.goto(path('K4.G2.4'));
  await context.setOffline(true);
  await page.locator('#body').fill('Im Zug geschrieben.');
  await status(page).getByText('Nicht gespeichert. Ihr Text bleibt hier im Browser.').waitFor();
  const later = await context.newPage(); // as on another day
  await page.close();
  await context.setOffline(false);
  await later.goto(path('K4.G2.4'));
  await later.getByText('Wir haben eine neuere Fassung dieses Textes in Ihrem Browser gefunden').waitFor();
  await press(later, 'Vergleichen');
  assert.match(await later.locator('main').innerText(), /Ihr Text und der gespeicherte im Vergleich/);
  assert.match(await later.locator('.app-version--mine').innerText(), /Im Zug geschrieben/);
  assert.equal(await stored('K4.G2.4'), BEGUN, 'comparing saves nothing');
  await press(later, 'Auswahl speichern');
  assert.equal(await stored('K4.G2.4'), 'Im Zug geschrieben.', 'nobody else had changed it');
  assert.ok(await later.locator('[data-offer]').isHidden());
  assert.equal(await later.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('/answers/')).length), 0, 'the copy is gone');
  await context.close(); // the guard has seen what failed for want of a connection
});

test('no connection, and the copy is thrown away; after logout none is left', async () => {
  const { page: first, context } = await b.open(w.url, { mail: PEOPLE.huber });
  const copies = (page) => page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('/answers/')).length);
  let page = first;
  for (const text of ['Ein Gedanke.', 'Noch ein Gedanke.']) {
    await page.goto(path('K4.G2.5'));
    await context.setOffline(true);
    await page.locator('#body').fill(text);
    await status(page).getByText('Ihr Text bleibt hier im Browser.').waitFor();
    const next = await context.newPage();
    await page.close();
    page = next;
    await context.setOffline(false);
    await page.goto(path('K4.G2.5'));
    await page.getByText('Wir haben eine neuere Fassung').waitFor();
    if (text === 'Ein Gedanke.') {
      await page.getByRole('button', { name: 'Verwerfen' }).click();
      assert.equal(await copies(page), 0);
    } else assert.equal(await copies(page), 1);
  }
  await page.locator('form[data-logout]').first().evaluate((form) => form.requestSubmit());
  await page.waitForURL((to) => to.pathname === '/');
  assert.equal(await copies(page), 0);
  await context.close();
});

test('the session has ended: login from the status line, and the text is there again', async () => {
  const { page, context } = await b.open(w.url, { mail: PEOPLE.huber, allowed: [401] });
  await page.goto(path('L-K4-3'));
  await w.sql(`delete from app.session where person_id = (select id from app.person where mail = '${PEOPLE.huber}')`);
  await page.locator('#body').fill('Über die Sitzung hinaus.');
  await status(page).getByRole('link', { name: 'Anmelden' }).click();
  await password(page, PEOPLE.huber);
  assert.equal(new URL(page.url()).pathname, path('L-K4-3'));
  await page.getByRole('button', { name: 'In die Felder übernehmen' }).click();
  assert.equal(await page.locator('#body').inputValue(), 'Über die Sitzung hinaus.');
  await status(page).getByText('Entwurf gespeichert').waitFor();
  assert.equal(await stored('L-K4-3'), 'Über die Sitzung hinaus.');
  await context.close();
});

test('whose co-sign fell is said by name, once', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await saveAs(brandl, 'L-K4-4', { stance: 'agree', body: 'Abgestimmt.' });
  const key = await w.value(`select key from app.person where mail = '${PEOPLE.graf}'`);
  assert.equal((await brandl.post(`${BASE}/response/cosigns`, { csrf: await brandl.csrf(), 'answer.L-K4-4': '1', [`cosigner.${key}`]: '1', due_on: '12.04.2024' })).status, 303);
  const { href } = (await graf.json('/cosigns')).rows.find((r) => r.target === 'L-K4-4');
  assert.equal((await graf.post(href, { csrf: await graf.csrf(), verdict: 'agree' })).status, 303);
  await page.goto(path('L-K4-4'));
  await page.locator('#body').fill('Abgestimmt, mit einem Zusatz.');
  await status(page).getByText('Die Mitzeichnung von Jonas Graf ist verfallen, weil Sie den Text geändert haben.').waitFor();
  const said = await status(page).innerText();
  await page.locator('#body').fill('Abgestimmt, mit zwei Zusätzen.');
  await page.waitForResponse((r) => r.url().includes('/api/') && r.status() === 200);
  assert.equal(await status(page).innerText(), said, 'that all is well is not said again within 20 seconds');
  await close();
});
