// with asan
// Organisations and seats (A7, steps 1 and 2): an entry with clear messages, a
// name from a day on, BMI to BMDS with its effect first, the end of a house, the
// list with 11,000 rows, its filters, pages and CSV.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { world } from '../lib/server.mjs';

const NEW = '/organisations/new';
const BMDS = { name: 'Bundesministerium für Digitales und Staatsmodernisierung', short_name: 'BMDS', organisation_code: 'BMDS', level: 'bund', kind: 'bundesministerium', valid_from: '06.05.2025' };

let w;
let adler;
before(async () => {
  w = await world();
  adler = await w.as(PEOPLE.adler);
});
after(() => w?.stop());

const make = (fields) => adler.submit(NEW, fields);
const refused = (reply, field, words) => {
  assert.equal(reply.status, 422, reply.words.slice(0, 400));
  assert.match(reply.text, new RegExp(`id="${field}-error"`));
  assert.match(reply.words, words);
};

describe('an entry', () => {
  test('each mistake stands at its field, and nothing is lost', async () => {
    const good = { name: 'Gemeinde Musterdorf', level: 'kommune', land: '13' };
    const was = await w.value('select count(*) from app.organisation');
    refused(await make({ ...good, name: ' ' }), 'name', /Bitte geben Sie einen Namen ein/);
    refused(await make({ ...good, level: '' }), 'level', /Bitte wählen Sie eine Ebene/);
    refused(await make({ ...good, land: '' }), 'land', /Länder und Kommunen brauchen ein Land/);
    refused(await make({ ...good, land: '17' }), 'land', /Land 17 gibt es nicht\. Gültig sind 01 bis 16/);
    refused(await make({ ...good, ars: '13099' }), 'ars', /Der ARS hat 5 statt 12 Ziffern/);
    refused(await make({ ...good, ars: '130999999901' }), 'ars', /Diese Organisation gibt es schon: Gemeinde Kleinbeispiel \(KLEINBEISPIEL\)/);
    refused(await make({ ...good, ars: '050000000000' }), 'ars', /Der ARS passt nicht zum Land/);
    refused(await make({ ...good, kind: 'hochschule' }), 'kind', /Diese Art gehört zu einer anderen Ebene/);
    refused(await make({ ...good, level: 'wissenschaft', land: '', size_class: 'unter-5000' }), 'size_class', /nur Kommunen/);
    refused(await make({ ...good, office_mail: 'poststelle' }), 'office_mail', /keine vollständige E-Mail-Adresse/);
    refused(await make({ ...good, postal_address: 'Dorfstraße 1' }), 'postal_address', /Postleitzahl und Ort fehlen/);
    refused(await make({ ...good, postal_address: '1\n2\n3\n4\n5\n19999 Musterdorf' }), 'postal_address', /Höchstens fünf Zeilen/);
    refused(await make({ ...good, postal_address: `${'S'.repeat(61)}\n19999 Musterdorf` }), 'postal_address', /je 60 Zeichen/);
    refused(await make({ ...good, valid_from: '31.02.2025' }), 'valid_from', /Bitte geben Sie ein Datum ein/);
    refused(await make({ ...good, organisation_code: 'by' }), 'organisation_code', /Die Kennung BY ist vergeben/);
    refused(await make({ ...good, organisation_code: 'Ä B' }), 'organisation_code', /Möglich sind große Buchstaben/);
    const again = await make({ ...good, ars: '13099', office_mail: 'post@musterdorf.example' });
    assert.match(again.text, /value="Gemeinde Musterdorf"/);
    assert.match(again.text, /value="post@musterdorf\.example"/);
    assert.match(again.text, /<option value="kommune" selected>/);
    assert.equal(await w.value('select count(*) from app.organisation'), was);
  });

  test('is made, changed, found by name, ARS and code', async () => {
    const reply = await make({ name: 'Gemeinde Musterdorf', level: 'kommune', kind: 'gemeinde', land: '13', ars: '13 0 99 9999 902', size_class: 'unter-5000', office_mail: 'Post@Musterdorf.example' });
    assert.equal(reply.location, '/organisations/GEMEINDE-MUSTERDORF?notice=organisation_created');
    const page = await adler.get(reply.location);
    for (const words of ['Die Organisation ist angelegt.', 'Gemeinde Musterdorf', '130999999902', 'unter 5.000', 'post@musterdorf.example', 'ohne Status', 'niemand mit Freigabe']) assert.ok(page.words.includes(words), words);
    assert.equal((await adler.submit('/organisations/GEMEINDE-MUSTERDORF/edit', { office_mail: '', postal_address: ' Dorfstraße  1\r\n\r\n19999 Musterdorf\n' })).status, 303);
    assert.equal((await adler.json('/organisations/GEMEINDE-MUSTERDORF/edit')).form.postal_address, 'Dorfstraße 1\n19999 Musterdorf');
    assert.match((await adler.get('/organisations/GEMEINDE-MUSTERDORF')).words, /Postanschrift Dorfstraße 1 19999 Musterdorf/);
    assert.equal((await adler.submit('/organisations/GEMEINDE-MUSTERDORF/edit', {})).status, 303, 'the same once more is no change');
    for (const q of ['musterd', '130999999902', 'gemeinde-musterdorf']) {
      const { rows } = await adler.json(`/organisations?q=${q}`);
      assert.deepEqual(rows.map((r) => [r.code, r.hints.map((h) => h.code)]), [['GEMEINDE-MUSTERDORF', ['no_releaser', 'no_office_mail']]], q);
    }
    assert.equal(await w.value("select count(*) from app.audit where act in ('organisation.create', 'organisation.save')"), '2');
  });

  test('a name from a day on; the list of a day shows the name of the day', async () => {
    assert.equal((await adler.submit('/organisations/GEMEINDE-MUSTERDORF/name', { name: 'Stadt Musterdorf', short_name: '', from: '01.07.2024' })).status, 303);
    refused(await adler.submit('/organisations/GEMEINDE-MUSTERDORF/name', { name: 'Stadt Musterdorf', from: '' }), 'from', /Bitte füllen Sie dieses Feld aus/);
    const name = async (on) => (await adler.json(`/organisations?q=gemeinde-musterdorf&on=${on}`)).rows[0].name;
    assert.equal(await name('30.06.2024'), 'Gemeinde Musterdorf');
    assert.equal(await name('01.07.2024'), 'Stadt Musterdorf');
    assert.match((await adler.get('/organisations?q=gemeinde-musterdorf')).words, /heißt bald Stadt Musterdorf \(01\.07\.2024\)/);
  });

  test('two at the same one: the second is told, with both values, and loses nothing', async () => {
    const path = '/organisations/GEMEINDE-MUSTERDORF/edit';
    const forms = [await adler.get(path), await adler.get(path)].map((page) => page.form(path));
    const save = (i, fields) => adler.post(path, { ...forms[i], ...fields });
    assert.equal((await save(0, { office_mail: 'rathaus@musterdorf.example' })).status, 303);
    assert.equal((await save(0, { office_mail: 'rathaus@musterdorf.example' })).status, 303, 'the same once more is no conflict');
    const told = await save(1, { office_mail: 'buero@musterdorf.example', kind: '' });
    assert.equal(told.status, 409);
    for (const words of ['Es gibt einen neueren Stand', 'Kim Adler hat am 22.04.2024, 09:', 'Poststelle buero@musterdorf.example rathaus@musterdorf.example', 'Art – Gemeinde', 'Meine Angaben speichern']) assert.ok(told.words.includes(words), words);
    assert.doesNotMatch(told.words, /Gemeindeschlüssel|ARS 13/, 'what both have alike is not repeated');
    assert.match(told.text, /name="office_mail" value="buero@musterdorf\.example"/);
    assert.equal((await adler.post(path, { ...told.form(path) })).status, 303, 'on top of what was seen it may be saved');
    assert.equal(await w.value("select office_mail || ' ' || version from app.organisation where code = 'GEMEINDE-MUSTERDORF'"), 'buero@musterdorf.example 5');
    assert.equal(await w.value("select count(*) from app.audit a join app.organisation o on o.id = a.object_id where a.act = 'organisation.save' and o.code = 'GEMEINDE-MUSTERDORF'"), '3');
    const name = '/organisations/GEMEINDE-MUSTERDORF/name';
    const late = (await adler.get(name)).form(name);
    assert.equal((await adler.submit(name, { name: 'Gemeinde Musterdorf am See', from: '01.05.2024' })).status, 303);
    const other = await adler.post(name, { ...late, name: 'Stadt Musterdorf am Berg', from: '01.08.2024' });
    assert.equal(other.status, 409);
    assert.match(other.text, /name="name" value="Stadt Musterdorf am Berg"/);
    assert.equal((await adler.post(`/api${path}`, { ...forms[0], office_mail: '' })).json.error.code, 'stale');
  });

  test('unknown ones are 404', async () => {
    for (const path of ['/organisations/GIBT-ES-NICHT', '/organisations/GIBT-ES-NICHT/end', '/seats/XX', '/seats/XX/holders']) assert.equal((await adler.get(path)).status, 404, path);
  });
});

