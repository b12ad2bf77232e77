// `make test`: builds what the chosen tests need, runs them side by side where
// that is safe, and closes with one line `N passed, N failed`.
//
//   node tests/run.mjs [--only PATTERN] [--fuzz-seconds N] [--suites a,b]
//
// PATTERN is a regular expression over file and test names; nothing that
// matches is a failure. Each task prints TAP; its whole output is in
// build/test/logs/. Everything a run starts lives in build/test/run.PID.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { SERVER_USER } from './lib/cluster.mjs';
import { tapParser } from './lib/tap-parse.mjs';

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '');
process.chdir(root);

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    'fuzz-seconds': { type: 'string', default: '2' },
    suites: { type: 'string', default: '' },
  },
});
const only = options.only === '' ? null : new RegExp(options.only, 'i');
const fuzzSeconds = Number(options['fuzz-seconds']);
const logs = 'build/test/logs';
const runDir = join(root, `build/test/run.${process.pid}`);
const cores = Math.max(2, availableParallelism?.() ?? 2);
const lanes = cores + 1; // a browser test waits a third of its time
const started = Date.now();

const files = (folder, pattern) => (existsSync(folder) ? readdirSync(folder).filter((f) => pattern.test(f)).sort().map((f) => join(folder, f)) : []);

// --- what there is ----------------------------------------------------------
// "// also asan" is for what the C code does with the network, files or bytes: it
// runs with the sanitizers and, as it is shipped, behind the seccomp filter.
// "// with asan" is for what is decided in SQL; browsers walk it as it is shipped.
const variantsOf = (source) => (/^\/\/ also asan$/m.test(source) ? ['release', 'asan'] : /^\/\/ with asan$/m.test(source) ? ['asan'] : ['release']);

// slots: how much of the machine a task takes; `lanes` means alone.
function listTasks() {
  const tasks = [];
  const add = (task) => tasks.push({ slots: 1, timeout: 180, builds: [], env: {}, ...task });

  add({ suite: 'check', name: 'lint', file: 'tests/check.sh', command: ['bash', 'tests/check.sh', '--tap'] });
  for (const variant of ['release', 'asan']) {
    for (const file of files('tests/unit', /^test_.*\.c$/)) {
      const program = `build/${variant}/tests/unit/${basename(file, '.c')}`;
      add({ suite: 'unit', name: `${variant} ${basename(file, '.c')}`, file, command: [program], timeout: 60, needsPlan: true,
        builds: [`${variant} unit-programs`], env: { CMOCKA_MESSAGE_OUTPUT: 'TAP' } });
    }
  }
  for (const file of files('tests/fuzz', /^fuzz_.*\.c$/)) {
    const target = basename(file, '.c');
    add({ suite: 'fuzz', name: target, file, command: ['bash', 'tests/lib/fuzz.sh', target, String(fuzzSeconds), runDir], timeout: fuzzSeconds + 60,
      builds: ['fuzz fuzz-programs'] });
  }
  if (existsSync('tests/sql/run.sh')) {
    for (const part of [1, 2, 3]) { // side by side, each with a database of its own
      add({ suite: 'sql', name: `pgtap ${part} of 3`, file: 'tests/sql/run.sh', also: files('tests/sql', /\.sql$/), command: ['bash', 'tests/sql/run.sh'], timeout: 300,
        builds: ['release all'], cluster: true, env: { RESONANZ_SQL_PART: String(part) } });
    }
  }
  for (const file of files('tests/http', /\.mjs$/)) {
    const source = readFileSync(file, 'utf8');
    const test = { suite: 'http', file, isNode: true, cluster: true, timeout: 300, slots: /^\/\/ runs alone$/m.test(source) ? lanes : 1 };
    for (const variant of variantsOf(source)) {
      const isProbe = /^\/\/ needs kore-probe$/m.test(source); // Kore alone, without the application
      add({ ...test, name: variant === 'release' ? basename(file) : `asan ${basename(file)}`, cluster: !isProbe, env: { RESONANZ_VARIANT: variant },
        builds: isProbe ? [`${variant} build/${variant}/tests/http/kore_probe`] : ['release all', `${variant} all`] });
    }
  }
  for (const file of files('tests/browser', /\.mjs$/).filter((f) => !f.endsWith('lib.mjs'))) {
    add({ suite: 'browser', name: basename(file), file, isNode: true, cluster: true, timeout: 400, builds: ['release all'],
      env: { RESONANZ_VARIANT: 'release' } });
  }
  return tasks;
}

