// Office files made in memory: a ZIP of given entries, a DOCX and an ODT of
// given paragraphs. A paragraph is { style, list, runs: [{ text, bold, note }] }.
import { crc32 } from 'node:zlib';
import { deflateRawSync } from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
const checksum = crc32 ?? ((data) => { let c = 0xffffffff; for (const b of data) c = table[(c ^ b) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0; });

/** A ZIP of [[name, text or bytes]]; flags: of each entry; size: what the list says of the unpacked size. */
export function zip(entries, { flags = 0, size } = {}) {
  const parts = [], list = [];
  let at = 0;
  for (const [name, content] of entries) {
    const data = Buffer.from(content), packed = deflateRawSync(data), path = Buffer.from(name);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4); head.writeUInt16LE(flags, 6); head.writeUInt16LE(8, 8);
    head.writeUInt32LE(checksum(data), 14); head.writeUInt32LE(packed.length, 18); head.writeUInt32LE(size ?? data.length, 22);
    head.writeUInt16LE(path.length, 26);
    const row = Buffer.alloc(46);
    row.writeUInt32LE(0x02014b50, 0); row.writeUInt16LE(20, 4); row.writeUInt16LE(20, 6); row.writeUInt16LE(flags, 8); row.writeUInt16LE(8, 10);
    row.writeUInt32LE(checksum(data), 16); row.writeUInt32LE(packed.length, 20); row.writeUInt32LE(size ?? data.length, 24);
    row.writeUInt16LE(path.length, 28); row.writeUInt32LE(at, 42);
    parts.push(head, path, packed);
    list.push(row, path);
    at += 30 + path.length + packed.length;
  }
  const rows = Buffer.concat(list), end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(entries.length, 8); end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(rows.length, 12); end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, rows, end]);
}

const esc = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const styleId = (name) => name.replace(/\W/g, '');

/** A DOCX of paragraphs; more: entries beside the usual ones, or instead of them. */
export function docx(paragraphs, more = []) {
  const notes = [];
  const run = (r) => {
    if (r.note === undefined) return `<w:r>${r.bold ? '<w:rPr><w:b/></w:rPr>' : ''}<w:t xml:space="preserve">${esc(r.text)}</w:t></w:r>`;
    notes.push(r.note);
    return `<w:r><w:footnoteReference w:id="${notes.length}"/></w:r>`;
  };
  const body = paragraphs.map((p) => `<w:p><w:pPr>${p.style ? `<w:pStyle w:val="${styleId(p.style)}"/>` : ''}${
    p.list ? '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' : ''}</w:pPr>${p.runs.map(run).join('')}</w:p>`).join('');
  const styles = [...new Set(['heading 1', 'heading 2', 'heading 3', 'Title', 'Subtitle', ...paragraphs.map((p) => p.style).filter(Boolean)])];
  const entries = new Map([
    ['[Content_Types].xml', `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`],
    ['_rels/.rels', `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`],
    ['word/_rels/document.xml.rels', `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>`],
    ['word/styles.xml', `${XML}<w:styles ${W}>${styles.map((s) => `<w:style w:type="paragraph" w:styleId="${styleId(s)}"><w:name w:val="${esc(s)}"/></w:style>`).join('')}</w:styles>`],
    ['word/numbering.xml', `${XML}<w:numbering ${W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`],
    ['word/document.xml', `${XML}<w:document ${W}><w:body>${body}</w:body></w:document>`],
    ['word/footnotes.xml', `${XML}<w:footnotes ${W}>${notes.map((text, i) => `<w:footnote w:id="${i + 1}"><w:p><w:r><w:t xml:space="preserve">${esc(text)}</w:t></w:r></w:p></w:footnote>`).join('')}</w:footnotes>`],
    ...more,
  ]);
  return zip([...entries]);
}

const plain = (text) => [{ text }];

/** The paragraphs of a consultation file as its authors would have written them in Word: styles, no keys. */
export function paperParagraphs(paper) {
  const list = [{ style: 'Title', runs: plain(paper.edition.title) }, { style: 'Subtitle', runs: plain(paper.edition.subtitle) }];
  const notes = (o) => paper.footnotes.filter((f) => f.anchor === o.key).map((f) => ({ note: f.body }));
  for (const chapter of paper.chapters.filter((c) => !c.is_editorial)) {
    list.push({ style: 'heading 1', runs: plain(chapter.title) });
    for (const section of paper.sections.filter((s) => s.chapter === chapter.key)) {
      if (!section.is_editorial) list.push({ style: 'heading 2', runs: plain(section.title) });
      let ideas = section.kind === 'ideas';
      for (const item of paper.items.filter((i) => i.section === section.key)) {
        if (item.kind === 'idea' && !ideas) list.push({ style: 'heading 3', runs: plain('Ideen zur gemeinsamen ambitionierten Weiterentwicklung im Strategieprozess') });
        ideas ||= item.kind === 'idea';
        if (item.kind === 'statement') list.push({ runs: [{ text: item.body }, ...notes(item)] });
        else list.push({ list: item.kind !== 'user_group', runs: [{ text: `${item.title}:`, bold: true }, { text: ` ${item.body}` }, ...notes(item)] });
      }
      for (const set of paper.question_sets) {
        const questions = paper.questions.filter((q) => q.set === set.key && q.section === section.key);
        if (questions.length > 0) list.push({ runs: plain(set.heading_verbatim) });
        for (const q of questions) list.push({ style: 'Leitfrage', list: true, runs: plain(q.body) });
      }
    }
  }
  return list;
}

const O = ['office', 'text', 'style'].map((n) => `xmlns:${n}="urn:oasis:names:tc:opendocument:xmlns:${n}:1.0"`).join(' ')
  + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2"';

