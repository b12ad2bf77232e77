// The own account in the browser: a link of an invitation, a forgotten
// password, two tabs with two organisations, the end of a session.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DEMO_PASSWORD, PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const ANSWER = `${BASE}/response/answers/L-K4-2`;
const GOOD = 'drei Störche überm Deich';
let w, b;
before(async () => {
  w = await world();
  b = await browse();
  await w.sql(`insert into app.membership (person_id, organisation_id, role)
    select p.id, o.id, 'editor' from app.person p, app.organisation o where p.mail = '${PEOPLE.okafor}' and o.code = 'DLT'`);
});
after(async () => { await b?.close(); await w?.stop(); });

/** A link of an invitation, as the mail job sends it. */
async function invite(mail, name) {
  const token = randomBytes(32).toString('base64url');
  await w.sql(`with p as (insert into app.person (mail, name) values ('${mail}', '${name}') returning id),
      m as (insert into app.membership (person_id, organisation_id, role) select p.id, o.id, 'editor' from p, app.organisation o where o.code = 'KLEINBEISPIEL')
    insert into app.invitation (person_id, organisation_id, purpose, token_hash, sent_at, created_at, ends_at)
      select p.id, o.id, 'invitation', sha256('${token}'), app.now(), app.now(), app.now() + interval '7 days' from p, app.organisation o where o.code = 'KLEINBEISPIEL'`);
  return `/invitation/${token}`;
}
const send = (page, name) => page.getByRole('button', { name }).first().click();

for (const width of [1280, 360]) {
  test(`an invitation at ${width}: refused with the reason, shown, accepted, the factor later`, async () => {
    const path = await invite(`nina${width}@kleinbeispiel.example`, 'Nina Neu');
    const { page, check, close } = await b.open(w.url, { width, allowed: [422, 410] });
    await page.goto(path);
    await check('account-invitation');
    assert.equal(await page.locator('[name=password_again]').count(), 0, 'one field with scripts');
    await page.locator('[name=password]').fill('Passwort2024!');
    await page.getByRole('button', { name: 'Passwort anzeigen' }).click();
    assert.equal(await page.locator('[name=password]').getAttribute('type'), 'text');
    await send(page, 'Zugang einrichten');
    await page.locator('[name=password][aria-invalid=true]').waitFor();
    assert.match(await page.locator('#password-error').innerText(), /häufigen Wörtern/);
    await check('account-invitation-refused');
    // pasted, as from a password manager
    await page.locator('[name=password]').evaluate((field, text) => {
      field.focus();
      document.execCommand('insertText', false, text);
    }, GOOD);
    await send(page, 'Zugang einrichten');
    await page.waitForURL('**/account/welcome');
    await check('account-welcome');
    await page.getByRole('link', { name: 'Später' }).click();
    await page.waitForURL(`**${BASE}/response`);
    await page.goto(path);
    assert.match(await page.locator('h1').innerText(), /schon benutzt/);
    await check('account-link-used');
    await close();
  });
}

test('an invitation without scripts asks twice', async () => {
  const path = await invite('ohne.skripte@kleinbeispiel.example', 'Otto Ohne');
  const { page, check, close } = await b.open(w.url, { width: 360, js: false, allowed: [422] });
  await page.goto(path);
  await page.locator('[name=password]').fill(GOOD);
  await page.locator('[name=password_again]').fill(`${GOOD}?`);
  await send(page, 'Zugang einrichten');
  assert.match(await page.locator('#password_again-error').innerText(), /nicht gleich/);
  await page.locator('[name=password]').fill(GOOD);
  await page.locator('[name=password_again]').fill(GOOD);
  await check('account-invitation');
  await send(page, 'Zugang einrichten');
  await page.waitForURL('**/account/welcome');
  await close();
});

for (const width of [1280, 360]) {
  test(`a forgotten password at ${width}, by keyboard`, async () => {
    const { page, check, close } = await b.open(w.url, { width });
    await page.goto('/login');
    await page.getByRole('link', { name: 'Passwort vergessen?' }).press('Enter');
    await page.waitForURL('**/password-reset');
    await check('account-reset');
    await page.locator('[name=mail]').focus();
    await page.keyboard.type(`niemand${width}@nirgends.example`);
    await page.keyboard.press('Enter');
    await page.waitForURL('**notice=reset_sent');
    await check('account-reset-sent');
    await close();
  });
}

