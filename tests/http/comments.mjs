// with asan
// What a house says among itself beside an answer, and what is new to each of
// its people: noted after the page, shown the next time.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const ANSWER = `${BASE}/response/answers/K4.G2.5`;
const COMMENTS = `${ANSWER}/comments`;
let w, huber, graf, brandl, falk, sander;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [huber, graf, brandl, falk, sander] = await Promise.all(
    [PEOPLE.huber, PEOPLE.graf, PEOPLE.brandl, PEOPLE.falk, PEOPLE.sander].map((mail) => w.as(mail)));
});
after(() => w?.stop());

const say = async (who, comment, path = COMMENTS) => who.post(path, { csrf: await who.csrf(), comment });
const row = async (who) => (await who.json(`${BASE}/response`)).items.groups.flatMap((g) => g.rows).find((r) => r.target === 'K4.G2.5');
const seen = (mail) => w.value(`select coalesce(max(s.version || ' ' || s.comment_id), 'never') from app.seen s join app.person p on p.id = s.person_id where p.mail = '${mail}'`);
/** Looks at the page and waits until that was noted. */
async function look(who) {
  const page = await who.get(ANSWER);
  for (let i = 0; i < 100 && (await who.json(ANSWER)).news.is_due; i += 1) await sleep(20);
  assert.equal((await who.json(ANSWER)).news.is_due, false);
  return page;
}

describe('comments', { concurrency: 1 }, () => {
  test('words as words, with author and time; unread to the others', async () => {
    assert.equal((await say(graf, 'Bestand & <b>Neuvorhaben</b>\n\ntrennen.')).location, `${ANSWER}?notice=comment_written`);
    const page = await huber.get(ANSWER);
    assert.match(page.text, /Bestand &amp; &lt;b&gt;Neuvorhaben&lt;\/b&gt;/);
    assert.match(page.words, /Interner Austausch \(1 neu\)/);
    assert.match(page.words, /Jonas Graf, 02\.04\.2024, 09:\d\d Uhr · neu/);
    assert.match((await graf.get(ANSWER)).text, /<button[^>]*>Zurückziehen/);
    assert.doesNotMatch(page.text, /Zurückziehen/);
  });

  test('nothing, and too much: at the field, the words are kept', async () => {
    assert.match((await say(huber, '  \n ')).text, /id="comment-error"/);
    const long = `${'x'.repeat(4000)}y`;
    const reply = await say(huber, long);
    assert.equal(reply.status, 422);
    assert.match(reply.words, /4\.001 von 4\.000 Zeichen/);
    assert.equal(reply.form(COMMENTS).comment, long);
    assert.equal(reply.form(ANSWER).version, '0', 'the answer’s form is as it was');
    const odd = await say(huber, 'a\u0007b');
    assert.equal(odd.status, 422);
    assert.equal((await huber.post(`/api${COMMENTS}`, { csrf: await huber.csrf(), comment: '' })).status, 422);
  });

  test('who reads only reads; other houses, the desk and odd targets get nothing', async () => {
    assert.equal((await say(sander, 'Hallo')).status, 403);
    assert.equal((await say(huber, 'Wozu?', `${BASE}/response/answers/K9.X/comments`)).status, 404);
    assert.equal((await falk.json(ANSWER)).discussion.count, 0);
    const key = await w.value('select key from app.internal_comment');
    for (const who of [huber, falk]) assert.equal((await who.post(`${COMMENTS}/withdraw`, { csrf: await who.csrf(), comment: key })).status, 404, 'not hers');
    await w.sql(`update app.membership m set role = 'reader' from app.person p where p.id = m.person_id and p.mail = '${PEOPLE.graf}'`);
    assert.equal((await say(graf, 'Nur lesend.')).status, 403);
    const page = await graf.get(ANSWER);
    assert.doesNotMatch(page.text, /name="comment" rows/);
    assert.match(page.words, /Neuvorhaben/);
    await w.sql(`update app.membership m set role = 'cosigner' from app.person p where p.id = m.person_id and p.mail = '${PEOPLE.graf}'`);
  });

  test('withdrawn by its author: the words are gone, that it was there stays', async () => {
    await say(graf, 'Das ziehe ich zurück.');
    const page = await graf.get(ANSWER);
    const forms = [...page.text.matchAll(/name="comment" value="([0-9a-f]{12})"/g)].map((m) => m[1]);
    assert.equal((await graf.post(`${COMMENTS}/withdraw`, { csrf: await graf.csrf(), comment: forms.at(-1) })).location, `${ANSWER}?notice=comment_withdrawn`);
    const after1 = await huber.get(ANSWER);
    assert.doesNotMatch(after1.text, /ziehe ich/);
    assert.match(after1.words, /zurückgezogen, 02\.04\.2024/);
    assert.equal(await w.value("select count(*) from app.internal_comment where body like '%ziehe%'"), '0');
  });

  test('at most a hundred', async () => {
    await w.sql(`insert into app.internal_comment (response_id, stage_id, organisation_id, target_id, person_id, body, written_at)
      select c.response_id, c.stage_id, c.organisation_id, t.id, c.person_id, 'Nr. ' || n, app.now()
        from (select * from app.internal_comment limit 1) c join app.target t on t.stage_id = c.stage_id and t.key = 'K4.G2.4', generate_series(1, 100) n`);
    const reply = await say(huber, 'Einer zu viel.', `${BASE}/response/answers/K4.G2.4/comments`);
    assert.equal(reply.status, 409);
    assert.match(reply.words, /schon 100 Kommentare/);
  });
});

