// `make bench`: figures of this machine, each beside a baseline of the same run.
//
//   node tests/bench/run.mjs [--only PATTERN] [--organisations 500] [--seconds 5] [--texts 350000]
//     [--positions 1000000]
//
// Rows: name value unit ratio baseline. Load generators (wrk, pgbench) share
// the cores with server and database; the cluster is a private one with fsync.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cluster, root, testKeys } from '../lib/cluster.mjs';
import { BASE, DEMO_CLOCK, SLUG, Server } from '../lib/server.mjs';
import { benchChain } from './chain.mjs';
import { benchExports } from './exports.mjs';
import { FastClient } from './fast-client.mjs';
import { benchMatrix } from './matrix.mjs';
import { benchReport } from './report.mjs';

const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, organisations: { type: 'string', default: '500' }, seconds: { type: 'string', default: '5' }, texts: { type: 'string', default: '350000' }, positions: { type: 'string', default: '1000000' } },
});
const only = new RegExp(options.only || '.', 'i');
const seconds = Number(options.seconds);
const CONNECTIONS = 16;
const LIMESURVEY = { pages: 28, submissions: 4 }; // on a machine of this kind, for orientation
const dir = join(root, `build/test/bench.${process.pid}`);
const TEXT = 'Die vorgeschlagene Regelung ist aus Sicht unseres Hauses sinnvoll, wenn der Vollzug vor Ort mitgedacht wird. '.repeat(14).trim();

let cluster, server, database, sessions, cookieName;

// --- telling ----------------------------------------------------------------
let rows = 0;
function row(name, value, unit, baseline = null, note = '') {
  const ratio = baseline === null ? '-' : (value / baseline).toFixed(2);
  const show = (x) => (x === null ? '-' : x >= 100 ? Math.round(x).toString() : x.toFixed(2).replace(/\.00$/, ''));
  console.log(`${name.padEnd(28)} ${show(value).padStart(10)} ${unit.padEnd(8)} ${ratio.padStart(7)} ${show(baseline).padStart(10)}${note ? `  # ${note}` : ''}`);
  rows += 1;
}

// --- the world --------------------------------------------------------------
function ctl(...args) {
  return execFileSync(join(root, 'build/release/resonanzctl'), args, {
    cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, RESONANZ_MODE: 'test', RESONANZ_DATABASE_URL: cluster.url(database) },
  });
}

/** The demo world in a private cluster; further ones of the same run in the same. */
async function startCluster() {
  process.env.RESONANZ_KEYS = testKeys();
  mkdirSync(dir, { recursive: true });
  database = cluster ? 'large' : 'resonanz';
  cluster ??= new Cluster(join(dir, 'cluster'));
  Cluster.sh('start', cluster.dir);
  if (database === 'large') { // one after the other
    await cluster.sql('postgres', 'drop database if exists large with (force)');
    await cluster.sql('postgres', 'create database large');
  }
  ctl('migrate');
  ctl('import', 'assets/consultations/strategy-2024.json');
  ctl('import', 'assets/codelists/federal.json');
  ctl('demo', '--clock', DEMO_CLOCK);
  ctl('clock', 'set', DEMO_CLOCK);
}

const readSessions = () => readFileSync(join(dir, 'sessions'), 'utf8').trim().split('\n').map((line) => line.split('\t'))
  .map(([role, code, state, token]) => ({ role, code, state, token }));

