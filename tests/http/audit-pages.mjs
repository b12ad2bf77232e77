// with asan
// What the auditor reads: filters, pages, exports, the verification asked for,
// checkpoints, who saw what in a period. On a cluster of its own, since sealing
// waits for the transactions of all databases.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { ownCluster } from '../lib/cluster.mjs';
import { endLoops } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, voss, sander, huber;
before(async () => {
  w = await world({ cluster: ownCluster() });
  [voss, sander, huber] = [await w.as(PEOPLE.voss), await w.as(PEOPLE.sander), await w.as(PEOPLE.huber)];
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Ein Entwurf, den nur Bayern kennt.' });
  await sander.get(`${BASE}/submissions/MV`);
  await sander.get(`${BASE}/submissions/MV`);
  await sander.get(`${BASE}/submissions/HE`);
  await sander.get(`${BASE}/synopsis?level=land`);
  await sander.get(`${BASE}/synopsis.csv`);
  await w.client().post('/login', { mail: PEOPLE.huber, password: 'falsch-und-lang-genug' });
});
after(() => w?.stop());
afterEach(endLoops);

const today = () => new Intl.DateTimeFormat('de-DE', { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'Europe/Berlin' }).format();
const entries = async (query) => (await voss.json(`/audit?${query}`)).entries;

describe('filters', () => {
  test('act, area, person, organisation, object, day', async () => {
    const acts = async (query) => [...new Set((await entries(query)).map((e) => e.act))];
    assert.deepEqual(await acts('act=login_failed'), ['login_failed']);
    assert.deepEqual((await acts('act=seen&person=Sander')).sort(), ['submission.view', 'synopsis.export', 'synopsis.view']);
    assert.deepEqual((await acts('person=Vera%20Huber&act=response')).sort(), ['answer.save', 'assignment.set', 'comment.write']);
    assert.deepEqual([...new Set((await entries('organisation=Bayern&act=answer.save')).map((e) => `${e.who}, ${e.organisation}`))], ['Vera Huber, Bayern']);
    assert.deepEqual(await acts('organisation=MV&act=seen'), ['submission.view'], 'what is about a house is found by the house');
    const receipt = await w.value("select r.number from app.receipt r join app.organisation o on o.id = r.organisation_id where o.code = 'MV'");
    assert.equal((await entries(`object=${receipt}&act=submission.view`)).length, 2);
    assert.ok((await entries(`from=${today()}&until=${today()}`)).length > 5);
    assert.deepEqual(await entries('until=01.01.2020'), []);
    assert.deepEqual(await entries('person=Niemand'), []);
  });

  test('an entry: who, what, how many, block and hash; no word of an answer', async () => {
    const [seen] = await entries('act=synopsis.export');
    assert.equal(seen.who, 'Mira Sander');
    assert.equal(seen.kind, 'stage');
    assert.equal(String(seen.amount), await w.value('select count(*) from app.position where is_current'));
    assert.match(seen.hash, /^[0-9a-f]{64}$/);
    assert.ok(!JSON.stringify(await voss.json('/audit')).includes('nur Bayern kennt'));
  });

  test('a bad date is said at its field, nothing is shown', async () => {
    const page = await voss.get('/audit?from=31.02.2024&until=x');
    assert.equal(page.status, 200);
    assert.match(page.text, /id="f-from"[^>]*value="31\.02\.2024"[^>]*aria-invalid="true" aria-describedby="f-from-error"/);
    assert.match(page.text, /id="f-until-error"/);
    assert.doesNotMatch(page.text, /<tbody>/);
    for (const format of ['csv', 'json']) assert.equal((await voss.get(`/audit.${format}?from=31.02.2024`)).status, 422);
    assert.match((await voss.get('/audit/exports?from=morgen')).text, /f-from-error/);
    for (const bad of ['after=x', 'after=1-2-3-4', "object=%27;--", 'person=%25%25', 'after=999999999-18446744073709551615-999999999999999999']) {
      assert.ok([200, 400].includes((await voss.get(`/audit?${bad}`)).status), bad);
    }
  });

  test('pages follow each other without a gap or a double, whatever is written meanwhile', async () => {
    await w.sql(`do $$ begin for i in 1..130 loop perform app.audit(null, 'answer.save', 'answer', 100000 + i); end loop; end $$`);
    const numbers = [];
    for (let path = '/audit?act=answer.save', hops = 0; path && hops < 20; hops += 1) {
      const doc = await voss.json(path);
      numbers.push(...doc.entries.map((e) => e.number));
      await w.sql("select app.audit(null, 'answer.save', 'answer', 7)");
      path = doc.next ? `/audit?act=answer.save&after=${doc.next}` : null;
    }
    assert.ok(numbers.length >= 131);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a));
  });
});

