// Every page of the map with the keyboard alone and without scripts, as the
// people who see it: Tab goes through everything in the order of the page, the
// focus is seen, in the window and under nothing, and nowhere is a trap. At 320
// px, which is a zoom of 400 %, nothing scrolls sideways but tables in a named
// area of their own that the keyboard reaches, and every target has 24 px. At the end the main
// job, from signing in to the receipt and to the export, without a pointer.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { publish } from '../lib/publication.mjs';
import { DEMO_PASSWORD, PEOPLE } from '../lib/people.mjs';
import { BASE, SLUG, world } from '../lib/server.mjs';
import { browse, withScripts } from './lib.mjs';

const PAGES = [...readFileSync(new URL('../../app/routes.def', import.meta.url), 'utf8').matchAll(/^(?:PAGE|VIEW)\((\w+),\s*"([^"]+)",\s*"(\w+)"/gm)]
  .map(([, name, path, audience]) => ({ name, path, audience: audience.replace(/_confirmed$/, '') }));
// What stands for the parameters of a path; pathOf() asks the database for the rest.
const SAMPLE = { consultation: SLUG, chapter: 'K4', item: 'K4.G2.5', question: 'L-K4-1', target: 'K4.G2.5', organisation: 'MV', seat: 'BUND', position: 'R1-0001', commitment: 'V3-01', focus_topic: 'data', edition: '1', other: '1', stage: 's1' };
// Who walks the pages of an audience.
const WALKERS = {
  public: [null], signed_in: [PEOPLE.huber, PEOPLE.sander],
  member: [PEOPLE.huber, PEOPLE.brandl, PEOPLE.thoms], editor: [PEOPLE.huber], releaser: [PEOPLE.brandl], desk: [PEOPLE.sander], moderator: [PEOPLE.sander],
  reporter: [PEOPLE.petersen], inviter: [PEOPLE.sander], administrator: [PEOPLE.adler], auditor: [PEOPLE.voss], pending: [PEOPLE.petersen],
};
const PENDING = PEOPLE.petersen; // whose password was right, and whose code is still to come
// The same page with other content, and what answers by an error.
const MORE = [
  [null, '/nichts'], [PEOPLE.huber, `${BASE}/returns`], [PEOPLE.sander, '/'],
  [PEOPLE.huber, '/'], [PEOPLE.huber, BASE], [PEOPLE.huber, `${BASE}/chapters/K4`], [PEOPLE.huber, `${BASE}/items/K4.G2.5`], [PEOPLE.huber, `${BASE}/questions/L-K4-1`],
  [PEOPLE.huber, `${BASE}/response/answers/L-K12-4`], [PEOPLE.huber, `${BASE}/response/answers/L-K3b-2`], [PEOPLE.huber, `${BASE}/response/answers/K5`],
  [PEOPLE.huber, `${BASE}/response?show=empty`], [PEOPLE.sander, `${BASE}/returns?state=released`], [PEOPLE.sander, `${BASE}/synopsis?level=land&stance=reject`],
  [PEOPLE.sander, `${BASE}/synopsis?level=wissenschaft&stance=reject&target=K1`],
];
const RECEIPT = PEOPLE.lorenz; // whose house has one

let w, b;
before(async () => {
  w = await world();
  await w.jobs('--once'); // signs the receipts
  b = await browse();
});
after(async () => { await b?.close(); await w?.stop(); });

/** Keys of the world that stand in paths: Graf and his role, an open link. */
async function samplesOfPeople() {
  if (SAMPLE.person) return;
  const token = 'A'.repeat(43);
  [[SAMPLE.person, SAMPLE.membership]] = await w.sql(`select p.key, m.key from app.person p join app.membership m on m.person_id = p.id where p.mail = '${PEOPLE.graf}'`);
  await w.sql(`insert into app.invitation (person_id, purpose, token_hash, created_at, ends_at)
    select id, 'reset', sha256(convert_to('${token}', 'UTF8')), app.now(), app.now() + interval '1 hour' from app.person where mail = '${PEOPLE.graf}'`);
  SAMPLE.token = token;
  [[SAMPLE.import]] = await w.sql(`insert into app.organisation_import (file_name, file_hash, encoding, separator, rows, uploaded_by, uploaded_at)
    select 'adressen.csv', sha256('a'), 'UTF-8', ';', '[]', id, app.now() from app.person where mail = '${PEOPLE.sander}' returning key`);
  await w.sql(`with a as (select x.* from app.answer x join app.organisation o on o.id = x.organisation_id where o.code = 'BY' and x.kind = 'answered' order by x.id limit 1),
    r as (insert into app.answer_revision (answer_id, revision, organisation_id, kind, stance, body, proposal, reason, value, content_hash, author_id, written_at, sealed_at)
      select id, 1000, organisation_id, kind, stance, body, proposal, reason, value, content_hash, author_id, changed_at, app.now() from a returning *)
    insert into app.cosign_request (organisation_id, answer_id, revision, content_hash, person_id, asked_by, asked_at, due_on, silence)
      select r.organisation_id, r.answer_id, r.revision, r.content_hash, p.id, r.author_id, app.now(), '2024-04-25', 'waits' from r, app.person p where p.mail = '${PEOPLE.graf}'`);
  [[SAMPLE.cosign_request]] = await w.sql(`update app.response r set state = 'cosigning' from app.cosign_request q join app.answer a on a.id = q.answer_id where r.id = a.response_id returning q.key`);
  [[SAMPLE.proposal]] = await w.sql(`insert into app.group_proposal (stage_id, a_id, b_id, percent, found_at)
    select stage_id, min(id), min(id) + 1, 90, app.now() from app.position group by stage_id returning key`);
  await w.sql(`with g as (insert into app.position_group (stage_id, number, name, made_at, made_by)
      select stage_id, 1, 'Ansprechpartner', app.now(), (select min(id) from app.person) from app.position group by stage_id returning *)
    insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by)
      select g.id, g.stage_id, p.id, app.now(), g.made_by from g, (select id from app.position order by id offset 2 limit 2) p`);
  SAMPLE.group = 'G-01';
  await publish(w, 'MV');
  SAMPLE.position ??= await w.value(`select 'R1-' || lpad(min(p.number)::text, 4, '0') from app.position p where p.part = 0`);
  SAMPLE.ask_back ??= 'aaaaaaaaaaaa';
  [[SAMPLE.finding]] = await w.sql(`insert into app.finding (consultation_id, organisation_id, item_id, title, body, recorded_at)
    select i.consultation_id, o.id, i.id, 'Neue Lage', 'Der Markt hat sich geändert.', app.now() from app.item i, app.organisation o
      where i.key = 'K4.G2.5' and o.code = 'BY' returning key`);
  [[SAMPLE.barrier, SAMPLE.barrier_report]] = await w.sql(`insert into app.barrier_report (number, page, body, received_at, due_on)
    values ('B-2024-0001', '/search', 'Die Treffer haben keine Überschriften.', app.now(), app.today() + 42) returning number, key`);
  [[SAMPLE.upload]] = await w.sql(`insert into app.edition_upload (consultation_id, file_name, file_size, file_hash, state, doc, uploaded_at, uploaded_by)
    select c.id, 'Papier.md', 8, sha256('a'), 'read', '{"chapters": [{"key": "K1", "number": 1, "title": "Ziele"}], "items": [], "questions": [], "footnotes": []}', app.now(), p.id
      from app.consultation c, app.person p where p.mail = '${PEOPLE.sander}' returning key`);
  [[SAMPLE.report]] = await w.sql(`insert into app.report (consultation_id, stage_id, kind, title, purpose, mark, created_at, created_by)
    select s.consultation_id, s.id, 'interim', 'Zwischenbericht', 'note', 'Nur für Mitglieder', app.now(), p.id
      from app.stage s, app.person p where s.key = 's1' and p.mail = '${PEOPLE.petersen}' returning key`);
  await w.sql("insert into app.report_section (report_id, number, body, saved_at) select r.id, n, 'Es gingen {{zahl:eingegangen}} Stellungnahmen ein.', app.now() from app.report r, generate_series(1, 7) n");
  [[SAMPLE.topic]] = await w.sql("insert into app.topic (consultation_id, name) select id, 'Multivendor' from app.consultation returning key");
  [[SAMPLE.block]] = await w.sql("insert into app.text_block (consultation_id, name, body) select id, 'Muster', 'Ein Muster wird bereitgestellt.' from app.consultation returning key");
  [[SAMPLE.saved_view]] = await w.sql(`insert into app.saved_view (consultation_id, person_id, is_shared, name, filter, view, columns, saved_at)
    select c.id, p.id, true, 'Offene', '{"decision": "open"}', 'work', '{}', app.now() from app.consultation c, app.person p where p.mail = '${PEOPLE.sander}' returning key`);
  [[SAMPLE.bulk]] = await w.sql(`with b as (insert into app.bulk (stage_id, kind, made_at, made_by)
      select stage_id, 'assign', app.now(), (select min(id) from app.person) from app.position limit 1 returning *),
    p as (insert into app.bulk_position (bulk_id, position_id, stage_id) select b.id, min(x.id), b.stage_id from b join app.position x using (stage_id) group by b.id, b.stage_id)
    select key from b`);
  [[SAMPLE.mail]] = await w.sql(`insert into app.mail (template, person_id) select 'password_changed', id from app.person where mail = '${PEOPLE.graf}' returning key`);
}

/** The path of a page with samples for its parameters. */
async function pathOf({ name, path }) {
  await samplesOfPeople();
  SAMPLE.receipt ??= await w.value('select r.number from app.receipt r join app.organisation o on o.id = r.organisation_id where o.code = \'MV\' order by r.number desc limit 1');
  if (!SAMPLE.year) [, SAMPLE.year, SAMPLE.number] = /(\d+)\/(\d+)$/.exec((await w.client().json('/council-decisions')).rows[0].href);
  return path.replace(/:(\w+)/g, (_, key) => SAMPLE[key] ?? assert.fail(`${name}: no sample for :${key}`));
}

// --- what runs in the page -----------------------------------------------------
// A radio group is one stop. A stop keeps how it looks without the focus.
const collect = () => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter((e) => !e.disabled && e.tabIndex >= 0 && seen(e));
  const group = (e) => all.filter((o) => o.type === 'radio' && o.name === e.name && o.form === e.form);
  const look = (e) => { const s = getComputedStyle(e); return s.outlineStyle === 'none' ? s.boxShadow : `${s.outlineStyle} ${s.outlineWidth} ${s.boxShadow}`; };
  window.stops = all.filter((e) => e.type !== 'radio' || group(e)[0] === e).map((e) => ({ elements: e.type === 'radio' ? group(e) : [e] }));
  const first = document.activeElement; // a page may begin in its field
  first.blur();
  for (const stop of window.stops) stop.looks = stop.elements.map(look);
  if (first !== document.body) first.focus();
  window.look = look;
  window.called = (e) => (e === document.body ? 'nothing' : `<${e.localName}${e.id ? `#${e.id}` : ''}${e.name ? ` name=${e.name}` : ''}> ${(e.innerText ?? '').trim().replace(/\s+/g, ' ').slice(0, 50)}`);
  return window.stops.map((stop) => window.called(stop.elements[0]));
};

// Where the focus is, and what is wrong with it there; noted at each key.
const inspect = () => {
  const e = document.activeElement;
  const at = window.stops.findIndex((stop) => stop.elements.includes(e));
  if (at < 0) return { at, name: window.called(e), wrong: [] };
  const wrong = [];
  const stop = window.stops[at];
  const now = window.look(e);
  if (now === 'none' || now === stop.looks[stop.elements.indexOf(e)]) wrong.push(`no visible focus (${now})`);
  const box = e.getBoundingClientRect();
  const isBig = box.height > 96 || e.localName === 'textarea'; // a table or a field for a long text: a part of it is enough
  const style = getComputedStyle(e);
  const ring = style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset) - 1;
  const isOut = box.top < ring || box.left < ring || box.bottom > innerHeight - ring || box.right > innerWidth - ring;
  if (isOut && !isBig) wrong.push(`out of the window: ${box.left.toFixed(0)} ${box.top.toFixed(0)} ${box.width.toFixed(0)} x ${box.height.toFixed(0)}`);
  const above = new Set();
  let isSeen = false;
  for (const rect of e.getClientRects()) {
    const [left, right] = [Math.max(rect.left, 0), Math.min(rect.right, innerWidth)];
    const [top, bottom] = [Math.max(rect.top, 0), Math.min(rect.bottom, innerHeight)];
    if (right <= left || bottom <= top) continue;
    for (const fx of [0.1, 0.5, 0.9]) {
      for (const fy of [0.2, 0.5, 0.8]) {
        const there = document.elementFromPoint(left + (right - left) * fx, top + (bottom - top) * fy);
        if (e.contains(there) || [...(e.labels ?? [])].some((l) => l.contains(there))) isSeen = true;
        else if (!there?.contains(e)) above.add(window.called(there ?? document.body));
      }
    }
  }
  if (!isSeen || (above.size > 0 && !isBig)) wrong.push(`under ${[...above].join(', ') || 'the edge of the window'}`);
  return { at, name: window.called(e), wrong };
};

