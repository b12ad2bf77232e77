// with asan
// The own account: for whom a session acts, sessions, the password, links of
// invitations and resets.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEMO_PASSWORD, PEOPLE, demoSecret, totp } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const ANSWER = `${BASE}/response/answers/L-K4-2`;
let w;
before(async () => {
  w = await world();
  // Tom Okafor works for two associations, Mira Sander also for one of them.
  await w.sql(`insert into app.membership (person_id, organisation_id, role)
    select p.id, o.id, 'editor' from app.person p, app.organisation o
      where p.mail in ('${PEOPLE.okafor}', '${PEOPLE.sander}') and o.code = 'DLT'`);
});
after(() => w?.stop());

describe('for whom', () => {
  test('the page offers what the person holds, the frame says it', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const page = await client.json('/account/context');
    assert.deepEqual(page.contexts.map((c) => [c.context, c.is_current]).sort(), [['DLT', false], ['VDB', true]]);
    assert.equal(page.frame.user.contexts.length, 2);
    const huber = await (await w.as(PEOPLE.huber)).json('/account/context');
    assert.equal(huber.frame.user.contexts, null, 'nothing to switch to');
  });

  test('switching leads to the response of that house, or to next', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const reply = await client.submit('/account/context', { context: 'DLT', next: '' });
    assert.equal(reply.location, `${BASE}/response`);
    assert.equal((await client.json('/account')).frame.user.context, 'DLT');
    assert.equal((await client.submit('/account/context?next=/account', { context: 'VDB' })).location, '/account');
    for (const next of ['//boese.example', 'https://boese.example/', '/\\boese.example']) {
      assert.match((await client.submit('/account/context', { context: 'DLT', next })).location, /^\/(?![/\\])/, next);
    }
  });

  test('the platform is a context of its own', async () => {
    const client = await w.as(PEOPLE.sander, { organisation: 'DLT' });
    assert.equal((await client.get(`${BASE}/returns`)).status, 403);
    const reply = await client.submit('/account/context', { context: 'platform', next: '' });
    assert.equal(reply.location, `${BASE}/returns`);
    const page = await client.get(reply.location);
    assert.equal(page.status, 200);
    assert.match(page.words, /Plattform · Moderation/);
    assert.equal((await client.get(`${BASE}/response`)).status, 403);
  });

  test('what somebody does not hold is not there', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    for (const context of ['BY', 'platform', 'GIBTESNICHT']) {
      assert.equal((await client.submit('/account/context', { context, next: '' })).status, 404, context);
    }
    assert.equal((await client.json('/account')).frame.user.context, 'VDB');
  });

  test('the next login begins where the last one was', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    await client.submit('/account/context', { context: 'DLT', next: '' });
    const again = w.client();
    await again.login(PEOPLE.okafor);
    assert.equal((await again.json('/account')).frame.user.context, 'DLT');
    await w.sql(`update app.membership set valid = daterange(null, '2024-04-20') where person_id =
      (select id from app.person where mail = '${PEOPLE.okafor}') and organisation_id = (select id from app.organisation where code = 'DLT')`);
    const later = w.client();
    await later.login(PEOPLE.okafor);
    assert.equal((await later.json('/account')).frame.user.context, 'VDB', 'unless that role has ended');
    await w.sql(`update app.membership set valid = daterange(null, null) where person_id =
      (select id from app.person where mail = '${PEOPLE.okafor}')`);
  });
});