test('reading and exporting the log is itself an entry', async () => {
  const since = await w.value('select max(id) from app.audit');
  const { entries: shown } = await voss.json('/audit?act=login_failed');
  const { rows } = await voss.json('/audit/exports');
  await voss.get('/audit.csv?act=login_failed');
  const noted = await w.sql(`select a.act, a.amount, p.mail from app.audit a join app.person p on p.id = a.person_id where a.id > ${since} order by a.id`);
  assert.deepEqual(noted, [['audit.view', String(shown.length), PEOPLE.voss], ['audit.view', String(rows.length), PEOPLE.voss], ['audit.export', String(shown.length), PEOPLE.voss]]);
});

test('the exports: as many rows as counted, in words and to compute again', async () => {
  const csv = await voss.get('/audit.csv?act=seen&person=Sander');
  assert.match(csv.type, /^text\/csv/);
  assert.match(csv.headers['content-disposition'], /protokoll\.csv/);
  const lines = csv.text.replace(/^\ufeff/, '').trim().split('\r\n');
  assert.match(lines[0], /^"Nr\.";"Zeit \(Europe\/Berlin\)";"Person";"im Namen von";"Vorgang";/);
  assert.ok(lines.slice(1).every((l) => /;"Mira Sander";/.test(l)));
  assert.ok(lines.some((l) => l.includes(';"Abruf: Synopse";')));
  const json = await voss.get('/audit.json?act=seen&person=Sander');
  assert.equal(json.json.rows.length, lines.length - 1);
  // anybody can compute a hash again from the export alone
  const { createHash } = await import('node:crypto');
  const field = (name, value) => (value === null ? `${name}=\n` : `${name}=${Buffer.byteLength(String(value))}:${value}\n`);
  for (const r of json.json.rows) {
    const canon = `resonanz audit 1\n${field('epoch', r.epoch)}${field('xid', r.xid)}${field('id', r.number)}${field('at', r.at)}${field('person', r.person_id)}`
      + `${field('organisation', r.organisation_id)}${field('act', r.act)}${field('kind', r.kind)}${field('object', r.object_id)}${field('before', r.before)}`
      + `${field('after', r.after)}${field('amount', r.amount)}${field('request', r.request)}`;
    assert.equal(createHash('sha256').update(canon).digest('hex'), r.hash);
  }
});

test('who saw what of a house in a period', async () => {
  const { rows, people } = await voss.json(`/audit/exports?from=${today()}&until=${today()}&organisation=MV`);
  assert.equal(people >= 1, true);
  const mine = rows.filter((r) => r.who === 'Mira Sander');
  const view = mine.find((r) => r.act === 'submission.view');
  assert.deepEqual([view.organisation, view.times], ['Mecklenburg-Vorpommern', 2]);
  assert.ok(mine.some((r) => r.act === 'synopsis.export' && r.amount > 0), 'a list may hold words of every house');
  assert.ok(!rows.some((r) => r.organisation === 'Hessen'));
  assert.deepEqual((await voss.json('/audit/exports?until=01.01.2020')).rows, []);
});

test('whoever was erased is a former one here as well', async () => {
  await w.sql(`select app.audit(jsonb_populate_record(null::app.caller, jsonb_build_object('person_id', p.id)), 'login', 'person', p.id) from app.person p where p.mail = '${PEOPLE.okafor}'`);
  const key = await w.value(`select key from app.person where mail = '${PEOPLE.okafor}'`);
  assert.equal((await entries('act=login&person=Okafor')).length, 1);
  await w.sql(`delete from app.session where person_id = (select id from app.person where key = '${key}');
    update app.person set state = 'erased', former_no = 1, mail = null, name = null, password_hash = null, password_set_at = null, last_login_at = null, totp_secret = null, totp_set_at = null where key = '${key}'`);
  const [entry] = await entries('act=login&person=%231');
  assert.equal(entry.who, 'ehem. Bearbeitung #1');
  assert.equal((await entries('act=login&person=Okafor')).length, 0);
});

