// with asan
// People and roles over HTTP: errors at the field with nothing lost, what is
// refused stays in the log, locking reaches a session that lives, foreign ids.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE, demoSecret, totp } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';

let w, adler, sander, brandl;
const key = (mail) => w.value(`select key from app.person where mail = '${mail}'`);
const role = (mail, name) => w.value(`select m.key from app.membership m join app.person p on p.id = m.person_id
  where p.mail = '${mail}' and m.role = '${name}' order by m.id desc limit 1`);
const logged = (act) => w.value(`select count(*) from app.audit where act = '${act}'`).then(Number);
before(async () => {
  w = await world();
  adler = await w.as(PEOPLE.adler);
  sander = await w.as(PEOPLE.sander);
  brandl = await w.as(PEOPLE.brandl);
});
after(() => w?.stop());

describe('inviting', () => {
  test('what is wrong is said at the field, and nothing typed is lost', async () => {
    const reply = await adler.submit('/people/new', { mail: 'ayse.yilmaz@bayern', name: 'Ayşe Yılmaz', organisation: 'Freistaat Bayern', editor: '1', valid_until: '30.06.2024' });
    assert.equal(reply.status, 422);
    assert.match(reply.words, /E-Mail-Adresse: Das ist keine vollständige E-Mail-Adresse/);
    const form = reply.form('/people/new');
    assert.deepEqual([form.mail, form.name, form.organisation, form.editor, form.valid_until], ['ayse.yilmaz@bayern', 'Ayşe Yılmaz', 'Freistaat Bayern', '1', '30.06.2024']);
    assert.equal(await w.value(`select count(*) from app.person where name = 'Ayşe Yılmaz'`), '0');
  });
  for (const [field, fields, words] of [
    ['organisation', { organisation: 'Amt Nirgendwo' }, /Diese Organisation kennen wir nicht/],
    ['organisation', { organisation: 'e' }, /Das passt zu \d+ Organisationen/],
    ['roles', { editor: '' }, /mindestens eine Rolle|welche Rolle/],
    ['valid_from', { valid_from: '31.02.2024' }, /Bitte geben Sie ein Datum ein/],
    ['valid_from', { valid_from: '21.04.2024' }, /Heute ist der 22\.04\.2024/],
    ['valid_until', { valid_from: '01.05.2024', valid_until: '30.04.2024' }, /Der letzte Tag liegt vor dem ersten/],
    ['platform_role', { platform_role: 'king' }, /angebotenen Möglichkeiten/],
  ]) {
    test(`${field}: ${JSON.stringify(fields)}`, async () => {
      const reply = await adler.submit('/people/new', { mail: 'neu@bayern.example', name: 'Neu', organisation: 'BY', editor: '1', ...fields });
      assert.equal(reply.status, 422, reply.words.slice(0, 300));
      assert.match(reply.words, words);
      assert.ok(reply.text.includes(`href="#${field}"`), 'the summary leads to the field');
      assert.ok(reply.text.includes(`id="${field}"`), 'which is there');
      assert.equal(await w.value(`select count(*) from app.person where mail = 'neu@bayern.example'`), '0');
    });
  }
  test('a new person: invited, with a link to come, shown on the page', async () => {
    const reply = await adler.submit('/people/new', { mail: 'Ayse.Yilmaz@Bayern.example', name: 'Ayşe Yılmaz', organisation: 'bayern', editor: '1', valid_until: '30.06.2024' });
    assert.equal(reply.status, 303, reply.words.slice(0, 500));
    const page = await adler.visit(reply.location);
    assert.match(page.words, /Die Einladung ist unterwegs\..*Ayşe Yılmaz.*eingeladen.*Bearbeitung.*ab 22\.04\.2024 bis 30\.06\.2024.*offen/);
  });
  test('the same address again: the same person, both periods named where they meet', async () => {
    const fields = { mail: 'ayse.yilmaz@bayern.example', name: 'Ayse', organisation: 'BY', editor: '1', valid_from: '01.06.2024' };
    const refused = await adler.submit('/people/new', fields);
    assert.equal(refused.status, 409);
    assert.match(refused.words, /vom 22\.04\.2024 bis 30\.06\.2024\. Ihr Zeitraum vom 01\.06\.2024, unbefristet, überschneidet sich damit/);
    const other = await adler.submit('/people/new', { ...fields, organisation: 'NI' });
    assert.match(other.location, /notice=person_invited_again$/);
    assert.equal(await w.value(`select string_agg(i.withdrawn_at is null || '', ',' order by i.id) from app.invitation i
      join app.person p on p.id = i.person_id where p.mail = 'ayse.yilmaz@bayern.example'`), 'false,true');
  });
  test('JSON: the same rules for a program', async () => {
    const reply = await adler.postJson('/people/new', { mail: 'x', name: 'X', organisation: 'BY', editor: true });
    assert.equal(reply.status, 422);
    assert.match(JSON.stringify(reply.json.error), /"field":"mail"/);
  });
});

