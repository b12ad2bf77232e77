// The probe server (tests/http/kore_probe.c) and raw connections to it.
//
//   const p = await startProbe({ settings: { http_header_timeout: 1 } });
//   const { text, replies } = await p.raw('GET /echo HTTP/1.1\r\nHost: x\r\n\r\n');
//   await p.stop();
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const variant = process.env.RESONANZ_VARIANT ?? 'release';
const binary = process.env.KORE_PROBE ?? join(root, 'build', variant, 'tests/http/kore_probe');

const ROUTES = ['echo', 'slow', 'download', 'block', 'task', 'libc', 'pid'];
const SETTINGS = { workers: 1, worker_accept_threshold: 1, worker_set_affinity: 0, http_body_max: 100000 };

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The responses in a text, in order; a body is as long as it says. */
export function parseReplies(text) {
  const replies = [];
  for (let rest = text; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) { replies.push({ status: 0, rest }); break; }
    const [first, ...lines] = rest.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
    const status = Number(first.split(' ')[1]);
    const length = status === 100 ? 0 : Number(headers['content-length'] ?? 0);
    replies.push({ status, reason: first.split(' ').slice(2).join(' '), headers, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return replies;
}

/** A connection that keeps what arrives (as latin1) and how it ended. */
export class Raw {
  constructor(port) {
    this.text = '';
    this.bytes = 0;
    this.keep = true;
    this.error = null;
    this.began = Date.now();
    this.socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk) => {
      this.bytes += chunk.length;
      if (this.keep) this.text += chunk;
    });
    this.socket.on('error', (error) => { this.error = error.code; });
    this.closed = new Promise((resolve) => {
      const done = () => { this.ended ??= Date.now(); this.socket.destroy(); resolve(this); };
      this.socket.on('end', done);
      this.socket.on('close', done);
    });
  }

  get replies() { return parseReplies(this.text); }
  get statuses() { return this.replies.map((r) => r.status); }
  get ms() { return this.ended - this.began; }

  send(data) { this.socket.write(data); return this; }

  /** Until the server closes; an error if it does not. */
  async end(timeout = 8000) {
    const late = setTimeout(() => this.socket.destroy(new Error('not closed')), timeout);
    await this.closed;
    clearTimeout(late);
    if (this.error) throw new Error(`the connection ended with ${this.error} after ${JSON.stringify(this.text.slice(0, 300))}`);
    return this;
  }

  /** Until there are `count` whole responses. */
  async answers(count = 1, timeout = 8000) {
    const complete = () => this.replies.filter((r) => r.status > 0 && r.body.length === Number(r.status === 100 ? 0 : r.headers['content-length'] ?? 0)).length;
    for (const until = Date.now() + timeout; complete() < count;) {
      if (this.ended || Date.now() > until) throw new Error(`${complete()} of ${count} responses: ${JSON.stringify(this.text.slice(0, 300))}`);
      await sleep(5);
    }
    return this;
  }
}

class Probe {
  /** Sends the parts (text, or a pause in ms) and waits for the server to close. */
  async raw(...parts) {
    const raw = new Raw(this.port);
    for (const part of parts) {
      if (typeof part === 'number') await sleep(part);
      else raw.send(part);
    }
    return raw.end();
  }

  connect() { return new Raw(this.port); }

  async get(path) {
    const raw = await this.raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    return raw.replies[0];
  }

  worker() { return this.get('/pid').then((r) => Number(r.body)); }

  /** Resident memory of a process in KB. */
  static rss(pid) { return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]); }

  /** Waits for a line of the log that matches. */
  async logged(pattern, timeout = 3000) {
    for (const until = Date.now() + timeout; ;) {
      const line = this.output.split('\n').find((l) => pattern.test(l));
      if (line !== undefined) return line;
      if (Date.now() > until) throw new Error(`nothing like ${pattern} in the log:\n${this.output.slice(-2000)}`);
      await sleep(10);
    }
  }

  /** Ends it and tells how: {code, signal, ms}; no worker may have died. */
  async stop(signal = 'SIGTERM', timeout = 20000) {
    const began = Date.now();
    if (!this.exited) this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), timeout);
    const result = await this.exit;
    clearTimeout(late);
    rmSync(this.dir, { recursive: true, force: true });
    const complaint = this.output.split('\n').find((l) => /Sanitizer|runtime error:|violation/.test(l) || (/pid: .* gone/.test(l) && !this.mayKill));
    if (complaint) throw new Error(`${complaint}\n${this.output.slice(-4000)}`);
    return { ...result, ms: Date.now() - began };
  }
}

export const rss = Probe.rss;

/** tls: {certificate, key} PEM files; settings: directives of the top level; env: more of the environment. */
export async function startProbe({ settings = {}, tls = null, env = {} } = {}) {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: make V=${variant} kore-probe`);
  const probe = new Probe();
  probe.port = await freePort();
  probe.dir = mkdtempSync(join(tmpdir(), 'kore-probe-'));
  const top = Object.entries({ pidfile: join(probe.dir, 'pid'), ...SETTINGS, ...settings });
  const config = [
    ...top.map(([name, value]) => `${name} ${value}`),
    'server main {', `bind 127.0.0.1 ${probe.port}`, `tls ${tls ? 'yes' : 'no'}`, '}',
    `domain ${tls ? 'localhost' : '*'} {`, 'attach main',
    ...(tls ? [`certfile ${tls.certificate}`, `certkey ${tls.key}`] : []),
    ...ROUTES.map((name) => `route /${name} page_${name}`),
    'restrict /pid get', '}', '',
  ];
  writeFileSync(join(probe.dir, 'conf'), config.join('\n'));
  probe.output = '';
  probe.child = spawn(binary, ['-f', '-n', '-r'], {
    cwd: probe.dir, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PROBE_CONF: join(probe.dir, 'conf'), ASAN_OPTIONS: 'detect_leaks=0', UBSAN_OPTIONS: 'print_stacktrace=1', ...env },
  });
  for (const stream of [probe.child.stdout, probe.child.stderr]) stream.on('data', (chunk) => { probe.output += chunk; });
  probe.exit = new Promise((resolve) => {
    probe.child.on('exit', (code, signal) => { probe.exited = true; resolve({ code, signal }); });
  });
  process.on('exit', () => { if (!probe.exited) probe.child.kill('SIGKILL'); });
  const workers = settings.workers ?? SETTINGS.workers;
  for (const until = Date.now() + 8000; (probe.output.match(/worker \d+ started/g) ?? []).length < workers;) {
    if (probe.exited || Date.now() > until) {
      probe.child.kill('SIGKILL');
      throw new Error(`the probe did not start:\n${probe.output}`);
    }
    await sleep(10);
  }
  return probe;
}
