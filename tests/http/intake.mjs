// with asan
// Answers on paper: noted and entered by the moderators, confirmed, sent back or
// taken over by the house; nothing of it counts before, and nothing of a draft
// of the house is seen by the desk.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const PAPER = 'Der Landkreistag stimmt dem Grundsatz zu, soweit die Kosten geklärt sind.';
const desk = (code) => `${BASE}/participations/${code}/intake`;
const HOUSE = `${BASE}/response/intake`;
const EMPTY = { stance: '', body: '', proposal: '', reason: '', confidential: '', confidential_reason: '' };
let w, sander, petersen, falk, roth, huber, brandl, okafor, weiss, thoms;
before(async () => {
  w = await world({ clock: '2024-04-02T09:00' });
  [sander, petersen, falk, roth, huber, brandl, okafor, weiss, thoms] = await Promise.all(
    ['sander', 'petersen', 'falk', 'roth', 'huber', 'brandl', 'okafor', 'weiss', 'thoms'].map((name) => w.as(PEOPLE[name])));
});
after(() => w?.stop());

const post = async (who, path, fields = {}) => who.post(path, { csrf: await who.csrf(), ...fields });
const record = async (code, more = {}) => {
  const { form } = await sander.json(desk(code));
  return post(sander, desk(code), { version: form.version, received_on: '02.04.2024', channel: 'letter', reference: 'IV-3/2024-17', note: '', late_reason: '', ...more });
};
const enter = async (code, target, fields) => {
  const { form } = await sander.json(`${desk(code)}/answers/${target}`);
  return post(sander, `${desk(code)}/answers/${target}`, { version: form.version, ...EMPTY, ...fields });
};
const handOver = (code) => post(sander, `${desk(code)}/handover`);
const confirm = async (who, more = {}) => post(who, `${HOUSE}/confirm`, { content_hash: (await who.json(HOUSE)).content_hash, publication: 'no', declaration: '1', ...more });
const row = async (code) => (await sander.json(`${BASE}/returns`)).sections.flatMap((s) => s.rows).find((r) => r.organisation.code === code);
const acts = async () => (await w.sql(`select act from app.audit where act like 'intake.%' and act <> 'intake.view' order by id`)).map(([act]) => act);
const ok = (reply) => assert.equal(reply.status, 303, reply.words.slice(0, 600));

describe('noting what came', { concurrency: 1 }, () => {
  test('the page of the invitation leads there', async () => {
    assert.match((await sander.get(`${BASE}/participations/DLT`)).text, new RegExp(`href="${desk('DLT')}"`));
    const page = await sander.get(desk('DLT'));
    assert.match(page.words, /Eingang notieren/);
    assert.match(page.words, /nacherfasst, unbestätigt/);
  });

  for (const [name, more, words] of [
    ['no day', { received_on: '' }, /received_on-error/],
    ['no day that is one', { received_on: '31.02.2024' }, /received_on-error/],
    ['a day to come', { received_on: '03.04.2024' }, /kommt erst noch/],
    ['a day before the stage', { received_on: '01.02.2024' }, /noch nicht begonnen/],
    ['no way', { channel: '' }, /channel-error/],
    ['another way', { channel: 'taube' }, /channel-error/],
  ]) {
    test(`refused with its field: ${name}`, async () => {
      const reply = await record('DLT', { reference: 'AZ 4711', ...more });
      assert.equal(reply.status, 422);
      assert.match(reply.text, words);
      assert.match(reply.text, /AZ 4711/, 'nothing is lost');
    });
  }

  test('noted; it stands apart, and counts nowhere', async () => {
    const before = await sander.json(`${BASE}/returns`);
    ok(await record('DLT'));
    const after = await sander.json(`${BASE}/returns`);
    assert.equal((await row('DLT')).state, 'intake');
    assert.equal(after.intake_count, 1);
    assert.equal(after.totals.released, before.totals.released);
    assert.equal((await petersen.json(`${BASE}/returns?state=intake`)).totals.filtered, 1, 'the reporter sees that it is there');
    assert.match((await petersen.get(`${BASE}/opinion`)).words, /1 Stellungnahme ist nacherfasst, aber nicht bestätigt/);
    assert.equal((await petersen.get(desk('DLT'))).status, 403, 'and nothing more');
    assert.equal((await handOver('DLT')).status, 409, 'without an answer there is nothing to confirm');
  });

  test('the house sees nothing of it yet', async () => {
    for (const who of [falk, roth]) assert.equal((await who.get(HOUSE)).status, 404);
    assert.equal((await roth.json(`${BASE}/response`)).intake, null);
  });
});

