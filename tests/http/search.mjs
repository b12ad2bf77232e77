// with asan
// Searching over HTTP: numbers lead to their pages, hits come in pieces, nobody
// finds what is not his to read, and no input is an error.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { assess } from '../lib/weighing.mjs';

let w, huber, lorenz, sander, nobody;
before(async () => {
  w = await world();
  [huber, lorenz, sander] = await Promise.all([PEOPLE.huber, PEOPLE.lorenz, PEOPLE.sander].map((mail) => w.as(mail)));
  nobody = w.client();
});
after(() => w?.stop());

const path = (q, more = {}) => `/search?${new URLSearchParams({ q, ...more })}`;
const find = (who, q, more) => who.json(path(q, more));
const keys = async (who, q, more) => (await find(who, q, more)).hits.map((h) => `${h.type} ${h.key}`);
const text = (pieces) => (pieces ?? []).map((p) => p.text).join('');
const draft = async (target, body) => {
  const form = (await huber.visit(`${BASE}/response/answers/${target}`)).form(`${BASE}/response/answers/${target}`);
  return huber.post(`${BASE}/response/answers/${target}`, { ...form, stance: 'note', body });
};

test('the header of every page searches, and the page says how', async () => {
  const start = await nobody.get('/');
  assert.match(start.text, /<form method="get" action="\/search">/);
  const page = await nobody.get('/search');
  assert.equal(page.status, 200);
  assert.match(page.words, /So suchen Sie/);
  assert.match(page.words, /Entwürfe anderer Organisationen gehören nicht dazu/);
});

test('anybody finds the paper, with the words marked and never as HTML from the database', async () => {
  const doc = await find(nobody, 'Souveränität');
  assert.ok(doc.total >= 2);
  assert.deepEqual([...new Set(doc.hits.map((h) => h.type))].filter((t) => t === 'answer' || t === 'draft'), []);
  const hit = doc.hits.find((h) => h.key === 'K4.G2.5');
  assert.deepEqual(hit.title[1], { text: 'Souveränität', hit: true });
  assert.equal(hit.href, `${BASE}/items/K4.G2.5`);
  const page = await nobody.get(path('Souveränität'));
  assert.match(page.text, /<mark class="app-hit">Souveränität<\/mark>/);
  assert.match(page.text, /<title>\d+ Treffer für „Souveränität“ – Suche – Resonanz/);
});

test('a mistyped word: said, and the literal search one click away', async () => {
  const page = await nobody.get(path('Souverenität'));
  assert.match(page.words, /Meinten Sie „Souveränität“ ?\?/);
  const href = /<a href="([^"]+)">Nur die genaue Schreibweise/.exec(page.text)[1].replaceAll('&amp;', '&');
  const literal = await nobody.get(href);
  assert.match(literal.words, /Nichts gefunden für „Souverenität“/);
  assert.match(literal.words, /Auch ähnliche und zusammengesetzte Wörter/);
});

test('numbers lead to their pages, for those who may see them', async () => {
  const receipt = (await lorenz.json(`${BASE}/response`)).response.last_receipt.number;
  const to = async (who, q) => { const r = await who.get(path(q)); return r.status === 303 ? r.location : r.status; };
  assert.equal(await to(nobody, 'K4.G2.5'), `${BASE}/items/K4.G2.5`);
  assert.equal(await to(nobody, ' l-k4-1 '), `${BASE}/questions/L-K4-1`);
  assert.equal(await to(nobody, '2023/42'), '/council-decisions/2023/42');
  assert.equal(await to(lorenz, receipt), `/receipts/${receipt}`);
  assert.equal(await to(sander, receipt.toLowerCase()), `/receipts/${receipt}`);
  for (const who of [nobody, huber]) assert.equal(await to(who, receipt), 200, 'for others it is a word like any other');
  for (const who of [nobody, huber, lorenz]) assert.equal(await to(who, 'R1-0042'), 200);
  const at = await to(sander, 'R1-0042');
  assert.match(at, new RegExp(`^${BASE}/submissions/[A-Z]+#`));
  assert.equal((await sander.get(at.split('#')[0])).status, 200);
  assert.equal((await find(nobody, 'K4.G2.5')).location, `${BASE}/items/K4.G2.5`, 'the twin says where');
});

