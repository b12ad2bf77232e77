// The consultation and the demo world as data: import, export, demo, generate
// and verify against a database.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { world } from '../lib/server.mjs';

const FILE = 'assets/consultations/strategy-2024.json';
const reference = JSON.parse(readFileSync(FILE, 'utf8'));

let w;
let dir;
before(async () => {
  w = await world({ serve: false });
  dir = mkdtempSync(join(tmpdir(), 'resonanz-data-'));
});
after(async () => {
  rmSync(dir, { recursive: true, force: true });
  await w.stop();
});

const counts = async (tables) => Promise.all(tables.map((t) => w.value(`select count(*) from app.${t}`)));
const fails = async (promise, pattern) => assert.rejects(promise, (error) => pattern.test(error.stderr));

test('a second import changes nothing and says so', async () => {
  const tables = ['consultation', 'edition', 'item_version', 'target', 'stage', 'citation', 'audit'];
  const was = await counts(tables);
  assert.match(await w.ctl('import', FILE), /already loaded, nothing changed/);
  assert.deepEqual(await counts(tables), was);
});

test('another content of the same edition is refused', async () => {
  const changed = join(dir, 'changed.json');
  const doc = structuredClone(reference);
  doc.items[0].title += ' (neu)';
  writeFileSync(changed, JSON.stringify(doc));
  await fails(w.ctl('import', changed), /nothing imported: this edition is loaded already with other content/);
});

test('a file with errors imports nothing and names each with its path', async () => {
  const bad = join(dir, 'bad.json');
  const doc = structuredClone(reference);
  doc.slug = 'zweites-verfahren';
  doc.items[3].section = 'K9.A';
  doc.stages[0].closes_at = '2024-03-01T00:00:00+01:00';
  doc.council_decisions[0].ref = '2019-03';
  writeFileSync(bad, JSON.stringify(doc));
  const error = await w.ctl('import', bad).then(() => null, (e) => e);
  assert.equal(error.code, 1);
  for (const path of ['$.items[3].section', '$.stages[0].closes_at', '$.council_decisions[0].ref']) assert.ok(error.stderr.includes(`${path}: `), path);
  assert.match(error.stderr, /\d+ errors, nothing imported/);
  assert.equal(await w.value("select count(*) from app.consultation where slug = 'zweites-verfahren'"), '0');
  await fails(w.ctl('import', 'README.md'), /not JSON/);
});

test('code lists: known by their content, refused without a new day, taken with one', async () => {
  const LISTS = 'assets/codelists/federal.json';
  const tables = ['code_list', 'code', 'seat', 'audit'];
  const was = await counts(tables);
  assert.deepEqual(was.slice(0, 3), ['7', '168', '23'], 'the demo world stands on them');
  assert.match(await w.ctl('import', LISTS), /6 code lists with 168 codes, 23 seats: already loaded, nothing changed/);
  assert.deepEqual(await counts(tables), was);
  const file = join(dir, 'lists.json');
  const doc = JSON.parse(readFileSync(LISTS, 'utf8'));
  const kinds = doc.lists[1];
  kinds.codes[0].label = 'Oberste Bundesbehörde';
  const write = () => writeFileSync(file, JSON.stringify(doc));
  write();
  await fails(w.ctl('import', file), /nothing imported: organisation-kind: a list of that day or a later one is loaded already/);
  kinds.as_of = '2024-07-01';
  kinds.codes.reverse();
  write();
  assert.match(await w.ctl('import', file), /imported/);
  assert.equal(await w.value("select label from app.code where key = 'bundesministerium'"), 'Oberste Bundesbehörde');
  assert.match(await w.ctl('import', file), /nothing changed/);
  kinds.as_of = '2024-08-01';
  kinds.codes = kinds.codes.filter((c) => c.key !== 'gemeinde');
  write();
  await fails(w.ctl('import', file), /nothing imported: .*kind_of_level/s);
  kinds.codes.push({ key: 'gemeinde', label: 'Gemeinde' });
  write();
  await fails(w.ctl('import', file), /\$\.lists\[1\]\.codes\[\d+\]: a kind belongs to a level/);
  await assert.rejects(w.sql("update app.organisation set kind = 'gemeinde' where code = 'BY'"), /kind_of_level/, 'a kind of another level');
  await assert.rejects(w.sql("update app.organisation set size_class = 'riesig' where code = 'KLEINBEISPIEL'"), /size_class_known/);
});