describe('BMI becomes BMDS', () => {
  const PATH = '/organisations/BUND/successor';

  test('a new house as the successor leads to the effect', async () => {
    const reply = await adler.submit(`${NEW}?predecessor=BUND`, BMDS, { action: NEW });
    assert.equal(reply.location, `${PATH}?successor=BMDS&from=06.05.2025&notice=organisation_created`);
    const page = await adler.get(reply.location);
    for (const words of ['Das passiert ab dem 06.05.2025', '1 Sitz an BMDS übergeben',
      'Die Stellungnahme bleibt unter „Bundesministerium des Innern und für Heimat“']) assert.ok(page.words.includes(words), words);
    assert.match(page.words, /Sitz Bund \(stimmberechtigt\): Bund \(BMI\) ab 01\.04\.2010 bis 05\.05\.2025 ?, BMDS ab 06\.05\.2025/);
    assert.equal(await w.value("select count(*) from app.seat_holding h join app.seat s on s.id = h.seat_id where s.key = 'BUND'"), '1', 'nothing has happened');
  });

  test('mistakes are told before anything is done', async () => {
    const send = (fields) => adler.submit(PATH, fields);
    refused(await send({ successor: 'BMDS', from: '' }), 'from', /Bitte füllen Sie dieses Feld aus/);
    refused(await send({ successor: '', from: '06.05.2025' }), 'successor', /Diese Organisation kennen wir nicht/);
    refused(await send({ successor: 'BUND', from: '06.05.2025' }), 'successor', /kann sich nicht selbst nachfolgen/);
    refused(await send({ successor: 'BMDS', from: '05.05.2025' }), 'from', /gilt erst ab 06\.05\.2025/);
    const end = await adler.get('/organisations/BUND/end?until=31.12.2025');
    assert.match(end.words, /Noch nicht möglich: Die Organisation hält danach noch den Sitz Bund/);
    assert.doesNotMatch(end.words, /Organisation beenden, /, 'what would be refused is not offered');
    refused(await adler.submit('/organisations/BUND/end', { until: '31.12.2025', sure: '1' }), 'until', /hält dann noch den Sitz BUND/);
    assert.equal((await adler.json('/seats/BUND')).holders.length, 1);
  });

  test('the seat passes on; what was answered stays under the old name', async () => {
    const preview = await adler.get(`${PATH}?successor=BMDS&from=06.05.2025`);
    const fields = preview.form(PATH);
    const reply = await adler.post(PATH, { csrf: fields.csrf, successor: 'BMDS', from: '06.05.2025', sure: '1' });
    assert.equal(reply.location, '/organisations/BMDS?notice=organisation_succeeded', reply.words.slice(0, 500));
    await w.clock('2025-05-07T09:00');
    const { holders } = await adler.json('/seats/BUND');
    assert.deepEqual(holders.map((h) => [h.organisation.code, h.period.from, h.period.until, h.is_now]), [['BUND', '2010-04-01', '2025-05-05', false], ['BMDS', '2025-05-06', null, true]]);
    assert.deepEqual(holders[0].responses.map((r) => r.name), ['Bundesministerium des Innern und für Heimat']);
    assert.equal(holders[1].responses.length, 0);
    const seat = await adler.get('/seats/BUND');
    assert.match(seat.words, /Stellungnahme vom \d\d\.04\.2024 bleibt unter „Bundesministerium des Innern und für Heimat“/);
    const day = async (on) => (await adler.json(`/seats?on=${on}`)).rows.find((r) => r.key === 'BUND').holder.code;
    assert.deepEqual([await day('05.05.2025'), await day('06.05.2025')], ['BUND', 'BMDS']);
    const status = async (code, on) => (await adler.json(`/organisations?q=${code}&on=${on}&valid=all`)).rows.find((r) => r.code === code).status;
    assert.deepEqual([await status('BUND', '05.05.2025'), await status('BUND', '06.05.2025'), await status('BMDS', '06.05.2025')], ['voting', 'consulted', 'voting']);
    assert.match((await adler.get('/organisations/BUND')).words, /Nachfolge: BMDS/);
    assert.equal(await w.value("select count(*) from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'BMDS'"), '0');
    await w.clock('2024-04-22T09:00');
  });

  test('an overlap and a gap are refused with both periods', async () => {
    const path = '/seats/BUND/holders';
    const send = (fields) => adler.submit(path, { organisation: 'FITKO', ...fields });
    refused(await send({ from: '06.05.2025' }), 'from', /Überschneidung: BMDS hält den Sitz ab 06\.05\.2025\. Neu wäre ab 06\.05\.2025/);
    refused(await send({ from: '01.01.2024', until: '31.12.2025' }), 'from', /Überschneidung: BMDS hält den Sitz ab 06\.05\.2025\. Neu wäre ab 01\.01\.2024 bis 31\.12\.2025/);
    refused(await send({ from: '01.06.2025', until: '30.06.2025' }), 'until', /Lücke: FITKO hielte den Sitz ab 01\.06\.2025 bis 30\.06\.2025\. Für die Zeit danach ist niemand eingetragen/);
    refused(await send({ from: '01.01.2009', until: '31.12.2009' }), 'until', /Lücke/);
    refused(await send({ from: '02.01.2025', until: '01.01.2025' }), 'until', /Der letzte Tag liegt vor dem ersten/);
    refused(await send({ from: '1. Mai', until: '' }), 'from', /Bitte geben Sie ein Datum ein/);
    refused(await send({ organisation: 'BMDS', from: '07.05.2025' }), 'organisation', /BMDS hält den Sitz an diesem Tag schon/);
    refused(await send({ organisation: 'Niemand', from: '07.05.2025' }), 'organisation', /Diese Organisation kennen wir nicht/);
    const many = await send({ organisation: 'beauftragte', from: '07.05.2025' });
    refused(many, 'organisation', /Das passt zu 2 Organisationen, zum Beispiel „BfDI“ \(BFDI\), „Landesdatenschutzbeauftragte“ \(LFD\)/);
    assert.match(many.text, /name="organisation" value="beauftragte" list="organisation-list"/);
    assert.equal((await adler.json('/seats/BUND')).holders.length, 2);
  });

  test('a change has its effect first, and the last one can be taken back', async () => {
    const path = '/seats/BUND/holders';
    const shown = await adler.submit(path, { organisation: 'föderale it', from: '01.01.2026', until: '' });
    assert.equal(shown.location, '/seats/BUND/holders?organisation=FITKO&from=01.01.2026', 'a part of the name is enough');
    const page = await adler.get(shown.location);
    assert.match(page.text, /name="organisation" value="FITKO – Föderale IT-Kooperation" list/);
    assert.match(page.words, /Das passiert .*Staatsmodernisierung: ab 06\.05\.2025 bis 31\.12\.2025 .*FITKO – Föderale IT-Kooperation: ab 01\.01\.2026 .*1 Sitz an FITKO übergeben/);
    assert.equal((await adler.json('/seats/BUND')).holders.length, 2);
    assert.equal((await adler.post(path, { csrf: page.csrf, organisation: 'FITKO', from: '01.01.2026', until: '', sure: '1' })).location, '/seats/BUND?notice=seat_changed');
    assert.equal((await adler.json('/seats/BUND')).holders.length, 3);
    assert.equal((await adler.submit('/seats/BUND', { from: '06.05.2025' }, { action: '/seats/BUND/undo' })).status, 409, 'another change than the one on the page');
    assert.equal((await adler.submit('/seats/BUND', {}, { action: '/seats/BUND/undo' })).location, '/seats/BUND?notice=seat_undone');
    assert.deepEqual((await adler.json('/seats/BUND')).holders.map((h) => h.organisation.code), ['BUND', 'BMDS']);
    assert.equal(await w.value("select count(*) from app.audit where act in ('seat.change', 'seat.undo')"), '3');
  });

  test('a session that has not shown its password lately is asked first', async () => {
    const stale = await w.as(PEOPLE.adler);
    await w.sql("update app.session set stepped_up_at = clock_timestamp() - interval '1 hour' where id = (select max(id) from app.session)");
    const reply = await stale.post('/seats/BUND/holders', { csrf: await stale.csrf(), organisation: 'FITKO', from: '01.01.2026', until: '', sure: '1' });
    assert.equal(reply.status, 403);
    assert.equal((await adler.json('/seats/BUND')).holders.length, 2);
  });
});

