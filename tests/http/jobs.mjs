// The job loop: each part once, whoever dies and however many loops there are.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownCluster } from '../lib/cluster.mjs';
import { endLoops, loop } from '../lib/jobs.mjs';
import { world } from '../lib/server.mjs';

let w;
// The kind "test": each part leaves a row; args say how many, how slow, and
// which part fails how often.
const KIND = `
  create table app.t_part (job_id bigint, part int, at timestamptz default clock_timestamp());
  create sequence app.t_tries;
  create function job.test(p_id bigint, p_part int, p_args jsonb) returns int
  language plpgsql security definer set search_path = app, pg_temp as $$
  begin
    insert into t_part (job_id, part) values (p_id, p_part);
    perform pg_sleep(coalesce((p_args ->> 'seconds')::float8, 0));
    if p_part = (p_args ->> 'bad')::int then
      if nextval('t_tries') <= (p_args ->> 'times')::int then
        raise exception 'Teil % ging nicht', p_part;
      end if;
    end if;
    return (p_args ->> 'parts')::int;
  end $$;
  grant execute on function job.test(bigint, int, jsonb) to resonanz_jobs;
  alter function job.test(bigint, int, jsonb) owner to resonanz_owner;
  alter table app.t_part owner to resonanz_owner; alter sequence app.t_tries owner to resonanz_owner`;

let queued = 0;
const queue = (args, dedupe = `j${queued += 1}`) => w.value(`select app.queue_job('test', '${dedupe}', '${JSON.stringify(args)}', null)`);
const job = async (id) => JSON.parse(await w.value(`select to_json(j) from app.job j where j.id = ${id}`));
const parts = async (id) => (await w.sql(`select part from app.t_part where job_id = ${id} order by at`)).map(([n]) => Number(n));
const upTo = (n) => Array.from({ length: n }, (_, i) => i);

async function until(what, fact, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) if (await fact()) return;
  assert.fail(`not within ${seconds} s: ${what}`);
}

describe('jobs', { concurrency: 1 }, () => {
  before(async () => { w = await world({ serve: false }); await w.sql(KIND); });
  afterEach(endLoops);
  after(() => w?.stop());

  test('--once does what waits, part by part, and returns', async () => {
    const id = await queue({ parts: 5 }, 'a');
    assert.equal(await queue({ parts: 5 }, 'a'), id, 'asked for twice, there once');
    await w.jobs('--once');
    assert.deepEqual(await parts(id), upTo(5));
    const { state, parts_done: done, parts_total: total, finished_at: at } = await job(id);
    assert.deepEqual({ state, done, total }, { state: 'done', done: 5, total: 5 });
    assert.notEqual(at, null);
    assert.notEqual(await queue({ parts: 1 }, 'a'), id, 'done is done: the next is another');
    await w.jobs('--once');
  });

  test('a part that fails leaves nothing and is tried again, later', async () => {
    const id = await queue({ parts: 3, bad: 1, times: 1 });
    const ran = await w.jobs('--once').catch((error) => error);
    assert.equal(ran.code, 1, 'and --once says so');
    assert.match(ran.stdout, /Teil 1 ging nicht/);
    assert.deepEqual(await parts(id), [0]);
    let j = await job(id);
    assert.equal(j.state, 'ready');
    assert.match(j.note, /Teil 1 ging nicht/);
    await w.jobs('--once');
    assert.deepEqual(await parts(id), [0], 'not before its time');
    await w.sql(`update app.job set run_at = clock_timestamp() where id = ${id}`);
    await w.jobs('--once');
    assert.deepEqual(await parts(id), [0, 1, 2]);
    j = await job(id);
    assert.deepEqual([j.state, j.note], ['done', null]);
  });

  test('five failures at the same part are the end', async () => {
    await w.sql("select setval('app.t_tries', 1, false)");
    const id = await queue({ parts: 2, bad: 1, times: 99 });
    for (let i = 1; i <= 5; i += 1) {
      assert.equal((await job(id)).state, 'ready', `before attempt ${i}`);
      await w.sql(`update app.job set run_at = clock_timestamp() where id = ${id}`);
      await w.jobs('--once').catch(() => {});
    }
    assert.equal((await job(id)).state, 'failed');
    assert.deepEqual(await parts(id), [0]);
  });

  test('who is killed in the middle is followed by another; no part twice', async () => {
    const id = await queue({ parts: 12, seconds: 0.15 });
    const first = loop(w);
    await until('some parts', async () => (await parts(id)).length >= 3);
    await first.end('SIGKILL');
    const done = (await job(id)).parts_done;
    assert.ok(done >= 3 && done < 12, `${done} parts before`);
    assert.equal((await parts(id)).length, done, 'progress and effect agree');
    await w.jobs('--once');
    assert.equal((await job(id)).parts_done, done, 'its heartbeat is young: nobody takes it');
    await w.sql(`update app.job set heartbeat_at = heartbeat_at - interval '2 minutes' where id = ${id}`);
    await w.jobs('--once');
    assert.deepEqual(await parts(id), upTo(12));
    assert.equal((await job(id)).state, 'done');
  });

  test('killed five times without a part in between, it has failed', async () => {
    const id = await queue({ parts: 1 });
    await w.sql(`update app.job set state = 'running', claimed_by = 'tot', attempts = 5,
      heartbeat_at = clock_timestamp() - interval '2 minutes' where id = ${id}`);
    await w.jobs('--once');
    assert.equal((await job(id)).state, 'failed');
    assert.match((await job(id)).note, /abgebrochen/);
    assert.deepEqual(await parts(id), []);
  });

  test('a part that takes long is not taken by another, stale or not', async () => {
    const id = await queue({ parts: 1, seconds: 3 });
    const first = loop(w);
    await until('it runs', async () => (await job(id)).state === 'running');
    await sleep(300); // it is inside its part now
    await Promise.race([sleep(1000), w.sql(`set lock_timeout = '200ms';
      update app.job set heartbeat_at = heartbeat_at - interval '2 minutes' where id = ${id}`)]).catch(() => {});
    await w.jobs('--once');
    await until('it is done', async () => (await job(id)).state === 'done');
    await first.end();
    assert.deepEqual(await parts(id), [0]);
  });

  test('two loops share the work and do none of it twice', async () => {
    const ids = [];
    for (let i = 0; i < 12; i += 1) ids.push(await queue({ parts: 4, seconds: 0.02 }, `k${i}`));
    const loops = [loop(w), loop(w)];
    await until('all done', async () => (await w.value("select count(*) from app.job where kind = 'test' and state in ('ready', 'running')")) === '0');
    const by = await w.sql(`select distinct claimed_by from app.job where id in (${ids})`);
    for (const l of loops) await l.end();
    for (const id of ids) assert.deepEqual(await parts(id), upTo(4));
    assert.equal(by.length, 2, 'both took part');
  });

  test('SIGTERM ends after the current part and leaves the rest', async () => {
    const id = await queue({ parts: 50, seconds: 0.3 });
    const first = loop(w);
    await until('it runs', async () => (await parts(id)).length >= 1);
    assert.deepEqual(await first.end('SIGTERM'), { code: 0, signal: null });
    const j = await job(id);
    assert.equal(j.state, 'ready');
    assert.equal((await parts(id)).length, j.parts_done);
    await w.sql(`update app.job set state = 'done', finished_at = clock_timestamp() where id = ${id}`);
  });

  test('periodic work is done by one process, and by the next when that one dies', async () => {
    const [a, b] = [loop(w), loop(w)];
    const holder = async () => (await w.sql(`select pid from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database()) and granted`)).flat();
    await until('one holds the lock', async () => (await holder()).length === 1);
    const [pid] = await holder();
    await w.sql(`select pg_terminate_backend(${pid})`);
    await until('the next', async () => { const now = await holder(); return now.length === 1 && now[0] !== pid; });
    const [[kind, seconds, isOk]] = await w.sql("select kind, seconds, is_ok from app.job_period where kind = 'number_positions'");
    assert.deepEqual([kind, seconds, isOk], ['number_positions', '1', 't']);
    await until('it ran', async () => (await w.value("select ran_at is not null from app.job_period where kind = 'number_positions'")) === 't');
    for (const l of [a, b]) await l.end();
  });
});