describe('two tabs with two organisations', () => {
  test('a form of the other one is refused whole, switches and sends again on request', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const old = await client.visit(ANSWER);
    const fields = { ...old.form(ANSWER), stance: 'note', body: 'Aus dem ersten Fenster, für VDB.\nZweite Zeile mit „Anführung“.' };
    await client.submit('/account/context', { context: 'DLT', next: '' });
    const refused = await client.post(ANSWER, fields);
    assert.equal(refused.status, 409);
    assert.match(refused.words, /gehört zu VDB|gehört zu [^.]*VdB|Dieses Formular gehört zu/);
    const again = refused.form(ANSWER);
    assert.equal(again.body, fields.body);
    assert.equal(again.stance, 'note');
    assert.equal(again.switch_context, 'VDB');
    assert.equal(await w.value(`select count(*) from app.answer where body like 'Aus dem ersten Fenster%'`), '0');
    const saved = await client.post(ANSWER, again);
    assert.equal(saved.status, 303, saved.words);
    assert.equal(await w.value(`select o.code from app.answer a join app.organisation o on o.id = a.organisation_id
      where a.body like 'Aus dem ersten Fenster%'`), 'VDB');
    assert.equal((await client.json('/account')).frame.user.context, 'VDB');
  });

  test('a mistake in the form sent again is shown in the right house', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const fields = { ...(await client.visit(ANSWER)).form(ANSWER), stance: 'note', body: 'ä'.repeat(20_001) };
    await client.submit('/account/context', { context: 'DLT', next: '' });
    const reply = await client.post(ANSWER, (await client.post(ANSWER, fields)).form(ANSWER));
    assert.equal(reply.status, 422);
    assert.equal(reply.form(ANSWER).body, fields.body);
    assert.match(reply.form(ANSWER).csrf, /\.VDB$/);
  });

  test('nobody switches into a house that is not theirs', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const csrf = (await client.csrf()).split('.')[0];
    const reply = await client.post(ANSWER, { csrf: `${csrf}.BY`, switch_context: 'BY', version: '0', stance: 'note', body: 'x' });
    assert.equal(reply.status, 404);
    const foreign = await client.post(ANSWER, { csrf: `${csrf}.BY`, version: '0', stance: 'note', body: 'bleibt stehen' });
    assert.equal(foreign.status, 409);
    assert.match(foreign.text, /bleibt stehen/);
    assert.doesNotMatch(foreign.text, /switch_context/);
  });

  test('the twin says it in its error', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const csrf = (await client.csrf()).split('.')[0];
    const reply = await client.postJson(ANSWER, { version: 0, stance: 'note', body: 'x' }, { headers: { 'x-csrf-token': `${csrf}.DLT` } });
    assert.equal(reply.status, 409);
    assert.equal(reply.json.error.code, 'context');
    assert.match(reply.json.error.message, /Es wurde nichts gespeichert/);
  });

  test('forms about the person hold in every context', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const csrf = `${(await client.csrf()).split('.')[0]}.DLT`;
    assert.equal((await client.post('/account/stay', { csrf })).status, 303);
    assert.equal((await client.post('/account/context', { csrf, context: 'DLT' })).status, 303);
  });
});

describe('a form that comes after the session has ended', () => {
  const typed = { stance: 'note', body: 'Zwei Stunden Arbeit:\n„Schnittstellen“ & <Standards>.', reason: 'Erfahrung' };
  const end = (mail) => w.sql(`delete from app.session where person_id = (select id from app.person where mail = '${mail}')`);
  const late = async (mail, how) => {
    const client = await w.as(mail);
    const fields = { ...(await client.visit(ANSWER)).form(ANSWER), ...typed };
    await how(client);
    const reply = await client.post(ANSWER, fields);
    assert.equal(reply.status, 401);
    return { client, reply };
  };

  for (const [what, how] of [['ended on the server', () => end(PEOPLE.huber)], ['whose cookie is gone', (client) => client.cookies.clear()]]) {
    test(`${what}: the login shows it, and it is sent again afterwards`, async () => {
      await w.sql(`delete from app.answer where organisation_id = (select id from app.organisation where code = 'BY')
        and target_id in (select id from app.target where key = 'L-K4-2')`);
      const { client, reply } = await late(PEOPLE.huber, how);
      assert.match(reply.words, /Bitte melden Sie sich wieder an/);
      assert.match(reply.words, /Zwei Stunden Arbeit/);
      const wrong = await client.post('/login', { ...reply.form('/login'), mail: PEOPLE.huber, password: 'falsch und lang' });
      assert.equal(wrong.status, 422);
      const again = await client.post('/login', { ...wrong.form('/login'), mail: PEOPLE.huber, password: DEMO_PASSWORD });
      assert.equal(again.status, 200);
      assert.match(again.words, /Sie sind wieder angemeldet/);
      assert.match(again.words, /Vera Huber/);
      const kept = again.form(ANSWER);
      assert.deepEqual([kept.stance, kept.body, kept.reason], [typed.stance, typed.body, typed.reason]);
      const saved = await client.post(ANSWER, kept);
      assert.equal(saved.status, 303, saved.words);
      assert.equal((await client.json(ANSWER)).form.body, typed.body);
    });
  }

  test('in another context than it was made for it is refused and can switch', async () => {
    const client = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
    const fields = { ...(await client.visit(ANSWER)).form(ANSWER), ...typed, body: 'Für VDB geschrieben.' };
    await end(PEOPLE.okafor);
    await w.sql(`update app.person set last_context = 'DLT' where mail = '${PEOPLE.okafor}'`);
    const reply = await client.post(ANSWER, fields);
    const again = await client.post('/login', { ...reply.form('/login'), mail: PEOPLE.okafor, password: DEMO_PASSWORD });
    const refused = await client.post(ANSWER, again.form(ANSWER));
    assert.equal(refused.status, 409);
    assert.equal((await client.post(ANSWER, refused.form(ANSWER))).status, 303);
    assert.equal(await w.value(`select o.code from app.answer a join app.organisation o on o.id = a.organisation_id where a.body = 'Für VDB geschrieben.'`), 'VDB');
  });

  test('it waits behind the second factor too, also behind a wrong code', async () => {
    await w.sql(`insert into app.membership (person_id, organisation_id, role)
      select p.id, m.organisation_id, 'editor' from app.person p join app.membership m on m.person_id = p.id
        where p.mail = '${PEOPLE.brandl}' and m.role = 'releaser' on conflict do nothing`);
    const { client, reply } = await late(PEOPLE.brandl, () => end(PEOPLE.brandl));
    const code = await client.post('/login', { ...reply.form('/login'), mail: PEOPLE.brandl, password: DEMO_PASSWORD });
    assert.equal(code.status, 200);
    assert.match(code.words, /Code eingeben/);
    const wrong = await client.post('/login/second-factor', { ...code.form('/login/second-factor'), code: '000000' });
    assert.equal(wrong.status, 422);
    await w.sql(`update app.person set totp_step = null where mail = '${PEOPLE.brandl}'`);
    const again = await client.post('/login/second-factor', { ...wrong.form('/login/second-factor'), code: totp(demoSecret(PEOPLE.brandl), 0) });
    assert.equal(again.status, 200, again.words);
    assert.equal(again.form(ANSWER).body, typed.body);
    assert.equal((await client.get('/account')).status, 200);
  });

  test('what is not a form of ours leads on as usual', async () => {
    for (const kept of ['', '{', '[]', '{"action":"https://boese.example/","context":"","fields":[]}', '{"action":"/account/nichts","context":"","fields":[]}',
      `{"action":"${ANSWER}","context":"","fields":[{"name":1}]}`]) {
      const reply = await w.client().post('/login', { mail: PEOPLE.huber, password: DEMO_PASSWORD, next: '', kept });
      assert.equal(reply.status, 303, kept);
    }
  });

  test('a password is never kept', async () => {
    const client = await w.as(PEOPLE.graf);
    const page = await client.get('/account/password');
    await end(PEOPLE.graf);
    const reply = await client.post('/account/password', { ...page.form('/account/password'), password_old: 'mein altes Geheimnis', password: 'mein neues Geheimnis', password_again: 'mein neues Geheimnis' });
    assert.equal(reply.status, 401);
    assert.doesNotMatch(reply.text, /Geheimnis/);
  });
});