// Targets below 24 px that are no link within a text.
const small = () => {
  const found = [];
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.classList.contains('app-skip') || (e.tabIndex < 0 && e.ariaHidden === 'true')) continue;
    const box = e.getBoundingClientRect();
    if (box.width >= 24 && box.height >= 24) continue;
    if (getComputedStyle(e).display === 'inline') {
      let block = e.parentElement;
      while (getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
      const words = (x) => x.textContent.replace(/\s+/g, '');
      if (words(block).length > words(e).length) continue;
    }
    found.push(`${box.width.toFixed(0)} x ${box.height.toFixed(0)}: ${e.parentElement.localName}.${e.parentElement.className} > ${e.outerHTML.slice(0, 110)}`);
  }
  return found;
};

// --- the walk ------------------------------------------------------------------
const noting = `{ const inspect = ${inspect}; window.steps = []; window.onkeyup = () => window.steps.push(inspect()); }`;
const stepping = (expected) => `{ const inspect = ${inspect}; for (const at of ${JSON.stringify(expected)}) {
  const { elements } = window.stops[at]; (elements.find((e) => e.checked) ?? elements[0]).focus(); window.steps.push(inspect()); } }`;
const keyboards = new WeakMap(); // page → its session for keys

/** Presses Tab so often, without waiting between. */
async function press(page, times) {
  if (!keyboards.has(page)) keyboards.set(page, await page.context().newCDPSession(page));
  const sent = [];
  for (let i = 0; i < times; i += 1) {
    for (const type of ['rawKeyDown', 'keyUp']) sent.push(keyboards.get(page).send('Input.dispatchKeyEvent', { type, key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 }));
  }
  await Promise.all(sent);
}

