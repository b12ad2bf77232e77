// The throw-away PostgreSQL of a test run, and copies of the demo world in it.
//
// tests/run.mjs starts one cluster for all test files and names its folder in
// RESONANZ_TEST_DIR. A file run by hand gets one of its own, ended with it.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const execute = promisify(execFile);
/** As root the server's workers drop to an ordinary user, as in production. */
export const SERVER_USER = process.getuid() === 0 ? 'www-data' : '';

/** The keys of all test worlds, made when they are missing; their folder. */
export function testKeys() {
  const folder = process.env.RESONANZ_KEYS || join(root, 'build/test-keys');
  execFileSync(join(root, 'build/release/resonanzctl'), ['keys', 'create'], { env: { ...process.env, RESONANZ_KEYS: folder } });
  return folder;
}

let shared = null; // the folder of the run's cluster
let counter = 0;

/** A cluster of its own, for tests that stop it: { dir, start, stop, … }. */
export class Cluster {
  constructor(dir) { this.dir = dir; }

  static sh(...args) {
    return execFileSync('bash', [join(root, 'conf/cluster.sh'), ...args], { encoding: 'utf8', env: { ...process.env, RESONANZ_USER: SERVER_USER } }).trim();
  }

  start() { Cluster.sh('start', this.dir, '--throw-away'); return this; }
  stop({ kill = false } = {}) { Cluster.sh('stop', this.dir, ...(kill ? ['--kill'] : [])); }

  /** libpq conninfo. */
  url(database, role = 'postgres') {
    this.socket ??= Cluster.sh('socket', this.dir);
    return `host=${this.socket} dbname=${database} user=${role}`;
  }

  /** Runs SQL as the superuser; rows as arrays of strings. */
  async sql(database, text) {
    const { stdout } = await execute('psql', ['-qAtX', '-F', '\x1f', '-R', '\x1e', '-v', 'ON_ERROR_STOP=1', this.url(database), '-c', text],
      { maxBuffer: 1 << 26 });
    const body = stdout.replace(/\n$/, '');
    return body === '' ? [] : body.split('\x1e').map((row) => row.split('\x1f'));
  }

  /** A fresh database holding the demo world at that time; its name. */
  async copy(clock) {
    const { stdout } = await execute('bash', [join(root, 'tests/lib/template.sh'), this.dir, clock], { maxBuffer: 1 << 24 });
    counter += 1;
    const name = `w${process.pid}_${counter}`;
    await this.sql('postgres', `create database ${name} template ${stdout.trim()} owner resonanz_owner`);
    return name;
  }

  async drop(name) { await this.sql('postgres', `drop database if exists ${name} with (force)`); }
}

/** The cluster of this run; by hand: a new one that ends with the process. */
export function sharedCluster() {
  if (shared) return shared;
  const given = process.env.RESONANZ_TEST_DIR;
  if (given) {
    shared = new Cluster(join(given, 'cluster'));
  } else {
    shared = ownCluster();
  }
  return shared;
}

/** A cluster for one test file alone, e.g. to restart it. */
export function ownCluster() {
  const dir = mkdtempSync(join(process.env.RESONANZ_TEST_DIR ?? tmpdir(), 'pg-'));
  execFileSync('chmod', ['755', dir]);
  const cluster = new Cluster(dir).start();
  process.on('exit', () => {
    try { cluster.stop({ kill: true }); } catch { /* was stopped */ }
    rmSync(dir, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  return cluster;
}
