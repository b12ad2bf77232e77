// A world to test in: a fresh copy of the demo database, a server on a free
// port, and people who can sign in.
//
//   import { world } from '../lib/server.mjs';
//   const w = await world({ clock: '2024-04-02T09:00' });   // in before()
//   const huber = await w.as('vera.huber@by.example');
//   const page = await huber.get('/consultations/dachstrategie-2024/response');
//   await w.stop();                                          // in after()
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from './client.mjs';
import { SERVER_USER, root, sharedCluster, testKeys } from './cluster.mjs';

const execute = promisify(execFile);
export const DEMO_CLOCK = '2024-04-22T09:00';
export const SLUG = 'dachstrategie-2024';
export const BASE = `/consultations/${SLUG}`;

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export class Server {
  /** toFile: its log goes to a file by itself, not through this process. */
  constructor({ variant, databaseUrl, env, toFile = null }) {
    // start() may be called again after stop()
    this.variant = variant;
    this.databaseUrl = databaseUrl;
    this.extra = env;
    this.toFile = toFile;
    this.output = '';
    this.ended = null;
  }

  async start() {
    this.ended = null;
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const dir = join(root, 'build/test');
    mkdirSync(join(dir, 'logs'), { recursive: true });
    this.pidFile = join(dir, `server-${process.pid}-${this.port}.pid`);
    const binary = join(root, 'build', this.variant, 'resonanz');
    accessSync(binary, constants.X_OK);
    const log = createWriteStream(join(dir, 'logs', `server-${basename(process.argv.at(-1), '.mjs')}-${this.variant}.log`), { flags: 'a' });
    this.child = spawn(binary, [], {
      cwd: root,
      stdio: this.toFile ? ['ignore', openSync(this.toFile, 'a'), openSync(this.toFile, 'a')] : ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        RESONANZ_PORT: String(this.port),
        RESONANZ_BIND: '127.0.0.1',
        RESONANZ_MODE: 'test',
        RESONANZ_KEYS: testKeys(),
        RESONANZ_API_RATE: '0', // tests are faster than any program may be
        RESONANZ_EXPORT_RATE: '0',
        RESONANZ_CONTACT: 'konsultation@fitko.example',
        RESONANZ_USER: SERVER_USER,
        RESONANZ_CONF: join(root, 'conf/resonanz.conf'),
        RESONANZ_ASSETS: process.env.RESONANZ_ASSETS ?? join(root, 'build/assets'),
        RESONANZ_PIDFILE: this.pidFile,
        RESONANZ_DATABASE_URL: this.databaseUrl,
        ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
        UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
        ...this.extra,
      },
    });
    for (const stream of [this.child.stdout, this.child.stderr].filter(Boolean)) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        log.write(chunk);
        this.output += chunk;
        if (this.output.length > 8_000_000) this.output = this.output.slice(-4_000_000); // seldom: a cut copies all of it
      });
    }
    this.exit = new Promise((resolve) => this.child.on('close', (code, signal) => { this.ended = { code, signal }; log.end(); resolve(this.ended); }));
    process.on('exit', () => { if (!this.ended) this.child.kill('SIGKILL'); });
    await this.ready();
    return this;
  }

  /** Waits until /health answers 200. */
  async ready(timeout = 15_000) {
    const end = Date.now() + timeout;
    let good = 0;
    while (Date.now() < end) {
      if (this.ended) break;
      try {
        const answer = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(2000), headers: { connection: 'close' } });
        await answer.text();
        if (answer.status === 200 && (good += 1) === 6) return; // each worker has its connections
      } catch { /* not yet */ }
      await sleep(good > 0 ? 5 : 25);
    }
    this.child.kill('SIGKILL');
    throw new Error(`the server is not ready (${JSON.stringify(this.ended)}):\n${this.output.slice(-3000)}`);
  }

  /** Pids of the workers: children of the server process. */
  workers() {
    const file = `/proc/${this.child.pid}/task/${this.child.pid}/children`;
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number) : [];
  }

  /** Lines of the log that name a sanitizer's finding or a dead worker. */
  complaints() {
    return this.output.split('\n').filter((l) => /AddressSanitizer|runtime error:|LeakSanitizer|seccomp violation|SIGSYS|SIGSEGV|SIGABRT|terminated by signal/.test(l));
  }

  async stop() {
    if (this.ended) return this.ended;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    const result = await this.exit;
    clearTimeout(late);
    return result;
  }
}

