// The synopsis as the desk works with it: filters and their counts, pages in
// both directions, the open row, columns, views, kinds of remarks.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import '../lib/jobs.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { BASE, world } from '../lib/server.mjs';

const SYNOPSIS = `${BASE}/synopsis`;
let w, sander, petersen, all;
before(async () => {
  w = await world({ clock: '2024-05-06T09:00' });
  [sander, petersen] = await Promise.all([w.as(PEOPLE.sander), w.as(PEOPLE.petersen)]);
  // topics, an assessment approved and one not, places, people, a group
  await w.sql(`with t as (insert into app.topic (consultation_id, key, name) select id, 'technik', 'Technik' from app.consultation returning *)
    insert into app.topic (consultation_id, key, name, parent_id) select consultation_id, 'multivendor', 'Multivendor', id from t`);
  await w.sql(`insert into app.position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
    select p.id, t.id, p.stage_id, app.now(), 1 from app.position p, app.topic t
      where p.is_current and (t.key = 'multivendor' and p.number between 20 and 24 or t.key = 'technik' and p.number between 24 and 27)`);
  await w.sql(`insert into app.assessment (stage_id, position_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
    select p.stage_id, p.id, 1, 'partly', 'Bestandsschutz ist sachgerecht.', 'Fassung 2, Satz 2', sha256(p.id::text::bytea), app.now(), 1
      from app.position p where p.is_current and p.number between 30 and 32`);
  await w.sql(`insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, verdict, decided_at, decided_by)
    select a.id, a.content_hash, s.organisation_id, app.now(), 1, 'approved', app.now(), 1 from app.assessment a, app.sponsor s
      where a.position_id = (select min(id) from app.position where number = 30)`);
  await w.sql(`select app.assessment_apply(array(select position_id from app.assessment))`);
  await w.sql(`update app.position set assignee_id = (select id from app.person where mail = '${PEOPLE.sander}'),
    place_id = (select id from app.place where position = 2 limit 1) where number between 40 and 45`);
  await w.sql(`with g as (insert into app.position_group (stage_id, number, name, made_at, made_by) select stage_id, 7, 'Gleiche', app.now(), 1
      from app.position limit 1 returning *)
    insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by)
      select g.id, g.stage_id, p.id, app.now(), 1 from g, app.position p where p.is_current and p.number in (50, 51)`);
  await w.jobs('--once'); // the index of the search
  all = await walk('');
});
after(() => w?.stop());

const tokens = (rows) => rows.map((r) => r.token);
async function walk(query, name = 'next_href') {
  const found = [];
  let path = `${SYNOPSIS}${query}`;
  for (let hops = 0; path !== null && hops < 100; hops += 1) {
    const doc = await sander.json(path);
    if (name === 'next_href') found.push(...doc.rows);
    else found.unshift(...doc.rows);
    path = doc[name];
  }
  return found;
}
const numbers = async (where) => (await w.sql(`select p.number from app.position p where p.is_current and ${where} order by p.sort_target, p.sort_key, p.id`)).map(([n]) => `R1-${String(n).padStart(4, '0')}`);

test('the order: by target, then Bund, Länder by name, advisory members, others', () => {
  const place = (r) => [{ bund: 0, land: 1 }[r.from.seat_status === 'voting' ? r.from.level : ''] ?? (r.from.seat_status === 'advisory' ? 2 : 3), r.from.seat_status === 'voting' ? r.from.land_name ?? '' : ''];
  let pairs = 0;
  for (let i = 1; i < all.length; i += 1) {
    const [a, b] = [all[i - 1], all[i]];
    if (a.target !== b.target) continue;
    const [[m, x], [n, y]] = [place(a), place(b)];
    assert.ok(m < n || (m === n && x.localeCompare(y, 'de') <= 0), `${a.target}: ${a.from.name} before ${b.from.name}`);
    pairs += 1;
  }
  assert.ok(pairs > 50);
  assert.equal(new Set(all.map((r) => r.target)).size, all.filter((r, i) => r.target !== all[i - 1]?.target).length, 'each target in one piece');
});

