// Story A3 from the invitation on. 4 and 5: Sander invites all 28 by a list with three mistakes, corrects it and sends.
// 6: on 22.04. the board shows the return by group, and those who are missing are reminded, not those in Freigabe.
// 7: the Landkreistag gets more time. 8: after the deadline all are closed but that one. At 1280 and 360 px, with and
// without scripts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { endLoops, loop } from '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';
import { browse } from './lib.mjs';

const { organisations } = JSON.parse(readFileSync(new URL('../../assets/demo/world-2024.json', import.meta.url), 'utf8'));
const LEVELS = JSON.parse(readFileSync(new URL('../../assets/text/labels.json', import.meta.url), 'utf8')).level;
const HEAD = 'Name;Kurzname;Kennung;Ebene;Art;Land;ARS;E-Mail';
const line = (o) => [o.name, o.short_name, o.code, LEVELS[o.level], o.kind, o.land, o.ars, o.office_mail].map((v) => v ?? '').join(';');
const file = (lines) => ({ name: 'einladungen-2024-03-18.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${[HEAD, ...lines].join('\r\n')}\r\n`) });
const GOOD = organisations.map(line);
const BAD = GOOD.map((l) => l.replace('130999999901', '13099').replace(/^(Verband Digitalwirtschaft.*?;.*?;VDB;.*?;.*?);;/, '$1;17;'));
BAD.splice(6, 0, BAD[3]);

let w, b;
before(async () => {
  w = await world({ clock: '2024-03-18T09:00' });
  await w.sql(`delete from app.participation; delete from app.membership m using app.organisation o
    where o.id = m.organisation_id and o.code in ('KLEINBEISPIEL', 'VDB', 'BOA');
    delete from app.organisation_name n using app.organisation o where o.id = n.organisation_id and o.code in ('KLEINBEISPIEL', 'VDB', 'BOA');
    delete from app.organisation where code in ('KLEINBEISPIEL', 'VDB', 'BOA')`);
  b = await browse();
});
after(async () => { await endLoops(); await b?.close(); await w?.stop(); });

const send = async (page, lines) => {
  await page.locator('input[type=file]').setInputFiles(file(lines));
  await Promise.all([page.waitForURL(/\/invitations\/import\/[0-9a-f]{12}$/), page.getByRole('button', { name: /prüfen/ }).click()]);
};

for (const { width, js } of [{ width: 360, js: true }, { width: 1280, js: false }]) {
  test(`A3.4 the list is checked: three lines by number and reason, nothing done (${width} px${js ? '' : ', no scripts'})`, async () => {
    const { page, check, close } = await b.open(w.url, { width, js, mail: PEOPLE.sander });
    await page.goto('/invitations/import');
    await check('A3-4-upload');
    await send(page, BAD);
    const words = await page.locator('main').innerText();
    for (const found of ['3 Zeilen haben Fehler. Noch nichts ist eingelesen.', 'doppelt: gleiche Organisation wie Zeile 5', 'ARS „13099“ hat 5 statt 12 Ziffern', 'Land 17 gibt es nicht', 'UTF-8 mit BOM, Semikolon']) assert.ok(words.includes(found), found);
    await check('A3-4-checked');
    await page.getByRole('link', { name: 'Zeile 8' }).first().click();
    assert.match(await page.locator(':target').innerText(), /Land Berlin/);
    assert.equal(await w.value('select count(*) from app.participation'), '0');
    await close();
  });
}

test('A3.4 by keyboard alone: choosing, leaving out, hearing what is missing', async () => {
  const { page, close, check } = await b.open(w.url, { mail: PEOPLE.sander, allowed: [422] });
  await page.goto('/invitations/import');
  await page.getByRole('button', { name: 'Datei prüfen' }).focus();
  await page.keyboard.press('Enter');
  assert.match(await page.locator('#file-error').innerText(), /Bitte wählen Sie eine Datei/);
  assert.equal(await page.locator('#file').getAttribute('aria-invalid'), 'true');
  await check('A3-4-nofile');
  await send(page, BAD);
  await page.getByRole('button', { name: /anlegen, 26 einladen/ }).focus();
  await page.keyboard.press('Enter');
  assert.match(await page.locator('#skip_bad-error').innerText(), /Kreuzen Sie an, dass wir sie auslassen/);
  await check('A3-4-skip');
  await close();
});

test('A3.5 the corrected list: 28 invited, each office once, the queue is visible', async () => {
  const { page, check, close } = await b.open(w.url, { mail: PEOPLE.sander });
  await page.goto('/invitations/import');
  await send(page, GOOD);
  assert.match(await page.locator('main').innerText(), /Alle Zeilen sind in Ordnung/);
  await check('A3-5-checked');
  await Promise.all([page.waitForURL(/notice=imported/), page.getByRole('button', { name: '3 Organisationen anlegen, 28 einladen' }).click()]);
  assert.match(await page.locator('main').innerText(), /3 Organisationen angelegt, 28 eingeladen, 28 Einladungen zur Post gegeben/);
  await check('A3-5-done');
  assert.equal(await w.value("select count(distinct address) || '/' || count(*) from app.mail where template = 'office_invitation'"), '28/28');
  await page.goto('/consultations/dachstrategie-2024/returns');
  assert.match(await page.locator('main').innerText(), /von 28/);
  await page.goto('/invitations/import');
  await send(page, GOOD);
  assert.match(await page.locator('main').innerText(), /Diese Datei ändert nichts/);
  await check('A3-5-again');
  await close();
});

test('A3.5 a long list: the page follows the work, with scripts by itself, without by a link', async () => {
  const long = Array.from({ length: 1200 }, (_, i) => `Stadt Auenwald ${i};;;Kommune;;16;16${String(1e9 + i)};rathaus@auenwald${i}.example`);
  const { page, check, close } = await b.open(w.url, { width: 360, mail: PEOPLE.sander });
  const plain = await b.open(w.url, { js: false, mail: PEOPLE.sander });
  await page.goto('/invitations/import');
  // one that is there: a short name of its own stays with the list
  await send(page, [...long, GOOD[0].replace(/^([^;]*);[^;]*/, '$1;Kurz')]);
  await check('A3-5-long-checked');
  await w.sql("insert into app.job_period (kind, seconds) values ('mail', 1)"); // somebody works, but has not come to it
  await page.getByRole('button', { name: /anlegen, 1\.200 einladen/ }).click();
  await page.getByText('500 von 1.201 Zeilen übernommen').waitFor();
  await check('A3-5-progress');
  await plain.page.goto(page.url());
  await plain.check('A3-5-progress');
  const jobs = loop(w);
  await page.getByRole('heading', { name: /Eingelesen am/ }).waitFor({ timeout: 60_000 });
  await jobs.end();
  assert.equal(await page.locator('#stand[aria-live]:not([aria-busy])').count(), 1, 'the result is heard');
  assert.match(await page.locator('main').innerText(), /1\.200 Organisationen angelegt, 1\.200 eingeladen/);
  await check('A3-5-long-done');
  await plain.page.getByRole('link', { name: 'Stand aktualisieren' }).click();
  assert.match(await plain.page.locator('main').innerText(), /Eingelesen am/);
  await plain.close();
  await close();
});

// --- 22.04.: three houses are in Freigabe, each with a word nobody else may read --------------------------------------
const SECRET = 'Geheimwort Gamsbart';
const RELEASERS = { BY: PEOPLE.brandl, NI: 'katrin.wessels@niedersachsen.example', DLT: PEOPLE.roth };
const text = async (page) => (await page.locator('main').innerText()).replace(/\s+/g, ' ');

describe('A3.6 to A3.8', () => {
  let then, sander;
  before(async () => {
    then = await world({ clock: '2024-04-22T09:00' });
    await then.sql('update app.participation set extended_until = null, extension_reason = null');
    const editors = { BY: PEOPLE.huber, NI: 'henning.meinders@niedersachsen.example', DSTGB: 'jochen.brueck@gemeindebund.example', DLT: PEOPLE.falk };
    for (const [code, mail] of Object.entries(editors)) {
      const editor = await then.as(mail);
      assert.equal((await editor.save(BASE, 'K4.G2.4', { stance: 'note', body: `${SECRET} ${code}` })).status, 303, code);
      if (code !== 'DLT') assert.equal((await editor.post(`${BASE}/response/freeze`, { csrf: await editor.csrf() })).status, 303, code);
    }
    sander = await then.as(PEOPLE.sander);
  });
  after(() => then?.stop());

  for (const width of [1280, 360]) {
    test(`A3.6 the board at ${width}: return by group, each with its base, three in Freigabe`, async () => {
      const { page, check, close } = await b.open(then.url, { width, mail: PEOPLE.sander });
      await page.goto(`${BASE}/returns`);
      await check('A3-6-board');
      const words = await text(page);
      for (const part of ['Bund – 1 von 1', 'Länder – 8 von 16', 'Beratende Mitglieder – 2 von 6', 'Kommunen – 1 von 1', 'Weitere Eingeladene – 0 von 4']) assert.ok(words.includes(part), part);
      const { totals } = await sander.json(`${BASE}/returns`);
      assert.deepEqual([totals.released, totals.frozen, totals.missing], [12, 3, 13]);
      assert.equal(await page.locator('tr:has(.app-state--frozen)').count(), 3);
      await page.getByRole('link', { name: 'In Freigabe' }).click();
      assert.deepEqual((await page.locator('tr[id]').evaluateAll((rows) => rows.map((r) => r.id))).sort(), ['BY', 'DSTGB', 'NI']);
      await close();
    });

    test(`A3.6 the reminder at ${width}: 13 and not the three in Freigabe; nothing goes out yet`, async () => {
      const { page, check, close } = await b.open(then.url, { width, mail: PEOPLE.sander });
      await page.goto(`${BASE}/returns`);
      await page.getByRole('link', { name: '13 Fehlende erinnern' }).click();
      await check('A3-6-reminder');
      assert.equal(await page.locator('input[name^="recipient."]').count(), 13);
      for (const code of ['BY', 'NI', 'DSTGB', 'MV', 'SL']) assert.equal(await page.locator(`[name="recipient.${code}"]`).count(), 0, code);
      assert.match(await text(page), /Nicht erinnert werden: 12 schon eingereicht; 3 in Freigabe \(Bayern, Niedersachsen, .*\)/);
      await page.locator('[name="recipient.HB"]').uncheck();
      await page.getByRole('button', { name: '12 Erinnerungen senden' }).waitFor();
      await page.locator('[name="recipient.HB"]').check();
      await page.locator('#body').fill('Bitte denken Sie an [Organisation]: [Frist].');
      await page.locator('#preview').selectOption('HSM');
      await page.getByRole('button', { name: 'Vorschau erneuern' }).click();
      await page.getByRole('heading', { name: 'Vorschau für Hochschule Musterstadt' }).waitFor();
      assert.match(await text(page), /Vorschau für Hochschule Musterstadt .*Bitte denken Sie an Hochschule Musterstadt: 26\.04\.2024, 23:59 Uhr\./);
      assert.equal(await page.locator('#body').inputValue(), 'Bitte denken Sie an [Organisation]: [Frist].');
      await check('A3-6-preview');
      assert.equal(await then.value("select count(*) from app.mail where template = 'reminder'"), '0');
      await close();
    });
  }

  test('A3.6 without scripts: nobody chosen is said at the list; fewer than shown is asked once more', async () => {
    const { page, check, close } = await b.open(then.url, { js: false, width: 360, mail: PEOPLE.sander, allowed: [409, 422] });
    await page.goto(`${BASE}/returns/reminder`);
    for (const box of await page.locator('input[name^="recipient."]').all()) await box.uncheck();
    await page.getByRole('button', { name: /senden/ }).click();
    assert.match(await page.locator('#recipient-error').innerText(), /mindestens eine Organisation/);
    await check('A3-6-nobody');
    await page.locator('[name="recipient.BE"]').check();
    await page.locator('[name="recipient.HB"]').check();
    await page.getByRole('button', { name: /senden/ }).click();
    assert.match(await text(page), /2 statt 0 Erinnerungen/);
    await check('A3-6-count');
    await page.getByRole('button', { name: '2 Erinnerungen senden' }).waitFor();
    await close();
  });

  test('A3.6 Berlin submits meanwhile: 12 instead of 13, and these twelve get one each', async () => {
    const { page, check, close } = await b.open(then.url, { mail: PEOPLE.sander, allowed: [409] });
    await page.goto(`${BASE}/returns/reminder`);
    const berlin = await then.as('ayse.demir@berlin.example');
    await berlin.post(`${BASE}/response/nil-rest`, { csrf: await berlin.csrf(), nil_rest: '1' });
    const releaser = await then.as('thomas.wedekind@berlin.example');
    const form = (await releaser.visit(`${BASE}/response/release`)).form(`${BASE}/response/release`);
    assert.match((await releaser.post(`${BASE}/response/release`, { ...form, publication: 'no', declaration: '1' })).location ?? '', /^\/receipts\//);
    await page.getByRole('button', { name: '13 Erinnerungen senden' }).click();
    assert.match(await text(page), /Inzwischen eingereicht: Berlin\. 12 statt 13 Erinnerungen/);
    await check('A3-6-meanwhile');
    assert.equal(await then.value("select count(*) from app.mail where template = 'reminder'"), '0');
    await Promise.all([page.waitForURL(/notice=reminded/), page.getByRole('button', { name: '12 Erinnerungen senden' }).click()]);
    await check('A3-6-sent');
    const { totals } = await sander.json(`${BASE}/returns`);
    assert.equal(totals.missing, 12);
    assert.deepEqual(await then.sql(`select count(distinct organisation_id)::text, count(distinct person_id)::text, count(*)::text from app.mail where template = 'reminder'`), [['12', '24', '24']], 'who writes and who releases, in each once');
    assert.equal(await then.value(`select count(*) from app.mail m join app.organisation o on o.id = m.organisation_id where m.template = 'reminder' and o.code in ('BY', 'NI', 'DSTGB', 'BE', 'MV', 'SL')`), '0');
    assert.match(await page.locator('#HB').innerText(), /22\.04\./);
    await close();
  });

  test('A3.7 the Landkreistag gets time until 03.05., 12:00, with the reason', async () => {
    const { page, check, close } = await b.open(then.url, { mail: PEOPLE.sander });
    await page.goto(`${BASE}/returns`);
    await page.locator('#DLT a').first().click();
    await check('A3-7-participation');
    await page.locator('#until').fill('03.05.2024 12:00');
    await page.locator('#reason').fill('Präsidium am 30.04.');
    await Promise.all([page.waitForURL(/notice=extension_granted/), page.getByRole('button', { name: 'Frist verlängern' }).click()]);
    await check('A3-7-granted');
    await page.goto(`${BASE}/returns`);
    assert.match((await page.locator('#DLT').innerText()).replace(/\s+/g, ' '), /03\.05\.2024, 12:00 Uhr verlängert: Präsidium am 30\.04\./);
    await close();
  });

  for (const width of [1280, 360]) {
    test(`A3.8 two minutes to one second past the end at ${width}: closed for all but one, and the paper is marked for each`, async () => {
      await then.clock('2024-04-27T00:00:01');
      const houses = await then.sql(`select distinct on (o.code) o.code, p.mail from app.participation x join app.organisation o on o.id = x.organisation_id
        join app.membership m on m.organisation_id = o.id and m.role = 'editor' join app.person p on p.id = m.person_id order by o.code, p.id`);
      assert.equal(houses.length, 28);
      for (const [code, mail] of houses) {
        const member = await then.as(mail);
        const overview = await member.json(`${BASE}/response`);
        assert.equal(overview.deadline.is_over, code !== 'DLT', code);
        const saved = await member.save(BASE, 'L-K4-4', { stance: 'note', body: `Nach der Frist aus ${code}` });
        assert.equal(saved.status, code === 'DLT' ? 303 : 409, code);
        for (const path of [`${BASE}/response`, `${BASE}/response/answers/L-K4-4`, `${BASE}/response/release`, BASE, `${BASE}/chapters/K4`]) {
          assert.match((await member.get(path)).words, /Diskussionsgrundlage, nicht beschlossen/, `${code} ${path}`);
        }
      }
      for (const [code, mail] of Object.entries(RELEASERS)) {
        const { page, check, close } = await b.open(then.url, { width, mail });
        await page.goto(`${BASE}/response`);
        const words = (await page.locator('body').innerText()).replace(/\s+/g, ' ');
        if (code === 'DLT') assert.match(words, /03\.05\.2024, 12:00 Uhr/);
        else assert.match(words, /Frist ist abgelaufen|Frist, abgelaufen|beendet/);
        await check(`A3-8-${code}`);
        await close();
      }
    });
  }

  test('A3.8 no word of a draft is anywhere on the desk', async () => {
    const { sections } = await sander.json(`${BASE}/returns`);
    const codes = sections.flatMap((s) => s.rows).map((r) => r.organisation.code);
    const { charts } = await sander.json(`${BASE}/opinion`);
    const targets = charts.flatMap((c) => c.rows).map((r) => r.target);
    assert.ok(codes.length === 28 && targets.length > 50);
    const paths = [`${BASE}/returns`, `${BASE}/returns/reminder`, `${BASE}/opinion`, `${BASE}/synopsis`, `${BASE}/synopsis.csv`, `${BASE}/synopsis.json`, '/mail', '/invitations', BASE,
      ...codes.flatMap((c) => [`${BASE}/participations/${c}`, `${BASE}/submissions/${c}`]), ...targets.map((t) => `${BASE}/opinion/${t}`),
      `${BASE}/response`, `${BASE}/response/print`, `${BASE}/response/answers/K4.G2.4`];
    for (const path of paths) {
      for (const asked of [path, `/api${path}`]) {
        const reply = await sander.get(asked);
        assert.ok(reply.status < 500, `${reply.status} ${asked}`);
        assert.ok(!reply.text.includes(SECRET) && !reply.text.includes('Nach der Frist aus'), asked);
      }
    }
  });
});
