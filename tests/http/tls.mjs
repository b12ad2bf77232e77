// TLS of the patched Kore with OpenSSL 3: both kinds of key, no suite without
// forward secrecy and AEAD, nothing older than TLS 1.2.
// needs kore-probe
// also asan
import { after, before, describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProbe } from '../lib/probe.mjs';

const KEYS = { rsa: ['-newkey', 'rsa:2048'], ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] };
const REQUEST = 'GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

function certificate(dir, kind) {
  const tls = { key: join(dir, `${kind}.key`), certificate: join(dir, `${kind}.pem`) };
  execFileSync('openssl', ['req', '-x509', '-nodes', ...KEYS[kind], '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
    '-days', '2', '-keyout', tls.key, '-out', tls.certificate], { stdio: 'ignore' });
  return tls;
}

/** What `openssl s_client` says after it sent a request (or nothing but a handshake). */
function client(port, ...options) {
  return new Promise((resolve) => {
    const child = execFile('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost', '-ign_eof', ...options],
      { timeout: 10000 }, (error, stdout, stderr) => resolve({ ok: error === null, text: stdout + stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(REQUEST);
  });
}

for (const kind of Object.keys(KEYS)) {
  describe(`TLS with ${kind === 'rsa' ? 'an RSA' : 'an EC'} certificate`, { concurrency: 4 }, () => {
    let p;
    let dir;
    let tls;
    before(async () => {
      dir = mkdtempSync(join(tmpdir(), 'kore-tls-'));
      tls = certificate(dir, kind);
      p = await startProbe({ tls });
    });
    after(async () => {
      const { code } = await p.stop();
      rmSync(dir, { recursive: true, force: true });
      assert.equal(code, 0);
      });

    const answered = (result, protocol) => {
      assert.match(result.text, new RegExp(`(New|Reused), ${protocol}, Cipher is`));
      assert.match(result.text, /HTTP\/1\.1 200 OK/);
      assert.match(result.text, /Verify return code: 0 \(ok\)/);
    };
    const alert = (result, pattern) => {
      assert.match(result.text, pattern);
      assert.doesNotMatch(result.text, /HTTP\/1\.1/);
    };

    it('tls: the first handshake after the start succeeds', async () => {
      const fresh = await startProbe({ tls, settings: { workers: 2 } });
      const results = await Promise.all([1, 2, 3].map(() => client(fresh.port, '-CAfile', tls.certificate)));
      await fresh.stop();
      for (const result of results) answered(result, 'TLSv1\\.3');
    });

    it('tls: 1.3 and 1.2 answer, the certificate is ours', async () => {
      answered(await client(p.port, '-tls1_3', '-CAfile', tls.certificate), 'TLSv1\\.3');
      answered(await client(p.port, '-tls1_2', '-CAfile', tls.certificate), 'TLSv1\\.2');
    });

    it('tls: every AEAD suite of 1.2 with ECDHE works', async () => {
      const auth = kind === 'rsa' ? 'RSA' : 'ECDSA';
      for (const suite of ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305']) {
        const name = `ECDHE-${auth}-${suite}`;
        const result = await client(p.port, '-tls1_2', '-cipher', name, '-CAfile', tls.certificate);
        answered(result, 'TLSv1\\.2');
        assert.match(result.text, new RegExp(`Cipher is ${name}`));
      }
    });

    it('tls: CBC, plain RSA and DHE suites are refused', async () => {
      for (const suite of ['ECDHE+AES+SHA1', 'ECDHE+AES+SHA256', 'ECDHE+AES+SHA384', 'AES128-GCM-SHA256', 'AES128-SHA', 'DHE+AESGCM']) {
        const names = execFileSync('openssl', ['ciphers', '-tls1_2', '-s', suite], { encoding: 'utf8' }).trim();
        const onlyThese = names.split(':').filter((n) => !(n.startsWith('ECDHE') && /GCM|CHACHA/.test(n)) && !n.startsWith('TLS_')).join(':');
        assert.notEqual(onlyThese, '', suite);
        alert(await client(p.port, '-tls1_2', '-cipher', `${onlyThese}:@SECLEVEL=0`), /handshake failure/);
      }
    });

    it('tls: 1.1 and 1.0 are refused', async () => {
      for (const version of ['-tls1_1', '-tls1']) alert(await client(p.port, version, '-cipher', 'ALL:@SECLEVEL=0'), /protocol version|unsupported protocol/);
    });

    it('tls: a session is resumed, in 1.3 and in 1.2', async () => {
      for (const version of ['-tls1_3', '-tls1_2']) {
        const file = join(dir, `session${version}`);
        assert.match((await client(p.port, version, '-sess_out', file)).text, /New, TLSv1/);
        assert.match((await client(p.port, version, '-sess_in', file)).text, /Reused, TLSv1/);
      }
    });

    it('tls: a download runs to its end, a body arrives, HSTS is sent', async () => {
      const send = (text) => new Promise((resolve, reject) => {
        const socket = connectTls({ port: p.port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false }, () => socket.write(text));
        const chunks = [];
        socket.on('data', (chunk) => chunks.push(chunk));
        socket.on('error', reject);
        socket.on('close', () => reject(new Error('closed without an end')));
        socket.on('end', () => resolve(Buffer.concat(chunks).toString()));
      });
      const download = await send(REQUEST.replace('/echo', '/download?bytes=5000000'));
      assert.equal(download.length - download.indexOf('\r\n\r\n') - 4, 5000000);
      assert.match(download, /^strict-transport-security: max-age=/m);
      const body = 'ü'.repeat(40000);
      const echo = await send(`POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
      assert.ok(echo.endsWith(body));
      assert.match(await send('NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 /);
      assert.match(await send(REQUEST.replace('localhost', 'elsewhere.example')), /^HTTP\/1\.1 421 /);
    });
  });
}

describe('TLS and time', () => {
  it('tls: a handshake that does not go on is ended', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'kore-tls-'));
    const p = await startProbe({ tls: certificate(dir, 'ec'), settings: { http_header_timeout: 1 } });
    const raw = p.connect();
    raw.send(Buffer.from('160301', 'hex'));
    const drops = setInterval(() => raw.send(Buffer.from([1])), 300);
    try {
      await raw.end();
      assert.ok(raw.ms < 4500, `${raw.ms} ms`);
    } finally {
      clearInterval(drops);
      await p.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
