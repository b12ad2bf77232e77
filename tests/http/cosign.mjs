// with asan
// Co-signing in one house: asked, decided, undone, asked again; a change of a
// text voids the co-signs of this text and no other.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const ASK = `${BASE}/response/cosigns`;
const BODY = 'Bayern begrüßt die Vision „Deutschland kann Digital“ & <b>hält</b> sie für tragfähig.';
let w, huber, graf, brandl, falk, key;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, graf, brandl, falk] = await Promise.all([PEOPLE.huber, PEOPLE.graf, PEOPLE.brandl, PEOPLE.falk].map((mail) => w.as(mail)));
  key = await w.value(`select key from app.person where mail = '${PEOPLE.graf}'`);
  await huber.save(BASE, 'L-K12-2', { stance: 'note', body: BODY });
  await huber.save(BASE, 'K4.G2.5', { stance: 'agree_changed', proposal: 'Abweichungen müssen begründet werden.' });
});
after(() => w?.stop());

const post = async (who, path, fields = {}) => who.post(path, { csrf: await who.csrf(), ...fields });
const ask = (targets, more = {}) => post(huber, ASK, { ...Object.fromEntries(targets.map((t) => [`answer.${t}`, '1'])), [`cosigner.${key}`]: '1', due_on: '10.04.2024', ...more });
const inbox = async () => Object.fromEntries((await graf.json('/cosigns')).rows.map((r) => [r.target, r]));
const state = async (target) => (await huber.json(`${BASE}/response/answers/${target}`)).answer.state;
const count = async (who) => (await who.json('/cosigns')).frame.nav.find((n) => n.key === 'cosigns')?.count;
const mails = () => w.value("select coalesce(string_agg(m.template || ' ' || p.mail, ', ' order by m.id), '') from app.mail m join app.person p on p.id = m.person_id where m.template like 'cosign%'");

describe('asking', { concurrency: 1 }, () => {
  test('from an answer, the answer and the only co-signer are ticked; a day is proposed', async () => {
    const link = /href="([^"]+\/response\/cosigns\?target=[^"]+)"/.exec((await huber.get(`${BASE}/response/answers/K4.G2.5`)).text)[1];
    const form = (await huber.get(link)).form(ASK);
    assert.deepEqual([form['answer.K4.G2.5'], form['answer.L-K12-2'], form[`cosigner.${key}`], form.due_on], ['1', undefined, '1', '09.04.2024']);
  });

  test('nothing ticked, a bad day, a past one, one after the deadline: at the field, everything kept', async () => {
    const page = (await huber.get(ASK)).form(ASK);
    for (const [fields, field, says] of [
      [{ due_on: '10.04.2024' }, 'answer', /Wählen Sie mindestens eine Antwort/],
      [{ 'answer.L-K12-2': '1', [`cosigner.${key}`]: '', due_on: '10.04.2024' }, 'cosigner', /mindestens eine Person/],
      [{ 'answer.L-K12-2': '1', due_on: '31.02.2024' }, 'due_on', /Datum/],
      [{ 'answer.L-K12-2': '1', due_on: '' }, 'due_on', /füllen/],
      [{ 'answer.L-K12-2': '1', due_on: '01.04.2024' }, 'due_on', /Vergangenheit/],
      [{ 'answer.L-K12-2': '1', due_on: '30.04.2024' }, 'due_on', /nach dem Ende der Frist: 26\.04\.2024/],
    ]) {
      const reply = await huber.post(ASK, { ...page, message: 'Bitte bis Mittwoch', ...fields });
      assert.equal(reply.status, 422);
      assert.match(reply.words, says);
      assert.match(reply.text, new RegExp(`id="${field}-error"`));
      const again = reply.form(ASK);
      assert.deepEqual([again.message, again['answer.L-K12-2'], again.due_on], ['Bitte bis Mittwoch', fields['answer.L-K12-2'], fields.due_on]);
    }
    assert.equal(await w.value('select count(*) from app.cosign_request'), '0');
  });

  test('two answers to one person: two requests, one mail without a word of them', async () => {
    const reply = await ask(['L-K12-2', 'K4.G2.5'], { message: 'Bitte besonders den Wortlaut prüfen.' });
    assert.equal(reply.status, 303, reply.words.slice(0, 300));
    assert.equal(reply.location, `${ASK}?notice=cosign_asked`);
    assert.deepEqual([await state('L-K12-2'), await state('K4.G2.5')], ['cosigning', 'cosigning']);
    assert.equal(await mails(), `cosign_request ${PEOPLE.graf}`);
    assert.doesNotMatch(await w.value("select args::text from app.mail where template = 'cosign_request'"), /Vision|Abweichungen|besonders/);
    assert.equal(await count(graf), 2);
    const { cosign } = await huber.json(`${BASE}/response`);
    assert.deepEqual(cosign.missing.map((m) => [m.name, m.count, m.due_on]), [['Jonas Graf', 2, '2024-04-10']]);
  });

  test('the same again is moot; another day replaces the request', async () => {
    assert.equal((await ask(['L-K12-2'])).status, 422);
    assert.equal((await ask(['L-K12-2'], { due_on: '12.04.2024' })).status, 303);
    assert.equal((await inbox())['L-K12-2'].due_on, '2024-04-12');
    assert.equal((await ask(['L-K12-2'])).status, 303);
    assert.equal(await count(graf), 2);
  });

  test('only who edits asks; nobody of another house is asked', async () => {
    assert.equal((await post(graf, ASK, { 'answer.L-K12-2': '1' })).status, 403);
    const foreign = await w.value(`select key from app.person where mail = '${PEOPLE.falk}'`);
    assert.equal((await post(huber, ASK, { 'answer.L-K12-2': '1', [`cosigner.${foreign}`]: '1', due_on: '10.04.2024' })).status, 422);
  });
});