describe('filters', () => {
  const FILTERS = [
    ['target=K4.G2.5', "p.target_id = (select id from app.target where key = 'K4.G2.5')"],
    ['stance=reject', "p.stance = 'reject'"], ['stance=no_position', 'p.stance is null'],
    ['seat=advisory', "p.seat_status = 'advisory'"], ['level=kommune', "p.level = 'kommune'"], ['land=09', "p.land_code = '09'"],
    ['tag=multivendor', 'p.number between 20 and 24'], ['tag=technik', 'p.number between 20 and 27'], ['tag=none', 'p.number not between 20 and 27'],
    ['decision=partly', 'p.number between 30 and 32'], ['decision=open', 'p.number not between 30 and 32'],
    ['state=approved', 'p.number = 30'], ['state=draft', 'p.number in (31, 32)'], ['state=none', 'p.number not between 30 and 32'],
    ['assignee=me', 'p.number between 40 and 45'], ['assignee=none', 'p.number not between 40 and 45'],
    ['grouped=yes', 'p.number in (50, 51)'], ['grouped=no', 'p.number not in (50, 51)'],
    ['tag=technik&grouped=no&decision=open&stance=agree', "p.number between 20 and 27 and p.stance = 'agree'"],
    ['state=draft&tag=technik', 'false'], ['tag=gibt-es-nicht', 'false'], ['place=999', 'false'], ['assignee=abcdef012345', 'false'],
  ];
  for (const [query, where] of FILTERS) {
    test(query, async () => {
      const [rows, expected] = [await walk(`?${query}`), await numbers(where)];
      assert.deepEqual(tokens(rows), expected);
      const { counts } = await sander.json(`${SYNOPSIS}?${query}`);
      assert.equal(counts.filtered, expected.length);
    });
  }

  test('a place: who is in none yet is in the first one', async () => {
    const [[first], [second]] = await w.sql('select id from app.place order by position limit 2');
    assert.deepEqual(tokens(await walk(`?place=${second}`)), await numbers('p.number between 40 and 45'));
    assert.deepEqual(tokens(await walk(`?place=${first}`)), await numbers('p.number not between 40 and 45'));
  });

  test('a word of the wording, in another spelling', async () => {
    const found = await walk('?q=Begr%C3%BCndungspflicht');
    assert.ok(found.length > 0 && found.length < all.length);
    for (const r of found) assert.match(`${r.body} ${r.proposal} ${r.reason}`, /begründ/i);
    assert.deepEqual(tokens(await walk('?q=begruendungspflicht')), tokens(found));
    assert.equal((await sander.json(`${SYNOPSIS}?q=${encodeURIComponent('100 % & "so"')}`)).filter.q, '100 % & "so"');
  });

  test('each count of a choice is what that filter finds', async () => {
    const { facets } = await sander.json(`${SYNOPSIS}?target=K4.G2.5`);
    const name = { topic: 'tag' };
    let tried = 0;
    for (const [facet, counts] of Object.entries(facets)) {
      for (const [value, count] of Object.entries(counts)) {
        const query = facet === 'target' ? 'target=K4.G2.5' : `target=K4.G2.5&${name[facet] ?? facet}=${value}`;
        assert.equal((await sander.json(`${SYNOPSIS}?${query}`)).counts.filtered, count, query);
        tried += 1;
      }
    }
    assert.ok(tried > 8, `${tried} values`);
  });

  test('what is on can be taken off one by one', async () => {
    const page = await sander.get(`${SYNOPSIS}?tag=technik&stance=agree&q=Vorhaben&view=all`);
    assert.match(page.words, /Votum: Zustimmung × .*Thema: Technik × .*Wortlaut: „Vorhaben“ × .*Alle Filter zurücksetzen/);
    const { chips } = await sander.json(`${SYNOPSIS}?tag=technik&stance=agree&q=Vorhaben&view=all`);
    assert.deepEqual(chips.map(({ href }) => href.split('?')[1]), ['tag=technik&q=Vorhaben&view=all', 'stance=agree&q=Vorhaben&view=all', 'stance=agree&tag=technik&view=all']);
  });
});

describe('pages', () => {
  test('forwards and backwards are the same rows', async () => {
    assert.ok(all.length > 100);
    let last = `${SYNOPSIS}`;
    for (let doc = await sander.json(last); doc.next_href; doc = await sander.json(doc.next_href)) last = doc.next_href;
    assert.deepEqual(tokens(await walk(last.slice(SYNOPSIS.length), 'previous_href')), tokens(all));
  });

  test('says where it is', async () => {
    const first = await sander.json(SYNOPSIS);
    assert.deepEqual([first.counts.from, first.counts.until, first.previous_href], [1, 50, null]);
    const second = await sander.get(first.next_href);
    assert.match(second.words, new RegExp(`Zeilen 51–100 von ${all.length}`));
    const back = await sander.json((await sander.json(first.next_href)).previous_href);
    assert.deepEqual(tokens(back.rows), tokens(first.rows));
  });

  test('a token that means nothing any more: the beginning, and a word about it', async () => {
    for (const token of ['R1-99999', 'K9.G9_XX', 'unsinn']) {
      const page = await sander.get(`${SYNOPSIS}?after=${token}`);
      assert.equal(page.status, 200);
      assert.match(page.words, /gibt es nicht mehr. Sie sehen den Anfang/);
      assert.deepEqual(tokens((await sander.json(`${SYNOPSIS}?before=${token}`)).rows), tokens(all.slice(0, 50)));
    }
  });
});