describe('verification and checkpoints', () => {
  test('"Jetzt prüfen" queues one job; its result is on the page', async () => {
    await w.jobs('--once');
    for (let i = 0; i < 2; i += 1) {
      const reply = await voss.post('/audit/verification', { csrf: await voss.csrf() });
      assert.equal(reply.status, 303);
      assert.equal(reply.location, '/audit/verification?notice=verify_queued');
    }
    assert.equal(await w.value("select count(*) from app.job where kind = 'audit_verify' and dedupe_key = 'asked'"), '1');
    assert.match((await voss.get('/audit/verification')).words, /Die Prüfung wartet seit/);
    await w.jobs('--once');
    const { verification: { last } } = await voss.json('/audit/verification');
    assert.equal(last.is_intact, true);
    assert.equal(last.who, 'Dr. Hannes Voss');
    assert.ok(last.entries > 0 && last.last_block > 0);
    assert.match((await voss.get('/audit/verification')).words, /unversehrt/);
    assert.ok((await entries('act=audit.verify')).length >= 1);
    for (const somebody of [sander, huber]) assert.equal((await somebody.post('/audit/verification', { csrf: await somebody.csrf() })).status, 403);
  });

  test('a checkpoint: text, addresses, whether the chain is still the same', async () => {
    await w.sql(`update app.setting set value = '["protokoll@archiv.example"]' where key = 'audit.checkpoint_addresses'; select app.queue_job('checkpoint', 'test', '{}', null)`);
    await w.jobs('--once');
    const { rows } = await voss.json('/audit/checkpoints');
    const row = rows.find((r) => r.mails.length > 0);
    assert.deepEqual(row.mails.map((m) => m.address), ['protokoll@archiv.example']);
    assert.equal(row.is_same, true);
    assert.match(row.text, /^resonanz checkpoint 1\nblock=/);
    const { stdout } = { stdout: await w.run(['checkpoint', 'verify', '-'], { input: row.text, env: w.ctlEnv() }) };
    assert.match(stdout, /is what it was/);
  });

  test('a finding: which block and place, expected and found, what a checkpoint covers', async () => {
    await w.sql("set session_replication_role = replica; update app.audit set amount = 1 where id = (select max(a.id) from app.audit a where exists (select from app.audit_block b where b.epoch = a.epoch and a.xid >= b.xid_from and a.xid < b.xid_to))");
    await voss.post('/audit/verification', { csrf: await voss.csrf() });
    await w.jobs('--once');
    const { verification: { last } } = await voss.json('/audit/verification');
    assert.equal(last.is_intact, false);
    assert.equal(last.finding.what, 'entry_changed');
    const { words } = await voss.get('/audit/verification');
    assert.match(words, /Kette gebrochen/);
    assert.match(words, new RegExp(`Ein Eintrag wurde verändert\\. Block ${last.finding.block}, Stelle ${last.finding.place}.*Erwartet ${last.finding.expected}.*gefunden ${last.finding.found}`));
    assert.match((await voss.get('/audit')).words, /Kette gebrochen/);
  });

  test('nothing is sealed for a minute: the page says so', async () => {
    await w.sql("insert into app.audit (epoch, act, at) values (1, 'login', now() - interval '2 minutes')");
    assert.match((await voss.get('/audit/verification')).words, /Seit .* wird nicht versiegelt/);
  });
});

test('each act has its German word and its line in the documentation', async () => {
  const labels = JSON.parse(readFileSync('assets/text/labels.json', 'utf8'));
  const docs = readFileSync('conf/audit-log.md', 'utf8');
  const acts = await w.sql('select act, area from app.acts()');
  assert.ok(acts.length > 40);
  for (const [act, area] of acts) {
    assert.ok(labels.act[act], `no word for ${act}`);
    assert.ok(labels.act_area[area], `no word for ${area}`);
    assert.ok(docs.includes(`\`${act}\``), `${act} is not in conf/audit-log.md`);
  }
  assert.deepEqual(Object.keys(labels.act).sort(), acts.map(([act]) => act).sort());
});
