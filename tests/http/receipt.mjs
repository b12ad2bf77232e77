// with asan
// The receipt: signed by the jobs within a second, proven without the platform,
// told by mail, seen by its house and the desk.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, testKeys } from '../lib/cluster.mjs';
import { endLoops, loop } from '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const PROGRAM = join(root, 'build', process.env.RESONANZ_VARIANT ?? 'release', 'resonanzctl');
const SITE = 'https://konsultation.example';
let w, dir, server, huber, brandl, sander, lorenz;
let receipt, file; // of Bavaria's first version

const path = (name) => join(dir, name);
const write = (name, text) => { writeFileSync(path(name), typeof text === 'string' ? text : JSON.stringify(text, null, 1)); return path(name); };
/** A program without any setting of the platform: { code, out }. */
const run = (program, ...args) => new Promise((resolve) => {
  const { PATH, ASAN_OPTIONS = 'detect_leaks=0' } = process.env;
  execFile(program, args, { cwd: dir, env: { PATH, ASAN_OPTIONS } }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, out: stdout + stderr }));
});
const check = (...args) => run(PROGRAM, 'verify-receipt', ...args);
const release = async (publication) => {
  const { content_hash } = await brandl.json(`${BASE}/response/release`);
  const reply = await brandl.post(`${BASE}/response/release`, { csrf: await brandl.csrf(), content_hash, publication, declaration: '1' });
  assert.equal(reply.status, 303, reply.words.slice(0, 300));
  return reply.location.split('?')[0];
};
const number = (of = receipt) => of.split('/').at(-1);
const signed = async (of) => {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
    const { receipt: facts } = await brandl.json(of);
    if (facts.signature) return facts;
  }
  return assert.fail('not signed within 20 s');
};

