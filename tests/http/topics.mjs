// Topics: the tree, templates, text blocks with variables; positions tagged by
// one act with a preview, and taken back to the row.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const TOPICS = `${BASE}/topics`;
const ASSIGN = `${TOPICS}/assign`;
let w, sander, me;
const key = {};

const create = async (name, fields = {}) => {
  const reply = await sander.submit(TOPICS, { name, ...fields }, { action: TOPICS });
  assert.match(reply.location ?? reply.words, /\/topics\/[0-9a-f]{12}\?notice=topic_created$/, name);
  key[name] = /topics\/(\w+)/.exec(reply.location)[1];
  return key[name];
};
const tag = async (numbers, topic, { mode = 'add', without = [], expect = 303 } = {}) => {
  const page = await sander.get(`${ASSIGN}?topic=${key[topic]}&mode=${mode}&${numbers.map((n) => `position=${n}`).join('&')}`);
  assert.equal(page.status, 200);
  const fields = page.form(ASSIGN);
  for (const n of without) delete fields[`take.${n}`];
  const reply = await sander.post(ASSIGN, fields);
  assert.equal(reply.status, expect, reply.words);
  return reply;
};
const undo = async (bulk) => sander.post(`${TOPICS}/bulk/${bulk}/undo`, { csrf: await sander.csrf() });
const bulkOf = (reply) => /bulk=(\w+)/.exec(reply.location)[1];
const topicsOf = async (number) => (await w.sql(`select t.name from app.position_topic g join app.topic t on t.id = g.topic_id
  join app.position p on p.id = g.position_id where p.number = ${Number(number.slice(3))} and p.part = 0 order by 1`)).map(([name]) => name);
/** Positions and their topics, to the byte. */
const state = () => w.value(`select md5(concat_ws(e'\\n', (select string_agg(p::text, e'\\n' order by p.id) from app.position p),
  (select string_agg(g::text, e'\\n' order by g.position_id, g.topic_id) from app.position_topic g)))`);
const one = (row) => row[0];