describe('entering answers', { concurrency: 1 }, () => {
  test('with the fields and the rules of the house', async () => {
    ok(await enter('DLT', 'K4.G2.5', { stance: 'agree_changed', body: PAPER, proposal: 'Kriterien sind zu beachten.' }));
    ok(await enter('DLT', 'L-K4-4', { stance: 'nil' }));
    assert.equal((await enter('DLT', 'L-K12-1', { stance: 'nil', body: 'Doch etwas.' })).status, 422);
    assert.equal((await enter('DLT', 'L-K12-1', { stance: 'note', body: 'x', confidential: '1' })).status, 422);
    assert.equal((await enter('DLT', 'L-K12-1', { body: 'x'.repeat(20_001) })).status, 422);
    const { rows, intake } = await sander.json(desk('DLT'));
    assert.deepEqual(rows.map((r) => [r.target, r.stance]).sort(), [['K4.G2.5', 'agree_changed'], ['L-K4-4', 'nil']]);
    assert.equal(intake.answers, 2);
  });

  test('two moderators never overwrite each other', async () => {
    const reply = await post(sander, `${desk('DLT')}/answers/K4.G2.5`, { version: 0, ...EMPTY, stance: 'note', body: 'Andere Lesart.' });
    assert.equal(reply.status, 409);
    assert.match(reply.words, /Andere Lesart/);
    assert.match(reply.text, /soweit die Kosten geklärt sind/);
  });

  test('nothing of it is in the synopsis, the opinion, the draft of the house', async () => {
    for (const path of [`${BASE}/synopsis`, `${BASE}/opinion/K4.G2.5`, `${BASE}/amendments/K4.G2.5`]) assert.ok(!(await sander.get(path)).text.includes('soweit die Kosten'), path);
    assert.equal((await falk.json(`${BASE}/response/answers/K4.G2.5`)).form.body, '');
    assert.equal(await w.value(`select count(*) from app.answer where body like '%soweit die Kosten%'`), '0');
  });

  test('handed over it stands, and the releaser hears of it', async () => {
    ok(await handOver('DLT'));
    assert.equal((await enter('DLT', 'K4.G2.5', { stance: 'note', body: 'Noch schnell.' })).status, 409);
    assert.equal((await record('DLT', { received_on: '01.04.2024' })).status, 409);
    const mails = await w.sql(`select m.template, p.mail, m.args::text from app.mail m join app.person p on p.id = m.person_id where m.template like 'intake%'`);
    assert.deepEqual(mails.map(([t, m]) => [t, m]), [['intake_waiting', PEOPLE.roth]]);
    assert.ok(!mails[0][2].includes('Kosten'), 'no word of an answer leaves by mail');
  });
});