async function setUp() {
  await startCluster();
  const t0 = Date.now();
  ctl('generate', '--organisations', options.organisations, '--released', '30', '--sessions', join(dir, 'sessions'));
  row('generate', (Date.now() - t0) / 1000, 's', null, `${options.organisations} organisations`);
  // the clock of production: one that can be set costs a look at a table
  await cluster.sql(database, "update app.participation set extended_until = '2099-12-31', extension_reason = 'Lastprobe'");
  ctl('clock', 'off');
  await cluster.sql(database, 'vacuum analyze');
  sessions = readSessions();

  // an asset as large as the chapter page: the same binary, no database
  const assets = join(dir, 'assets');
  cpSync(join(root, 'build/assets'), assets, { recursive: true });
  server = await start(assets);
  const page = await fetch(`${server.url}${BASE}/chapters/K4`).then((r) => r.arrayBuffer());
  await server.stop();
  const body = 'x'.repeat(page.byteLength);
  const url = `/static/bench.${createHash('sha256').update(body).digest('hex').slice(0, 16)}.txt`;
  writeFileSync(join(assets, url), body);
  const manifest = JSON.parse(readFileSync(join(assets, 'manifest.json'), 'utf8'));
  writeFileSync(join(assets, 'manifest.json'), JSON.stringify({ ...manifest, 'bench.txt': url }));
  execFileSync('chmod', ['-R', 'a+rX', dir]);
  server = await start(assets);
  const login = await fetch(`${server.url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(loginOf()) });
  cookieName = login.headers.getSetCookie()[0].split('=')[0];
  return { fixed: url, size: page.byteLength };
}

function loginOf() {
  const text = readFileSync(join(root, 'conf/demo-logins.txt'), 'utf8');
  return { mail: /^ +(\S+@\S+)/m.exec(text)[1], password: /password for all: *([^\s)]+)/i.exec(text)[1], next: '' };
}

function start(assets, env = {}) {
  return new Server({ variant: 'release', databaseUrl: cluster.url(database, 'resonanz_web'), env: { RESONANZ_ASSETS: assets, ...env }, toFile: join(dir, 'server.log') }).start();
}

/** The form token of each session, from a page of theirs. */
async function csrfOf(list) {
  const client = new FastClient(server.port);
  await client.open();
  for (const s of list) {
    const { body, status } = await client.request('GET', '/account', `${cookieName}=${s.token}`);
    if (status !== 200) throw new Error(`/account of ${s.code}: ${status}`);
    s.csrf = /name="csrf" value="([^"]+)"/.exec(body)[1];
  }
  client.close();
}

// --- load -------------------------------------------------------------------
function wrk(lines, { time = seconds, threads = 2 } = {}) {
  const file = join(dir, 'rows');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const ran = spawnSync('wrk', [`-t${threads}`, `-c${CONNECTIONS}`, `-d${time}s`, '-s', join(root, 'tests/bench/load.lua'), server.url],
    { encoding: 'utf8', env: { ...process.env, BENCH_FILE: file, BENCH_THREADS: String(threads) } });
  const line = ran.stdout.trim().split('\n').at(-1);
  if (!line?.startsWith('{')) throw new Error(`wrk: ${ran.stdout}${ran.stderr}`);
  const result = JSON.parse(line);
  return { ...result, rate: result.requests / result.seconds };
}

const ROUNDS = 5;

/**
 * Ours and pgbench by turns, so that a busy neighbour of this machine meets
 * both: the round with the median ratio, and how far the rounds lie apart.
 */
function inTurns(what, linesOf, sqlOf, rowCount) {
  const rounds = Array.from({ length: ROUNDS }, (_, i) => {
    const ours = must(wrk(linesOf(i)), what);
    return { ours, tps: pgbench(sqlOf(i), rowCount) };
  });
  return median(rounds);
}

/** The round with the median ratio of ours.rate to tps. */
function median(rounds) {
  rounds.sort((a, b) => a.ours.rate / a.tps - b.ours.rate / b.tps);
  const ratio = ({ ours, tps }) => (ours.rate / tps).toFixed(2);
  return { ...rounds[Math.floor(rounds.length / 2)], spread: `${rounds.length} rounds ${ratio(rounds[0])}–${ratio(rounds.at(-1))}` };
}

/** wrk without stopping this process: what happens meanwhile is watched. */
async function wrkBeside(lines) {
  const file = join(dir, 'rows');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child = spawn('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', join(root, 'tests/bench/load.lua'), server.url],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, BENCH_FILE: file, BENCH_THREADS: '1' } });
  const result = JSON.parse((await text(child.stdout)).trim().split('\n').at(-1));
  return must({ ...result, rate: result.requests / result.seconds }, 'pages beside the attack');
}

/** Transactions a second once its new connections have planned what they run, as the server's have. */
function pgbench(sql, rowCount, time = seconds) {
  const file = join(dir, 'bench.sql');
  writeFileSync(file, `\\set n :n + 1\n\\set k (:client_id + ${CONNECTIONS} * :n) % ${rowCount}\n\\set pass (:client_id + ${CONNECTIONS} * :n) / ${rowCount}\n${sql}\n`);
  const ran = spawnSync('/usr/lib/postgresql/15/bin/pgbench', ['-n', '-M', 'prepared', '-c', String(CONNECTIONS), '-j', '2', '-T', String(time + 1), '-P', '1', '-D', 'n=-1', '-f', file,
    '-h', Cluster.sh('socket', cluster.dir), '-U', 'resonanz_web', database], { encoding: 'utf8' });
  const [, ...rates] = [...ran.stderr.matchAll(/^progress: [\d.]+ s, ([\d.]+) tps/gm)].map((line) => Number(line[1]));
  const failed = /number of failed transactions: (\d+)/.exec(ran.stdout);
  if (rates.length === 0 || Number(failed?.[1] ?? 0) > 0) throw new Error(`pgbench: ${ran.stdout}${ran.stderr.slice(-2000)}`);
  return rates.reduce((a, b) => a + b) / rates.length;
}

/** Session and target for each number, where pgbench looks them up. */
async function pairTable(name, pairs) {
  const values = pairs.map(({ s, target }, i) => `(${i}, sha256(convert_to('${s.token}', 'UTF8')), '${target}', '${s.code}')`).join(',');
  await cluster.sql(database, `drop table if exists public.${name}; create table public.${name} (i int primary key, h bytea, target text, code text)`);
  const file = join(dir, `${name}.sql`);
  writeFileSync(file, `insert into public.${name} values ${values};\ngrant select on public.${name} to resonanz_web; grant usage on schema public to resonanz_web; analyze public.${name};`);
  execFileSync('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', cluster.url(database), '-f', file]);
}

function must(result, what) {
  if (result.bad + result.broken > 0) {
    const refused = readFileSync(join(dir, 'server.log'), 'utf8').split('\n').filter((line) => /"status":(4(?!99)|5)/.test(line));
    console.log(`# ${refused.slice(-3).join('\n# ')}`);
  }
  if (result.bad + result.broken > 0) throw new Error(`${what}: ${result.bad} bad answers, ${result.broken} broken connections of ${result.requests}`);
  return result;
}

