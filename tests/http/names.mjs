// Names of people are never public: every page a visitor reaches by links, its
// twin, and what the desk takes out of the house as a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const { people } = JSON.parse(readFileSync('assets/demo/world-2024.json', 'utf8'));
const words = people.flatMap(({ name, mail }) => [name, name.split(' ').at(-1).length > 5 ? name.split(' ').slice(-2).join(' ') : name, mail]);
let w;
before(async () => { w = await world({ clock: '2024-05-10T09:00' }); });
after(() => w?.stop());

const named = (text) => words.filter((word) => text.includes(word) || text.includes(encodeURIComponent(word)));

test('no page that links reach without a login names anybody, nor does its twin', async () => {
  const nobody = w.client();
  const seen = new Set(['/']);
  const queue = ['/'];
  while (queue.length > 0 && seen.size < 400) {
    const path = queue.shift();
    const reply = await nobody.get(path);
    assert.deepEqual(named(reply.text), [], path);
    if (!reply.isPage) continue;
    assert.deepEqual(named((await nobody.get(`/api${path === '/' ? '' : path}`)).text), [], `/api${path}`);
    for (const [, href] of reply.text.matchAll(/href="(\/[^"#]*)/g)) {
      const to = href.replaceAll('&amp;', '&');
      if (!/^\/(static|api)\//.test(to) && !seen.has(to)) { seen.add(to); queue.push(to); }
    }
  }
  assert.ok(seen.size > 80, `${seen.size} pages`);
  for (const path of [`${BASE}/returns`, `${BASE}/synopsis`, `${BASE}/synopsis.csv`, '/people', '/invitations', '/account/data']) {
    assert.deepEqual(named((await nobody.get(path)).text), [], path);
  }
});

test('the exports of the desk name houses, not people', async () => {
  const sander = await w.as(PEOPLE.sander);
  for (const path of [`${BASE}/synopsis.csv`, `${BASE}/synopsis.json`]) {
    const reply = await sander.get(path);
    assert.equal(reply.status, 200);
    assert.ok(reply.text.length > 10_000);
    assert.deepEqual(named(reply.text), [], path);
  }
});

test('what a house released names nobody: pages of the desk', async () => {
  const sander = await w.as(PEOPLE.sander);
  for (const path of [`${BASE}/submissions/MV`, `${BASE}/synopsis`, `${BASE}/opinion/K4.G2.5`, `${BASE}/returns`]) {
    const { text } = await sander.get(path);
    assert.deepEqual(named(text).filter((word) => !/Sander/.test(word)), [], path);
  }
});
