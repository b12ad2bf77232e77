// Chromium for the stories: pages with guards, axe, screenshots.
//
//   const b = await browse();                       // in before()
//   const { page, check } = await b.open(w.url, { width: 360, mail: PEOPLE.huber });
//   await page.goto(…); await check('A1-response'); // axe + screenshot
//   await b.close();                                // in after()
//
// A guard stands behind every page: no console error, no script error, no
// request to another host, no answer of 500 or more.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../lib/cluster.mjs';
import { DEMO_PASSWORD, demoSecret, totp } from '../lib/people.mjs';
import { worldAt } from '../lib/server.mjs';

const require = createRequire(join(root, 'build/npm/'));
const { chromium } = require('playwright-core');

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }, resultTypes: ['violations'] };
export const SCREENS = join(root, 'build/test/screens');
// Pictures are for the eyes of who works on some pages: a whole run keeps only those of what failed.
const WITH_PICTURES = process.env.RESONANZ_TEST_ONLY !== '';
const SOURCES = join(root, 'build/test/html');

export async function browse() {
  const executablePath = process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium-headless-shell'], { encoding: 'utf8' }).trim();
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  });
  mkdirSync(SCREENS, { recursive: true });
  mkdirSync(SOURCES, { recursive: true });
  return {
    open: (url, options) => open(browser, url, options),
    close: () => browser.close(),
  };
}

/** How many pixels of a page are outside its window. */
export const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
const windowOf = (width) => ({ width, height: width < 500 ? 740 : 900 });

/**
 * A page of its own context. width: 1280 or 360; js: false switches scripts
 * off; mail: signed in as that person (session: see World.session); scheme: 'dark'.
 * allowed: statuses of documents that are no mistake here, e.g. [422].
 */
async function open(browser, url, { width = 1280, js = true, mail = null, session = {}, scheme = 'light', allowed = [] } = {}) {
  const context = await browser.newContext({
    baseURL: url, locale: 'de-DE', timezoneId: 'Europe/Berlin', colorScheme: scheme, javaScriptEnabled: js,
    viewport: windowOf(width), hasTouch: width < 500,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const trouble = [];
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const status = /status of (\d+)/.exec(message.text())?.[1];
    if (status && allowed.includes(Number(status))) return;
    trouble.push(`console: ${message.text()} ${message.location()?.url ?? ''}`);
  });
  page.on('pageerror', (error) => trouble.push(`script: ${error.message}`));
  page.on('request', (request) => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) trouble.push(`foreign host: ${request.url()}`); });
  page.on('response', (response) => { if (response.status() >= 500 && !allowed.includes(response.status())) trouble.push(`${response.status()} ${response.url()}`); });
  if (mail) {
    const { token, landing } = await worldAt(url).session(mail, session);
    await context.addCookies([{ name: 'resonanz', value: token, url, httpOnly: true, sameSite: 'Lax' }]);
    await page.goto(landing);
  }

  const helper = {
    page,
    context,
    trouble,
    /** axe without a finding, one h1, a title, no sideways scrolling; a picture. */
    async check(name, rules) {
      try {
        await (js ? axe(page, name, rules) : withScripts(page, () => axe(page, name, rules)));
        assert.equal(await page.locator('h1').count(), 1, `${name}: one h1`);
        assert.ok((await page.title()).length > 3, `${name}: a title`);
        const px = await page.evaluate(sideways);
        assert.ok(px <= 0, `${name}: ${px} px too wide at ${page.viewportSize().width}`);
      } catch (error) { await helper.shot(name); throw error; }
      if (WITH_PICTURES) await helper.shot(name);
    },
    async shot(name) {
      await page.screenshot({ path: join(SCREENS, `${name}-${page.viewportSize().width}${js ? '' : '-nojs'}${scheme === 'dark' ? '-dark' : ''}.png`), fullPage: true, animations: 'disabled' });
    },
    /** Closes the context; whatever the guard has seen fails the test. */
    async close() {
      await context.close();
      assert.deepEqual(trouble, []);
    },
  };
  return helper;
}