/** Milliseconds of a processor so far: of the backends, of the workers, of this process. */
async function cpuTimes() {
  const of = (pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return (Number(stat[11]) + Number(stat[12])) * 10;
    } catch { return 0; } // has ended
  };
  const sum = (pids) => pids.map(of).reduce((a, b) => a + b, 0);
  const backends = await cluster.sql(database, "select pid from pg_stat_activity where usename = 'resonanz_web'");
  return { database: sum(backends.map(([pid]) => Number(pid))), server: sum(server.workers()), client: of(process.pid) };
}

const rss = () => Math.max(...server.workers().map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0))) / 1024;

// --- saves ------------------------------------------------------------------
const BODY = encodeURIComponent(TEXT).replaceAll('%20', '+');

/** Houses that may still write: one of five parts, so that no measurement meets the versions of another. */
function writers(part) {
  const open = sessions.filter((s) => s.role === 'member' && !/released|nil/.test(s.state));
  const size = Math.floor(open.length / 5);
  return open.slice(part * size, (part + 1) * size);
}

async function itemKeys() {
  return (await cluster.sql(database, `select t.key from app.target t where t.key ~ '^K[0-9]\\.' order by t.id`)).map(([key]) => key);
}

const saveLine = (base, s, target, fields = '') => `${base}/response/answers/${target}\t${cookieName}=${s.token}\tcsrf=${s.csrf}&stance=note&proposal=&body=${BODY}${fields}`;

/** Saves through the server and by pgbench, each with houses of its own: parts part and part + 1. */
async function saves(name, part, base, fieldsOf) {
  const [ours, theirs] = [writers(part), writers(part + 1)];
  await csrfOf(ours);
  const targets = await itemKeys();
  // its own targets for each round; each of all houses in turn, so that neighbours do not meet
  const cross = (list, round) => targets.slice(10 * round, 10 * round + 10).flatMap((target) => list.map((s) => ({ s, target })));
  const linesOf = (round) => cross(ours, round).map(({ s, target }) => saveLine(base, s, target, fieldsOf(s)));
  for (let round = 0; round < ROUNDS; round += 1) await pairTable(`${name}_${round}`, cross(theirs, round));
  const sqlOf = (round) => `select action.answer_save(e, p_consultation => '${SLUG}', p_target => b.target, p_version => :pass, p_stance => 'note', p_body => '${TEXT}', p_proposal => '', p_reason => concat('Lauf ', :pass::int), p_confidential => false, p_confidential_reason => null, p_paper_title => null, p_paper_source => null, p_then => null)::text, e.touch_due, e.person_id from public.${name}_${round} b, lateral app.enter_form('editor', b.h, 'bench', ${part > 0 ? 'b.code' : 'null'}) e where b.i = :k;`;
  const { ours: save, tps, spread } = inTurns(name, linesOf, sqlOf, 10 * theirs.length);
  row(name, save.rate, 'req/s', tps, `pgbench -M prepared, the same action, with commit; ${spread}; aim 0.8`);
  row(`${name}_p99`, save.p99, 'ms', null, `p50 ${save.p50.toFixed(2)} ms, ${CONNECTIONS} connections`);
}