describe('the house decides', { concurrency: 1 }, () => {
  test('it reads what was entered; only its releaser decides, no other house sees it', async () => {
    assert.match((await falk.get(HOUSE)).text, /soweit die Kosten geklärt sind/);
    assert.match((await falk.get(`${BASE}/response`)).text, new RegExp(`href="${HOUSE}"`));
    assert.equal((await falk.json(HOUSE)).can.decide, false);
    assert.equal((await confirm(falk)).status, 403);
    for (const who of [huber, brandl, thoms]) {
      assert.equal((await who.get(HOUSE)).status, 404);
      assert.equal((await post(who, `${HOUSE}/return`, { remark: 'Fremd' })).status, who === huber ? 403 : 404);
    }
  });

  test('sent back with a remark, corrected, handed over again', async () => {
    assert.equal((await post(roth, `${HOUSE}/return`, { remark: ' ' })).status, 422);
    ok(await post(roth, `${HOUSE}/return`, { remark: 'Auf Seite 2 steht „Finanzierung“, nicht „Kosten“.' }));
    const page = await sander.get(desk('DLT'));
    assert.match(page.words, /Auf Seite 2 steht „Finanzierung“/);
    const old = (await roth.json(HOUSE)).content_hash;
    ok(await enter('DLT', 'K4.G2.5', { stance: 'agree_changed', body: PAPER.replace('Kosten', 'Finanzierung'), proposal: 'Kriterien sind zu beachten.' }));
    assert.ok(!(await roth.get(HOUSE)).text.includes('Finanzierung geklärt'), 'half corrected it is not shown');
    ok(await handOver('DLT'));
    assert.equal((await confirm(roth, { content_hash: old })).status, 409, 'what was seen before is not confirmed');
  });

  test('nothing without the declaration, the choice, the replacement of an own draft', async () => {
    await falk.save(BASE, 'L-K12-2', { stance: 'note', body: 'Eigener Entwurf: Geheimwort Gamsbart.' });
    assert.ok(!(await sander.get(desk('DLT'))).text.includes('Gamsbart'));
    assert.match((await sander.get(desk('DLT'))).words, /selbst einen Entwurf begonnen\. Sie sehen ihn nicht/);
    for (const [more, words] of [[{ declaration: '' }, /declaration-error/], [{ publication: 'shortened' }, /publication-error/], [{ publication: '' }, /publication-error/], [{}, /ausdrücklich, dass er ersetzt wird/]]) {
      const reply = await confirm(roth, more);
      assert.equal(reply.status, 422);
      assert.match(reply.text, words);
    }
    assert.equal(await w.value(`select state from app.intake`), 'waiting');
  });

  test('confirmed it is the released version, marked, with a receipt', async () => {
    const reply = await confirm(roth, { replace: '1' });
    ok(reply);
    assert.match(reply.location, /^\/receipts\/R1-DLT-1-/);
    assert.match((await roth.get(reply.location)).words, /nacherfasst durch die Moderation am 02\.04\.2024.*bestätigt am 02\.04\.2024/);
    assert.equal((await row('DLT')).state, 'released');
    const submission = await sander.get(`${BASE}/submissions/DLT`);
    assert.match(submission.words, /nacherfasst durch die Moderation/);
    assert.match(submission.text, /soweit die Finanzierung geklärt ist|soweit die Finanzierung geklärt sind/);
    assert.ok(!submission.text.includes('Gamsbart'), 'the draft it has replaced stays in the house');
    assert.equal((await sander.json(`${BASE}/returns`)).intake_count, 0);
    assert.equal(await w.value(`select count(*) from app.answer_revision where body like '%Gamsbart%'`), '1', 'in its history');
    assert.deepEqual((await acts()).slice(-2), ['intake.hand_over', 'intake.confirm']);
  });

  test('an organisation that is in gets no other entry', async () => {
    assert.equal((await record('DLT')).status, 409);
    assert.match((await sander.get(desk('DLT'))).words, /schon selbst eingereicht/);
  });
});

describe('taken over as a draft', { concurrency: 1 }, () => {
  test('the house goes on with it, and releases it as its own', async () => {
    ok(await record('VDB', { channel: 'mail', nil_rest: '1' }));
    ok(await enter('VDB', 'K4.G2.5', { stance: 'note', body: 'Offene Schnittstellen nennen.' }));
    ok(await handOver('VDB'));
    ok(await post(weiss, `${HOUSE}/draft`, { content_hash: (await weiss.json(HOUSE)).content_hash }));
    assert.equal((await okafor.json(`${BASE}/response/answers/K4.G2.5`)).form.body, 'Offene Schnittstellen nennen.');
    ok(await okafor.save(BASE, 'K4.G2.5', { body: 'Offene Schnittstellen ausdrücklich nennen.' }));
    const { content_hash } = await weiss.json(`${BASE}/response/release`);
    const reply = await post(weiss, `${BASE}/response/release`, { content_hash, publication: 'no', declaration: '1' });
    ok(reply);
    assert.doesNotMatch((await weiss.get(reply.location)).words, /nacherfasst/, 'these are its own words now');
    assert.equal((await post(weiss, `${HOUSE}/return`, { remark: 'zu spät' })).status, 409);
  });
});