test('a draft is found by its house at once and by nobody else', async () => {
  assert.equal((await draft('L-K12-3', 'Unser Geheimwort ist Gamsbartordnung, mit Hechtsprung.')).status, 303);
  assert.deepEqual(await keys(huber, 'Gamsbartordnung'), ['draft L-K12-3']);
  assert.match((await huber.get(path('Gamsbart'))).words, /Ihr Entwurf zu L-K12-3/);
  for (const who of [lorenz, sander, nobody, await w.as(PEOPLE.voss), await w.as(PEOPLE.adler)]) {
    for (const q of ['Gamsbartordnung', 'Gamsbart', 'Gamsbartordnug', '"ist Gamsbartordnung"', 'Hechtsprung']) {
      const doc = await find(who, q);
      assert.equal(doc.total, 0, q);
      assert.doesNotMatch(JSON.stringify({ ...doc, query: '', facets: '', literal_href: '', all_href: '' }), /gamsbart|hechtsprung/i);
    }
  }
});

test('the desk finds what was submitted by all, and that is written down', async () => {
  const since = await w.value('select coalesce(max(id), 0) from app.audit');
  const doc = await find(sander, 'Kommunen');
  const answers = doc.hits.filter((h) => h.type === 'answer');
  assert.ok(answers.length > 3);
  assert.ok(answers.every((h) => /^R1-\d{4}$/.test(h.number) && h.organisation && h.excerpt.some((p) => p.hit)));
  assert.deepEqual(await w.sql(`select act, amount from app.audit where id > ${since}`), [['search.view', String(answers.length)]]);
  const [own] = (await find(lorenz, 'Kommunen', { kind: 'answer' })).hits.map((h) => h.is_own);
  assert.equal(own, true);
  assert.ok((await find(lorenz, 'Kommunen')).hits.every((h) => h.type !== 'answer' || h.is_own));
  await nobody.get(path('Kommunen'));
  assert.equal(await w.value(`select count(*) from app.audit where id > ${since}`), '1', 'reading the paper is no entry');
});

test('filters narrow down, with the counts of what there would be', async () => {
  const all = await find(sander, 'Verwaltung');
  const count = (doc, facet, value) => doc.facets[facet].values.find((v) => v.value === value)?.count;
  for (const [facet, { values }] of Object.entries(all.facets)) {
    const { value, count: n, href } = values[0];
    const narrowed = await sander.json(href);
    assert.equal(narrowed.total, n, `${facet} ${value}`);
    assert.equal(count(narrowed, facet, value), n);
    assert.ok(narrowed.is_filtered);
  }
  const none = await sander.get(path('Verwaltung', { kind: 'draft' }));
  assert.match(none.words, /Nichts gefunden.*Alle Filter zurücksetzen/);
});

test('pages of 20, each hit once', async () => {
  const seen = [];
  let at = path('Verwaltung ODER Bund ODER Länder');
  while (at) {
    const doc = await sander.json(at);
    assert.ok(doc.hits.length <= 20);
    seen.push(...doc.hits.map((h) => h.href + h.type));
    at = doc.next_href;
    if (!at) assert.equal(seen.length, doc.total);
  }
  assert.ok(seen.length > 20);
  assert.equal(new Set(seen).size, seen.length);
  for (const page of ['0', '-1', '99', 'x', '1e9']) assert.ok([200, 400].includes((await sander.get(path('Verwaltung', { page }))).status), page);
});

