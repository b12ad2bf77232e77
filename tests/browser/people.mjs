// The administration of people and the people of a house: every page wide and
// narrow, with scripts off, by keyboard; a person invited, locked, handed over to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';
import { audit, browse, vnu } from './lib.mjs';

let w, b;
const sources = [];
const key = (mail) => w.value(`select key from app.person where mail = '${mail}'`);
const role = (mail, name) => w.value(`select m.key from app.membership m join app.person p on p.id = m.person_id where p.mail = '${mail}' and m.role = '${name}'`);
before(async () => {
  w = await world();
  b = await browse();
  const adler = await w.as(PEOPLE.adler);
  await adler.submit('/people/new', { mail: 'friederike.holzapfel-brandenburg@landesverwaltung.bayern.example', name: 'Dr. Friederike Holzapfel-Brandenburg', organisation: 'BY', editor: '1', cosigner: '1', valid_until: '31.12.2024' });
  await adler.submit('/people/new', { mail: 'karl.ohm@pruefstelle.example', name: 'Karl Ohm', organisation: '', platform_role: 'auditor' });
});
after(async () => { await b?.close(); await w?.stop(); });

test('every page of the administration: axe at 1280 and 360, without scripts', async () => {
  const [huber, brandl, adler, invited] = await Promise.all([PEOPLE.huber, PEOPLE.brandl, PEOPLE.adler, 'karl.ohm@pruefstelle.example'].map(key));
  const paths = ['/people', '/people?state=locked', '/people/new', `/people/${huber}`, `/people/${brandl}`, `/people/${adler}`, `/people/${invited}`, `/people/${huber}/edit`,
    `/people/${huber}/roles/new`, `/people/${huber}/platform-roles/new`, `/people/${adler}/platform-roles/new`, `/people/${huber}/roles/${await role(PEOPLE.huber, 'editor')}/end`,
    `/people/${brandl}/roles/${await role(PEOPLE.brandl, 'releaser')}/end`, `/people/${huber}/lock`, `/people/${brandl}/lock`, `/people/${huber}/second-factor`, '/invitations'];
  const findings = [...await audit(b, w, { role: 'administrator', mail: PEOPLE.adler, paths, sources }),
    ...await audit(b, w, { role: 'administrator', mail: PEOPLE.adler, paths: ['/people', `/people/${brandl}`, '/people/new'], widths: [360], js: false })];
  assert.equal(findings.length, 0, findings.join('\n'));
});

test('every page of a house and of a moderator: axe at 1280 and 360', async () => {
  const paths = ['/house', '/house/invite', '/house/deputy', '/house/handover', `/house/handover?person=${await key(PEOPLE.huber)}`, `/house/roles/${await role(PEOPLE.graf, 'cosigner')}/end`];
  const findings = [...await audit(b, w, { role: 'releaser', mail: PEOPLE.brandl, paths, sources }),
    ...await audit(b, w, { role: 'inviter', mail: PEOPLE.sander, paths: ['/invitations', '/invitations/new'], sources })];
  assert.equal(findings.length, 0, findings.join('\n'));
});

test('the Nu checker finds no error on any of them', () => {
  assert.ok(sources.length > 20);
  assert.deepEqual(vnu(sources).slice(0, 20), []);
});

test('inviting by keyboard, without scripts: the error leads to its field, then it is done', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.adler, allowed: [422] });
  await page.goto('/people');
  await page.getByRole('link', { name: 'Person einladen' }).press('Enter');
  await page.getByLabel('Dienstliche E-Mail-Adresse').fill('tobias.reiter@bmds.example');
  await page.getByLabel('Vor- und Nachname').fill('Tobias Reiter');
  await page.getByLabel('Organisation', { exact: true }).fill('Bundesministerium des Innern');
  await page.keyboard.press('Tab'); // to the first role
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await page.getByRole('checkbox', { name: /^Freigabe/ }).isChecked(), true);
  await page.getByLabel('Letzter Tag').fill('31.06.2024');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /Letzter Tag: Bitte geben Sie ein Datum ein/ }).click();
  assert.equal(new URL(page.url()).hash, '#valid_until');
  await check('people-new-error');
  await page.getByLabel('Letzter Tag').fill('30.06.2024');
  await page.getByRole('button', { name: 'Einladung senden' }).click();
  await page.getByRole('heading', { name: 'Tobias Reiter', level: 1 }).waitFor();
  assert.match(await page.locator('main').innerText(), /Die Einladung ist unterwegs/);
  await check('people-invited');
  await close();
});

test('locking shows its effect first; the person is out at the next click', async () => {
  const huber = await b.open(w.url, { mail: PEOPLE.huber });
  const adler = await b.open(w.url, { width: 360, mail: PEOPLE.adler });
  await adler.page.goto('/people?q=huber');
  await adler.page.getByRole('link', { name: 'Vera Huber' }).click();
  await adler.page.getByRole('link', { name: 'Sperren …' }).click();
  assert.match(await adler.page.locator('main').innerText(), /1 Sitzung endet bei der nächsten Anfrage/);
  await adler.check('people-lock');
  await adler.page.getByRole('button', { name: '1 Person sperren' }).click();
  await adler.page.getByText('Die Person ist gesperrt.').waitFor();
  await huber.page.reload();
  assert.equal(new URL(huber.page.url()).pathname, '/login');
  await adler.page.getByRole('button', { name: 'Entsperren' }).click();
  await adler.page.getByText('Die Person ist entsperrt.').waitFor();
  await adler.close();
  await huber.close();
});

test('handing release over: whom, what it means, done', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.brandl });
  await page.goto('/house');
  await page.getByRole('link', { name: 'Vertretung benennen' }).click();
  await page.getByRole('radio', { name: /Jonas Graf/ }).check();
  await page.getByLabel('Letzter Tag').fill('30.04.2024');
  await page.getByRole('button', { name: 'Vertretung benennen' }).click();
  await page.getByText('in Vertretung von Dr. Ilse Brandl').waitFor();
  await check('house-deputy-named');
  await page.getByRole('link', { name: 'Freigabe übergeben …' }).click();
  await page.getByRole('radio', { name: /Jonas Graf/ }).check();
  await page.getByRole('button', { name: 'Weiter' }).click();
  const words = await page.locator('main').innerText();
  assert.match(words, /Jonas Graf kann für Freistaat Bayern freigeben, unbefristet/);
  assert.match(words, /Die Vertretung durch Jonas Graf endet/);
  assert.match(words, /keine Rolle mehr in Ihrer Organisation|Sie behalten/);
  assert.match(words, /hat noch keinen zweiten Faktor/);
  await check('house-handover-effect');
  await page.getByRole('button', { name: '1 Freigabe übergeben' }).click();
  await page.getByText('Die Freigabe ist übergeben.').waitFor();
  assert.equal((await page.request.get('/house')).status(), 403);
  await close();
});