describe('receipt', { concurrency: 1 }, () => {
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'resonanz-receipt-'));
    w = await world({ clock: '2024-04-02T09:00' });
    server = await sink();
    w.jobsEnv = { RESONANZ_SMTP_URL: server.url, RESONANZ_BASE_URL: SITE, RESONANZ_CONTACT: 'konsultation@fitko.example' };
    [huber, brandl, sander, lorenz] = await Promise.all([PEOPLE.huber, PEOPLE.brandl, PEOPLE.sander, PEOPLE.lorenz].map((mail) => w.as(mail)));
    await huber.save(BASE, 'K4.G2.5', { stance: 'agree_changed', body: 'Grundsätzlich ja.\n=SUMME(1)', proposal: 'Nur für „Neuvorhaben“', reason: '' });
    await huber.save(BASE, 'L-K12-4', { stance: 'note', body: '', paper_title: ['Registermodernisierung „\\"“', 'OZG 2.0'], paper_source: ['https://www.bmi.bund.de/?a=1&b=2', ''] });
    await huber.save(BASE, 'L-K4-4', { stance: 'not_applicable' });
    await huber.post(`${BASE}/response/nil-rest`, { csrf: await huber.csrf(), nil_rest: '1' });
    await huber.post(`${BASE}/response/redactions/K4.G2.5`, { csrf: await huber.csrf(), words: 'Grundsätzlich', reason: 'Noch nicht abgestimmt' });
  });
  afterEach(endLoops);
  after(async () => { await server?.stop(); await w?.stop(); rmSync(dir, { recursive: true, force: true }); });

  test('until it is signed the page says so, and the file asks to come again', async () => {
    receipt = await release('shortened');
    const page = await brandl.get(receipt);
    assert.match(page.words, /Sie entsteht in wenigen Sekunden\. Eingegangen ist die Stellungnahme schon\./);
    assert.match(page.text, /data-pending/);
    assert.match((await brandl.get(`${receipt}/print`)).words, /Die Signatur entsteht in wenigen Sekunden/);
    const early = await brandl.get(`${receipt}/proof.json`);
    assert.equal(early.status, 503);
    assert.ok(Number(early.headers['retry-after']) > 0);
    assert.match(early.words, /Die Stellungnahme ist eingegangen, die Signatur der Eingangsbestätigung entsteht gerade/);
    const machine = await brandl.get(`${receipt}/proof.json`, { headers: { accept: 'application/json' } });
    assert.equal(machine.json.error.code, 'receipt_unsigned');
    assert.equal((await lorenz.get(`${receipt}/proof.json`)).status, 404);
  });

  test('without its key, and for other octets than a receipt, the job signs nothing', async () => {
    const none = mkdtempSync(join(dir, 'keys-'));
    await assert.rejects(w.run(['jobs', '--once'], { env: { RESONANZ_KEYS: none } }));
    const [[id, body]] = await w.sql(`select response_version_id, encode(body, 'hex') from app.receipt where number = '${number()}'`);
    const put = (hex) => w.sql(`alter table app.receipt disable trigger guard_receipt; update app.receipt set body = decode('${hex}', 'hex')
      where response_version_id = ${id}; alter table app.receipt enable trigger guard_receipt`);
    await put(Buffer.from('resonanz checkpoint 1\nblock=1:1\n').toString('hex'));
    const error = await w.jobs('--once').then(() => null, (e) => e);
    assert.match(error.stdout + error.stderr, /is no receipt and is not signed/);
    assert.equal(await w.value(`select signature is null from app.receipt where response_version_id = ${id}`), 't');
    await put(body);
  });

  test('the jobs sign it, with key and number', async () => {
    const jobs = loop(w);
    const facts = await signed(receipt);
    assert.match(facts.key_id, /^[0-9a-f]{16}$/);
    const page = await brandl.get(receipt);
    assert.match(page.words, new RegExp(`Ed25519, Schlüssel ${facts.key_id}`));
    assert.doesNotMatch(page.text, /data-pending/);
    assert.match(page.words, /02\.04\.2024, 09:\d\d:\d\d Uhr MESZ \(UTC\+2\)/);
    for (const end = Date.now() + 20_000; Date.now() < end && server.mails.length < 2; await sleep(50));
    await jobs.end();
    assert.equal(await w.value("select count(*) from app.audit where act = 'receipt.sign'"), await w.value('select count(*) from app.receipt'));
  });

  test('the mail to releaser and editors has number and link and no word of an answer', () => {
    const mails = server.mails.filter((m) => m.head.subject === `Eingangsbestätigung ${number()}`);
    assert.deepEqual(mails.map((m) => m.head.to).map((to) => /[\w.]+@[\w.]+/.exec(to)[0]).sort(), [PEOPLE.huber, PEOPLE.brandl].sort());
    for (const mail of mails) {
      assert.ok(mail.text.includes(`${SITE}${receipt}\n`), mail.text);
      assert.doesNotMatch(mail.text, /Neuvorhaben|Grundsätzlich|SUMME|Registermodernisierung|K4\.G2\.5|gekürzt/);
    }
  });

  test('the file: small, readable, named after the number', async () => {
    const reply = await brandl.get(`${receipt}/proof.json`);
    assert.equal(reply.status, 200);
    assert.match(reply.type, /^application\/json/);
    assert.equal(reply.headers['content-disposition'], `attachment; filename="eingangsbestaetigung-${number()}.json"`);
    assert.ok(reply.body.length < 4096, `${reply.body.length} octets`);
    assert.doesNotMatch(reply.text, /Neuvorhaben|Grundsätzlich|Registermodernisierung/);
    file = JSON.parse(reply.text);
    assert.match(file.lines.join('\n'), /received_at=25:2024-04-02T09:\d\d:\d\d\+02:00/);
    assert.ok(file.lines.some((line) => /^L-K4-4 not_applicable /.test(line)));
    write('bestaetigung.json', reply.text);
  });

  test('anybody verifies it without platform: valid, and with each form of the key', async () => {
    const { keys } = await w.client().json('/receipts/keys');
    write('schluessel.pem', keys.find((k) => k.key_id === file.key_id).public_key);
    const alone = await check('bestaetigung.json');
    assert.equal(alone.code, 0, alone.out);
    assert.match(alone.out, new RegExp(`^receipt ${number()}: VALID\n`));
    assert.match(alone.out, /NOT COMPARED/, 'a key that comes with the file proves nothing of who signed');
    for (const given of [path('schluessel.pem'), write('keys.json', await w.client().json('/receipts/keys')), join(testKeys(), 'sign.pub')]) {
      const { code, out } = await check('bestaetigung.json', '--key', given);
      assert.equal(code, 0, out);
      assert.match(out, /which is the key to compare with/);
    }
  });

  test('the documented lines of OpenSSL, as the page has them', async () => {
    const page = await w.client().get('/receipts/keys');
    const lines = /<pre[^>]*>(jq [^<]*)<\/pre>/.exec(page.text)[1].replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&quot;', '"');
    assert.match(lines, /openssl pkeyutl -verify/);
    assert.ok(page.text.includes(readFileSync(path('schluessel.pem'), 'utf8').split('\n')[1]), 'the key stands on the page');
    const good = await run('sh', '-ec', lines);
    assert.equal(good.code, 0, good.out);
    assert.match(good.out, /Signature Verified Successfully/);
    const kept = readFileSync(path('bestaetigung.json'), 'utf8');
    write('bestaetigung.json', kept.replace('publication=9:shortened', 'publication=9:shortenex'));
    assert.notEqual((await run('sh', '-ec', lines)).code, 0);
    write('bestaetigung.json', kept);
  });

  test('the handbook has the same lines', async () => {
    const page = await w.client().get('/receipts/keys');
    const book = readFileSync(join(root, 'conf/receipts.md'), 'utf8');
    for (const line of /<pre[^>]*>(jq [^<]*)<\/pre>/.exec(page.text)[1].replaceAll('&gt;', '>').replaceAll('&#39;', "'").trim().split('\n')) assert.ok(book.includes(line), line);
  });

  test('what was changed is invalid, and it says why', async () => {
    const changed = (change) => { const doc = structuredClone(file); change(doc); return write('anders.json', doc); };
    const cases = [
      [(d) => { d.lines[1] = d.lines[1].replace('R1-BY', 'R1-HE'); }, /its lines were changed/],
      [(d) => { d.signature = `${d.signature[0] === 'A' ? 'B' : 'A'}${d.signature.slice(1)}`; }, /the signature does not belong/],
      [(d) => { d.key_id = '0123456789abcdef'; }, /its key id is not the one/],
      [(d) => { delete d.lines; }, /"lines" is missing or damaged/],
    ];
    for (const [change, why] of cases) {
      const { code, out } = await check(changed(change));
      assert.equal(code, 1, out);
      assert.match(out, /^INVALID: /);
      assert.match(out, why);
    }
    assert.match((await check(write('leer.json', ''))).out, /INVALID: this is no JSON file/);
    assert.deepEqual([(await check()).code, (await check('a', 'b')).code, (await check('a', '--key')).code, (await check('gibt-es-nicht')).code], [2, 2, 2, 1]);
  });

  test('signed with the own key of a forger: valid only as long as nobody compares', async () => {
    const script = `jq -r '.lines[]' bestaetigung.json | sed 's/Freistaat Bayern/Freistaat Sachs./' > f.txt
      openssl genpkey -algorithm ed25519 -out f.key && openssl pkey -in f.key -pubout -out f.pem
      openssl pkeyutl -sign -rawin -inkey f.key -in f.txt -out f.sig
      openssl pkey -in f.key -pubout -outform DER | tail -c 32 | sha256sum | cut -c1-16 > f.id
      jq -n --rawfile t f.txt --rawfile p f.pem --arg i "$(cat f.id)" --arg s "$(base64 -w0 f.sig)" --arg h "$(sha256sum f.txt | cut -c1-64)" \
        '{format: "resonanz receipt file 1", lines: ($t | rtrimstr("\\n") / "\\n"), sha256: $h, algorithm: "Ed25519", signature: $s, key_id: $i, public_key: $p}' > f.json`;
    const made = await run('sh', '-ec', script);
    assert.equal(made.code, 0, made.out);
    assert.match((await check('f.json')).out, /NOT COMPARED|its content hash is not the one of the answers/);
    const pem = await check('f.json', '--key', 'schluessel.pem');
    assert.match(pem.out, /INVALID: it is signed with another key/);
    const list = await check('f.json', '--key', 'keys.json');
    assert.match(list.out, /INVALID: the key [0-9a-f]{16} is not in the list of keys/);
    assert.deepEqual([pem.code, list.code], [1, 1]);
  });

  test('the exported response is compared answer by answer', async () => {
    const doc = await huber.json(`${receipt}/response`);
    assert.equal(doc.content_hash, (await huber.json(receipt)).receipt.sha256);
    const same = await check('bestaetigung.json', '--response', write('stellungnahme.json', doc));
    assert.equal(same.code, 0, same.out);
    assert.match(same.out, /all answers are those that were received/);
    const draft = await check('bestaetigung.json', '--response', write('druck.json', await huber.json(`${BASE}/response/print`)));
    assert.equal(draft.code, 0, 'so is the print view as long as nothing else was written');
    const row = doc.groups.flatMap((g) => g.rows).find((r) => r.target === 'L-K12-4');
    row.value = row.value.replace('OZG 2.0', 'OZG 3.0');
    const other = await check('bestaetigung.json', '--response', write('anders.json', doc));
    assert.equal(other.code, 1);
    assert.match(other.out, /L-K12-4 is not what was received\nDIFFERS: /);
    assert.equal((await check('bestaetigung.json', '--response', 'bestaetigung.json')).code, 1);
  });

  test('its house and the desk see it, the words only the house', async () => {
    for (const part of ['', '/print', '/proof.json']) {
      assert.equal((await huber.get(receipt + part)).status, 200, part);
      assert.equal((await sander.get(receipt + part)).status, 200, part);
      const [foreign, random] = [await lorenz.get(receipt + part), await lorenz.get(`/receipts/R1-BY-1-ZZZZ${part}`)];
      assert.deepEqual([foreign.status, random.status], [404, 404], part);
      assert.equal((await w.client().get(receipt + part)).status, 303, part);
    }
    assert.equal((await huber.get(`${receipt}/response`)).status, 200);
    assert.equal((await lorenz.get(`${receipt}/response`)).status, 404);
    assert.equal((await sander.get(`${receipt}/response`)).status, 403);
    assert.ok((await sander.json(receipt)).answers.every((a) => a.stance === null), 'for the stances there is the submission, with an entry in the log');
    assert.match((await sander.get(`${BASE}/submissions/BY`)).text, new RegExp(`href="${receipt}"`));
  });

  test('the print view holds everything that proves it', async () => {
    const { text, words } = await huber.get(`${receipt}/print`);
    for (const line of file.lines) assert.ok(words.includes(line), line);
    for (const part of [file.sha256, file.signature, file.key_id]) assert.ok(text.replaceAll('&#x3D;', '=').replaceAll('&#61;', '=').includes(part), part);
  });

  test('a second version: the first receipt stays what it was, under a banner', async () => {
    await huber.post(`${BASE}/response/correction`, { csrf: await huber.csrf() });
    await huber.save(BASE, 'K4.G2.5', { stance: 'reject', body: 'Nach Rücksprache abgelehnt.', proposal: '', reason: 'Kosten' });
    const second = await release('no');
    await w.jobs('--once');
    assert.match((await brandl.get(receipt)).words, /Diese Fassung ist ersetzt\..*die nächste ist R1-BY-2-/s);
    assert.deepEqual(JSON.parse((await brandl.get(`${receipt}/proof.json`)).text), file);
    const { code, out } = await check(write('zweite.json', (await brandl.get(`${second}/proof.json`)).text), '--key', 'keys.json');
    assert.equal(code, 0, out);
    assert.match(out, new RegExp(`replaces +${number()}`));
    assert.equal((await check('zweite.json', '--response', 'stellungnahme.json')).code, 1);
    assert.match((await huber.get(`${receipt}/response`)).words, /Ersetzt durch eine spätere Fassung.*Grundsätzlich ja/s);
    await w.sql('delete from app.current_version c using app.organisation o where o.id = c.organisation_id and o.code = \'BY\'');
    assert.match((await brandl.get(second)).words, /Diese Stellungnahme ist zurückgezogen\..*Nachweis/s);
  });

  test('verify finds a receipt that was written anew, also with a key of its own', async () => {
    assert.match(await w.ctl('verify'), /versions with \d+ answers and their receipts: intact/);
    const forge = (set) => w.sql(`alter table app.receipt disable trigger guard_receipt; update app.receipt set ${set} where number = '${number()}'; alter table app.receipt enable trigger guard_receipt`);
    const found = () => w.ctl('verify').then((text) => assert.fail(text), (e) => e.stdout);
    const body = file.lines.map((l) => `${l}\n`).join('');
    await forge(`body = convert_to('${body.replace('T09:', 'T08:')}', 'UTF8')`);
    const bent = await found();
    assert.match(bent, new RegExp(`${number()}: the receipt states another time`));
    assert.match(bent, new RegExp(`${number()}: the signature of the receipt is wrong`));
    assert.match(bent, new RegExp(`${number()}: the log has no entry of this signed receipt`));
    await forge(`body = convert_to('${body.replace('shortened', 'published')}', 'UTF8')`);
    assert.match(await found(), /the receipt lists other answers/);
    await forge(`body = convert_to('${body}', 'UTF8')`);
    assert.match(await w.ctl('verify'), /their receipts: intact/);
    const made = await run('sh', '-ec', `openssl pkey -in f.key -pubout -outform DER | tail -c 32 | od -An -tx1 -v | tr -d ' \\n'`);
    await w.sql(`insert into app.signing_key (id, public_key, used_until) select left(encode(sha256(k), 'hex'), 16), k, clock_timestamp() + interval '1 hour' from (select decode('${made.out.trim()}', 'hex')) x(k)`);
    await forge(`key_id = (select id from app.signing_key where public_key = decode('${made.out.trim()}', 'hex'))`);
    const other = await found();
    assert.match(other, /the signature of the receipt is wrong/);
    assert.match(other, /signed with a key that is not in sign\.pub: 1 receipts/);
  });
});
