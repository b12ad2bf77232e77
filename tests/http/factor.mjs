// also asan
// The second factor: second_factor, second_factor_post, account_factor,
// factor_set, factor_codes, factor_removal, factor_remove, and step-up before
// dangerous acts (step_up, step_up_post).
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { testKeys } from '../lib/cluster.mjs';
import { DEMO_PASSWORD, PEOPLE, demoSecret, totp } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const SECOND = '/login/second-factor';
const FACTOR = '/account/second-factor';
let w;
before(async () => { w = await world({ clock: '2024-04-02T09:00' }); });
after(() => w?.stop());

/** Before a test that needs codes: steps used and attempts made are forgotten. */
const fresh = (mail) => w.sql(`update app.person set totp_step = null where mail = '${mail}'; delete from app.login_attempt`);
const secretOf = (mail) => demoSecret(mail);
const acts = async (mail) => (await w.sql(`select a.act from app.audit a join app.person p on p.id = a.person_id where p.mail = '${mail}' order by a.id`)).map(([act]) => act);
const session = (client) => `token_hash = sha256(convert_to('${client.cookies.get('resonanz')}', 'UTF8'))`;
/** The last time this session has confirmed anything is eleven minutes ago. */
const stale = (client) => w.sql(`update app.session set stepped_up_at = clock_timestamp() - interval '11 minutes' where ${session(client)}`);

/** Password given, code to come. */
async function pending(mail, next = '') {
  const client = w.client();
  const reply = await client.post('/login', { mail, password: DEMO_PASSWORD, next });
  assert.equal(reply.status, 303, reply.words.slice(0, 300));
  return Object.assign(client, { to: reply.location });
}
/** Sends a code as the page does. */
async function code(client, value, more = {}) {
  const page = await client.get(client.to ?? SECOND);
  return client.post(SECOND, { ...page.form(SECOND), code: value, ...more });
}
/** Sets a second factor in a session; { secret, codes }. */
async function enrol(client) {
  const page = await client.json(`${FACTOR}?show=new`);
  const reply = await client.post(FACTOR, { csrf: await client.csrf(), code: totp(page.offer.secret) });
  assert.equal(reply.status, 200, reply.words.slice(0, 400));
  return { secret: page.offer.secret, codes: [...reply.text.matchAll(/<li class="app-mono">([\d-]{14})<\/li>/g)].map((m) => m[1]), reply };
}

