// A moderator reads a paper out of a file, takes it over as a draft and writes
// in it: wide and narrow, without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { audit, browse, sideways } from './lib.mjs';

const EDITIONS = `${BASE}/editions`;
let w, b;
before(async () => { w = await world(); b = await browse(); });
after(async () => { await b?.close(); await w?.stop(); });

test('a paper from a file to a draft that is written in, without scripts, at 360', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander, js: false, width: 360, allowed: [409, 422] });
  await page.goto(EDITIONS);
  await check('editions');
  await page.getByRole('link', { name: 'aus einer Datei einlesen' }).click();
  await page.getByLabel('Datei mit dem Papier').setInputFiles({ name: 'papier.md', mimeType: 'text/markdown',
    buffer: Buffer.from('---\nStand: 19.06.2024\n---\n\n# K4 Grundsätze\n\n## K4.G2 Technologie\n\n### K4.G2.5 Digitale Souveränität {.grundsatz}\n\nAbweichungen sind zu begründen.[^1]\n\n### Offene Quellen {.grundsatz}\n\nQuelltext ist öffentlich.\n\n[^1]: Beschluss 2024/7 und Beschluss 2021/09\n') });
  await page.getByRole('button', { name: 'Datei lesen' }).click();
  await page.getByText('Die Datei wird gelesen').waitFor();
  await w.jobs('--once');
  await page.getByRole('link', { name: 'Stand aktualisieren' }).click();
  await page.getByText('„2024/7“ ist keine Beschlussnummer').waitFor();
  await check('edition-upload');
  assert.ok(await page.evaluate(sideways) <= 0);
  await page.getByRole('button', { name: 'Als Entwurf übernehmen' }).click();
  await page.waitForURL(/editions\/2\?notice=edition_created/);
  await check('edition-draft');
  await page.getByRole('link', { name: /^Bearbeiten/ }).click();
  const area = page.getByLabel('Text des Kapitels K4');
  const text = await area.inputValue();
  assert.match(text, /### K4\.G2\.6 Offene Quellen \{\.grundsatz\}/, 'the next free key, though K4.G2.6 was not in the file');
  await area.fill(`${text}\n### Zu spät {.grundsatz}\n\n### K4.G2.5 Doppelt {.grundsatz}\n`);
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.getByRole('alert').getByText(/Die Kennung K4\.G2\.5 steht schon weiter oben/).waitFor();
  assert.match(await area.inputValue(), /Doppelt/, 'the input is kept');
  await check('edition-chapter-errors');
  await area.fill(text.replace('### K4.G2.6 Offene', '### K4.G2.6 Freie').replace('Quelltext ist', 'Aller Quelltext ist'));
  await page.getByRole('button', { name: 'Vorschau' }).click();
  await page.getByText('Vorschau, noch nicht gespeichert').waitFor();
  await check('edition-chapter');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await page.waitForURL(/chapters\/K4\?notice=edition_saved/);
  assert.match(await area.inputValue(), /Freie Quellen/);
  assert.ok(await page.evaluate(sideways) <= 0);
  await close();
});

test('its pages at 1280, with nothing to complain about', async () => {
  assert.deepEqual(await audit(b, w, { mail: PEOPLE.sander, role: 'moderator', widths: [1280],
    paths: [EDITIONS, `${EDITIONS}/1`, `${EDITIONS}/2`, `${EDITIONS}/2/end`, `${EDITIONS}/2/text`, `${EDITIONS}/2/chapters/K4`, `${EDITIONS}/import`] }), []);
});
