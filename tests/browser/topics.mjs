// A moderator orders positions by topics and cuts an answer: wide and narrow,
// with the keyboard, by selecting text, and without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse, label, vnu } from './lib.mjs';
import { writeFileSync, mkdirSync } from 'node:fs';

const TOPICS = `${BASE}/topics`;
const FIVE = ['R1-0042', 'R1-0043', 'R1-0044', 'R1-0045', 'R1-0047'];
const MV = `${BASE}/answers/R1-0015/cut`;
const sources = [];
let w, b;
before(async () => { w = await world(); b = await browse(); mkdirSync('build/test/html', { recursive: true }); });
after(async () => { await b?.close(); await w?.stop(); });

/** The page as it was sent, for the Nu checker. */
const keep = async (page, path) => {
  const file = `build/test/html/topics-${label(path)}-${sources.length}.html`;
  writeFileSync(file, await (await page.goto(path)).body());
  sources.push(file);
};

test('A4.2 the topics: a tree from a template, and some of its own; at 1280 and 360', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto(TOPICS);
  await check('topics-none');
  await page.getByRole('button', { name: '8 Themen anlegen' }).click();
  await page.waitForURL(/notice=topic_template/);
  for (const [name, parent] of [['Technik', ''], ['Multivendor', 'Technik'], ['Souveränität', 'Technik'], ['Wechsel des Anbieters', 'Technik › Multivendor']]) {
    await page.goto(TOPICS);
    await page.getByLabel('Name des Themas').fill(name);
    if (parent) await page.getByLabel('Steht unter').selectOption({ label: parent });
    if (name === 'Multivendor') await page.getByLabel('Vorgabe Bearbeitung').selectOption({ label: 'Mira Sander' });
    await page.getByRole('button', { name: 'Thema anlegen' }).click();
    await page.waitForURL(/notice=topic_created/);
  }
  await check('topics-topic');
  await page.goto(TOPICS);
  await check('topics-tree');
  await page.setViewportSize({ width: 360, height: 740 });
  await check('topics-tree-360');
  await page.getByLabel('Name des Themas').fill('Technik');
  await page.getByRole('button', { name: 'Thema anlegen' }).click();
  await page.locator('[role=alert]').waitFor();
  assert.equal(await page.getByLabel('Name des Themas').inputValue(), 'Technik');
  await check('topics-error-360');
  for (const path of [TOPICS, `${TOPICS}/blocks`, `${TOPICS}/assign?positions=R1-0042`]) await keep(page, path);
  await close();
});

for (const [width, js] of [[1280, true], [360, false]]) {
  test(`A4.2 five positions get „Multivendor“ at ${width}${js ? '' : ' without scripts'}: preview, done, back`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await page.goto(`${TOPICS}/assign`);
    await page.getByLabel('Nummern der Positionen').fill(FIVE.join(', '));
    await page.getByLabel('Thema', { exact: true }).selectOption({ label: 'Technik › Multivendor' });
    await page.getByRole('button', { name: 'Vorschau' }).click();
    const go = page.getByRole('button', { name: '5 Positionen ändern' });
    await go.waitFor();
    await check(`topics-preview-${width}`);
    if (js) {
      await page.getByLabel('R1-0045 einbeziehen').uncheck();
      await page.getByRole('button', { name: '4 Positionen ändern' }).waitFor();
      await page.getByLabel('R1-0045 einbeziehen').check();
    }
    await go.click();
    await page.waitForURL(/bulk=/);
    assert.match(await page.locator('main [role=status]').innerText(), /5 Positionen geändert\.\s+Rückgängig/);
    await check(`topics-done-${width}`);
    await keep(page, new URL(page.url()).pathname + new URL(page.url()).search);
    const tagged = () => w.value('select count(*) from app.position_topic');
    assert.equal(await tagged(), '5');
    await page.locator('main [role=status]').getByRole('button', { name: 'Rückgängig' }).click();
    await page.getByText('5 Positionen zurückgenommen.').waitFor();
    assert.equal(await tagged(), '0');
    await close();
  });
}

