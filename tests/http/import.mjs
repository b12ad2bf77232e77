// also asan
// Address lists (A3, steps 4 and 5): upload, every bad line with its number and
// reason, nothing before the confirmation, each office one mail, a second time
// nothing; a long list in parts by the job loop; encodings, separators, bounds, and what is no list at all.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLoops, loop } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { SLUG, world } from '../lib/server.mjs';

const PATH = '/invitations/import';
const STAGE = `${SLUG}.s1`;
const { organisations } = JSON.parse(readFileSync(new URL('../../assets/demo/world-2024.json', import.meta.url), 'utf8'));
const LEVELS = JSON.parse(readFileSync(new URL('../../assets/text/labels.json', import.meta.url), 'utf8')).level;
const HEAD = ['Name', 'Kurzname', 'Kennung', 'Ebene', 'Art', 'Land', 'ARS', 'E-Mail'];
const cells = (o) => [o.name, o.short_name, o.code, LEVELS[o.level], o.kind, o.land, o.ars, o.office_mail].map((v) => v ?? '');
const quote = (v) => (/[";,\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
const csv = (rows, separator = ';', end = '\r\n') => rows.map((row) => row.map(quote).join(separator) + end).join('');

let w;
let sander;
before(async () => {
  w = await world({ clock: '2024-03-18T09:00' });
  // the world before anybody was invited, with the seats' organisations alone
  await w.sql(`delete from app.participation; delete from app.membership m using app.organisation o
    where o.id = m.organisation_id and o.code in ('KLEINBEISPIEL', 'VDB', 'BOA', 'IMK');
    delete from app.organisation_name n using app.organisation o where o.id = n.organisation_id and o.code in ('KLEINBEISPIEL', 'VDB', 'BOA', 'IMK');
    delete from app.organisation where code in ('KLEINBEISPIEL', 'VDB', 'BOA', 'IMK')`);
  sander = await w.as(PEOPLE.sander);
});
after(async () => { await endLoops(); await w?.stop(); });

const upload = async (data, { who = sander, stage = STAGE, name } = {}) =>
  who.upload(PATH, { ...(await who.get(PATH)).form(PATH), stage, file: undefined }, { data, name });
const count = (table, where = 'true') => w.value(`select count(*) from app.${table} where ${where}`).then(Number);
const state = () => Promise.all(['organisation', 'organisation_name', 'participation', 'mail'].map((t) => count(t)));

describe('A3, steps 4 and 5', () => {
  const good = organisations.map(cells);
  const at = (code) => organisations.findIndex((o) => o.code === code);
  let path;
  let nothing;

  test('28 lines and one twice: a duplicate, an ARS of five digits and Land 17 are named', async () => {
    nothing = await state();
    const bad = structuredClone(good);
    bad[at('KLEINBEISPIEL')][6] = '13099';
    bad[at('VDB')][5] = '17';
    bad.splice(6, 0, [...bad[3]]); // Berlin, once more in line 8
    const reply = await upload(`\ufeff${csv([HEAD, ...bad])}`, { name: 'einladungen-2024-03-18.csv' });
    assert.equal(reply.status, 303, reply.words.slice(0, 500));
    path = reply.location;
    assert.match(path, /^\/invitations\/import\/[0-9a-f]{12}$/);
    const doc = await sander.json(path);
    assert.deepEqual(doc.counts, { read: 29, ok: 26, new: 2, same: 24, bad: 3, kept: 0, invite: 26, mail: 26, no_mail: 0 });
    assert.deepEqual(doc.bad.map(({ line, reasons }) => [line, reasons.map((r) => r.code)]), [
      [8, ['duplicate']], [at('KLEINBEISPIEL') + 3, ['ars_length']], [at('VDB') + 3, ['land_unknown']]]);
    assert.equal(doc.bad[0].reasons[0].args.line, 5);
    assert.deepEqual([doc.import.encoding, doc.import.separator, doc.import.file_name], ['utf-8-bom', 'semicolon', 'einladungen-2024-03-18.csv']);
    const page = await sander.get(path);
    for (const words of ['3 Zeilen haben Fehler. Noch nichts ist eingelesen.', 'doppelt: gleiche Organisation wie Zeile 5', 'ARS „13099“ hat 5 statt 12 Ziffern',
      'Land 17 gibt es nicht (gültig: 01 bis 16)', 'z. B. 130999999901', 'erkannt: UTF-8 mit BOM, Semikolon', '2 Organisationen anlegen, 26 einladen']) assert.ok(page.words.includes(words), words);
    assert.deepEqual(await state(), nothing, 'nothing is there yet');
  });

  test('with errors it wants to hear that they are left out', async () => {
    const page = await sander.get(path);
    const reply = await sander.post(path, page.form(path));
    assert.equal(reply.status, 422);
    assert.match(reply.words, /3 Zeilen haben Fehler\. Kreuzen Sie an/);
    assert.deepEqual(await state(), nothing);
  });

  test('the corrected file: all of it, one mail for each office', async () => {
    const reply = await upload(csv([HEAD, ...good]));
    const doc = await sander.json(reply.location);
    assert.deepEqual([doc.counts.bad, doc.counts.new, doc.counts.invite, doc.counts.mail], [0, 4, 28, 28]);
    const done = await sander.submit(reply.location);
    assert.equal(done.status, 303, done.words.slice(0, 600));
    assert.match((await sander.get(done.location)).words, /4 Organisationen angelegt, 28 eingeladen, 28 Einladungen zur Post gegeben/);
    assert.equal(await count('participation'), 28);
    assert.equal(await count('mail', "template = 'office_invitation' and state = 'ready'"), 28);
    assert.equal(await count('mail', "template = 'office_invitation' and (args ->> 'by') = 'Mira Sander' and (args ->> 'stage') = '1'"), 28);
    assert.deepEqual((await w.sql(`select o.code, o.level, o.kind, o.land_code, o.ars, p.seat_status from app.participation p join app.organisation o on o.id = p.organisation_id
      where o.code in ('BY', 'KLEINBEISPIEL') order by o.code`)), [['BY', 'land', '', '09', '', 'voting'], ['KLEINBEISPIEL', 'kommune', 'gemeinde', '13', '130999999901', 'none']]);
    assert.equal(await count('audit', "act = 'participation.invite'"), 28);
    assert.equal(await count('audit', "act = 'address_list.import'"), 1);
  });

  test('the same file again changes nothing and says so', async () => {
    const was = await state();
    const reply = await upload(csv([HEAD, ...good]));
    const page = await sander.get(reply.location);
    assert.match(page.words, /Diese Datei ändert nichts\. Alle Organisationen sind vorhanden und eingeladen\. Dieselbe Datei ist am 18\.03\.2024/);
    assert.throws(() => page.form(reply.location), 'no form to confirm');
    const forced = await sander.post(reply.location, { csrf: page.csrf, expected: '28-0-28-0-0' });
    assert.equal(forced.status, 409);
    assert.deepEqual(await state(), was);
  });

  test('what was open still knows the world: the list of before', async () => {
    const doc = await sander.json(path);
    assert.deepEqual([doc.counts.new, doc.counts.same, doc.counts.invite], [0, 26, 0], 'checked again, against what is there now');
    const stale = await sander.post(path, { csrf: await sander.csrf(), expected: '29-2-24-3-26', skip_bad: '1' });
    assert.equal(stale.status, 409);
    assert.match(stale.words, /Inzwischen hat sich etwas geändert/);
    assert.equal((await sander.submit(path, {}, { action: `${path}/discard` })).status, 303);
    assert.match((await sander.get(path)).words, /Verworfen/);
    assert.equal(await w.value(`select rows::text from app.organisation_import where key = '${path.split('/').at(-1)}'`), '[]');
    assert.equal((await sander.post(`${path}/discard`, { csrf: await sander.csrf() })).status, 409);
  });
});

describe('a list of 3,000 lines', () => {
  const lines = Array.from({ length: 3000 }, (_, i) => `Gemeinde Feldmark ${i};Kommune;Gemeinde;03;03${String(1e9 + i)};poststelle@feldmark${i}.example`);
  const file = `Name;Ebene;Art;Land;ARS;E-Mail\n${lines.join('\n')}\n`;
  const made = () => count('organisation_name', "name like 'Gemeinde Feldmark %'");
  const job = async () => JSON.parse(await w.value("select to_json(j) from app.job j where j.kind = 'address_import' order by j.id desc limit 1"));
  let path;
  const until = async (what, fact) => {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) if (await fact()) return;
    assert.fail(`not within a minute: ${what}`);
  };

  test('confirmed, the first part is in, and the page says what happens', async () => {
    path = (await upload(file)).location;
    const reply = await sander.submit(path);
    assert.deepEqual([reply.status, reply.location], [303, path]);
    assert.equal(await made(), 500);
    const page = await sander.get(path);
    for (const words of ['500 von 3.000 Zeilen übernommen', 'Der Auftragsdienst läuft gerade nicht', 'Bisher 500 Organisationen angelegt, 500 eingeladen', 'Von den übrigen 2.500 Zeilen', 'Stand aktualisieren']) assert.ok(page.words.includes(words), words);
    assert.throws(() => page.form(path), 'nothing to confirm any more');
    assert.match((await sander.get(PATH)).words, /wird eingelesen: 500 von 3\.000 Zeilen/);
    assert.equal((await sander.post(path, { csrf: page.csrf, expected: '3000-3000-0-0-3000' })).status, 409);
  });

  test('who does it is killed in the middle, another goes on, and no line is done twice', async () => {
    const first = loop(w);
    await until('another part', async () => (await made()) > 500);
    await first.end('SIGKILL');
    const { done } = (await sander.json(path)).progress;
    assert.ok(done.read < 3000, `${done.read} lines before`);
    assert.deepEqual([await made(), await count('mail', "address like '%@feldmark%'")], [done.read, done.read], 'progress and effect agree');
    assert.match((await sander.get(path)).words, /wird im Hintergrund eingelesen, auch wenn Sie diese Seite verlassen/);
    await w.sql("update app.job set heartbeat_at = heartbeat_at - interval '2 minutes' where kind = 'address_import'");
    const second = loop(w);
    await until('the end', async () => (await sander.json(path)).import.state === 'imported');
    await second.end();
    assert.deepEqual((await w.sql(`select count(*), count(distinct o.ars), count(distinct p.organisation_id), count(distinct m.address), count(m.address)
      from app.organisation o join app.organisation_name n on n.organisation_id = o.id and n.name like 'Gemeinde Feldmark %'
        left join app.participation p on p.organisation_id = o.id left join app.mail m on m.organisation_id = o.id`))[0], Array(5).fill('3000'));
    const { counts } = await sander.json(path);
    assert.deepEqual([counts.read, counts.ok, counts.new, counts.invite, counts.mail, counts.bad], [3000, 3000, 3000, 3000, 3000, 0]);
    assert.match((await sander.get(path)).words, /3\.000 Organisationen angelegt, 3\.000 eingeladen, 3\.000 Einladungen zur Post gegeben/);
  });

  test('the administration sees it among the jobs, and the same list again changes nothing', async () => {
    const { state, parts_done: parts } = await job();
    assert.deepEqual([state, parts], ['done', 5]);
    assert.match((await (await w.as(PEOPLE.adler)).get('/jobs')).words, /Adressliste einlesen.*?erledigt.*?5 von 5.*?Mira Sander/s);
    const again = (await upload(file)).location;
    assert.match((await sander.get(again)).words, /Diese Datei ändert nichts/);
  });
});

describe('lines', () => {
  const check = async (lines, head = 'Name;Ebene;Art;Land;ARS;Größenklasse;E-Mail') => {
    const reply = await upload(`${head}\n${lines.join('\n')}\n`, { stage: '' });
    assert.equal(reply.status, 303, reply.words.slice(0, 600));
    return sander.json(reply.location);
  };

  test('each reason by its code', async () => {
    const rows = {
      'Gemeinde A;Kommune;Gemeinde;13;130999999911;unter-5000;a@a.example': null,
      ';Kommune;;13;;;': 'name_missing', 'Stadt B;Kreis;;13;;;': 'level_unknown', 'Stadt C;;;13;;;': 'level_missing', 'Stadt D;Kommune;Burg;13;;;': 'kind_unknown',
      'Stadt E;Kommune;Hochschule;13;;;': 'kind_level', 'Stadt F;Kommune;;;;;': 'land_missing', 'Stadt G;Kommune;;Preußen;;;': 'land_unknown',
      'Stadt H;Kommune;;13;1309999;;': 'ars_length', 'Stadt I;Kommune;;13;13099999;;': 'ars_is_ags', 'Stadt J;Kommune;;05;5315000000;;': 'ars_length',
      'Stadt K;Kommune;;05;53150000000;;': 'ars_zero', 'Stadt L;Kommune;;13;1,3E+11;;': 'ars_digits', 'Stadt M;Kommune;;13;053150000000;;': 'ars_land',
      'Stadt N;Kommune;;13;;klein;': 'size_unknown', 'Verein O;Zivilgesellschaft;;;;ab-500000;': 'size_level', 'Stadt P;Kommune;;13;;;post@': 'bad_mail',
      'Andere Gemeinde;Kommune;Gemeinde;13;130999999911;;': 'duplicate', 'gemeinde  a;Kommune;;13;;;': 'duplicate', 'Stadt "Q;Kommune;;13;;;': 'csv_quote',
      'Gemeinde A;Kommune;;14;;;': null, 'Freistaat Bayern;Bund;;;;;': 'existing', 'Land Berlin;Land;;Berlin;;;': null,
    };
    const doc = await check(Object.keys(rows));
    assert.deepEqual(Object.fromEntries(doc.bad.map(({ line, reasons }) => [line, reasons[0].code])),
      Object.fromEntries(Object.values(rows).map((code, i) => [i + 2, code]).filter(([, code]) => code)));
    assert.deepEqual(doc.good.map(({ line, state: is }) => [line, is]), [[2, 'new'], [22, 'new'], [24, 'same']]);
    assert.equal(doc.counts.invite, 0, 'no stage, no invitation');
    const page = await sander.get(`${PATH}/${doc.import.key}`);
    assert.doesNotMatch(page.words, /\{\{|undefined/);
    for (const { line } of doc.bad) assert.match(page.text, new RegExp(`<tr id="z${line}"><th[^>]*>Zeile ${line}</th><td data-l="Inhalt"[^>]*>[^<]+</td><td data-l="Fehler"[^>]*><ul[^>]*><li>[^<]{5,}`), `line ${line} with a reason`);
  });

  test('words of people, Länder by name, spaces in an ARS, columns nobody reads', async () => {
    const doc = await check(['Stadt Köln;Köln;KOELN; kommune ;Kreisfreie Stadt;nordrhein-westfalen;05 315;ab-500000;POST@koeln.example;0221', 'Hochschule X;;;Wissenschaft;;9;;;;'],
      'Bezeichnung;Kurzname;Kürzel;EBENE;Art;Bundesland;Regionalschlüssel;Groessenklasse;E-Mail-Adresse;Telefon');
    assert.deepEqual(doc.bad, []);
    assert.deepEqual(doc.import.unused, ['Telefon']);
    assert.equal((await sander.submit(`${PATH}/${doc.import.key}`)).status, 303);
    assert.deepEqual(await w.sql("select code, level, kind, land_code, ars, size_class, office_mail from app.organisation where code in ('KOELN', 'HOCHSCHULE-X') order by code"),
      [['HOCHSCHULE-X', 'wissenschaft', '', '09', '', '', ''], ['KOELN', 'kommune', 'kreisfreie_stadt', '05', '05315', 'ab-500000', 'post@koeln.example']]);
    assert.equal(await w.value("select count(*) from app.participation p join app.organisation o on o.id = p.organisation_id where o.code = 'KOELN'"), '0');
  });

  test('a postal address in one cell, its lines by commas or as they are', async () => {
    const head = 'Name;Ebene;Postanschrift';
    const bad = await check(['Verein Drei e. V.;Zivilgesellschaft;Weg 3', 'Verein Vier e. V.;Zivilgesellschaft;a,b,c,d,e,10999 Berlin'], head);
    assert.deepEqual(bad.bad.map(({ reasons }) => reasons[0].code), ['postal_town', 'postal_long']);
    const doc = await check(['Verein Eins e. V.;Zivilgesellschaft;Postfach 12 34, 10999 Berlin', 'Verein Zwei e. V.;Zivilgesellschaft;"Haus 2, Hof\nWeg 3\nB-1049 Brüssel"'], head);
    assert.equal((await sander.submit(`${PATH}/${doc.import.key}`)).status, 303);
    assert.deepEqual(await w.sql("select replace(postal_address, e'\\n', ' / ') from app.organisation where code like 'VEREIN-%' and postal_address is not null order by code"),
      [['Postfach 12 34 / 10999 Berlin'], ['Haus 2, Hof / Weg 3 / B-1049 Brüssel']]);
  });

  test('what we do not take over is named', async () => {
    await w.sql("update app.organisation set office_mail = null where code = 'BE'");
    const postal = await check(['Freistaat Bayern;Land;9;Hofgraben 4, 80539 München', 'Land Mecklenburg-Vorpommern;Land;13;SCHLOSSALLEE 1, 19999  Musterschwerin'], 'Name;Ebene;Land;Anschrift');
    assert.deepEqual(postal.kept.map(({ code, fields }) => [code, fields]), [['BY', ['postal_address']]], 'another spelling is no other address');
    const doc = await check(['Land Berlin;Spree-Athen;Land;11;poststelle@berlin.example', 'Freistaat Bayern;Bayern;Land;9;'], 'Name;Kurzname;Ebene;Land;E-Mail');
    assert.deepEqual(doc.kept.map(({ line, code, fields }) => [line, code, fields]), [[2, 'BE', ['short_name', 'mail']]]);
    assert.match((await sander.get(`${PATH}/${doc.import.key}`)).words, /Angaben, die wir nicht übernehmen.*?Bleibt unverändert.*?Land Berlin BE.*?Kurzname.*?E-Mail-Adresse/s);
  });

  test('HTML and formulas are text', async () => {
    const doc = await check(['<script>alert(1)</script>;Kommune;;17;;;', '=1+1;Kommune;;17;;;']);
    const page = await sander.get(`${PATH}/${doc.import.key}`);
    assert.ok(page.text.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && !page.text.includes('<script>alert'));
  });
});

describe('files', () => {
  const LINES = 'Name,Ebene,Land\n"Stadt Höxter, alt",Kommune,05\n';
  const latin = (text) => Buffer.from(text, 'latin1');

  for (const [what, data, encoding, separator] of [
    ['UTF-8 and commas', LINES, 'utf-8', 'comma'], ['a BOM', `\ufeff${LINES}`, 'utf-8-bom', 'comma'], ['ISO-8859-1', latin(LINES), 'iso-8859-1', 'comma'],
    ['Windows-1252', latin(LINES.replace('alt', 'alt \x96 neu')), 'windows-1252', 'comma'], ['tabs and CR', 'Name\tEbene\tLand\rStadt Höxter, alt\tKommune\t05\r', 'utf-8', 'tab'],
  ]) {
    test(what, async () => {
      const reply = await upload(data, { stage: '' });
      const doc = await sander.json(reply.location);
      assert.deepEqual([doc.import.encoding, doc.import.separator, doc.counts.ok], [encoding, separator, 1]);
      assert.match(doc.good[0].name, /^Stadt Höxter, alt/);
    });
  }

  for (const [what, data, words] of [
    ['nothing', '', /Die Datei ist leer/], ['a header alone', 'Name;Ebene\n', /Unter den Spaltennamen steht keine Zeile/], ['no header', 'Stadt Höxter;05\n', /In der ersten Zeile stehen keine Spaltennamen/],
    ['a column missing', 'Name;Land\nA;05\n', /Die Spalte „Ebene“ fehlt/], ['a column twice', 'Name;Ebene;Name\nA;Land;B\n', /Die Spalte „Name“ steht zweimal/],
    ['UTF-16', Buffer.from('\ufeffName;Ebene\n', 'utf16le'), /UTF-16/], ['a workbook', Buffer.from('PK\x03\x04\x00\x00'), /keine CSV-Datei/],
    ['an odd octet', latin('Name;Ebene\nB\xe4\x81;Land\n'), /Zeile 2 enthält ein Zeichen/], ['20,001 lines', `Name;Ebene\n${'x;Bund\n'.repeat(20_001)}`, /mehr als 20\.000 Zeilen/],
    ['over 2 MB', `Name;Ebene\n${'x'.repeat(2_100_000)};Bund\n`, /größer als 2 MB/],
  ]) {
    test(`${what} is refused at the field`, async () => {
      const before = await count('organisation_import');
      const reply = await upload(data);
      assert.equal(reply.status, 422, reply.words.slice(0, 300));
      assert.match(reply.words, words);
      assert.match(reply.text, /id="file-error"/);
      assert.match(reply.text, new RegExp(`value="${STAGE}" selected`), 'the stage is kept');
      assert.equal(await count('organisation_import'), before);
    });
  }

  test('no file, no stage of ours, too much for the server', async () => {
    const form = (await sander.get(PATH)).form(PATH);
    assert.match((await sander.upload(PATH, { csrf: form.csrf, stage: STAGE }, { name: '', data: '' })).words, /Bitte wählen Sie eine Datei/);
    assert.equal((await sander.post(PATH, { csrf: form.csrf, stage: STAGE, file: 'Name;Ebene\nA;Bund\n' })).status, 422, 'a text is no file');
    const stage = await upload('Name;Ebene\nAmt A;Bund\n', { stage: 'dachstrategie-2024.s9' });
    assert.equal(stage.status, 422);
    assert.match(stage.words, /Diese Stufe nimmt keine Einladungen mehr an/);
    assert.equal((await upload('x'.repeat(5_000_000))).status, 413);
  });

  test('only who invites, and with the form token', async () => {
    for (const mail of [PEOPLE.huber, PEOPLE.petersen, PEOPLE.voss]) {
      const who = await w.as(mail);
      const reply = await who.upload(PATH, { csrf: await who.csrf(), stage: '' }, { data: LINES });
      assert.equal(reply.status, 403, mail);
    }
    assert.equal((await sander.upload(PATH, { stage: '' }, { data: LINES })).status, 403);
    assert.ok([401, 403].includes((await w.client().upload(PATH, { stage: '' }, { data: LINES })).status));
    const adler = await w.as(PEOPLE.adler);
    assert.equal((await upload(LINES, { who: adler, stage: '' })).status, 303);
  });

  test('the template is a list that can be read in', async () => {
    const template = await sander.get(`${PATH}/template.csv`);
    assert.match(template.headers['content-disposition'], /attachment; filename="adressliste-vorlage\.csv"/);
    const doc = await sander.json((await upload(template.body, { stage: '' })).location);
    assert.deepEqual([doc.counts.read, doc.counts.new, doc.import.unused], [1, 1, []]);
  });
});

test('a list that somebody else made stale is refused, and two at once make nothing twice', async () => {
  const lines = 'Name;Ebene;E-Mail\nVerein Neu e. V.;Zivilgesellschaft;neu@verein.example\n';
  const [a, b] = [await upload(lines), await upload(lines)].map((r) => r.location);
  const forms = [(await sander.get(a)).form(a), (await sander.get(b)).form(b)];
  const replies = await Promise.all([sander.post(a, forms[0]), sander.post(b, forms[1])]);
  assert.deepEqual(replies.map((r) => r.status).sort(), [303, 409]);
  assert.equal(await count('organisation_name', "name = 'Verein Neu e. V.'"), 1);
  assert.equal(await count('mail', "address = 'neu@verein.example'"), 1);
});
