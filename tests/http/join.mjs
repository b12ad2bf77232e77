// with asan
// Joining: an organisation takes over released answers of another one, wholly
// or one by one, with deviations of its own; a newer text is offered and never
// moved; positions stay one, organisations are counted. Mecklenburg-Vorpommern
// offers its response, Bayern joins it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const RESPONSE = `${BASE}/response`;
const OFFER = `${RESPONSE}/joinable/MV`;
let w, lorenz, huber, brandl, thoms, sander, texts;
before(async () => {
  w = await world({ clock: '2024-04-22T09:00' });
  [lorenz, huber, brandl, thoms, sander] = await Promise.all(['lorenz', 'huber', 'brandl', 'thoms', 'sander'].map((name) => w.as(PEOPLE[name])));
});
after(() => w?.stop());

const release = async (who, more = {}) => {
  const doc = await who.json(`${RESPONSE}/release`);
  return who.post(`${RESPONSE}/release`, { csrf: await who.csrf(), content_hash: doc.content_hash, ...(doc.adopted_hash ? { adopted_hash: doc.adopted_hash } : {}),
    publication: 'no', declaration: '1', ...more });
};
const correct = async (who) => who.post(`${RESPONSE}/correction`, { csrf: await who.csrf() });
const save = async (who, target, fields) => {
  const { form } = await who.json(`${RESPONSE}/answers/${target}`);
  return who.save(BASE, target, { stance: form.stance ?? '', body: form.body, proposal: form.proposal, reason: form.reason, ...fields });
};
/** The form of the offer as it stands, with the fields that are sent beside. */
const adopt = async (who, fields) => {
  const { form } = await who.json(OFFER);
  const versions = Object.fromEntries(form.rows.map((row) => [`version.${row.key}`, row.version]));
  return who.post(OFFER, { csrf: await who.csrf(), receipt: form.receipt, ...versions, ...fields });
};
const row = async (who, key) => (await who.json(OFFER)).form.rows.find((one) => one.key === key);
const own = async (target) => (await w.sql(`select a.body, a.version, a.kind from app.answer a join app.target t on t.id = a.target_id
  join app.organisation o on o.id = a.organisation_id where o.code = 'BY' and t.key = '${target}'`))[0];
const acts = (act) => w.value(`select count(*) from app.audit where act = '${act}'`).then(Number);

/** The figures of one target, from every place that has them; they must agree. */
async function figures(target) {
  const csv = (await sander.get(`${BASE}/synopsis.csv?target=${target}`)).text.trim().split('\r\n').length - 1;
  const exported = (await sander.get(`${BASE}/synopsis.json?target=${target}`)).json;
  const list = Array.isArray(exported) ? exported : exported.rows;
  const page = await sander.json(`${BASE}/synopsis?target=${target}`);
  const opinion = await sander.json(`${BASE}/opinion/${target}`);
  const { agree, agree_changed, reject, note, no_position, ...others } = opinion.sums.counts;
  const organisations = agree + agree_changed + reject + note + no_position;
  assert.equal(csv, list.length, `${target}: rows of CSV and JSON`);
  assert.equal(page.counts.filtered, list.length, `${target}: positions of the page and the export`);
  assert.equal(opinion.bases.positions, list.length, `${target}: positions of the Meinungsbild and the export`);
  assert.equal(opinion.words.length, list.length);
  for (const [name, value] of Object.entries({ page: page.counts.organisations, bases: opinion.bases.organisations,
    export: list.reduce((sum, one) => sum + one.organisations, 0), rows: page.rows.reduce((sum, one) => sum + one.organisations, 0),
    levels: opinion.by_level.rows.reduce((sum, { counts: c }) => sum + c.agree + c.agree_changed + c.reject + c.note + c.no_position, 0) })) {
    assert.equal(value, organisations, `${target}: organisations of ${name}`);
  }
  assert.equal(organisations + others.nil + others.not_applicable + others.no_answer + others.outstanding, opinion.sums.base, 'the classes are the base');
  return { positions: list.length, organisations, rows: page.rows };
}

test('nobody may be joined who has not said so: 404 as for a house that does not exist', async () => {
  const before = await huber.json(`${RESPONSE}/joinable`);
  assert.ok(!before.rows.some((one) => one.code === 'HE'), 'Hessen has released, and not for others');
  const [foreign, draft, unknown] = await Promise.all(['HE', 'NI', 'XX'].map((code) => huber.get(`${RESPONSE}/joinable/${code}`)));
  for (const page of [foreign, draft, unknown]) assert.equal(page.status, 404);
  assert.equal(foreign.words.replaceAll('HE', ''), unknown.words.replaceAll('XX', ''));
  assert.equal((await huber.post(`${RESPONSE}/joinable/HE`, { csrf: await huber.csrf(), receipt: 'R1-HE-1-0000', what: 'all' })).status, 404);
});