describe('signing in', () => {
  test('the right password of who has a factor leads to the code, and keeps where to go', async () => {
    await fresh(PEOPLE.sander);
    const client = await pending(PEOPLE.sander, `${BASE}/opinion`);
    assert.equal(client.to, `${SECOND}?next=${BASE}/opinion`);
    const before = client.cookies.get('resonanz');
    const reply = await code(client, totp(secretOf(PEOPLE.sander)));
    assert.equal(reply.status, 303);
    assert.equal(reply.location, `${BASE}/opinion`);
    assert.notEqual(client.cookies.get('resonanz'), before, 'another token');
    assert.equal((await client.get(`${BASE}/opinion`)).status, 200, 'the role counts');
    client.cookies.set('resonanz', before);
    assert.equal((await client.get('/account')).status, 303, 'the old one is void');
    assert.deepEqual((await acts(PEOPLE.sander)).slice(-2), ['login.password', 'login.factor']);
  });

  test('without next it leads where the person begins', async () => {
    await fresh(PEOPLE.brandl);
    const client = await pending(PEOPLE.brandl);
    assert.equal((await code(client, totp(secretOf(PEOPLE.brandl)))).location, `${BASE}/response`);
  });

  test('who has none is not asked', async () => {
    const client = w.client();
    assert.equal((await client.post('/login', { mail: PEOPLE.huber, password: DEMO_PASSWORD, next: '' })).location, `${BASE}/response`);
  });

  test('a session that waits for the code can do nothing else', async () => {
    await fresh(PEOPLE.brandl);
    const client = await pending(PEOPLE.brandl);
    for (const path of ['/account', FACTOR, '/account/step-up', `${BASE}/response`, `${BASE}/response/release`, `${BASE}/returns`]) {
      const reply = await client.get(path);
      assert.equal(reply.status, 303, path);
      assert.match(reply.location, /^\/login\?next=/);
    }
    const { csrf } = await client.get(SECOND);
    for (const path of [FACTOR, `${FACTOR}/recovery-codes`, '/account/sessions', `${BASE}/response/release`]) {
      assert.equal((await client.post(path, { csrf, code: '123456', session: '1', confirm_code: totp(secretOf(PEOPLE.brandl)) })).status, 401, path);
    }
    const page = await client.get('/');
    assert.doesNotMatch(page.words, /Ilse Brandl/, 'nobody is signed in yet');
  });

  test('it ends after ten minutes, and the page says where to begin again', async () => {
    await fresh(PEOPLE.brandl);
    const client = await pending(PEOPLE.brandl, '/account');
    const { csrf } = await client.get(client.to);
    await w.sql(`update app.session set created_at = clock_timestamp() - interval '11 minutes', ends_at = clock_timestamp() - interval '1 second' where ${session(client)}`);
    assert.equal((await client.get(client.to)).location, '/login?next=/account&notice=login_again');
    const reply = await client.post(SECOND, { csrf, code: totp(secretOf(PEOPLE.brandl)), next: '/account' });
    assert.equal(reply.status, 401);
    assert.match(reply.text, /href="\/login\?next=\/account"/);
    assert.doesNotMatch(reply.text, new RegExp(totp(secretOf(PEOPLE.brandl))));
  });

  test('cancelling ends it on the server', async () => {
    await fresh(PEOPLE.brandl);
    const client = await pending(PEOPLE.brandl);
    const cookies = new Map(client.cookies);
    await client.post('/logout', { csrf: (await client.get(SECOND)).csrf });
    client.cookies = cookies;
    assert.equal((await client.get(SECOND)).status, 303);
  });

  test('a code counts once', async () => {
    await fresh(PEOPLE.sander);
    const now = totp(secretOf(PEOPLE.sander));
    assert.equal((await code(await pending(PEOPLE.sander), now)).status, 303);
    const again = await code(await pending(PEOPLE.sander), now);
    assert.equal(again.status, 422);
    assert.match(again.words, /stimmt nicht oder wurde schon benutzt/);
    assert.match(again.text, /aria-invalid="true"/);
    assert.equal((await acts(PEOPLE.sander)).at(-1), 'login.factor_failed');
  });

  test('two at the same time with one code: one is in', async () => {
    await fresh(PEOPLE.sander);
    const clients = await Promise.all([1, 2, 3, 4].map(() => pending(PEOPLE.sander)));
    const now = totp(secretOf(PEOPLE.sander));
    const replies = await Promise.all(clients.map((client) => code(client, now)));
    assert.equal(replies.filter((r) => r.status === 303).length, 1, replies.map((r) => r.status).join());
  });

  test('the code of a step beside is taken, once, and none from before it', async () => {
    await fresh(PEOPLE.sander);
    const secret = secretOf(PEOPLE.sander);
    assert.equal((await code(await pending(PEOPLE.sander), totp(secret, 1))).status, 303, 'a device that is fast');
    assert.equal((await code(await pending(PEOPLE.sander), totp(secret, 1))).status, 422);
    assert.equal((await code(await pending(PEOPLE.sander), totp(secret, 0))).status, 422, 'a step before the one used');
    await fresh(PEOPLE.sander);
    assert.equal((await code(await pending(PEOPLE.sander), totp(secret, -3))).status, 422, 'too old');
    assert.equal((await code(await pending(PEOPLE.sander), totp(secret, 3))).status, 422, 'too early');
  });

  test('blanks do not matter, other things are no code', async () => {
    await fresh(PEOPLE.sander);
    const now = totp(secretOf(PEOPLE.sander));
    for (const typed of ['', '12345', 'abcdef', `${now}0`, '１２３４５６']) {
      const reply = await code(await pending(PEOPLE.sander), typed);
      assert.equal(reply.status, 422, typed);
      await w.sql('delete from app.login_attempt');
    }
    assert.equal((await code(await pending(PEOPLE.sander), ` ${now.slice(0, 3)} ${now.slice(3)} `)).status, 303);
  });

  test('five wrong codes: this account waits, another does not, the right password does not help', async () => {
    await fresh(PEOPLE.brandl);
    await fresh(PEOPLE.sander);
    for (let i = 0; i < 5; i += 1) assert.equal((await code(await pending(PEOPLE.brandl), '000000')).status, 422);
    assert.equal((await w.client().post('/login', { mail: PEOPLE.brandl, password: DEMO_PASSWORD, next: '' })).status, 429);
    assert.equal((await code(await pending(PEOPLE.sander), totp(secretOf(PEOPLE.sander)))).status, 303);
    await w.sql('delete from app.login_attempt');
  });

  test('with one session: the sixth code is not looked at', async () => {
    await fresh(PEOPLE.brandl);
    const client = await pending(PEOPLE.brandl);
    for (let i = 0; i < 5; i += 1) assert.equal((await code(client, '000000')).status, 422);
    const reply = await code(client, totp(secretOf(PEOPLE.brandl)));
    assert.equal(reply.status, 429);
    assert.match(reply.words, /Zu viele Versuche. Bitte warten Sie 1 Minute/);
    await w.sql('delete from app.login_attempt');
  });

  test('the same for machines', async () => {
    await fresh(PEOPLE.sander);
    const client = w.client();
    const json = (path, fields, csrf) => client.request('POST', `/api${path}`, { body: JSON.stringify(fields), headers: { 'content-type': 'application/json', ...(csrf ? { 'x-csrf-token': csrf } : {}) } });
    const first = await json('/login', { mail: PEOPLE.sander, password: DEMO_PASSWORD });
    assert.equal(first.json.location, SECOND);
    const wrong = await json(SECOND, { code: '000000' }, first.json.csrf);
    assert.equal(wrong.status, 422);
    assert.deepEqual(wrong.json.error.fields.map((f) => [f.field, f.code]), [['code', 'code_wrong']]);
    const right = await json(SECOND, { code: totp(secretOf(PEOPLE.sander)) }, first.json.csrf);
    assert.equal(right.status, 200);
    assert.equal((await client.get('/api/account')).status, 200);
  });

  test('only in a demonstration does the page show the code', async () => {
    await fresh(PEOPLE.sander);
    const client = await pending(PEOPLE.sander);
    assert.doesNotMatch((await client.get(SECOND)).words, /Vorführung: Ihr Code/);
    assert.deepEqual(Object.keys((await client.get(`/api${SECOND}`)).json).sort(), ['form', 'frame']);
    const demo = await world({ env: { RESONANZ_MODE: 'demo' } });
    try {
      for (const again of [false, true]) { // also within the step that is used up
        const visitor = demo.client();
        await visitor.post('/login', { mail: PEOPLE.sander, password: DEMO_PASSWORD, next: '' });
        const page = await visitor.get(SECOND);
        const [, shown] = /Ihr Code ist (\d{6})/.exec(page.words);
        assert.equal((await visitor.post(SECOND, { csrf: page.csrf, code: shown })).status, 303, `again: ${again}`);
      }
    } finally { await demo.stop(); }
  });
});

