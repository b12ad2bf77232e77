// also asan
// Signing in and out: cookies, rotation, limits, where it leads.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEMO_PASSWORD, PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w;
before(async () => { w = await world(); });
after(() => w?.stop());

const attempt = (client, mail, password, more = {}) => client.post('/login', { mail, password, next: '', ...more });

test('a member lands on the response of the house', async () => {
  const huber = await w.as(PEOPLE.huber);
  assert.equal(huber.landing.split('?')[0], `${BASE}/response`);
  const page = await huber.get(huber.landing);
  assert.match(page.words, /Bayern/);
  assert.match(page.words, /Vera Huber/);
});

test('a moderator lands on the returns', async () => {
  assert.equal((await w.as(PEOPLE.sander)).landing.split('?')[0], `${BASE}/returns`);
});

test('each of the demo people can sign in', async () => {
  for (const [name, mail] of Object.entries(PEOPLE)) {
    const client = await w.as(mail);
    assert.equal((await client.get('/account')).status, 200, name);
  }
});

test('the cookie is HttpOnly, SameSite, for the whole site, without a domain', async () => {
  const [cookie] = (await attempt(w.client(), PEOPLE.huber, DEMO_PASSWORD)).headers['set-cookie'];
  assert.match(cookie, /;\s*HttpOnly/i);
  assert.match(cookie, /;\s*SameSite=(Lax|Strict)/i);
  assert.match(cookie, /;\s*Path=\//);
  assert.doesNotMatch(cookie, /Domain=/i);
  assert.match(cookie, /^[\w-]+=[A-Za-z0-9_-]{43};/);
});

test('behind a proxy with HTTPS it is a __Host- cookie and Secure', async () => {
  const trusting = await world({ env: { RESONANZ_TRUST_PROXY: '1' } });
  try {
    const reply = await trusting.client().post('/login', { mail: PEOPLE.huber, password: DEMO_PASSWORD, next: '' },
      { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.9', origin: trusting.url.replace('http:', 'https:') } });
    assert.equal(reply.status, 303);
    assert.match(reply.headers['set-cookie'][0], /^__Host-[\w-]+=/);
    assert.match(reply.headers['set-cookie'][0], /;\s*Secure/i);
  } finally { await trusting.stop(); }
});

test('the database knows only a hash of the session token', async () => {
  const client = await w.as(PEOPLE.graf);
  const token = [...client.cookies.values()][0];
  assert.equal(await w.value(`select count(*) from app.session where token_hash = sha256(convert_to('${token}', 'UTF8'))`), '1');
});

test('a wrong password and an unknown address read the same', async () => {
  const wrong = await attempt(w.client(), PEOPLE.brandl, 'falsch-und-lang-genug');
  const unknown = await attempt(w.client(), 'niemand@nirgends.example', 'falsch-und-lang-genug');
  assert.equal(wrong.status, 422);
  assert.equal(unknown.status, 422);
  const plain = (reply, mail) => reply.words.replaceAll(mail, 'X').replace(/[0-9a-f]{16}/g, '');
  assert.equal(plain(wrong, PEOPLE.brandl), plain(unknown, 'niemand@nirgends.example'));
  assert.match(wrong.text, new RegExp(PEOPLE.brandl), 'the address is kept');
  assert.doesNotMatch(wrong.text, /falsch-und-lang-genug/, 'the password is not');
});

test('the mail address may be written in capitals', async () => {
  const reply = await attempt(w.client(), PEOPLE.roth.toUpperCase(), DEMO_PASSWORD);
  assert.equal(reply.status, 303);
});

test('empty fields are named at the field', async () => {
  const reply = await attempt(w.client(), '', '');
  assert.equal(reply.status, 422);
  assert.match(reply.text, /aria-invalid="true"/);
});

test('next leads on, within this site only', async () => {
  const to = `${BASE}/response/answers/L-K12-2`;
  assert.equal((await attempt(w.client(), PEOPLE.huber, DEMO_PASSWORD, { next: to })).location, to);
  for (const next of ['https://boese.example/', '//boese.example', '/\\boese.example', 'javascript:alert(1)']) {
    const { location, status } = await attempt(w.client(), PEOPLE.huber, DEMO_PASSWORD, { next });
    assert.equal(status, 303);
    assert.match(location, /^\/(?![/\\])/, next);
  }
});

test('asked for a page of the house, nobody comes back to it after signing in', async () => {
  const client = w.client();
  const asked = await client.get(`${BASE}/response?show=empty`);
  assert.equal(asked.status, 303);
  const page = await client.get(asked.location);
  const form = page.form('/login');
  const reply = await client.post('/login', { ...form, mail: PEOPLE.huber, password: DEMO_PASSWORD });
  assert.equal(reply.location, `${BASE}/response?show=empty`);
});

test('signing in again rotates the session', async () => {
  const client = await w.as(PEOPLE.lorenz);
  const old = new Map(client.cookies);
  await client.login(PEOPLE.lorenz);
  assert.notDeepEqual([...client.cookies], [...old]);
  const thief = w.client();
  thief.cookies = old;
  assert.equal((await thief.get('/account')).status, 303);
});

test('a session cannot be chosen from outside', async () => {
  const client = w.client();
  client.cookies.set('resonanz', 'A'.repeat(43));
  await client.login(PEOPLE.okafor);
  assert.notEqual(client.cookies.get('resonanz'), 'A'.repeat(43));
});

test('signing out ends the session on the server', async () => {
  const client = await w.as(PEOPLE.weiss);
  const cookies = new Map(client.cookies);
  const reply = await client.logout();
  assert.equal(reply.status, 303);
  client.cookies = cookies;
  assert.equal((await client.get('/account')).status, 303);
});

test('ending another session from the account page', async () => {
  const one = await w.as(PEOPLE.petersen);
  const two = await w.as(PEOPLE.petersen);
  const { sessions } = await one.json('/account');
  const other = sessions.find((s) => !s.is_current);
  assert.ok(other, 'the other one is listed');
  const reply = await one.post('/account/sessions', { csrf: await one.csrf(), session: other.id });
  assert.equal(reply.status, 303);
  assert.equal((await two.get('/account')).status, 303);
  assert.equal((await one.get('/account')).status, 200);
});

test('nobody ends a session of somebody else', async () => {
  const victim = await w.as(PEOPLE.adler);
  const { sessions: [session] } = await victim.json('/account');
  const attacker = await w.as(PEOPLE.petersen);
  const reply = await attacker.post('/account/sessions', { csrf: await attacker.csrf(), session: session.id });
  assert.ok([303, 404].includes(reply.status), `status ${reply.status}`);
  assert.equal((await victim.get('/account')).status, 200);
});

test('a session that was idle for half an hour is over', async () => {
  const client = await w.as(PEOPLE.voss);
  await w.sql(`update app.session set touched_at = clock_timestamp() - interval '31 minutes' where token_hash = sha256(convert_to('${client.cookies.get('resonanz')}', 'UTF8'))`);
  assert.equal((await client.get('/account')).status, 303);
});

test('a locked person is out with the next request', async () => {
  const client = await w.as(PEOPLE.falk);
  await w.sql(`update app.person set state = 'locked' where mail = '${PEOPLE.falk}'`);
  assert.equal((await client.get('/account')).status, 303);
  assert.equal((await attempt(w.client(), PEOPLE.falk, DEMO_PASSWORD)).status, 422);
});

test('after five failures an account waits, others do not', async () => {
  for (let i = 0; i < 5; i += 1) assert.equal((await attempt(w.client(), PEOPLE.thoms, 'ganz-falsch-geraten')).status, 422);
  const reply = await attempt(w.client(), PEOPLE.thoms, DEMO_PASSWORD);
  assert.equal(reply.status, 429);
  assert.ok(Number(reply.headers['retry-after']) > 0);
  assert.match(reply.words, /Minute/);
  assert.equal((await attempt(w.client(), PEOPLE.huber, DEMO_PASSWORD)).status, 303);
});

test('a form of another site cannot sign anybody in', async () => {
  const reply = await w.client().post('/login', { mail: PEOPLE.huber, password: DEMO_PASSWORD }, { headers: { origin: 'https://boese.example' } });
  assert.equal(reply.status, 403);
  assert.equal(reply.headers['set-cookie'], undefined);
});