describe('sessions', () => {
  test('staying moves the end, and only of the own session', async () => {
    const client = await w.as(PEOPLE.graf);
    await w.sql(`update app.session set touched_at = touched_at - interval '20 minutes'`);
    const reply = await client.postJson('/account/stay', {});
    assert.equal(reply.status, 200);
    assert.ok(new Date(reply.json.stays_until) > new Date());
    assert.equal(await w.value(`select count(*) from app.session where touched_at > clock_timestamp() - interval '10 minutes'`), '1');
  });

  test('a save keeps a session alive like a page', async () => {
    const client = await w.as(PEOPLE.huber);
    const fields = { ...(await client.answerFields(BASE, 'L-K4-3')), stance: 'note', body: 'Noch da.' };
    await w.sql(`update app.session set touched_at = clock_timestamp() - interval '20 minutes'`);
    assert.equal((await client.post(`${BASE}/response/answers/L-K4-3`, fields)).status, 303);
    for (let i = 0; i < 50; i += 1) {
      if (await w.value(`select count(*) from app.session where touched_at > clock_timestamp() - interval '10 minutes'`) === '1') return;
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    assert.fail('the session was not touched');
  });

  test('the idle time is a setting', async () => {
    const client = await w.as(PEOPLE.graf);
    await w.sql(`update app.setting set value = '10' where key = 'session.idle_minutes'`);
    assert.equal((await client.json('/account')).frame.user.idle_minutes, 10);
    await w.sql(`update app.session set touched_at = clock_timestamp() - interval '11 minutes'`);
    assert.equal((await client.get('/account')).status, 303);
    await w.sql(`update app.setting set value = '30' where key = 'session.idle_minutes'`);
    assert.equal((await client.get('/account')).status, 200);
  });

  test('all others end at once', async () => {
    const [one, two, three] = [await w.as(PEOPLE.weiss), await w.as(PEOPLE.weiss), await w.as(PEOPLE.weiss)];
    const bystander = await w.as(PEOPLE.graf);
    assert.equal((await one.post('/account/sessions/others', { csrf: await one.csrf() })).status, 303);
    assert.equal((await one.get('/account')).status, 200);
    for (const gone of [two, three]) assert.equal((await gone.get('/account')).status, 303);
    assert.equal((await bystander.get('/account')).status, 200);
  });
});