// --- which of them ----------------------------------------------------------
function choose(tasks) {
  const suites = options.suites === '' ? null : new Set(options.suites.split(','));
  return tasks.filter((task) => {
    if (suites && !suites.has(task.suite)) return false;
    if (!only) return true;
    if (only.test(task.file) || only.test(`${task.suite}/${task.name}`)) return true;
    task.byName = true; // only those of its tests that match are counted
    return [task.file, ...(task.also ?? [])].some((file) => existsSync(file) && only.test(readFileSync(file, 'utf8')));
  });
}

// --- running ----------------------------------------------------------------
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function count(result, label) {
  if (result.skip) totals.skipped += 1;
  else if (result.ok) totals.passed += 1;
  else {
    totals.failed += 1;
    failures.push(`${label}: ${result.name}`);
  }
}

const told = new Set(); // reasons that were printed: one hook can fail many tests
function fail(label, name, lines) {
  count({ ok: false, name }, label);
  console.log(`\n--- FAILED ${label}: ${name}`);
  const text = lines.map((line) => `    ${line}`).join('\n');
  console.log(told.has(`${label}${text}`) ? '    as the one before' : text);
  told.add(`${label}${text}`);
}

function build(wanted) {
  mkdirSync('build/test', { recursive: true });
  for (const entry of wanted) {
    const [variant, ...targets] = entry.split(' ');
    const t0 = Date.now();
    const made = spawnSync('make', ['-s', '-j', String(cores), `V=${variant}`, ...targets], { encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '', MFLAGS: '' }, maxBuffer: 1 << 26 });
    if (made.status !== 0) {
      fail('build', entry, (made.stdout + made.stderr).trimEnd().split('\n').slice(-40));
      broken.add(entry);
    } else if (Date.now() - t0 > 2000) {
      console.log(`built ${entry} in ${((Date.now() - t0) / 1000).toFixed(0)} s`);
    }
  }
}
const broken = new Set();

const living = new Set(); // process groups, ended when we are
function endGroup(child, signal) {
  try { process.kill(-child.pid, signal); } catch { /* gone */ }
}

function nodeCommand(task) {
  const command = [process.execPath, '--test-reporter=./tests/lib/tap-reporter.mjs', '--test-reporter-destination=stdout'];
  if (task.byName) command.push(`--test-name-pattern=/${only.source.replaceAll('/', '\\/')}/i`);
  return [...command, task.file];
}

function run(task) {
  const label = `${task.suite}/${task.name}`;
  const logFile = join(logs, `${label.replace(/[^\w.-]+/g, '-')}.log`);
  const command = task.isNode ? nodeCommand(task) : task.command;
  return new Promise((resolve) => {
    const t0 = Date.now();
    const log = createWriteStream(logFile);
    const child = spawn(command[0], command.slice(1), {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, MAKEFLAGS: '', NODE_TEST_CONTEXT: undefined, RESONANZ_TEST_DIR: runDir, RESONANZ_TEST_ONLY: options.only, ...task.env },
    });
    living.add(child);
    const parser = tapParser();
    const tail = [];
    let timedOut = false;
    const take = (stream) => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        log.write(chunk);
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          parser.line(line);
          tail.push(line);
          if (tail.length > 40) tail.shift();
        }
      });
      stream.on('end', () => { if (rest !== '') { parser.line(rest); tail.push(rest); } });
    };
    take(child.stdout);
    take(child.stderr);
    const timer = setTimeout(() => { timedOut = true; endGroup(child, 'SIGKILL'); }, task.timeout * 1000);
    child.on('error', (error) => { tail.push(String(error)); });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      endGroup(child, 'SIGKILL'); // what it left behind
      living.delete(child);
      log.end();
      const counted = task.byName ? parser.results.filter((r) => only.test(r.name)) : parser.results;
      const bad = counted.filter((r) => !r.ok && !r.skip);
      for (const result of counted) {
        if (!result.ok && !result.skip) fail(label, result.name, result.details.slice(0, 40).map((l) => l.replace(/^# ?/, '')));
        else count(result, label);
      }
      const missing = task.needsPlan && !task.byName && parser.plan !== null && parser.results.length < parser.plan;
      if (timedOut) fail(label, `timed out after ${task.timeout} s`, tail);
      else if (parser.bailed) fail(label, `bailed out: ${parser.bailed}`, tail);
      else if ((code !== 0 || missing) && bad.length === 0 && !(task.byName && parser.results.some((r) => !r.ok))) {
        fail(label, `ended with ${signal ?? `status ${code}`}`, tail);
      } else if (parser.results.length === 0 && !task.byName) fail(label, 'ran no test', tail);
      const seconds = ((Date.now() - t0) / 1000).toFixed(1);
      console.log(`${bad.length === 0 && !timedOut ? 'ok    ' : 'FAILED'} ${label}: ${counted.length} tests, ${seconds} s`);
      resolve();
    });
  });
}

