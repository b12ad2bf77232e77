// The second factor as a person meets it: signing in with a code, setting one,
// recovery codes, being asked once more. Wide and narrow, without scripts, by
// keyboard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PEOPLE, demoSecret, totp } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, password } from './lib.mjs';

const FACTOR = '/account/second-factor';
let w, b;
before(async () => {
  w = await world({ env: { RESONANZ_MODE: 'demo' } });
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

const fresh = (mail) => w.sql(`update app.person set totp_step = null where mail = '${mail}'; delete from app.login_attempt`);
const stale = () => w.sql("update app.session set stepped_up_at = clock_timestamp() - interval '11 minutes'");
const submit = (page, to) => Promise.all([page.waitForURL(to), page.locator('main form button[type=submit]').first().click()]);

for (const { width, js } of [{ width: 1280, js: true }, { width: 360, js: true }, { width: 360, js: false }]) {
  const name = `${width}${js ? '' : ' without scripts'}`;

  test(`signing in at ${name}: a wrong code is said at the field, the shown one leads on`, async () => {
    await fresh(PEOPLE.sander);
    const { page, check, close } = await b.open(w.url, { width, js, allowed: [422] });
    await page.goto(`${BASE}/opinion`);
    await password(page, PEOPLE.sander);
    await check('factor-code');
    if (js) assert.equal(await page.evaluate(() => document.activeElement.id), 'code', 'the field has the focus');
    await page.locator('[name=code]').fill('000000');
    await page.locator('main form button[type=submit]').first().click();
    await page.locator('[name=code][aria-invalid=true]').waitFor();
    assert.match(await page.locator('#code-error').innerText(), /stimmt nicht oder wurde schon benutzt/);
    await check('factor-code-wrong');
    await page.locator('[name=code]').fill(await page.locator('[data-demo-code]').innerText());
    await submit(page, `**${BASE}/opinion`);
    await close();
  });

  test(`setting it at ${name}: from the refused page to the app, the codes, and back`, async () => {
    await w.sql(`update app.person set totp_secret = null, totp_set_at = null where mail = '${PEOPLE.petersen}'`);
    const { page, check, close } = await b.open(w.url, { width, js, allowed: [403, 422] });
    await password(page, PEOPLE.petersen);
    await page.goto(`${BASE}/returns`);
    await check('factor-needed');
    await page.locator('main a:has-text("Zum zweiten Faktor")').click();
    await check('factor-set');
    const box = await page.locator('svg.app-qr').boundingBox();
    assert.ok(box.width >= 180, `a code of ${box.width} px can be read by a camera`);
    const secret = await page.locator('[data-secret]').innerText();
    await page.locator('[name=code]').fill('000000');
    await page.locator('main form button[type=submit]').first().click();
    await page.locator('[name=code][aria-invalid=true]').waitFor();
    await check('factor-set-wrong');
    assert.equal(await page.locator('[data-secret]').innerText(), secret);
    await page.locator('[name=code]').fill(totp(secret));
    await page.locator('main form button[type=submit]').first().click();
    await page.locator('.app-codes').waitFor();
    if (js) await check('factor-codes');
    assert.equal(await page.locator('.app-codes li').count(), 10);
    const first = await page.locator('.app-codes li').first().innerText();
    const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]').click()]);
    assert.equal(saved.suggestedFilename(), 'resonanz-wiederherstellungscodes.txt');
    assert.ok(readFileSync(await saved.path(), 'utf8').split('\r\n').includes(first));
    await Promise.all([page.waitForURL(`**${BASE}/returns`), page.locator('main a:has-text("Gespeichert, weiter")').click()]);
    assert.match(await page.locator('h1').innerText(), /Rücklauf/);
    await page.goto(FACTOR);
    await check('factor-state');
    assert.match(await page.locator('main').innerText(), /10 von 10 übrig/);
    assert.match(await page.locator('main').innerText(), /Abschalten ist nicht möglich/);
    await close();
  });

  test(`being asked once more at ${name}: nothing of the form is lost`, async () => {
    await fresh(PEOPLE.brandl);
    const huber = await w.as(PEOPLE.huber);
    if ((await huber.json(`${BASE}/response`)).response.state === 'submitted') await huber.post(`${BASE}/response/correction`, { csrf: await huber.csrf() });
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.brandl, allowed: [403, 422] });
    await page.goto(`${BASE}/response/release`);
    await page.locator('[name=publication][value=yes]').check();
    await page.locator('[name=declaration]').check();
    await stale();
    await page.locator('main form:has([name=content_hash]) button[type=submit]').click();
    await page.locator('[name=confirm_code]').waitFor();
    if (js) await check('factor-step-up');
    await page.locator('[name=confirm_code]').fill('000000');
    await page.keyboard.press('Enter');
    await page.locator('[name=confirm_code][aria-invalid=true]').waitFor();
    if (js) await check('factor-step-up-wrong');
    await page.locator('[name=confirm_code]').fill(totp(demoSecret(PEOPLE.brandl)));
    await Promise.all([page.waitForURL(/\/receipts\/R1-BY-/), page.keyboard.press('Enter')]);
    assert.match(await page.locator('main').innerText(), /R1-BY-\d-/);
    await close();
  });
}

test('switching it off shows the effect first', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.thoms });
  await page.goto(FACTOR);
  await page.locator('[name=code]').fill(totp(await page.locator('[data-secret]').innerText()));
  await page.locator('main form button[type=submit]').first().click();
  await page.locator('.app-codes').waitFor();
  await page.goto(FACTOR);
  await page.locator('main a:has-text("abschalten")').click();
  await check('factor-removal');
  assert.match(await page.locator('main button[type=submit]').innerText(), /10 Codes verwerfen/);
  await submit(page, /notice=factor_removed/);
  await check('factor-removed');
  await close();
});

test('by keyboard alone: from the password to the page', async () => {
  await fresh(PEOPLE.voss);
  const { page, close } = await b.open(w.url);
  await page.goto('/login');
  await page.locator('#mail').focus();
  await page.keyboard.type(PEOPLE.voss);
  await page.keyboard.press('Tab');
  await page.keyboard.type('Planungsrat-2024');
  await Promise.all([page.waitForURL('**/login/second-factor*'), page.keyboard.press('Enter')]);
  await page.locator('[name=code]:focus').waitFor(); // the page puts the cursor there
  await page.keyboard.type(totp(demoSecret(PEOPLE.voss)));
  await Promise.all([page.waitForURL((to) => !to.pathname.startsWith('/login')), page.keyboard.press('Enter')]);
  await close();
});
