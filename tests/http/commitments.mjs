// The register of commitments: list and entry on any day, the forms of
// moderators and houses, the matrix, CSV and the JSON twin.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const LIST = '/commitments', NEW = `${LIST}/new`, MATRIX = `${LIST}/convergence`;
let w, nobody, sander, huber, lorenz, thoms;
const csv = async (path) => (await nobody.get(path)).text.replaceAll('"', '').split('\r\n');
/** A form of a page, sent to its own address. */
const send = (who, path, action, fields) => who.submit(path, fields, { action });

describe('commitments', { concurrency: 1 }, () => {
  before(async () => {
    w = await world();
    nobody = w.client();
    [sander, huber, lorenz, thoms] = await Promise.all([PEOPLE.sander, PEOPLE.huber, PEOPLE.lorenz, PEOPLE.thoms].map((mail) => w.as(mail)));
  });
  after(() => w?.stop());

  test('the list: adopted for all, proposed for the houses of the council; each with what it binds', async () => {
    assert.deepEqual((await nobody.json(LIST)).rows.map((r) => r.number), ['V2-01', 'V3-01']);
    assert.deepEqual((await thoms.json(LIST)).rows.length, 2, 'a municipality has no seat');
    const { rows } = await huber.json(LIST);
    assert.equal(rows.filter((r) => r.step === 'V1' && r.state === 'proposed').length, 14);
    assert.deepEqual(rows.slice(0, 14).map((r) => r.origin.key).slice(0, 6), ['K4.G1.1', 'K4.G1.2', 'K4.G1.3', 'K4.G1.4', 'K4.G1.5', 'K4.G2.1']);
    const page = await nobody.get(LIST);
    assert.match(page.words, /V3-01 Einkaufsgemeinschaft Nord V3 Kooperation bindet 4 Beteiligte .*gilt.* 2023\/99 K4\.G1\.5 Mecklenburg-Vorpommern/);
    assert.match(page.words, /V2 Leitlinie verpflichtet den IT-Planungsrat selbst .* Föderales Architekturboard 2 1 begründet/);
    assert.equal((await nobody.get(`${LIST}/V1-05`)).status, 404);
    assert.equal((await huber.get(`${LIST}/v1-05`)).status, 200);
    assert.equal((await nobody.get(`${LIST}/V9-99`)).status, 404);
    assert.equal((await nobody.get('/search?q=v3-01')).location, `${LIST}/V3-01`);
  });

  test('„Gilt am“: state, wording and members of any day; a bad day is said', async () => {
    const on = async (day) => (await nobody.json(`${LIST}?on=${day}`)).rows.map((r) => `${r.number} ${r.state} ${r.members ?? ''}`.trim());
    assert.deepEqual(await on('19.11.2023'), []);
    assert.deepEqual(await on('30.11.2023'), ['V2-01 planned', 'V3-01 planned 0']);
    assert.deepEqual(await on('2024-02-01'), ['V2-01 in_force', 'V3-01 in_force 5']);
    assert.deepEqual((await nobody.json(`${LIST}?state=planned&on=30.11.2023&step=V3`)).rows.map((r) => r.number), ['V3-01']);
    assert.deepEqual((await nobody.json(`${LIST}?vision=infrastructure`)).rows.map((r) => r.number), ['V2-01', 'V3-01']);
    assert.deepEqual((await nobody.json(`${LIST}?vision=applications`)).rows.map((r) => r.number), ['V2-01']);
    assert.match((await nobody.get(`${LIST}?on=gestern`)).words, /„gestern“ ist kein Datum/);
    assert.match((await nobody.get(`${LIST}/V2-01?on=15.02.2024`)).words, /Wortlaut am 15\.02\.2024 Wer von einem gemeinsamen Standard abweicht, begründet das nach dem gemeinsamen Muster\. Werdegang/);
    const { versions } = await nobody.json(`${LIST}/V2-01`);
    assert.ok(versions[0].words_inserted > 5, 'word by word');
    assert.match((await nobody.get(`${LIST}/V2-01`)).words, /Einfügung: .*binnen drei Monaten/);
  });

  test('deviations: the number for all, the reason where the house agrees, reminders where one is due', async () => {
    const seen = await nobody.json(`${LIST}/V2-01`);
    assert.deepEqual([seen.commitment.deviations, seen.deviations.map((d) => d.organisation)], [{ count: 2, reasoned: 1, overdue: 0 }, ['Sachsen']]);
    const desk = await sander.get(`${LIST}/V2-01`);
    assert.match(desk.words, /Brandenburg ?: Portalanbindung, seit 15\.03\.2024 Begründung fällig am 30\.06\.2024/);
    assert.match((await sander.get(LIST)).words, /1 Begründung fehlt V2-01, Brandenburg: Portalanbindung , fällig am 30\.06\.2024/);
    const path = `${LIST}/V2-01/deviations`;
    assert.match((await send(huber, path, path, { subject: 'Archiv', since: '01.03.2024' })).words, /Begründen Sie die Abweichung, oder nennen Sie den Tag/);
    assert.equal((await send(huber, path, path, { subject: '', since: '01.03.2024', reason: 'x' })).status, 422);
    const saved = await send(huber, path, path, { subject: 'Archiv', since: '01.03.2024', reason_due_on: '01.04.2024' });
    assert.match(saved.location, /deviation=\w+&notice=saved/);
    assert.equal((await nobody.json(`${LIST}/V2-01`)).commitment.deviations.count, 2, 'a draft is not counted');
    const key = /deviation=(\w+)/.exec(saved.location)[1], one = `${path}?deviation=${key}`;
    assert.equal((await lorenz.get(one)).status, 404, 'of another house');
    assert.equal((await huber.post(`${path}/release`, { csrf: await huber.csrf(), deviation: key, version: '1' })).status, 403);
    const brandl = await w.as(PEOPLE.brandl);
    assert.match((await send(brandl, one, `${path}/release`, {})).location, /deviation_released/);
    assert.match((await huber.get(LIST)).words, /V2-01, Bayern: Archiv , überfällig seit 01\.04\.2024/);
    await send(huber, one, path, { reason: 'Die Ablösung kommt 2025.' });
    assert.equal((await nobody.json(`${LIST}/V2-01`)).commitment.deviations.reasoned, 1, 'drafted, not released');
    assert.match((await send(brandl, one, `${path}/release`, { is_public: '1' })).location, /deviation_released/);
    assert.match((await nobody.get(`${LIST}/V2-01`)).words, /Bayern ?: Archiv, seit 01\.03\.2024 begründet am 22\.04\.2024 Die Ablösung kommt 2025\./);
    assert.equal((await send(sander, `${LIST}/V2-01/edit`, `${LIST}/V2-01/deviations/record`, { organisation: 'Hessen', subject: 'Portal', since: '01.04.2024', reason: 'Vertrag' })).location, `${LIST}/V2-01?notice=saved`);
    assert.equal((await nobody.json(`${LIST}/V2-01`)).commitment.deviations.count, 4);
    const draft = /deviation=(\w+)/.exec((await send(huber, path, path, { subject: 'Versehen', since: '01.03.2024', reason: 'x' })).location)[1];
    assert.match((await huber.post(`${path}/discard`, { csrf: await huber.csrf(), deviation: draft })).location, /saved/);
    assert.equal((await huber.post(`${path}/discard`, { csrf: await huber.csrf(), deviation: key })).status, 404, 'what is released stays');
  });

  test('proposed, adopted, amended, repealed: by a Beschluss, with reasons; two tabs; input stays', async () => {
    assert.match((await sander.submit(NEW, { step: 'V1', origin: 'K4.X' })).words, /„K4\.X“ steht in keiner veröffentlichten Fassung/);
    assert.equal((await sander.submit(NEW, { step: 'V2', title: 'Offene Schnittstellen', body: 'Wir legen Schnittstellen offen.', owner: 'Portfoliomanagement' })).location, `${LIST}/V2-02?notice=commitment_created`);
    const edit = `${LIST}/V2-02/edit`, events = `${LIST}/V2-02/events`;
    const tab = (await sander.get(edit)).form(events);
    assert.equal((await sander.submit(edit, { body: 'Wir legen alle Schnittstellen offen.' }, { action: edit })).location, `${LIST}/V2-02?notice=saved`);
    const late = await sander.post(events, { ...tab, event: 'adopted', decision_ref: '2024/12', effective_on: '01.05.2024' });
    assert.equal(late.status, 409);
    assert.equal(late.form(events).decision_ref, '2024/12');
    const bad = await send(sander, edit, events, { event: 'adopted', decision_ref: 'B-2025/33', effective_on: '01.05.2024' });
    assert.match(bad.words, /haben einen Zusatz\. So: 2024\/40 oder B-2025\/33-IT\. Meinten Sie B-2025\/33-IT\?/);
    assert.match((await send(sander, edit, events, { event: 'adopted', decision_ref: '2024/12', effective_on: '01.05.2024' })).location, /saved/);
    assert.match((await nobody.get(LIST)).words, /V2-02 Offene Schnittstellen .*beschlossen, gilt ab 01\.05\.2024 2024\/12/);
    assert.match((await send(sander, edit, events, { event: 'amended', decision_ref: '2024/13', effective_on: '01.06.2024', event_reason: 'Klarer' })).words, /Eine Änderung braucht einen anderen Wortlaut/);
    assert.match((await send(sander, edit, events, { event: 'repealed', decision_ref: '2024/13', effective_on: '01.07.2024', event_reason: '' })).words, /Begründung: Bitte füllen/);
    await send(sander, edit, events, { event: 'repealed', decision_ref: '2024/13', effective_on: '01.07.2024', event_reason: 'Aufgegangen in V1-08.' });
    assert.match((await nobody.get(`${LIST}/V2-02?on=01.07.2024`)).words, /Stand am 01\.07\.2024 aufgehoben/);
    await sander.submit(`${LIST}/V3-01/edit`, { review_since: '15.04.2024', review_note: 'Evaluation' }, { action: `${LIST}/V3-01/edit` });
    assert.deepEqual((await nobody.json(`${LIST}?state=review`)).rows.map((r) => r.number), ['V3-01']);
    const item = await sander.json(`${BASE}/items/K4.G2.5`);
    assert.deepEqual(item.commitments.map((c) => c.number), ['V1-10']);
    assert.equal((await sander.get(item.propose_href)).form(NEW).origin, 'K4.G2.5');
    assert.equal((await huber.json(`${BASE}/items/K4.G2.5`)).propose_href, null);
    for (const path of [NEW, edit]) assert.equal((await huber.get(path)).status, 403, path);
  });

  test('a house declares that it joins, a moderator confirms or refuses; others are recorded', async () => {
    const path = `${LIST}/V3-01`, members = `${path}/members`, declarations = `${path}/declarations`;
    const brandl = await w.as(PEOPLE.brandl);
    assert.match((await send(brandl, path, declarations, { on_day: '01.02.2024' })).words, /liegt in der Vergangenheit/);
    assert.match((await send(brandl, path, declarations, { on_day: '01.05.2024' })).location, /declared/);
    assert.match((await brandl.get(path)).words, /Ihre Erklärung, Beitritt zum 01\.05\.2024, wartet auf die Bestätigung/);
    assert.equal((await nobody.json(`${path}?on=01.05.2024`)).commitment.members, 4, 'nothing before it is confirmed');
    assert.match((await sander.get(LIST)).words, /1 Erklärung wartet auf Bestätigung V3-01: Bayern tritt bei zum 01\.05\.2024/);
    const declaration = (await sander.json(path)).declarations[0].key;
    const decide = async (fields) => sander.post(`${declarations}/decide`, { csrf: await sander.csrf(), declaration, ...fields });
    assert.equal((await decide({ verdict: 'refused' })).status, 422);
    assert.match((await decide({ verdict: 'confirmed' })).location, /saved/);
    assert.equal((await decide({ verdict: 'confirmed' })).status, 409);
    assert.equal((await nobody.json(`${path}?on=01.05.2024`)).commitment.members, 5);
    assert.match((await send(sander, `${path}/edit`, members, { member: 'Bayern', joined_on: '01.06.2024' })).words, /in dieser Zeit schon beteiligt/);
    assert.match((await send(sander, `${path}/edit`, members, { member: 'Bayern', left_on: '30.06.2024' })).location, /saved/);
    assert.equal((await nobody.json(`${path}?on=01.07.2024`)).commitment.members, 4);
    assert.match((await sander.get(path)).words, /Bayern .*01\.05\.2024 30\.06\.2024 22\.04\.2024, Mira Sander/);
    assert.doesNotMatch((await nobody.get(path)).words, /Mira Sander/);
    const project = await send(sander, `${path}/edit`, `${path}/projects`, { project_name: 'Portalverbund', project_number: 'P-7', address: 'https://www.fitko.de/' });
    assert.match(project.location, /saved/);
    assert.match((await nobody.get(path)).words, /Portalverbund \(P-7\)/);
    const key = (await nobody.json(path)).projects[0].key;
    assert.match((await sander.post(`${path}/projects/remove`, { csrf: await sander.csrf(), project: key })).location, /saved/);
  });

  test('the matrix: gaps counted with their base; each programme management its own column, with a history', async () => {
    const { base } = await nobody.json(MATRIX);
    assert.deepEqual(base, { commitments: 3, visions: 5, fields: 15, affected: 14, gaps: 11 });
    assert.match((await nobody.get(MATRIX)).words, /14 betroffene Felder, davon 11 Lücken/);
    assert.equal((await nobody.json(`${MATRIX}?on=30.11.2023`)).base.commitments, 2);
    assert.match((await nobody.get(`${MATRIX}?on=nie`)).words, /„nie“ ist kein Datum/);
    const own = `${LIST}/V3-01/convergence/applications`, other = `${LIST}/V3-01/convergence/security`;
    assert.match((await send(lorenz, own, own, { verdict: 'contributes' })).words, /Nennen Sie einen Beleg/);
    assert.match((await send(lorenz, own, own, { verdict: 'partly', evidence: 'Erste Lizenzen' })).location, /convergence\/applications\?notice=saved#V3-01/);
    await send(lorenz, own, own, { verdict: 'contributes', evidence: 'Gemeinsamer Rahmenvertrag' });
    assert.deepEqual((await nobody.json(own)).history.map((h) => h.verdict), ['contributes', 'partly']);
    assert.equal((await nobody.json(MATRIX)).base.gaps, 10);
    assert.equal((await lorenz.get(other)).text.includes('<select'), false, 'no form in another column');
    for (const [who, path] of [[lorenz, other], [huber, own], [sander, own]]) {
      assert.equal((await who.post(path, { csrf: await who.csrf(), base: '0', verdict: 'partly' })).status, 403, path);
    }
    const topic = `${MATRIX}/security`;
    assert.match((await sander.submit(topic, { manager: 'Bayern', ref: '2025/1' })).words, /führende Null/);
    assert.match((await sander.submit(topic, { manager_mail: 'niemand@nirgends.example' })).words, /gibt es nicht/);
    assert.match((await sander.submit(topic, { manager: 'Bayern', manager_mail: PEOPLE.lorenz })).location, /saved/);
    assert.equal((await lorenz.json(topic)).can.state, true, 'a person named by address');
    assert.match((await nobody.get(topic)).words, /Programmmanagement: Bayern/);
  });

  test('CSV of the filter and of the matrix', async () => {
    const [head, ...lines] = await csv(`${LIST}.csv?step=V3&on=2024-02-01`);
    assert.match(head, /Nr\.;Titel;Schritt;Bindung;Beteiligte;Stand;gilt ab/);
    assert.match(lines[0], /^V3-01;Einkaufsgemeinschaft Nord;Kooperation;bindet die Beteiligten;5;gilt;15\.01\.2024;;;2023\/99;K4\.G1\.5;;Mecklenburg-Vorpommern;/);
    assert.ok((await csv(`${MATRIX}.csv`)).some((line) => line.startsWith('V2-01;Gemeinsame Musterbegründung für Abweichungen;Digitale Infrastruktur;trägt teilweise bei;Das Muster wird')));
  });
});
