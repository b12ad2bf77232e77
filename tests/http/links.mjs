// also asan
// Links of one use: invitation and reset; the rules of passwords; the own
// password. What a link says to whom, and that its token stays out of the log.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { DEMO_PASSWORD, PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const GOOD = 'drei Störche überm Deich';
let w;
before(async () => { w = await world(); });
after(() => w?.stop());

/** A person of a house who has no account yet. */
async function invited(mail, name, code = 'KLEINBEISPIEL', role = 'editor') {
  await w.sql(`with p as (insert into app.person (mail, name) values ('${mail}', '${name}') returning id)
    insert into app.membership (person_id, organisation_id, role)
      select p.id, o.id, '${role}' from p, app.organisation o where o.code = '${code}'`);
}

/** What the mail job does with the newest open link of a person: its token. */
async function sent(mail) {
  const token = randomBytes(32).toString('base64url');
  const rows = await w.sql(`update app.invitation i set token_hash = sha256('${token}'), sent_at = app.now()
    where i.id = (select max(x.id) from app.invitation x join app.person p on p.id = x.person_id
      where p.mail = '${mail}' and x.used_at is null and x.withdrawn_at is null) returning purpose`);
  assert.equal(rows.length, 1, `an open link of ${mail}`);
  return token;
}

async function link(mail, purpose = 'invitation') {
  await w.sql(`select app.invite(null::app.caller, p.id, (select m.organisation_id from app.membership m where m.person_id = p.id limit 1), '${purpose}')
    from app.person p where p.mail = '${mail}'`);
  return `/invitation/${await sent(mail)}`;
}

