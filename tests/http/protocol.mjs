// What the patches of app/kore change, seen from a socket. Every test here
// fails when its patch is left out; the patches name the words before the colon.
// needs kore-probe
// also asan
import { after, before, describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { rss, startProbe } from '../lib/probe.mjs';

const GET = (path, ...headers) => [`GET ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');
const POST = (path, body, ...headers) => [`POST ${path} HTTP/1.1`, 'Host: x', `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');
const CLOSE = 'Connection: close';

/** One response only, with this status, and then the end of the connection. */
function refused(raw, status) {
  assert.deepEqual(raw.statuses, [status], raw.text.slice(0, 200));
  assert.equal(raw.replies[0].headers.connection, 'close');
  assert.equal(raw.replies[0].headers['content-length'], '0');
}

describe('one request', { concurrency: 8 }, () => {
  let p;
  before(async () => { p = await startProbe(); });
  after(async () => {
    assert.equal((await p.stop()).code, 0);
  });

  it('head: 100 lines are read, every one of them', async () => {
    const many = Array.from({ length: 97 }, (_, i) => `X-${i}: ${i}`);
    const raw = await p.raw(GET('/echo', ...many, CLOSE));
    assert.deepEqual(raw.statuses, [200]);
    assert.match(raw.replies[0].body, /^x-96=96$/mi);
    assert.match(raw.replies[0].body, /^headers=98$/m);
  });

  it('head: 101 lines are 431', async () => {
    const raw = await p.raw(GET('/echo', ...Array.from({ length: 99 }, (_, i) => `X-${i}: ${i}`)));
    refused(raw, 431);
    assert.equal(raw.replies[0].reason, 'Request Header Fields Too Large');
  });

  it('head: more than http_header_max is 431, not a reset', async () => {
    refused(await p.raw(GET('/echo', `X-Long: ${'a'.repeat(6000)}`)), 431);
  });

  it('header values: empty, with TAB, with bytes from 0x80 on, with blanks around', async () => {
    const raw = await p.raw(Buffer.from(GET('/echo', 'X-Empty:', 'X-Tab: a\tb', 'X-Name: Jörg', 'X-Blank:  \t a b \t ', CLOSE)));
    assert.deepEqual(raw.statuses, [200]);
    const body = Buffer.from(raw.replies[0].body, 'latin1').toString();
    assert.match(body, /^X-Empty=$/m);
    assert.match(body, /^X-Tab=a\tb$/m);
    assert.match(body, /^X-Name=Jörg$/m);
    assert.match(body, /^X-Blank=a b$/m);
  });

  it('header values: control bytes, no name, no colon are 400', async () => {
    for (const line of ['X-A: a\x01b', 'X-A: a\x7f', ': a', 'X-A', 'X A: a', 'X-A : a', ' folded']) refused(await p.raw(GET('/echo', line)), 400);
  });

  it('framing: any Transfer-Encoding is 501', async () => {
    const chunked = '5\r\nHallo\r\n0\r\n\r\n';
    refused(await p.raw(`POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`), 501);
    refused(await p.raw(POST('/echo', 'Hallo', 'transfer-encoding: chunked')), 501);
    refused(await p.raw(GET('/echo', 'Transfer-Encoding: identity')), 501);
  });

  it('framing: Host is the header of this name, not one that begins so', async () => {
    const raw = await p.raw(`GET /echo HTTP/1.1\r\nHostile: evil.example\r\nHost: good.example\r\n${CLOSE}\r\n\r\n`);
    assert.match(raw.replies[0].body, /^host=good\.example$/m);
    refused(await p.raw('GET /echo HTTP/1.1\r\nHostile: evil.example\r\n\r\n'), 400);
  });

  it('framing: two Host headers, an empty one, none are 400', async () => {
    refused(await p.raw(GET('/echo', 'Host: y')), 400);
    refused(await p.raw(GET('/echo', 'host: x')), 400);
    refused(await p.raw('GET /echo HTTP/1.1\r\nHost:\r\n\r\n'), 400);
    refused(await p.raw('GET /echo HTTP/1.1\r\nX-A: a\r\n\r\n'), 400);
  });

  it('framing: Content-Length is there once and a plain number', async () => {
    refused(await p.raw(POST('/echo', 'Hallo', 'Content-Length: 5')), 400);
    refused(await p.raw(POST('/echo', 'Hallo', 'Content-Length: 3')), 400);
    for (const length of ['+5', '-5', '5, 5', '0x5', '5 5', 'five', '5;', '99999999999999999999']) {
      refused(await p.raw(`POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\nHallo`), 400);
    }
    const raw = await p.raw(POST('/echo', 'Grüße', CLOSE));
    assert.equal(Buffer.from(raw.replies[0].body, 'latin1').toString().split('\n\n')[1], 'Grüße');
  });

  it('framing: GET, HEAD, DELETE and OPTIONS have no body', async () => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
      const head = `${method} /echo HTTP/1.1\r\nHost: x\r\n`;
      refused(await p.raw(`${head}Content-Length: 5\r\n\r\nHallo`), 400);
      refused(await p.raw(`${head}Content-Length: 5\r\n\r\n`), 400);
      refused(await p.raw(`${head}\r\nHallo`), 400);
      assert.equal((await p.raw(`${head}Content-Length: 0\r\n${CLOSE}\r\n\r\n`)).statuses[0], 200);
    }
  });

  it('framing: a request hidden in the body of a GET is never run', async () => {
    const raw = await p.raw(GET('/echo', 'Content-Length: 60'), 100, GET('/pid'));
    refused(raw, 400);
  });

  it('framing: bytes beyond Content-Length are 400', async () => {
    refused(await p.raw('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nHallo Welt'), 400);
    refused(await p.raw(`POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n${GET('/pid')}`), 400);
    const flood = p.connect().send(`POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n${'a'.repeat(20e6)}`);
    const began = Date.now();
    assert.equal((await p.get('/pid')).status, 200);
    assert.ok(Date.now() - began < 2000, 'others wait for the flood');
    assert.deepEqual((await flood.closed).statuses, [400]);
  });

  it('framing: bare CR, bare LF and NUL are 400', async () => {
    for (const head of ['GET /echo HTTP/1.1\nHost: x\n\n', 'GET /echo HTTP/1.1\r\nHost: x\nX-A: a\r\n\r\n', GET('/echo', 'X-A: a\rX-B: b'),
      GET('/echo', 'X-A: a\r'), GET('/echo', 'X-A: a\0', 'X-B: b')]) refused(await p.raw(head), 400);
  });

  it('framing: a second request in the same packet is refused, not lost', async () => {
    refused(await p.raw(GET('/echo') + GET('/pid')), 400);
    refused(await p.raw(POST('/echo', 'Hallo') + GET('/pid')), 400);
  });

  it('framing: a second request in its own packet is answered second', async () => {
    const raw = p.connect().send('POST /slow?ms=300 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n');
    for (const part of ['Ha', 'llo']) {
      await sleep(50);
      raw.send(part);
    }
    await sleep(50);
    raw.send(GET('/echo', CLOSE));
    await raw.end();
    assert.deepEqual(raw.statuses, [200, 200]);
    assert.equal(raw.replies[0].body, 'slow\n');
  });

  it('expect: 100 Continue comes before the body, a refusal instead of it', async () => {
    const raw = p.connect().send('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n');
    await raw.answers(1, 2000);
    assert.deepEqual(raw.statuses, [100]);
    await raw.send('Hallo').end();
    assert.deepEqual(raw.statuses, [100, 200]);
    assert.match(raw.replies[1].body, /\n\nHallo$/);
    refused(await p.raw('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\nExpect: 100-continue\r\n\r\n'), 413);
  });

  it('responses: each has a date, none HSTS without TLS', async () => {
    for (const raw of [await p.raw(GET('/echo', CLOSE)), await p.raw('GET / HTTP/1.1\r\n\r\n')]) {
      const { headers } = raw.replies[0];
      assert.match(headers.date, /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
      assert.ok(Math.abs(Date.parse(headers.date) - Date.now()) < 5000);
      assert.equal(headers['strict-transport-security'], undefined);
    }
  });

  it("responses: Kore's own refusals are empty and close the connection", async () => {
    const long = 'a'.repeat(2500);
    const cases = { 400: 'GARBAGE\r\n\r\n', 404: GET('/nowhere'), 405: POST('/pid', ''), 411: 'POST /echo HTTP/1.1\r\nHost: x\r\n\r\n',
      413: 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n', 414: GET(`/${long}`), 505: 'GET /echo HTTP/3.0\r\nHost: x\r\n\r\n' };
    for (const [status, request] of Object.entries(cases)) refused(await p.raw(request), Number(status));
  });

  it('refusals: the answer arrives although the client is still sending', async () => {
    const raw = p.connect().send('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n');
    raw.socket.pause();
    for (let i = 0; i < 10; i++) {
      await sleep(30);
      raw.send('a'.repeat(300000));
    }
    await sleep(100);
    raw.socket.resume();
    refused(await raw.end(), 413);
  });

  it('log: a line is there at once, one for each request', async () => {
    await p.raw(GET('/echo?log=1', CLOSE));
    assert.equal(await p.logged(/path=\/echo status=200/), 'request method=GET path=/echo status=200 state=no client=here');
    await p.raw(GET('/nowhere-log'));
    await p.logged(/^request method=GET path=\/nowhere-log status=404/);
    await p.raw('POST /task HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n');
    await p.logged(/^request method=POST path=\/task status=413/);
    await p.raw('NONSENSE\r\n\r\n');
    await p.logged(/^request method=- path=- status=400 state=no client=here/);
    const gone = p.connect().send(GET('/slow?ms=3000'));
    await sleep(100);
    gone.socket.destroy();
    await p.logged(/^request method=GET path=\/slow status=0 state=yes client=gone/);
    assert.equal(p.output.match(/path=\/nowhere-log/g).length, 1);
  });

  it('sandbox: stat, localtime, a large realloc and threads do not kill the worker', async () => {
    const worker = await p.worker();
    assert.deepEqual([(await p.get('/libc')).body, (await p.get('/task')).body, await p.worker()], ['libc\n', 'task 1\n', worker]);
  });

  it('tasks: threads that wake up for nothing go on waiting', async () => {
    const worker = await p.worker();
    for (let round = 0; round < 5; round++) {
      const bodies = await Promise.all(Array.from({ length: 6 }, () => p.get('/task').then((r) => r.body)));
      assert.deepEqual(bodies, Array(6).fill('task 1\n'));
    }
    assert.equal(await p.worker(), worker);
  });

  it('streams: "Connection: close" and HTTP/1.0 wait for the end', async () => {
    const path = '/download?bytes=300000&pause=30';
    for (const request of [GET(path, CLOSE), `GET ${path} HTTP/1.0\r\nHost: x\r\n\r\n`]) {
      const raw = await p.raw(request);
      assert.equal(raw.replies[0].body.length, 300000);
    }
    const raw = await p.connect().send(GET(path)).answers(1);
    await raw.send(GET('/pid', CLOSE)).end();
    assert.deepEqual(raw.statuses, [200, 200]);
  });

  it('streams: 100 MB go through bounded memory', async () => {
    const worker = await p.worker();
    const start = rss(worker);
    const raw = p.connect();
    raw.keep = false;
    raw.send(GET('/download?bytes=100000000', CLOSE));
    let peak = 0;
    const watch = setInterval(() => { peak = Math.max(peak, rss(worker)); }, 20);
    await raw.end(15000);
    clearInterval(watch);
    assert.ok(raw.bytes > 100e6);
    assert.ok(peak - start < 20000, `${peak} KB`);
  });
});

describe('timeouts', { concurrency: 16 }, () => {
  let p;
  before(async () => { p = await startProbe({ settings: { http_header_timeout: 1, http_body_timeout: 3, http_keepalive_time: 2 } }); });
  after(async () => { assert.equal((await p.stop()).code, 0); });

  it('timeouts: a head that was begun and not ended is 408', async () => {
    const raw = await p.raw('GET /echo HT');
    refused(raw, 408);
    assert.ok(raw.ms >= 950 && raw.ms < 5000, `${raw.ms} ms`);
  });

  it('timeouts: a head in drops is 408 too', async () => {
    const raw = p.connect();
    const drops = setInterval(() => raw.send('G'), 200);
    await raw.end().finally(() => clearInterval(drops));
    assert.deepEqual(raw.statuses, [408]);
  });

  it('timeouts: a connection without a request is closed without a word', async () => {
    const raw = await p.raw();
    assert.equal(raw.text, '');
    assert.ok(raw.ms >= 1900 && raw.ms < 6000, `${raw.ms} ms`);
  });

  it('timeouts: an idle connection is closed without a 408, in its time', async () => {
    const raw = await p.raw(GET('/echo'));
    assert.deepEqual(raw.statuses, [200]);
    assert.ok(raw.ms >= 1900 && raw.ms < 6000, `${raw.ms} ms`);
  });

  it('timeouts: an idle connection is closed in its time on a worker without a timer', async () => {
    const quiet = await startProbe({ settings: { http_keepalive_time: 1 } });
    try {
      const raw = await quiet.raw(GET('/echo'));
      assert.ok(raw.ms < 4500, `${raw.ms} ms`);
    } finally {
      await quiet.stop();
    }
  });

  it('timeouts: half a body is 408 after http_body_timeout', async () => {
    const raw = await p.raw('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nHallo');
    refused(raw, 408);
    assert.ok(raw.ms >= 2900 && raw.ms < 6500, `${raw.ms} ms`);
  });

  it('timeouts: the body has its own time, from the end of the head', async () => {
    const raw = await p.raw('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nH', 1500, 'allo');
    assert.deepEqual(raw.statuses, [200]);
  });

  it('timeouts: no 408 while the handler works', async () => {
    const requests = [[GET('/slow?ms=4500', CLOSE)], [POST('/slow?ms=4500', '', CLOSE)], [POST('/slow?ms=4500', 'Hallo', CLOSE)],
      ['POST /slow?ms=4500 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nHa', 100, 'llo']];
    for (const raw of await Promise.all(requests.map((r) => p.raw(...r)))) assert.deepEqual(raw.statuses, [200], raw.text);
  });

  it('timeouts: after a long answer the connection is still good for another', async () => {
    const raw = await p.connect().send(GET('/slow?ms=3000')).answers(1);
    await sleep(1000);
    await raw.send(GET('/echo', CLOSE)).end();
    assert.deepEqual(raw.statuses, [200, 200]);
  });

  it('timeouts: a slow download is not cut', async () => {
    const take = async (path) => {
      const raw = p.connect();
      raw.keep = false;
      raw.socket.on('data', () => { raw.socket.pause(); });
      const tick = setInterval(() => raw.socket.resume(), 12);
      raw.send(GET(path));
      const began = Date.now();
      while (raw.bytes < 20e6 && !raw.ended) await sleep(50);
      clearInterval(tick);
      assert.ok(raw.bytes > 20e6, `cut after ${raw.bytes} bytes`);
      raw.socket.destroy();
      return Date.now() - began;
    };
    const times = await Promise.all([take('/block?bytes=20000000'), take('/download?bytes=20000000')]);
    assert.ok(Math.min(...times) > 2500, `${times} ms: too quick to show anything`);
  });

  it('timeouts: a stream may pause longer than an idle connection may', async () => {
    const raw = await p.raw(GET('/download?bytes=70000&pause=2500', CLOSE));
    assert.equal(raw.replies[0].body.length, 70000);
  });

  it('timeouts: a client that takes nothing is dropped after http_body_timeout', async () => {
    const raw = p.connect().send(GET('/download?bytes=200000000'));
    raw.keep = false;
    raw.socket.pause();
    const pattern = /path=\/download status=200/;
    await p.logged(pattern);
    await sleep(5500);
    raw.socket.resume();
    await raw.closed;
    assert.ok(raw.bytes < 100e6, `${raw.bytes} bytes`);
  });
});

describe('the start', { concurrency: 4 }, () => {
  it('start: a misspelt or an empty setting stops it', async () => {
    const starts = (settings) => startProbe({ settings }).then((p) => p.stop());
    await assert.rejects(starts({ worker_nofiles: 100 }), /unknown "worker_nofiles" on line/);
    await assert.rejects(starts({ http_body_max: '' }), /"http_body_max" without a value on line/);
  });

  it('start: a limit of 2^30 open files does not delay it', async () => {
    const p = await startProbe({ env: { PROBE_FILES: String(2 ** 30) } });
    assert.equal((await p.get('/echo')).status, 200);
    await p.stop();
  });
});

describe('a worker that dies', () => {
  it('workers: one that is killed is replaced, again and again', async () => {
    const p = await startProbe({ settings: { workers: 2 } });
    p.mayKill = true;
    for (let round = 0; round < 6; round++) {
      const worker = await p.worker();
      process.kill(worker, 'SIGKILL');
      const until = Date.now() + 5000;
      while (Date.now() < until && !p.output.includes(`(pid: ${worker})`)) await sleep(20);
      await sleep(200);
      assert.ok(await p.worker() > 0);
    }
    assert.equal((await p.stop()).code, 0);
  });
});

describe('the end', { concurrency: 4 }, () => {
  it('stop: on SIGTERM requests and downloads finish, idle connections close, nobody new comes in', async () => {
    const p = await startProbe({ settings: { workers: 2 } });
    const idle = await p.connect().send(GET('/echo')).answers(1);
    const slow = p.connect().send(GET('/slow?ms=1500'));
    const download = p.connect().send(GET('/download?bytes=1300000&pause=80'));
    const body = p.connect().send('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nHa');
    await sleep(300);
    const began = Date.now();
    const stopped = p.stop();
    await idle.end();
    assert.ok(Date.now() - began < 1000, 'the idle connection stayed');
    const late = p.connect();
    await late.closed;
    assert.equal(late.error, 'ECONNREFUSED');
    body.send('llo');
    assert.deepEqual((await body.end()).statuses, [200]);
    assert.deepEqual((await slow.end()).statuses, [200]);
    assert.equal(slow.replies[0].headers.connection, 'close');
    await download.end();
    assert.equal(download.replies[0].body.length, 1300000);
    const { code, ms } = await stopped;
    assert.equal(code, 0);
    assert.ok(ms < 6000, `${ms} ms`);
  });

  it('stop: SIGINT in the foreground does the same', async () => {
    const p = await startProbe();
    const slow = p.connect().send(GET('/slow?ms=700'));
    await sleep(200);
    const stopped = p.stop('SIGINT');
    assert.deepEqual((await slow.end()).statuses, [200]);
    assert.equal((await stopped).code, 0);
  });

  it('stop: after ten seconds it is over', async () => {
    const p = await startProbe();
    const slow = p.connect().send(GET('/slow?ms=60000'));
    await sleep(200);
    const { code, ms } = await p.stop();
    assert.equal(code, 0);
    assert.ok(ms > 9500 && ms < 15000, `${ms} ms`);
    assert.equal((await slow.closed).text, '');
  });

  it('stop: an idle server is gone at once', async () => {
    const p = await startProbe({ settings: { workers: 2 } });
    const { code, ms } = await p.stop();
    assert.equal(code, 0);
    assert.ok(ms < 6000, `${ms} ms`);
  });
});