/** The same as an ODT, with automatic styles as LibreOffice makes them. */
export function odt(paragraphs) {
  let notes = 0;
  const run = (r) => (r.note !== undefined
    ? `<text:note text:id="ftn${++notes}" text:note-class="footnote"><text:note-citation>${notes}</text:note-citation><text:note-body><text:p>${esc(r.note)}</text:p></text:note-body></text:note>`
    : r.bold ? `<text:span text:style-name="T1">${esc(r.text)}</text:span>` : esc(r.text).replace(/^ /, '<text:s/>'));
  const one = (p) => {
    const level = /^heading (\d)$/.exec(p.style ?? '')?.[1];
    if (level) return `<text:h text:outline-level="${level}">${p.runs.map(run).join('')}</text:h>`;
    const words = `<text:p text:style-name="${p.style === 'Leitfrage' ? 'P1' : p.style ?? 'Standard'}">${p.runs.map(run).join('')}</text:p>`;
    return p.list ? `<text:list><text:list-item>${words}</text:list-item></text:list>` : words;
  };
  const body = paragraphs.filter((p) => !['Title', 'Subtitle'].includes(p.style)).map(one).join('').replaceAll('</text:list><text:list>', '');
  return zip([['mimetype', 'application/vnd.oasis.opendocument.text'],
    ['content.xml', `<?xml version="1.0" encoding="UTF-8"?><office:document-content ${O}><office:automatic-styles><style:style style:name="P1" style:family="paragraph" style:parent-style-name="Leitfrage"/><style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles><office:body><office:text>${body}</office:text></office:body></office:document-content>`],
    ['styles.xml', `<?xml version="1.0" encoding="UTF-8"?><office:document-styles ${O}><office:styles><style:style style:name="Leitfrage" style:family="paragraph"/></office:styles></office:document-styles>`],
    ['META-INF/manifest.xml', '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>']]);
}

/**
 * The paragraphs of the paper's own text, as it comes out of its PDF: lines, with
 * bullets, footnotes at the foot of pages and their numbers behind words. Which
 * lines were headings the titles of a consultation file say; what was bold is
 * what stands before the first colon of an item.
 */
export function textParagraphs(text, paper) {
  const heads = [...paper.chapters.filter((c) => !c.is_editorial).map((c) => ['heading 1', c.title]),
    ...paper.sections.filter((s) => !s.is_editorial && s.kind === 'text' && s.key !== 'K3.N').map((s) => ['heading 2', s.title])];
  const groups = paper.items.filter((i) => i.kind === 'user_group').map((i) => i.title);
  const list = [], notes = new Map();
  let open, note, questions = false, chapter = 0, skip = 0;
  const begin = (p, line) => { open = { ...p, text: line }; list.push(open); };
  const lines = text.split('\n').filter((l) => l.trim() !== '' && !/^\s*(Vorgehensvorschlag|Seite \d+ von \d+|Stand [\d.]+)\s*$/.test(l));
  for (let i = lines.findIndex((l) => /^\s*1 Zielstellung/.test(l)); i < lines.length; i++) {
    const raw = lines[i], line = raw.trim();
    const foot = /^\s?(\d{1,2}) ((?:Als Weiter|Beschluss \d|Das Papier|Unter anderem).*)/.exec(raw);
    if (skip-- > 0) continue;
    if (foot) { note = Number(foot[1]); notes.set(note, foot[2].trim()); continue; }
    if (note && !raw.startsWith(' ')) { notes.set(note, `${notes.get(note)} ${line}`); continue; }
    // An entry of a list begins with a blank, as does the first line of a page.
    const entry = raw.startsWith(note ? '  ' : ' ');
    note = undefined;
    const words = line.replace(/^[1-5] (?=W|Z|P)/, '');
    const head = heads.find(([, t]) => t === words || (words.length > 30 && t.startsWith(words)) || words === t.replace(/ können$/, ''));
    if (/^Abbildung 2/.test(line)) { skip = 2; continue; }
    if (/^Abbildung 1/.test(line)) continue;
    if (head) {
      for (let got = words; got !== head[1]; got += ` ${lines[++i].trim()}`);
      if (head[0] === 'heading 1') chapter++;
      begin({ style: head[0] }, head[1]);
      questions = false;
    } else if (/^Ideen zur gemeinsamen/.test(line)) {
      begin({ style: chapter === 3 ? 'heading 2' : 'heading 3' }, line.replace(/:$/, ''));
      questions = false;
    } else if (/^Leitfragen für/.test(line)) { begin({}, line); questions = true; }
    else if (entry && !groups.some((g) => line.startsWith(`${g}: `)))
      begin(questions ? { style: 'Leitfrage', list: true } : { list: true, lead: chapter < 5 }, line);
    else if (/^o /.test(line)) open.text += '';
    else if (groups.some((g) => line.startsWith(`${g}: `))) begin({ lead: true }, line);
    else if (open.style?.startsWith('heading') || /^Stufe \d\)/.test(line)) begin({}, line);
    else open.text += ` ${line}`;
  }
  let next = 1;
  return list.map(({ text: all, lead, ...p }) => {
    const runs = [];
    let rest = all;
    if (lead) {
      const at = rest.search(/: /) + 1;
      runs.push({ text: rest.slice(0, at), bold: true });
      rest = rest.slice(at);
    }
    for (let m; (m = new RegExp(`(?<=[\\p{L}.)“])${next}(?=[ ,.]|$)`, 'u').exec(rest));) {
      runs.push({ text: rest.slice(0, m.index) }, { note: notes.get(next++) });
      rest = rest.slice(m.index + m[0].length);
    }
    return { ...p, runs: [...runs, { text: rest }].filter((r) => r.text !== '') };
  });
}