test('the end of a house: who is touched, then roles end with it', async () => {
  const path = '/organisations/VDB/end';
  const shown = await adler.submit(path, { until: '30.04.2024' });
  assert.equal(shown.location, `${path}?until=30.04.2024`);
  const page = await adler.get(shown.location);
  for (const words of ['Das passiert nach dem 30.04.2024', '2 Personen verlieren ihre Rollen', 'Tom Okafor: Bearbeitung', '1 Einladung bleibt offen', '1 Organisation beenden, 2 Personen betroffen']) assert.ok(page.words.includes(words), words);
  assert.equal((await adler.post(path, { csrf: page.csrf, until: '30.04.2024', sure: '1' })).location, '/organisations/VDB?notice=organisation_ended');
  assert.equal(await w.value("select count(*) from app.membership m join app.organisation o on o.id = m.organisation_id where o.code = 'VDB' and upper(m.valid) = '2024-05-01'"), '2');
  assert.deepEqual((await adler.json('/organisations?q=vdb&on=01.05.2024')).rows, []);
  const all = await adler.json('/organisations?q=vdb&on=01.05.2024&valid=all');
  assert.deepEqual(all.rows.map((r) => [r.code, r.hints.map((h) => h.code)]), [['VDB', ['ended']]]);
  const okafor = await w.as(PEOPLE.okafor, { organisation: 'VDB' });
  await w.clock('2024-05-01T09:00');
  assert.equal((await okafor.get('/consultations/dachstrategie-2024/response')).status, 403);
  await w.clock('2024-04-22T09:00');
});