// --- what is measured -------------------------------------------------------
const chapter = [`${BASE}/chapters/K4\t\t`];

const MEASURES = {
  async chapter_page({ fixed, size }) {
    wrk(chapter, { time: 1 });
    const reply = must(wrk([`${fixed}\t\t`]), 'fixed reply');
    const page = must(wrk(chapter), 'chapter page');
    row('chapter_page', page.rate, 'req/s', reply.rate, `fixed reply of the same ${size} bytes`);
    row('chapter_page_p99', page.p99, 'ms', reply.p99, `p50 ${page.p50.toFixed(2)} ms, ${CONNECTIONS} connections`);
    row('chapter_page_limesurvey', page.rate, 'req/s', LIMESURVEY.pages, 'its question page, measured elsewhere');
  },

  async answer_page() {
    const members = sessions.filter((s) => s.role === 'member').slice(0, 400);
    const targets = ['L-K12-2', 'L-K3b-2', 'L-K4-1', 'K4.G2.5', 'K3.N3', 'K5'];
    const pairs = members.flatMap((s) => targets.map((target) => ({ s, target })));
    await pairTable('bench_read', pairs);
    const lines = pairs.map(({ s, target }) => `${BASE}/response/answers/${target}\t${cookieName}=${s.token}\t`);
    wrk(lines, { time: 1 });
    const sql = `select page.answer(e, p_consultation => '${SLUG}', p_target => b.target)::text, e.touch_due from public.bench_read b, lateral app.enter_read('member', b.h, 'bench') e where b.i = :k;`;
    pgbench(sql, pairs.length, 1);
    const { ours: page, tps, spread } = inTurns('answer page', () => lines, () => sql, pairs.length);
    row('answer_page', page.rate, 'req/s', tps, `pgbench -M prepared, the same function; ${spread}; aim 0.8`);
    row('answer_page_p99', page.p99, 'ms', null, `p50 ${page.p50.toFixed(2)} ms, ${CONNECTIONS} connections`);
  },

  // The button "Speichern": a form, answered by a redirect.
  answer_save: () => saves('answer_save', 0, BASE, () => ''),

  // Saving while somebody writes: the same form to the JSON twin, as assets/js/autosave.js sends it.
  answer_autosave: () => saves('answer_autosave', 2, `/api${BASE}`, (s) => `&context=${s.code}&confidential_reason=`),

  // The same saves beside "resonanzctl jobs", which seals each second, and without it.
  async answer_save_sealed() {
    const houses = writers(4);
    await csrfOf(houses);
    const targets = await itemKeys();
    // its own targets for each round and side, so that no version is met twice
    const linesOf = (n) => targets.slice(5 * n, 5 * n + 5).flatMap((target) => houses.map((s) => saveLine(BASE, s, target)));
    const env = { ...process.env, RESONANZ_MODE: 'test', RESONANZ_KEYS: join(dir, 'keys'), RESONANZ_DATABASE_URL: cluster.url(database, 'resonanz_jobs') };
    const program = join(root, 'build/release/resonanzctl');
    execFileSync(program, ['keys', 'create'], { env, stdio: 'ignore' });
    const catchUp = () => execFileSync(program, ['jobs', '--once'], { env, stdio: 'ignore' });
    const rounds = [];
    let sealed = 0;
    for (let i = 0; i < ROUNDS; i += 1) {
      catchUp(); // what the round without it has left is not counted in the other
      const before = Number(await cluster.sql(database, 'select coalesce(sum(entry_count), 0) from app.audit_block'));
      const jobs = spawn(program, ['jobs'], { env, stdio: 'ignore' });
      const ended = once(jobs, 'close');
      let ours;
      try { ours = must(wrk(linesOf(2 * i)), 'answer save, sealed'); } finally {
        sealed += Number(await cluster.sql(database, 'select sum(entry_count) from app.audit_block')) - before;
        jobs.kill('SIGTERM');
        await ended;
      }
      rounds.push({ ours, tps: must(wrk(linesOf(2 * i + 1)), 'answer save').rate });
    }
    const { ours, tps, spread } = median(rounds);
    catchUp();
    const [[entries, all]] = await cluster.sql(database, 'select count(*), (select sum(entry_count) from app.audit_block) from app.audit');
    if (Number(all) < Number(entries) - 2) throw new Error(`${all} of ${entries} entries are sealed`);
    row('answer_save_sealed', ours.rate, 'req/s', tps, `the same without sealing; ${spread}; ${sealed} entries sealed meanwhile; aim 0.8`);
    row('answer_save_sealed_p99', ours.p99, 'ms', null, `p50 ${ours.p50.toFixed(2)} ms, ${CONNECTIONS} connections`);
  },

  async submissions() {
    const open = sessions.filter((s) => s.role === 'member' && !/released|nil/.test(s.state));
    await csrfOf(open);
    const questions = (await cluster.sql(database, `select t.key from app.target t where t.key like 'L-%' order by t.id`)).map(([key]) => key);
    const versions = new Map((await cluster.sql(database, `select o.code || ' ' || t.key, a.version from app.answer a join app.target t on t.id = a.target_id join app.organisation o on o.id = a.organisation_id`)));
    let queue;
    let times;
    const worker = async () => {
      const client = new FastClient(server.port);
      await client.open();
      for (let s = queue.pop(); s; s = queue.pop()) {
        const t1 = performance.now();
        const cookie = `${cookieName}=${s.token}`;
        const post = async (path, fields) => {
          const reply = await client.request('POST', path, cookie, new URLSearchParams({ csrf: s.csrf, ...fields }).toString());
          if (reply.status !== 303) throw new Error(`POST ${path} of ${s.code}: ${reply.status}`);
        };
        for (const key of questions) await post(`${BASE}/response/answers/${key}`, { version: versions.get(`${s.code} ${key}`) ?? 0, stance: 'note', body: TEXT, proposal: '', reason: '' });
        const preview = await client.request('GET', `${BASE}/response/release`, cookie);
        const hash = /name="content_hash" value="([0-9a-f]{64})"/.exec(preview.body)[1];
        await post(`${BASE}/response/release`, { content_hash: hash, publication: 'no', declaration: '1' });
        times.push(performance.now() - t1);
      }
      client.close();
    };
    const all = async (houses) => {
      [queue, times] = [[...houses], []];
      const [t0, before] = [performance.now(), await cpuTimes()];
      await Promise.all(Array.from({ length: CONNECTIONS }, worker));
      const seconds = (performance.now() - t0) / 1000;
      const after = await cpuTimes();
      return { rate: houses.length / seconds, cpu: Object.keys(after).map((who) => `${who} ${((after[who] - before[who]) / houses.length).toFixed(1)}`) };
    };
    // as for the other rows: each connection has planned what it runs
    await all(open.splice(0, Math.min(100, open.length / 2)));
    const { rate, cpu } = await all(open);
    times.sort((a, b) => a - b);
    row('submissions', rate, '1/s', LIMESURVEY.submissions, '13 answers, preview, release; LimeSurvey measured elsewhere; aim 100 times');
    row('submission_p99', times[Math.floor(times.length * 0.99)], 'ms', null, `${open.length} houses, ${CONNECTIONS} at a time; ms of a processor each: ${cpu.join(', ')}`);
  },

  async login_attack() {
    // as behind the proxy: each attempt from another address, for another account
    await server.stop();
    server = await start(server.extra.RESONANZ_ASSETS, { RESONANZ_TRUST_PROXY: '1' });
    const members = sessions.filter((s) => s.role === 'member').slice(0, 200);
    const lines = members.map((s) => `${BASE}/response/answers/L-K12-2\t${cookieName}=${s.token}\t`);
    wrk(lines, { time: 1 });
    const quiet = must(wrk(lines), 'pages before the attack');
    const attack = spawn(process.execPath, [join(root, 'tests/bench/attack.mjs'), String(server.port), '1000', String(seconds + 2)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const told = text(attack.stdout);
    const ended = once(attack, 'close');
    await sleep(1500);
    let peak = 0;
    const watch = setInterval(() => { peak = Math.max(peak, rss()); }, 50);
    const besides = await wrkBeside(lines);
    clearInterval(watch);
    await ended;
    const { refused, limited, others } = JSON.parse(await told);
    row('login_attack_page_p99', besides.p99, 'ms', quiet.p99, `beside 1,000 parallel failed logins; ${Math.round(besides.rate)} against ${Math.round(quiet.rate)} pages/s`);
    row('login_attack_worker', peak, 'MB', null, `highest RSS of a worker; logins: ${refused} refused, ${limited} told to wait, ${others} other`);
  },

  async worker_memory() {
    await server.stop();
    server = await start(server.extra.RESONANZ_ASSETS);
    const members = sessions.filter((s) => s.role === 'member').slice(0, 50);
    const lines = [...chapter, '/\t\t', ...members.map((s) => `${BASE}/response/answers/L-K12-2\t${cookieName}=${s.token}\t`)];
    let served = 0;
    const until = (count) => { while (served < count) served += must(wrk(lines, { time: 1 }), 'memory').requests; };
    until(10_000);
    const early = rss();
    until(100_000);
    row('worker_rss_100k', rss(), 'MB', early, `after ${served} requests against after 10,000; limit 40 MB`);
  },

  async first_page() {
    const { browse } = await import('../browser/lib.mjs');
    const b = await browse();
    const { page, context, close } = await b.open(server.url);
    const inspector = await context.newCDPSession(page);
    await inspector.send('Network.enable');
    let bytes = 0;
    let requests = 0;
    inspector.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; requests += 1; });
    await page.goto('/', { waitUntil: 'networkidle' });
    await close();
    await b.close();
    row('first_page_bytes', bytes, 'bytes', 90_000, 'cold, fonts included; the limit of the design');
    row('first_page_requests', requests, '', 8, 'the limit of the design');
  },
};