describe('topics', { concurrency: 1 }, () => {
  before(async () => {
    w = await world();
    sander = await w.as(PEOPLE.sander);
    me = await w.value(`select key from app.person where mail = '${PEOPLE.sander}'`);
  });
  after(() => w?.stop());

  test('a tree: created, renamed, moved, in the order of names; five levels, no circle, no name twice', async () => {
    assert.match((await sander.get(TOPICS)).words, /Noch keine Themen\..*Ohne Thema: 163 Positionen/);
    await create('Technik');
    await create('Zusammenarbeit');
    await create('Souveränität', { parent: key.Technik });
    await create('Multivendor', { parent: key.Technik, assignee: me });
    await create('Ämter', { parent: key.Technik });
    const { tree, frame } = await sander.json(TOPICS);
    assert.deepEqual(tree.map((t) => t.path), ['Technik', 'Technik › Ämter', 'Technik › Multivendor', 'Technik › Souveränität', 'Zusammenarbeit']);
    assert.equal(tree[2].assignee, 'Mira Sander');
    assert.equal(frame.nav.find((n) => n.is_current).key, 'topics');
    const save = (name, fields) => sander.submit(`${TOPICS}/${key[name]}`, fields);
    assert.match((await save('Technik', { parent: key.Multivendor })).words, /„Technik“ kann nicht unter sich selbst/);
    assert.match((await save('Technik', { parent: key.Technik })).words, /unter sich selbst/);
    assert.match((await save('Ämter', { name: 'multivendor' })).words, /An dieser Stelle gibt es „multivendor“ schon/);
    assert.match((await save('Ämter', { name: '' })).words, /Name: Bitte füllen/);
    assert.equal((await save('Ämter', { assignee: 'aaaaaaaaaaaa' })).status, 422);
    let parent = key['Ämter'];
    for (const name of ['Dritte', 'Vierte', 'Fünfte']) parent = await create(name, { parent });
    assert.match((await sander.submit(TOPICS, { name: 'Sechste', parent }, { action: TOPICS })).words, /höchstens 5 Ebenen/);
    assert.match((await save('Technik', { parent: key.Zusammenarbeit })).words, /höchstens 5 Ebenen/, 'with what stands below it');
    assert.match((await save('Ämter', { name: 'Behörden', parent: key.Zusammenarbeit })).location, /notice=saved/);
    assert.equal((await sander.json(TOPICS)).tree.find((t) => t.name === 'Fünfte').path, 'Zusammenarbeit › Behörden › Dritte › Vierte › Fünfte');
  });

  test('two tabs: the second keeps what was typed and says so', async () => {
    const path = `${TOPICS}/${key.Zusammenarbeit}`;
    const tab = (await sander.get(path)).form(path);
    await sander.submit(path, { name: 'Zusammenarbeit und Geld' });
    const late = await sander.post(path, { ...tab, name: 'Finanzierung' });
    assert.equal(late.status, 409);
    assert.match(late.text, /value="Finanzierung"/);
    assert.match((await sander.post(path, { ...late.form(path) })).location, /saved/);
  });

  test('from a template: those that are missing, and not twice', async () => {
    const { templates } = await sander.json(TOPICS);
    assert.deepEqual(templates.map((t) => [t.key, t.count]), [['topics-common', 8], ['topics-focus', 5]]);
    const take = async (template) => sander.post(`${TOPICS}/template`, { csrf: await sander.csrf(), template });
    assert.match((await take('topics-focus')).location, /notice=topic_template/);
    const names = (await sander.json(TOPICS)).tree.map((t) => t.name);
    for (const name of ['Digitale Transformation', 'Digitale Infrastruktur', 'Digitale Anwendungen', 'Datennutzung', 'Informationssicherheit']) assert.ok(names.includes(name), name);
    const again = await take('topics-focus');
    assert.equal(again.status, 409);
    assert.match(again.words, /Alle Themen dieser Vorlage sind schon da/);
    assert.match((await take('topics-common')).location, /topic_template/);
    assert.equal((await sander.json(TOPICS)).tree.filter((t) => t.name === 'Finanzierung').length, 1, 'the one that was there');
    assert.equal((await take('land')).status, 404, 'a code list that is none');
  });

  test('tagged: before, after, who gets it, what is left out; the button says how many', async () => {
    const numbers = ['R1-0003', 'R1-0001', 'R1-0002', 'R1-0004', 'R1-0005'];
    const page = await sander.get(`${ASSIGN}?positions=${encodeURIComponent('R1-0001, r1-0002;R1-0003 R1-0004,R1-0005,R1-9999')}&topic=${key.Multivendor}`);
    assert.match(page.words, /Noch ist nichts geändert/);
    assert.match(page.words, /Diese Nummern gibt es nicht: R1-9999/);
    assert.match(page.words, /5 Positionen ändern/);
    const doc = await sander.json(`${ASSIGN}?topic=${key.Multivendor}&${numbers.map((n) => `position=${n}`).join('&')}`);
    assert.deepEqual(doc.form.rows.map((r) => [r.key, r.before, r.after.map((a) => a.path), r.assign_to, r.skip]).find(one), [doc.form.rows[0].key, [], ['Technik › Multivendor'], 'Mira Sander', null]);
    assert.equal(doc.form.take_count, 5);
    const petersen = await w.as(PEOPLE.petersen);
    await w.sql(`insert into app.row_lock (stage_id, position_id, person_id, taken_at, ends_at) select p.stage_id, p.id, x.id, app.now(), app.now() + interval '10 minutes'
      from app.position p, app.person x where p.number = 4 and x.mail = '${PEOPLE.petersen}'`);
    const before_ = await state();
    const reply = await tag(numbers, 'Multivendor', { without: ['R1-0005'] });
    const done = await sander.get(reply.location);
    assert.match(done.words, /3 Positionen geändert, 1 ausgelassen \(gesperrt\)\. Rückgängig/);
    assert.deepEqual(await topicsOf('R1-0001'), ['Multivendor']);
    assert.deepEqual(await topicsOf('R1-0004'), [], 'locked');
    assert.deepEqual(await topicsOf('R1-0005'), [], 'not ticked');
    assert.equal(await w.value(`select count(*) from app.position p join app.person x on x.id = p.assignee_id where x.mail = '${PEOPLE.sander}'`), '3');
    const topic = await sander.get(`${TOPICS}/${key.Multivendor}`);
    assert.match(topic.words, /3 Positionen, mit Unterthemen 3\. Vorgabe Bearbeitung: Mira Sander/);
    assert.equal((await sander.json(TOPICS)).tree.find((t) => t.name === 'Technik').count, 3, 'what stands below counts');
    assert.equal(await w.value(`select amount from app.audit where act = 'topic.tag' order by id desc limit 1`), '3');
    assert.equal((await petersen.get(TOPICS)).status, 403);
    assert.match((await undo(bulkOf(reply))).location, /bulk=/);
    assert.equal(await state(), before_);
    assert.match((await sander.get(`${TOPICS}?bulk=${bulkOf(reply)}`)).words, /3 Positionen zurückgenommen\./);
    const twice = await undo(bulkOf(reply));
    assert.equal(twice.status, 409);
    await w.sql('delete from app.row_lock');
  });

  test('instead of others, taken away; what somebody changed since stays, the rest goes back', async () => {
    await tag(['R1-0001', 'R1-0002'], 'Souveränität');
    const replaced = await tag(['R1-0001', 'R1-0002', 'R1-0003'], 'Multivendor', { mode: 'replace' });
    assert.deepEqual([await topicsOf('R1-0001'), await topicsOf('R1-0003')], [['Multivendor'], ['Multivendor']]);
    assert.match((await sander.get(`${ASSIGN}?topic=${key.Multivendor}&position=R1-0001`)).words, /schon so, wird ausgelassen/);
    await tag(['R1-0002'], 'Multivendor', { mode: 'remove' });
    assert.deepEqual(await topicsOf('R1-0002'), []);
    const back = await sander.get((await undo(bulkOf(replaced))).location);
    assert.match(back.words, /2 Positionen zurückgenommen, 1 nicht: sie ist seitdem geändert/);
    assert.deepEqual([await topicsOf('R1-0001'), await topicsOf('R1-0002'), await topicsOf('R1-0003')], [['Souveränität'], [], []]);
    const late = await sander.post(ASSIGN, { csrf: await sander.csrf(), topic: key.Multivendor, mode: 'remove', 'take.R1-0001': '1', positions: 'R1-0001' });
    assert.equal(late.status, 409, 'nothing left to do');
    assert.match(late.words, /nichts mehr zu ändern/);
  });

  test('the synopsis under a filter; wrong numbers, nothing ticked, too many', async () => {
    const filter = 'all=1&target=K4.G2.5&seat=voting';
    const { counts } = await sander.json(`${BASE}/synopsis?target=K4.G2.5&seat=voting`);
    const doc = await sander.json(`${ASSIGN}?${filter}&topic=${key.Multivendor}`);
    assert.equal(doc.form.rows.length, counts.filtered);
    const page = await sander.get(`${ASSIGN}?${filter}`);
    assert.equal((await sander.json(`${ASSIGN}?${filter}`)).back_href, `${BASE}/synopsis?target=K4.G2.5&seat=voting`);
    assert.equal((await sander.json(`${ASSIGN}?all=1&tag=none`)).count, (await sander.json(`${BASE}/synopsis?tag=none`)).counts.filtered);
    assert.match(page.words, new RegExp(`Alle ${counts.filtered} Positionen aus dem Filter der Synopse`));
    const bad = async (fields) => sander.post(ASSIGN, { csrf: await sander.csrf(), topic: key.Multivendor, mode: 'add', positions: 'R1-0001', ...fields });
    for (const [fields, words] of [[{}, /Kreuzen Sie mindestens eine Zeile an/], [{ 'take.R1-9999': '1' }, /Eine Position R1-9999 gibt es/],
      [{ 'take.R1-0001': '1', mode: 'all' }, /Wählen Sie eine der angebotenen/], [{ 'take.R1-0001': '1', topic: 'aaaaaaaaaaaa' }, /Thema: Dieses Thema gibt es nicht mehr/]]) {
      const reply = await bad(fields);
      assert.equal(reply.status, 422);
      assert.match(reply.words, words);
      if (!fields.topic && !fields['take.R1-9999']) assert.match(reply.text, /id="take\.R1-0001"/, 'the preview again');
    }
    for (const path of [`${TOPICS}/aaaaaaaaaaaa`, `${TOPICS}/blocks/aaaaaaaaaaaa`, `${TOPICS}/aaaaaaaaaaaa/end`]) assert.equal((await sander.get(path)).status, 404, path);
  });

  test('text blocks: variables that exist, else name and line; filled in once', async () => {
    const blocks = `${TOPICS}/blocks`;
    const form = (body, fields = {}) => sander.submit(blocks, { name: 'Bestandsschutz', topic: key.Technik, body, ...fields });
    for (const [body, words] of [['Guten Tag\n\nan {{Organization}}', /Zeile 3: \{\{Organization\}\} gibt es nicht\. Möglich sind \{\{Organisation\}\}/],
      ['Gut {{Nummer', /Zeile 1: \{\{ steht allein/], ['a\nb }} c', /Zeile 2: \}\} steht allein/], ['{{ Nummer }}', /Zeile 1: \{\{ Nummer \}\} gibt es nicht/], ['  ', /Bitte füllen/]]) {
      const reply = await form(body);
      assert.equal(reply.status, 422, body);
      assert.match(reply.words, words);
      if (body.trim()) assert.ok(reply.text.includes(body.split('\n').at(-1)), 'kept');
    }
    const reply = await form('Zu {{Nummer}} von {{Organisation}}: {{Fundstelle}} in Fassung {{Fassung}} bleibt { so }, Stand {{Datum}}.');
    assert.match(reply.location, /\/blocks\/\w+\?notice=saved/);
    key.block = /blocks\/(\w+)/.exec(reply.location)[1];
    assert.match((await form('Noch einer', { name: 'bestandsschutz' })).words, /gibt es hier schon/);
    await tag(['R1-0010'], 'Technik');
    const filled = await w.value(`select app.text_block_fill(b.body, s, (s.id, p.id, null)::app.weighed) from app.text_block b, app.stage s, app.position p where b.key = '${key.block}' and p.number = 10 and s.id = p.stage_id`);
    assert.match(filled, /^Zu R1-0010 von \S.*: \S+ in Fassung 1 bleibt \{ so \}, Stand 22\.04\.2024\.$/);
    assert.match((await sander.get(`${blocks}/${key.block}`)).words, /So liest er sich bei R1-00/);
    assert.equal((await w.value(`set search_path = app; select json_array_length(app.blocks_for(s, (s.id, p.id, null)::app.weighed)) from app.stage s, app.position p where p.number = 10 and s.id = p.stage_id`)), '1');
    assert.equal((await w.value(`set search_path = app; select json_array_length(app.blocks_for(s, (s.id, p.id, null)::app.weighed)) from app.stage s, app.position p where p.number = 1 and s.id = p.stage_id`)), '1', 'of the topic above its own');
    assert.equal((await w.value(`set search_path = app; select json_array_length(app.blocks_for(s, (s.id, p.id, null)::app.weighed)) from app.stage s, app.position p where p.number = 5 and s.id = p.stage_id`)), '0');
  });

  test('a text block goes behind what is being written about a position; nothing is saved by it', async () => {
    const at = `${BASE}/positions/R1-0010`;
    await sander.post(`${at}/lock`, { csrf: await sander.csrf() });
    assert.match((await sander.get(at)).words, /Textbaustein einfügen Bestandsschutz Zu R1-0010 von/);
    const typed = { csrf: await sander.csrf(), base: '0', decision: 'noted', referred_to: '', edition_place: '', assessment: 'Danke & Gruß.' };
    const reply = await sander.post(`${at}/block`, { ...typed, insert: key.block });
    assert.equal(reply.status, 200);
    const form = reply.form(`${at}/assessment`);
    assert.match(form.assessment, /^Danke & Gruß\.\n\nZu R1-0010 von .* in Fassung 1 bleibt/);
    assert.equal(form.decision, 'noted');
    assert.equal((await sander.json(at)).weighing.version, 0);
    assert.match((await sander.post(`${at}/assessment`, form)).location, /assessment_saved/);
    assert.equal((await sander.post(`${at}/block`, { ...typed, insert: 'aaaaaaaaaaaa' })).status, 409);
    assert.equal((await sander.post(`${BASE}/positions/R1-9999/block`, { ...typed, insert: key.block })).status, 404);
  });

  test('and behind that of a group: a block of a topic of one member, filled in for all of them', async () => {
    await tag(['R1-0012'], 'Technik');
    const formed = await sander.submit(`${BASE}/groups/new`, { name: 'Technik', positions: 'R1-0012 R1-0052 R1-0081' }, { action: `${BASE}/groups` });
    assert.match(formed.location, /notice=group_formed$/);
    const at = formed.location.split('?')[0];
    await sander.post(`${at}/lock`, { csrf: await sander.csrf() });
    const doc = await sander.json(at);
    const names = [...new Set(doc.members.map((m) => m.organisation.name))].sort();
    const body = doc.blocks.find((x) => x.key === key.block).body;
    for (const name of names) assert.ok(body.includes(name), body);
    assert.match(body, /^Zu G-\d+ von .* und .*: \S+( und \S+|, \S+ und \S+)? in Fassung 1 bleibt/);
    const typed = { csrf: await sander.csrf(), base: '0', decision: 'noted', referred_to: '', edition_place: '', assessment: 'Danke.' };
    const reply = await sander.post(`${at}/block`, { ...typed, insert: key.block });
    assert.equal(reply.status, 200);
    assert.equal(reply.form(`${at}/assessment`).assessment, `Danke.\n\n${body}`);
    assert.equal((await sander.json(at)).weighing.version, 0);
    assert.match((await sander.post(`${at}/assessment`, reply.form(`${at}/assessment`))).location, /assessment_saved/);
    assert.equal((await sander.post(`${at}/block`, { ...typed, insert: 'aaaaaaaaaaaa' })).status, 409);
    assert.equal((await sander.postJson(`${at}/block`, { base: 0, insert: key.block })).json.text, body);
    await sander.submit(at, {}, { action: `${at}/dissolve` });
    assert.equal((await sander.post(`${at}/block`, { ...typed, insert: key.block })).status, 409, 'a group that is over');
    const six = await w.value("set search_path = app; select app.named(array['a', 'b', 'c', 'd', 'e', 'f'], 'Organisationen') || app.named(array['a'], '') || app.named(array['a', 'b', 'c'], '')");
    assert.equal(six, '6 Organisationenaa, b und c');
  });

  test('deleted only with what replaces it; its bulk acts stand then', async () => {
    const path = `${TOPICS}/${key['Souveränität']}`;
    const bulk = bulkOf(await tag(['R1-0007'], 'Souveränität'));
    const page = await sander.get(`${path}/end`);
    assert.match(page.words, /2 Positionen haben dieses Thema/);
    assert.match((await sander.submit(`${path}/end`)).words, /2 Positionen haben dieses Thema\. Wählen Sie, welches an seine Stelle tritt/);
    assert.match((await sander.submit(`${path}/end`, { instead: key['Souveränität'] })).words, /Dieses Thema gibt es nicht mehr/);
    assert.match((await sander.submit(`${path}/end`, { instead: key.Technik })).location, /topic_removed/);
    assert.deepEqual([await topicsOf('R1-0001'), await topicsOf('R1-0007')], [['Technik'], ['Technik']]);
    assert.equal((await sander.get(path)).status, 404);
    assert.equal((await undo(bulk)).status, 409);
    assert.match((await sander.get(`${TOPICS}/${key.Technik}/end`)).words, /hat noch Unterthemen: „Multivendor“/);
    const forced = await sander.post(`${TOPICS}/${key.Technik}/end`, { csrf: await sander.csrf(), version: '1', instead: key.Multivendor });
    assert.equal(forced.status, 409);
  });

  test('30 days later an act stands', async () => {
    const reply = await tag(['R1-0008'], 'Multivendor');
    await w.clock('2024-05-23T09:00');
    assert.equal((await undo(bulkOf(reply))).status, 409);
    assert.ok(!(await sander.json(TOPICS)).bulks.some((b) => b.can_undo));
  });
});