describe('deciding', { concurrency: 1 }, () => {
  test('the inbox shows the words as words; one tap agrees; undone, agreed again', async () => {
    const page = await graf.get('/cosigns');
    assert.match(page.words, /2 Antworten warten auf Sie/);
    assert.match(page.text, /&lt;b&gt;hält&lt;\/b&gt;/);
    const { href } = (await inbox())['L-K12-2'];
    const reply = await graf.post(href, page.form(href));
    assert.equal(reply.location, '/cosigns?notice=cosign_agree');
    assert.match((await graf.get(reply.location)).words, /Mitgezeichnet\. Rückgängig bis zur Freigabe\./);
    assert.equal(await state('L-K12-2'), 'cosigned');
    assert.equal((await post(graf, href, { verdict: 'agree' })).status, 303, 'the same twice is once');
    assert.equal((await post(graf, href, { verdict: 'nil' })).status, 409);
    assert.equal((await post(graf, `${href}/undo`)).status, 303);
    assert.equal(await state('L-K12-2'), 'cosigning');
    assert.equal((await post(graf, href, { verdict: 'agree' })).status, 303);
  });

  test('a return needs its remark; what was typed stays', async () => {
    const { href } = (await inbox())['K4.G2.5'];
    for (const verdict of ['return', 'agree_changed']) {
      const reply = await graf.submit(href, { verdict, remark: ' ' });
      assert.equal(reply.status, 422);
      assert.match(reply.text, /id="remark-error"/);
      assert.equal(reply.form(href).verdict, verdict);
    }
    assert.equal((await graf.submit(href, { verdict: 'vielleicht', remark: '' })).status, 422);
    assert.equal((await graf.submit(href, { verdict: 'return', remark: 'Bestand & Neuvorhaben <trennen>.' })).status, 303);
    assert.equal(await state('K4.G2.5'), 'returned');
    assert.equal(await mails(), `${`cosign_request ${PEOPLE.graf}, `.repeat(3)}cosign_returned ${PEOPLE.huber}`);
    const answer = await huber.get(`${BASE}/response/answers/K4.G2.5`);
    assert.match(answer.words, /Zurückgegeben von Jonas Graf Bestand &(amp;)? Neuvorhaben/);
    assert.ok(answer.text.indexOf('Zurückgegeben von') < answer.text.indexOf('name="proposal"'), 'above the form');
    assert.doesNotMatch(answer.text, /<trennen>/);
  });

  test('a request is for whom it was made: others get 404, as for one that is not there', async () => {
    const id = (await graf.json('/cosigns')).done[0].key;
    for (const who of [huber, brandl, falk]) {
      for (const one of [id, 'abcdef012345']) {
        assert.equal((await who.get(`/cosigns/${one}`)).status, 404);
        assert.equal((await post(who, `/cosigns/${one}`, { verdict: 'agree' })).status, 404);
        assert.equal((await post(who, `/cosigns/${one}/undo`)).status, 404);
      }
    }
  });
});