/**
 * From the top to the end by Tab and back again, in a page where scripts run.
 * The way back asks how each stop looks where the window comes from below; the
 * focus is put there by focus(), which scrolls as the key does and is much faster.
 * byKey: false = the way to the end, too.
 */
async function walk(page, name, { byKey = true, isBack = true } = {}) {
  const found = [];
  const names = await page.evaluate(collect);
  // A page that has one field to fill begins there; the way back goes to the top.
  const first = (await page.evaluate(inspect)).at;
  if (!/Zum Inhalt springen/.test(names[0])) found.push(`${name}: the first stop is ${names[0]}`);
  await page.evaluate(noting);
  const go = async (way, expected, move) => {
    await move();
    const steps = await page.evaluate(() => window.steps.splice(0));
    assert.equal(steps.length, expected.length, `${name}: steps ${way}`);
    const astray = steps.findIndex((here, i) => here.at !== expected[i]);
    for (const here of steps.slice(0, astray < 0 ? undefined : astray)) for (const problem of here.wrong) found.push(`${name}: ${way} to ${here.name}: ${problem}`);
    if (astray >= 0) found.push(`${name}: ${way} to ${steps[astray].name}, expected ${names[expected[astray]]}`);
  };
  const on = [...names.keys()].slice(first + 1);
  await go('on', on, () => (byKey ? press(page, on.length) : page.evaluate(stepping(on))));
  const back = [...names.keys()].slice(0, -1).reverse();
  if (isBack || first >= 0) await go('back', back, () => page.evaluate(stepping(back)));
  return found;
}

