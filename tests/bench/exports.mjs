// The synopsis as it leaves: all positions in each format that is streamed, over
// HTTP, beside \copy of the same query as the web role; and what a worker needs.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const LIMIT_MB = 64;

/** world: { cluster, database, server, slug, cookie, token, dir, rss, row }. */
export async function benchExports({ cluster, database, server, slug, cookie, token, dir, rss, row }) {
  const take = async (path) => {
    let peak = 0;
    const watch = setInterval(() => { peak = Math.max(peak, rss()); }, 100);
    const t0 = performance.now();
    const curl = spawn('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code} %{size_download}', '-b', `${cookie}=${token}`, `${server.url}/consultations/${slug}/synopsis${path}`],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    const [status, bytes] = (await text(curl.stdout)).split(' ').map(Number);
    clearInterval(watch);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return { seconds: (performance.now() - t0) / 1000, bytes, peak };
  };
  const copy = () => {
    const t0 = performance.now();
    execFileSync('psql', ['-qXc', `\\copy (select r.* from app.enter_read('desk', sha256(convert_to('${token}', 'UTF8')), 'bench') e, lateral page.synopsis_rows(e, p_consultation => '${slug}') r) to '${join(dir, 'copy.csv')}' csv`, cluster.url(database, 'resonanz_web')]);
    return (performance.now() - t0) / 1000;
  };
  const count = Number((await cluster.sql(database, 'select count(*) from app.position where is_current'))[0][0]);
  await take('.csv?stance=reject'); // warm
  const base = count / copy();
  for (const format of ['csv', 'json', 'xlsx']) {
    const { seconds, bytes, peak } = await take(`.${format}`);
    row(`export_${format}`, count / seconds, 'rows/s', base, `${count} rows, ${Math.round(bytes / 1e6)} MB; \\copy of the same query`);
    row(`export_${format}_worker`, peak, 'MB', LIMIT_MB, 'limit; highest RSS of a worker');
    if (peak > LIMIT_MB) throw new Error(`exports: a worker is too large after ${format}`);
  }
}
