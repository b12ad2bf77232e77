// A paper out of a file: what it yields, and what is refused with which reason.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { docx, odt, paperParagraphs, textParagraphs, zip } from '../lib/docx.mjs';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const IMPORT = `${BASE}/editions/import`;
const paper = JSON.parse(readFileSync('assets/consultations/strategy-2024.json', 'utf8'));
const wording = process.env.RESONANZ_PAPER_TEXT ?? '../shared/reference/000_0187471bfa3d24a4.txt'; // the paper's own words, where somebody has them
const hasPandoc = (() => { try { execFileSync('pandoc', ['--version']); return true; } catch { return false; } })();
let w, sander;

const upload = async (name, data) => sander.upload(IMPORT, { ...(await sander.get(IMPORT)).form(IMPORT), file: undefined }, { data, name });
/** Uploaded and read by the job: the document of its page. */
const read = async (name, bytes) => {
  const reply = await upload(name, bytes);
  assert.equal(reply.status, 303, reply.words);
  await w.jobs('--once');
  return { path: reply.location, ...await sander.json(reply.location) };
};
const refused = async (name, bytes, reason) => {
  const { upload: u, refusal, tree, path } = await read(name, bytes);
  assert.equal(u.state, 'refused', name);
  assert.match(refusal.issues[0].message, reason, name);
  assert.deepEqual(tree, [], name);
  assert.match((await sander.get(path)).words, /lässt sich nicht einlesen.*Es ist nichts angelegt/, name);
};
const kinds = (doc) => Object.fromEntries(doc.kinds.map((k) => [k.kind, k.count]));
const only = (text) => docx([{ style: 'heading 1', runs: [{ text }] }]);