describe('setting it', () => {
  test('who has a role of the platform, but no factor, is led there and back', async () => {
    const client = await w.as(PEOPLE.petersen, { factor: false, organisation: null });
    await w.sql(`update app.person set totp_secret = null, totp_set_at = null where mail = '${PEOPLE.petersen}'`);
    const refused = await client.get(`${BASE}/synopsis?level=land`);
    assert.equal(refused.status, 403);
    assert.match(refused.words, /Dafür ist ein zweiter Faktor nötig/);
    const [, href] = /href="(\/account\/second-factor[^"]*)"/.exec(refused.text);
    const page = await client.get(href);
    assert.match(page.words, /Sie haben eine Rolle auf der Plattform/);
    const [, secret] = /data-secret>([A-Z2-7 ]{39})</.exec(page.text);
    assert.match(page.text, /<svg class="app-qr"/);
    assert.match(page.text, /href="otpauth:\/\/totp\/Resonanz:[^"]*issuer=Resonanz/);
    const reply = await client.post(FACTOR, { ...page.form(FACTOR), code: totp(secret) });
    assert.equal(reply.status, 200, reply.words.slice(0, 300));
    const [, onward] = /href="([^"]+)"><span class="kern-label">Gespeichert, weiter/.exec(reply.text);
    assert.equal(onward.replaceAll('&amp;', '&'), `${BASE}/synopsis?level=land`);
    assert.equal((await client.get(onward)).status, 200, 'the role counts at once');
  });

  test('a wrong first code changes nothing and shows the same key again', async () => {
    const client = await w.as(PEOPLE.graf);
    const page = await client.get(FACTOR);
    const [, secret] = /data-secret>([A-Z2-7 ]{39})</.exec(page.text);
    const reply = await client.post(FACTOR, { ...page.form(FACTOR), code: '000000' });
    assert.equal(reply.status, 422);
    assert.match(reply.text, new RegExp(secret));
    assert.match(reply.text, /id="code-error"/);
    assert.equal(await w.value(`select totp_secret is null from app.person where mail = '${PEOPLE.graf}'`), 't');
  });

  test('the key is of this session alone and stored nowhere', async () => {
    const [one, two] = [await w.as(PEOPLE.graf), await w.as(PEOPLE.graf)];
    const [a, b] = [(await one.json(FACTOR)).offer.secret, (await two.json(FACTOR)).offer.secret];
    assert.notEqual(a, b);
    assert.equal((await two.post(FACTOR, { csrf: await two.csrf(), code: totp(a) })).status, 422);
  });

  test('ten recovery codes, shown once, each counts once', async () => {
    const client = await w.as(PEOPLE.graf);
    const { secret, codes, reply } = await enrol(client);
    assert.equal(new Set(codes).size, 10);
    assert.match(reply.text, /download="resonanz-wiederherstellungscodes.txt"/);
    assert.ok(decodeURIComponent(/data:text\/plain;charset=utf-8,([^"]+)/.exec(reply.text)[1]).split('\r\n').includes(codes[3]));
    assert.doesNotMatch((await client.get(FACTOR)).text, new RegExp(codes[0]));
    assert.equal(await w.value(`select count(*) from app.person where mail = '${PEOPLE.graf}' and encode(totp_secret, 'hex') ~ '${Buffer.from(totp(secret)).toString('hex')}'`), '0');

    const lost = await pending(PEOPLE.graf, `${BASE}/response`);
    const used = await code(lost, codes[3]);
    assert.equal(used.status, 303);
    assert.equal(used.location, `${FACTOR}?notice=recovery_used&next=${BASE}/response`);
    const page = await lost.get(used.location);
    assert.match(page.words, /9 von 10 übrig/);
    assert.match(page.words, /mit einem Wiederherstellungscode angemeldet/);
    assert.equal((await code(await pending(PEOPLE.graf), codes[3])).status, 422, 'the second time');
    assert.equal((await code(await pending(PEOPLE.graf), codes[4].replaceAll('-', ''))).status, 303, 'hyphens do not matter');
    assert.ok((await acts(PEOPLE.graf)).includes('factor.recovery_used'));

    const renewed = await client.post(`${FACTOR}/recovery-codes`, { csrf: await client.csrf() });
    assert.equal(renewed.status, 200);
    assert.doesNotMatch(renewed.text, new RegExp(codes[5]));
    assert.equal((await code(await pending(PEOPLE.graf), codes[5])).status, 422, 'the old ones are void');
    await w.sql('delete from app.login_attempt');
  });

  test('a recovery code of one person is none of another', async () => {
    const { codes } = await enrol(await w.as(PEOPLE.thoms));
    assert.equal((await code(await pending(PEOPLE.graf), codes[0])).status, 422);
    assert.equal((await code(await pending(PEOPLE.thoms), codes[0])).status, 303);
  });

  test('another device: the old one counts until the new one has been right', async () => {
    const client = await w.as(PEOPLE.graf);
    const old = await enrol(client);
    const page = await client.json(`${FACTOR}?show=new`);
    assert.notEqual(page.offer.secret, old.secret);
    await fresh(PEOPLE.graf);
    assert.equal((await code(await pending(PEOPLE.graf), totp(old.secret))).status, 303);
    const now = await enrol(client);
    await fresh(PEOPLE.graf);
    assert.equal((await code(await pending(PEOPLE.graf), totp(old.secret))).status, 422);
    assert.equal((await code(await pending(PEOPLE.graf), totp(now.secret))).status, 303);
  });

  test('switching it off where nothing demands it: first the effect, then the act', async () => {
    const client = await w.as(PEOPLE.thoms);
    await enrol(client);
    const page = await client.get(`${FACTOR}/removal`);
    assert.match(page.words, /Abschalten, 10 Codes verwerfen/);
    const reply = await client.post(`${FACTOR}/removal`, page.form(`${FACTOR}/removal`));
    assert.equal(reply.status, 303);
    assert.equal((await w.client().post('/login', { mail: PEOPLE.thoms, password: DEMO_PASSWORD, next: '' })).location, `${BASE}/response`);
    assert.equal(await w.value(`select count(*) from app.session s join app.person p on p.id = s.person_id where p.mail = '${PEOPLE.thoms}' and s.factor_at is not null`), '0');
  });

  test('where it is mandatory the reason stands instead of the button, and the act is refused', async () => {
    for (const [mail, reason] of [[PEOPLE.sander, /Rolle auf der Plattform/], [PEOPLE.brandl, /für einen Sitz im IT-Planungsrat frei/]]) {
      const client = await w.as(mail);
      const page = await client.get(FACTOR);
      assert.match(page.words, /Abschalten ist nicht möglich/);
      assert.match(page.words, reason);
      assert.doesNotMatch(page.text, /href="\/account\/second-factor\/removal"/);
      const reply = await client.post(`${FACTOR}/removal`, { csrf: await client.csrf() });
      assert.equal(reply.status, 409);
      assert.match(reply.words, /Ihre Rolle verlangt den zweiten Faktor/);
      assert.equal(await w.value(`select totp_set_at is not null from app.person where mail = '${mail}'`), 't');
    }
  });

  test('a session that has not shown the factor cannot change it', async () => {
    const bare = await w.as(PEOPLE.brandl, { factor: false });
    const { offer } = await bare.json(`${FACTOR}?show=new`);
    for (const [path, fields] of [[FACTOR, { code: totp(offer.secret) }], [`${FACTOR}/recovery-codes`, {}], [`${FACTOR}/removal`, {}]]) {
      const reply = await bare.post(path, { csrf: await bare.csrf(), ...fields });
      assert.equal(reply.status, 403, path);
      assert.match(reply.words, /den Code aus Ihrer App/);
    }
    const page = await bare.get(FACTOR);
    assert.match(page.words, /Code jetzt eingeben/);
  });

  test('a secret that was copied into the row of another opens nothing', async () => {
    const client = await w.as(PEOPLE.falk);
    const { secret } = await enrol(client);
    await w.sql(`update app.person x set totp_secret = y.totp_secret, totp_set_at = now(), totp_step = null
      from app.person y where x.mail = '${PEOPLE.roth}' and y.mail = '${PEOPLE.falk}'`);
    assert.equal((await code(await pending(PEOPLE.roth), totp(secret))).status, 422);
    await w.sql(`update app.person set totp_secret = null, totp_set_at = null where mail = '${PEOPLE.roth}'; delete from app.login_attempt`);
  });
});

describe('step-up', () => {
  const RELEASE = `${BASE}/response/release`;
  /** What the release form would send; the words of it are the last of Bayern. */
  async function form(client, more = {}) {
    const doc = await client.json(RELEASE);
    return { csrf: (await client.get('/account')).csrf, content_hash: doc.content_hash, publication: 'yes', declaration: '1', ...more };
  }
  const versions = () => w.value("select count(*) from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'BY'");
  before(async () => {
    const huber = await w.as(PEOPLE.huber);
    await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Die Vision „Deutschland kann Digital“ trägt.' });
  });

  test('within ten minutes nobody asks; after that the page keeps what was sent', async () => {
    await fresh(PEOPLE.brandl);
    const brandl = await w.as(PEOPLE.brandl);
    const fields = await form(brandl);
    await stale(brandl);
    const asked = await brandl.post(RELEASE, fields);
    assert.equal(asked.status, 403);
    assert.match(asked.words, /Bitte bestätigen Sie, dass Sie es sind/);
    const kept = asked.form(RELEASE);
    for (const name of ['content_hash', 'publication', 'declaration']) assert.equal(kept[name], fields[name], name);
    assert.equal(await versions(), '0');

    const empty = await brandl.post(RELEASE, { ...kept, confirm_code: '' });
    assert.equal(empty.status, 422);
    const wrong = await brandl.post(RELEASE, { ...empty.form(RELEASE), confirm_code: '000000' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /id="confirm_code-error"/);
    assert.equal(await versions(), '0');
    const again = wrong.form(RELEASE);
    for (const name of ['content_hash', 'publication', 'declaration']) assert.equal(again[name], fields[name], name);

    const done = await brandl.post(RELEASE, { ...again, confirm_code: totp(secretOf(PEOPLE.brandl)) });
    assert.equal(done.status, 303, done.words.slice(0, 300));
    assert.match(done.location, /^\/receipts\/R1-BY-1-/);
    assert.equal(await versions(), '1');
    assert.ok((await acts(PEOPLE.brandl)).includes('session.step_up_failed'));
  });

  test('a correction, and the same by JSON', async () => {
    await fresh(PEOPLE.brandl);
    const [huber, brandl] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.brandl)];
    await huber.post(`${BASE}/response/correction`, { csrf: await huber.csrf() });
    const fields = { content_hash: (await brandl.json(RELEASE)).content_hash, publication: 'no', declaration: true };
    await stale(brandl);
    const asked = await brandl.postJson(RELEASE, fields);
    assert.equal(asked.status, 403);
    assert.equal(asked.json.error.code, 'step_up');
    assert.deepEqual(asked.json.error.fields.map((f) => f.field), ['confirm_code']);
    const wrong = await brandl.postJson(RELEASE, { ...fields, confirm_code: '000000' });
    assert.equal(wrong.status, 422);
    assert.deepEqual(wrong.json.error.fields.map((f) => [f.field, f.code]), [['confirm_code', 'code_wrong']]);
    const done = await brandl.postJson(RELEASE, { ...fields, confirm_code: totp(secretOf(PEOPLE.brandl)) });
    assert.equal(done.status, 200, done.text);
    assert.match(done.json.receipt, /^R1-BY-2-/);
  });

  test('who has no factor is asked for the password, which is not shown again', async () => {
    const client = await w.as(PEOPLE.okafor, { factor: false });
    await stale(client);
    const page = await client.get(FACTOR);
    const [, secret] = /data-secret>([A-Z2-7 ]{39})</.exec(page.text);
    const asked = await client.post(FACTOR, { ...page.form(FACTOR), code: totp(secret) });
    assert.equal(asked.status, 403);
    assert.match(asked.words, /Ihr Passwort noch einmal/);
    const wrong = await client.post(FACTOR, { ...asked.form(FACTOR), confirm_password: 'ganz-falsch-geraten' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /id="confirm_password-error"/);
    assert.doesNotMatch(wrong.text, /ganz-falsch-geraten/);
    const done = await client.post(FACTOR, { ...wrong.form(FACTOR), confirm_password: DEMO_PASSWORD });
    assert.equal(done.status, 200, done.words.slice(0, 300));
    assert.match(done.words, /Ihre Wiederherstellungscodes/);
  });

  test('the page by itself leads on, and only within this site', async () => {
    await fresh(PEOPLE.brandl);
    const bare = await w.as(PEOPLE.brandl, { factor: false });
    const refused = await bare.get(RELEASE);
    assert.equal(refused.status, 403);
    const account = await bare.get(/href="(\/account\/second-factor\?next=[^"]+)"/.exec(refused.text)[1]);
    const page = await bare.get(/href="(\/account\/step-up\?next=[^"]+)"/.exec(account.text)[1]);
    const done = await bare.post('/account/step-up', { ...page.form('/account/step-up'), confirm_code: totp(secretOf(PEOPLE.brandl)) });
    assert.equal(done.status, 303);
    assert.equal(done.location, RELEASE);
    assert.equal(await w.value(`select factor_at is not null from app.session where ${session(bare)}`), 't', 'the session has shown it');
    await fresh(PEOPLE.brandl);
    const bad = await bare.post('/account/step-up', { csrf: await bare.csrf(), next: 'https://boese.example/', confirm_code: totp(secretOf(PEOPLE.brandl)) });
    assert.equal(bad.location, '/');
    assert.equal((await bare.post('/account/step-up', { csrf: await bare.csrf(), next: RELEASE })).status, 403);
  });

  test('a page or file that asks once more is reached by way of the code', async () => {
    await fresh(PEOPLE.adler);
    const adler = await w.as(PEOPLE.adler);
    await stale(adler);
    const key = await w.value(`select key from app.person where mail = '${PEOPLE.huber}'`);
    const path = `/people/${key}/data.json?as=file`;
    const asked = await adler.get(path);
    assert.equal(asked.status, 403);
    assert.match(asked.words, /Für diese Seite brauchen wir den Code aus Ihrer App noch einmal/);
    const form = asked.form('/account/step-up');
    assert.equal(form.next, path);
    const wrong = await adler.post('/account/step-up', { ...form, confirm_code: '000000' });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.form('/account/step-up').next, path, 'where to go is kept');
    const done = await adler.post('/account/step-up', { ...wrong.form('/account/step-up'), confirm_code: totp(secretOf(PEOPLE.adler)) });
    assert.equal(done.location, path);
    assert.equal((await adler.get(path)).status, 200);
  });

  test('wrong codes here count for the account, too', async () => {
    await fresh(PEOPLE.brandl);
    const brandl = await w.as(PEOPLE.brandl);
    for (let i = 0; i < 5; i += 1) assert.equal((await brandl.post('/account/step-up', { csrf: await brandl.csrf(), confirm_code: '000000' })).status, 422);
    const reply = await brandl.post('/account/step-up', { csrf: await brandl.csrf(), confirm_code: totp(secretOf(PEOPLE.brandl)) });
    assert.equal(reply.status, 429);
    assert.match(reply.words, /Zu viele Versuche/);
    assert.equal((await brandl.get('/account')).status, 200, 'the session lives');
    await w.sql('delete from app.login_attempt');
  });

  test('the form stays for whom it was made', async () => {
    await fresh(PEOPLE.brandl);
    const brandl = await w.as(PEOPLE.brandl);
    const fields = await form(brandl);
    await stale(brandl);
    const other = `${fields.csrf.slice(0, 43)}.MV`;
    const asked = await brandl.post(RELEASE, { ...fields, csrf: other });
    assert.equal(asked.status, 403);
    assert.equal(asked.form(RELEASE).csrf, other);
    const done = await brandl.post(RELEASE, { ...asked.form(RELEASE), confirm_code: totp(secretOf(PEOPLE.brandl)) });
    assert.equal(done.status, 409, 'another organisation than the one of the session');
  });
});

