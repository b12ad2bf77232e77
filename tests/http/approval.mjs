// with asan
// Freezing, approving and giving back, as two people do it at once: what is
// released is what was approved, whatever comes between.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const RELEASE = `${BASE}/response/release`;
const WORDS = 'Der Umzug des Rechenzentrums Süd ist für 2026 geplant & <b>beschlossen</b>.';
let w, huber, brandl, graf, falk, sander;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  // Graf releases, too; so the house can ask for two approvals.
  await w.sql(`insert into app.membership (person_id, organisation_id, role) select m.person_id, m.organisation_id, 'releaser'
    from app.membership m join app.person p on p.id = m.person_id where p.mail = '${PEOPLE.graf}'`);
  [huber, brandl, graf, falk, sander] = await Promise.all([PEOPLE.huber, PEOPLE.brandl, PEOPLE.graf, PEOPLE.falk, PEOPLE.sander].map((mail) => w.as(mail)));
});
after(() => w?.stop());

const act = async (who, what, more = {}) => who.post(`${BASE}/response/${what}`, { csrf: await who.csrf(), ...more });
/** What the release form of the page holds that somebody looks at. */
const preview = async (who, more = {}) => ({ csrf: await who.csrf(), content_hash: (await who.json(RELEASE)).content_hash, publication: 'no', declaration: '1', ...more });
const submit = (who, fields) => who.post(RELEASE, fields);
const house = "(select id from app.organisation where code = 'BY')";
const versions = async () => Number(await w.value(`select count(*) from app.response_version where organisation_id = ${house}`));
const approvals = (n) => w.sql(`insert into app.house_rule (organisation_id, approvals, changed_by, changed_at)
  select ${house}, ${n}, p.id, app.now() from app.person p where p.mail = '${PEOPLE.brandl}'
  on conflict (organisation_id) do update set approvals = excluded.approvals`);

/** The response of Bayern open for edits, with words of this moment and no marks. */
async function fresh(rule = 1) {
  await approvals(rule);
  const { response } = await huber.json(RELEASE);
  if (response.state === 'submitted') await act(huber, 'correction');
  if (response.state === 'frozen') await act(huber, 'thaw');
  await w.sql('delete from app.redaction');
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: `${WORDS} Stand ${process.hrtime.bigint()}.` });
}

describe('an edit voids', { concurrency: 1 }, () => {
  beforeEach(() => fresh());

  test('between preview and release', async () => {
    const before = await versions();
    const fields = await preview(brandl);
    await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Doch anders.' });
    const reply = await submit(brandl, fields);
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Der Inhalt hat sich geändert\. Ihre Freigabe gilt nicht mehr/);
    assert.equal(await versions(), before);
    assert.equal((await submit(brandl, { ...fields, content_hash: reply.form(RELEASE).content_hash })).status, 303, 'the page shows what it is now');
  });

  test('confidentiality, nil for the rest, a mark as well', async () => {
    for (const change of [
      () => huber.save(BASE, 'L-K12-2', { confidential: '1', confidential_reason: 'Laufendes Verfahren' }),
      () => act(huber, 'nil-rest', { nil_rest: '1' }),
      () => act(huber, 'redactions/L-K12-2', { words: 'Rechenzentrums Süd', reason: 'Sicherheit' }),
    ]) {
      const fields = await preview(brandl);
      assert.ok((await change()).status < 400);
      assert.equal((await submit(brandl, fields)).status, 409);
    }
  });

  test('a save and a release at the same moment: one of both, never half', async () => {
    for (let i = 0; i < 12; i += 1) {
      await fresh();
      const fields = await preview(brandl);
      const text = `Gleichzeitig ${i}: ${process.hrtime.bigint()}`;
      const [saved, released] = await Promise.all([huber.save(BASE, 'L-K12-2', { stance: 'note', body: text }), submit(brandl, fields)]);
      assert.deepEqual([saved.status, released.status].map((s) => (s === 303 ? 'done' : s)).sort(), [409, 'done'], `round ${i}`);
      const last = await w.value(`select a.body from app.current_version c join app.version_answer va using (response_version_id)
        join app.released_answer a on a.id = va.released_answer_id join app.target t on t.id = a.target_id
        where c.organisation_id = ${house} and t.key = 'L-K12-2'`);
      assert.notEqual(last ?? '', text, 'what was saved late is not in it');
    }
    assert.match(await w.ctl('verify'), /intact/);
  });

  test('two who release at once: one version', async () => {
    const before = await versions();
    const [a, b] = [await preview(brandl), await preview(graf)];
    const replies = await Promise.all([submit(brandl, a), submit(graf, b)]);
    assert.deepEqual(replies.map((r) => r.status).sort(), [303, 409]);
    assert.equal(await versions(), before + 1);
  });
});

