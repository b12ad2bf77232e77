// with asan
// What is kept about a person, as page and file; erasing, and what stays.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DEMO_PASSWORD, PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const { people } = JSON.parse(readFileSync('assets/demo/world-2024.json', 'utf8'));
let w, huber, brandl, adler, key;
before(async () => {
  w = await world();
  [huber, brandl, adler] = [await w.as(PEOPLE.huber), await w.as(PEOPLE.brandl), await w.as(PEOPLE.adler, { organisation: null })];
  key = await w.value(`select key from app.person where mail = '${PEOPLE.huber}'`);
});
after(() => w?.stop());

const keyOf = (mail) => w.value(`select key from app.person where mail = '${mail}'`);
const acts = (act) => w.value(`select count(*) from app.audit where act = '${act}'`);
/** Tables that hold a text anywhere, whatever their columns. */
async function tablesWith(text) {
  const names = (await w.sql(`select relname from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r' order by 1`)).flat();
  const found = await w.sql(names.map((name) => `select '${name}', count(*) from app.${name} x where position('${text}' in x::text) > 0`).join(' union all '));
  return found.filter(([, count]) => count !== '0').map(([name]) => name);
}

describe('what is kept about a person', () => {
  test('the own data: everything of the person, nothing of others', async () => {
    await w.client().login(PEOPLE.huber, 'Falsches-Passwort-99').catch(() => {});
    await huber.save(BASE, 'L-K4-1', { stance: 'note', body: 'Grundsatz <b>fehlt</b> & „Resilienz“ gehört hinein.' });
    const reply = await huber.get('/account/data.json');
    assert.equal(reply.status, 200);
    assert.match(reply.headers['content-disposition'], /^attachment; filename="resonanz-daten\.json"$/);
    const data = reply.json;
    assert.equal(data.person.name, 'Vera Huber');
    assert.equal(data.person.mail, PEOPLE.huber);
    assert.deepEqual(data.roles.map((r) => [r.organisation_code, r.role]), [['BY', 'editor']]);
    assert.ok(data.sessions.length >= 1);
    assert.ok(data.login_attempts.some((a) => !a.is_ok && a.address === '127.0.0.1'));
    assert.ok(data.drafts.some((d) => d.body === 'Grundsatz <b>fehlt</b> & „Resilienz“ gehört hinein.' && d.is_current));
    assert.ok(data.drafts.every((d) => d.organisation_code === 'BY'));
    assert.ok(data.log.some((e) => e.act === 'answer.save' || e.act.startsWith('answer')), JSON.stringify(data.log.slice(0, 3)));
    assert.equal(data.log.length, data.log_count);
    for (const other of people.filter((p) => p.mail !== PEOPLE.huber)) {
      assert.ok(!reply.text.includes(other.name) && !reply.text.includes(other.mail), other.name);
    }
  });

  test('co-signing: own messages and remarks, not those of others', async () => {
    const [graf, target] = [await w.as(PEOPLE.graf), 'L-K4-1'];
    assert.equal((await huber.post(`${BASE}/response/cosigns`, { csrf: await huber.csrf(), [`answer.${target}`]: '1',
      [`cosigner.${await keyOf(PEOPLE.graf)}`]: '1', due_on: '25.04.2024', message: 'Bitte auf „Resilienz“ achten.' })).status, 303);
    const { href } = (await graf.json('/cosigns')).rows[0];
    assert.equal((await graf.post(href, { csrf: await graf.csrf(), verdict: 'return', remark: 'Der Begriff ist unscharf.' })).status, 303);
    assert.equal((await graf.post(`${href}/undo`, { csrf: await graf.csrf() })).status, 303);
    const [hers, his] = [(await huber.get('/account/data.json')).json.cosigns, (await graf.get('/account/data.json')).json.cosigns];
    assert.deepEqual(hers.map((c) => [c.what, c.target, c.text, c.due_on]), [['ask', target, 'Bitte auf „Resilienz“ achten.', '2024-04-25']]);
    assert.deepEqual(his.map((c) => [c.what, c.organisation_code, c.text, c.ended_at !== null]),
      [['asked', 'BY', null, false], ['return', 'BY', 'Der Begriff ist unscharf.', true]]);
    assert.match((await graf.get('/account/data')).words, /zurückgegeben L-K4-1 ?, zurückgenommen .* Der Begriff ist unscharf\./);
  });

  test('what a colleague wrote over it is the colleague’s', async () => {
    await w.sql(`insert into app.membership (person_id, organisation_id, role)
      select p.id, m.organisation_id, 'editor' from app.person p join app.membership m on m.person_id = p.id where p.mail = '${PEOPLE.brandl}'`);
    await brandl.save(BASE, 'L-K4-1', { stance: 'note', body: 'Brandls eigener Satz zur Resilienz.' });
    const mine = (await huber.get('/account/data.json')).text;
    assert.ok(!mine.includes('Brandls eigener Satz'));
    assert.ok(mine.includes('gehört hinein'), 'the sealed copy is still hers');
    const theirs = (await brandl.get('/account/data.json')).text;
    assert.ok(theirs.includes('Brandls eigener Satz') && !theirs.includes('gehört hinein'));
  });

  test('deadlines: what somebody asked for, decided and sent, each only the own words', async () => {
    const sander = await w.as(PEOPLE.sander);
    assert.equal((await huber.submit(`${BASE}/response/extension`, { until: '03.05.2024', reason: 'Die Amtschefs tagen erst am 30.04.' })).status, 303);
    const desk = `${BASE}/participations/BY`;
    const { request } = await sander.json(desk);
    assert.equal((await sander.post(`${desk}/extension`, { csrf: await sander.csrf(), extension: request.key, verdict: 'refused', reason: 'Die Abwägung beginnt am 29.04.' })).status, 303);
    const reminder = `${BASE}/returns/reminder`;
    assert.equal((await sander.submit(`${reminder}?organisation=HB`, { body: 'Bremen fehlt uns noch.' }, { action: reminder })).status, 303);
    const hers = (await huber.get('/account/data')).words;
    assert.match(hers, /BY: Fristverlängerung beantragt, bis 03\.05\.2024, 23:59 Uhr Die Amtschefs tagen erst am 30\.04\./);
    assert.ok(!hers.includes('Die Abwägung beginnt'), 'the answer is the words of another');
    const others = (await sander.get('/account/data')).words;
    assert.match(others, /BY: Fristverlängerung abgelehnt Die Abwägung beginnt am 29\.04\./);
    assert.match(others, /An Fehlende erinnert Erinnerung: Stellungnahme .* Bremen fehlt uns noch\./);
    assert.ok(!others.includes('Die Amtschefs tagen'));
    assert.ok(!(await brandl.get('/account/data')).words.includes('Die Amtschefs tagen'), 'nor a colleague');
  });

  test('page and twin are the same, escaped, and each look is in the log', async () => {
    const before = Number(await acts('data.view'));
    const page = await huber.get('/account/data');
    assert.equal(page.status, 200);
    assert.match(page.text, /Grundsatz &lt;b&gt;fehlt/);
    const twin = await huber.json('/account/data');
    assert.equal(twin.data.person.key, key);
    assert.equal(Number(await acts('data.view')), before + 2);
  });

  test('the administration sees it for a request, after showing who it is', async () => {
    const page = await adler.get(`/people/${key}/data`);
    assert.equal(page.status, 200);
    assert.match(page.words, /Gespeicherte Daten: Vera Huber/);
    const file = await adler.get(`/people/${key}/data.json`);
    assert.equal(file.json.person.mail, PEOPLE.huber);
    assert.match(file.headers['content-disposition'], new RegExp(`resonanz-daten-${key}\\.json`));
    const [entry] = await w.sql(`select p.mail, q.mail from app.audit a join app.person p on p.id = a.person_id
      join app.person q on q.id = a.object_id and a.object_kind = 'person' where a.act = 'data.export' order by a.id desc limit 1`);
    assert.deepEqual(entry, [PEOPLE.adler, PEOPLE.huber]);
    await w.sql(`update app.session s set stepped_up_at = clock_timestamp() - interval '11 minutes'
      from app.person p where p.id = s.person_id and p.mail = '${PEOPLE.adler}'`);
    assert.equal((await adler.get(`/people/${key}/data.json`)).status, 403);
    assert.equal((await adler.get(`/people/${key}/data`)).status, 403);
    await w.sql(`update app.session set stepped_up_at = clock_timestamp()`);
    assert.equal((await adler.get('/people/aaaaaaaaaaaa/data.json')).status, 404);
  });
});

