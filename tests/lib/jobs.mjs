// resonanzctl as the job loop runs it: with the rights of resonanz_jobs.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, testKeys } from './cluster.mjs';
import { World } from './server.mjs';

const program = () => join(root, 'build', process.env.RESONANZ_VARIANT ?? 'release', 'resonanzctl');

function environment(w, env) {
  return { ...process.env, RESONANZ_MODE: 'test', RESONANZ_ASSETS: join(root, 'build/assets'), RESONANZ_KEYS: testKeys(),
    ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1', UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1', // settings live as long as we
    RESONANZ_DATABASE_URL: w.cluster.url(w.database, 'resonanz_jobs'), ...w.jobsEnv, ...env };
}

const loops = new Set();

/** A loop in the background: { child, output, end(signal) }; ended with us at the latest. */
export function loop(w, env = {}) {
  const child = spawn(program(), ['jobs'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: environment(w, env) });
  const one = { child, output: '', ended: null };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => { one.output += chunk; });
  const closed = new Promise((resolve) => child.on('close', (code, signal) => { one.ended = { code, signal }; resolve(one.ended); }));
  process.on('exit', () => { if (!one.ended) child.kill('SIGKILL'); });
  loops.add(one);
  one.end = (signal = 'SIGTERM') => { if (!one.ended) child.kill(signal); return closed; };
  return one;
}

/** For afterEach: whatever a test that failed has left. */
export async function endLoops() {
  for (const one of loops) await one.end('SIGKILL');
  loops.clear();
}

/** resonanzctl with arguments; resolves to its output, rejects when it fails. input: for stdin. */
World.prototype.run = function run(args, { env = {}, input = null } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program(), args, { cwd: root, stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'], env: environment(this, env) });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => { stdout += chunk; });
    child.stderr.setEncoding('utf8').on('data', (chunk) => { stderr += chunk; });
    child.stdin?.end(input);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(stdout) : reject(Object.assign(new Error(`${args.join(' ')}: ${code}\n${stdout}${stderr}`), { code, stdout, stderr }))));
  });
};

/** resonanzctl jobs … */
World.prototype.jobs = function jobs(...args) { return this.run(['jobs', ...args]); };
