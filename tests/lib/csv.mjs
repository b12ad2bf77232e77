import assert from 'node:assert/strict';

/** RFC 4180 with semicolons, strictly. */
export function parse(text) {
  const out = [[]];
  for (let i = 0; i < text.length;) {
    let value = '';
    if (text[i] === '"') {
      for (i += 1; ; i += 1) {
        if (i >= text.length) throw new Error('a quote is not closed');
        if (text[i] !== '"') value += text[i];
        else if (text[i + 1] === '"') { value += '"'; i += 1; } else break;
      }
      i += 1;
    } else while (i < text.length && text[i] !== ';' && text[i] !== '\r') { assert.notEqual(text[i], '"'); value += text[i]; i += 1; }
    out.at(-1).push(value);
    if (text[i] === ';') { i += 1; continue; }
    assert.equal(text.slice(i, i + 2), '\r\n');
    i += 2;
    if (i < text.length) out.push([]);
  }
  return out;
}