test('A4.2 from the Synopse, filtered by K4.G2.5: five rows are ticked and get „Multivendor“', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto(`${BASE}/synopsis?target=K4.G2.5`);
  const boxes = page.locator('main [name=position]');
  assert.equal(await boxes.count(), 5);
  for (const box of await boxes.all()) await box.check();
  await page.getByRole('button', { name: 'Thema zuordnen …' }).click();
  await page.getByLabel('Thema', { exact: true }).selectOption({ label: 'Technik › Multivendor' });
  await page.getByRole('button', { name: 'Vorschau' }).click();
  await page.getByRole('button', { name: '5 Positionen ändern' }).click();
  await page.waitForURL(/bulk=/);
  await page.getByRole('link', { name: /Multivendor/ }).first().click();
  assert.match(await page.locator('main').innerText(), /5 Positionen, mit Unterthemen 5/);
  await check('topics-five');
  await page.getByRole('link', { name: 'In der Synopse zeigen' }).click();
  assert.equal(await page.locator('main [name=position]').count(), 5);
  await page.goto(TOPICS);
  await page.getByRole('button', { name: /^Rückgängig/ }).first().click();
  await page.getByText('5 Positionen zurückgenommen.').waitFor();
  await close();
});

test('a text block: an unknown variable is named with its line, then it reads for a position', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto(`${TOPICS}/blocks`);
  await page.getByLabel('Name des Textbausteins').fill('Muster wird bereitgestellt');
  const words = page.getByLabel('Text', { exact: true });
  await words.fill('Danke für den Hinweis.\nDie Anmerkung von {{Absender}} wird aufgenommen.');
  await page.getByRole('button', { name: 'Textbaustein anlegen' }).click();
  await page.getByText('Zeile 2: {{Absender}} gibt es nicht').first().waitFor();
  await check('topics-block-error');
  await words.fill('Die Anmerkung von {{Organisation}} zu {{Fundstelle}} ({{Nummer}}) wird aufgenommen.');
  await page.getByRole('button', { name: 'Textbaustein anlegen' }).click();
  await page.getByText('So liest er sich bei').waitFor();
  await check('topics-block');
  await keep(page, new URL(page.url()).pathname);
  await close();
});

test('without scripts at 360: a text block goes behind what is typed about a position', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.sander });
  await page.goto(`${BASE}/positions/R1-0044`);
  await page.locator('form[action$="/lock"] button[type=submit]').first().click();
  await page.getByRole('textbox', { name: 'Bewertung' }).fill('Vielen Dank.');
  await page.getByText('Textbaustein einfügen').click();
  await check('topics-insert');
  await page.getByRole('button', { name: 'Einfügen' }).first().click();
  assert.match(await page.getByRole('textbox', { name: 'Bewertung' }).inputValue(), /^Vielen Dank\.\n\nDie Anmerkung von .+ zu .+ \(R1-0044\) wird aufgenommen\.$/);
  await close();
});

test('without scripts at 360: cut by tick boxes and by characters, gaps named, taken back', async () => {
  const { page, check, close } = await b.open(w.url, { width: 360, js: false, mail: PEOPLE.sander, allowed: [422] });
  await page.goto(MV);
  await check('cut-whole');
  await page.getByRole('button', { name: 'Neue Position aus Auswahl' }).click();
  await page.locator('[role=alert]').waitFor();
  await page.getByLabel('Satz 1 auswählen').first().check();
  await page.getByRole('button', { name: 'Neue Position aus Auswahl' }).click();
  await page.waitForURL(/notice=cut_formed/);
  await page.getByText('Genauer auswählen').click();
  await page.getByLabel('Text', { exact: true }).selectOption({ label: 'Stellungnahme' });
  await page.getByLabel('Von Satz').fill('1');
  await page.getByLabel('Zeichen', { exact: true }).fill('5');
  await page.getByLabel('Bis Satz').fill('2');
  await page.getByLabel('bis Zeichen').fill('22');
  await page.getByRole('button', { name: 'Neue Position aus Auswahl' }).click();
  await page.waitForURL(/R1-0015\.2/);
  await check('cut-parts');
  const words = await page.locator('main').innerText();
  assert.match(words, /R1-0015\.1 und R1-0015\.2, Satz 1, Zeichen 5 bis 31: „Grundsatz wird mitgetragen\.“/);
  assert.match(words, /Satz 2, Zeichen 23 bis \d+: „/);
  for (const part of ['R1-0015.1', 'R1-0015.2']) {
    await page.getByRole('button', { name: new RegExp(`Rückgängig ?: ${part}`) }).click();
    await page.waitForURL(/notice=cut_undone/);
  }
  assert.match(await page.locator('main').innerText(), /noch nicht geteilt/);
  await close();
});