describe('nobody to himself', () => {
  test('the button is replaced by its reason', async () => {
    const page = await adler.get(`/people/${await key(PEOPLE.adler)}`);
    assert.match(page.words, /Sich selbst kann niemand Rollen geben/);
    assert.ok(!page.text.includes('/platform-roles/new"'));
  });
  test('a direct POST is 409, changes nothing, and stays in the log', async () => {
    const own = await key(PEOPLE.adler);
    const before = await logged('platform_role.grant_refused');
    const reply = await adler.post(`/people/${own}/platform-roles/new`, { csrf: await adler.csrf(), role: 'moderator' });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Sich selbst kann niemand Rollen geben\. Der Versuch steht im Protokoll/);
    assert.equal(await logged('platform_role.grant_refused'), before + 1);
    assert.equal(await w.value(`select count(*) from app.platform_role r join app.person p on p.id = r.person_id where p.mail = '${PEOPLE.adler}'`), '1');
    const twin = await adler.postJson(`/people/${own}/platform-roles/new`, { role: 'moderator' });
    assert.equal(twin.status, 409);
    assert.equal(twin.json.error.code, 'self_grant');
    assert.equal(await logged('platform_role.grant_refused'), before + 2);
  });
  test('a moderator does not get into a house', async () => {
    const reply = await sander.submit('/invitations/new', { mail: PEOPLE.sander, name: 'Mira Sander', organisation: 'BY', reader: '1' });
    assert.equal(reply.status, 409);
    assert.equal(await w.value(`select count(*) from app.membership m join app.person p on p.id = m.person_id
      join app.organisation o on o.id = m.organisation_id where p.mail = '${PEOPLE.sander}' and o.code = 'BY'`), '0');
  });
});

describe('the last ones', () => {
  test('the last release: no button, and a direct POST is 409 with an entry', async () => {
    const person = await key(PEOPLE.brandl);
    const page = await adler.get(`/people/${person}`);
    assert.match(page.words, /letzte Freigabe, geschützt/);
    assert.ok(!page.text.includes(`/people/${person}/lock"`));
    const before = await logged('person.lock_refused');
    const reply = await adler.post(`/people/${person}/lock`, { csrf: await adler.csrf() });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Letzte Freigabe von Bayern: Niemand sonst könnte freigeben/);
    assert.equal(await logged('person.lock_refused'), before + 1);
    assert.equal((await brandl.get('/house')).status, 200);
  });
  test('two who end each other at once: one remains', async () => {
    const reply = await adler.submit(`/people/${await key(PEOPLE.graf)}/roles/new`, { organisation: 'BY', role: 'releaser' });
    assert.equal(reply.status, 303, reply.words.slice(0, 300));
    const csrf = await adler.csrf();
    const ends = await Promise.all([PEOPLE.graf, PEOPLE.brandl].map(async (mail) => adler.post(`/people/${await key(mail)}/roles/${await role(mail, 'releaser')}/end`, { csrf, last_day: '' })));
    assert.deepEqual(ends.map((r) => r.status).sort(), [303, 409]);
    assert.equal(await w.value(`select count(*) from app.membership m join app.organisation o on o.id = m.organisation_id
      where o.code = 'BY' and m.role = 'releaser' and m.valid @> app.today()`), '1');
  });
  test('the last administration', async () => {
    const person = await key(PEOPLE.adler);
    const own = await w.value(`select r.key from app.platform_role r join app.person p on p.id = r.person_id where p.mail = '${PEOPLE.adler}'`);
    const reply = await adler.post(`/people/${person}/roles/${own}/end`, { csrf: await adler.csrf(), last_day: '' });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Letzte Administration/);
    assert.equal((await adler.get('/people')).status, 200);
  });
});