// What needs neither server nor database.
const ALONE = {
  // A workbook beside the library that writes files: the same cells, 100,000 rows.
  async xlsx() {
    const program = join(root, 'build/release/tests/bench/xlsx');
    execFileSync('make', ['-s', program.slice(root.length + 1)], { cwd: root, stdio: 'inherit', env: { ...process.env, MAKEFLAGS: '' } });
    mkdirSync(dir, { recursive: true });
    const write = (who) => JSON.parse(execFileSync(program, [who, '100000', join(dir, `${who}.xlsx`)], { encoding: 'utf8' }));
    const [own, library] = [write('own'), write('library')];
    row('xlsx_100k', own.seconds, 's', library.seconds, 'processor time; libxlsxwriter in constant memory');
    row('xlsx_100k_memory', own.rss, 'MB', library.rss, 'highest RSS');
    row('xlsx_100k_size', own.bytes / 1e6, 'MB', library.bytes / 1e6);
  },

  // Beside git's: its process for these texts less its process for two words.
  async diff_20k() {
    const answers = readdirSync(join(root, 'assets/demo/answers')).flatMap((name) => JSON.parse(readFileSync(join(root, 'assets/demo/answers', name), 'utf8')).acts);
    const texts = Buffer.from(answers.flatMap(({ body }) => body ?? []).join('\n\n'));
    const cut = (from) => texts.subarray(from, from + 20_000).toString().replace(/^\uFFFD+|\uFFFD+$/g, '');
    const words = ['Bund', 'und', 'Kommunen', 'verbindlich'];
    const edited = cut(0).split(' ').map((word, i) => (i % 25 === 7 ? words[i % 4] : word)).filter((_, i) => i % 60 !== 11).join(' ');
    execFileSync('make', ['-s', 'V=release', 'build/release/tests/bench/diff'], { cwd: root, stdio: 'inherit', env: { ...process.env, MAKEFLAGS: '' } });
    const write = (name, content) => { const file = join(dir, name); writeFileSync(file, content); return file; };
    // the quickest of many: neighbours of this machine only ever add
    const git = (a, b) => Math.min(...Array.from({ length: 50 }, () => {
      const t0 = performance.now();
      spawnSync('git', ['diff', '--no-index', '--word-diff=porcelain', a, b]);
      return performance.now() - t0;
    }));
    mkdirSync(dir, { recursive: true });
    const old = write('old', cut(0));
    const start = git(write('one', 'ein\n'), write('two', 'Wort\n'));
    for (const [name, file] of [['diff_20k_edited', write('edited', edited)], ['diff_20k_unlike', write('unlike', cut(20_000))]]) {
      const { ms, changes } = JSON.parse(execFileSync(join(root, 'build/release/tests/bench/diff'), [old, file, '100'], { encoding: 'utf8' }));
      row(name, ms, 'ms', git(old, file) - start, `git --word-diff without its start of ${start.toFixed(1)} ms; ${changes} changes`);
    }
  },

  // A set whose truth is known: texts of five sentences, one in five copied as it is or with one sentence edited.
  async near() {
    execFileSync('make', ['-s', 'V=release', 'build/release/tests/bench/similar'], { cwd: root, stdio: 'inherit', env: { ...process.env, MAKEFLAGS: '' } });
    for (const texts of [10_000, 100_000]) {
      const r = JSON.parse(execFileSync(join(root, 'build/release/tests/bench/similar'), [String(texts), '1'], { encoding: 'utf8' }));
      row(`near_${texts / 1000}k_seconds`, r.seconds, 's', 60, `limit; ${r.cpu.toFixed(1)} s of one core, ${r.proposals} proposals`);
      row(`near_${texts / 1000}k_memory`, r.rss, 'MB', 512, 'limit; highest RSS, the texts themselves included');
      row(`near_${texts / 1000}k_recall`, 100 * r.recall, '%', 98, `of ${r.pairs} known pairs`);
      row(`near_${texts / 1000}k_precision`, 100 * r.precision, '%', 95, `of pairs found alike; ${r.right.toFixed(4)} of the proposals`);
      if (r.rss > 512 || r.recall < 0.98 || r.precision < 0.95) throw new Error(`near: a limit is missed: ${JSON.stringify(r)}`);
    }
  },
};