// What scrolls sideways on its own is reached with Tab and has a name; a field does by itself.
const unreached = () => [...document.querySelectorAll('body *')].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
    && /auto|scroll/.test(getComputedStyle(e).overflowX) && !/^(textarea|input|select)$/.test(e.localName))
  .filter((e) => e.tabIndex !== 0 || !(e.getAttribute('aria-label') || document.getElementById(e.getAttribute('aria-labelledby'))))
  .map((e) => `<${e.localName} class="${e.className}"> scrolls sideways without name or tabindex: ${e.innerText.trim().slice(0, 40)}`);

/**
 * Each page as it is at 1280 and with everything open at 320: what a person
 * opened stays open and may cover nothing. The first page is loaded anew for
 * that and walked by key, at 1280, too.
 */
async function tour(mail, paths) {
  const { page, close } = await b.open(w.url, { js: false, mail, session: { pending: mail === PENDING }, allowed: [403, 404] });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const found = [];
  const step = (...more) => withScripts(page, () => walk(page, ...more)).then((more) => found.push(...more));
  for (const path of paths) {
    const isFirst = path === paths[0];
    const openAll = async (width) => {
      await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
      if (isFirst) await page.goto(path);
      else await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
      await page.evaluate(() => { for (const details of document.querySelectorAll('details')) details.open = true; });
    };
    const here = `${mail?.split('@')[0] ?? 'nobody'} ${path}`;
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(path);
    await step(here);
    if (isFirst) {
      await openAll(1280);
      await step(`${here}, all open`, { isBack: false });
    }
    await openAll(320);
    found.push(...(await page.evaluate(small)).map((target) => `${here} at 320: ${target}`));
    found.push(...(await page.evaluate(unreached)).map((area) => `${here} at 320: ${area}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) found.push(`${here}: ${wide} px too wide at 320`);
    await step(`${here} at 320, all open`, { byKey: isFirst, isBack: false });
  }
  await close();
  return found;
}

/** Each walker with the pages to walk. */
async function tours() {
  const of = new Map();
  const add = (mail, path) => of.set(mail, [...(of.get(mail) ?? []), path]);
  for (const page of PAGES) {
    const walkers = page.path.startsWith('/receipts/:') ? [RECEIPT] : page.path.startsWith('/cosigns') ? [PEOPLE.graf] : WALKERS[page.audience] ?? assert.fail(`${page.name}: nobody walks the pages of ${page.audience}`);
    for (const mail of walkers) add(mail, await pathOf(page));
  }
  for (const [mail, path] of MORE) add(mail, path);
  return of;
}

for (const mail of [null, PEOPLE.huber, PEOPLE.brandl, PEOPLE.thoms, PEOPLE.lorenz, PEOPLE.sander, PEOPLE.adler, PEOPLE.voss, PENDING]) {
  test(`${mail?.split('@')[0] ?? 'nobody'} at 1280 and 320: Tab reaches everything in order, seen and in sight`, async () => {
    const found = await tour(mail, (await tours()).get(mail));
    assert.equal(found.length, 0, found.join('\n'));
  });
}

test('with scripts the form of an answer has the same stops', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.huber });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const found = [];
  for (const target of ['L-K12-4', 'K4.G2.5']) {
    await page.goto(`${BASE}/response/answers/${target}`);
    await page.locator('[data-refresh]').waitFor({ state: 'hidden' }); // the script compares by itself
    found.push(...await walk(page, target));
  }
  await close();
  assert.equal(found.length, 0, found.join('\n'));
});

// --- the main job --------------------------------------------------------------
const active = (page, what) => page.evaluate((key) => document.activeElement[key], what);

/** Presses Tab until the focus is there. */
async function tabTo(page, selector) {
  for (let i = 0; i < 300; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector} on ${page.url()}`);
}

/** Presses a key that leads to another page, or to the same one anew. */
const go = (page, key = 'Enter') => Promise.all([page.waitForEvent('load'), page.keyboard.press(key)]);

async function follow(page, selector, url) {
  await tabTo(page, selector);
  await go(page);
  assert.match(page.url(), url);
}

/** Arrow keys until the radio button or the select has that value. */
async function arrowTo(page, selector, value) {
  await tabTo(page, selector);
  const reached = () => page.evaluate((v) => { const e = document.activeElement; return e.value === v && (e.type !== 'radio' || e.checked); }, value);
  for (let i = 0; i < 40 && !(await reached()); i += 1) await page.keyboard.press('ArrowDown');
  assert.ok(await reached(), `the arrow keys do not reach ${value}`);
}

test('the skip link and the error summary take the focus along', async () => {
  const { page, close } = await b.open(w.url, { mail: PEOPLE.huber, allowed: [422] });
  await page.goto(`${BASE}/response/answers/L-K12-3`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.activeElement.closest('main') !== null), 'the next stop is in the text');
  await page.locator('[name=body]').fill('x'.repeat(20_001));
  await tabTo(page, 'main form[data-autosave] button:not([name])');
  await go(page);
  await page.locator('[data-errors]:focus').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await active(page, 'name'), 'body');
  await close();
});