const worlds = new Map();

/** The world that is served at this address. */
export const worldAt = (url) => worlds.get(url);

export class World {
  constructor(cluster, database, server) {
    this.cluster = cluster;
    this.database = database;
    this.server = server;
  }

  get url() { return this.server.url; }

  /** Nobody: a browser without a session. */
  client() { return new Client(this.url); }

  /** Somebody signed in, by mail address of the demo people. */
  async as(mail, options) {
    const client = this.client();
    const { token, landing } = await this.session(mail, options);
    client.cookies.set('resonanz', token);
    client.landing = landing;
    return client;
  }

  /**
   * A session as a login with a second factor leaves it, without the login:
   * { token, landing }. factor: false = password only; organisation: the code
   * of the context, null = the platform's; by default where a login begins;
   * pending: the password was right, the code is still to come.
   */
  async session(mail, { factor = true, organisation, pending = false } = {}) {
    const token = randomBytes(32).toString('base64url');
    const context = organisation === undefined
      ? '(select m.organisation_id from app.membership m where m.person_id = p.id order by m.id limit 1)'
      : `(select o.id from app.organisation o where o.code = '${organisation}')`;
    const rows = await this.sql(`insert into app.session (token_hash, person_id, organisation_id, factor_at, is_pending, ends_at)
      select sha256(convert_to('${token}', 'UTF8')), p.id, ${context}, ${factor && !pending ? 'clock_timestamp()' : 'null'}, ${pending}, clock_timestamp() + interval '12 hours'
        from app.person p where p.mail = '${mail}' and p.state = 'active'
      returning app.landing(person_id, organisation_id)`);
    if (rows.length === 0) throw new Error(`${mail} is nobody who can sign in`);
    return { token, landing: rows[0][0] };
  }

  /** SQL as the superuser, rows of strings. */
  sql(text) { return this.cluster.sql(this.database, text); }

  /** One value, as a string. */
  async value(text) { return (await this.sql(text))[0]?.[0]; }

  /** The environment of resonanzctl for this world. */
  ctlEnv(more = {}) {
    return { ...process.env, RESONANZ_MODE: 'test', RESONANZ_KEYS: testKeys(),
      RESONANZ_CONTACT: 'konsultation@fitko.example', RESONANZ_DATABASE_URL: this.cluster.url(this.database), ...more };
  }

  /** resonanzctl against this world; a last argument { env } adds settings. */
  async ctl(...args) {
    const { env } = typeof args.at(-1) === 'object' ? args.pop() : {};
    const { stdout } = await execute(join(root, 'build/release/resonanzctl'), args, { cwd: root, env: this.ctlEnv(env) });
    return stdout;
  }

  /** Moves the consultation's clock: '2024-04-27T00:00:01'. */
  clock(time) { return this.ctl('clock', 'set', time); }

  async stop() {
    const ended = await this.server?.stop();
    const complaints = this.server?.complaints() ?? [];
    await this.cluster.drop(this.database).catch(() => {});
    if (complaints.length > 0) throw new Error(`the server complained:\n${complaints.join('\n')}\n${this.server.output.slice(-6000)}`);
    return ended;
  }
}

/**
 * A fresh world. clock: when it is; variant: 'release' or 'asan'; env: more
 * settings; cluster: another one than the run's; serve: false = no server.
 */
export async function world({ clock = DEMO_CLOCK, variant = process.env.RESONANZ_VARIANT ?? 'release', env = {}, cluster = sharedCluster(), serve = true } = {}) {
  const database = await cluster.copy(clock);
  const server = serve ? await new Server({ variant, env, databaseUrl: cluster.url(database, 'resonanz_web') }).start() : null;
  const made = new World(cluster, database, server);
  if (server) worlds.set(server.url, made);
  return made;
}