// In a world of its own, with many texts.
const LARGE = {
  async exports() {
    server = await exportWorld();
    await benchExports({ cluster, database, server, dir, rss, row, slug: SLUG, cookie: cookieName, token: sessions.find((s) => s.role === 'moderator').token });
  },

  async chain() {
    await startCluster();
    ctl('generate', '--organisations', options.organisations, '--answers', '75', '--released', '76', '--sessions', join(dir, 'sessions'));
    await cluster.sql(database, 'update app.session set factor_at = clock_timestamp()');
    await benchChain({ cluster, database, slug: SLUG, token: readSessions().find((s) => s.role === 'moderator').token, row });
  },

  // Every municipality of the country answers.
  async matrix() {
    await startCluster();
    ctl('generate', '--organisations', '11000', '--answers', '75', '--released', '90', '--sessions', join(dir, 'sessions'));
    await cluster.sql(database, 'update app.session set factor_at = clock_timestamp()');
    await benchMatrix({ cluster, database, slug: SLUG, token: readSessions().find((s) => s.role === 'moderator').token, row });
  },

  // A report of some 120 pages, in all its formats.
  async report() {
    await startCluster();
    ctl('generate', '--organisations', '3', '--answers', '75', '--released', '76', '--sessions', join(dir, 'sessions'));
    await benchReport({ cluster, database, dir, row });
  },

  // Pages of the search one after the other, of kinds of words that cost differently.
  async search() {
    server = await searchWorld();
    const pick = (n, where) => cluster.sql(database, `select w.lexeme from app.word w where w.visibility = 'desk' and ${where} order by md5(w.lexeme) limit ${n}`).then((list) => list.map(([word]) => word));
    const rare = await pick(100, 'length(w.lexeme) between 18 and 30');
    const kinds = {
      frequent: ['Verwaltungen', 'Gemeinden', 'Beschäftigten', 'Umsetzung', 'Finanzierung', 'Zuständigkeiten', 'Aufwand digital', 'Personal -Schulungen'],
      rare,
      phrase: ['"Frist von drei Wochen"', '"Gemeinden brauchen einheitliche Schnittstellen"', '"digitale Anträge ausgedruckt"', '"Beschäftigten Umsetzung"', '"im Meldewesen"'],
      typo: rare.map((word) => word.slice(0, 6) + word[7] + word[6] + word.slice(8)),
      compound: ['Zuwendungsnetz', 'Katastrophenrisiko', 'Souveränitäts', 'Postfachdienst', 'Geodatensammlung', 'Wohngeldstrategie', 'Ärzteförderung', 'Quellverfahren'],
    };
    const people = { desk: sessions.find((s) => s.role === 'moderator'), house: sessions.find((s) => s.state === 'released'), public: null };
    const client = new FastClient(server.port);
    await client.open();
    for (const [who, session] of Object.entries(people)) {
      const ask = async (q) => {
        const t0 = performance.now();
        const { status, body } = await client.request('GET', `/api/search?q=${encodeURIComponent(q)}`, session ? `${cookieName}=${session.token}` : '');
        if (status !== 200) throw new Error(`${q} as ${who}: ${status}`);
        return { ms: performance.now() - t0, total: JSON.parse(body).total };
      };
      for (const [kind, words] of Object.entries(kinds)) {
        for (const word of words.slice(0, 8)) await ask(word);
        const times = [];
        const totals = [];
        for (let i = 0; i < 100; i += 1) { const { ms, total } = await ask(words[i % words.length]); times.push(ms); totals.push(total); }
        const at = (list, share) => list.sort((a, b) => a - b)[Math.floor(list.length * share)];
        row(`search_${who}_${kind}_p99`, at(times, 0.99), 'ms', 200, `p50 ${at(times, 0.5).toFixed(1)} ms; ${at(totals, 0)} to ${at(totals, 0.999)} hits`);
      }
    }
    client.close();
  },
};