const TEXT = 'Ohne Maus und ohne Skripte geschrieben: „Zielbilder“ & Grundsätze.';

test('an editor signs in, answers and sets the rest to Fehlanzeige', async () => {
  const { page, check, close } = await b.open(w.url, { js: false });
  await page.goto('/');
  await follow(page, 'main a[href="/login"]', /\/login/);
  await tabTo(page, 'main [name=mail]');
  await page.keyboard.type(PEOPLE.huber);
  await page.keyboard.press('Tab');
  assert.equal(await active(page, 'name'), 'password');
  await page.keyboard.type(DEMO_PASSWORD);
  await go(page);
  assert.doesNotMatch(page.url(), /\/login/);
  await follow(page, `.app-nav a[href="${BASE}/response"]`, /\/response$/);
  await follow(page, 'main a[href$="/answers/L-K4-3"]', /L-K4-3$/);
  await tabTo(page, '[name=stance]');
  await page.keyboard.press('Space');
  assert.equal(await page.locator('[name=stance]:checked').inputValue(), 'agree');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.locator('[name=stance]:checked').inputValue(), 'agree_changed');
  await page.keyboard.press('Tab');
  assert.equal(await active(page, 'name'), 'body');
  await page.keyboard.type(TEXT);
  await tabTo(page, 'main form[data-autosave] button:not([name])');
  await go(page);
  assert.match(await page.locator('main').innerText(), /gespeichert/i);
  assert.equal(await page.locator('[name=body]').inputValue(), TEXT);
  assert.ok(await page.locator('[name=stance][value=agree_changed]').isChecked());
  await check('keyboard-answer');
  await follow(page, `.app-crumbs a[href="${BASE}/response"]`, /\/response$/);
  await tabTo(page, 'form[action$="/nil-rest"] button');
  await go(page, 'Space');
  assert.match(await page.locator('main').innerText(), /gilt: Fehlanzeige/);
  await check('keyboard-nil-rest');
  await close();
});