test('the release asks whether others may join; it is no by itself, and the choice is part of what was approved', async () => {
  await correct(lorenz);
  await save(lorenz, 'K3.N2', { stance: 'agree', body: 'Nur für die Moderation.', confidential: '1', confidential_reason: 'Laufende Vergabe' });
  const page = await lorenz.get(`${RESPONSE}/release`);
  assert.match(page.words, /Andere Organisationen dürfen sich anschließen/);
  const reply = await release(lorenz, { joinable: '1' });
  assert.match(reply.location ?? reply.words, /^\/receipts\/R1-MV-2-/);
  assert.match((await lorenz.get(reply.location)).words, /Andere Organisationen dürfen sich anschließen/);
  assert.equal((await lorenz.json(`${RESPONSE}/release`)).form.joinable, true, 'and is proposed for the next one');
  assert.ok(await acts('join.allow') >= 1);
});

test('the list and the response: every word that is offered, none that is confidential; who reads it is written down', async () => {
  const list = await huber.get(`${RESPONSE}/joinable`);
  assert.match(list.words, /Mecklenburg-Vorpommern/);
  const views = await acts('joinable.view');
  const doc = await huber.json(OFFER);
  assert.equal(await acts('joinable.view'), views + 1);
  assert.equal(doc.withheld, 1);
  assert.ok(doc.form.rows.length > 5);
  assert.ok(!doc.form.rows.some((one) => one.key === 'K3.N2'));
  assert.doesNotMatch((await huber.get(OFFER)).text, /Nur für die Moderation|Laufende Vergabe/);
  texts = Object.fromEntries(doc.form.rows.map((one) => [one.key, one]));
  const listed = (await huber.json(`${RESPONSE}/joinable`)).rows.find((one) => one.code === 'MV');
  assert.equal(listed.offered, doc.form.rows.length);
  assert.equal(listed.joined, 0);
  assert.equal((await lorenz.get(OFFER)).status, 404, 'nobody joins himself');
});

test('where the house has words of its own it is asked first, and nothing is overwritten', async () => {
  const { effect, form } = await huber.json(OFFER);
  assert.ok(effect.own > 0, 'Bayern has answered some of it');
  const mine = form.rows.find((one) => one.state === 'own');
  const [text] = await own(mine.key);
  const refused = await adopt(huber, { what: 'all' });
  assert.equal(refused.status, 422);
  assert.match(refused.words, new RegExp(`An ${effect.own} Stellen? hat Ihre Organisation schon einen eigenen Text`));
  assert.match(refused.text, /id="own-error"/);
  assert.deepEqual((await own(mine.key))[0], text);
  assert.equal((await adopt(huber, {})).status, 422, 'nothing ticked');
  assert.equal((await adopt(huber, { what: 'all', own: 'keep', receipt: 'R1-MV-1-0000' })).status, 409, 'another version than was seen');
  assert.equal((await adopt(brandl, { what: 'all', own: 'keep' })).status, 403, 'to join is to edit');
});

test('adopted wholly: what is empty is filled, own texts stay; the draft says where it is from', async () => {
  const { effect, form } = await huber.json(OFFER);
  const noted = await acts('join.adopt');
  const reply = await adopt(huber, { what: 'all', own: 'keep' });
  assert.equal(reply.location, `${RESPONSE}?notice=joined`);
  const { joins } = (await huber.json(RESPONSE)).join;
  assert.equal(joins[0].adopted, effect.new);
  assert.equal(joins[0].version, 2);
  const taken = form.rows.find((one) => one.state === 'empty' && one.kind === 'question') ?? form.rows.find((one) => one.state === 'empty');
  const page = await huber.get(`${RESPONSE}/answers/${taken.key}`);
  assert.match(page.words, /Übernommen von .*Mecklenburg-Vorpommern, Fassung 2/);
  assert.equal((await own(taken.key))[0], taken.body);
  assert.match((await huber.get(RESPONSE)).words, /übernommen von Mecklenburg-Vorpommern, Fassung 2/);
  assert.match((await huber.get(`${RESPONSE}/release`)).words, new RegExp(`Fassung 2: ${effect.new} Antworten? übernommen`));
  assert.match((await huber.get(`${RESPONSE}/print`)).words, /Übernommen von/);
  assert.equal(await acts('join.adopt'), noted + 1);
  assert.equal((await huber.json(OFFER)).joined_count, 0, 'a draft is nobody else\'s business');
  assert.equal((await lorenz.json(RESPONSE)).join.joined_by, 0);
});