/** Positions by the million: those of generated answers, several times over. */
async function exportWorld() {
  await startCluster();
  ctl('generate', '--organisations', options.organisations, '--released', '76', '--sessions', join(dir, 'sessions'));
  sessions = readSessions();
  await cluster.sql(database, `update app.session set factor_at = clock_timestamp();
    with n as (select count(*) as has from app.position)
    insert into app.position (stage_id, organisation_id, number, released_answer_id, target_id, body_range, proposal_range, reason_range, released_at,
        sort_target, sort_key, stance, level, land_code, seat_status)
      select p.stage_id, p.organisation_id, 1000000 + row_number() over (), p.released_answer_id, p.target_id, p.body_range, p.proposal_range, p.reason_range,
          p.released_at, p.sort_target, p.sort_key, p.stance, p.level, p.land_code, p.seat_status
        from n, generate_series(1, ${Number(options.positions)} / n.has) i, app.position p limit greatest(0, ${Number(options.positions)} - (select has from n))`);
  await cluster.sql(database, 'vacuum analyze');
  const started = await start(join(root, 'build/assets'));
  const login = await fetch(`${started.url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(loginOf()) });
  cookieName = login.headers.getSetCookie()[0].split('=')[0];
  return started;
}

async function searchWorld() {
  await startCluster();
  const t0 = performance.now();
  ctl('generate', '--organisations', String(Math.ceil(Number(options.texts) / 52)), '--answers', '75', '--released', '80', '--sessions', join(dir, 'sessions'));
  row('search_generate', (performance.now() - t0) / 1000, 's');
  sessions = readSessions();
  await cluster.sql(database, 'update app.session set factor_at = clock_timestamp()'); // else the desk is asked for its code
  const t1 = performance.now();
  ctl('search', 'rebuild');
  const seconds = (performance.now() - t1) / 1000;
  await cluster.sql(database, 'vacuum analyze');
  const [[texts, words, table, index, trigrams]] = await cluster.sql(database, `select (select count(*) from app.search_document), (select count(*) from app.word),
    pg_table_size('app.search_document') / 1048576, pg_relation_size('app.search_desk') / 1048576, pg_total_relation_size('app.word') / 1048576`);
  row('search_rebuild', seconds, 's', null, `${texts} texts, ${words} words; as a release adds them, ${(1000 * seconds / texts).toFixed(2)} ms a text`);
  row('search_table', Number(table), 'MB', null, `index of the desk ${index} MB, words with trigrams ${trigrams} MB`);
  const started = await start(join(root, 'build/assets'));
  const login = await fetch(`${started.url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(loginOf()) });
  cookieName = login.headers.getSetCookie()[0].split('=')[0];
  return started;
}