for (const [role, mail, width] of [['a releaser', PEOPLE.brandl, 360], ['one person alone, again,', PEOPLE.thoms, 1280]]) {
  test(`${role} reads the preview at ${width}, mends an error and releases`, async () => {
    const { page, check, close } = await b.open(w.url, { js: false, width, mail, allowed: [422] });
    if (width < 500) {
      await tabTo(page, '.app-menu > summary');
      await page.keyboard.press('Enter');
      await follow(page, `.app-menu a[href="${BASE}/response"]`, /\/response$/);
    } else await follow(page, `.app-nav a[href="${BASE}/response"]`, /\/response$/);
    if (mail === PEOPLE.thoms) {
      await tabTo(page, 'form[action$="/correction"] button');
      await go(page);
    }
    await follow(page, 'main a.kern-btn[href$="/response/release"]', /\/release$/);
    if (mail === PEOPLE.brandl) assert.ok((await page.locator('main').innerText()).includes(TEXT));
    await arrowTo(page, '[name=publication]', 'yes');
    await tabTo(page, 'form:has([name=content_hash]) button');
    await go(page);
    await check('keyboard-release-error');
    await tabTo(page, '#fehler a'); // the error leads to its field
    await page.keyboard.press('Enter');
    assert.equal(await active(page, 'id'), 'declaration');
    assert.ok(await page.locator('[name=publication][value=yes]').isChecked(), 'the choice is kept');
    await page.keyboard.press('Space');
    assert.ok(await page.locator('#declaration').isChecked());
    await follow(page, 'form:has([name=content_hash]) button', /\/receipts\/R1-/);
    assert.match(await page.locator('main').innerText(), /[0-9a-f]{64}/);
    await check('keyboard-receipt');
    await close();
  });
}

test('a moderator filters the Rücklauf and the Synopse and takes the export', async () => {
  const { page, check, close } = await b.open(w.url, { js: false, mail: PEOPLE.sander });
  await follow(page, `.app-nav a[href="${BASE}/returns"]`, /\/returns$/);
  await arrowTo(page, 'select[name=state]', 'released');
  await follow(page, 'form#liste button', /state=released/);
  assert.match(await page.locator('main').innerText(), /in diesem Filter/);
  await check('keyboard-returns');
  await follow(page, `.app-nav a[href="${BASE}/synopsis"]`, /\/synopsis$/);
  await arrowTo(page, 'select[name=stance]', 'reject');
  await follow(page, 'form[action$="/synopsis"] button', /stance=reject/);
  const rows = await page.locator('main tbody tr').count();
  assert.ok(rows > 0);
  await tabTo(page, '.app-pop--end > summary');
  await page.keyboard.press('Enter');
  await tabTo(page, 'a[href*="synopsis.csv"]');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /\.csv$/);
  await check('keyboard-synopsis');
  await close();
});
