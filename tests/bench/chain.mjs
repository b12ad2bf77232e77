// The chain of an item that thousands of positions have caused, in the database:
// the page as the web role calls it, beside the first page of the synopsis.
import { execFileSync } from 'node:child_process';

const POSITIONS = 10_000;

/** One group with so many members, assessed, and cited by a change of edition 2. */
const WORLD = `
  insert into app.position_group (stage_id, number, name, made_at, made_by)
    select s.id, 1, 'Alle', app.now(), (select min(id) from app.person) from app.stage s where s.number = 1;
  insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by)
    select g.id, g.stage_id, p.id, g.made_at, g.made_by from app.position_group g,
      (select id from app.position where is_current order by md5(id::text) limit ${POSITIONS}) p;
  insert into app.assessment (stage_id, group_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
    select g.stage_id, g.id, 1, 'partly', 'Wird aufgenommen.', 'K4.G2.5', sha256('a'), app.now(), g.made_by from app.position_group g;
  select app.assessment_apply(app.group_members(g.id)) from app.position_group g;
  insert into app.edition (consultation_id, number, as_of, based_on_id) select consultation_id, 2, '2024-06-01', id from app.edition;
  with e as (select * from app.edition where number = 2),
    k as (insert into app.chapter (edition_id, key, number, position, title) select id, 'K4', 4, 1, 'Grundsätze' from e returning *),
    s as (insert into app.section (edition_id, chapter_id, key, position, title) select edition_id, id, 'K4.G2', 1, 'Technologie' from k returning *)
    insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
      select e.consultation_id, e.id, i.id, s.id, 1, 'Souveränität', 'Abweichungen sind zu begründen.' from e, s, app.item i where i.key = 'K4.G2.5';
  insert into app.item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation, text_changed)
    select n.consultation_id, o.edition_id, n.edition_id, o.id, n.id, 'continues', true from app.item_version n
      join app.edition e on e.id = n.edition_id and e.number = 2 join app.item_version o on o.item_id = n.item_id and o.edition_id = e.based_on_id;
  insert into app.change (edition_id, to_version_id, reason, changed_at) select to_edition_id, to_version_id, 'Wegen vieler', app.now() from app.item_lineage`;

/** world: { cluster, database, slug, token, row }. */
export async function benchChain({ cluster, database, slug, token, row }) {
  await cluster.sql(database, WORLD);
  const t0 = performance.now();
  await cluster.sql(database, 'insert into app.change_cause (change_id, assessment_id, added_at) select c.id, a.id, app.now() from app.change c, app.assessment a');
  const written = performance.now() - t0;
  await cluster.sql(database, "update app.edition e set state = 'published', published_at = app.now(), content_hash = job.edition_hash(e.id) where number = 2");
  await cluster.sql(database, 'vacuum analyze');
  const [[stands, behind, middle]] = await cluster.sql(database, `select count(*), count(distinct organisation_id), (select app.position_number('consultation', 1, p.number, p.part)
      from app.position p where p.id = (select k.position_id from app.cause k group by k.sort_key, k.position_id order by k.sort_key, k.position_id offset ${POSITIONS / 2} limit 1)) from app.cause`);
  const timed = (role, query) => {
    const file = `explain (analyze, timing off, costs off) ${query};\n`.repeat(25);
    const out = execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', cluster.url(database, role)], { input: file, encoding: 'utf8' });
    const times = [...out.matchAll(/^Execution Time: ([\d.]+) ms/gm)].map(([, ms]) => Number(ms)).slice(5).sort((a, b) => a - b);
    return { p50: times[Math.floor(times.length / 2)], p99: times.at(-1) };
  };
  const page = (who, after) => timed('resonanz_web', `select page.chain(e, '${slug}', '2', 'K4.G2.5', ${after}) from app.enter_read('public',
    ${who === 'public' ? 'null' : `sha256(convert_to('${token}', 'UTF8'))`}, 'bench') e`);
  const base = timed('resonanz_web', `select page.synopsis(e, p_consultation => '${slug}') from app.enter_read('desk', sha256(convert_to('${token}', 'UTF8')), 'bench') e`);
  for (const [name, { p50, p99 }] of [['chain', page('desk', 'null')], ['chain_deep', page('desk', `'${middle}'`)], ['chain_public', page('public', 'null')]]) {
    row(name, p50, 'ms', base.p50, `the first page of the synopsis, as many positions; ${stands} stand behind, of ${behind} organisations; slowest ${p99.toFixed(1)} ms; aim 50 ms`);
  }
  row('chain_closure', written, 'ms', null, `${POSITIONS} positions, written when the cause is named`);
}