describe('confirming', () => {
  test('a form that waits for the code keeps every field, and is done with it', async () => {
    const path = `/people/${await key(PEOPLE.falk)}/roles/new`;
    await w.sql(`update app.person set totp_step = null where mail = '${PEOPLE.adler}'`);
    await w.sql(`update app.session s set stepped_up_at = clock_timestamp() - interval '11 minutes' from app.person p where p.id = s.person_id and p.mail = '${PEOPLE.adler}'`);
    const asked = await adler.submit(path, { organisation: 'Deutscher Landkreistag', role: 'cosigner', valid_from: '', valid_until: '31.12.2024' });
    assert.equal(asked.status, 403);
    const kept = asked.form(path);
    assert.deepEqual([kept.organisation, kept.role, kept.valid_until], ['Deutscher Landkreistag', 'cosigner', '31.12.2024']);
    assert.equal(await role(PEOPLE.falk, 'cosigner'), undefined);
    const done = await adler.post(path, { ...kept, confirm_code: totp(demoSecret(PEOPLE.adler)) });
    assert.equal(done.status, 303, done.words.slice(0, 400));
    assert.ok(await role(PEOPLE.falk, 'cosigner'));
  });
});

describe('second factor', () => {
  test('reset: sessions end, the roles that need it rest, nothing is left of it', async () => {
    const person = await key(PEOPLE.voss);
    const voss = await w.as(PEOPLE.voss);
    assert.match((await adler.get(`/people/${person}/second-factor`)).words, /1 Sitzung endet/);
    const reply = await adler.submit(`/people/${person}/second-factor`, {}, { action: `/people/${person}/second-factor/reset` });
    assert.match(reply.location, /notice=factor_reset$/);
    assert.equal((await voss.get('/account')).status, 303);
    assert.equal(await w.value(`select count(*) from app.recovery_code c join app.person p on p.id = c.person_id where p.key = '${person}'`), '0');
    assert.equal(await w.value(`select template from app.mail m join app.person p on p.id = m.person_id where p.key = '${person}'`), 'factor_reset');
    assert.equal((await adler.post(`/people/${person}/second-factor/reset`, { csrf: await adler.csrf() })).status, 409);
  });
  test('demanded: the roles rest until it is shown', async () => {
    const person = await key(PEOPLE.okafor);
    const okafor = await w.as(PEOPLE.okafor, { factor: false });
    assert.equal((await okafor.get(okafor.landing)).status, 200);
    assert.equal((await adler.submit(`/people/${person}/second-factor`, {}, { action: `/people/${person}/second-factor/demand` })).status, 303);
    assert.equal((await okafor.get(okafor.landing)).status, 403);
    assert.equal((await adler.submit(`/people/${person}/second-factor`, {}, { action: `/people/${person}/second-factor/demand` })).status, 303);
    assert.equal((await okafor.get(okafor.landing)).status, 200, 'and no longer');
  });
});

describe('locking', () => {
  test('ends a session that lives at its next request, and the login', async () => {
    const huber = await w.as(PEOPLE.huber);
    assert.equal((await huber.get('/account')).status, 200);
    const person = await key(PEOPLE.huber);
    const effect = await adler.get(`/people/${person}/lock`);
    assert.match(effect.words, /1 Sitzung endet bei der nächsten Anfrage.*1 Person sperren/);
    const reply = await adler.submit(`/people/${person}/lock`);
    assert.match(reply.location, /notice=person_locked$/);
    assert.equal((await huber.get('/account')).status, 303);
    assert.equal((await huber.get('/account')).location.startsWith('/login'), true);
    await assert.rejects(w.client().login(PEOPLE.huber));
    const invited = await adler.submit('/people/new', { mail: PEOPLE.huber, name: 'Vera Huber', organisation: 'NI', reader: '1' });
    assert.equal(invited.status, 409);
    assert.match(invited.words, /Diese Person ist gesperrt/);
    assert.equal((await adler.post(`/people/${person}/unlock`, { csrf: await adler.csrf() })).status, 303);
    assert.equal((await huber.get('/account')).status, 303, 'the old session stays ended');
    await w.client().login(PEOPLE.huber);
  });
});

