// What the operator says about himself: draft, preview, publishing; a few rules.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { Client } from '../lib/client.mjs';
import { Server, world } from '../lib/server.mjs';

let w, adler, nobody;
before(async () => {
  w = await world();
  [adler, nobody] = [await w.as(PEOPLE.adler, { organisation: null }), w.client()];
});
after(() => w?.stop());

const TEXTS = {
  operator_name: 'Beispielamt für Beteiligung', operator_address: 'Körperschaft des öffentlichen Rechts\n\nMusterstraße 1, 12345 Beispielstadt',
  represented_by: 'Dr. Ada Beispiel', contact_mail: 'fragen@beispielamt.example', privacy_officer: 'Datenschutz, Musterstraße 1 <script>alert(1)</script>',
  privacy_authority: '- Landesbeauftragte des Beispiellandes', enforcement_body: 'Durchsetzungsstelle Beispielland',
};

test('without settings the pages show the defaults, with all that Art. 13 asks for', async () => {
  const privacy = (await nobody.get('/privacy')).words;
  for (const words of ['FITKO (Föderale IT-Kooperation)', 'konsultation@fitko.example', 'Datenschutzbeauftragte Person', 'Art. 6 Abs. 1 Buchst. e und Abs. 3 DSGVO',
    '§ 1 und § 5 des IT-Staatsvertrags', '§ 3 des Hessischen Datenschutz- und Informationsfreiheitsgesetzes', 'Wer die Daten erhält', 'Auskunft (Art. 15)',
    'Hessische Beauftragte für Datenschutz', 'Informationsfreiheit', 'Anmeldeversuche mit Internetadresse: 1 Tag', 'nach dem Aktenplan']) {
    assert.ok(privacy.includes(words), words);
  }
  assert.match((await nobody.get('/imprint')).words, /Anbieter \(§ 5 DDG\) FITKO \(Föderale IT-Kooperation\) Anstalt des öffentlichen Rechts/);
  assert.match((await nobody.get('/')).words, /Ein Angebot von FITKO \(Föderale IT-Kooperation\)/);
  assert.match((await nobody.get('/accessibility')).words, /Regierungspräsidium Gießen/);
});

test('a draft is not public; the preview shows what changes, escaped', async () => {
  const reply = await adler.submit('/settings', TEXTS);
  assert.equal(reply.status, 303);
  assert.equal(reply.location, '/settings/preview');
  const preview = await adler.get('/settings/preview');
  assert.match(preview.words, /7 Angaben ändern sich/);
  assert.match(preview.words, /7 Angaben veröffentlichen/);
  assert.doesNotMatch(preview.text, /<script>alert/);
  for (const path of ['/', '/privacy', '/imprint', '/accessibility']) {
    assert.doesNotMatch((await nobody.get(path)).text, /Beispielamt|Beispielland/, path);
  }
  assert.match((await adler.get('/settings')).words, /Es gibt einen Entwurf/);
});

test('only the draft that was shown can be published', async () => {
  const preview = await adler.get('/settings/preview');
  await adler.submit('/settings', { ...TEXTS, operator_name: 'Anderes Amt' });
  const form = preview.form('/settings/preview');
  assert.equal((await adler.post('/settings/preview', form)).status, 409);
  assert.match((await nobody.get('/imprint')).words, /FITKO/);
  await adler.submit('/settings', TEXTS);
});

