// Reads a workbook by its parts, as the standard says and no library guesses.
import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';

/** name → text of each entry, found by the list at the end. */
export function unzip(data) {
  const end = data.length - 22;
  assert.equal(data.readUInt32LE(end), 0x06054b50, 'the end of an archive');
  const files = new Map();
  let at = data.readUInt32LE(end + 16);
  for (let i = 0; i < data.readUInt16LE(end + 10); i += 1) {
    const [packed, size, length] = [data.readUInt32LE(at + 20), data.readUInt32LE(at + 24), data.readUInt16LE(at + 28)];
    const from = data.readUInt32LE(at + 42) + 30 + length;
    const body = inflateRawSync(data.subarray(from, from + packed));
    assert.equal(body.length, size);
    files.set(data.toString('utf8', at + 46, at + 46 + length), body.toString('utf8'));
    at += 46 + length;
  }
  return files;
}

const plain = (xml) => xml.replace(/_x005F_/g, '_').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** The rows of the first sheet; each cell a text, '' where there is none. */
export function rowsOf(data) {
  const files = unzip(data);
  for (const name of ['[Content_Types].xml', '_rels/.rels', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/styles.xml']) assert.ok(files.has(name), name);
  const sheet = files.get('xl/worksheets/sheet1.xml');
  assert.doesNotMatch(sheet, /<f>|t="(s|str|e)"/, 'no formula, no shared string');
  const columns = [...sheet.matchAll(/<col min/g)].length;
  return [...sheet.matchAll(/<row r="\d+"[^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells = Array(columns).fill('');
    for (const [, letters, body] of row.matchAll(/<c r="([A-Z]+)\d+"[^>]*>(.*?)<\/c>/gs)) {
      const column = [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
      cells[column] = plain(/<(?:t|v)[^>]*>(.*)<\/(?:t|v)>/s.exec(body)[1]);
    }
    return cells;
  });
}