test('the export is the file again, and what it exports can be imported', async () => {
  const text = await w.ctl('export', 'dachstrategie-2024');
  assert.equal(text, readFileSync(FILE, 'utf8'));
  const copy = join(dir, 'copy.json');
  writeFileSync(copy, JSON.stringify({ ...JSON.parse(text), slug: 'abschrift' }));
  assert.match(await w.ctl('import', copy), /imported, 3 stages, 75 targets/);
  assert.deepEqual({ ...JSON.parse(await w.ctl('export', 'abschrift')), slug: 'dachstrategie-2024' }, reference);
  await fails(w.ctl('export', 'gibt-es-nicht'), /no such consultation/);
});

test('75 targets: 13 questions, 57 items, 5 chapters', async () => {
  const rows = await w.sql(`select count(question_version_id), count(item_version_id), count(chapter_id)
    from app.target t join app.stage s on s.id = t.stage_id join app.consultation c on c.id = s.consultation_id
    where c.slug = 'dachstrategie-2024' and s.key = 's1'`);
  assert.deepEqual(rows[0], ['13', '57', '5']);
});

test('A3: the demo world on 22.04.2024 has the figures of the story', async () => {
  const rows = await w.sql(`select p.seat_status, count(*), count(c.response_id),
      count(*) filter (where r.state = 'draft')
    from app.participation p
      left join app.response r on r.stage_id = p.stage_id and r.organisation_id = p.organisation_id
      left join app.current_version c on c.response_id = r.id
    group by 1 order by 1 desc`);
  assert.deepEqual(rows, [['voting', '17', '9', '2'], ['none', '5', '1', '1'], ['advisory', '6', '2', '1']]);
  const days = await w.sql(`select to_char(v.released_at, 'DD.MM.'), sum(count(*)) over (order by min(v.released_at)),
      sum(count(*) filter (where v.seat_status = 'voting')) over (order by min(v.released_at))
    from app.response_version v group by 1 order by min(v.released_at)`);
  assert.deepEqual(days, [['03.04.', '1', '0'], ['08.04.', '2', '1'], ['11.04.', '4', '2'], ['15.04.', '5', '3'],
    ['17.04.', '7', '5'], ['18.04.', '9', '7'], ['19.04.', '12', '9']]);
  assert.equal(await w.value(`select count(*) from app.response_version v where nil_rest
    and not exists (select from app.version_answer a where a.response_version_id = v.id)`), '1');
  const stance = await w.sql(`select a.kind, a.stance, a.proposal is not null from app.answer a
    join app.organisation o on o.id = a.organisation_id join app.target t on t.id = a.target_id
    where o.code = 'BY' and t.key = 'K4.G2.5'`);
  assert.deepEqual(stance, [['answered', 'agree_changed', 't']]);
});

test('the demo is loaded once; before its first act nobody has begun', async () => {
  assert.match(await w.ctl('demo'), /already loaded/);
  const early = await world({ clock: '2024-04-02T09:00', serve: false });
  try {
    assert.equal(await early.value('select count(*) from app.response'), '1'); // Mecklenburg-Vorpommern
    assert.equal(await early.value('select count(*) from app.current_version'), '0');
    assert.equal(await early.value('select count(*) from app.participation'), '28');
  } finally {
    await early.stop();
  }
});