test('one own text is replaced when she says so; the old one is in the history; an old form is refused', async () => {
  const mine = (await huber.json(OFFER)).form.rows.find((one) => one.state === 'own');
  assert.ok(mine.own.length > 0, 'the difference is shown');
  const [before] = await own(mine.key);
  const stale = await adopt(huber, { [`adopt.${mine.key}`]: '1', own: 'replace', [`version.${mine.key}`]: '0' });
  assert.equal(stale.status, 409);
  assert.equal((await own(mine.key))[0], before);
  assert.equal((await adopt(huber, { [`adopt.${mine.key}`]: '1', own: 'replace' })).status, 303);
  assert.equal((await own(mine.key))[0], mine.body);
  assert.equal(await w.value(`select count(*) from app.answer_revision r join app.answer a on a.id = r.answer_id
    join app.organisation o on o.id = a.organisation_id join app.target t on t.id = a.target_id
    where o.code = 'BY' and t.key = '${mine.key}' and r.body is not distinct from ${before === null ? 'null' : `$$${before}$$`}`), '1');
});

let adopted, deviating;
test('changed, an answer is a deviation with the difference shown; changed back it is adopted again', async () => {
  [adopted, deviating] = (await huber.json(OFFER)).form.rows.filter((one) => one.state === 'adopted' && one.answer_kind === 'answered' && one.body && !['L-K12-4'].includes(one.key)).map((one) => one.key);
  await save(huber, deviating, { body: `${texts[deviating].body} Bayern ergänzt: in Stufen.` });
  const { joined } = await huber.json(`${RESPONSE}/answers/${deviating}`);
  assert.equal(joined.kind, 'deviates');
  assert.equal(joined.fields[0].name, 'body');
  assert.ok(joined.fields[0].diff.some(({ op, text }) => op !== 'equal' && /Stufen/.test(text)));
  assert.match((await huber.get(`${RESPONSE}/answers/${deviating}`)).words, /Abweichung von .*Mecklenburg-Vorpommern, Fassung 2/);
  await save(huber, deviating, { body: texts[deviating].body });
  assert.equal((await huber.json(`${RESPONSE}/answers/${deviating}`)).joined.kind, 'adopted');
  await save(huber, deviating, { body: `${texts[deviating].body} Bayern ergänzt: in Stufen.` });
});

test('an adoption that ended after the preview is not released unseen', async () => {
  const { adopted_hash: seen } = await brandl.json(`${RESPONSE}/release`);
  const extra = (await huber.json(OFFER)).form.rows.filter((one) => one.state === 'adopted').at(-1).key;
  const { form } = await huber.json(`${RESPONSE}/answers/${extra}`);
  const leave = `${RESPONSE}/answers/${extra}/leave`;
  assert.equal((await huber.post(leave, { csrf: await huber.csrf(), version: form.version, text: '' })).status, 422);
  assert.equal((await huber.post(leave, { csrf: await huber.csrf(), version: form.version + 1, text: 'keep' })).status, 409);
  assert.equal((await huber.post(leave, { csrf: await huber.csrf(), version: form.version, text: 'keep' })).status, 303);
  assert.equal((await huber.json(`${RESPONSE}/answers/${extra}`)).joined, null);
  assert.equal((await own(extra))[0], texts[extra].body, 'the text is hers now');
  assert.equal((await release(brandl, { adopted_hash: seen })).status, 409);
  assert.equal((await adopt(huber, { [`adopt.${extra}`]: '1' })).status, 303, 'wordy equal text needs no question');
});

