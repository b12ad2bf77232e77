// Reads TAP line by line: cmocka's, pg_prove's and node's flat one.
//
// parser.line(text) takes a line; parser.results is [{ ok, skip, name,
// details: [lines] }]; parser.plan is the number promised, or null.
export function tapParser() {
  const results = [];
  let plan = null;
  let bailed = null;
  const parser = {
    results,
    get plan() { return plan; },
    get bailed() { return bailed; },
    line(text) {
      const test = /^(not )?ok\b\s*(\d+)?\s*(?:-\s*)?(.*)$/.exec(text);
      if (test) {
        const [, not, , rest] = test;
        const directive = /#\s*(skip|todo)\b(.*)$/i.exec(rest);
        const name = rest.replace(/\s*#\s*(skip|todo)\b.*$/i, '').trim();
        results.push({ ok: !not || directive?.[1].toLowerCase() === 'todo', skip: directive?.[1].toLowerCase() === 'skip', name, details: [] });
        return;
      }
      const planned = /^1\.\.(\d+)/.exec(text);
      if (planned) { plan = (plan ?? 0) + Number(planned[1]); return; }
      const bail = /^Bail out!\s*(.*)$/.exec(text);
      if (bail) { bailed = bail[1] || 'no reason'; return; }
      if (results.length > 0 && text.trim() !== '') results.at(-1).details.push(text);
    },
  };
  return parser;
}