describe('the house', () => {
  let releaser;
  before(async () => {
    const mail = await w.value(`select p.mail from app.membership m join app.person p on p.id = m.person_id
      join app.organisation o on o.id = m.organisation_id where o.code = 'BY' and m.role = 'releaser' and m.valid @> app.today()`);
    releaser = await w.as(mail, { organisation: 'BY' });
  });
  test('a foreign role is as unknown as a random one', async () => {
    const csrf = await releaser.csrf();
    const foreign = await role(PEOPLE.lorenz, 'editor');
    for (const path of ['/house/roles/KEY/end']) {
      const replies = await Promise.all([foreign, 'abcdef012345'].map((k) => releaser.get(path.replace('KEY', k))));
      assert.deepEqual(replies.map((r) => r.status), [404, 404]);
      assert.equal(replies[0].words.replaceAll(foreign, ''), replies[1].words.replaceAll('abcdef012345', ''));
      assert.equal((await releaser.post(path.replace('KEY', foreign), { csrf })).status, 404);
    }
    assert.equal((await releaser.post(`/house/people/${await key(PEOPLE.lorenz)}/invitation`, { csrf })).status, 404);
    assert.equal((await releaser.get(`/house/handover?person=${await key(PEOPLE.lorenz)}`)).status, 404);
    assert.equal((await releaser.get(`/people/${await key(PEOPLE.lorenz)}`)).status, 403);
  });
  test('a deputy: both days are needed, and the own validity holds', async () => {
    const person = await key(PEOPLE.huber);
    const nothing = await releaser.submit('/house/deputy', { person: '', valid_until: '' });
    assert.equal(nothing.status, 422);
    assert.match(nothing.words, /Bitte prüfen Sie 2 Angaben/);
    const reply = await releaser.submit('/house/deputy', { person, valid_from: '', valid_until: '30.04.2024' });
    assert.equal(reply.status, 303, reply.words.slice(0, 400));
    assert.match((await releaser.visit(reply.location)).words, /Vera Huber.*Freigabe ab 22\.04\.2024 bis 30\.04\.2024 in Vertretung von/);
  });
  test('a form of another house is refused', async () => {
    const thoms = await w.as(PEOPLE.thoms);
    const csrf = (await releaser.csrf()).split('.')[1];
    const own = (await thoms.csrf()).split('.')[0];
    const reply = await thoms.post('/house/invite', { csrf: `${own}.${csrf}`, mail: 'neu@gemeinde.example', name: 'Neu', editor: '1' });
    assert.equal(reply.status, 409);
    assert.equal(await w.value(`select count(*) from app.person where mail = 'neu@gemeinde.example'`), '0');
  });
});

describe('lists', () => {
  test('filters narrow, pages do not overlap, the order is that of names', async () => {
    await w.sql(`insert into app.person (mail, name, state, created_at)
      select 'liste' || n || '@amt.example', 'Liste ' || lpad(n::text, 3, '0'), 'invited', app.now() from generate_series(1, 120) n`);
    const names = [];
    let path = '/people?q=liste';
    for (let pages = 0; path && pages < 9; pages += 1) {
      const { rows, next } = await adler.json(path);
      names.push(...rows.map((r) => r.name));
      path = next && `/people?q=liste&after=${next}`;
    }
    assert.deepEqual(names, Array.from({ length: 120 }, (_, i) => `Liste ${String(i + 1).padStart(3, '0')}`));
    const one = async (query) => (await adler.json(`/people?${query}`)).rows.map((r) => r.name);
    assert.deepEqual(await one('q=huber%40'), ['Vera Huber']);
    assert.deepEqual(await one('q=%25'), [], 'a percent sign is a percent sign');
    assert.deepEqual(await one('role=auditor'), ['Dr. Hannes Voss']);
    assert.deepEqual(await one('organisation=MV'), ['Piet Lorenz']);
    assert.deepEqual(await one('organisation=MV&role=cosigner'), []);
    assert.deepEqual(await one('state=locked'), []);
    assert.equal((await one('factor=yes')).includes('Liste 001'), false);
  });
  test('invitations by state and organisation', async () => {
    const { rows, counts } = await adler.json('/invitations?organisation=NI');
    assert.deepEqual(rows.map((r) => [r.name, r.state]), [['Ayşe Yılmaz', 'open']]);
    assert.ok(counts.withdrawn >= 1);
    const link = rows[0].key;
    assert.equal((await sander.post(`/invitations/${link}/withdraw`, { csrf: await sander.csrf() })).status, 303);
    assert.equal((await sander.post(`/invitations/${link}/withdraw`, { csrf: await sander.csrf() })).status, 409);
    assert.equal((await sander.post(`/invitations/${link}/resend`, { csrf: await sander.csrf() })).status, 303);
    assert.deepEqual((await sander.json('/invitations?organisation=niedersachsen')).rows.map((r) => r.state), ['open', 'withdrawn']);
  });
});
