// Story A1: the Land officer drafts, has it co-signed, the releaser releases
// (Bayern). The desk sees it afterwards, not before.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loop } from '../lib/jobs.mjs';
import { PEOPLE, demoSecret, totp } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, password, signIn } from './lib.mjs';

const SENTENCE = 'Bayern unterstützt die Vision „Deutschland kann Digital“ & hält <b>Maß</b> – ß, ü, ö inklusive. ';
const TEXT = `${SENTENCE.repeat(18)}\n=SUMME(1)`;
const PROPOSAL = 'Abweichungen müssen begründet werden; die Begründungspflicht gilt nur für Neuvorhaben.';
let w, b, sander;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  b = await browse();
  sander = await w.as(PEOPLE.sander);
});
after(async () => { await b?.close(); await w?.stop(); });

const seats = async () => (await sander.json(`${BASE}/returns`)).seats;
let before1;

test('A1.1 Huber opens „Meine Stellungnahme“: 13 questions in 4 blocks, 0 von 13', async () => {
  before1 = await seats();
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width });
    await signIn(page, PEOPLE.huber);
    await page.goto(`${BASE}/response`);
    const main = page.locator('main');
    assert.match(await main.innerText(), /0 von 13/);
    assert.equal(await main.locator('a[href*="/response/answers/L-"]').evaluateAll((links) => new Set(links.map((l) => l.pathname)).size), 13);
    assert.match(await main.innerText(), /Kapitel 3/);
    await check('A1-1-response');
    await close();
  }
});

test('A1.2 the answer to L-K12-2: 1,800 characters, markup and a formula, stay text', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/answers/L-K12-2`);
  await page.locator('[name=stance][value=note]').check();
  await page.locator('[name=body]').fill(TEXT);
  await check('A1-2-answer-filled');
  await page.locator('main form .app-bar button[type=submit]').first().click();
  await page.waitForLoadState();
  await page.goto(`${BASE}/response/answers/L-K12-2`);
  assert.equal(await page.locator('[name=body]').inputValue(), TEXT);
  assert.equal(await page.locator('main b').count(), 0, 'the markup is not active');
  await check('A1-2-answer');
  await close();
});

test('A1.3 K4.G2.5: Zustimmung mit Änderung, a proposal beside the wording', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/answers/K4.G2.5`);
  assert.match(await page.locator('main').innerText(), /Multivendor/);
  await page.locator('[name=stance][value=agree_changed]').check();
  await page.locator('[name=proposal]').fill(PROPOSAL);
  await page.locator('[name=reason]').fill('Für Bestandsverfahren fehlen Unterlagen und Haushaltsmittel.');
  await page.locator('main form .app-bar button[type=submit]').first().click();
  await page.waitForLoadState();
  await page.goto(`${BASE}/response/answers/K4.G2.5`);
  assert.equal(await page.locator('[name=proposal]').inputValue(), PROPOSAL);
  await check('A1-3-item');
  await close();
});

test('A1.4 autosave: she leaves without saving, comes back, the draft is there with its time', async () => {
  const { page, shot, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/answers/L-K4-1`);
  await page.locator('[name=stance][value=agree]').check();
  await page.locator('[name=body]').pressSequentially('Die Grundsätze tragen, ein Grundsatz zur Nachnutzung fehlt.');
  await page.getByText(/gespeichert \d\d:\d\d/).waitFor({ timeout: 15_000 });
  await shot('A1-4-autosaved');
  await page.goto(`${BASE}/chapters/K4`);
  await page.goto(`${BASE}/response/answers/L-K4-1`);
  assert.match(await page.locator('[name=body]').inputValue(), /Nachnutzung fehlt/);
  assert.ok(await page.locator('[name=stance][value=agree]').isChecked());
  await close();
});

test('A1.5 the same without scripts: the button saves, everything is there', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/answers/L-K4-3`);
  await page.locator('[name=stance][value=agree]').check();
  await page.locator('[name=body]').fill('Ohne Skripte geschrieben.');
  await page.locator('main form .app-bar button[type=submit]').first().click();
  await page.goto(`${BASE}/response/answers/L-K4-3`);
  assert.equal(await page.locator('[name=body]').inputValue(), 'Ohne Skripte geschrieben.');
  await check('A1-5-nojs');
  await close();
});