test('the story after the world is told to its end; an entry that cannot be done is named', async () => {
  const late = await world({ clock: 'empty', serve: false });
  const file = join(dir, 'later.json');
  const story = JSON.parse(readFileSync('assets/demo/later-2024.json', 'utf8'));
  cpSync('assets/demo/later', join(dir, 'later'), { recursive: true });
  story.entries.push({ at: '2026-10-01T09:00', by: 'mira.sander@fitko.example', act: 'finding_handle', title: 'Gibt es nicht' },
    { at: '2026-10-06T09:00', by: 'mira.sander@fitko.example', act: 'not_reached' });
  writeFileSync(file, JSON.stringify(story));
  try {
    await late.ctl('import', FILE);
    await late.ctl('import', 'assets/codelists/federal.json');
    await fails(late.ctl('demo', '--clock', '2026-10-05T09:00', '--story', file),
      new RegExp(`later\\.json: entry ${story.entries.length - 1} \\(2026-10-01T09:00, finding_handle\\): not_found`));
    assert.deepEqual(await late.sql('select number, state from app.edition order by 1'), [['1', 'published'], ['2', 'published'], ['3', 'published']]);
    assert.deepEqual(await late.sql(`select l.relation, count(*) from app.item_lineage l join app.edition e on e.id = l.to_edition_id
      where e.number = 2 and (l.relation <> 'continues' or l.text_changed) group by 1 order by 1`),
    [['added', '1'], ['continues', '3'], ['dropped', '1'], ['merged', '2'], ['split', '2']]);
    assert.deepEqual(await late.sql(`select key, app.stage_state(s) from app.stage s order by 1`), [['e1', 'open'], ['s1', 'reported'], ['s2', 'reported'], ['s3', 'planned']]);
    assert.equal(await late.value(`select count(distinct o.code) from app.cause x join app.change c on c.id = x.change_id join app.edition e on e.id = c.edition_id
      join app.item_version v on v.id = c.to_version_id join app.item i on i.id = v.item_id join app.organisation o on o.id = x.organisation_id
      where e.number = 2 and i.key = 'K4.G2.5'`), '4', 'four houses stand behind the new wording');
    assert.equal(await late.value("select string_agg(number, ' ' order by number) from app.commitment where is_adopted"), 'V1-01 V1-03 V1-06 V1-07 V1-10 V2-01 V2-02 V3-01 V3-02');
    assert.match(await late.ctl('verify'), /versions with \d+ answers and their receipts: intact/);
  } finally {
    await late.stop();
  }
});

test('verify finds every released hash, and what was changed behind its back', async () => {
  assert.match(await w.ctl('verify'), /12 versions with 169 answers and their receipts: intact/);
  await w.sql(`alter table app.released_answer disable trigger guard_immutable;
    update app.released_answer set body = replace(body, 'Hessen', 'Sachsen')
      where body like 'Hessen kann dem Grundsatz%';
    alter table app.released_answer enable trigger guard_immutable`);
  const error = await w.ctl('verify').then(() => null, (e) => e);
  assert.equal(error.code, 1);
  assert.match(error.stdout, /R1-HE-1-\w{4}: the hash of the version differs/);
  assert.match(error.stdout, /NOT INTACT/);
});

test('generate keeps every invariant and is the same for the same seed', async () => {
  const fresh = [];
  try {
    for (const seed of [7, 7, 8]) {
      const one = await world({ serve: false });
      fresh.push(one);
      const sessions = join(dir, 'sessions');
      await one.ctl('generate', '--organisations', '150', '--answers', '20', '--seed', String(seed), '--sessions', sessions);
      assert.match(await one.ctl('verify'), /: intact/);
      const lines = readFileSync(sessions, 'utf8').trim().split('\n').map((line) => line.split('\t'));
      assert.equal(lines.length, 151);
      assert.equal(lines.filter(([role]) => role === 'moderator').length, 1);
      assert.equal(await one.value(`select count(*) from app.session where agent = 'generate'`), '151');
      // numbers without gaps; one position for each answered target of a version
      assert.equal(await one.value('select max(number) - count(*) from app.position'), '0');
      assert.equal(await one.value(`select count(*) from app.released_answer a where a.kind = 'answered'
        and (select count(*) from app.position p where p.released_answer_id = a.id) <> 1`), '0');
    }
    const texts = await Promise.all(fresh.map((one) => one.value(`select md5(string_agg(concat_ws('|', o.code, t.key, a.kind,
        a.stance, a.body, a.proposal, a.reason), e'\\n' order by o.code, t.position))
      from app.answer a join app.organisation o on o.id = a.organisation_id join app.target t on t.id = a.target_id`)));
    assert.equal(texts[0], texts[1]);
    assert.notEqual(texts[0], texts[2]);
    await fails(fresh[0].ctl('generate', '--organisations', '10'), /holds generated organisations already/);
  } finally {
    for (const one of fresh) await one.stop();
  }
});

test('production has neither demo nor generated data', async () => {
  const { execFile } = await import('node:child_process');
  const run = (...args) => new Promise((resolve) => execFile('build/release/resonanzctl', args, {
    env: { ...process.env, RESONANZ_MODE: 'production', RESONANZ_DATABASE_URL: w.cluster.url(w.database) },
  }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stderr })));
  for (const args of [['demo'], ['generate', '--organisations', '5']]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 1);
    assert.match(stderr, /RESONANZ_MODE=demo and test only|CONTACT/);
  }
});