async function runAll(tasks) {
  const queue = [...tasks];
  let free = lanes;
  const running = new Set();
  while (queue.length > 0 || running.size > 0) {
    const index = queue.findIndex((task) => task.slots <= free);
    if (index >= 0) {
      const [task] = queue.splice(index, 1);
      free -= task.slots;
      const promise = run(task).then(() => { free += task.slots; running.delete(promise); });
      running.add(promise);
    } else await Promise.race(running);
  }
}

// --- the throw-away cluster, ended whatever happens --------------------------
let clusterIsUp = false;
function cluster(verb, ...more) {
  const ran = spawnSync('bash', ['conf/cluster.sh', verb, join(runDir, 'cluster'), ...more], { encoding: 'utf8', env: { ...process.env, RESONANZ_USER: SERVER_USER } });
  if (ran.status !== 0 && verb === 'start') fail('setup', 'the test cluster starts', (ran.stdout + ran.stderr).split('\n'));
  return ran.status === 0;
}
// A test that was killed may leave a cluster or a `make run` of its own.
function endLeftover(dir) {
  for (const [folder, pidFile] of [[dir, 'resonanz.pid'], [join(dir, 'cluster'), null], [dir, null]]) {
    if (pidFile && existsSync(join(folder, pidFile))) {
      try { process.kill(Number(readFileSync(join(folder, pidFile), 'utf8')), 'SIGTERM'); } catch { /* gone */ }
    }
    if (!pidFile && existsSync(join(folder, 'data'))) spawnSync('bash', ['conf/cluster.sh', 'stop', folder, '--kill']);
  }
}
function cleanUp() {
  for (const child of living) endGroup(child, 'SIGKILL');
  if (clusterIsUp) cluster('stop', '--kill');
  clusterIsUp = false;
  for (const name of existsSync(runDir) ? readdirSync(runDir) : []) endLeftover(join(runDir, name));
  rmSync(runDir, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { cleanUp(); process.exit(1); });

// --- main -------------------------------------------------------------------
const tasks = choose(listTasks());
rmSync(logs, { recursive: true, force: true });
mkdirSync(logs, { recursive: true });
mkdirSync(runDir, { recursive: true });

build([...new Set(tasks.flatMap((task) => task.builds))]);
const runnable = tasks.filter((task) => !task.builds.some((entry) => broken.has(entry)));
if (runnable.some((task) => task.cluster)) clusterIsUp = cluster('start', '--throw-away');
try {
  // the long ones first, those that want the machine for themselves last
  const weight = { browser: 5, sql: 4, http: 3, check: 2, fuzz: 1, unit: 0 };
  runnable.sort((a, b) => a.slots - b.slots || weight[b.suite] - weight[a.suite]);
  await runAll(runnable);
} finally {
  cleanUp();
}
if (only && totals.passed + totals.failed + totals.skipped === 0) fail('selection', `no test matches ${options.only}`, []);

if (failures.length > 0) {
  console.log('\nfailed:');
  for (const line of failures) console.log(`  ${line}`);
}
console.log(`\nran ${((Date.now() - started) / 1000).toFixed(0)} s, logs in ${logs}`);
console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);