describe('the open row', () => {
  test('beside the list, with its neighbours', async () => {
    const [a, b, c] = all;
    const page = await sander.get(`${SYNOPSIS}?row=${b.token}`);
    assert.match(page.text, new RegExp(`<tr id="${b.token}" class="is-open"`));
    const { row } = await sander.json(`${SYNOPSIS}?row=${b.token}`);
    assert.equal(row.row.body, b.body);
    assert.deepEqual([row.previous_href, row.next_href], [a, c].map((x) => `${SYNOPSIS}?row=${x.token}#${x.token}`));
    assert.equal(row.is_outside, false);
  });

  test('outside of the filter it is shown, and says so', async () => {
    const other = all.find((r) => r.stance === 'reject');
    const page = await sander.get(`${SYNOPSIS}?stance=agree&row=${other.token}`);
    assert.match(page.words, /Diese Position gehört nicht zum Filter/);
    assert.ok(page.text.includes('aria-labelledby="zeile-titel"'));
    assert.equal((await sander.json(`${SYNOPSIS}?stance=reject&row=${other.token}`)).row.is_outside, false);
    assert.equal((await sander.json(`${SYNOPSIS}?row=R1-99999`)).row, null);
  });

  test('alone it is a page, and its reading is in the log', async () => {
    const before = await w.value("select count(*) from app.audit where act = 'synopsis.view'");
    const page = await sander.get(`${SYNOPSIS}/rows/${all[3].token}`);
    assert.equal(page.status, 200);
    assert.match(page.words, new RegExp(`Position ${all[3].token}`));
    assert.equal(await w.value("select count(*) from app.audit where act = 'synopsis.view'") - before, 1);
    assert.equal((await sander.get(`${SYNOPSIS}/rows/R1-99999`)).status, 404);
  });
});

describe('columns', () => {
  const heads = (page) => [...page.text.matchAll(/<th scope="col">(.*?)<\/th>/g)].map(([, text]) => text);
  test('four combined ones, all 13, those that participants get', async () => {
    assert.deepEqual(heads(await sander.get(SYNOPSIS)).slice(1), ['Nr.', 'Einsender und Haltung', 'Stellungnahme im Wortlaut', 'Entscheidung und Stand']);
    const thirteen = heads(await sander.get(`${SYNOPSIS}?view=all`));
    assert.equal(thirteen.length, 13);
    assert.deepEqual(heads(await sander.get(`${SYNOPSIS}?view=participants`)), thirteen.filter((x) => !/Thema|Bearbeitung/.test(x)));
  });

  test('a free choice; unknown ones and those of the desk are no way in', async () => {
    assert.deepEqual(heads(await sander.get(`${SYNOPSIS}?column=stance&column=words&column=geheim`)), ['Lfd. Nr.', 'Votum', 'Stellungnahme (Wortlaut)']);
    assert.deepEqual(heads(await sander.get(`${SYNOPSIS}?view=participants&column=handling&column=topic&column=stance`)), ['Lfd. Nr.', 'Votum']);
  });
});