test('A1.6 too long: the error stands at the field and at the top, the text stays', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber, allowed: [422] });
  await page.goto(`${BASE}/response/answers/L-K12-3`);
  await page.locator('[name=stance][value=note]').check();
  await page.locator('[name=body]').fill('x'.repeat(20_001));
  await page.locator('main form .app-bar button[type=submit]').first().click();
  await page.locator('[name=body][aria-invalid=true]').waitFor();
  assert.equal((await page.locator('[name=body]').inputValue()).length, 20_001);
  assert.equal(await page.evaluate(() => document.activeElement?.closest('[class*=error], .app-errors, [role=alert]') !== null), true, 'the summary has the focus');
  await check('A1-6-too-long');
  await close();
});

test('A1.7a Huber gives L-K12-2 and K4.G2.5 to Graf, until 10.04.', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/answers/L-K12-2`);
  await page.getByRole('link', { name: 'Zur Mitzeichnung geben' }).click();
  assert.ok(await page.locator('[name="answer.L-K12-2"]').isChecked(), 'the answer she comes from');
  await page.locator('[name="answer.K4.G2.5"]').check();
  await page.locator('[name=due_on]').fill('10.04.2024');
  await check('A1-7-ask');
  await page.locator('main').getByRole('button', { name: 'Zur Mitzeichnung geben' }).click();
  await page.getByRole('status').filter({ hasText: 'Zur Mitzeichnung gegeben' }).waitFor();
  await check('A1-7-asked');
  await page.goto(`${BASE}/response`);
  assert.match(await page.locator('main').innerText(), /Jonas Graf: 2 Antworten, bis 10\.04\.2024/);
  await check('A1-7-missing');
  await close();
});

test('A1.7b Graf agrees to the first and returns the second, on a phone', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.graf });
  await page.goto('/cosigns');
  await check('A1-7-inbox');
  await page.getByRole('button', { name: /^Mitzeichnen ?: L-K12-2$/ }).click();
  await page.getByRole('status').filter({ hasText: 'Rückgängig bis zur Freigabe' }).waitFor();
  await page.getByRole('link', { name: /zurückgeben ?: K4\.G2\.5/ }).click();
  await page.locator('[name=verdict][value=return]').check();
  await page.locator('[name=remark]').fill('Bitte den Bestand nennen: Wer zahlt den Umbau?');
  await check('A1-7-card');
  await page.getByRole('button', { name: 'Entscheidung senden' }).click();
  await page.getByRole('status').filter({ hasText: 'Zurückgegeben' }).waitFor();
  assert.match(await page.locator('main').innerText(), /Nichts wartet auf Ihre Mitzeichnung/);
  await close();
});

test('A1.7c Huber changes K4.G2.5, Graf agrees: only that co-sign was reset', async () => {
  const huber = await b.open(w.url, { mail: PEOPLE.huber });
  await huber.page.goto(`${BASE}/response/answers/K4.G2.5`);
  assert.match(await huber.page.locator('main').innerText(), /Zurückgegeben von Jonas Graf\s+Bitte den Bestand nennen/);
  await huber.check('A1-7-returned');
  await huber.page.locator('[name=reason]').fill('Für Bestandsverfahren fehlen Unterlagen und Haushaltsmittel. Den Umbau zahlt der Bund.');
  await huber.page.locator('main form[data-autosave] .app-bar button[type=submit]').nth(1).click();
  await huber.page.getByRole('button', { name: /^Erneut zur Mitzeichnung geben/ }).click();
  await huber.page.getByRole('status').filter({ hasText: 'Zur Mitzeichnung gegeben' }).waitFor();
  await huber.close();
  const graf = await b.open(w.url, { width: 360, mail: PEOPLE.graf });
  await graf.page.goto('/cosigns');
  assert.equal(await graf.page.getByRole('button', { name: /^Mitzeichnen ?:/ }).count(), 1, 'the other co-sign stands');
  await graf.page.getByRole('link', { name: /Änderungen ansehen/ }).click();
  assert.match(await graf.page.locator('main ins').first().innerText(), /Den Umbau zahlt der Bund/);
  await graf.check('A1-7-changes');
  await graf.page.locator('[name=verdict][value=agree]').check();
  await graf.page.getByRole('button', { name: 'Entscheidung senden' }).click();
  await graf.page.getByRole('status').filter({ hasText: 'Mitgezeichnet' }).waitFor();
  await graf.close();
  const states = await w.sql(`select t.key, s.state from app.response r, app.cosign_states(r.id, r.organisation_id, r.state) s
    join app.target t on t.id = s.target_id order by t.key`);
  assert.deepEqual(states, [['K4.G2.5', 'cosigned'], ['L-K12-2', 'cosigned']]);
  assert.equal(await w.value("select count(*) from app.cosign c join app.cosign_request q on q.id = c.request_id where c.undone_at is null"), '3');
});

test('A1.8 Huber tries to submit: „Freigabe erforderlich“; she puts it up for release', async () => {
  const huber = await w.as(PEOPLE.huber);
  const { content_hash } = await huber.json(`${BASE}/response/release`);
  const refused = await huber.post(`${BASE}/response/release`, { csrf: await huber.csrf(), content_hash, publication: 'no', declaration: '1' });
  assert.equal(refused.status, 403);
  assert.match(refused.words, /Freigabe erforderlich/);
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.goto(`${BASE}/response/release`);
  const main = page.locator('main');
  assert.equal(await main.getByRole('button', { name: /Freigeben/ }).count(), 0);
  assert.match(await main.innerText(), /Freigabe erforderlich\s+Sie können vorbereiten\. Einreichen darf nur, wer die Freigabe hat\.[^]*Dr\. Ilse Brandl/);
  await check('A1-8-not-a-releaser');
  await main.getByRole('button', { name: 'Zur Freigabe geben' }).click();
  await page.getByRole('status').filter({ hasText: 'liegt jetzt zur Freigabe' }).waitFor();
  assert.match(await main.innerText(), /Vera Huber hat sie am 02\.04\.2024, 09:\d\d Uhr zur Freigabe gegeben/);
  await check('A1-8-frozen');
  await page.goto(`${BASE}/response/answers/L-K12-2`);
  assert.equal(await page.locator('textarea:not([readonly]):not([disabled]):not([name=comment])').count(), 0, 'frozen: nothing to write in');
  await close();
});

test('A1.9a before the release the desk sees no word', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.sander });
  for (const path of ['returns', 'opinion', 'opinion/K4.G2.5', 'synopsis']) {
    await page.goto(`${BASE}/${path}`);
    assert.doesNotMatch(await page.content(), /nur für Neuvorhaben|Nachnutzung fehlt/);
  }
  await close();
});

/** Marks words of the proposal as one does it with a pointer, and comes back. */
async function mark(page, check) {
  await page.getByRole('link', { name: 'Passagen zum Kürzen markieren' }).click();
  await check('A1-9-passages');
  await page.route('**/marking*.js', async (route) => { // on a slow line one selects before the script is there
    await new Promise((resolve) => { setTimeout(resolve, 800); });
    await route.continue();
  });
  await page.locator('main a[href$="/redactions/K4.G2.5"]').click();
  await page.locator('[data-part=proposal]').evaluate((box) => {
    const at = box.textContent.indexOf('nur für Neuvorhaben');
    getSelection().setBaseAndExtent(box.firstChild, at, box.firstChild, at + 'nur für Neuvorhaben'.length);
  });
  await page.waitForFunction(() => document.querySelector('#words').value === 'nur für Neuvorhaben');
  assert.equal(await page.locator('[name=start]').inputValue(), String(PROPOSAL.indexOf('nur für Neuvorhaben')));
  await page.locator('#reason').fill('Noch nicht abgestimmt');
  await page.getByRole('button', { name: 'Zum Kürzen markieren' }).click();
  await page.locator('[data-part=proposal] del').waitFor();
  await check('A1-9-passage');
  await page.goto(`${BASE}/response/release`);
}

test('A1.9b Brandl (second factor) reads the preview, chooses „gekürzt“, releases', async () => {
  for (const width of [360, 1280]) { // released in the second round
    const { page, check, shot, close } = await b.open(w.url, { width });
    await page.goto(`${BASE}/response/release`);
    await password(page, PEOPLE.brandl);
    assert.equal(new URL(page.url()).pathname, '/login/second-factor');
    await check('A1-9-second-factor');
    await page.locator('[name=code]').fill(totp(demoSecret(PEOPLE.brandl), width === 360 ? 0 : 1)); // each step counts once
    await Promise.all([page.waitForURL(`**${BASE}/response/release`), page.locator('main form button[type=submit]').first().click()]);
    assert.match(await page.locator('main').innerText(), /Neuvorhaben/);
    await check('A1-9-preview');
    if (width === 1280) {
      await mark(page, check);
      assert.ok(await page.locator('[name=publication][value=shortened]').isChecked(), 'a marked passage is a wish');
      await check('A1-9-shortened');
      await page.locator('[name=declaration]').check();
      await page.locator('main form:has([name=content_hash]) button[type=submit]').first().click();
      await page.waitForURL(/\/receipts\/R1-BY-1-/);
      const words = await page.locator('main').innerText();
      assert.match(words, /R1-BY-1-[0-9A-Z]{4}/);
      assert.match(words, /02\.04\.2024/);
      assert.match(words, /[0-9a-f]{16}/);
      const jobs = loop(w);
      await page.locator('#signatur:not([data-pending])').waitFor({ timeout: 20_000 });
      assert.match(await page.locator('#signatur').innerText(), /^Ed25519, Schlüssel [0-9a-f]{16}$/, 'the signature comes by itself');
      await jobs.end();
      await check('A1-9-receipt');
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Prüfdatei/ }).click()]);
      assert.match(download.suggestedFilename(), /^eingangsbestaetigung-R1-BY-1-\w{4}\.json$/);
      await page.getByRole('link', { name: 'Bestätigung drucken' }).click();
      await check('A1-9-receipt-print');
      assert.ok(await page.getByRole('button', { name: 'Jetzt drucken' }).isVisible());
      await page.emulateMedia({ media: 'print' });
      assert.ok(await page.getByText('resonanz receipt 2').isVisible());
      assert.equal(await page.locator('.app-head__row:visible, .app-crumbs:visible, main button:visible').count(), 0, 'paper shows the receipt alone');
      await shot('A1-9-receipt-paper');
    }
    await close();
  }
});

test('A1.10 afterwards: read-only for the house, visible to the desk, seats one more', async () => {
  for (const mail of [PEOPLE.huber, PEOPLE.graf, PEOPLE.brandl]) {
    const house = await b.open(w.url, { width: 360, mail });
    for (const target of ['L-K12-2', 'K4.G2.5']) {
      await house.page.goto(`${BASE}/response/answers/${target}`);
      assert.equal(await house.page.locator('textarea:not([readonly]):not([disabled]):not([name=comment]), main input[type=radio]').count(), 0, `${mail} has nothing to write in`);
    }
    assert.match(await house.page.locator('main').innerText(), /Neuvorhaben/);
    await house.page.goto(`${BASE}/response`);
    assert.match(await house.page.locator('main').innerText(), /eingereicht/i);
    if (mail === PEOPLE.huber) await house.check('A1-10-submitted');
    await house.close();
  }

  const desk = await b.open(w.url, { mail: PEOPLE.sander });
  await desk.page.goto(`${BASE}/submissions/BY`);
  assert.match(await desk.page.locator('main').innerText(), /=SUMME\(1\)[^]*Zum Kürzen markiert[^]*„nur für Neuvorhaben“ \(Grund: Noch nicht abgestimmt\)/);
  await desk.check('A1-10-submission');
  await desk.page.goto(`${BASE}/opinion/K4.G2.5`);
  assert.match(await desk.page.locator('main').innerText(), /Bayern/);
  await desk.close();
  const now = await seats();
  assert.deepEqual([before1.released, now.released, now.of], [0, 1, 17]);
});

test('A1.11 each step stands in the audit log, without the words', async () => {
  const acts = (await w.sql('select act from app.audit order by id')).map(([act]) => act);
  for (const act of ['login', 'answer.save', 'response.freeze', 'redaction.mark', 'response.release']) assert.ok(acts.some((a) => a.includes(act)), `${act} in ${[...new Set(acts)]}`);
  assert.equal(await w.value(`select count(*) from app.audit a where a::text ~ 'Neuvorhaben|Nachnutzung'`), '0');
});