describe('two approvals', { concurrency: 1 }, () => {
  beforeEach(() => fresh(2));

  test('the first freezes, the second releases', async () => {
    const before = await versions();
    const first = await submit(brandl, await preview(brandl));
    assert.equal(first.location, `${RELEASE}?notice=approved`);
    assert.equal(await versions(), before);
    assert.match((await graf.get(RELEASE)).words, /1 von 2 Freigaben .*Dr\. Ilse Brandl, 02\.04\.2024/);
    assert.equal((await huber.save(BASE, 'L-K12-2', { body: 'heimlich' })).status, 409);
    assert.equal((await submit(brandl, await preview(brandl))).status, 409, 'nobody approves twice');
    assert.match((await submit(graf, await preview(graf))).location, /^\/receipts\/R1-BY-/);
    assert.equal(await versions(), before + 1);
  });

  test('a thaw and an edit after the first: it counts no more', async () => {
    const before = await versions();
    const late = await preview(graf); // looked at before all this
    await submit(brandl, await preview(brandl));
    const page = await huber.get(RELEASE);
    assert.match(page.words, /Die Freigabe von Dr\. Ilse Brandl gilt dann nicht mehr/);
    assert.equal((await act(huber, 'thaw')).status, 303);
    await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Nach der ersten Freigabe geändert.' });
    assert.equal((await submit(graf, late)).status, 409, 'the hash is another one');
    assert.equal((await submit(graf, await preview(graf))).location, `${RELEASE}?notice=approved`, 'the first of a new pair');
    assert.equal(await versions(), before);
    // Back to the very same words, and still: what was thawed is closed.
    assert.equal(await w.value(`select count(*) from app.release_candidate where organisation_id = ${house} and closed_at is null`), '1');
  });

  test('another choice of publication is another content', async () => {
    await submit(brandl, await preview(brandl, { publication: 'no' }));
    assert.match((await graf.get(RELEASE)).words, /Eine andere Wahl als „nein“ hebt die Freigabe von Dr\. Ilse Brandl auf/);
    assert.equal((await submit(graf, await preview(graf, { publication: 'yes' }))).location, `${RELEASE}?notice=approved`);
    assert.match((await submit(brandl, await preview(brandl, { publication: 'yes' }))).location, /^\/receipts\//);
  });
});

describe('giving back', { concurrency: 1 }, () => {
  beforeEach(() => fresh());

  test('without a reason 422 at the field, with it the text is open again, and mails hold no word of it', async () => {
    await w.sql('delete from app.mail_event; delete from app.mail');
    assert.equal((await act(huber, 'freeze')).location, `${RELEASE}?notice=frozen`);
    assert.equal((await act(huber, 'freeze')).status, 409);
    const empty = await act(brandl, 'reject', { reason: ' ' });
    assert.equal(empty.status, 422);
    assert.match(empty.words, /Bitte schreiben Sie, was zu ändern ist/);
    assert.match(empty.text, /<details class="app-more app-noprint" open>/);
    const reason = 'Bitte „2026“ prüfen & <i>belegen</i>.';
    assert.equal((await act(brandl, 'reject', { reason })).location, `${RELEASE.replace('/release', '')}?notice=rejected`);
    const overview = await huber.get(`${BASE}/response`);
    assert.match(overview.words, /Zurückgegeben von Dr\. Ilse Brandl Bitte „2026“ prüfen & <i>belegen<\/i>\./);
    assert.equal((await act(brandl, 'reject', { reason })).status, 409, 'once');
    const mails = await w.sql('select template, (select mail from app.person where id = person_id), args::text from app.mail order by template, 2');
    assert.deepEqual(mails.map(([template, mail]) => `${template} ${mail}`), [`release_asked ${PEOPLE.brandl}`, `release_asked ${PEOPLE.graf}`, `release_rejected ${PEOPLE.huber}`]);
    assert.ok(mails.every(([, , args]) => !/2026|Rechenzentrum/.test(args)));
    assert.equal((await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Belegt.' })).status, 303);
    await act(huber, 'freeze');
    const doc = await brandl.json(RELEASE);
    assert.deepEqual([doc.changes.since, doc.changes.changed], ['verdict', 1], 'she sees what changed since');
    assert.ok(doc.changes.rows[0].fields.find((f) => f.name === 'body').diff.some((op) => op.op === 'insert' && /Belegt/.test(op.text)));
    assert.equal(doc.release.rejected, null);
  });

  test('other houses and the desk read nothing of it', async () => {
    await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Geheimwort Edelweiß.' });
    await act(huber, 'redactions/L-K12-2', { words: 'Edelweiß', reason: 'Geheimwort Arnika' });
    await act(huber, 'freeze');
    await act(brandl, 'reject', { reason: 'Geheimwort Enzian' });
    for (const who of [falk, sander]) {
      for (const path of [`${BASE}/response`, RELEASE, `${BASE}/response/redactions`, `${BASE}/returns`, `${BASE}/synopsis`, `${BASE}/participations/BY`]) {
        assert.doesNotMatch((await who.get(path)).text, /Geheimwort/, path);
      }
    }
  });
});

describe('passages', { concurrency: 1 }, () => {
  const MARKS = `${BASE}/response/redactions/L-K12-2`;
  beforeEach(() => fresh());

  test('marked by their words, without scripts; released with the version, read by the desk', async () => {
    assert.equal((await submit(brandl, await preview(brandl, { publication: 'shortened' }))).status, 422, 'nothing is marked');
    const unknown = await huber.submit(MARKS, { words: 'Rechenzentrums Nord', reason: 'Sicherheit' });
    assert.equal(unknown.status, 422);
    assert.equal(unknown.form(MARKS).words, 'Rechenzentrums Nord', 'what was typed stays');
    const done = await huber.submit(MARKS, { words: 'Rechenzentrums  Süd\nist für 2026 geplant & <b>beschlossen</b>', reason: 'Schutz der Anlage' });
    assert.equal(done.location, `${MARKS}?notice=redaction_marked`);
    const page = await brandl.get(MARKS);
    assert.match(page.text, /<del><span class="app-vh">Gekürzt: <\/span>Rechenzentrums Süd ist für 2026 geplant &amp; &lt;b&gt;beschlossen&lt;\/b&gt;<\/del>/);
    assert.equal((await brandl.json(RELEASE)).form.publication, 'shortened', 'marks are a wish');
    const released = await submit(brandl, await preview(brandl, { publication: 'shortened' }));
    assert.match(released.location, /^\/receipts\/R1-BY-/);
    assert.match((await sander.get(`${BASE}/submissions/BY`)).words, /Zum Kürzen markiert.*„Rechenzentrums Süd ist für 2026 geplant & <b>beschlossen<\/b>“ \(Grund: Schutz der Anlage\)/);
    assert.match(await w.ctl('verify'), /intact/);
  });

  test('a changed text voids them: the page offers the same words, the release does not go on silently', async () => {
    await huber.submit(MARKS, { words: 'Rechenzentrums Süd', reason: 'Sicherheit' });
    await huber.save(BASE, 'L-K12-2', { stance: 'note', body: 'Neu gefasst: Umzug des Rechenzentrums Süd.' });
    const refused = await submit(brandl, await preview(brandl, { publication: 'shortened' }));
    assert.equal(refused.status, 422);
    assert.match(refused.words, /Seit dem Markieren hat sich ein Text geändert/);
    const { void: old } = await huber.json(MARKS);
    assert.deepEqual(old.map(({ words, times }) => [words, times]), [['Rechenzentrums Süd', 1]]);
    await act(huber, 'redactions/L-K12-2', { words: old[0].words, reason: old[0].reason, instead: old[0].key });
    const now = await huber.json(MARKS);
    assert.deepEqual([now.void.length, now.marks.map((m) => m.words)], [0, ['Rechenzentrums Süd']]);
    assert.equal((await act(huber, 'redactions/L-K12-2/remove', { redaction: now.marks[0].key })).status, 303);
    assert.equal((await act(huber, 'redactions/L-K12-2/remove', { redaction: now.marks[0].key })).status, 409, 'gone');
  });
});

describe('one person alone', { concurrency: 1 }, () => {
  const PAGE = `${BASE}/participations/DLT`;

  test('does not release what she wrote alone, until the moderators allow it', async () => {
    await w.sql(`insert into app.membership (person_id, organisation_id, role) select p.id, o.id, 'releaser' from app.person p, app.organisation o
      where p.mail = '${PEOPLE.falk}' and o.code = 'DLT'`);
    await falk.save(BASE, 'L-K12-2', { stance: 'note', body: 'Die Landkreise tragen das mit.' });
    const refused = await submit(falk, await preview(falk));
    assert.equal(refused.status, 409);
    assert.match(refused.words, /Sie haben diese Stellungnahme allein geschrieben/);
    assert.match((await falk.get(RELEASE)).words, /Vier-Augen-Prinzip/);

    assert.equal((await falk.get(PAGE)).status, 403);
    assert.equal((await sander.get(`${BASE}/participations/XX`)).status, 404);
    assert.match((await sander.get(`${BASE}/returns`)).text, new RegExp(`href="${PAGE}"`));
    const allowed = await sander.submit(PAGE, {}, { action: `${PAGE}/single-release` });
    assert.equal(allowed.location, `${PAGE}?notice=single_release_on`);
    assert.match((await falk.get(RELEASE)).words, /Einpersonen-Freigabe ist für Ihre Organisation erlaubt/);
    assert.match((await submit(falk, await preview(falk))).location, /^\/receipts\/R1-DLT-1-/);
    assert.equal((await sander.submit(PAGE, {}, { action: `${PAGE}/single-release` })).location, `${PAGE}?notice=single_release_off`);
    assert.deepEqual((await w.sql(`select act from app.audit where act like 'participation.single%' order by id`)).flat(),
      ['participation.single_release', 'participation.single_release_off']);
  });
});