describe('what is new', { concurrency: 1 }, () => {
  test('a visit is noted after the page, once; a program’s reading and a HEAD are none', async () => {
    await huber.save(BASE, 'K4.G2.5', { stance: 'note', body: 'Die Begründungspflicht gilt.' });
    assert.equal(await seen(PEOPLE.brandl), 'never');
    await brandl.json(ANSWER);
    await brandl.head(ANSWER);
    await sleep(200);
    assert.equal(await seen(PEOPLE.brandl), 'never');
    assert.equal((await row(brandl)).news, 'new');
    assert.match((await brandl.get(`${BASE}/response?show=changed`)).words, /neu für Sie/);
    assert.match((await look(brandl)).words, /Neu für Sie Vera Huber hat diese Antwort/);
    assert.match(await seen(PEOPLE.brandl), /^1 [1-9]/);
    assert.equal((await row(brandl)).news, null);
    const at = await w.value('select max(seen_at) from app.seen');
    await brandl.get(ANSWER);
    await sleep(200);
    assert.equal(await w.value('select max(seen_at) from app.seen'), at, 'nothing new, nothing written');
  });

  test('changed since: marked in the overview, shown word by word, then known', async () => {
    await huber.save(BASE, 'K4.G2.5', { stance: 'agree_changed', body: 'Die Begründungspflicht gilt nur für Neuvorhaben.' });
    assert.equal((await row(brandl)).news, 'changed');
    const doc = await brandl.json(ANSWER);
    assert.deepEqual(doc.news.fields.map((f) => f.name), ['stance', 'body']);
    const page = await look(brandl);
    assert.match(page.words, /Geändert seit Ihrem letzten Besuch/);
    assert.match(page.text, /<ins>.*nur für Neuvorhaben.*<\/ins>/);
    assert.equal((await row(brandl)).news, null);
    assert.equal((await row(huber)).news, null, 'her own text is no news to Huber');
    await say(graf, 'Jetzt passt es.');
    assert.deepEqual([(await row(huber)).news, (await row(huber)).unread], ['comment', 1], 'a comment is');
    await look(huber);
    assert.equal((await row(huber)).news, null);
  });

  test('frozen and after the deadline: still talked about; erased with the person', async () => {
    assert.equal((await huber.post(`${BASE}/response/freeze`, { csrf: await huber.csrf() })).status, 303);
    assert.equal((await say(brandl, 'Kann so bleiben.')).status, 303);
    await w.clock('2024-04-27T09:00');
    assert.equal((await say(graf, 'Gut so.')).status, 303);
    assert.match((await look(huber)).words, /Kann so bleiben\..*Gut so\./);
    const mine = (await graf.get('/account/data.json')).json.work;
    assert.ok(mine.some((x) => x.what === 'comment' && x.text === 'Gut so.'));
    assert.ok(!JSON.stringify(mine).includes('Kann so bleiben'));
    const adler = await w.as(PEOPLE.adler);
    await w.sql('update app.session set stepped_up_at = clock_timestamp()');
    const key = await w.value(`select key from app.person where mail = '${PEOPLE.graf}'`);
    assert.equal((await adler.submit(`/people/${key}/erasure`, { understood: '1' })).status, 303);
    const page = await huber.get(ANSWER);
    assert.doesNotMatch(page.text, /Gut so|Neuvorhaben<\/b>|Jonas Graf,/);
    assert.match(page.words, /ehem\. Bearbeitung #1, 02\.04\.2024, 09:\d\d Uhr zurückgezogen/);
    assert.match(page.words, /Kann so bleiben\./);
    assert.equal(await w.value(`select count(*) from app.seen s join app.person p on p.id = s.person_id where p.key = '${key}'`), '0');
  });
});
