// What leaves the house of the synopsis: the same rows in four forms, the columns
// of the view, the mark while approvals are missing, and for participants less.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { parse } from '../lib/csv.mjs';
import { endLoops, loop } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { FREEZE } from '../lib/report.mjs';
import { BASE, world } from '../lib/server.mjs';
import { rowsOf, unzip } from '../lib/xlsx.mjs';

const SYNOPSIS = `${BASE}/synopsis`;
const SECRET = 'Das Rechenzentrum Süd ist davon ausgenommen';
const MARKED = 'Frau Beispiel im Referat 42';
const HANDLED = ['Lieferantenvielfalt', 'G-07', 'Mira Sander', 'In Bewertung'];
let w, sander;
before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  sander = await w.as(PEOPLE.sander);
  // one house told the moderators alone, another one marked a passage
  await w.sql(`set session_replication_role = replica;
    update app.released_answer a set body = '${SECRET}; bitte nicht weitergeben.', confidential = true, confidential_reason = 'Betriebsgeheimnis'
      where id = (select released_answer_id from app.position where number = 3);
    update app.position set body_range = '[0,500)' where number in (3, 4);
    update app.released_answer a set body = 'Unser Ansprechpartner ist ${MARKED}, sie weiß „alles“; =SUMME(1)' where id = (select released_answer_id from app.position where number = 4);
    update app.released_answer a set reason = '=SUMME(A1;"größer")' where id = (select released_answer_id from app.position where number = 4);
    update app.position set reason_range = '[0,500)' where number = 4;
    insert into app.released_redaction (response_version_id, response_id, stage_id, organisation_id, target_id, field, range, reason)
      select v.id, v.response_id, v.stage_id, v.organisation_id, p.target_id, 'body', '[26,53)', 'Name'
        from app.position p join app.released_answer a on a.id = p.released_answer_id join app.current_version c on c.response_id = a.response_id
          join app.response_version v on v.id = c.response_version_id where p.number = 4`);
  await w.sql(`insert into app.topic (consultation_id, name) select id, 'Lieferantenvielfalt' from app.consultation`);
  await w.sql(`insert into app.position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
    select p.id, t.id, p.stage_id, app.now(), 1 from app.position p, app.topic t where p.number in (3, 4, 5)`);
  await w.sql(`with g as (insert into app.position_group (stage_id, number, name, made_at, made_by) select stage_id, 7, 'Gleiche', app.now(), 1 from app.position limit 1 returning *)
    insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by) select g.id, g.stage_id, p.id, app.now(), 1 from g, app.position p where p.number in (4, 5)`);
  await w.sql(`update app.position set assignee_id = (select id from app.person where mail = '${PEOPLE.sander}'), place_id = (select id from app.place where name = 'In Bewertung' limit 1) where number in (3, 4, 5)`);
  await w.sql(`insert into app.assessment (stage_id, position_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
    select p.stage_id, p.id, 1, 'partly', 'Bestandsschutz; eine „Befristung“ aber nötig.', 'Fassung 2, Satz 2', sha256(p.id::text::bytea), app.now(), (select id from app.person where mail = '${PEOPLE.sander}')
      from app.position p where p.number in (6, 7)`);
  await w.sql('select app.assessment_apply(array(select position_id from app.assessment))');
  await approve('a.position_id = (select id from app.position where number = 6)', '(select min(organisation_id) from app.sponsor)');
});
after(async () => { await endLoops(); await w?.stop(); });

const approve = (which, who) => w.sql(`insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, verdict, decided_at, decided_by)
  select a.id, a.content_hash, s.organisation_id, app.now(), 1, 'approved', app.now(), 1 from app.assessment a, app.sponsor s
    where ${which} and s.organisation_id in ${who} on conflict do nothing`);