describe('erasing', () => {
  const erase = async (who, fields = { understood: '1' }) => adler.submit(`/people/${await keyOf(who)}/erasure`, fields);

  test('the page shows the effect first; without the tick nothing happens', async () => {
    const page = await adler.get(`/people/${key}/erasure`);
    assert.match(page.words, /Vera Huber löschen/);
    assert.match(page.words, /1 Person löschen, 1 Rolle beenden/);
    const { effect } = await adler.json(`/people/${key}/erasure`);
    assert.equal(effect.roles, 1);
    const graf = await adler.json(`/people/${await keyOf(PEOPLE.graf)}/erasure`);
    assert.equal(graf.effect.cosigns, 1, 'his word on an answer stays, without his name');
    assert.equal(effect.answers, Number(await w.value(`select count(*) from app.answer a join app.person p on p.id = a.author_id where p.key = '${key}'`)));
    const reply = await erase(PEOPLE.huber, {});
    assert.equal(reply.status, 422);
    assert.match(reply.words, /Bitte bestätigen Sie, dass Sie die Löschung geprüft haben/);
    assert.equal(await w.value(`select state from app.person where key = '${key}'`), 'active');
  });

  test('the last release of a house and the own account stay, and the try is logged', async () => {
    const page = await adler.get(`/people/${await keyOf(PEOPLE.brandl)}/erasure`);
    assert.match(page.words, /Letzte Freigabe: Bayern/);
    assert.doesNotMatch(page.text, /name="understood"/);
    const csrf = await adler.csrf();
    for (const mail of [PEOPLE.brandl, PEOPLE.adler]) {
      const reply = await adler.post(`/people/${await keyOf(mail)}/erasure`, { csrf, understood: '1' });
      assert.equal(reply.status, 409, mail);
    }
    assert.equal(await acts('person.erase_refused'), '2');
    assert.equal(await w.value(`select count(*) from app.person where state = 'erased'`), '0');
  });

  test('afterwards there is no name, no address and no way in; texts and hashes stand', async () => {
    // the name where it is easily forgotten: mails that others got, an address list, a bounce
    await w.sql(`insert into app.mail (template, person_id, args, state, sent_at, last_error)
        select 'invitation', q.id, '{"by": "Vera Huber"}', 'sent', clock_timestamp(), null from app.person q where q.mail = '${PEOPLE.graf}';
      insert into app.mail (template, person_id, address, args, last_error)
        select 'password_reset', p.id, p.mail, '{}', '550 vera.huber@bayern.example unknown' from app.person p where p.key = '${key}';
      insert into app.organisation_import (file_name, file_hash, encoding, separator, rows, uploaded_by, uploaded_at)
        select 'liste.csv', sha256('a'), 'UTF-8', ';', '[{"line": 2, "content": "BY;Vera Huber;Vera.Huber@bayern.example"}]', p.id, now()
          from app.person p where p.mail = '${PEOPLE.adler}'`);
    await w.sql(`insert into app.invitation (person_id, organisation_id, purpose, token_hash, created_by, created_at, ends_at, used_at)
      select p.id, m.organisation_id, 'invitation', sha256('i'), p.id, app.now() - interval '9 days', app.now() - interval '2 days', app.now() - interval '8 days'
        from app.person p join app.membership m on m.person_id = p.id where p.key = '${key}' limit 1;
      update app.membership m set granted_by = p.id, deputy_for = p.id from app.person p, app.person g
        where p.key = '${key}' and g.mail = '${PEOPLE.graf}' and m.person_id = g.id`);
    const texts = await w.value(`select md5(string_agg(concat_ws('|', target_id, body, proposal, reason), ',' order by id)) from app.answer`);
    const reply = await erase(PEOPLE.huber);
    assert.equal(reply.status, 303);
    assert.match((await adler.get(reply.location)).words, /ehem\. Bearbeitung #1/);
    assert.equal(await w.value(`select md5(string_agg(concat_ws('|', target_id, body, proposal, reason), ',' order by id)) from app.answer`), texts);
    assert.match(await w.ctl('verify'), /: intact/);

    assert.deepEqual(await tablesWith('Vera Huber'), []);
    assert.deepEqual(await tablesWith(PEOPLE.huber), []);
    assert.deepEqual(await tablesWith('Vera.Huber@'), []);
    assert.equal((await huber.get('/api/account')).status, 401, 'her session is gone');
    await assert.rejects(w.client().login(PEOPLE.huber, DEMO_PASSWORD), /422|401|403/);

    assert.match((await brandl.get(`${BASE}/response`)).words, /ehem\. Bearbeitung #1/);
    assert.equal((await brandl.json(`${BASE}/response/answers/K4.G2.5`)).saved?.by ?? 'ehem. Bearbeitung #1', 'ehem. Bearbeitung #1');
    const graf = await keyOf(PEOPLE.graf);
    for (const path of ['/invitations', `/people/${graf}`, `/people/${key}`, '/people?state=erased']) {
      const { words } = await adler.get(path);
      assert.match(words, /ehem\. Bearbeitung #1/, path);
    }
    for (const path of ['/mail', '/jobs', '/organisations/BY/end', '/organisations/BY', '/retention']) {
      const reply = await adler.get(path);
      assert.equal(reply.status, 200, path);
      assert.doesNotMatch(reply.text, /Vera Huber|vera\.huber/i, path);
    }
    assert.match((await brandl.get('/house')).words, /ehem\. Bearbeitung #1/);
    const sander = await w.as(PEOPLE.sander);
    for (const path of [`${BASE}/synopsis.csv`, `${BASE}/synopsis.json`, `${BASE}/returns`, '/people']) {
      assert.doesNotMatch((await (path === '/people' ? adler : sander).get(path)).text, /Vera Huber|vera\.huber/i, path);
    }
  });

  test('numbers come from one counter; nobody is erased twice', async () => {
    const reply = await erase(PEOPLE.graf);
    assert.equal(reply.status, 303);
    assert.match((await adler.get(reply.location)).words, /ehem\. Bearbeitung #2/);
    const again = await adler.post(`/people/${key}/erasure`, { csrf: await adler.csrf(), understood: '1' });
    assert.equal(again.status, 409);
    const data = (await adler.get(`/people/${key}/data.json`)).json;
    assert.equal(data.person.name, 'ehem. Bearbeitung #1');
    assert.deepEqual([data.person.mail, data.sessions.length, data.login_attempts.length], [null, 0, 0]);
    assert.ok(data.drafts.length > 0 && data.log.length > 0, 'what stays is told');
  });
});