test('released: organisations rise by one, positions by none; a deviation is a position', async () => {
  const before = { adopted: await figures(adopted), deviating: await figures(deviating) };
  const total = (await sander.json(`${BASE}/opinion`)).totals;
  const reply = await release(brandl);
  assert.match(reply.location ?? reply.words, /^\/receipts\/R1-BY-1-/);
  const after = { adopted: await figures(adopted), deviating: await figures(deviating) };
  assert.equal(after.adopted.positions, before.adopted.positions);
  assert.equal(after.adopted.organisations, before.adopted.organisations + 1);
  assert.equal(after.deviating.positions, before.deviating.positions + 1);
  assert.equal(after.deviating.organisations, before.deviating.organisations + 1);
  assert.equal((await sander.json(`${BASE}/opinion`)).totals.released, total.released + 1);

  const line = after.adopted.rows.find((one) => one.from.code === 'MV');
  assert.deepEqual(line.from.also_for.map(({ code }) => code), ['BY']);
  const page = await sander.get(`${BASE}/synopsis?target=${adopted}`);
  assert.match(page.words, /Auch für: Bayern 1 Position, 2 Organisationen/);
  assert.match((await sander.get(`${BASE}/opinion/${adopted}`)).words, /Auch für: Bayern/);
  const [head, ...csv] = (await sander.get(`${BASE}/synopsis.csv?target=${adopted}`)).text.split('\r\n');
  assert.match(head, /"Organisationen";"Auch für";"Gilt für den Einsender"/);
  assert.ok(csv.some((one) => /"Freistaat Bayern";"ja";/.test(one)), csv.join('\n').slice(-300));
  assert.ok((await sander.json(`${BASE}/synopsis?target=${adopted}&land=09`)).rows.some((one) => one.from.code === 'MV'), 'found among those of Bayern');
  const receipt = await brandl.get(reply.location);
  assert.match(receipt.words, /übernommen von Mecklenburg-Vorpommern, Fassung 2/);
  const desk = await sander.get(`${BASE}/submissions/BY`);
  assert.match(desk.words, /Übernommen von .*Mecklenburg-Vorpommern, Fassung 2/);
  assert.match(desk.words, /Abweichung von .*Mecklenburg-Vorpommern, Fassung 2/);
  assert.match((await sander.get(`${BASE}/submissions/MV`)).words, /angeschlossen: Bayern \(\d+ Antworten\)/);
  assert.match((await sander.get(`${BASE}/returns`)).words, /angeschlossen an Mecklenburg-Vorpommern/);
  assert.equal((await thoms.json(`${RESPONSE}/joinable`)).rows.find((one) => one.code === 'MV').joined, 1);
  assert.equal((await lorenz.json(RESPONSE)).join.joined_by, 1);
  assert.equal(await w.value(`select bool_and(app.canon_hash(app.version_canon(v.id)) = v.content_hash) from app.response_version v`), 't');
});

test('a new version of theirs is told, not moved; the difference stands on the page; she stays, then takes it', async () => {
  await correct(lorenz);
  await save(lorenz, adopted, { body: `${texts[adopted].body} Neu in Fassung 3.` });
  assert.equal((await release(lorenz, { joinable: '1' })).status, 303);
  const mails = await w.sql(`select m.args::text, p.mail from app.mail m join app.person p on p.id = m.person_id where m.template = 'joined_changed'`);
  assert.deepEqual([...new Set(mails.map(([, mail]) => mail))].sort(), [PEOPLE.brandl, PEOPLE.huber].sort());
  assert.ok(mails.every(([args]) => !args.includes('Neu in Fassung 3')));
  assert.equal((await own(adopted))[0], texts[adopted].body, 'nothing has moved');
  assert.match((await huber.get(RESPONSE)).words, /hat eine neue Fassung\. Bei Ihnen ist nichts geändert\. Unterschiede ansehen, übernehmen oder bei Fassung 2 bleiben/);
  assert.match((await huber.get(`${RESPONSE}/answers/${adopted}`)).words, /bei Fassung 2 bleiben/);
  const line = await row(huber, adopted);
  assert.equal(line.state, 'older');
  assert.ok(line.own[0].diff.some(({ op, text }) => op !== 'equal' && /Neu in Fassung 3/.test(text)));
  const { rows } = await figures(adopted); // his new text beside the one that only she holds now
  const old = rows.find((one) => one.from.code === 'MV' && one.from.also_for.length > 0);
  assert.equal(old.from.is_held, false);
  assert.match((await sander.get(`${BASE}/synopsis?target=${adopted}`)).words, /gilt für den Einsender nicht mehr Gilt für: Bayern/);

  assert.equal((await adopt(huber, { [`adopt.${adopted}`]: '1' })).status, 409, 'submitted: it takes a new version of her own');
  const { form } = await huber.json(OFFER);
  assert.equal((await huber.post(`${OFFER}/stay`, { csrf: await huber.csrf(), receipt: form.receipt })).location, `${RESPONSE}?notice=join_stays`);
  assert.doesNotMatch((await huber.get(RESPONSE)).words, /Bei Ihnen ist nichts geändert/);

  await correct(huber);
  assert.equal((await adopt(huber, { [`adopt.${adopted}`]: '1' })).status, 303);
  assert.equal((await release(brandl)).status, 303);
  const after = await figures(adopted);
  assert.equal(after.rows.filter((one) => one.from.code === 'MV').length, 1);
  assert.deepEqual(after.rows.find((one) => one.from.code === 'MV').from.also_for.map(({ code }) => code), ['BY']);
});