/** Each form as rows of { column: text }, and its bytes. */
async function take(query = '') {
  const [csv, xlsx, json, print] = await Promise.all(['.csv', '.xlsx', '.json', '/print'].map((form) => sander.get(`${SYNOPSIS}${form}${query}`)));
  for (const reply of [csv, xlsx, json, print]) assert.equal(reply.status, 200, `${reply.path}: ${reply.text.slice(0, 200)}`);
  const [head, ...rows] = parse(csv.text.slice(1));
  const [sheetHead, ...sheet] = rowsOf(xlsx.body);
  const named = (names, list) => list.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i]])));
  return { csv, xlsx, json, print, head, sheetHead, rows: named(head, rows), sheet: named(sheetHead, sheet), lines: json.json.rows,
    printed: [...print.text.matchAll(/<tr><th scope="row" class="app-num">(.*?)<\/th>/g)].map(([, n]) => n),
    bytes: [csv.text, [...unzip(xlsx.body).values()].join('\n'), json.text, print.text] };
}

describe('the same rows', () => {
  for (const query of ['', '?target=K4.G2.5', '?stance=reject&seat=voting', '?tag=none&decision=open', '?view=participants', '?stance=agree&level=aufsicht']) {
    test(`in all four forms: ${query || 'all'}`, async () => {
      const { rows, sheet, lines, printed, json } = await take(query);
      const { counts } = await sander.json(`${SYNOPSIS}${query}`);
      const numbers = rows.map((r) => r['Lfd. Nr.']);
      assert.equal(rows.length, counts.filtered);
      assert.deepEqual(sheet.map((r) => r['Lfd. Nr.']), numbers);
      assert.deepEqual(lines.map((r) => r.number), numbers);
      assert.deepEqual(printed, numbers);
      assert.equal(json.json.count, numbers.length);
    });
  }

  test('and cell by cell the same in CSV and XLSX, but for the apostrophe', async () => {
    const { rows, sheet, head, sheetHead } = await take();
    assert.deepEqual(sheetHead, head);
    for (const [i, row] of rows.entries()) for (const name of head) assert.equal(sheet[i][name], row[name].replace(/^'/, ''), `${row['Lfd. Nr.']} ${name}`);
  });
});

test('umlauts, semicolons and quotes arrive; a formula is text', async () => {
  const { rows, sheet, csv, xlsx } = await take();
  const [row, cells] = [rows, sheet].map((list) => list.find((r) => r['Lfd. Nr.'] === 'R1-0004'));
  assert.match(row['Stellungnahme (Wortlaut)'], /sie weiß „alles“; =SUMME\(1\)$/);
  assert.equal(row['Begründung'], '\'=SUMME(A1;"größer")');
  assert.equal(cells['Begründung'], '=SUMME(A1;"größer")');
  assert.deepEqual([...csv.body.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.match(xlsx.type, /spreadsheetml\.sheet/);
  const sheet1 = unzip(xlsx.body).get('xl/worksheets/sheet1.xml');
  assert.match(sheet1, /orientation="landscape"/);
  assert.match(sheet1, /Seite &amp;P von &amp;N/);
  assert.match(sheet1, /nur für die Moderation/);
});

describe('columns', () => {
  test('all 13 unless some are chosen', async () => {
    const { head } = await take();
    for (const name of ['Lfd. Nr.', 'Fundstelle', 'Einsender', 'Votum', 'Art', 'Stellungnahme (Wortlaut)', 'Änderungsvorschlag', 'Begründung',
      'Thema', 'Bewertung', 'Entscheidung', 'Umsetzung', 'Bearbeitung']) assert.ok(head.includes(name), name);
  });

  test('the chosen ones and no other', async () => {
    const { head, sheetHead, lines, print } = await take('?column=stance&column=words');
    assert.deepEqual(head, ['Lfd. Nr.', 'Votum', 'Stellungnahme (Wortlaut)', 'Vertraulich']);
    assert.deepEqual(sheetHead, head);
    assert.deepEqual(Object.keys(lines[0]).sort(), ['body', 'confidential', 'number', 'stance']);
    assert.equal([...print.text.matchAll(/<th scope="col">/g)].length, 3);
  });
});

describe('for participants', () => {
  test('neither topic, group nor handling is in the bytes', async () => {
    const [desk, theirs] = [await take(), await take('?view=participants')];
    for (const [i, form] of ['CSV', 'XLSX', 'JSON', 'print'].entries()) {
      for (const word of HANDLED.filter((x) => form !== 'print' || x !== 'Mira Sander')) { // who prints stands in the head of the page
        assert.ok(desk.bytes[i].includes(word), `${form} of the desk has ${word}`);
        assert.ok(!theirs.bytes[i].includes(word), `${form} has ${word}`);
      }
    }
    assert.deepEqual(theirs.head, desk.head.filter((name) => !/Thema|Gruppe|Freigaben|Platz|Bearbeitung|Frist|Bewertet|Stand/.test(name)));
    assert.deepEqual(theirs.sheetHead, theirs.head);
    assert.deepEqual(Object.keys(theirs.lines[0]).filter((name) => /group|topic|place$|assign|approv|state|saved|due/.test(name)), ['edition_place']);
    assert.doesNotMatch(theirs.print.text, /<th scope="col">(Thema|Bearbeitung)/);
    assert.doesNotMatch(theirs.print.text.split('<tbody')[1], /Mira Sander/);
  });

  test('nor a text for the moderators alone, nor a marked passage', async () => {
    const [desk, theirs] = [await take(), await take('?view=participants')];
    for (const [i, form] of ['CSV', 'XLSX', 'JSON', 'print'].entries()) {
      for (const text of [SECRET, MARKED]) {
        assert.ok(desk.bytes[i].includes(text), `${form} of the desk`);
        assert.ok(!theirs.bytes[i].includes(text), `${form} has ${text}`);
      }
    }
    const row = theirs.rows.find((r) => r['Lfd. Nr.'] === 'R1-0004');
    assert.match(row['Stellungnahme (Wortlaut)'], /^Unser Ansprechpartner ist \[gekürzt\], sie weiß/);
    const page = await sander.get(`${SYNOPSIS}?view=participants&row=R1-0003`);
    assert.ok(!page.text.includes(SECRET) && !page.text.includes(MARKED), 'the page shows what they get');
    assert.ok(!(await sander.get(`${SYNOPSIS}/rows/R1-0003?view=participants`)).text.includes(SECRET));
  });

  test('as many rows, said to be theirs in the name of the file', async () => {
    const theirs = await take('?view=participants');
    assert.match(theirs.csv.headers['content-disposition'], /synopse-dachstrategie-2024-teilnehmer-entwurf\.csv/);
    assert.match(theirs.print.words, /Teilnehmerfassung: nur für die Beteiligten des Verfahrens/);
    assert.equal(theirs.json.json.version, 'participants');
  });
});

describe('the mark ENTWURF', () => {
  const of = async (query) => {
    const { csv, json, print, xlsx, rows } = await take(query);
    return { name: /-entwurf\.csv/.test(csv.headers['content-disposition']), json: json.json.mark, rows,
      print: /app-across--draft/.test(print.text) && /<strong>ENTWURF<\/strong>/.test(print.text), sheet: unzip(xlsx.body).get('xl/worksheets/sheet1.xml').includes('ENTWURF</oddHeader>') };
  };
  test('stands on everything while one approval is missing', async () => {
    const { rows, ...marks } = await of('?decision=partly');
    assert.deepEqual(marks, { name: true, json: 'ENTWURF', print: true, sheet: true });
    assert.deepEqual(rows.map((r) => [r['Lfd. Nr.'], r['Kennzeichen der Bewertung'], r.Freigaben, r['Freigaben nötig']]).sort(), [['R1-0006', 'ENTWURF', '1', '2'], ['R1-0007', 'ENTWURF', '0', '2']]);
    assert.match((await sander.get(`${SYNOPSIS}?decision=partly`)).words, /1 von 2 Freigaben/);
    assert.match((await sander.get(`${SYNOPSIS}/print?decision=partly`)).words, /1 von 2 Freigaben/);
  });

  test('and goes with the last one', async () => {
    await approve('true', '(select organisation_id from app.sponsor)');
    const { rows, ...marks } = await of('?decision=partly');
    assert.deepEqual(marks, { name: false, json: null, print: false, sheet: false });
    assert.deepEqual([...new Set(rows.map((r) => `${r['Kennzeichen der Bewertung']} ${r['Stand der Bewertung']}`))], [' freigegeben']);
    assert.equal((await of('')).json, 'ENTWURF', 'others are open');
  });
});

test('each one is in the log with its rows before the first of them leaves', async () => {
  const noted = () => w.sql("select amount from app.audit where act = 'synopsis.export' order by id");
  const before = (await noted()).length;
  for (const form of ['.xlsx', '/print']) await sander.get(`${SYNOPSIS}${form}?stance=reject`);
  const { counts } = await sander.json(`${SYNOPSIS}?stance=reject`);
  assert.deepEqual((await noted()).slice(before).flat().map(Number), [counts.filtered, counts.filtered]);
});

// --- a report of it, and all of its files (report_files, report_files_make, report_file)

/** What of a document does not fit a schema of ours: the first place, or nothing. */
function misfit(schema, value, at = '$') {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  if (schema.const !== undefined && value !== schema.const) return at;
  if (schema.enum && !schema.enum.includes(value)) return at;
  if (schema.type && ![schema.type].flat().includes(kind)) return `${at}: ${kind}`;
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) return at;
  if (kind === 'array') return value.map((v, i) => misfit(schema.items, v, `${at}[${i}]`)).find(Boolean);
  if (kind !== 'object') return undefined;
  const lacks = schema.required.find((name) => !(name in value));
  return lacks ? `${at}.${lacks} is missing` : Object.entries(value).map(([name, v]) =>
    (schema.properties[name] ? misfit(schema.properties[name], v, `${at}.${name}`) : `${at}.${name} is unknown`)).find(Boolean);
}

test('a frozen report has all its files once, each as its hash says, and a package that anybody checks', async () => {
  await w.sql(FREEZE);
  const reporter = await w.as(PEOPLE.petersen);
  const path = `${BASE}/reports/${await w.value('select key from app.report')}/files`;
  assert.match((await sander.get(path)).words, /bericht\.pdf .*nicht erstellt/);
  assert.equal((await sander.post(path, { csrf: await sander.csrf() })).status, 403, 'the reporters make them');
  await reporter.submit(path, {});
  assert.match((await reporter.get(path)).words, /werden erstellt: 0 von 13/);
  // one worker is killed in the middle, the next takes the rest over
  const folder = mkdtempSync(join(tmpdir(), 'record-'));
  const killed = loop(w, { TMPDIR: folder });
  const job = (what) => w.value(`select ${what} from app.job where kind = 'report_files'`);
  while (!killed.ended && await job('parts_done < 9') === 't') await setTimeout(20);
  await killed.end('SIGKILL');
  assert.equal(await job('state'), 'running');
  await w.sql("update app.job set heartbeat_at = heartbeat_at - interval '2 minutes' where kind = 'report_files'");
  await w.jobs('--once');
  const { files } = await reporter.json(path);
  assert.deepEqual([files.is_complete, files.done, files.no_pdf, files.no_office], [true, 13, false, false]);
  assert.deepEqual(files.rows.map((f) => f.format).slice(0, 5), ['html', 'pdf', 'docx', 'odt', 'package']);
  const bytes = {};
  for (const f of files.rows) {
    const reply = await sander.get(`${path}/${f.format}`);
    bytes[f.format] = reply.body;
    assert.equal(createHash('sha256').update(reply.body).digest('hex'), f.hash, f.format);
    assert.match(reply.headers['content-disposition'], new RegExp(`filename="bericht-1-${f.file_name.replace('.', '\\.')}"`));
    if (/^(html|json|csv)/.test(f.format)) for (const word of [SECRET, MARKED]) assert.ok(!reply.body.includes(word), f.format);
  }
  assert.equal(bytes.pdf.toString('latin1', 0, 5), '%PDF-');
  assert.equal(await w.value("select count(*) from app.audit where act = 'report.export'"), '13');
  const doc = JSON.parse(bytes.json);
  assert.equal(misfit(JSON.parse(readFileSync('assets/report/daten.schema.json', 'utf8')), doc), undefined);
  const rows = parse(bytes.csv_positions.toString().slice(1));
  assert.equal(rows.length - 1, doc.tables.positions.length);
  assert.equal(String(doc.tables.decisions.reduce((sum, d) => sum + d.positions, 0)), await w.value('select count(*) from app.report_basis'));
  assert.equal(rowsOf(bytes.xlsx).length - 1, doc.tables.participants.length);
  assert.deepEqual([...unzip(bytes.xlsx).get('xl/workbook.xml').matchAll(/sheet name="([^"]+)"/g)].map((m) => m[1]),
    ['Beteiligte', 'Zahlen', 'Entscheidungen', 'Meinungsbild', 'Positionen', 'Codebuch']);
  // never twice, whoever asks
  assert.equal((await reporter.post(path, { csrf: await reporter.csrf() })).status, 303);
  await w.jobs('--once');
  assert.equal(await w.value('select count(*) from app.artifact'), '13');
  assert.equal(await w.value("select count(*) from app.audit where act = 'artifact.make'"), '13');
  // made again it is the same; with one octet changed it is named, although its hash fits
  const verify = () => w.ctl('verify').then((text) => text, (e) => e.stdout + e.stderr); // the answers of this world were changed by hand, which it says, too
  const intact = await verify();
  assert.match(intact, /1 frozen reports: read/);
  assert.doesNotMatch(intact, /its HTML/);
  const at = bytes.html.indexOf('Zwischenbericht zur Dachstrategie</h1>');
  const line = bytes.html.subarray(0, at).toString('latin1').split('\n').length;
  const flip = () => w.sql(`set session_replication_role = replica;
    update app.artifact a set data = x.data, hash = sha256(x.data) from (select id, set_byte(data, ${at}, get_byte(data, ${at}) # 1) as data
      from app.artifact where format = 'html') x where a.id = x.id`);
  await flip();
  assert.match(await verify(), new RegExp(`report 1: its HTML is not what its data gives, first in line ${line}, octet ${at + 1}\n`));
  await flip();
  await assert.rejects(w.sql("update app.artifact set size = size where format = 'pdf'"), /immutable/);
  // offline, and with one octet changed
  const [zip, key] = [join(folder, 'aktenpaket.zip'), join(folder, 'key.pem')];
  writeFileSync(zip, bytes.package);
  writeFileSync(key, unzip(bytes.package).get('schluessel.pem'));
  assert.match(await w.run(['verify-package', zip, '--key', key]), /VALID, 18 files/);
  const broken = Buffer.from(bytes.package);
  broken[broken.indexOf('zahlen.csv') + 30] ^= 1;
  writeFileSync(zip, broken);
  await assert.rejects(w.run(['verify-package', zip, '--key', key]), /INVALID/);
  rmSync(folder, { recursive: true });
  // as on a server without Chromium: said, and all others are there
  await w.sql("set session_replication_role = replica; delete from app.artifact where format = 'pdf'");
  assert.match((await sander.get(path)).words, /PDF ist auf diesem Server nicht eingerichtet\. HTML und DOCX sind fertig\./);
  assert.equal((await sander.get(`${path}/pdf`)).status, 404);
  assert.equal((await sander.get(`${path}/docx`)).status, 200);
});