describe('paper', { concurrency: 1 }, () => {
  before(async () => {
    w = await world();
    sander = await w.as(PEOPLE.sander);
  });
  after(() => w?.stop());

  test('the paper as its authors wrote it in Word: exactly its parts, and the keys of the edition before', { skip: !hasPandoc && 'no pandoc' }, async () => {
    const doc = await read('Dachstrategie.docx', docx(paperParagraphs(paper)));
    assert.equal(doc.upload.state, 'read');
    assert.deepEqual([doc.counts.chapters, doc.counts.questions, doc.counts.footnotes], [5, 13, 29]);
    assert.deepEqual([kinds(doc).cornerstone, kinds(doc).principle, kinds(doc).idea], [6, 14, 11]);
    const refs = await w.sql(`select f ->> 'number', f ->> 'decisions' from app.edition_upload u, jsonb_array_elements(u.doc -> 'footnotes') f
      where f ? 'decisions' order by (f ->> 'number')::int`);
    assert.deepEqual(refs.map(([n, list]) => [Number(n), JSON.parse(list)]), paper.footnotes.filter((f) => f.decisions).map((f) => [f.number, f.decisions]));
    const items = doc.tree.flatMap((k) => k.sections).flatMap((s) => s.items);
    for (const i of paper.items.filter((x) => ['cornerstone', 'principle', 'idea'].includes(x.kind)))
      assert.ok(items.some((x) => x.key === i.key && x.title === i.title), i.key);
    assert.deepEqual(doc.tree.flatMap((k) => k.questions).map((q) => q.key), paper.questions.map((q) => q.key));
    const page = await sander.get(doc.path);
    assert.match(page.words, /5 Kapitel · 13 Leitfragen .*– davon .*Als Entwurf übernehmen/);
    assert.equal(await w.value('select count(*) from app.edition'), '1', 'nothing is stored before');
    const taken = await sander.submit(doc.path, { as_of: '19.06.2024' });
    assert.equal(taken.location, `${BASE}/editions/2?notice=edition_created`, taken.words);
    assert.match((await sander.get(doc.path)).words, /als Entwurf übernommen.*Übernommen als Fassung 2/);
    assert.equal((await sander.post(doc.path, { csrf: await sander.csrf(), as_of: '19.06.2024' })).status, 409);
    assert.equal(await w.value("select count(*) from app.item_version v join app.edition e on e.id = v.edition_id where e.number = 2 and v.parent_id is null"), '57');
    await sander.submit(`${BASE}/editions/2/end`, {});
  });

  test('its own words, laid out with styles', { skip: (!hasPandoc && 'no pandoc') || (!existsSync(wording) && `no ${wording}`) }, async () => {
    const doc = await read('Original.docx', docx(textParagraphs(readFileSync(wording, 'utf8'), paper)));
    assert.deepEqual([doc.counts.chapters, doc.counts.questions, kinds(doc).cornerstone, kinds(doc).principle, kinds(doc).idea, doc.counts.footnotes], [5, 13, 6, 14, 11, 29]);
    const refs = await w.sql(`select f ->> 'number', f ->> 'decisions' from app.edition_upload u, jsonb_array_elements(u.doc -> 'footnotes') f
      where u.file_name = 'Original.docx' and f ? 'decisions' order by (f ->> 'number')::int`);
    assert.deepEqual(refs.map(([n, list]) => [Number(n), JSON.parse(list)]), paper.footnotes.filter((f) => f.decisions).map((f) => [f.number, f.decisions]));
  });

  test('as OpenDocument, as Markdown and as our JSON it is the same', { skip: !hasPandoc && 'no pandoc' }, async () => {
    for (const [name, bytes] of [['Papier.odt', odt(paperParagraphs(paper))], ['papier.json', JSON.stringify(paper)]]) {
      const doc = await read(name, bytes);
      assert.equal(doc.upload.state, 'read', JSON.stringify(doc.refusal));
      assert.deepEqual([doc.counts.chapters, doc.counts.questions, kinds(doc).cornerstone, kinds(doc).principle, kinds(doc).idea, doc.counts.footnotes], [5, 13, 6, 14, 11, 29], name);
    }
    const text = await w.value("select paper from app.edition_upload where file_name = 'papier.json'");
    const doc = await read('papier.md', text);
    assert.deepEqual(doc.issues, []);
    assert.equal(await w.value("select count(distinct doc) from app.edition_upload where file_name in ('papier.json', 'papier.md')"), '1');
  });

  test('what is odd is a warning', { skip: !hasPandoc && 'no pandoc' }, async () => {
    const doc = await read('Warnungen.docx', docx([{ runs: [{ text: 'Vorbemerkung' }] }, { style: 'heading 1', runs: [{ text: 'Ziele' }] },
      { style: 'Kasten', runs: [{ text: 'In einem Kasten.' }, { note: 'Beschluss 2024/7' }] }]));
    const said = doc.issues.map((i) => i.message).join('\n');
    for (const part of [/Vor dem ersten Kapitel .*„Vorbemerkung“/, /Formatvorlage „Kasten“ kennen wir nicht/, /„2024\/7“ ist keine Beschlussnummer\. So: 2024\/40 oder B-2025\/33-IT/])
      assert.match(said, part);
    const gaps = await read('luecken.md', '# K1 Eins\n\n# K3 Drei\n\n[^4]: Beschluss 2023/42\n');
    assert.match(gaps.issues.map((i) => i.message).join('\n'), /vor K3 eine Lücke[^]*Fußnote 4 ist an keinem Punkt verankert/);
  });

  test('broken, hostile and wrong files: a named reason, and nothing is stored', async () => {
    const good = only('Ziele');
    const xml = (body) => ['word/document.xml', body];
    const locked = (manifest) => zip([['mimetype', 'application/vnd.oasis.opendocument.text'], ['content.xml', '<x/>'], ['META-INF/manifest.xml', manifest]]);
    const cases = [
      ['abgeschnitten.docx', good.subarray(0, good.length - 200), /beschädigt oder unvollständig/],
      ['bombe.docx', zip([['word/document.xml', Buffer.alloc(70 << 20)]]), /größer als 64 MB/],
      ['luegt.docx', zip([['word/document.xml', Buffer.alloc(70 << 20)]], { size: 10 }), /größer als 64 MB/],
      ['pfade.docx', zip([['../../etc/cron.d/x', 'x']]), /unzulässigen Namen/],
      ['viele.docx', zip(Array.from({ length: 2001 }, (_, i) => [`n${i}`, ''])), /mehr als 2\.000 Teile/],
      ['entitaet.docx', docx([], [xml('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')]), /XML-Entitäten/],
      ['kennwort.odt', locked('<manifest:encryption-data/>'), /mit einem Kennwort geschützt/],
      ['kennwort.docx', zip([['word/document.xml', 'x']], { flags: 1 }), /mit einem Kennwort geschützt/],
      ['archiv.docx', zip([['bild.png', 'x']]), /Archiv, aber kein Word/],
      ['papier.docx', '%PDF-1.7\n%âãÏÓ\n', /PDF-Datei/],
      ['alt.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /altes Word-Dokument/],
      ['latin1.md', Buffer.from('# Übersicht', 'latin1'), /UTF-8/],
      ['kaputt.json', '{"slug": ', /kein gültiges JSON/],
      ['fremd.json', '{"slug": "x"}', /keine Datei eines Verfahrens: \$/],
      ['ohne.md', 'Nur Text ohne Überschriften.\n', /keine Überschriften der Ebene 1/],
    ];
    if (hasPandoc) cases.push(
      ['unsinn.docx', docx([], [xml('kein XML')]), /lässt sich nicht als Text lesen/],
      ['ohne.docx', docx([{ runs: [{ text: 'Nur Text.' }] }]), /keine Überschriften der Ebene 1/]);
    for (const [name, bytes, reason] of cases) await refused(name, bytes, reason);
    const many = await read('viele.md', '# Kapitel\n'.repeat(10000));
    assert.match(many.refusal.issues[0].message + many.issues.map((i) => i.message), /Der Text hat Fehler.*mehr als 3\.000/s);
    assert.equal(await w.value('select count(*) from app.edition_upload where bytes is not null'), '0', 'no file is kept');
    assert.equal(await w.value('select count(*) from app.edition'), '1');
    for (const [name, bytes, reason] of [['leer.docx', '', /Die Datei ist leer/], ['gross.md', Buffer.alloc(4000001, 'a'), /mehr als 4 MB/]]) {
      const reply = await upload(name, bytes);
      assert.equal(reply.status, 422, name);
      assert.match(reply.words, reason);
    }
  });

  test('links and pictures of other hosts are text, and nothing is fetched', { skip: !hasPandoc && 'no pandoc' }, async () => {
    const rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="http://127.0.0.1:1/spion" TargetMode="External"/></Relationships>';
    const body = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body><w:p><w:pPr><w:pStyle w:val="heading1"/></w:pPr><w:r><w:t>Ziele</w:t></w:r></w:p><w:p><w:hyperlink r:id="rId9"><w:r><w:t>Mehr dazu</w:t></w:r></w:hyperlink></w:p></w:body></w:document>';
    const doc = await read('verweis.docx', docx([], [['word/document.xml', body], ['word/_rels/document.xml.rels', rels.replace('</Relationships>', '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>')]]));
    assert.equal(doc.upload.state, 'read');
    const text = await w.value("select paper from app.edition_upload where file_name = 'verweis.docx'");
    assert.match(text, /Mehr dazu/);
    assert.doesNotMatch(text, /spion/);
  });
});
