// A7: administration of accounts, data request, erasure. Kim Adler lets a ministry
// follow another on its seat, invites with the second factor, answers a request
// for data, erases, is refused what nobody may, and locks somebody out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLoops, loop } from '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { PEOPLE, totp } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, signIn } from './lib.mjs';

const BMDS = 'Bundesministerium für Digitales und Staatsmodernisierung';
const NEW = { mail: 'jonas.weber@bmds.example', name: 'Jonas Weber', password: 'Sieben blaue Kraniche am See' };
let w, b, mails, adler, editor, texts;
before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  mails = await sink();
  w.jobsEnv = { RESONANZ_SMTP_URL: mails.url, RESONANZ_BASE_URL: w.url, RESONANZ_CONTACT: 'konsultation@fitko.example' };
  b = await browse();
  adler = await b.open(w.url, { allowed: [401, 403, 409] });
  await signIn(adler.page, PEOPLE.adler);
  const [[mail, name, key]] = await w.sql(`select p.mail, p.name, p.key from app.person p join app.membership m on m.person_id = p.id
    join app.organisation o on o.id = m.organisation_id where o.code = 'BUND' and m.role = 'editor'`);
  editor = { mail, name, key };
});
after(async () => { await endLoops(); await mails?.stop(); await b?.close(); await w?.stop(); });

const acts = async (act) => Number(await w.value(`select count(*) from app.audit where act = '${act}'`));
const words = (page) => page.locator('main').innerText();
const press = (page, name) => page.getByRole('button', { name }).click();
const csrf = (page) => page.locator('[name=csrf]').first().inputValue();

test('A7.1 creates the BMDS, successor of the BMI for seat BUND from 06.05.2025', async () => {
  const { page, check } = adler;
  await page.goto('/organisations/BUND');
  await page.getByRole('link', { name: 'Nachfolge eintragen' }).click();
  await page.getByRole('link', { name: 'Organisation anlegen' }).click();
  await page.locator('#name').fill(BMDS);
  await page.locator('#short_name').fill('Bund (BMDS)');
  await page.locator('#organisation_code').fill('BMDS');
  assert.equal(await page.locator('#level').inputValue(), 'bund', 'taken over from the predecessor');
  await check('A7-1-organisation');
  await page.locator('#valid_from').fill('06.05.2025');
  await press(page, '1 Organisation anlegen');
  await page.getByRole('heading', { name: 'Das passiert ab dem 06.05.2025' }).waitFor();
  const effect = await words(page);
  assert.match(effect, /Das passiert ab dem 06\.05\.2025/);
  assert.match(effect, /Die Stellungnahme bleibt unter „Bundesministerium des Innern und für Heimat“/);
  await check('A7-1-effect');
  await press(page, '1 Sitz an Bund (BMDS) übergeben');
  await page.waitForURL((url) => !url.pathname.endsWith('/successor'));
  const holders = await w.sql(`select d::date, count(h.id), min(o.code) from generate_series(date '2025-04-01', '2025-06-30', '1 day') d
      left join app.seat s on s.key = 'BUND' left join app.seat_holding h on h.seat_id = s.id and h.valid @> d::date
      left join app.organisation o on o.id = h.organisation_id group by 1 order by 1`);
  assert.ok(holders.every(([, count]) => count === '1'), 'exactly one holder a day');
  assert.deepEqual(holders.filter(([day]) => ['2025-05-05', '2025-05-06'].includes(day)).map(([, , code]) => code), ['BUND', 'BMDS']);
});

test('A7.2 on 07.05.2025 the seat is the BMDS’s, the Stellungnahme of 2024 the BMI’s', async () => {
  await w.clock('2025-05-07T09:00');
  const { page, check } = adler;
  await page.goto('/seats/BUND');
  const seat = await words(page);
  assert.match(seat, new RegExp(`${BMDS}\\s·\\shält den Sitz heute`));
  assert.match(seat, /Stellungnahme vom \d\d\.04\.2024 bleibt unter „Bundesministerium des Innern und für Heimat“/);
  await check('A7-2-seat');
  // the administration reads no Stellungnahme; the moderation opens it
  assert.equal((await page.request.get(`${BASE}/submissions/BUND`)).status(), 403);
  const sander = await b.open(w.url, { mail: PEOPLE.sander });
  await sander.page.goto(`${BASE}/submissions/BUND`);
  assert.match(await words(sander.page), /Bundesministerium des Innern und für Heimat/);
  assert.doesNotMatch(await words(sander.page), /BMDS|Staatsmodernisierung/);
  await sander.check('A7-2-submission');
  await sander.close();
});

