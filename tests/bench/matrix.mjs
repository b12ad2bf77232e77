// The matrix and the Meinungsbild with all bases, in the database as the web role
// calls them, beside the same sums computed from the rows.
import { execFileSync } from 'node:child_process';

/** What the counters say, out of the rows: the way without them. */
const ROWS = `select va.target_id, p.level, p.seat_status, coalesce(ra.stance::text, ra.kind::text), count(*), count(*) filter (where v.nil_rest)
  from app.current_version c join app.response_version v on v.id = c.response_version_id
    join app.participation p on p.stage_id = c.stage_id and p.organisation_id = c.organisation_id
    join app.version_answer va on va.response_version_id = v.id join app.released_answer ra on ra.id = va.released_answer_id
  group by 1, 2, 3, 4`;

/** world: { cluster, database, slug, token, row }. */
export async function benchMatrix({ cluster, database, slug, token, row }) {
  const timed = (role, query, runs) => {
    const file = `explain (analyze, timing off, costs off) ${query};\n`.repeat(runs);
    const out = execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', cluster.url(database, role)], { input: file, encoding: 'utf8' });
    const times = [...out.matchAll(/^Execution Time: ([\d.]+) ms/gm)].map(([, ms]) => Number(ms)).slice(2).sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)];
  };
  const page = (call) => `select page.${call} from app.enter_read('desk', sha256(convert_to('${token}', 'UTF8')), 'bench') e`;
  await cluster.sql(database, 'vacuum analyze');
  const [[organisations, targets, counters, released]] = await cluster.sql(database, `select (select count(*) from app.participation), (select count(*) from app.target),
    (select count(*) from app.outcome_count), (select count(*) from app.current_version)`);
  const rows = timed('postgres', ROWS, 5);
  const note = `${organisations} organisations, ${released} released, ${targets} targets, ${counters} counters; the sums out of the rows`;
  row('matrix_db', timed('resonanz_web', page(`matrix(e, '${slug}', 'all', null, null, null)`), 12), 'ms', rows, note);
  row('matrix_principles_db', timed('resonanz_web', page(`matrix(e, '${slug}', null, null, null, null)`), 12), 'ms', rows);
  row('opinion_db', timed('resonanz_web', page(`opinion(e, '${slug}')`), 12), 'ms', rows);
  await cluster.sql(database, `insert into app.outcome_pending (stage_id, gone_id) select stage_id, response_version_id from app.current_version order by response_version_id limit 100;
    insert into app.outcome_pending (stage_id, come_id) select stage_id, response_version_id from app.current_version order by response_version_id limit 100`);
  row('matrix_pending_db', timed('resonanz_web', page(`matrix(e, '${slug}', 'all', null, null, null)`), 12), 'ms', rows, '200 releases not folded yet');
}