describe('saved views', () => {
  const VIEWS = `${SYNOPSIS}/views`;
  const save = async (who, fields) => who.post(VIEWS, { csrf: await who.csrf(), ...fields });
  test('filter and columns under a name, with its count', async () => {
    const reply = await save(sander, { name: 'Ablehnungen', stance: 'reject', q: '', view: 'all', column: ['stance', 'words'] });
    assert.equal(reply.status, 303);
    assert.equal(reply.location, `${SYNOPSIS}?stance=reject&view=all&column=number&column=stance&column=words`);
    const [view] = (await sander.json(VIEWS)).views;
    assert.equal(view.count, (await numbers("p.stance = 'reject'")).length);
    assert.ok((await sander.get(SYNOPSIS)).words.includes('Ablehnungen'));
    assert.deepEqual((await petersen.json(VIEWS)).views, [], 'it is hers');
  });

  test('a name is there once; without one the form comes back with what was chosen', async () => {
    const twice = await save(sander, { name: 'Ablehnungen', stance: 'note' });
    assert.equal(twice.status, 422);
    assert.match(twice.words, /mit diesem Namen haben Sie schon/);
    assert.match(twice.text, /name="stance" value="note"/);
    assert.equal((await save(sander, { name: '' })).status, 422);
  });

  test('moderators share, others read', async () => {
    assert.equal((await save(sander, { name: 'Mir zugewiesen', assignee: 'me', is_shared: '1' })).status, 303);
    const [shared] = (await petersen.json(VIEWS)).views;
    assert.deepEqual([shared.name, shared.count, shared.edit_href], ['Mir zugewiesen', 0, null], 'me is who looks');
    const refused = await save(petersen, { name: 'Meine', is_shared: '1' });
    assert.equal(refused.status, 422);
    assert.match(refused.words, /nur die Moderation/);
    assert.equal((await save(petersen, { name: 'Meine' })).status, 303);
    assert.ok(!(await sander.json(VIEWS)).views.some((v) => v.name === 'Meine'));
  });

  test('renamed, deleted, and not by others', async () => {
    const of = async (who, name) => (await who.json(VIEWS)).views.find((v) => v.name === name);
    const { edit_href: mine } = await of(petersen, 'Meine');
    assert.equal((await sander.get(mine)).status, 404);
    assert.equal((await sander.post(`${mine}/delete`, { csrf: await sander.csrf() })).status, 404);
    assert.equal((await petersen.post(mine, { csrf: await petersen.csrf(), name: 'Offene Punkte' })).status, 303);
    assert.ok(await of(petersen, 'Offene Punkte'));
    assert.equal((await petersen.post(`${mine}/delete`, { csrf: await petersen.csrf() })).status, 303);
    assert.equal(await of(petersen, 'Offene Punkte'), undefined);
    const acts = await w.sql("select act from app.audit where act like 'view.%' order by id");
    assert.deepEqual(acts.flat(), ['view.save', 'view.save', 'view.save', 'view.change', 'view.delete']);
  });
});

describe('what kind of remark it is', () => {
  const nature = async (token) => (await sander.json(`${SYNOPSIS}/rows/${token}`)).row.row.nature;
  test('follows from stance and target', () => {
    for (const r of all) {
      const expected = ['question', 'chapter'].includes(r.kind) ? (r.proposal ? 'new' : 'general')
        : r.proposal || ['agree_changed', 'reject'].includes(r.stance) ? 'substantive' : 'general';
      assert.equal(r.nature, expected, r.token);
    }
    assert.ok(['general', 'substantive'].every((n) => all.some((r) => r.nature === n)));
  });

  test('until a moderator says otherwise, for the ticked ones', async () => {
    const ticked = all.slice(0, 2).map((r) => r.token);
    const form = await sander.get(`${SYNOPSIS}/nature?position=${ticked.join('&position=')}`);
    assert.equal([...form.text.matchAll(/name="take\./g)].length, 2);
    const post = async (fields) => sander.post(`${SYNOPSIS}/nature`, { csrf: await sander.csrf(), ...fields });
    assert.equal((await post({ [`take.${ticked[0]}`]: '1', [`take.${ticked[1]}`]: '1', nature: 'editorial' })).status, 303);
    assert.deepEqual([await nature(ticked[0]), await nature(ticked[1])], ['editorial', 'editorial']);
    assert.match((await sander.get(`${SYNOPSIS}.csv`)).text, /"redaktionell"/);
    assert.equal((await post({ [`take.${ticked[0]}`]: '1', nature: 'derived' })).status, 303);
    assert.equal(await nature(ticked[0]), all[0].nature);
    assert.equal((await post({ nature: 'new' })).status, 422, 'none');
    assert.equal((await post({ [`take.${ticked[0]}`]: '1', nature: 'witzig' })).status, 422);
  });

  test('or for all of a filter, which go on to the topics as well', async () => {
    const doc = await sander.json(`${SYNOPSIS}/nature?all=1&tag=technik`);
    assert.equal(doc.count, (await numbers('p.number between 20 and 27')).length);
    const page = await sander.get(`${SYNOPSIS}?tag=technik`);
    assert.match(page.text, new RegExp(`formaction="${BASE}/topics/assign"`));
    assert.equal((await sander.json(`${BASE}/topics/assign?all=1&tag=technik`)).count, doc.count);
    assert.equal((await petersen.get(`${SYNOPSIS}/nature?all=1`)).status, 403);
    assert.ok(!(await petersen.get(SYNOPSIS)).text.includes('name="position"'), 'who reports ticks nothing');
  });
});
