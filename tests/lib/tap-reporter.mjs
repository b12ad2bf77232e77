// Reporter for node:test: one flat TAP line for each single test. Suites and
// tests that only hold subtests are not counted, so the sum is honest.
export default async function* tap(source) {
  let number = 0;
  let deepest = -1; // nesting of the event before
  yield 'TAP version 13\n';
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      yield comment(data.message);
      continue;
    }
    if (type === 'test:diagnostic' && /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(data.message)) continue;
    if (type === 'test:diagnostic') yield comment(data.message);
    if (type !== 'test:pass' && type !== 'test:fail') continue;

    const holdsOthers = data.details?.type === 'suite' || data.nesting < deepest;
    deepest = data.nesting;
    if (holdsOthers && (type === 'test:pass' || isOnlyEcho(data))) continue;

    number += 1;
    const name = String(data.name).replace(/[#\n]/g, ' ');
    const directive = data.skip !== undefined && data.skip !== false ? ` # SKIP ${data.skip === true ? '' : data.skip}` : '';
    yield `${type === 'test:pass' ? 'ok' : 'not ok'} ${number} - ${name}${directive}\n`;
    if (type === 'test:fail') yield comment(describe(data.details?.error));
  }
  yield `1..${number}\n`;
}

// A parent that fails only because a subtest did adds nothing.
function isOnlyEcho(data) {
  return data.details?.error?.failureType === 'subtestsFailed';
}

function describe(error) {
  const cause = error?.cause ?? error;
  if (cause === undefined) return 'no reason given';
  return typeof cause === 'string' ? cause : cause.stack ?? String(cause.message ?? cause);
}

function comment(text) {
  return String(text).replace(/\n$/, '').split('\n').map((line) => `# ${line}\n`).join('');
}