test('counters of outcomes are exact at any moment, however many release, withdraw and fold at the same time', async () => {
  w = await world({ serve: false });
  const versions = await w.sql(`select v.id, v.response_id, v.stage_id, v.organisation_id from app.response_version v
    join app.current_version c on c.response_version_id = v.id order by v.id limit 8`);
  assert.equal(versions.length, 8);
  // what a withdrawal and a release do to the version that counts; the order of the houses differs
  const turns = async (from) => {
    for (const [id, response, stage, organisation] of [...versions.slice(from), ...versions.slice(0, from)]) {
      await w.sql(`delete from app.current_version where response_id = ${response}`);
      await w.sql(`insert into app.current_version (response_id, response_version_id, stage_id, organisation_id)
        values (${response}, ${id}, ${stage}, ${organisation}) on conflict (response_id) do nothing`);
    }
  };
  let isOver = false;
  const folds = (async () => { let n = 0; while (!isOver) n += Number(await w.value('select job.fold_outcomes()')); return n; })();
  const looks = (async () => { const seen = []; while (!isOver) seen.push(...await w.sql('select f.name, f.fault from job.outcome_faults() f')); return seen; })();
  await Promise.all([0, 3, 5].map(turns));
  isOver = true;
  assert.ok(await folds > 10, 'folded meanwhile');
  assert.deepEqual(await looks, [], 'at no moment a figure that the rows do not say');
  await w.stop();
});

test('the loop outlives a restart of the database', async (t) => {
  t.after(endLoops);
  const cluster = ownCluster();
  w = await world({ serve: false, cluster });
  await w.sql(KIND);
  const l = loop(w);
  const before_ = await queue({ parts: 1 }, 'vorher');
  await until('the first job', async () => (await job(before_)).state === 'done');
  cluster.stop({ kill: true });
  await sleep(1500);
  cluster.start();
  const id = await queue({ parts: 2 }, 'nachher');
  await until('the second job', async () => (await job(id)).state === 'done');
  assert.deepEqual(await parts(id), [0, 1]);
  assert.deepEqual(await l.end('SIGTERM'), { code: 0, signal: null });
  await w.stop();
});