describe('the list', () => {
  before(() => w.ctl('generate', '--organisations', '11000', '--released', '0'));

  test('pages of 50 in the order of names, each organisation once', async () => {
    const seen = [];
    let path = '/organisations?land=13';
    const { count } = await adler.json(path);
    while (path && seen.length < 3000) {
      const doc = await adler.json(path);
      assert.ok(doc.rows.length <= 50);
      seen.push(...doc.rows.map((r) => r.code));
      path = doc.next_href;
    }
    assert.equal(seen.length, count);
    assert.equal(new Set(seen).size, count);
  });

  test('11,000 rows: the first page reads an index and no more than it shows', async () => {
    const plan = (await w.sql(`explain (analyze, costs off, timing off, summary off) select o.id from app.organisation_name n
      join app.organisation o on o.id = n.organisation_id where n.valid @> date '2024-04-22' and o.valid @> date '2024-04-22'
      and (n.sort_name, n.organisation_id) > ('gemeinde m', 0) order by n.sort_name, n.organisation_id limit 51`)).map(([line]) => line).join('\n');
    assert.match(plan, /Index Scan using organisation_name_order/);
    assert.doesNotMatch(plan, /Sort|Seq Scan on organisation_name/);
  });

  test('a status is what the seats and the invitations make of it, in the rows and in their number', async () => {
    for (const status of ['voting', 'advisory', 'consulted', 'none', 'xx']) {
      const doc = await adler.json(`/organisations?land=13&status=${status}`);
      const expected = await w.sql(`select o.code from app.organisation o join app.organisation_name n on n.organisation_id = o.id and n.valid @> date '2024-04-22'
        where o.land_code = '13' and o.valid @> date '2024-04-22' and app.council_status_on(o.id, '2024-04-22') = '${status}' order by n.sort_name, o.id`);
      assert.deepEqual(doc.rows.map((r) => [r.code, r.status]), expected.slice(0, 50).map(([code]) => [code, status]), status);
      assert.equal(doc.count, expected.length, status);
    }
    assert.equal((await adler.json('/seats')).counts.consulted, Number(await w.value("select count(distinct p.organisation_id) from app.participation p where app.council_status_on(p.organisation_id, '2024-04-22') = 'consulted'")));
  });

  test('filters count what they show, a bad day is told', async () => {
    const all = (await adler.json('/organisations')).count;
    assert.ok(all > 11_000);
    assert.equal((await adler.json('/organisations?status=advisory')).count, 6);
    assert.equal((await adler.json('/organisations?status=voting&on=06.05.2025')).rows.filter((r) => r.level === 'land').length, 16);
    assert.deepEqual((await adler.json('/organisations?level=bund&status=voting&on=07.05.2025')).rows.map((r) => r.code), ['BMDS']);
    const bad = await adler.get('/organisations?on=31.02.2025');
    assert.equal(bad.status, 200);
    assert.match(bad.words, /„31\.02\.2025“ ist kein Datum\. So: 06\.05\.2025\. Gezeigt ist der Stand von heute/);
    const odd = await adler.get('/organisations?q=%25%27%3C&level=xx');
    assert.match(odd.words, /Keine Organisation passt zu diesem Filter/);
  });

  test('the CSV holds all of the filter, and taking it is an entry of the log', async () => {
    const { count } = await adler.json('/organisations?land=13');
    const csv = await adler.get('/organisations.csv?land=13');
    assert.match(csv.headers['content-disposition'], /attachment; filename="organisationen\.csv"/);
    assert.equal(csv.text[0], '\ufeff');
    const lines = csv.text.trim().split('\r\n');
    assert.equal(lines.length - 1, count);
    assert.match(lines[0], /^"Kennung";"Name";"Kurzname";"Ebene";"Art";"Land"/);
    assert.match(csv.text, /"KLEINBEISPIEL";"Gemeinde Kleinbeispiel";"Kleinbeispiel";"Kommune";"Gemeinde";"13";"Mecklenburg-Vorpommern";"130999999901";"";"poststelle@kleinbeispiel\.example";"";"";"hinzugezogen";/);
    assert.equal(await w.value("select amount from app.audit where act = 'organisation.export' order by at desc limit 1"), String(count));
  });
});