for (const { width, js } of [{ width: 1280, js: true }, { width: 360, js: true }, { width: 1280, js: false }]) {
  test(`two tabs with two organisations at ${width}${js ? '' : ' without scripts'}: nothing lands in the wrong one`, async () => {
    await w.sql(`delete from app.answer where target_id in (select id from app.target where key = 'L-K4-2')
      and organisation_id in (select id from app.organisation where code in ('VDB', 'DLT'))`);
    const { page, context, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.okafor, session: { organisation: 'VDB' }, allowed: [409] });
    const text = `Aus dem Fenster für VDB, ${width}${js}.`;
    await page.goto(ANSWER);
    const second = await context.newPage();
    await second.goto('/account/context');
    await second.getByRole('button', { name: /Wechseln zu .*(DLT|Landkreistag)/ }).click();
    await second.waitForURL(`**${BASE}/response`);
    await second.close();
    await page.locator('[name=stance][value=note]').check();
    await page.locator('[name=body]').fill(text);
    if (js) {
      await page.locator('[data-status]').getByText('Nicht gespeichert. Dieses Formular gehört zu').waitFor();
      await page.getByRole('button', { name: 'Ansehen, wechseln und speichern' }).click();
    } else await page.getByRole('button', { name: 'Speichern', exact: true }).click();
    await page.locator('h1', { hasText: 'Nicht gespeichert' }).waitFor();
    assert.equal(await page.locator('[name=body]').inputValue(), text);
    if (js) await check('account-other-context');
    await page.getByRole('button', { name: /wechseln und senden/ }).click();
    await page.waitForURL(`**${ANSWER}*`);
    assert.deepEqual(await w.sql(`select o.code from app.answer a join app.organisation o on o.id = a.organisation_id where a.body = '${text}'`), [['VDB']]);
    await close();
  });
}

for (const width of [1280, 360]) {
  test(`the header says for whom, the menu switches, at ${width}`, async () => {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.okafor, session: { organisation: 'VDB' } });
    const menu = page.locator(width > 1000 ? '.app-who' : '.app-menu');
    await page.goto('/account');
    await menu.locator('summary').click();
    await check('account-menu');
    await menu.getByRole('button', { name: /DLT|Landkreistag/ }).click();
    await page.waitForURL(`**${BASE}/response`);
    await menu.locator('summary').click();
    assert.match(await menu.innerText(), /(DLT|Landkreistag)[^\n]* · Bearbeitung/);
    await page.goto('/account/context');
    await check('account-context');
    await page.goto('/account');
    await check('account');
    await page.goto('/account/password');
    await check('account-password');
    await close();
  });
}

test('a session that ends: the warning, staying, and the end', async () => {
  for (const width of [1280, 360]) {
    const { page, check, close } = await b.open(w.url, { width, mail: PEOPLE.huber });
    await page.clock.install();
    await page.goto(ANSWER);
    const dialog = page.locator('dialog[data-idle]');
    await page.locator('[name=body]').waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await dialog.evaluate((d) => d.open), false);
    await page.clock.fastForward('24:30');
    await dialog.getByText('Sie werden in 5 Minuten abgemeldet').waitFor();
    await check('account-idle');
    await page.clock.fastForward('02:00');
    await dialog.getByText('Sie werden in 3 Minuten abgemeldet').waitFor();
    assert.match(await dialog.locator('[role=status]').innerText(), /Noch 3 Minuten/);
    const [stayed] = await Promise.all([page.waitForResponse('**/api/account/stay'), page.keyboard.press('Enter')]);
    assert.equal(stayed.status(), 200);
    await page.waitForFunction(() => !document.querySelector('dialog[data-idle]').open);
    await page.clock.fastForward('29:30');
    await dialog.getByText('Sie sind abgemeldet').waitFor();
    await check('account-idle-over');
    await close();
  }
});

for (const js of [true, false]) {
  test(`a form sent too late ${js ? 'with' : 'without'} scripts waits behind the login`, async () => {
    const { page, check, close } = await b.open(w.url, { width: js ? 1280 : 360, js, mail: PEOPLE.huber, allowed: [401] });
    const text = `Zwei Stunden Arbeit ${js}: „Schnittstellen“ & <Standards>.`;
    await page.goto(`${BASE}/response/answers/L-K4-4`);
    await w.sql('delete from app.session');
    await page.locator('[name=stance][value=note]').check();
    await page.locator('[name=body]').fill(text);
    await page.getByRole('button', { name: 'Speichern', exact: true }).click();
    await page.locator('h1', { hasText: 'Bitte melden Sie sich wieder an' }).waitFor();
    assert.ok((await page.locator('main').innerText()).includes(text));
    if (js) await check('account-login-again');
    await page.locator('main [name=mail]').fill(PEOPLE.huber);
    await page.locator('main [name=password]').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await page.locator('h1', { hasText: 'Sie sind wieder angemeldet' }).waitFor();
    if (js) await check('account-resend');
    await page.getByRole('button', { name: 'Jetzt senden' }).click();
    await page.waitForURL(`**${BASE}/response/answers/L-K4-4*`);
    assert.equal(await page.locator('[name=body]').inputValue(), text);
    await close();
  });
}

test('without scripts the page says until when the session lasts', async () => {
  const { page, close } = await b.open(w.url, { js: false, mail: PEOPLE.huber });
  assert.match(await page.locator('footer').innerText(), /Ohne Eingabe bleiben Sie bis \d\d:\d\d/);
  await close();
});