const accept = async (client, path, password, more = {}) => {
  const page = await client.get(path);
  return client.post(path, { ...page.form(path), password, password_again: password, ...more });
};
const wait = async (query, expected) => {
  for (let i = 0; i < 100; i += 1) {
    if (await w.value(query) === expected) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  assert.equal(await w.value(query), expected, query);
};

describe('an invitation', () => {
  const mail = 'nina.neu@kleinbeispiel.example';
  let path;
  before(async () => { await invited(mail, 'Nina Neu'); path = await link(mail); });

  test('says who is invited, for what and until when', async () => {
    const page = await w.client().get(path);
    assert.equal(page.status, 200);
    assert.match(page.words, /Nina Neu/);
    assert.match(page.words, /Kleinbeispiel ?:? ?Bearbeitung/);
    assert.match(page.words, /29\.04\.2024/);
    assert.match(page.text, /href="\/privacy"/);
    assert.match(page.text, /autocomplete="new-password"/);
  });

  test('is never in a Referer and in no cache', async () => {
    const page = await w.client().get(path);
    assert.equal(page.headers['referrer-policy'], 'strict-origin');
    assert.equal(page.headers['cache-control'], 'no-store');
  });

  for (const [password, word] of [['kurz', /hat 4 Zeichen.*mindestens 12/], ['Passwort2024!', /häufigen Wörtern/], ['qwertzuiop12', /Reihen der Tastatur/],
    ['resonanz ist wunderbar', /Namen der Plattform/], ['die FITKO ist wunderbar', /Betreibers/], ['aus Kleinbeispiel komme ich', /Organisation|Namen oder Ihrer E-Mail/],
    ['nina ist meine Heldin', /Ihrem Namen/], ['Tulpe7Tulpe7', /wiederholt sich/]]) {
    test(`refuses „${password}“ and says why at the field`, async () => {
      const reply = await accept(w.client(), path, password);
      assert.equal(reply.status, 422);
      assert.match(reply.words, word);
      assert.match(reply.text, /id="password"[^>]*aria-invalid="true"/);
      assert.doesNotMatch(reply.text, new RegExp(`value="${password}"`));
      assert.equal(await w.value(`select state from app.person where mail = '${mail}'`), 'invited', 'nothing half done');
    });
  }

  test('two inputs that differ are refused; one alone is fine with scripts', async () => {
    const reply = await accept(w.client(), path, GOOD, { password_again: `${GOOD}.` });
    assert.equal(reply.status, 422);
    assert.match(reply.words, /nicht gleich/);
  });

  test('an empty password is named at the field', async () => {
    const reply = await accept(w.client(), path, '', { password_again: '' });
    assert.equal(reply.status, 422);
    assert.match(reply.text, /id="password-error"/);
  });

  test('is used once: the account is active, signed in, the second factor offered', async () => {
    const client = w.client();
    const reply = await accept(client, path, GOOD);
    assert.equal(reply.status, 303, reply.words);
    assert.equal(reply.location, '/account/welcome');
    assert.match(reply.headers['set-cookie'][0], /HttpOnly/);
    const welcome = await client.get(reply.location);
    assert.match(welcome.words, /Später/);
    assert.match(welcome.text, /href="\/account\/second-factor\?next=/);
    assert.equal((await client.get(`${BASE}/response`)).status, 200);
    assert.deepEqual(await w.sql(`select p.state, i.used_at is not null, left(p.password_hash, 10) from app.person p join app.invitation i on i.person_id = p.id where p.mail = '${mail}'`),
      [['active', 't', '$argon2id$']]);
    assert.equal(await w.value(`select count(*) from app.audit where act = 'invitation.accept'`), '1');
    const again = await w.client().get(path);
    assert.equal(again.status, 410);
    assert.match(again.words, /Dieser Link wurde schon benutzt/);
    assert.match(again.text, /href="\/login"/);
    assert.doesNotMatch(again.text, /Nina Neu|nina\.neu/, 'nothing about the person');
    assert.equal((await w.client().post(path, { password: GOOD })).status, 410);
    const login = w.client();
    await login.login(mail, GOOD);
  });

  test('of two at the same time one wins', async () => {
    await invited('zwei@kleinbeispiel.example', 'Zora Zweig');
    const twice = await link('zwei@kleinbeispiel.example');
    const replies = await Promise.all([1, 2, 3].map(() => accept(w.client(), twice, GOOD)));
    assert.deepEqual(replies.map((r) => r.status).sort(), [303, 410, 410]);
    assert.equal(await w.value(`select count(*) from app.session s join app.person p on p.id = s.person_id where p.mail = 'zwei@kleinbeispiel.example'`), '1');
  });

  test('who must have a second factor is led to it', async () => {
    await invited('demanded@bayern.example', 'Dora Demand', 'BY', 'releaser');
    const client = w.client();
    const reply = await accept(client, await link('demanded@bayern.example'), GOOD);
    assert.match(reply.location, /^\/account\/second-factor/);
  });

  test('runs out with the clock of the consultation and says how to get another', async () => {
    const late = 'spaet@kleinbeispiel.example';
    await invited(late, 'Silke Spät');
    const old = await link(late);
    assert.equal((await w.client().get(old)).status, 200);
    await w.clock('2024-04-29T09:30');
    try {
      const reply = await w.client().get(old);
      assert.equal(reply.status, 410);
      assert.match(reply.words, /abgelaufen/);
      assert.match(reply.text, /href="\/password-reset"/);
      assert.equal((await w.client().post(old, { password: GOOD })).status, 410);
      const client = w.client();
      assert.equal((await client.submit('/password-reset', { mail: late })).status, 303);
      await wait(`select count(*) from app.mail m join app.person p on p.id = m.person_id where p.mail = '${late}' and m.template = 'invitation'`, '2');
      assert.equal((await w.client().get(`/invitation/${await sent(late)}`)).status, 200, 'the new one works');
    } finally { await w.clock('2024-04-22T09:00'); }
  });

  test('unknown is like any page that is not there', async () => {
    const unknown = await w.client().get(`/invitation/${randomBytes(32).toString('base64url')}`);
    assert.equal(unknown.status, 404);
    const other = await w.client().get('/nichts');
    const plain = (reply) => reply.words.replace(/[0-9a-f]{16}/g, '');
    assert.equal(plain(unknown), plain(other));
    for (const bad of ['kurz', `${'A'.repeat(42)}!`, 'A'.repeat(44), '%2e%2e']) assert.equal((await w.client().get(`/invitation/${bad}`)).status, 404, bad);
  });

  test('a withdrawn one, and one of a locked person, does not hold', async () => {
    const person = 'weg@kleinbeispiel.example';
    await invited(person, 'Wim Weg');
    const first = await link(person);
    const second = await link(person);
    assert.equal((await w.client().get(first)).status, 410, 'only the last one holds');
    assert.equal((await w.client().get(second)).status, 200);
    await w.sql(`update app.person set state = 'locked' where mail = '${person}'`);
    assert.equal((await w.client().get(second)).status, 410);
  });
});

describe('forgotten', () => {
  test('known, unknown, invited and locked addresses get one answer and leave the same behind', async () => {
    await invited('noch.nie@kleinbeispiel.example', 'Nora Nie');
    await w.sql(`update app.person set state = 'locked' where mail = '${PEOPLE.falk}'`);
    const seen = new Set();
    for (const mail of [PEOPLE.graf, 'niemand@nirgends.example', 'noch.nie@kleinbeispiel.example', PEOPLE.falk]) {
      const before = await w.value('select count(*) from app.login_attempt');
      const client = w.client();
      const reply = await client.submit('/password-reset', { mail });
      const page = await client.get(reply.location);
      seen.add(`${reply.status} ${reply.location} ${page.words.replace(/[0-9a-f]{16}/g, '')}`);
      assert.equal(Number(await w.value('select count(*) from app.login_attempt')) - Number(before), 1, 'the same work before the answer');
    }
    assert.equal(seen.size, 1, [...seen].join('\n'));
    await wait(`select count(*) from app.mail where template = 'password_reset'`, '1');
    assert.equal(await w.value(`select count(*) from app.mail m join app.person p on p.id = m.person_id where p.mail in ('noch.nie@kleinbeispiel.example', '${PEOPLE.falk}')`), '0',
      'who was never invited, or is locked, gets nothing');
  });

  test('the link sets a password, ends every session and says so by mail', async () => {
    const old = await w.as(PEOPLE.graf);
    const client = w.client();
    const path = `/invitation/${await sent(PEOPLE.graf)}`;
    assert.match((await client.get(path)).words, /Neues Passwort/);
    const reply = await accept(client, path, GOOD);
    assert.equal(reply.status, 303, reply.words);
    assert.equal((await client.get('/account')).status, 200);
    assert.equal((await old.get('/account')).status, 303, 'the old session is over');
    assert.equal((await w.client().post('/login', { mail: PEOPLE.graf, password: DEMO_PASSWORD })).status, 422);
    await w.client().login(PEOPLE.graf, GOOD);
    assert.equal(await w.value(`select count(*) from app.mail m join app.person p on p.id = m.person_id where p.mail = '${PEOPLE.graf}' and m.template = 'password_changed'`), '1');
    assert.equal((await w.client().get(path)).status, 410);
  });

  test('a second factor is asked for all the same', async () => {
    await w.sql(`update app.person set totp_secret = '\\x00', totp_set_at = now() where mail = '${PEOPLE.roth}'`);
    const client = w.client();
    const reply = await accept(client, await link(PEOPLE.roth, 'reset'), GOOD);
    assert.equal(reply.location, '/login/second-factor');
    assert.equal((await client.get('/account')).status, 303, 'not signed in yet');
  });

  test('a link holds for an hour', async () => {
    const path = await link(PEOPLE.thoms, 'reset');
    await w.clock('2024-04-22T11:00');
    try {
      assert.equal((await w.client().get(path)).status, 410);
    } finally { await w.clock('2024-04-22T09:00'); }
  });

  test('an address can be asked for a few times, others go on', async () => {
    const client = w.client();
    const ask = (mail) => client.post('/password-reset', { mail });
    for (let i = 0; i < 5; i += 1) assert.equal((await ask('viel@nirgends.example')).status, 303);
    const reply = await ask('VIEL@nirgends.example');
    assert.equal(reply.status, 429);
    assert.ok(Number(reply.headers['retry-after']) > 0);
    assert.match(reply.form('/password-reset').mail, /viel@nirgends/i);
    assert.equal((await ask('anders@nirgends.example')).status, 303);
    await client.login(PEOPLE.huber);
  });

  test('a second request within two minutes makes no second link', async () => {
    await w.client().post('/password-reset', { mail: PEOPLE.huber });
    await wait(`select count(*) from app.mail m join app.person p on p.id = m.person_id where p.mail = '${PEOPLE.huber}'`, '1');
    await w.client().post('/password-reset', { mail: PEOPLE.huber });
    const client = w.client();
    await client.post('/password-reset', { mail: 'danach@nirgends.example' });
    await wait(`select count(*) from app.login_attempt where account_hash = sha256('reset danach@nirgends.example')`, '1');
    assert.equal(await w.value(`select count(*) from app.invitation i join app.person p on p.id = i.person_id where p.mail = '${PEOPLE.huber}' and purpose = 'reset'`), '1');
  });

  test('an empty field is named', async () => {
    assert.equal((await w.client().submit('/password-reset', { mail: '' })).status, 422);
  });
});

describe('the own password', () => {
  const change = async (client, fields) => client.submit('/account/password', { password_again: fields.password, ...fields });

  test('needs the old one', async () => {
    const client = await w.as(PEOPLE.weiss);
    const reply = await change(client, { password_old: 'falsch und lang genug', password: GOOD });
    assert.equal(reply.status, 422);
    assert.match(reply.words, /bisherige Passwort stimmt nicht/);
    assert.match(reply.text, /id="password_old"[^>]*aria-invalid="true"/);
    assert.equal((await change(client, { password_old: DEMO_PASSWORD, password: 'zu kurz' })).status, 422);
    assert.match((await change(client, { password_old: GOOD, password: GOOD })).words, /bisheriges Passwort/);
  });

  test('changes, rotates this session and ends the others', async () => {
    const client = await w.as(PEOPLE.weiss);
    const other = await w.as(PEOPLE.weiss);
    const token = client.cookies.get('resonanz');
    const reply = await change(client, { password_old: DEMO_PASSWORD, password: GOOD });
    assert.equal(reply.status, 303, reply.words);
    assert.match((await client.get(reply.location)).words, /Passwort ist geändert/);
    assert.notEqual(client.cookies.get('resonanz'), token);
    assert.equal((await other.get('/account')).status, 303);
    await w.client().login(PEOPLE.weiss, GOOD);
    assert.deepEqual(await w.sql(`select act from app.audit where act like 'password.%' and person_id = (select id from app.person where mail = '${PEOPLE.weiss}')`), [['password.change']]);
  });

  test('guessing it is slowed down like a login', async () => {
    const client = await w.as(PEOPLE.lorenz);
    for (let i = 0; i < 5; i += 1) assert.equal((await change(client, { password_old: `geraten ist das ${i}`, password: GOOD })).status, 422);
    const reply = await change(client, { password_old: DEMO_PASSWORD, password: GOOD });
    assert.equal(reply.status, 429);
    assert.ok(Number(reply.headers['retry-after']) > 0);
  });
});

test('no token stands in the log', async () => {
  const path = await link(PEOPLE.thoms, 'reset');
  const token = path.split('/')[2];
  await w.client().get(path);
  await w.client().get(`/api${path}`);
  await w.client().get(`${path}/`);
  await w.client().get(`${path}?x=1`);
  await accept(w.client(), path, 'kurz');
  await w.client().request('PUT', path, { body: '' });
  assert.equal((await w.client().get('/health')).status, 200);
  assert.ok(!w.server.output.includes(token), w.server.output.split('\n').find((line) => line.includes(token)));
  assert.ok(w.server.output.includes('/invitation/:token'), 'the request is there');
});

test('too many passwords at once are put off, not queued without end', async () => {
  const small = await world({ env: { RESONANZ_WORKERS: '1' } });
  try {
    const token = randomBytes(32).toString('base64url');
    await small.sql(`with p as (insert into app.person (mail, name) values ('voll@kleinbeispiel.example', 'Vera Voll') returning id)
      insert into app.invitation (person_id, purpose, token_hash, created_at, ends_at)
        select id, 'invitation', sha256('${token}'), app.now(), app.now() + interval '7 days' from p`);
    const workers = small.server.workers();
    for (const pid of workers) process.kill(pid, 'SIGSTOP'); // they find all of them waiting, however slowly they are sent
    const asked = Array.from({ length: 120 }, () => small.client().post(`/invitation/${token}`, { password: GOOD }, { useAgent: false }));
    await sleep(1000);
    for (const pid of workers) process.kill(pid, 'SIGCONT');
    const replies = await Promise.all(asked);
    const by = (status) => replies.filter((reply) => reply.status === status);
    assert.equal(by(303).length, 1, 'one wins');
    assert.ok(by(429).length > 0, 'some are put off');
    assert.equal(by(303).length + by(410).length + by(429).length, 120);
    for (const reply of by(429)) assert.ok(Number(reply.headers['retry-after']) > 0);
  } finally { await small.stop(); }
});