test('published: imprint, privacy, accessibility, header and contact on every page', async () => {
  const reply = await adler.submit('/settings/preview');
  assert.equal(reply.status, 303);
  const imprint = (await nobody.get('/imprint')).words;
  for (const words of ['Beispielamt für Beteiligung', 'Musterstraße 1, 12345 Beispielstadt', 'Dr. Ada Beispiel', 'fragen@beispielamt.example']) assert.ok(imprint.includes(words), words);
  assert.doesNotMatch(imprint, /FITKO \(Föderale/);
  const privacy = await nobody.get('/privacy');
  assert.match(privacy.text, /<li>Landesbeauftragte des Beispiellandes<\/li>/);
  assert.doesNotMatch(privacy.text, /<script>alert/);
  assert.match((await nobody.get('/accessibility')).words, /Durchsetzungsstelle Beispielland/);
  assert.match((await nobody.get('/help')).words, /fragen@beispielamt\.example/);
  assert.equal((await adler.get('/settings/preview')).status, 404);
  assert.equal(await w.value(`select count(*) from app.audit where act = 'setting.change' and hash_after is not null`), '4');
  assert.equal(await w.value(`select count(*) from app.audit a where a::text like '%Beispiel%'`), '0', 'the log holds hashes only');
});

test('what is published stands above the environment, this above the default; in mails too', async () => {
  const server = new Server({ variant: 'release', databaseUrl: w.server.databaseUrl, env: { RESONANZ_OPERATOR: 'Digitalministerium Beispielland', RESONANZ_CONTACT: 'post@beispielland.example' } });
  await server.start();
  const visitor = new Client(server.url);
  try {
    assert.match((await visitor.get('/')).words, /Ein Angebot von Beispielamt für Beteiligung/);
    await w.sql("delete from app.setting where key = 'operator'");
    assert.match((await visitor.get('/')).words, /Ein Angebot von Digitalministerium Beispielland/);
    const imprint = (await visitor.get('/imprint')).words;
    assert.match(imprint, /Digitalministerium Beispielland .*post@beispielland\.example/);
    assert.doesNotMatch(imprint, /Frankfurt/, 'the address of another is not shown');
    assert.match((await visitor.get('/gibt-es-nicht')).words, /Digitalministerium Beispielland/);
  } finally { await server.stop(); }
  assert.match((await nobody.get('/')).words, /Ein Angebot von FITKO/);
});

test('bad input: 422 at its field, nothing saved', async () => {
  for (const [fields, words] of [[{ contact_mail: 'kein-postfach' }, /keine vollständige E-Mail-Adresse/], [{ contact_phone: 'ruf an' }, /Telefonnummer/],
    [{ operator_name: 'x'.repeat(201) }, /Bitte kürzen Sie um 1/]]) {
    const reply = await adler.submit('/settings', { ...fields, responsible: 'Pressestelle' });
    assert.equal(reply.status, 422);
    assert.match(reply.words, words);
    assert.match(reply.text, /value="Pressestelle"/, 'input is kept');
  }
  assert.equal(await w.value(`select count(*) from app.setting where key = 'operator.draft'`), '0');
});

test('rules: factor of a consultation, idle time, addresses of checkpoints', async () => {
  const csrf = await adler.csrf();
  assert.equal((await adler.post('/settings/consultations/dachstrategie-2024', { csrf, release_needs_factor: '1' })).status, 303);
  assert.equal(await w.value('select release_needs_factor from app.consultation'), 't');
  assert.equal((await adler.post('/settings/consultations/gibt-es-nicht', { csrf })).status, 404);
  for (const minutes of ['9', '61', 'lang', '']) assert.equal((await adler.post('/settings/sessions', { csrf, idle_minutes: minutes })).status, 422, minutes);
  assert.equal((await adler.post('/settings/sessions', { csrf, idle_minutes: '20' })).status, 303);
  assert.equal(await w.value('select app.idle_time()'), '00:20:00');
  const bad = await adler.post('/settings/checkpoints', { csrf, addresses: 'siegel@archiv.example\nkaputt' });
  assert.equal(bad.status, 422);
  assert.match(bad.words, /„kaputt“ ist keine vollständige E-Mail-Adresse/);
  assert.match(bad.text, /siegel@archiv\.example\nkaputt<\/textarea>/);
  assert.equal((await adler.post('/settings/checkpoints', { csrf, addresses: 'Siegel@archiv.example\r\n\r\nzweite@archiv.example' })).status, 303);
  assert.equal(await w.value(`select value from app.setting where key = 'audit.checkpoint_addresses'`), '["siegel@archiv.example", "zweite@archiv.example"]');
});

test('who has not just shown who it is publishes nothing', async () => {
  await adler.submit('/settings', { responsible: 'Pressestelle' });
  await w.sql(`update app.session set stepped_up_at = clock_timestamp() - interval '11 minutes'`);
  assert.equal((await adler.submit('/settings/preview')).status, 403);
  assert.equal((await adler.post('/settings/discard', { csrf: await adler.csrf() })).status, 303);
  assert.equal((await adler.get('/settings/preview')).status, 404);
});
