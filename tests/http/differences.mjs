// A page that asks for differences gets them, in its template and in its twin,
// also where a form comes back; beyond the page's share both texts stand there.
// The pages that ask here are made for the test: two functions and templates.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { root } from '../lib/cluster.mjs';
import { BASE, world } from '../lib/server.mjs';

const OLD = 'Kriterien der Souveränitätsstrategie (2021) sind verbindlich; Abweichungen müssen bei Neuvorhaben begründet werden.';
const NEW = 'Kriterien der Souveränitätsstrategie (2021) sind verbindlich; Abweichungen müssen bei neuen Vorhaben ab 2025 begründet werden.';
let w, dir;

before(async () => {
  mkdirSync('build/test', { recursive: true });
  dir = mkdtempSync('build/test/differences-');
  cpSync('build/assets', dir, { recursive: true });
  appendFileSync(join(dir, 'pages/help.html'), '{{#wordings}}<article>{{>diff}}</article>{{/wordings}}');
  appendFileSync(join(dir, 'pages/answer.html'), '{{#proposal}}<article>{{>diff}}</article>{{/proposal}}');
  execFileSync('chmod', ['-R', 'a+rX', dir]);
  w = await world({ env: { RESONANZ_ASSETS: join(root, dir) } });
  await wordings({ old: OLD, new: NEW });
  await w.sql(`alter function page.answer(app.caller, text, text, text, text) rename to answer_itself;
    create function page.answer(p_me app.caller, p_consultation text, p_target text, p_fill text, p_about text) returns json
    language sql stable security definer set search_path = app, pg_temp as $$
      select (page.answer_itself(p_me, p_consultation, p_target, p_fill, p_about)::jsonb
        || jsonb_build_object('proposal', jsonb_build_object('diff_of', jsonb_build_object('old', 'das Ziel', 'new', 'der Zweck'))))::json
    $$;
    grant execute on function page.answer(app.caller, text, text, text, text) to resonanz_web`);
});
after(async () => {
  await w?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** The help page asks for the differences of these pairs. */
const wordings = (...pairs) => wordingsFrom(`$list$${JSON.stringify(pairs.map((pair) => ({ diff_of: pair })))}$list$::json`);
async function wordingsFrom(list) {
  await w.sql(`create or replace function page.help(p_me app.caller) returns json
    language sql stable security definer set search_path = app, pg_temp as $page$
      select json_build_object('frame', frame(p_me, null, 'help'), 'wordings', ${list}) $page$`);
}
const articles = (text) => [...text.matchAll(/<article>(.*?)<\/article>/gs)].map(([, inner]) => inner);

test('the twin has the operations and their numbers instead of the texts', async () => {
  const { wordings: [only] } = await w.client().json('/help');
  assert.deepEqual(only, {
    diff: [
      { op: 'keep', text: OLD.slice(0, OLD.indexOf('Neuvorhaben')) },
      { op: 'delete', text: 'Neuvorhaben', before: '', words: 'Neuvorhaben', after: '' },
      { op: 'insert', text: 'neuen Vorhaben ab 2025', before: '', words: 'neuen Vorhaben ab 2025', after: '' },
      { op: 'keep', text: ' begründet werden.' },
    ],
    change_count: 1, words_deleted: 1, words_inserted: 4, diff_too_long: false,
  });
});

test('the page shows what is struck and inserted, with words for who hears it', async () => {
  const [article] = articles((await w.client().get('/help')).text);
  assert.match(article, /bei <del><span class="app-vh">Streichung: <\/span>Neuvorhaben<span class="app-vh"> Ende\. <\/span><\/del><ins><span class="app-vh">Einfügung: <\/span>neuen Vorhaben ab 2025<span class="app-vh"> Ende\. <\/span><\/ins> begründet/);
  assert.match(article, /1 Änderung: 1 Wort gestrichen, 4 eingefügt\./);
});

test('texts are escaped; nothing, and no difference, are said', async () => {
  await wordings({ old: '<b>Ziel</b> & mehr', new: '<i>Ziel</i> & mehr' }, { old: null, new: 'Neu beantwortet.' }, { old: OLD, new: OLD }, { old: null, new: '' });
  const shown = articles((await w.client().get('/help')).text);
  assert.ok(!/<[bi]>/.test(shown[0]));
  assert.match(shown[0], /&lt;b&gt;.*&lt;i&gt;.*&amp; mehr/s);
  assert.match(shown[1], /<ins>.*Neu beantwortet\..*<\/ins>/);
  assert.match(shown[1], /1 Änderung: 2 Wörter eingefügt\./);
  assert.match(shown[2], /Neuvorhaben.*Kein Unterschied\./s);
  assert.ok(!/app-diff/.test(shown[3]) && /Kein Unterschied\./.test(shown[3]));
});

test('beyond the share of a page both texts stand there', async () => {
  await wordingsFrom(`(select json_agg(json_build_object('diff_of', json_build_object('old', repeat('alt' || i || ' ', 4000), 'new', repeat('neu' || i || ' ', 4000))) order by i) from generate_series(0, 8) i)`);
  const { wordings: list } = await w.client().json('/help');
  assert.deepEqual(list.map((p) => p.diff_too_long), [...Array(6).fill(false), ...Array(3).fill(true)]);
  assert.deepEqual(list[6], { diff_of: { old: 'alt6 '.repeat(4000), new: 'neu6 '.repeat(4000) }, diff: null, change_count: null, words_deleted: null, words_inserted: null, diff_too_long: true });
  const shown = articles((await w.client().get('/help')).text);
  assert.match(shown[0], /<del>/);
  assert.match(shown[8], /Vorher.*alt8 alt8.*Nachher.*neu8 neu8.*Zu lang für den Vergleich: Hier stehen beide Texte\./s);
});

test('a form that comes back asks too, and differences do not change its status', async () => {
  const huber = await w.as(PEOPLE.huber);
  const page = await huber.get(`${BASE}/response/answers/L-K4-1`);
  assert.match(articles(page.text)[0], /das Ziel.*der Zweck/s);
  const reply = await huber.save(BASE, 'L-K4-1', { stance: 'note', body: 'x'.repeat(20_001) });
  assert.equal(reply.status, 422);
  assert.match(articles(reply.text)[0], /<del>.*das Ziel.*<ins>.*der Zweck.*1 Änderung: 2 Wörter gestrichen, 2 eingefügt\./s);
});

test('a page that asks in another form is our mistake, told in the log', async () => {
  await wordings({ old: 17, new: 'x' });
  for (const path of ['/help', '/api/help']) assert.equal((await w.client().get(path)).status, 500, path);
  assert.match(w.server.output, /a comparison needs a text or null as old/);
  await wordings();
  assert.equal((await w.client().get('/help')).status, 200);
});

test('a text that only speaks of it is left alone', async () => {
  await wordings({ old: 'Der Schlüssel "diff_of" steht hier.', new: 'Der Schlüssel "diff_of" steht dort.' });
  const { wordings: [only] } = await w.client().json('/help');
  assert.equal(only.change_count, 1);
  const source = readFileSync('sql/page/help.sql', 'utf8').replace("'frame',", `'about', '"diff_of"', 'frame',`);
  await w.sql(source);
  assert.equal((await w.client().json('/help')).about, '"diff_of"');
});