describe('release of houses without a seat', () => {
  test('is with the password alone, unless the consultation says otherwise', async () => {
    const weiss = await w.as(PEOPLE.weiss, { factor: false });
    const okafor = await w.as(PEOPLE.okafor, { factor: false });
    await okafor.save(BASE, 'L-K12-2', { stance: 'note', body: 'Offene Standards nützen auch der Wirtschaft.' });
    await w.sql('update app.consultation set release_needs_factor = true');
    const doc = await weiss.json(`${BASE}/response/release`);
    assert.equal(doc.needs_factor, true);
    const fields = { csrf: await weiss.csrf(), content_hash: doc.content_hash, publication: 'no', declaration: '1' };
    const refused = await weiss.post(`${BASE}/response/release`, fields);
    assert.equal(refused.status, 403);
    assert.match(refused.words, /Dafür ist ein zweiter Faktor nötig/);
    assert.match(refused.text, /href="\/account\/second-factor\?next=[^"]+\/response\/release"/);
    assert.match((await weiss.get(FACTOR)).words, /Ein Verfahren verlangt ihn für die Freigabe/);
    await w.sql('update app.consultation set release_needs_factor = false');
    const done = await weiss.post(`${BASE}/response/release`, fields);
    assert.equal(done.status, 303, done.words.slice(0, 300));
  });
});

