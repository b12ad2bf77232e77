// The chain of the audit log: sealing under load skips and doubles none, and
// `resonanzctl verify` names whatever was done to an entry or a block by
// somebody who may do everything in the database. On a cluster of its own: the
// oldest running transaction that sealing waits for is that of all databases.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownCluster } from '../lib/cluster.mjs';
import { endLoops, loop } from '../lib/jobs.mjs';
import { sink } from '../lib/mail.mjs';
import { Server, world } from '../lib/server.mjs';

let dir, cluster;
/** Without what comes by itself each day. */
async function newWorld() {
  const w = await world({ serve: false, cluster });
  await w.sql(`insert into app.job (kind, dedupe_key, state, finished_at)
    select k, to_char((now() + d * interval '1 day') at time zone 'Europe/Berlin', 'YYYY-MM-DD'), 'done', now()
      from unnest(array['checkpoint', 'audit_verify', 'retention', 'similar']) k, generate_series(0, 1) d`);
  return w;
}
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'resonanz-chain-'));
  cluster = ownCluster();
});
after(() => rmSync(dir, { recursive: true, force: true }));

/** What verify says of the log: { code, text }, also when it finds something. */
const verify = (w, env) => w.ctl('verify', { env }).then((text) => ({ code: 0, text }), (e) => ({ code: e.code, text: e.stdout + e.stderr }));
const seal = (w) => w.jobs('--once');
/** n transactions of one entry each. */
const write = (w, n, act = 'answer.save') => w.sql(`do $$ begin for i in 1..${n} loop perform app.audit(null, '${act}', 'answer', i); commit; end loop; end $$`);

test('sealed in order, said with counts; what is not sealed yet is counted', async () => {
  const w = await newWorld();
  try {
    const all = Number(await w.value('select count(*) from app.audit'));
    assert.match((await verify(w)).text, new RegExp(`audit log, 0 entries in 0 blocks.*intact\\n +not sealed yet: ${all} entries`));
    await seal(w);
    const signed = Number(await w.value("select count(*) from app.audit where act = 'receipt.sign'")); // by the same pass
    await write(w, 3);
    await seal(w);
    await seal(w); // nothing new: no block
    await write(w, 2);
    const { code, text } = await verify(w);
    assert.equal(code, 0);
    assert.match(text, new RegExp(`audit log, ${all + signed + 3} entries in 2 blocks, 0 checkpoints: intact`));
    assert.match(text, /not sealed yet: 2 entries, the first of \d{4}-/);
    assert.equal(await w.value('select count(*) from app.audit_block where entry_count = 0'), '0');
  } finally { await w.stop(); }
});

test('many writers, a long open transaction, several sealers and one that is killed', async () => {
  const w = await newWorld();
  const loops = [loop(w), loop(w)];
  try {
    const long = w.sql("begin; select app.audit(null, 'answer.save', 'answer', 999); select pg_sleep(2.5); select app.audit(null, 'answer.save', 'answer', 998); commit");
    const rolled = w.sql("begin; select app.audit(null, 'answer.save', 'answer', 997); select pg_sleep(1); rollback");
    const writers = Array.from({ length: 6 }, (_, i) => w.sql(`do $$ begin for i in 1..150 loop
      perform app.audit(null, 'answer.save', 'answer', i); perform app.audit(null, 'response.release', 'answer', i); commit;
      perform pg_sleep(0.01 * random() * ${i}); end loop; end $$`));
    await sleep(1300);
    await loops[0].end('SIGKILL');
    loops.push(loop(w));
    await Promise.all([...writers, long, rolled]);
    await sleep(1200);
    for (const one of loops) await one.end();
    await seal(w);
    const entries = await w.value('select count(*) from app.audit');
    const [[blocks, sealed]] = await w.sql('select count(*), sum(entry_count) from app.audit_block');
    assert.equal(sealed, entries, 'each entry in one block');
    assert.ok(Number(blocks) > 1, `${blocks} blocks`);
    const { code, text } = await verify(w);
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`audit log, ${entries} entries in ${blocks} blocks.*: intact`));
    assert.doesNotMatch(text, /not sealed yet/);
  } finally {
    for (const one of loops) await one.end('SIGKILL');
    await w.stop();
  }
});