test('with scripts: text is selected with the mouse and by keyboard, emoji and all', async () => {
  const text = 'Größe 😀 zählt. Zweiter Satz 𝄞 hier.';
  await w.sql(`set session_replication_role = replica; update app.released_answer a set body = '${text}' from app.position p
    where p.released_answer_id = a.id and p.number = 66; update app.position set body_range = int4range(0, char_length('${text}')) where number = 66`);
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  const path = `${BASE}/answers/R1-0066/cut`;
  await page.goto(path);
  const select = (from, start, to, end) => page.evaluate(([from, start, to, end]) => {
    const node = (key) => document.querySelector(`[data-key="${key}"]`).firstChild;
    getSelection().setBaseAndExtent(node(from), start, node(to), end);
  }, [from, start, to, end]);
  await page.locator('[data-cut-words]').waitFor({ state: 'attached' });
  await select('body-1', 6, 'body-1', 8); // the emoji: two units of UTF-16
  await page.getByText('Auswahl: Satz 1, Zeichen 7 bis 7').waitFor();
  await page.evaluate(() => getSelection().removeAllRanges());
  await page.getByLabel('Satz 2 auswählen').check();
  assert.deepEqual(await page.evaluate(() => ['part', 'first', 'last_char'].map((n) => document.querySelector('[data-cut]').elements[n].value)), ['', '', ''], 'a tick counts');
  await page.getByLabel('Satz 2 auswählen').uncheck();
  await select('body-1', 6, 'body-1', 8);
  await page.getByText('Auswahl: Satz 1, Zeichen 7 bis 7').waitFor();
  await page.getByRole('button', { name: 'Neue Position aus Auswahl' }).click();
  await page.waitForURL(/R1-0066\.1/);
  await check('cut-selected');
  await page.goto(`${BASE}/answers/R1-0066/cut`);
  const box = await page.locator('[data-key="body-2"]').boundingBox();
  await page.mouse.move(box.x + 1, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await page.getByText(/Auswahl: Satz 2, Zeichen 1 bis \d+/).waitFor();
  for (let i = 0; i < 40; i += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('Auswahl: Satz 2, Zeichen 1 bis 20').waitFor();
  await page.getByRole('button', { name: 'Neue Position aus Auswahl' }).click();
  await page.waitForURL(/R1-0066\.2/);
  assert.deepEqual(await w.sql(`select app.cut(a.body, p.body_range) from app.position p join app.released_answer a on a.id = p.released_answer_id
    where p.number = 66 and p.part > 0 order by p.part`), [['😀'], ['Zweiter Satz 𝄞 hier.']]);
  await keep(page, path);
  await close();
});

test('dark, at 320: nothing scrolls sideways, everything is seen', async () => {
  const { page, check, close } = await b.open(w.url, { width: 320, scheme: 'dark', mail: PEOPLE.sander });
  const topic = await w.value("select key from app.topic where name = 'Multivendor'");
  for (const [name, path] of [['tree', TOPICS], ['topic', `${TOPICS}/${topic}`], ['end', `${TOPICS}/${topic}/end`], ['blocks', `${TOPICS}/blocks`],
    ['preview', `${TOPICS}/assign?topic=${topic}&mode=replace&positions=R1-0042,R1-0066,R1-9999`], ['cut', `${BASE}/answers/R1-0066/cut`]]) {
    await page.goto(path);
    await check(`topics-dark-${name}`);
  }
  await close();
});

test('the Nu checker finds no error', () => assert.deepEqual(vnu(sources).slice(0, 20), []));