test('A7.3 invites a person for release and demands the second factor', async () => {
  const { page, check } = adler;
  await page.goto('/people/new');
  await page.getByLabel('Dienstliche E-Mail-Adresse').fill(NEW.mail);
  await page.getByLabel('Vor- und Nachname').fill(NEW.name);
  await page.getByLabel('Organisation', { exact: true }).fill('BMDS');
  await page.getByRole('checkbox', { name: /^Freigabe/ }).check();
  await press(page, 'Einladung senden');
  await page.getByRole('heading', { name: NEW.name, level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Verlangen oder zurücksetzen …' }).click();
  await press(page, 'Zweiten Faktor verlangen');
  await page.waitForLoadState();
  assert.equal(await w.value(`select factor_demanded from app.person where mail = '${NEW.mail}'`), 't');
  await check('A7-3-demanded');
});

test('A7.3b the link comes by mail; release is of no use before the second factor', async () => {
  loop(w);
  for (let i = 0; i < 200 && mails.mails.length === 0; i += 1) await sleep(50);
  await endLoops();
  const mail = mails.mails.find((one) => one.link);
  assert.ok(mail, 'the invitation went out');
  assert.match(mail.text, /Kim Adler/);
  const { page, check, close } = await b.open(w.url, { width: 360, allowed: [403, 410] });
  await page.goto(mail.link);
  await check('A7-3-link');
  await page.locator('#password').fill(NEW.password);
  if (await page.locator('#password_again').isVisible()) await page.locator('#password_again').fill(NEW.password);
  await press(page, 'Zugang einrichten');
  await page.waitForURL((url) => !url.pathname.startsWith('/invitation/'));
  const refused = await page.goto('/house');
  assert.equal(refused.status(), 403, 'release waits for the second factor');
  assert.match(await words(page), /zweiter? Faktor/);
  await check('A7-3-withheld');
  await page.goto('/account/second-factor');
  await page.locator('[name=code]').fill(totp(await page.locator('[data-secret]').innerText()));
  await page.locator('main form button[type=submit]').first().click();
  await page.locator('.app-codes').waitFor();
  assert.equal((await page.goto('/house')).status(), 200, 'with it, release works');
  assert.match(await words(page), /Jonas Weber/);
  await page.goto(mail.link);
  assert.equal(new URL(page.url()).pathname.startsWith('/account'), false);
  assert.doesNotMatch(await words(page), /Mindestens 12 Zeichen/, 'the link worked once');
  await close();
});

test('A7.4 a former editor asks for her data: page and file, nothing of others', async () => {
  const { page, check } = adler;
  await page.goto(`/people/${editor.key}`);
  await page.getByRole('link', { name: 'Beenden … Bearbeitung' }).click();
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL(`**/people/${editor.key}*`);
  assert.equal(await w.value(`select m.valid @> app.today() from app.membership m join app.person p on p.id = m.person_id where p.key = '${editor.key}'`), 'f', 'a former editor');
  await page.getByRole('link', { name: 'Gespeicherte Daten' }).click();
  const shown = await words(page);
  for (const heading of ['Konto', 'Rollen', 'Sitzungen', 'Anmeldeversuche', 'Einladungen und Links', 'Nachrichten', 'Eigene Entwürfe', 'Einträge im Protokoll']) {
    assert.ok(shown.includes(heading), heading);
  }
  await check('A7-4-data');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Als Datei laden (JSON)' }).click()]);
  const text = readFileSync(await download.path(), 'utf8');
  const data = JSON.parse(text);
  assert.equal(data.person.mail, editor.mail);
  assert.ok(data.drafts.length > 0 && data.log.length > 0 && data.roles.length === 1);
  assert.ok(data.drafts.every((d) => d.organisation_code === 'BUND'));
  const others = (await w.sql(`select name, mail from app.person where key <> '${editor.key}' and name is not null`)).flat();
  assert.deepEqual(others.filter((other) => text.includes(other)), []);
  assert.ok(await acts('data.view') >= 1 && await acts('data.export') === 1);
});

test('A7.5 erases her: „ehem. Bearbeitung #…“, the released text unchanged, the hash verifies', async () => {
  texts = await w.value(`select md5(string_agg(x::text, ',' order by id)) from app.released_answer x`);
  const { page, check } = adler;
  await page.goto(`/people/${editor.key}`);
  await page.getByRole('link', { name: 'Person löschen …' }).click();
  assert.match(await words(page), /Was gelöscht wird[\s\S]*Was bleibt, und warum/);
  await check('A7-5-effect');
  await page.locator('#understood').check();
  await press(page, /^1 Person löschen/);
  await page.getByRole('heading', { name: 'ehem. Bearbeitung #1', level: 1 }).waitFor();
  await check('A7-5-erased');
  assert.equal(await w.value(`select md5(string_agg(x::text, ',' order by id)) from app.released_answer x`), texts);
  assert.match(await w.ctl('verify'), /: intact/);
  const tables = (await w.sql(`select relname from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r'`)).flat();
  const left = await w.sql(tables.map((t) => `select '${t}' from app.${t} x where position('${editor.name}' in x::text) > 0 or position('${editor.mail}' in x::text) > 0`).join(' union '));
  assert.deepEqual(left, []);
});

test('A7.6 what nobody may: moderation for himself, the last administrator', async () => {
  const { page, check } = adler;
  const me = await w.value(`select key from app.person where mail = '${PEOPLE.adler}'`);
  await page.goto(`/people/${me}/platform-roles/new`);
  assert.match(await words(page), /Sich selbst kann niemand Rollen geben/);
  assert.equal(await page.locator('main [name=role]').count(), 0);
  await check('A7-6-self-grant');
  await page.goto(`/people/${me}/erasure`);
  assert.match(await words(page), /Letzte Administration/);
  assert.equal(await page.locator('#understood').count(), 0);
  await check('A7-6-last');
  // and past the page, as a program would
  await page.goto('/retention');
  const form = { csrf: await csrf(page) };
  const origin = { origin: w.url };
  assert.equal((await page.request.post(`/people/${me}/platform-roles/new`, { form: { ...form, role: 'moderator' }, headers: origin, maxRedirects: 0 })).status(), 409);
  assert.equal((await page.request.post(`/people/${me}/erasure`, { form: { ...form, understood: '1' }, headers: origin, maxRedirects: 0 })).status(), 409);
  assert.deepEqual([await acts('platform_role.grant_refused'), await acts('person.erase_refused')], [1, 1], 'both are logged');
  assert.equal(await w.value(`select count(*) from app.platform_role r join app.person p on p.id = r.person_id where p.key = '${me}'`), '1');
});

test('A7.7 locks an account that is logged in elsewhere: out at the next request', async () => {
  const huber = await b.open(w.url, { mail: PEOPLE.huber, width: 360 });
  await huber.page.goto(`${BASE}/response`);
  const { page, check } = adler;
  await page.goto(`/people/${await w.value(`select key from app.person where mail = '${PEOPLE.huber}'`)}`);
  await page.getByRole('link', { name: 'Sperren …' }).click();
  await check('A7-7-effect');
  await press(page, '1 Person sperren');
  await page.getByText('Die Person ist gesperrt.').waitFor();
  await huber.page.goto(`${BASE}/response`);
  assert.equal(new URL(huber.page.url()).pathname, '/login');
  await huber.close();
});

test('A7.8 each change is in the log, without a name, and the guard saw nothing', async () => {
  for (const act of ['person.create', 'role.grant', 'factor.demand', 'role.end', 'data.view', 'data.export', 'person.erase', 'person.lock']) assert.ok(await acts(act) >= 1, act);
  assert.equal(await w.value(`select count(*) from app.audit a where a::text ~ 'Weber|Keller|Staatsmodernisierung|@'`), '0');
  const voss = await b.open(w.url, { mail: PEOPLE.voss });
  assert.equal((await voss.page.goto('/audit')).status(), 200);
  assert.match(await words(voss.page), /ehem\. Bearbeitung #1/);
  await voss.check('A7-8-audit');
  await voss.close();
  await adler.close();
});