test('a large backlog makes blocks of 10,000, and no transaction is cut', async () => {
  const w = await newWorld();
  try {
    await w.sql(`select app.audit(null, 'answer.save', 'answer', i) from generate_series(1, 12000) i`);
    await w.sql(`do $$ begin for i in 1..3000 loop for j in 1..4 loop perform app.audit(null, 'answer.save', 'answer', j); end loop; commit; end loop; end $$`);
    await seal(w);
    const blocks = (await w.sql('select entry_count, hash from app.audit_block order by number')).map(([n]) => Number(n));
    assert.ok(blocks.length >= 3, blocks.join());
    assert.ok(blocks[0] >= 12000 || blocks[1] === 12000, blocks.join());
    assert.ok(blocks.slice(-2).every((n) => n <= 10000), blocks.join());
    assert.equal((await verify(w)).code, 0);
  } finally { await w.stop(); }
});

describe('whoever may do everything in the database', () => {
  let w, count;
  before(async () => {
    w = await newWorld();
    await seal(w);
    for (let i = 0; i < 4; i += 1) { await write(w, 5); await seal(w); }
    count = Number(await w.value('select count(*) from app.audit_block'));
    assert.equal(count, 5);
    await w.sql('create schema kept; create table kept.audit as table app.audit; create table kept.audit_block as table app.audit_block');
  });
  after(() => w.stop());
  /** Without the guards, as a superuser. */
  const tamper = (sql) => w.sql(`set session_replication_role = replica; ${sql}`);
  afterEach(async () => {
    await tamper(`truncate app.audit, app.audit_block cascade; insert into app.audit overriding system value table kept.audit; insert into app.audit_block table kept.audit_block`);
    const { code, text } = await verify(w);
    assert.equal(code, 0, text);
  });
  /** The n-th entry of a block, as a condition. */
  const entry = (block, place) => `(a.epoch, a.xid, a.id) = (select x.epoch, x.xid, x.id from app.audit x, app.audit_block b
    where b.number = ${block} and x.epoch = b.epoch and x.xid >= b.xid_from and x.xid < b.xid_to order by x.xid, x.id offset ${place - 1} limit 1)`;
  const HEX = '[0-9a-f]{64}';
  const cases = [
    ['an entry of another person', `update app.audit a set person_id = 4711 where ${entry(3, 2)}`,
      RegExp(`block 3, place 2: entry changed \\(epoch 1, transaction \\d+, entry \\d+\\), expected ${HEX}, found ${HEX}`)],
    ['an entry at another time', `update app.audit a set at = at + interval '1 microsecond' where ${entry(2, 5)}`, /block 2, place 5: entry changed/],
    ['an entry of another act', `update app.audit a set act = 'answer.read' where ${entry(5, 1)}`, /block 5, place 1: entry changed/],
    ['an amount', `update app.audit a set amount = 0 where ${entry(4, 3)}`, /block 4, place 3: entry changed/],
    ['an entry taken out', `delete from app.audit a where ${entry(3, 4)}`, RegExp(`block 3, place 4: entry missing, expected ${HEX}, found ${HEX}`)],
    ['the last of a block taken out', `delete from app.audit a where ${entry(3, 5)}`, /block 3, place 5: entry missing, expected \w+, found none/],
    ['two taken out', `delete from app.audit a where ${entry(3, 2)} or ${entry(3, 3)}`, /block 3, place 2: entry missing/],
    ['an entry put in with an old transaction', `insert into app.audit (epoch, xid, act) select epoch, xid, 'login' from app.audit a where ${entry(4, 2)}`,
      RegExp(`block 4, place 3: entry inserted \\(epoch 1, transaction \\d+, entry \\d+\\), expected ${HEX}, found ${HEX}`)],
    ['an entry of an epoch before the first', `insert into app.audit (epoch, act) values (0, 'login')`, /block 1: entry inserted \(epoch 0/],
    ['a range', 'update app.audit_block set xid_to = (xid_to::text::int + 1)::text::xid8 where number = 5', RegExp(`block 5: block changed, expected ${HEX}, found ${HEX}`)],
    ['when it was sealed', "update app.audit_block set sealed_at = sealed_at - interval '1 day' where number = 2", /block 2: block changed/],
    ['an entry with its hash', `update app.audit a set act = 'answer.read' where ${entry(2, 3)};
      update app.audit_block b set entry_hashes = (select string_agg(app.entry_hash(a), '' order by a.xid, a.id) from app.audit a
        where a.epoch = b.epoch and a.xid >= b.xid_from and a.xid < b.xid_to) where number = 2`, /block 2: block changed/],
    ['an entry with its hash and the block with its own', `update app.audit a set act = 'answer.read' where ${entry(2, 3)};
      update app.audit_block b set entry_hashes = (select string_agg(app.entry_hash(a), '' order by a.xid, a.id) from app.audit a
        where a.epoch = b.epoch and a.xid >= b.xid_from and a.xid < b.xid_to) where number = 2;
      update app.audit_block b set hash = app.canon_hash(app.block_canon(b)) where number = 2`, RegExp(`block 2: signature wrong, expected ${HEX}`)],
    ['a signature', "update app.audit_block set signature = set_byte(signature, 7, (get_byte(signature, 7) + 1) % 256) where number = 4", /block 4: signature wrong/],
    ['the signature of another block', 'update app.audit_block set signature = (select signature from app.audit_block where number = 3) where number = 4', /block 4: signature wrong/],
    ['a block in the middle taken out', 'delete from app.audit_block where number = 3', /block 3: block removed, expected \w+, found none/],
    ['the first block taken out', 'delete from app.audit_block where number = 1', /block 1: block removed/],
    ['a block with its entries taken out', `delete from app.audit a using app.audit_block b where b.number = 3 and a.epoch = b.epoch and a.xid >= b.xid_from and a.xid < b.xid_to;
      delete from app.audit_block where number = 3`, /block 3: block removed/],
  ];
  for (const [what, sql, expected] of cases) {
    test(`${what}: named`, async () => {
      await tamper(sql);
      const { code, text } = await verify(w);
      assert.equal(code, 1, text);
      const lines = text.split('\n').filter((l) => /^audit log, block/.test(l));
      assert.match(lines[0] ?? '', expected, text);
      assert.match(text, /checkpoints: NOT INTACT/);
    });
  }

  test('the last block taken out: its entries stand as not sealed; what was sent outside shows it', async () => {
    await tamper('delete from app.audit_block where number = 5');
    const { code, text } = await verify(w);
    assert.equal(code, 0);
    assert.match(text, /not sealed yet: 5 entries/);
  });

  test('the guards: nobody updates or deletes, the owner neither', async () => {
    for (const sql of ["update app.audit set act = 'login'", 'delete from app.audit', 'truncate app.audit', 'delete from app.audit_block', 'update app.audit_block set number = 9', 'truncate app.audit_block cascade']) {
      await assert.rejects(w.sql(`set role resonanz_owner; ${sql}`), /immutable/);
    }
  });
});

describe('another cluster, another key', () => {
  test('a restored dump begins an epoch: nothing is sealed before migrate, everything after it', async () => {
    const w = await newWorld();
    try {
      await seal(w);
      await write(w, 4); // not sealed when the dump was made
      await w.sql(`set session_replication_role = replica; update app.setting set value = value || '{"system": "7"}' where key = 'audit.epoch'`);
      await assert.rejects(seal(w), (e) => e.code === 1);
      const server = new Server({ variant: 'release', databaseUrl: w.cluster.url(w.database, 'resonanz_web'), env: {} });
      await assert.rejects(server.start(), /restored or upgraded: run resonanzctl migrate/);
      await w.ctl('migrate');
      await write(w, 3);
      await seal(w);
      assert.deepEqual(await w.sql('select number, epoch, entry_count from app.audit_block where number > 1 order by number'), [['2', '1', '4'], ['3', '2', '3']]);
      const { code, text } = await verify(w);
      assert.equal(code, 0, text);
    } finally { await w.stop(); }
  });

  test('the whole chain made anew with another key: the key is another one', async () => {
    const w = await newWorld();
    try {
      const mine = join(dir, 'mine'), other = join(dir, 'other');
      for (const keys of [mine, other]) await w.ctl('keys', 'create', { env: { RESONANZ_KEYS: keys } });
      await w.run(['jobs', '--once'], { env: { RESONANZ_KEYS: mine } });
      await w.sql("set session_replication_role = replica; truncate app.audit_block cascade; update app.audit set person_id = 1 where act = 'login'");
      await w.run(['jobs', '--once'], { env: { RESONANZ_KEYS: other } });
      const { code, text } = await verify(w, { RESONANZ_KEYS: mine });
      assert.equal(code, 1);
      assert.match(text, /block 1: signed with another key, expected [0-9a-f]{16}, found [0-9a-f]{16}/);
      writeFileSync(join(other, 'sign.pub'), readFileSync(join(mine, 'sign.pub'))); // says it were mine
      await w.sql("set session_replication_role = replica; update app.audit_block set key_id = (select '" + keyId(mine) + "'); update app.audit_block b set hash = app.canon_hash(app.block_canon(b))");
      assert.match((await verify(w, { RESONANZ_KEYS: mine })).text, /block 1: signature wrong/);
    } finally { await w.stop(); }
  });
});

describe('rotation of the signing key', () => {
  let w, keys, sent;
  const rotate = () => w.ctl('keys', 'rotate', 'sign', { env: { RESONANZ_KEYS: keys } });
  const mine = { RESONANZ_KEYS: '' };
  const once = () => w.run(['jobs', '--once'], { env: mine });
  const ids = async () => (await w.sql('select key_id from app.audit_block order by number')).flat();
  const lines = () => readFileSync(join(keys, 'sign.pub'), 'utf8').trim().split('\n');
  before(async () => {
    w = await newWorld();
    keys = mine.RESONANZ_KEYS = join(dir, 'rotated');
    await w.ctl('keys', 'create', { env: mine });
    await once();
    await w.sql("select app.queue_job('checkpoint', 'test ' || clock_timestamp(), '{}', null)");
    await once();
    sent = await w.run(['checkpoint', 'show'], { env: w.ctlEnv(mine) });
  });
  afterEach(() => endLoops());
  after(() => w.stop());

  test('jobs that run sign with the new key, and both verify', async () => {
    const jobs = loop(w, mine);
    const [first] = await ids();
    assert.equal(first, keyId(keys));
    const said = await rotate();
    const second = keyId(keys);
    assert.notEqual(second, first);
    assert.match(said, new RegExp(`sign.key: a new key, ${second}; sign.pub keeps 1 former ones`));
    await write(w, 3);
    for (let i = 0; i < 100 && (await ids()).at(-1) !== second; i += 1) await sleep(50);
    assert.equal((await ids()).at(-1), second, 'without a restart');
    await jobs.end();
    const { code, text } = await verify(w, mine);
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`1 checkpoints: intact\\n.*key ${second}`));
    assert.doesNotMatch(text, /not in sign.pub/, 'receipts of both');
  });

  test('a checkpoint of the former key verifies', async () => {
    assert.match(sent, new RegExp(`key=16:${(await ids())[0]}`));
    assert.match(await w.run(['checkpoint', 'verify', '-'], { input: sent, env: w.ctlEnv(mine) }), /is what it was on/);
  });

  test('the job that verifies finds nothing either', async () => {
    await w.sql("select app.queue_job('audit_verify', 'test ' || clock_timestamp(), '{}', null)");
    await once();
    assert.deepEqual(await w.sql('select finding is null, key_id from app.audit_check order by id desc limit 1'), [['t', keyId(keys)]]);
  });

  test('each block stays bound to its own key', async () => {
    const forge = (set) => w.sql(`set session_replication_role = replica; update app.audit_block set ${set} where number = 1;
      update app.audit_block b set hash = app.canon_hash(app.block_canon(b)) where number = 1`);
    const [first] = await ids();
    await forge(`key_id = '${keyId(keys)}'`);
    assert.match((await verify(w, mine)).text, /block 1: signature wrong/);
    await forge(`key_id = '${first}'`);
    assert.equal((await verify(w, mine)).code, 0);
  });

  test('sign.key lost: another one, and nothing that was signed is', async () => {
    rmSync(join(keys, 'sign.key'));
    await assert.rejects(w.ctl('keys', 'create', { env: mine }), /has sign.pub, but not its sign.key; "resonanzctl keys rotate sign"/);
    await rotate();
    await write(w, 2);
    await once();
    const { code, text } = await verify(w, mine);
    assert.equal(code, 0, text);
    assert.equal(new Set(await ids()).size, 3);
    assert.equal(lines().length, 3);
  });

  test('without its line a former key is an unknown one', async () => {
    const all = lines();
    writeFileSync(join(keys, 'sign.pub'), `${all.slice(0, 2).join('\n')}\n`);
    const { code, text } = await verify(w, mine);
    assert.equal(code, 1);
    assert.match(text, new RegExp(`block 1: signed with another key, expected ${keyId(keys)}, found ${(await ids())[0]}`));
    const checked = await w.run(['checkpoint', 'verify', '-'], { input: sent, env: w.ctlEnv(mine) }).catch((e) => e.stdout);
    assert.match(checked, /DIFFERS: the key of the signature/);
    writeFileSync(join(keys, 'sign.pub'), `${all.join('\n')}\n`);
  });
});