test('a release is found within the second, in its next wording only; a withdrawal ends it at once', async () => {
  assert.equal((await lorenz.submit(`${BASE}/response`, {}, { action: `${BASE}/response/correction` })).status, 303);
  const target = `${BASE}/response/answers/K3.E1`;
  const save = async (body) => lorenz.post(target, { ...(await lorenz.visit(target)).form(target), stance: 'note', body });
  const release = async () => {
    const at = `${BASE}/response/release`;
    const reply = await lorenz.post(at, { ...(await lorenz.visit(at)).form(at), publication: 'no', declaration: '1' });
    assert.match(reply.location ?? reply.words, /^\/receipts\//);
    await w.jobs('--once');
  };
  assert.equal((await save('Leuchtturmwärter sollten gefragt werden.')).status, 303);
  assert.deepEqual(await keys(sander, 'Leuchtturmwärter'), [], 'a draft again');
  await release();
  assert.deepEqual(await keys(sander, 'Leuchtturmwaerter'), ['answer K3.E1']);
  assert.equal((await lorenz.submit(`${BASE}/response`, {}, { action: `${BASE}/response/correction` })).status, 303);
  assert.equal((await save('Strandvögte sollten gefragt werden.')).status, 303);
  assert.deepEqual([await keys(sander, 'Leuchtturmwärter'), await keys(sander, 'Strandvogt')], [['answer K3.E1'], []], 'it counts until replaced');
  await release();
  assert.deepEqual([await keys(sander, 'Leuchtturmwärter'), await keys(sander, 'Strandvögte')], [[], ['answer K3.E1']]);
  const { number } = (await lorenz.json(`${BASE}/response`)).response.last_receipt;
  assert.equal((await lorenz.post(`${BASE}/response/withdrawal`, { csrf: await lorenz.csrf(), receipt: number })).status, 303);
  assert.deepEqual(await keys(sander, 'Strandvögte'), []);
  assert.deepEqual(await keys(lorenz, 'Strandvögte'), ['draft K3.E1']);
});

test('what the desk writes is found by the desk, an assessment also by the sponsor that was asked', async () => {
  const number = await assess(w, { organisation: 'BUND', decision: 'partly', body: 'Die Murmeltierfrage wird im nächsten Entwurf behandelt.' });
  await w.sql(`insert into app.reply (stage_id, organisation_id, body, saved_at, saved_by) select p.stage_id, p.organisation_id, 'Danke für die Enzianbeiträge.', app.now(), (select min(x.id) from app.person x)
    from app.participation p join app.organisation o on o.id = p.organisation_id where o.code = 'BUND'`);
  const [hit] = (await find(sander, 'Murmeltierfragen')).hits;
  assert.deepEqual([hit.type, hit.href, hit.decision], ['assessment', `${BASE}/positions/${number}`, 'partly']);
  assert.ok(hit.excerpt.some((p) => p.hit && p.text === 'Murmeltierfrage'));
  const page = await sander.get(path('Murmeltier'));
  assert.match(page.words, new RegExp(`Bewertung von ${number} · Bund`));
  assert.match(page.text, /<a href="\/search\?q=Murmeltier&amp;kind=assessment"><span>Bewertungen<\/span>/);
  assert.equal((await sander.get(hit.href)).status, 200);
  const [text] = (await find(sander, 'Enzianbeitrag')).hits;
  assert.deepEqual([text.type, text.href], ['reply_draft', `${BASE}/replies/BUND`]);
  assert.match((await sander.get(path('Enzianbeiträge'))).words, /Begleittext an /);
  const [asked] = (await find(lorenz, 'Murmeltierfragen')).hits;
  assert.equal(asked.href, `${BASE}/approvals?only=${number}`);
  assert.match((await lorenz.get(asked.href)).words, /Die Murmeltierfrage wird im nächsten Entwurf behandelt/);
  for (const who of [huber, nobody, await w.as(PEOPLE.voss), await w.as(PEOPLE.adler)]) {
    for (const q of ['Murmeltierfrage', 'Murmeltier', 'Murmeltierfrge', 'Enzianbeiträge', 'Enzian']) {
      const doc = await find(who, q);
      assert.deepEqual([doc.total, doc.corrected], [0, null], q);
    }
  }
  assert.equal((await find(lorenz, 'Enzianbeiträge')).total, 0, 'not yet told');
  await w.sql("delete from app.search_document where kind in ('assessment', 'reply_draft')");
  await assert.rejects(w.ctl('check'), ({ stdout }) => /assessments and texts of replies that the search does not find: resonanzctl search rebuild: 2/.test(stdout));
  await w.ctl('search', 'rebuild');
  await w.ctl('check');
  assert.equal((await find(sander, 'Murmeltierfragen')).total, 1);
});

test('whatever is typed: an answer, never an error', async () => {
  const odd = ["' & | ! ( ) :*", '"', '"""', '-', '!!', '<script>alert(1)</script>', '%', '\\', 'a'.repeat(200), '-Bund', 'und der', 'ODER', '"Bund', "';drop table x--", '🙂', 'a:* & b', '*:*'];
  for (const q of odd) {
    for (const who of [nobody, sander]) {
      const reply = await who.get(path(q));
      assert.equal(reply.status, 200, q);
      assert.ok(!reply.text.includes('<script>alert'), q);
    }
  }
  assert.equal((await nobody.get(path('x'.repeat(201)))).status, 400, 'longer than the field takes');
  assert.match((await nobody.get(path('und der'))).words, /kein Wort, nach dem sich suchen lässt/);
  assert.ok(text((await find(nobody, 'Grundsätze')).hits[0].title).length > 0);
});