test('another key seals: codes go on counting, recovery codes as long as their key is there', async () => {
  const keys = mkdtempSync(join(tmpdir(), 'resonanz-box-'));
  const file = join(keys, 'box.key');
  const lines = () => readFileSync(file, 'utf8').trim().split('\n');
  const keep = (kept) => { writeFileSync(file, kept.map((line) => `${line}\n`).join('')); chmodSync(file, 0o600); };
  const env = { RESONANZ_KEYS: keys };
  const shared = w;
  const restart = async () => { await w.server.stop(); await w.server.start(); };
  cpSync(testKeys(), keys, { recursive: true });
  w = await world({ clock: '2024-04-02T09:00', env });
  try {
    const { secret, codes } = await enrol(await w.as(PEOPLE.graf));
    const graf = async (value) => { await fresh(PEOPLE.graf); return (await code(await pending(PEOPLE.graf), value)).status; };
    const sealed = () => w.value(`select encode(totp_secret, 'hex') from app.person where mail = '${PEOPLE.graf}'`);
    const before = await sealed();

    assert.match(await w.ctl('keys', 'rotate', 'box', { env }), /1 former ones behind it\nRestart every web server, then run "resonanzctl keys reseal"/);
    await restart();
    assert.equal(await graf(totp(secret)), 303, 'what the former key sealed');
    assert.equal(await graf(codes[0]), 303, 'and hashed');
    assert.equal(await graf(codes[0]), 422, 'still once');

    const count = Number(await w.value('select count(*) from app.person where totp_secret is not null'));
    assert.match(await w.ctl('keys', 'reseal', { env }), new RegExp(`: ${count} sealed anew, 0 already`));
    assert.match(await w.ctl('keys', 'reseal', { env }), new RegExp(`: 0 sealed anew, ${count} already`));
    assert.deepEqual(await w.sql("select amount from app.audit where act = 'keys.reseal'"), [[String(count)]], 'in the log once');
    assert.notEqual(await sealed(), before);
    assert.equal(await graf(totp(secret)), 303, 'while the server runs');
    assert.equal(await graf(codes[1]), 303);
    const { codes: young } = await enrol(await w.as(PEOPLE.okafor));

    const [inUse, former] = lines();
    keep([inUse]);
    await restart();
    assert.equal(await graf(totp(secret)), 303, 'without the former key');
    assert.equal(await graf(codes[2]), 422, 'whose recovery codes are void');
    assert.equal((await code(await pending(PEOPLE.okafor), young[0])).status, 303, 'unlike later ones');

    keep([former]);
    const failed = await w.ctl('keys', 'reseal', { env }).then((text) => assert.fail(text), (e) => e);
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /no key of box\.key opens this secret/);
    assert.match(failed.stdout, new RegExp(`${count + 1} with none of box\\.key`));
    assert.equal(await w.value("select count(*) from app.audit where act = 'keys.reseal'"), '1');
  } finally {
    await w.stop();
    w = shared;
    rmSync(keys, { recursive: true, force: true });
  }
});
