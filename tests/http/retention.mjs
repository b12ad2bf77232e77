// Retention: what is over its time in each class is shown, then deleted, by
// hand and by night; what was released and the log are never touched.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLoops, loop } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, adler;
const admin = () => w.as(PEOPLE.adler, { organisation: null });
before(async () => {
  w = await world();
  adler = await admin();
});
after(async () => { await endLoops(); await w?.stop(); });

const due = async () => Object.fromEntries((await adler.json('/retention')).classes.map((c) => [c.class, c.count]));
const nothing = { login_attempt: 0, session: 0, mail: 0, invitation: 0, organisation_import: 0, job: 0, draft: 0, account: 0, answer_step: 0, intake: 0, edition_upload: 0, barrier_contact: 0, barrier_report: 0 };

test('nothing is over its time at first', async () => {
  await w.sql('delete from app.login_attempt');
  assert.deepEqual(await due(), nothing);
  assert.match((await adler.get('/retention/run')).words, /Zurzeit ist nichts zu löschen/);
});

describe('one row over its time and one within it, in each class', () => {
  before(() => w.sql(`
    insert into app.login_attempt (account_hash, address, at) values
      (sha256('a'), '192.0.2.1', clock_timestamp() - interval '25 hours'), (sha256('a'), '192.0.2.1', clock_timestamp() - interval '23 hours');
    insert into app.session (token_hash, person_id, created_at, touched_at, ends_at)
      select sha256(convert_to('s' || d, 'UTF8')), p.id, clock_timestamp() - make_interval(days => d + 1), clock_timestamp() - make_interval(days => d),
        clock_timestamp() - make_interval(days => d) + interval '1 hour' from app.person p, unnest(array[32, 28]) d where p.mail = '${PEOPLE.huber}';
    insert into app.invitation (person_id, purpose, created_at, ends_at, withdrawn_at)
      select p.id, 'invitation', app.now() - make_interval(days => d + 7), app.now() - make_interval(days => d), app.now() - make_interval(days => d)
        from app.person p, unnest(array[91, 89]) d where p.mail = '${PEOPLE.graf}';
    insert into app.mail (template, person_id, state, created_at, sent_at, invitation_id)
      select 'invitation', i.person_id, 'sent', clock_timestamp() - make_interval(days => d), clock_timestamp() - make_interval(days => d), i.id
        from (select * from app.invitation order by ends_at limit 1) i, unnest(array[91, 89]) d;
    insert into app.mail_event (mail_id, event) select m.id, 'sent' from app.mail m;
    insert into app.organisation_import (file_name, file_hash, encoding, separator, rows, uploaded_by, uploaded_at)
      select 'liste.csv', sha256('a'), 'UTF-8', ';', '[]', p.id, app.now() - make_interval(days => d)
        from app.person p, unnest(array[31, 29]) d where p.mail = '${PEOPLE.adler}';
    insert into app.edition_upload (consultation_id, file_name, file_size, file_hash, state, doc, uploaded_at, uploaded_by)
      select c.id, 'Papier.md', 8, sha256('a'), 'read', '{}', app.now() - make_interval(days => d), p.id
        from app.consultation c, app.person p, unnest(array[31, 29]) d where p.mail = '${PEOPLE.adler}';
    insert into app.barrier_report (number, body, name, mail, received_at, due_on, state, reply, handled_at)
      select 'B-2020-000' || n, 'Kein Kontrast.', 'Ada Wolf', 'ada.wolf@post.example', app.now() - make_interval(days => d + 7),
        app.today() - d + 35, 'answered', 'Behoben.', app.now() - make_interval(days => d) from (values (1, 91), (2, 89), (3, 1096)) x(n, d);
    insert into app.job (kind, state, finished_at) select 'test', 'done', clock_timestamp() - make_interval(days => d) from unnest(array[31, 29]) d`));

  test('the page counts exactly the one, and counting deletes nothing', async () => {
    const expected = { ...nothing, login_attempt: 1, session: 1, mail: 1, invitation: 1, organisation_import: 1, job: 1, edition_upload: 1, barrier_contact: 2, barrier_report: 1 };
    assert.deepEqual(await due(), expected);
    await w.sql(`select job.retention(0, 0, '{"dry": true}')`);
    assert.deepEqual(await due(), expected);
    assert.equal(await w.value('select count(*) from app.retention_run'), '0');
    assert.match((await adler.get('/retention/run')).words, /10 Einträge löschen/);
  });

  test('run by hand: the one is gone, the other stays, the run is kept', async () => {
    const reply = await adler.submit('/retention/run');
    assert.equal(reply.status, 303);
    assert.deepEqual(await due(), nothing);
    for (const [table, rest] of [['login_attempt', 1], ['invitation', 1], ['mail', 1], ['mail_event', 1], ['organisation_import', 1], ['job', 1], ['edition_upload', 1], ['barrier_report', 2]]) {
      assert.equal(await w.value(`select count(*) from app.${table}`), String(rest), table);
    }
    assert.deepEqual(await w.sql('select number, name is null, mail is null, reply from app.barrier_report order by number'),
      [['B-2020-0001', 't', 't', 'Behoben.'], ['B-2020-0002', 'f', 'f', 'Behoben.']]);
    const page = await adler.get('/retention');
    assert.match(page.words, /Kim Adler/);
    assert.match(page.words, /Anmeldeversuche mit Internetadresse: 1/);
    assert.equal(await w.value(`select count(*) from app.audit where act = 'retention.run'`), '1');
    await assert.rejects(w.sql(`update app.retention_run set result = '[]'`), /immutable/);
  });
});