describe('a changed text', { concurrency: 1 }, () => {
  let old;
  test('voids its own co-sign and no other; the page had warned and says it', async () => {
    old = (await graf.json('/cosigns')).done.find((d) => d.target === 'K4.G2.5').href;
    assert.match((await huber.get(`${BASE}/response/answers/L-K12-2`)).words, /verfällt mit dem Speichern nur diese Mitzeichnung/);
    const reply = await huber.save(BASE, 'K4.G2.5', { proposal: 'Abweichungen müssen bei Neuvorhaben begründet werden.' });
    assert.match(reply.location, /\?notice=saved$/, 'given back: nothing had been signed');
    const page = await huber.get(reply.location);
    assert.match(page.words, /Bemerkung von Jonas Graf zur vorigen Fassung/);
    assert.deepEqual([await state('L-K12-2'), await state('K4.G2.5')], ['cosigned', 'draft']);
    assert.match((await huber.save(BASE, 'K4.G2.5', { proposal: 'Abweichungen müssen bei Neuvorhaben begründet werden.' })).location, /notice=saved$/);
  });

  test('a verdict on the old text is 409, and the remark is not lost', async () => {
    const reply = await post(graf, old, { verdict: 'agree_changed', remark: 'Meine Bemerkung bleibt' });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Die Antwort wurde gerade geändert/);
    assert.match(reply.words, /Meine Bemerkung bleibt/);
  });

  test('asked again with one click; the page shows what differs from the text returned', async () => {
    const page = await huber.get(`${BASE}/response/answers/K4.G2.5`);
    assert.equal((await huber.post(ASK, page.form(ASK))).status, 303);
    const row = (await inbox())['K4.G2.5'];
    assert.ok(row.is_changed);
    const card = await graf.get(row.href);
    assert.match(card.words, /Geändert seit Ihrer Rückgabe/);
    assert.match(card.text, /<ins>.*bei Neuvorhaben.*<\/ins>/);
    assert.equal((await graf.submit(row.href, { verdict: 'agree' })).status, 303);
    assert.deepEqual([await state('L-K12-2'), await state('K4.G2.5')], ['cosigned', 'cosigned']);
    assert.equal(await count(graf), null);
  });
});

describe('waiting', { concurrency: 1 }, () => {
  test('reminded once a day, withdrawn, nobody left to remind', async () => {
    await huber.save(BASE, 'L-K4-1', { stance: 'note', body: 'Nachnutzung fehlt.' });
    await ask(['L-K4-1']);
    assert.equal((await post(huber, `${ASK}/remind`, { person: key })).status, 303);
    assert.equal((await post(huber, `${ASK}/remind`, { person: key })).status, 409);
    const { people } = await huber.json(ASK);
    const { request } = people[0].rows.find((r) => r.target === 'L-K4-1');
    assert.equal((await post(falk, `${ASK}/${request}/withdraw`)).status, 404);
    assert.equal((await post(huber, `${ASK}/${request}/withdraw`)).status, 303);
    assert.equal(await state('L-K4-1'), 'draft');
    assert.equal((await post(huber, `${ASK}/remind`, { person: key })).status, 409);
    assert.equal((await post(graf, `/cosigns/${request}`, { verdict: 'agree' })).status, 409);
  });

  test('the rules of the house: silence consents for what is asked from now on', async () => {
    assert.equal((await graf.get('/house/rules')).status, 403);
    await w.sql(`update app.session set stepped_up_at = clock_timestamp()`);
    assert.equal((await brandl.submit('/house/rules', { silence: 'vielleicht' })).status, 422);
    assert.equal((await brandl.submit('/house/rules', { silence: 'consents', approvals: '2' })).status, 303);
    assert.deepEqual((await brandl.json('/house/rules')).form, { silence: 'consents', approvals: '2' });
    await ask(['L-K4-1']);
    await w.clock('2024-04-11T00:00:01');
    assert.equal(await state('L-K4-1'), 'cosigned');
    assert.match((await huber.get(ASK)).words, /Zustimmung durch Fristablauf/);
    assert.match((await graf.get('/cosigns')).words, /Ihr Schweigen gilt als Zustimmung/);
    assert.equal(await count(graf), null, 'nothing is asked for any more');
    assert.equal((await graf.submit((await inbox())['L-K4-1'].href, { verdict: 'return', remark: 'Doch nicht.' })).status, 303);
    assert.equal(await state('L-K4-1'), 'returned');
  });

  test('frozen: no word any more, and the audit log knows every act', async () => {
    const { href } = (await graf.json('/cosigns')).done[0];
    assert.equal((await post(huber, `${BASE}/response/freeze`)).status, 303);
    assert.equal((await post(graf, `${href}/undo`)).status, 409);
    assert.match((await graf.get(href)).words, /Mitzeichnen ist nicht mehr möglich/);
    const acts = await w.value("select string_agg(distinct act, ' ' order by act) from app.audit where act like 'cosign.%' or act = 'house.rules'");
    assert.equal(acts, 'cosign.agree cosign.ask cosign.remind cosign.return cosign.undo cosign.withdraw house.rules');
    assert.equal(await w.value("select count(*) from app.audit a where a::text ~ 'Vision|Neuvorhaben|Doch nicht'"), '0');
  });
});