/** The first step of signing in, on the login page where the page may stand. */
export async function password(page, mail, word = DEMO_PASSWORD) {
  if (new URL(page.url(), 'http://nowhere').pathname !== '/login') await page.goto('/login');
  await page.locator('main [name=mail]').fill(mail);
  await page.locator('main [name=password]').fill(word);
  await Promise.all([page.waitForURL((to) => to.pathname !== '/login'), page.locator('main form button[type=submit]').first().click()]);
}

/** Signs in as one of the demo people, with the code of the device where it is asked for. */
export async function signIn(page, mail, word) {
  await password(page, mail, word);
  if (new URL(page.url()).pathname !== '/login/second-factor') return;
  await page.locator('[name=code]').fill(totp(demoSecret(mail)));
  await Promise.all([page.waitForURL((to) => to.pathname !== '/login/second-factor'), page.locator('main form button[type=submit]').first().click()]);
}

/**
 * axe in the page as it stands. (AxeBuilder opens a tab for each page to put
 * together what it has found in frames; here are none, and it takes most of the time.)
 */
export async function axe(page, name, rules = {}) {
  assert.equal(page.frames().length, 1, `${name}: axe looks into no frame`);
  await page.evaluate(AXE);
  const found = await page.evaluate(async (rules) => {
    const { violations, passes } = await window.axe.run(document, rules);
    if (passes.length === 0) throw new Error('axe has looked at nothing');
    return violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')}: ${n.html.slice(0, 160)}`).join('\n    ')}`);
  }, { ...RULES, rules });
  assert.equal(found.length, 0, `${name}: axe\n  ${found.join('\n  ')}`);
}

// axe needs timers, which stand still where scripts are off. Those of a page
// that was loaded without scripts do not begin when they are on for a moment.
const sessions = new WeakMap(); // kept: a session that ends would switch them on
export async function withScripts(page, work) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
  const set = (off) => sessions.get(page).send('Emulation.setScriptExecutionDisabled', { value: off });
  await set(true); // what this session has not said before it cannot take back
  await set(false);
  try { return await work(); } finally { await set(true); }
}

/**
 * Goes through pages as one person, each loaded once and seen at the widths:
 * axe and its friends, the sources kept for the Nu checker. Resolves to the
 * findings of all pages.
 */
export async function audit(b, w, { mail = null, paths, role, widths = [1280, 360], js = true, sources = null }) {
  const { page, check, close } = await b.open(w.url, { width: widths[0], js, mail, allowed: [403, 404] });
  const findings = [];
  for (const path of paths) {
    const response = await page.goto(path);
    if (![200, 403, 404].includes(response.status())) findings.push(`${path}: ${response.status()}`);
    const name = `page-${role}-${label(path)}`;
    for (const width of widths) {
      await page.setViewportSize(windowOf(width));
      const isSeenBefore = width !== widths[0] && path !== paths[0]; // in these colours; measuring them is most of the work
      await check(name, isSeenBefore ? { 'color-contrast': { enabled: false } } : {}).catch((error) => findings.push(error.message));
    }
    if (sources) {
      const file = join(SOURCES, `${name}.html`);
      writeFileSync(file, await response.body());
      sources.push(file);
    }
  }
  await close();
  return findings;
}

export const label = (path) => (path === '/' ? 'start' : path.replace(/^\/consultations\/[^/]+/, 'c').replace(/[^\w]+/g, '-').replace(/^-|-$/g, ''));

/** Runs the Nu checker over files, once for all: it takes seconds to start. */
export function vnu(files) {
  try {
    execFileSync('java', ['-Xss4m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-jar', join(root, 'build/npm/node_modules/vnu-jar/build/dist/vnu.jar'), '--errors-only', '--format', 'gnu', ...files], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return [];
  } catch (error) {
    return (error.stderr || error.stdout || String(error)).trim().split('\n');
  }
}
