// The authorisation matrix, expanded: who (roles.tsv) × route (routes.tsv and
// app/routes.def) × state × object → what is expected. Drives
// tests/sql/authorisation-matrix.sql and tests/http/authorisation-matrix.mjs.
//
//   node tests/matrix/matrix.mjs cells    one cell a line, for psql's \copy
//   node tests/matrix/matrix.mjs world    SQL that makes the people of roles.tsv
//   node tests/matrix/matrix.mjs gaps     what routes.tsv and routes.def do not have in common
//   node tests/matrix/matrix.mjs tables   the tables of tables.tsv
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const here = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
export const STATES = ['open', 'planned', 'submitted', 'closed'];
export const CLOCK = { open: '2024-04-22T09:00', submitted: '2024-04-22T09:00', planned: '2024-03-20T09:00', closed: '2024-05-10T09:00' };

/** Rows of a table: objects by the names of its first line. */
function table(name) {
  const [head, ...rows] = here(name).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t'));
  return rows.map((row) => Object.fromEntries(head.map((key, i) => [key, row[i] ?? ''])));
}

export const roles = table('roles.tsv');
export const tables = table('tables.tsv');
const rows = table('routes.tsv');

/** Divides at commas that stand outside of brackets and quotes. */
const divide = (text) => text.match(/(?:"[^"]*"|\([^)]*\)|[^,("])+/g)?.map((part) => part.trim()) ?? [];