describe('checkpoints', () => {
  let w, sent;
  const checkpoint = async () => { await w.sql("select app.queue_job('checkpoint', 'test ' || clock_timestamp(), '{}', null)"); await w.jobs('--once'); };
  const check = (text) => w.run(['checkpoint', 'verify', '-'], { input: text, env: w.ctlEnv() }).then((t) => ({ code: 0, text: t }), (e) => ({ code: e.code, text: e.stdout + e.stderr }));
  before(async () => {
    w = await newWorld();
    await w.sql(`update app.setting set value = '["protokoll@archiv.example", "revision@bund.example"]' where key = 'audit.checkpoint_addresses'`);
    await write(w, 3);
    await seal(w);
    await checkpoint();
    sent = await w.run(['checkpoint', 'show'], { env: w.ctlEnv() });
  });
  after(() => w.stop());

  test('a few signed lines go to each address', async () => {
    assert.match(sent, /^resonanz checkpoint 1\nblock=1:1\nhash=64:[0-9a-f]{64}\nepoch=1:1\nentries=\d+:\d+\nmade_at=27:\S+Z\nkey=16:[0-9a-f]{16}\nsignature=128:[0-9a-f]{128}\n$/);
    const mails = await w.sql(`select address, template, args ->> 'body' from app.mail where template = 'checkpoint' order by address`);
    assert.deepEqual(mails.map(([a, t]) => [a, t]), [['protokoll@archiv.example', 'checkpoint'], ['revision@bund.example', 'checkpoint']]);
    for (const [, , body] of mails) assert.equal(body, sent);
    assert.equal(await w.value("select count(*) from app.audit where act = 'audit.checkpoint'"), '1');
  });

  test('it holds against the chain as it goes on, also out of a mail', async () => {
    await write(w, 3);
    await seal(w);
    const mail = `From: resonanz@fitko.example\r\nSubject: Prüfpunkt\r\n\r\nGuten Tag,\r\n\r\n${sent.replaceAll('\n', '\r\n')}\r\nBitte aufbewahren.\r\n`;
    for (const text of [sent, mail]) {
      const { code, text: said } = await check(text);
      assert.equal(code, 0, said);
      assert.match(said, /block 1 with \d+ entries is what it was on/);
    }
    assert.match((await verify(w)).text, /1 checkpoints: intact/);
  });

  test('as it comes by mail, it is what verify takes', async () => {
    const server = await sink();
    try {
      await w.run(['jobs', '--once'], { env: { RESONANZ_SMTP_URL: server.url, RESONANZ_MAIL_FROM: 'resonanz@fitko.example', RESONANZ_BASE_URL: 'https://resonanz.example' } });
      const mail = server.mails.find(({ to }) => to[0] === 'protokoll@archiv.example');
      const { code, text } = await check(mail.text);
      assert.equal(code, 0, `${text}\n${mail.text}`);
    } finally { await server.stop(); }
  });

  test('a changed, cut or foreign text is none', async () => {
    const cases = [
      [sent.replace(/entries=(\d+):(\d)/, (all, n, d) => `entries=${n}:${(Number(d) + 1) % 10}`), /DIFFERS: the signature/],
      [sent.replace(/hash=64:./, (all) => `hash=64:${all.at(-1) === '0' ? '1' : '0'}`), /DIFFERS: the signature/],
      [sent.replace(/key=16:./, (all) => `key=16:${all.at(-1) === '0' ? '1' : '0'}`), /DIFFERS: the key/],
      [sent.replace('block=1:1', 'block=2:1'), /damaged/],
      [sent.split('\n').slice(0, 5).join('\n'), /no end|damaged/],
      [sent.replace(/hash=.*\n/, ''), /not complete/],
      ['Guten Tag', /no checkpoint/],
    ];
    for (const [text, expected] of cases) {
      const { code, text: said } = await check(text);
      assert.equal(code, 1, said);
      assert.match(said, expected);
    }
  });

  test('the whole chain written anew, with the right key: the checkpoint shows it', async () => {
    await w.sql(`set session_replication_role = replica; truncate app.checkpoint, app.audit_block;
      update app.audit set person_id = 4711 where id = (select min(id) from app.audit)`);
    await seal(w); // the sealer signs what it finds
    const { code, text } = await verify(w);
    assert.equal(code, 0, `nothing here shows it:\n${text}`);
    const outside = await check(sent);
    assert.equal(outside.code, 1);
    assert.match(outside.text, /DIFFERS: the hash of the block\n +sent outside: [0-9a-f]{64}\n +here: +[0-9a-f]{64}/);
  });

  test('blocks at the end taken out: a checkpoint kept here shows it', async () => {
    await write(w, 2);
    await seal(w);
    await checkpoint();
    const last = await w.value('select max(block_number) from app.checkpoint');
    await w.sql(`set session_replication_role = replica; delete from app.audit_block where number >= ${last}`);
    const { code, text } = await verify(w);
    assert.equal(code, 1);
    assert.match(text, new RegExp(`block ${last}: differs from a checkpoint, expected [0-9a-f]{64}, found none`));
  });
});

