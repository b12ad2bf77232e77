// also asan
// Error pages of who is signed in: their own frame, and of a 404 the same bytes
// whatever was asked for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

let w, adler, sander, huber, nobody;
before(async () => {
  w = await world();
  [adler, sander, huber, nobody] = [await w.as(PEOPLE.adler), await w.as(PEOPLE.sander), await w.as(PEOPLE.huber), w.client()];
});
after(() => w?.stop());

// The whole page, header and footer too.
const text = (reply) => reply.text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const framed = (reply, status, name, links) => {
  assert.equal(reply.status, status, reply.words.slice(0, 300));
  const page = text(reply);
  for (const words of [name, ...links]) assert.ok(page.includes(words), `${words}: ${page.slice(0, 400)}`);
  assert.match(reply.text, /name="csrf" value="[\w.-]+"/, 'one can sign out and change the context');
};

describe('a page that is not there', () => {
  test('shows each their own navigation', async () => {
    framed(await adler.get('/gibt-es-nicht'), 404, 'Kim Adler', ['Organisationen', 'Aufbewahrung', 'Einstellungen']);
    framed(await huber.get(`${BASE}/chapters/K99`), 404, 'Vera Huber', ['Meine Stellungnahme', 'Bayern · Bearbeitung']);
    assert.doesNotMatch(text(await adler.get('/gibt-es-nicht')), / Anmelden /);
  });

  test('unknown, foreign and forbidden are the same bytes', async () => {
    const other = await w.value("select key from app.mail where id = app.queue_mail('account_locked', null, 'x@rostock.example', null, null, null, null)");
    const paths = ['/gibt-es-nicht', `${BASE}/submissions/BY`, `${BASE}/submissions/XX`, `${BASE}/items/gibt-es-nicht`, `/mail/${other}`, '/mail/abcdef012345'];
    const bodies = [];
    for (const path of paths) {
      const reply = await sander.get(path);
      assert.equal(reply.status, 404, path);
      bodies.push(reply.text);
    }
    assert.match(bodies[0], /Mira Sander/);
    assert.equal(new Set(bodies).size, 1);
  });

  test('nobody, and a session that is over, read the public one', async () => {
    const plain = await nobody.get('/gibt-es-nicht');
    assert.match(plain.words, /Manche Seiten sehen Sie nur nach der Anmeldung/);
    const over = await w.as(PEOPLE.graf);
    await w.sql("update app.session set touched_at = clock_timestamp() - interval '2 hours', created_at = clock_timestamp() - interval '2 hours' where id = (select max(id) from app.session)");
    const reply = await over.get('/gibt-es-nicht');
    assert.equal(reply.status, 404);
    assert.match(text(reply), / Anmelden /);
    assert.doesNotMatch(text(reply), /Mein Konto|Jonas Graf|Meine Stellungnahme/);
  });

  test('a machine gets its problem', async () => {
    const reply = await adler.get('/api/gibt-es-nicht');
    assert.deepEqual([reply.status, reply.json.error.code], [404, 'not_found']);
  });
});

test('no right: the page says so within the frame', async () => {
  framed(await huber.get('/organisations'), 403, 'Vera Huber', ['Fehler 403', 'Meine Stellungnahme']);
  assert.equal((await huber.get('/organisations')).headers['cache-control'], 'no-store');
});

test('a form of another context, a form without its token: nothing is lost, the frame is there', async () => {
  const path = `${BASE}/response/answers/L-K12-2`;
  const { csrf } = await huber.get(path);
  const fields = { csrf: `${csrf.split('.')[0]}.BE`, version: 0, stance: 'note', body: 'Fristen sind zu kurz.', proposal: '', reason: '' };
  const other = await huber.post(path, fields);
  framed(other, 409, 'Vera Huber', ['Meine Stellungnahme']);
  assert.match(other.text, /Fristen sind zu kurz\./);
  const none = await huber.post(path, { ...fields, csrf: 'x' });
  framed(none, 403, 'Vera Huber', ['Bitte senden Sie das Formular noch einmal']);
  assert.match(none.text, /Fristen sind zu kurz\./);
});

test('an error of ours is told within the frame', async () => {
  await w.sql("create or replace function page.glossary(p_me app.caller) returns json language plpgsql as $$ begin raise division_by_zero; end $$");
  framed(await adler.get('/glossary'), 500, 'Kim Adler', ['Fehler 500', 'Kennung für Rückfragen', 'Organisationen']);
});

test('also where the frame itself fails', async () => {
  await w.sql("create or replace function page.error_frame(p_me app.caller) returns json language plpgsql as $$ begin raise division_by_zero; end $$");
  const reply = await adler.get('/gibt-es-nicht');
  assert.equal(reply.status, 404);
  assert.match(reply.words, /Diese Seite gibt es nicht/);
});