/** The rows of routes.def: kind, name, method, path, audience, params. */
export const routes = [...here('../../app/routes.def').replace(/\/\*[\s\S]*?\*\//g, '')
  .matchAll(/^(PAGE|VIEW|ACTION|CUSTOM)\(((?:"[^"]*"|\([^)]*\)|[^()"])*)\)/gm)].map(([, kind, inside]) => {
  const parts = divide(inside);
  const name = parts.shift();
  const method = kind === 'CUSTOM' ? parts.shift() : kind === 'ACTION' ? 'METHOD_POST' : 'METHOD_GET';
  const [path, audience] = [parts.shift(), parts.shift()].map((part) => part.replaceAll('"', ''));
  if (kind === 'ACTION') parts.shift();
  const params = parts.filter((part) => part !== 'NONE').map((part) => {
    const [, type, param] = /^(\w+)\((\w+)/.exec(part);
    return { type, name: param };
  });
  return { kind, name, post: /POST/.test(method) && !/GET/.test(method), path, audience, params };
});

export const gaps = () => {
  const known = new Set(rows.filter((row) => !row.other.includes('call=')).map((row) => row.name));
  const names = new Set(routes.map((route) => route.name));
  const differ = rows.map((row) => [row, routes.find((route) => route.name === row.name)])
    .filter(([row, route]) => route && route.audience !== row.audience);
  return [...differ.map(([row, route]) => `${row.name}: audience ${route.audience} in app/routes.def, ${row.audience || 'none'} in tests/matrix/routes.tsv`),
    ...routes.filter((route) => !known.has(route.name)).map((route) => `${route.name}: no row in tests/matrix/routes.tsv`),
    ...[...known].filter((name) => !names.has(name)).map((name) => `${name}: a row, but no such route`)];
};

const words = (text) => Object.fromEntries(text.split(' ').filter(Boolean).map((word) => {
  const at = word.search(/[=!]/);
  return [word.slice(0, at), word.slice(at + 1)];
}));

/** What a form sends for a parameter of which a row says nothing. */
const FILLED = {
  KEY: 'x', INT: '1', LINE: 'Beispiel', TEXT: 'Beispieltext', FLAG: 'true', LIST: '[]', HASH: '0'.repeat(64), SECRET: 'Beispielkennwort-17',
};

/** Everything that is called: routes, and functions without a route. */
export const calls = rows.flatMap((row) => {
  const other = words(row.other);
  const route = other.call
    ? { kind: 'CALL', name: row.name, path: '', audience: row.audience, post: other.call.startsWith('action.'), params: [] }
    : { ...routes.find((one) => one.name === row.name), audience: row.audience };
  if (!route.name) return [];
  const sent = words(row['what is sent']);
  const values = { own: {}, foreign: {}, random: {} };
  const objects = new Set(); // parameters that name an object of the world
  for (const { name, type } of route.params) {
    if (type === 'PATH') objects.add(name);
    else if (!(name in sent) && FILLED[type] !== undefined) for (const object of Object.keys(values)) values[object][name] = FILLED[type];
  }
  for (const [name, value] of Object.entries(sent)) {
    if (value === '@' || value.includes('|')) objects.add(name);
    if (value === '@') continue;
    const three = value.split('|').map(decodeURIComponent);
    Object.keys(values).forEach((object, i) => { values[object][name] = three[i] ?? three[0]; });
  }
  return [{ ...route, call: other.call, states: other.states?.split(','), values, objects: [...objects], differs: words(row['what differs']) }];
});

// In these audiences an object of another house is an object like any other.
const SEES_ALL = /^(desk|moderator|reporter|auditor|administrator|inviter)$/;

function expected(call, role, object, state) {
  const audience = call.audience.replace(/_confirmed$/, '');
  const cell = role[audience];
  if (cell === undefined) throw new Error(`${call.name}: roles.tsv has no audience ${audience}`);
  const exact = call.differs[`${role.role}.${object}`];
  if (exact) return exact;
  if (cell !== 'ok') return cell;
  if (audience !== call.audience && role.session === 'stale') return '403';
  const ofRole = call.differs[role.role] ?? call.differs[role.house === 'platform' ? 'platform' : ''];
  if (ofRole) return ofRole;
  if (object !== 'own') return call.differs[object] ?? (object === 'foreign' && SEES_ALL.test(audience) ? inside(call) : '404');
  return call.differs[state] ?? call.differs.own ?? inside(call);
}
const inside = (call) => (call.post ? 'in' : 'ok');

/** { call, role, object, state, expected }, in the order of states. */
export function cells() {
  const list = [];
  for (const state of STATES) {
    for (const call of calls) {
      if (!(call.states ?? STATES).includes(state)) continue;
      const home = state === (call.states?.[0] ?? 'open');
      if (!home && !call.path.startsWith('/consultations/:')) continue; // nothing to do with a stage
      for (const role of roles) {
        const objects = home && call.objects.length > 0 ? ['own', 'foreign', 'random'] : ['own'];
        for (const object of objects) {
          // a part that no house owns has no foreign one
          if (object === 'foreign' && !call.objects.some((name) => OWNED.has(name) || call.values.foreign[name] !== call.values.own[name])) continue;
          list.push({ call, role, object, state, expected: expected(call, role, object, state) });
        }
      }
    }
  }
  return list;
}

/** Names of objects that belong to a house or a person, as world.sql says. */
export const OWNED = new Set(/^-- owned: (.*)$/m.exec(here('world.sql'))[1].split(' '));

/** The roles that an audience lets in, for a list of audiences and roles. */
const members = (list) => list.split(',').flatMap((name) => roles.filter((role) => role.role === name || role[name] === 'ok').map((role) => role.role));

/** The token of a role's session. */
export const token = (role) => role.padEnd(43, '-');

/** The form token that belongs to it, as app/web/token.c derives it. */
export const csrf = (role) => createHash('sha256').update(`resonanz form token 1:${token(role)}`).digest('base64url');

export const worldSql = () => here('world.sql').replace('$ROLES$',
  JSON.stringify(roles.map(({ role, house, grants, more, session }) => ({ role, house, grants, more, session, token: token(role) }))));

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const line = (values) => console.log(values.map((value) => (value ?? '\\N')).join('\t'));
  const print = {
    gaps: () => gaps().forEach((gap) => console.log(gap)),
    tables: () => tables.forEach((row) => line([row.table, row.all === 'public', ...[row.all, row.own].map((who) => `{${members(who)}}`)])),
    world: () => console.log(worldSql()),
    cells: () => cells().filter(({ call }) => call.kind !== 'CUSTOM').forEach(({ call, role, object, state, expected: status }) => line([
      call.name, call.call ?? `${call.kind === 'ACTION' ? 'action' : 'page'}.${call.name}`, call.post, call.kind === 'VIEW', call.audience, role.role, object, state, status,
      JSON.stringify(call.values[object]), `{${call.objects.join(',')}}`])),
  };
  print[process.argv[2]]();
}