describe('recalled and discarded', { concurrency: 1 }, () => {
  test('what waits is taken back, and gone for good', async () => {
    ok(await record('KLEINBEISPIEL'));
    ok(await enter('KLEINBEISPIEL', 'K4.G2.5', { stance: 'agree', body: 'Verwechselt mit einer anderen Gemeinde.' }));
    ok(await handOver('KLEINBEISPIEL'));
    assert.equal((await post(sander, `${desk('KLEINBEISPIEL')}/discard`)).status, 409);
    ok(await post(sander, `${desk('KLEINBEISPIEL')}/recall`));
    assert.equal((await thoms.get(HOUSE)).status, 404);
    ok(await post(sander, `${desk('KLEINBEISPIEL')}/discard`));
    assert.equal(await w.value(`select count(*) from app.intake_answer where body like 'Verwechselt%'`), '0');
    assert.notEqual((await row('KLEINBEISPIEL')).state, 'intake');
  });
});

describe('after the deadline', { concurrency: 1 }, () => {
  before(async () => {
    await thoms.save(BASE, 'K4.G2.5', { stance: 'agree', body: 'Nicht mehr freigegeben.' });
    await w.clock('2024-04-29T09:00');
  });

  test('in time on paper is in time, with the reason why so late', async () => {
    assert.equal((await record('BY', { received_on: '27.04.2024' })).status, 422);
    const reply = await record('BY', { received_on: '26.04.2024' });
    assert.equal(reply.status, 422);
    assert.match(reply.text, /late_reason-error/);
    ok(await record('BY', { received_on: '26.04.2024', late_reason: 'Lag in der Poststelle.' }));
    ok(await enter('BY', 'K4.G2.5', { stance: 'agree', body: 'Bayern stimmt zu.' }));
    ok(await handOver('BY'));
    assert.equal((await brandl.json(HOUSE)).can.take_over, false);
    assert.equal((await post(brandl, `${HOUSE}/draft`, { content_hash: (await brandl.json(HOUSE)).content_hash })).status, 409);
  });

  test('two approvals where the house wants two, also now', async () => {
    await w.sql(`insert into app.membership (person_id, organisation_id, role) select m.person_id, m.organisation_id, 'releaser'
      from app.membership m join app.person p on p.id = m.person_id where p.mail = '${PEOPLE.graf}' limit 1`);
    await w.sql(`insert into app.house_rule (organisation_id, approvals, changed_by, changed_at)
      select o.id, 2, p.id, app.now() from app.person p, app.organisation o where p.mail = '${PEOPLE.brandl}' and o.code = 'BY'`);
    const graf = await w.as(PEOPLE.graf);
    const first = await confirm(brandl);
    ok(first);
    assert.match(first.location, /release\?notice=approved/);
    assert.notEqual((await row('BY')).state, 'released');
    const { content_hash } = await graf.json(`${BASE}/response/release`);
    const second = await post(graf, `${BASE}/response/release`, { content_hash, publication: 'yes', declaration: '1' });
    // another choice of publication is another candidate: both approve that
    ok(second);
    const last = await post(brandl, `${BASE}/response/release`, { content_hash: (await brandl.json(`${BASE}/response/release`)).content_hash, publication: 'yes', declaration: '1' });
    ok(last);
    assert.match((await brandl.get(last.location)).words, /nacherfasst durch die Moderation am 29\.04\.2024, .*bestätigt/);
    assert.equal((await row('BY')).state, 'released');
  });

  test('what did not come in time, or was never entered, is not released now', async () => {
    const { content_hash } = await thoms.json(`${BASE}/response/release`);
    assert.equal((await post(thoms, `${BASE}/response/release`, { content_hash, publication: 'no', declaration: '1' })).status, 409);
  });
});