describe('limits', () => {
  test('outside of the bounds: 422 at the field, nothing is saved, input kept', async () => {
    const reply = await adler.submit('/retention', { keep_mail: '5', keep_session: '20' }, { action: '/retention/limits' });
    assert.equal(reply.status, 422);
    assert.match(reply.words, /Möglich sind 30 bis 365 Tage/);
    assert.match(reply.text, /id="keep_mail"[^>]*value="5"/);
    assert.match(reply.text, /id="keep_session"[^>]*value="20"/);
    assert.equal(await w.value(`select days from app.retention_class where key = 'session'`), '30');
    assert.equal((await adler.submit('/retention', { keep_mail: 'lange' }, { action: '/retention/limits' })).status, 422);
  });
  test('a shorter one shows at once what the next run would delete', async () => {
    const reply = await adler.submit('/retention', { keep_session: '20' }, { action: '/retention/limits' });
    assert.equal(reply.status, 303);
    assert.equal((await due()).session, 1);
    assert.equal(await w.value(`select count(*) from app.audit where act = 'retention.limit'`), '1');
    assert.match((await w.client().get('/privacy')).words, /Sitzungen[^.]*20 Tage/);
  });
});

describe('drafts and accounts, by the clock of the consultation', () => {
  test('half a year after the stage: drafts that were never released go, by night', async () => {
    const drafts = await w.value(`select count(*) from app.response r where not exists (select from app.response_version v where v.response_id = r.id)`);
    const released = await w.value('select md5(string_agg(x::text, \',\' order by id)) from app.released_answer x');
    await w.sql(`with i as (insert into app.intake (stage_id, organisation_id, received_on, channel, entered_by, entered_at, changed_at, state)
          select p.stage_id, p.organisation_id, '2024-04-20', 'letter', x.id, app.now(), app.now(), 'open'
            from app.participation p join app.organisation o on o.id = p.organisation_id, app.person x
            where o.code in ('DST', 'DLT', 'HE', 'SN') and x.mail = '${PEOPLE.sander}' returning *),
        a as (insert into app.intake_answer (intake_id, stage_id, organisation_id, target_id, kind, body, author_id, changed_at)
          select i.id, i.stage_id, i.organisation_id, t.id, 'answered', 'Aus dem Schreiben.', i.entered_by, app.now()
            from i join app.target t on t.stage_id = i.stage_id and t.key = 'K4.G2.5')
      select count(*) from i`);
    await w.sql(`update app.intake set state = 'waiting', content_hash = sha256('a'), handed_by = entered_by, handed_at = app.now()
      where id = (select min(id) from app.intake)`);
    await w.clock('2024-11-20T03:00');
    adler = await admin();
    const entered = Number(await w.value('select count(*) from app.intake'));
    assert.deepEqual([(await due()).intake, entered > 0], [entered, true]);
    assert.equal((await due()).draft, Number(drafts));
    assert.ok(Number(drafts) >= 3, drafts);
    await w.sql(`select app.queue_job('retention', 'test', '{}', null)`);
    loop(w);
    for (let i = 0; i < 200 && await w.value(`select state from app.job where kind = 'retention'`) !== 'done'; i += 1) await sleep(50);
    assert.equal(await w.value(`select state from app.job where kind = 'retention'`), 'done');
    assert.equal((await due()).draft, 0);
    assert.equal(await w.value('select (select count(*) from app.intake) + (select count(*) from app.intake_answer)'), '0');
    assert.equal(await w.value(`select count(*) from app.answer a where not exists (select from app.response_version v where v.response_id = a.response_id)`), '0');
    assert.equal(await w.value('select md5(string_agg(x::text, \',\' order by id)) from app.released_answer x'), released);
    assert.match((await adler.get('/retention')).words, /nachts, von selbst/);
    assert.match(await w.ctl('verify'), /: intact/);
  });

  test('a year after: accounts that nobody needed become numbers; the platform’s stay', async () => {
    await w.clock('2025-07-01T03:00');
    adler = await admin();
    const people = await w.value(`select count(*) from app.person p where not exists (select from app.platform_role r where r.person_id = p.id)`);
    await w.sql(`update app.person set last_login_at = app.now() - interval '10 days' where mail = '${PEOPLE.huber}'`);
    assert.equal((await due()).account, Number(people) - 1);
    assert.equal((await adler.submit('/retention/run')).status, 303);
    const rest = (await w.sql(`select mail from app.person where state <> 'erased' order by 1`)).flat();
    assert.deepEqual(rest, [PEOPLE.huber, PEOPLE.sander, PEOPLE.petersen, PEOPLE.adler, PEOPLE.voss].sort());
    assert.equal(await w.value('select max(former_no) from app.person'), String(Number(people) - 1));
    assert.match(await w.ctl('verify'), /: intact/);
    const sander = await w.as(PEOPLE.sander, { organisation: null });
    assert.equal((await sander.get(`${BASE}/synopsis.csv`)).status, 200);
  });
});