test('the author withdraws: what she has joined counts on, and is offered to nobody any more', async () => {
  const before = await figures(adopted);
  const page = await lorenz.visit(`${RESPONSE}/withdrawal`);
  assert.match(page.words, /1 Organisation hat sich Ihnen angeschlossen/);
  assert.equal((await lorenz.submit(`${RESPONSE}/withdrawal`, {})).status, 303);
  const after = await figures(adopted);
  assert.equal(after.positions, before.positions, 'the position stays');
  assert.equal(after.organisations, before.organisations - 1);
  assert.equal((await thoms.get(OFFER)).status, 404);
  assert.equal((await huber.get(OFFER)).status, 404, 'not even to who has joined');
  assert.match((await huber.get(RESPONSE)).words, /dort zurückgezogen/);
  assert.match((await huber.get(`${RESPONSE}/answers/${adopted}`)).words, /hat die Stellungnahme zurückgezogen\. Ihre Übernahme bleibt/);
  assert.ok(Number(await w.value(`select count(*) from app.mail where template = 'joined_withdrawn'`)) > 0);
});

test('left wholly: the texts go into the history, deviations stay; released, the figures are as without', async () => {
  assert.equal((await huber.post(`${RESPONSE}/joinable/MV/leave`, { csrf: await huber.csrf(), text: 'remove' })).status, 409, 'not from what is submitted');
  await correct(huber);
  assert.equal((await huber.post(`${RESPONSE}/joinable/NI/leave`, { csrf: await huber.csrf(), text: 'remove' })).status, 404);
  assert.equal((await huber.post(`${RESPONSE}/joinable/MV/leave`, { csrf: await huber.csrf(), text: '' })).status, 422);
  assert.equal((await huber.post(`${RESPONSE}/joinable/MV/leave`, { csrf: await huber.csrf(), text: 'remove' })).location, `${RESPONSE}?notice=join_left`);
  assert.deepEqual(await own(adopted).then(([body, , kind]) => [body, kind]), ['', '']);
  assert.match((await own(deviating))[0], /Bayern ergänzt: in Stufen/);
  assert.deepEqual((await huber.json(RESPONSE)).join.joins, []);
  const before = await figures(adopted);
  assert.equal((await release(brandl)).status, 303);
  const after = await figures(adopted);
  assert.equal(after.positions, before.positions - 1, 'nobody holds it any more');
  assert.equal(after.organisations, before.organisations - 1);
  assert.equal(await w.value(`select count(*) from app.position p where p.is_current <> exists (select from app.version_answer x
    join app.current_version c on c.response_version_id = x.response_version_id where x.released_answer_id = p.released_answer_id)`), '0');
});

test('she releases what she adopted while the author withdraws: who is last settles it', async () => {
  for (let i = 0; i < 3; i += 1) {
    await correct(lorenz);
    assert.equal((await release(lorenz, { joinable: '1' })).status, 303);
    await correct(huber);
    assert.equal((await adopt(huber, { [`adopt.${adopted}`]: '1', own: 'replace' })).status, 303);
    const { number } = (await lorenz.json(RESPONSE)).response.last_receipt;
    const csrf = await lorenz.csrf();
    const both = await Promise.all([release(brandl), lorenz.post(`${RESPONSE}/withdrawal`, { csrf, receipt: number })]);
    assert.deepEqual(both.map(({ status }) => status), [303, 303]);
    assert.equal(await w.value(`select count(*) from app.position p where p.is_current <> exists (select from app.version_answer x
      join app.current_version c on c.response_version_id = x.response_version_id where x.released_answer_id = p.released_answer_id)`), '0');
    assert.equal(await w.value(`select count(*) from app.position p join app.target t on t.id = p.target_id join app.organisation o on o.id = p.organisation_id
      where t.key = '${adopted}' and o.code = 'MV' and p.is_current`), '1', 'she holds it');
    await correct(huber);
    assert.equal((await huber.post(`${RESPONSE}/joinable/MV/leave`, { csrf: await huber.csrf(), text: 'remove' })).status, 303);
    assert.equal((await release(brandl)).status, 303);
  }
});
