// The authorisation matrix (tests/matrix/) against the running server: every
// route with every role, and with foreign and random objects. What is refused
// is really sent; what would be done is left to tests/sql/authorisation-matrix.sql,
// which undoes it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CLOCK, STATES, cells, csrf, gaps, roles, token, worldSql } from '../matrix/matrix.mjs';
import { world } from '../lib/server.mjs';

let w;
const who = {};
const objects = new Map(); // role, name → { own, foreign, random }
const context = {};
before(async () => {
  w = await world();
  await w.sql(worldSql());
  for (const { role, session } of roles) {
    who[role] = w.client();
    if (session !== 'none') who[role].cookies.set('resonanz', token(role));
  }
  for (const [role, name, own, foreign, random] of await w.sql(`select r.role, n.name, matrix.value(r.role, n.name, 'own'),
      matrix.value(r.role, n.name, 'foreign'), matrix.value(r.role, n.name, 'random')
      from matrix.role r, (select distinct name from matrix.object) n`)) objects.set(`${role} ${name}`, { own, foreign, random });
  await contexts();
});
after(() => w?.stop());

async function contexts() {
  for (const [role, code] of await w.sql('select role, matrix.context(role) from matrix.role')) context[role] = code;
}
async function enter(state) {
  await w.clock(CLOCK[state]);
  await w.sql(`select matrix.set_state('${state}')`);
  await contexts();
}

/** The value of a name in a cell. */
function value({ call, role, object }, name) {
  const given = call.values[object][name];
  if (given !== undefined) return given;
  const found = objects.get(`${role.role} ${name}`);
  if (!found?.[object]) throw new Error(`${call.name}: tests/matrix/world.sql has no ${object} ${name}`);
  return found[object];
}

/** Sends what a cell says; json: to the twin. */
function send(cell, json) {
  const { call, role } = cell;
  const path = call.path.replace(/:(\w+)/g, (all, name) => encodeURIComponent(value(cell, name)));
  const twin = json && call.kind !== 'CUSTOM' ? `/api${path === '/' ? '' : path}` : path;
  const inPath = new Set([...call.path.matchAll(/:(\w+)/g)].map((m) => m[1]));
  const fields = Object.fromEntries(call.params.map(({ name }) => name).filter((name) => !inPath.has(name) && (call.objects.includes(name) || name in call.values[cell.object]))
    .map((name) => [name, value(cell, name)]));
  if (!call.post) {
    const query = new URLSearchParams(fields).toString();
    return who[role.role].get(query === '' ? twin : `${twin}?${query}`);
  }
  const form = `${csrf(role.role)}.${context[role.role]}`;
  if (!json || call.kind === 'CUSTOM') return who[role.role].post(path, { csrf: form, ...fields });
  return who[role.role].request('POST', twin, {
    body: JSON.stringify({ csrf: form, ...fields, ...Object.fromEntries(Object.entries(fields).filter(([, v]) => v === '[]').map(([k]) => [k, []])) }),
    headers: { 'content-type': 'application/json', origin: w.url, 'x-csrf-token': form },
  });
}

/** The reply as the matrix writes it. */
function outcome(reply) {
  if (reply.isRedirect) return reply.location?.startsWith('/login') && reply.method === 'GET' ? '401' : 'ok';
  if (reply.status < 300) return 'ok';
  if (reply.status === 403 && /second_factor/.test(reply.text)) return '2f';
  return String(reply.status);
}

const REFUSED = /^(401|403|2f|404)$/;
const every = cells().filter(({ call }) => call.kind !== 'CALL');
// In the other states only what differs from the open stage: that the rest does not is tests/sql/'s.
const named = ({ call, role, object }) => `${call.name} ${role.role} ${object}`;
const whileOpen = new Map(every.filter(({ state }) => state === 'open').map((cell) => [named(cell), cell.expected]));
const all = every.filter((cell) => cell.state === 'open' || cell.expected !== whileOpen.get(named(cell)));
const byRoute = (list) => Map.groupBy?.(list, ({ call }) => call.name)
  ?? list.reduce((map, cell) => map.set(cell.call.name, [...(map.get(cell.call.name) ?? []), cell]), new Map());

test('authorisation-matrix: each route has a row', () => assert.deepEqual(gaps(), []));

/** Exports are few at a time on a server, so no more than two. */
async function inPortions(list, work) {
  for (let i = 0; i < list.length; i += 2) await Promise.all(list.slice(i, i + 2).map(work));
}

for (const state of STATES) {
  describe(`authorisation-matrix: ${state}`, () => {
    before(() => enter(state));
    for (const [name, list] of byRoute(all.filter((cell) => cell.state === state))) {
      test(`authorisation-matrix: ${name}, ${state}`, async () => {
        const wrong = [];
        await inPortions(list.filter(({ call, expected }) => !call.post || REFUSED.test(expected)), async (cell) => {
          const reply = await send(cell, true);
          const got = outcome(reply);
          const expected = cell.call.kind === 'CUSTOM' ? cell.expected.replace('2f', '403') : cell.expected; // a page does not say the code
          if (got !== expected) wrong.push(`${cell.role.role}, ${cell.object} object: expected ${cell.expected}, got ${got}: ${reply.text.slice(0, 120)}`);
        });
        assert.deepEqual(wrong, []);
      });
    }
  });
}

// What differs by its nature: the number of the request, the asked path, times.
const plain = (reply) => reply.text.replace(/\b[0-9a-f]{16}\b/g, 'REQUEST')
  .replace(/\d\d\d\d-\d\d-\d\dT[\d:.+]+/g, 'TIME')
  .replaceAll(encodeURIComponent(reply.path), 'PATH').replaceAll(reply.path, 'PATH').replaceAll(reply.path.replace(/^\/api/, ''), 'PATH');

describe('authorisation-matrix: a foreign object reads like one that does not exist', () => {
  before(() => enter('open'));
  const hidden = all.filter(({ object, expected }) => object === 'foreign' && expected === '404');
  for (const [name, list] of byRoute(hidden)) {
    test(`authorisation-matrix: ${name}, bytes of a foreign and of a random object`, async () => {
      for (const cell of list) {
        const random = { ...cell, object: 'random' };
        for (const json of [false, true]) {
          const [a, b] = [await send(cell, json), await send(random, json)];
          const label = `${name} ${cell.role.role} ${json ? 'twin' : 'page'}`;
          assert.deepEqual([a.status, b.status], [404, 404], label);
          assert.equal(plain(a), plain(b), label);
          const heads = [a, b].map((reply) => Object.keys(reply.headers).sort().join());
          assert.equal(heads[0], heads[1], `${label}: headers`);
        }
      }
    });
  }
  test('authorisation-matrix: there are such objects', () => assert.ok(hidden.length > 20, `${hidden.length}`));
});