// --- main -------------------------------------------------------------------
function cleanUp() {
  try { server?.child.kill('SIGKILL'); } catch { /* gone */ }
  if (cluster) try { cluster.stop({ kill: true }); } catch { /* gone */ }
  rmSync(dir, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { cleanUp(); process.exit(1); });

spawnSync('make', ['-s', '-j2', 'V=release', 'all'], { stdio: 'inherit', env: { ...process.env, MAKEFLAGS: '' } });
const names = [...Object.keys(ALONE), ...Object.keys(MEASURES), ...Object.keys(LARGE)];
const chosen = names.filter((name) => only.test(name));
if (chosen.length === 0) {
  console.error(`no bench matches ${options.only}: ${names.join(' ')}`);
  process.exit(1);
}
let failed = 0;
try {
  console.log(`${'name'.padEnd(28)} ${'value'.padStart(10)} ${'unit'.padEnd(8)} ${'ratio'.padStart(7)} ${'baseline'.padStart(10)}`);
  const world = chosen.some((name) => name in MEASURES) ? await setUp() : null;
  for (const name of chosen) {
    if (name in LARGE) await server?.stop();
    try { await (ALONE[name] ?? MEASURES[name] ?? LARGE[name])(world); } catch (error) { failed += 1; console.log(`${name.padEnd(28)} FAILED ${error.message.slice(0, 600)}`); }
  }
} finally {
  await server?.stop().catch(() => {});
  cleanUp();
}
process.exit(failed > 0 || rows === 0 ? 1 : 0);