describe('the verification as a job', () => {
  let w;
  before(async () => { w = await newWorld(); await write(w, 4); await seal(w); });
  after(() => w.stop());
  const run = async () => { await w.sql("select app.queue_job('audit_verify', 'test ' || clock_timestamp(), '{}', null)"); await w.jobs('--once'); };

  test('what it found is kept', async () => {
    await run();
    const all = await w.value('select sum(entry_count) from app.audit_block');
    assert.deepEqual(await w.sql('select block_count > 0, entry_count, finding is null, last_hash = (select hash from app.audit_block where number = last_block) from app.audit_check order by id desc limit 1'), [['t', all, 't', 't']]);
    assert.equal(await w.value("select count(*) from app.audit where act = 'audit.intact'"), '1');
  });

  test('in parts, and picked up where another ended', async () => {
    await w.sql(`do $$ begin for i in 1..450 loop perform app.audit(null, 'answer.save', 'answer', i); end loop; end $$`);
    await seal(w);
    // as it lies between two parts: after the first block
    await w.sql(`with b as (select * from app.audit_block where number = 1), e as (select a.* from app.audit a, b where a.epoch = b.epoch and a.xid < b.xid_to order by a.xid desc, a.id desc limit 1)
      insert into app.job (kind, dedupe_key, args, parts_done) select 'audit_verify', 'halfway', jsonb_build_object('state', jsonb_build_object(
        'number', 1, 'epoch', b.epoch, 'to', b.xid_to::text, 'hash', encode(b.hash, 'hex'), 'read_epoch', e.epoch, 'read_xid', e.xid::text, 'read_id', e.id,
        'blocks', 1, 'entries', b.entry_count, 'fault', 0, 'is_done', false)), 1 from b, e`);
    await w.jobs('--once');
    const [[blocks, entries]] = await w.sql('select count(*), sum(entry_count) from app.audit_block');
    assert.deepEqual(await w.sql('select block_count, entry_count, finding is null from app.audit_check order by id desc limit 1'), [[blocks, entries, 't']]);
    assert.equal(await w.value("select state from app.job where dedupe_key = 'halfway'"), 'done');
  });

  test('the first finding is kept, auditors and administrators hear of it once', async () => {
    await w.sql(`set session_replication_role = replica; update app.audit set amount = 7 where id = (select max(id) from app.audit where act = 'answer.save')`);
    await run();
    await run();
    const [[what, place, found]] = await w.sql("select finding ->> 'what', finding ->> 'place', finding ->> 'found' ~ '^[0-9a-f]{64}$' from app.audit_check order by id desc limit 1");
    assert.deepEqual([what, /^45\d$/.test(place), found], ['entry_changed', true, 't']);
    assert.equal(await w.value("select count(*) from app.audit where act = 'audit.broken'"), '2');
    const told = await w.sql(`select p.name from app.mail m join app.person p on p.id = m.person_id where m.template = 'audit_broken' order by 1`);
    assert.deepEqual(told, [['Dr. Hannes Voss'], ['Kim Adler']]);
  });
});

/** First 16 digits of the SHA-256 of the public key in use. */
const keyId = (keys) => createHash('sha256').update(Buffer.from(readFileSync(join(keys, 'sign.pub'), 'utf8').split('\n')[0], 'hex')).digest('hex').slice(0, 16);
