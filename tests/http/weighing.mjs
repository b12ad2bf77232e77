// Weighing: the wording that nobody changes, versions of an assessment, two
// moderators at one position, groups, the second pair of eyes, the sponsors.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, sander, ole;
const at = (number) => `${BASE}/positions/${number}`;
const partly = { decision: 'partly', edition_place: 'K4.G2.5 Satz 2', assessment: 'Bestandsschutz ist sachgerecht, eine Befristung aber nötig.' };
const save = async (who, number, fields, then = 'stay') => {
  const { form } = await who.json(at(number));
  return who.post(`${at(number)}/assessment`, { csrf: await who.csrf(), base: String(form.base), then, ...fields });
};
const words = () => w.value("select md5(string_agg(a::text, e'\\n' order by a.id)) from app.released_answer a");

describe('weighing', { concurrency: 1 }, () => {
  before(async () => {
    w = await world({ clock: '2024-05-06T09:00' });
    // Ole Petersen, who reports, moderates as well here: two at the desk
    await w.sql(`insert into app.platform_role (person_id, role) select id, 'moderator' from app.person where mail = '${PEOPLE.petersen}'`);
    sander = await w.as(PEOPLE.sander);
    ole = await w.as(PEOPLE.petersen);
  });
  after(() => w?.stop());

  test('the page: the words in a quote, where they come from, what is around; who read it is in the log', async () => {
    const page = await sander.get(at('R1-0001'));
    assert.equal(page.status, 200);
    assert.match(page.words, /Wortlaut unveränderlich/);
    assert.match(page.words, /Noch keine Bewertung/);
    assert.match(page.text, /<blockquote class="app-quote/);
    assert.doesNotMatch(page.text, /name="(body|proposal|reason)"/);
    const doc = await sander.json(at('R1-0001'));
    assert.deepEqual([doc.position.number, doc.weighing.version, doc.form.decision], ['R1-0001', 0, 'open']);
    assert.match(doc.source.receipt, /^R1-/);
    assert.ok(await w.value("select count(*) from app.audit where act = 'position.view'") >= 2);
    // next and previous lead through all of the synopsis, in its order
    const order = (await sander.get(`${BASE}/synopsis.json`)).json;
    const numbers = (Array.isArray(order) ? order : order.rows).map((r) => r.number);
    const [a, b] = [numbers.indexOf('R1-0001'), numbers.indexOf(doc.next.number)];
    assert.equal(b, a + 1);
    assert.equal((await sander.json(at(numbers[0]))).previous, null);
    assert.equal((await sander.json(at(numbers.at(-1)))).next, null);
    for (const n of ['R1-9999', 'R1-1', 'r1-0001', 'E1-0001', 'R2-0001', 'BY_K4.G2.5', 'R1-0001.1', '%00']) assert.equal((await sander.get(at(n))).status, 404, n);
    assert.equal((await (await w.as(PEOPLE.lorenz)).get(at('R1-0001'))).status, 403);
  });

  test('a part of an answer has its page', async () => {
    const cut = `${BASE}/answers/R1-0001/cut`;
    await sander.post(cut, { csrf: await sander.csrf(), part: 'body', first: '1', last_char: '5' });
    const doc = await sander.json(at('R1-0001.1'));
    assert.equal(doc.position.number, 'R1-0001.1');
    assert.equal([...doc.position.body].length, 5);
    assert.match((await sander.get(at('R1-0001'))).words, /Diese Antwort ist geteilt\. Es gelten ihre Teile/);
    assert.match((await sander.post(`${cut}/undo`, { csrf: await sander.csrf(), part: 'R1-0001.1' })).location, /notice=cut_undone/);
    assert.match((await sander.get(at('R1-0001.1'))).words, /Dieser Teil ist zurückgenommen/);
  });

  test('no field and no route for the wording: refused, and nothing changes', async () => {
    const before_ = await words();
    const csrf = await sander.csrf();
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const reply = await sander.request?.(method, at('R1-0001'), { csrf, body: 'Anders' }) ?? await sander.post(at('R1-0001'), { csrf, body: 'Anders', proposal: 'Anders', reason: 'Anders' });
      assert.equal(reply.status, 405, method);
    }
    for (const field of ['body', 'proposal', 'reason']) {
      const reply = await save(sander, 'R1-0001', { ...partly, [field]: 'Bayern stimmt zu.' });
      assert.equal(reply.status, 409);
      assert.match(reply.words, /Der Wortlaut ist unveränderlich\. Anmerkungen gehören in die Bewertung/);
      const machine = await sander.postJson(`${at('R1-0001')}/assessment`, { base: 0, ...partly, [field]: 'x' });
      assert.deepEqual([machine.status, machine.json.error.code], [409, 'wording_fixed']);
    }
    assert.equal((await sander.json(at('R1-0001'))).weighing.version, 0);
    assert.equal(await words(), before_);
  });

  test('what is missing is said at its field, and nothing typed is lost', async () => {
    for (const [fields, field, message] of [
      [{ decision: 'partly', assessment: '', edition_place: 'K4.G2.5 Satz 2' }, 'assessment', /Bewertung fehlt\. Bei „teilweise übernommen“ ist eine Begründung Pflicht/],
      [{ decision: 'adopted', assessment: 'Gut.' }, 'edition_place', /Nennen Sie die Stelle in der nächsten Fassung/],
      [{ decision: 'referred', assessment: 'Gehört dorthin.' }, 'referred_to', /Sagen Sie, wohin verwiesen wird/],
      [{ assessment: 'Ohne Entscheidung <b>fett</b>.' }, 'decision', /Entscheidung: /],
      [{ decision: 'quatsch', assessment: 'x' }, 'decision', /Wählen Sie eine der angebotenen Möglichkeiten/],
      [{ decision: 'noted', assessment: 'ä'.repeat(20_001) }, 'assessment', /Bitte kürzen Sie um 1/],
      [{ decision: 'partly', assessment: 'x', edition_place: 'K'.repeat(301) }, 'edition_place', /Bitte kürzen Sie/]]) {
      const reply = await save(sander, 'R1-0002', fields);
      assert.equal(reply.status, 422, field);
      assert.match(reply.words, message);
      assert.match(reply.text, new RegExp(`id="${field}-error"`));
      assert.ok(reply.text.includes(fields.assessment.replaceAll('<', '&lt;').replaceAll('>', '&gt;')), 'kept');
    }
    assert.equal((await sander.json(at('R1-0002'))).weighing.version, 0);
  });

  test('saved: version 1, a draft, bound to its words; the same again is no new one; open again is one', async () => {
    const reply = await save(sander, 'R1-0002', { ...partly, referred_to: 'bleibt nicht' });
    assert.match(reply.location, /\/positions\/R1-0002\?notice=assessment_saved#bewertung$/);
    let doc = await sander.json(at('R1-0002'));
    assert.deepEqual([doc.position.decision, doc.weighing.assessment.version, doc.weighing.assessment.given, doc.weighing.assessment.of, doc.weighing.assessment.referred_to], ['partly', 1, 0, 2, null]);
    assert.match(doc.weighing.assessment.content_hash, /^[0-9a-f]{64}$/);
    assert.match((await sander.get(at('R1-0002'))).words, /ENTWURF/);
    await save(sander, 'R1-0002', partly);
    assert.equal((await sander.json(at('R1-0002'))).weighing.version, 1);
    await save(sander, 'R1-0002', { decision: 'open' });
    doc = await sander.json(at('R1-0002'));
    assert.deepEqual([doc.position.decision, doc.weighing.version, doc.weighing.versions.length], ['open', 2, 2]);
    assert.match(JSON.stringify(doc.weighing.versions[0].change), /"op":"delete"/);
    assert.equal((await sander.json(`${BASE}/synopsis`)).rows.find((r) => r.number === 'R1-0002')?.decision ?? 'open', 'open');
    await assert.rejects(w.sql('update app.assessment set body = \'anders\''), /immutable/);
    await assert.rejects(w.sql('delete from app.assessment'), /immutable/);
  });

  test('save and next: on to the next of the synopsis, ready to write', async () => {
    const { next } = await sander.json(at('R1-0003'));
    const reply = await save(sander, 'R1-0003', { decision: 'noted', assessment: 'Wird beachtet.' }, 'next');
    assert.match(reply.location, new RegExp(`/positions/${next.number}\\?notice=assessment_next#bewertung$`));
    const page = await sander.get(reply.location.split('#')[0]);
    assert.match(page.words, /Hier ist die nächste Position/);
    assert.match(page.words, /Von Ihnen gesperrt seit/);
    assert.match(page.text, /<textarea[^>]* id="assessment"/);
    assert.equal((await sander.json(at('R1-0003'))).weighing.lock, null, 'given back');
  });

  test('opened from a filter: next, previous, save and next and the way back stay within it', async () => {
    const filter = 'view=all&target=K4.G2.5&stance=agree';
    const list = await sander.json(`${BASE}/synopsis?${filter}`);
    const numbers = list.rows.map((r) => r.number);
    assert.ok(numbers.length > 2);
    const from = `?from=${encodeURIComponent(filter)}`;
    assert.deepEqual(list.rows.map((r) => r.position_href), numbers.map((n) => `${at(n)}${from}`));
    const walked = [];
    for (let href = `${at(numbers[0])}${from}`; href; href = walked.at(-1).next?.href) walked.push(await sander.json(href));
    assert.deepEqual(walked.map((x) => x.position.number), numbers);
    assert.deepEqual([walked[0].previous, walked[1].previous.number], [null, numbers[0]]);
    assert.equal(walked[1].list.href, `${BASE}/synopsis?target=K4.G2.5&stance=agree&view=all&row=${numbers[1]}#${numbers[1]}`);
    const page = await sander.get(`${at(numbers[1])}${from}`);
    assert.equal(page.text.split('name="from" value="view=all&amp;target=K4.G2.5&amp;stance=agree"').length - 1, 2, 'each form carries it on');
    const csrf = await sander.csrf();
    const opened = await sander.post(`${at(numbers[0])}/lock`, { csrf, from: filter });
    assert.equal(opened.location, `${at(numbers[0])}${from}#bewertung`);
    const wrong = await sander.post(`${at(numbers[0])}/assessment`, { csrf, base: '0', decision: 'noted', assessment: '', then: 'next', from: filter });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /name="from" value="view=all&amp;target=K4\.G2\.5&amp;stance=agree"/);
    const saved = await sander.post(`${at(numbers[0])}/assessment`, { csrf, base: '0', decision: 'noted', assessment: 'Gelesen.', then: 'next', from: filter });
    assert.equal(saved.location, `${at(numbers[1])}${from}&notice=assessment_next#bewertung`);
    const last = await sander.post(`${at(numbers.at(-1))}/assessment`, { csrf, base: '0', decision: 'noted', assessment: 'Gelesen.', then: 'next', from: filter });
    assert.equal(last.location, `${at(numbers.at(-1))}${from}&notice=assessment_last`);
    // words of a search go with it as they are, and one that left the filter leads back in
    const found = await sander.json(`${BASE}/synopsis?q=${encodeURIComponent('Begründung & mehr=q=1')}`);
    assert.ok(found.links.work_href.includes('Begr%C3%BCndung'));
    const words_ = await sander.json(`${at(numbers[0])}?from=${encodeURIComponent('decision=open&q=Begründung')}`);
    assert.match(words_.list.href, /\?decision=open&q=Begr%C3%BCndung&row=/);
  });

  test('a filter that is none leads nowhere else', async () => {
    const { next } = await sander.json(at('R1-0003'));
    for (const from of ['//boese.example/', 'javascript:alert(1)', 'target=../../&level=<b>', '&&&===', 'row=x&after=y', 'view=quatsch', "target=K4'--", '%', 'q=']) {
      const doc = await sander.json(`${at('R1-0003')}?from=${encodeURIComponent(from)}`);
      assert.deepEqual([doc.next.number, doc.list.href], [next.number, `${BASE}/synopsis?row=R1-0003#R1-0003`], from);
    }
    const none = await sander.json(`${at('R1-0003')}?from=${encodeURIComponent('target=K9.Z9&place=99999999999999999999')}`);
    assert.deepEqual([none.previous, none.next], [null, null]);
    const page = await sander.get(`${at('R1-0003')}?from=${encodeURIComponent('q="><script>alert(1)</script>')}`);
    assert.equal(page.status, 200);
    assert.ok(!page.text.includes('<script>alert'));
    assert.equal((await sander.get(`${at('R1-0003')}?from=${'x'.repeat(1501)}`)).status, 400);
    assert.equal((await sander.get(`${at('R1-0003')}?from=a%0Ab`)).status, 400);
  });

  test('the lock: taken by opening, seen by others, taken over, and who lost it is told with the text kept', async () => {
    await sander.post(`${at('R1-0004')}/lock`, { csrf: await sander.csrf() });
    const other = await ole.get(at('R1-0004'));
    assert.match(other.words, /Gesperrt durch Mira Sander seit \d\d:\d\d Uhr\. Sie können lesen oder die Sperre übernehmen/);
    assert.doesNotMatch(other.text, /<textarea/);
    const late = await ole.post(`${at('R1-0004')}/lock`, { csrf: await ole.csrf() });
    assert.equal(late.status, 409);
    assert.match(late.words, /Gesperrt durch Mira Sander/);
    assert.equal((await ole.post(`${at('R1-0004')}/lock`, { csrf: await ole.csrf(), act: 'take_over' })).status, 303);
    assert.equal(await w.value("select count(*) from app.audit where act = 'assessment.take_over'"), '1');
    const lost = await save(sander, 'R1-0004', { ...partly, assessment: 'Mein langer Text.' });
    assert.equal(lost.status, 409);
    assert.match(lost.words, /Ole Petersen hat die Sperre um .* übernommen\. Ihr Text ist noch nicht gespeichert/);
    assert.ok(lost.text.includes('Mein langer Text.'));
    assert.equal((await sander.json(at('R1-0004'))).weighing.version, 0);
    // and back, with the text
    const back = await save(sander, 'R1-0004', { ...partly, assessment: 'Mein langer Text.' }, 'take_over');
    assert.equal(back.status, 303);
    assert.equal((await sander.json(at('R1-0004'))).weighing.assessment.body, 'Mein langer Text.');
    // after a quarter of an hour it is free; what was opened before still saves
    await w.sql("update app.row_lock set taken_at = taken_at - interval '16 minutes', ends_at = ends_at - interval '16 minutes'");
    assert.equal((await ole.json(at('R1-0004'))).weighing.lock, null);
    assert.equal((await ole.post(`${at('R1-0004')}/lock`, { csrf: await ole.csrf() })).status, 303);
    assert.equal((await ole.post(`${at('R1-0004')}/lock`, { csrf: await ole.csrf(), act: 'give_back' })).status, 303);
    assert.equal((await ole.json(at('R1-0004'))).weighing.lock, null);
  });

  test('two versions of one: both side by side, and each way out of it', async () => {
    const number = 'R1-0005';
    const base = String((await sander.json(at(number))).form.base);
    const send = async (who, fields) => who.post(`${at(number)}/assessment`, { csrf: await who.csrf(), base, then: 'stay', ...fields });
    const first = 'Erster Absatz.\n\nMitte bleibt.\n\nLetzter Absatz.';
    assert.equal((await send(ole, { ...partly, assessment: first })).status, 303);
    await ole.post(`${at(number)}/lock`, { csrf: await ole.csrf(), act: 'give_back' });
    const stale = await send(sander, { ...partly, assessment: 'Ganz anders <gesagt>.' });
    assert.equal(stale.status, 409);
    assert.match(stale.words, /Inzwischen hat Ole Petersen Version 1 gespeichert\. Nichts von Ihnen ist verloren\. Bitte wählen Sie\./);
    for (const text of ['Ganz anders &lt;gesagt&gt;.', 'Letzter Absatz.', 'Meine behalten', 'Andere übernehmen', 'Zusammenführen']) assert.ok(stale.text.includes(text), text);
    const machine = await sander.postJson(`${at(number)}/assessment`, { base: Number(base), ...partly });
    assert.equal(machine.status, 409);
    // mine: the form of that button as it stands
    const mine = await sander.post(`${at(number)}/assessment`, { csrf: await sander.csrf(), base: '1', ...partly, assessment: 'Ganz anders <gesagt>.' });
    assert.equal(mine.status, 303);
    const doc = await sander.json(at(number));
    assert.deepEqual([doc.weighing.version, doc.weighing.assessment.body], [2, 'Ganz anders <gesagt>.']);
    assert.equal(doc.weighing.versions.at(-1).by, 'Ole Petersen', 'theirs stays to be read');
    // put together where the places differ
    await save(sander, number, { ...partly, assessment: first });
    await sander.post(`${at(number)}/lock`, { csrf: await sander.csrf(), act: 'give_back' });
    const from = String((await sander.json(at(number))).form.base);
    const both = (who, text) => who.csrf().then((csrf) => who.post(`${at(number)}/assessment`, { csrf, base: from, ...partly, assessment: text }));
    await both(ole, first.replace('Erster', 'Neuer erster'));
    await ole.post(`${at(number)}/lock`, { csrf: await ole.csrf(), act: 'give_back' });
    const merged = await both(sander, first.replace('Letzter', 'Neuer letzter'));
    assert.equal(merged.status, 409);
    assert.match(merged.text, />\s*Neuer erster Absatz\.\n\nMitte bleibt\.\n\nNeuer letzter Absatz\.<\/textarea>/);
  });

  test('a group is weighed once for all of it; taken apart, each has its own again', async () => {
    const own = (await sander.json(at('R1-0002'))).weighing.version;
    await save(sander, 'R1-0002', partly);
    const formed = await sander.submit(`${BASE}/groups`, { name: 'Bestandsschutz', positions: 'R1-0002 R1-0006' }, { action: `${BASE}/groups` });
    const group = `${BASE}/groups/${/G-\d+/.exec(formed.location)[0]}`;
    let page = await sander.get(at('R1-0006'));
    assert.match(page.words, /Diese Position steht in der Gruppe G-01 „Bestandsschutz“/);
    assert.doesNotMatch(page.text, /name="assessment"/);
    const refused = await save(sander, 'R1-0006', partly);
    assert.equal(refused.status, 409);
    assert.match(refused.words, /steht in der Gruppe G-01/);
    assert.equal((await sander.post(`${group}/lock`, { csrf: await sander.csrf() })).status, 303);
    assert.match((await sander.get(group)).text, /<textarea[^>]* id="assessment"/);
    const saved = await sander.post(`${group}/assessment`, { csrf: await sander.csrf(), base: '0', decision: 'not_adopted', assessment: 'Der Beschluss gilt schon.' });
    assert.match(saved.location, /G-01\?notice=assessment_saved/);
    for (const n of ['R1-0002', 'R1-0006']) assert.equal((await sander.json(at(n))).position.decision, 'not_adopted');
    page = await sander.get(at('R1-0002'));
    assert.match(page.words, /Bewertung der Gruppe G-01/);
    assert.match(page.words, /Eigene Bewertung von R1-0002.*Gilt wieder, wenn die Gruppe auseinandergenommen wird/);
    await sander.post(`${group}/dissolve`, { csrf: await sander.csrf(), version: '1' });
    const [two, six] = [await sander.json(at('R1-0002')), await sander.json(at('R1-0006'))];
    assert.deepEqual([two.position.decision, two.weighing.version, six.position.decision, six.weighing.version], ['partly', own + 1, 'open', 0]);
    assert.equal((await sander.post(`${group}/assessment`, { csrf: await sander.csrf(), base: '1', ...partly })).status, 409);
  });

  test('the second pair of eyes: where the consultation demands it, and never by who saved it', async () => {
    const number = 'R1-0007';
    await w.sql('update app.consultation set needs_review = true');
    await save(sander, number, partly);
    const { content_hash } = (await sander.json(at(number))).weighing.assessment;
    const ask = async () => sander.post(`${at(number)}/approvals`, { csrf: await sander.csrf(), content_hash, due_on: '10.05.2024' });
    const early = await ask();
    assert.equal(early.status, 409);
    assert.match(early.words, /verlangt dieses Verfahren eine zweite Sichtung/);
    const review = async (who) => who.post(`${at(number)}/review`, { csrf: await who.csrf(), content_hash });
    assert.match((await review(sander)).words, /Diese Version haben Sie selbst gespeichert/);
    assert.equal((await review(ole)).status, 303);
    assert.match((await ole.get(at(number))).words, /Zweite Sichtung: 06\.05\.2024, 09:\d\d Uhr, Ole Petersen/);
    assert.equal((await ask()).status, 303);
    await w.sql('update app.consultation set needs_review = false');
  });

  test('the sponsors: asked until a day, mail without a text, approve and return; a new version has none', async () => {
    const number = 'R1-0008';
    await save(sander, number, { ...partly, assessment: 'Nur für Neuvorhaben ab 2025.' });
    const { weighing } = await sander.json(at(number));
    const ask = async (fields) => sander.post(`${at(number)}/approvals`, { csrf: await sander.csrf(), content_hash: weighing.assessment.content_hash, ...fields });
    for (const [due_on, words_] of [['', /Bitte füllen/], ['31.02.2024', /Tag|Datum/], ['05.05.2024', /vergangen|heute|liegt/]]) {
      const reply = await ask({ due_on });
      assert.equal(reply.status, 422, due_on);
      assert.match(reply.text, /id="due_on-error"/);
      assert.match(reply.words, words_);
    }
    assert.equal((await ask({ due_on: '10.05.2024', content_hash: '0'.repeat(64) })).status, 409);
    assert.match((await ask({ due_on: '10.05.2024' })).location, /notice=approval_asked/);
    assert.equal((await ask({ due_on: '13.05.2024' })).status, 303, 'again: another day, no second mail');
    const mails = await w.sql("select p.mail, m.args::text from app.mail m join app.person p on p.id = m.person_id where m.template = 'approval_asked' and m.id > (select min(id) from app.mail where template = 'approval_asked') order by 1");
    assert.ok(mails.some(([mail]) => mail === PEOPLE.lorenz) && mails.every(([, args]) => !args.includes('Neuvorhaben')));

    const lorenz = await w.as(PEOPLE.lorenz);
    const path = `${BASE}/approvals`;
    const list = await lorenz.get(path);
    assert.match(list.words, /Nur für Neuvorhaben ab 2025/);
    assert.match(list.words, /K4\.G2\.5 Satz 2/);
    const { form, count } = await lorenz.json(path);
    assert.equal(count, form.rows.length);
    const row = form.rows.find((r) => r.key === number);
    assert.equal(row.positions[0].number, number);
    assert.ok((await lorenz.json(`${path}?only=${number}`)).form.rows.length === 1);
    const decide = async (fields) => lorenz.post(path, { csrf: await lorenz.csrf(), [`hash.${number}`]: row.content_hash, ...fields });
    assert.match((await decide({ verdict: 'approved' })).words, /Wählen Sie mindestens eine Zeile aus/);
    const noRemark = await decide({ verdict: 'returned', [`tick.${number}`]: '1' });
    assert.equal(noRemark.status, 422);
    assert.match(noRemark.text, new RegExp(`name="tick.${number}" value="1" checked`), 'the tick stays');
    assert.equal((await decide({ verdict: 'approved', [`tick.${number}`]: '1', [`hash.${number}`]: '0'.repeat(64) })).status, 409);
    assert.equal((await decide({ verdict: 'approved', 'tick.R1-0001': '1' })).status, 409);
    assert.match((await decide({ verdict: 'approved', [`tick.${number}`]: '1' })).location, /notice=approvals_approved/);
    assert.equal((await decide({ verdict: 'approved', [`tick.${number}`]: '1' })).status, 409, 'once');
    let page = await sander.get(at(number));
    assert.match(page.words, /1 von 2 Freigaben für Version 1/);
    assert.match(page.words, /ENTWURF/);
    // before saving the page says what falls; after it, that it has fallen
    await sander.post(`${at(number)}/lock`, { csrf: await sander.csrf() });
    assert.match((await sander.get(at(number))).words, /Wenn Sie etwas ändern, entsteht Version 2 als Entwurf\. Dann verfällt die Freigabe: Mecklenburg-Vorpommern – sie gilt nur für Version 1/);
    await save(sander, number, { ...partly, assessment: 'Nur für Neuvorhaben ab 2026.' });
    page = await sander.get(at(number));
    assert.match(page.words, /0 von 2 Freigaben für Version 2/);
    assert.match(page.words, /Version 2 ist noch Entwurf: Die Freigabe vom 06\.05\.2024 gilt nur für Version 1/);
    assert.ok(!(await lorenz.json(path)).form.rows.some((r) => r.key === number), 'nobody was asked about version 2');
    // asked anew, approved by both: no draft any more
    const { content_hash } = (await sander.json(at(number))).weighing.assessment;
    await sander.post(`${at(number)}/approvals`, { csrf: await sander.csrf(), content_hash, due_on: '13.05.2024' });
    const vogt = await w.as('matthias.vogt@bmi.example');
    for (const who of [lorenz, vogt]) {
      assert.equal((await who.post(path, { csrf: await who.csrf(), verdict: 'approved', [`tick.${number}`]: '1', [`hash.${number}`]: content_hash })).status, 303);
    }
    page = await sander.get(at(number));
    assert.match(page.words, /2 von 2 Freigaben/);
    assert.doesNotMatch(page.words, /Freigabe anfordern|Frist ändern/, 'nobody is left to ask');
    assert.doesNotMatch(page.words, /ENTWURF/);
    const place = () => w.value("select x.name from app.position p join app.place x on x.id = p.place_id where p.number = 8");
    assert.equal(await place(), 'Abgeschlossen');
    // taken back while nothing rests on it: open again, and in the log; the older version stands
    const take = async (fields, who = vogt) => who.post(`${path}/undo`, { csrf: await who.csrf(), number, version: '2', ...fields });
    assert.deepEqual((await lorenz.json(path)).decided.filter((d) => d.number === number).map((d) => [d.version, d.can_take_back]), [[2, true], [1, false]]);
    const offered = (await vogt.get(path)).form(`${path}/undo`);
    assert.deepEqual([offered.number, offered.version], [number, '2']);
    assert.match((await take({})).location, /\/approvals\?notice=approval_taken_back$/);
    assert.deepEqual([await place(), (await sander.json(at(number))).weighing.assessment.given], ['Zur Freigabe', 1]);
    assert.match((await sander.get(at(number))).words, /1 von 2 Freigaben für Version 2/);
    assert.ok((await vogt.json(path)).form.rows.some((r) => r.key === number), 'it waits again');
    assert.equal(await w.value("select count(*) from app.audit where act = 'approval.take_back'"), '1');
    for (const [fields, who] of [[{}, vogt], [{ version: '1' }, lorenz], [{ version: '7' }, lorenz], [{ number: 'R1-9999' }, lorenz]]) assert.equal((await take(fields, who)).status, 409, JSON.stringify(fields));
    assert.equal((await take({}, await w.as(PEOPLE.brandl))).status, 404);
    assert.equal((await vogt.post(path, { csrf: await vogt.csrf(), verdict: 'approved', [`tick.${number}`]: '1', [`hash.${number}`]: content_hash })).status, 303);
    assert.equal(await place(), 'Abgeschlossen');
    // returned with a remark: the moderators read it and hear of it
    await save(sander, 'R1-0009', partly);
    const nine = (await sander.json(at('R1-0009'))).weighing.assessment.content_hash;
    await sander.post(`${at('R1-0009')}/approvals`, { csrf: await sander.csrf(), content_hash: nine, due_on: '13.05.2024' });
    await vogt.post(path, { csrf: await vogt.csrf(), verdict: 'returned', remark: 'Bitte die Frist nennen.', 'tick.R1-0009': '1', 'hash.R1-0009': nine });
    assert.match((await sander.get(at('R1-0009'))).words, /Bund \(BMI\) ?: zurückgegeben, .* Bitte die Frist nennen/);
    assert.equal(await w.value("select count(*) from app.mail where template = 'approval_returned'"), '2', 'both moderators');
    // nobody else's business
    assert.equal((await (await w.as(PEOPLE.brandl)).get(path)).status, 404, 'releases, but for no sponsor');
    assert.equal((await (await w.as(PEOPLE.huber)).get(path)).status, 403);
    assert.equal((await sander.get(path)).status, 403);
    assert.ok(Number(await w.value("select count(*) from app.audit where act = 'approval.view'")) > 1);
  });

  test('who approved a group has not approved what joins it later', async () => {
    await sander.submit(`${BASE}/groups`, { name: 'Fristen', positions: 'R1-0020 R1-0021' }, { action: `${BASE}/groups` });
    const number = await w.value("select app.group_number(max(number)) from app.position_group");
    const group = `${BASE}/groups/${number}`;
    const now = async () => (await sander.json(group)).weighing;
    const put = async () => sander.post(`${group}/assessment`, { csrf: await sander.csrf(), base: String((await now()).version), decision: 'noted', assessment: 'Wird beachtet.' });
    const ask = async () => sander.post(`${group}/approvals`, { csrf: await sander.csrf(), content_hash: (await now()).assessment.content_hash, due_on: '13.05.2024' });
    await put();
    await ask();
    const lorenz = await w.as(PEOPLE.lorenz);
    const approve = async () => lorenz.post(`${BASE}/approvals`, { csrf: await lorenz.csrf(), verdict: 'approved', [`tick.${number}`]: '1', [`hash.${number}`]: (await now()).assessment.content_hash });
    assert.equal((await approve()).status, 303);
    assert.equal((await now()).assessment.given, 1);
    await w.clock('2024-05-06T15:00');
    await sander.post(`${group}/members`, { csrf: await sander.csrf(), positions: 'R1-0022' });
    assert.equal((await now()).assessment.given, 0);
    assert.match((await sander.get(group)).words, /Seit einer Freigabe sind Positionen zur Gruppe gekommen/);
    assert.equal((await ask()).status, 409);
    await put();
    assert.equal((await now()).version, 2, 'the same words about other positions are another version');
    assert.equal((await ask()).status, 303);
    assert.equal((await approve()).status, 303);
    assert.equal((await now()).assessment.given, 1);
  });

  test('a sponsor reads what it was asked about, and no confidential words', async () => {
    await save(sander, 'R1-0010', { ...partly });
    await w.sql(`alter table app.released_answer disable trigger guard_immutable;
      update app.released_answer a set confidential = true, confidential_reason = 'Vertrag' from app.position p where p.released_answer_id = a.id and p.number = 10;
      alter table app.released_answer enable trigger guard_immutable`);
    const { content_hash } = (await sander.json(at('R1-0010'))).weighing.assessment;
    await sander.post(`${at('R1-0010')}/approvals`, { csrf: await sander.csrf(), content_hash, due_on: '13.05.2024' });
    const row = (await (await w.as('matthias.vogt@bmi.example')).json(`${BASE}/approvals?only=R1-0010`)).form.rows[0];
    assert.equal(row.key, 'R1-0010');
    assert.ok(!row.positions[0].body);
  });

  test('at the same moment: one version comes of it, and what holds is what the groups say', async () => {
    const csrf = { sander: await sander.csrf(), ole: await ole.csrf() };
    const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => sander.post(`${at('R1-0030')}/assessment`,
      { csrf: csrf.sander, base: '0', decision: 'noted', assessment: `Fassung ${i}.` })));
    assert.deepEqual(replies.map((r) => r.status).sort(), [303, ...Array(7).fill(409)]);
    assert.equal((await sander.json(at('R1-0030'))).weighing.version, 1);
    // merged, taken apart and weighed by two people at once
    const numbers = ['R1-0031', 'R1-0032', 'R1-0033', 'R1-0034'];
    for (let round = 0; round < 4; round += 1) {
      const open = await w.value("select max(number) from app.position_group where state = 'open' and name = 'Zugleich'");
      await Promise.all([
        ...numbers.map((n, i) => (i % 2 ? ole : sander).post(`${at(n)}/assessment`, { csrf: i % 2 ? csrf.ole : csrf.sander, base: String(round), decision: 'noted', assessment: `Runde ${round}.` })),
        open ? ole.post(`${BASE}/groups/G-${open}/dissolve`, { csrf: csrf.ole, version: '1' })
          : ole.post(`${BASE}/groups`, { csrf: csrf.ole, name: 'Zugleich', positions: numbers.slice(0, 3).join(' ') }),
      ]);
      assert.equal(await w.value(`select count(*) from app.position p where p.assessment_id is distinct from coalesce(
        (select b.id from app.assessment b join app.group_member m on m.group_id = b.group_id and m.left_at is null where m.position_id = p.id order by b.version desc limit 1),
        (select b.id from app.assessment b where b.position_id = p.id order by b.version desc limit 1))
        or p.decision <> coalesce((select a.decision from app.assessment a where a.id = p.assessment_id), 'open')`), '0');
    }
  });

  test('what a person is told of: the own assessments and verdicts, nobody else\'s', async () => {
    const lorenz = await w.as(PEOPLE.lorenz);
    const verdicts = (await lorenz.json('/account/data')).data.weighing;
    assert.ok(verdicts.length > 0 && verdicts.every((x) => ['approved', 'returned'].includes(x.what) && x.text === null));
    const own = (await sander.json('/account/data')).data.weighing;
    assert.ok(own.some((x) => x.what === 'assessed' && x.text.includes('Befristung')));
    assert.ok(!JSON.stringify(own).includes('Bitte die Frist nennen'));
    assert.match((await sander.get('/account/data')).words, /Bewertungen und Freigaben/);
  });

  test('who reports reads, and writes nothing', async () => {
    await w.sql(`delete from app.platform_role r using app.person p where p.id = r.person_id and p.mail = '${PEOPLE.petersen}' and r.role = 'moderator'`);
    const page = await ole.get(at('R1-0002'));
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /\/lock"|name="assessment"/);
    assert.equal((await ole.post(`${at('R1-0002')}/assessment`, { csrf: await ole.csrf(), base: '0', ...partly })).status, 403);
    await w.sql(`insert into app.platform_role (person_id, role) select id, 'moderator' from app.person where mail = '${PEOPLE.petersen}'`);
  });
});
