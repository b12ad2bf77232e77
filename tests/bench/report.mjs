// A report in all its formats, made as production makes them: by one run of the
// jobs. PDF beside one pass of Chromium over the same HTML, DOCX and ODT beside
// pandoc alone; nothing else makes the other ones.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/cluster.mjs';
import { FREEZE } from '../lib/report.mjs';

/** What the parts of the job end at, by the clock of this machine. */
const CLOCK = `create table public.bench_part (parts int, at timestamptz default clock_timestamp());
  create function public.bench_part() returns trigger language plpgsql security definer as
    $$ begin insert into public.bench_part (parts) values (new.parts_done); return new; end $$;
  create trigger bench_part after update on app.job for each row when (new.kind = 'report_files') execute function public.bench_part()`;

/** The largest resident set among a process and all that came from it, in MB. */
function largest(pid) {
  const parents = new Map();
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      parents.set(Number(id), { parent: Number(/^PPid:\s+(\d+)/m.exec(status)[1]), rss: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) });
    } catch { /* gone */ }
  }
  const isOurs = (id) => id === pid || (parents.has(id) && isOurs(parents.get(id).parent));
  return Math.max(0, ...[...parents].filter(([id]) => isOurs(id)).map(([, { rss }]) => rss)) / 1024;
}

/** Runs it to its end: { seconds, samples } of its processes. */
async function watched(program, args, { env = {}, cwd = root } = {}) {
  const t0 = performance.now();
  const child = spawn(program, args, { cwd, stdio: 'ignore', env: { ...process.env, ...env } });
  const samples = [];
  const watch = setInterval(() => samples.push({ at: Date.now(), mb: largest(child.pid) }), 20);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${code}`);
  return { seconds: (performance.now() - t0) / 1000, samples };
}

const peak = (samples, from = 0, to = Infinity) => Math.max(0, ...samples.filter(({ at }) => at >= from && at <= to).map(({ mb }) => mb));

/** world: { cluster, database, dir, row }. */
export async function benchReport({ cluster, database, dir, row }) {
  await cluster.sql(database, FREEZE);
  await cluster.sql(database, "select app.queue_job('report_files', key, json_build_object('report', key)::jsonb, 1) from app.report");
  await cluster.sql(database, CLOCK);
  await cluster.sql(database, 'vacuum analyze');
  const jobs = await watched(join(root, 'build/release/resonanzctl'), ['jobs', '--once'],
    { env: { RESONANZ_MODE: 'test', RESONANZ_ASSETS: join(root, 'build/assets'), RESONANZ_DATABASE_URL: cluster.url(database, 'resonanz_jobs') } });
  const ends = new Map((await cluster.sql(database, 'select parts, extract(epoch from max(at)) * 1000 from public.bench_part group by 1')).map((cells) => cells.map(Number)));
  const bytes = (format) => cluster.sql(database, `select encode(data, 'base64') from app.artifact where format = '${format}'`).then(([[text]]) => Buffer.from(text, 'base64'));

  for (const format of ['html', 'pdf']) writeFileSync(join(dir, `made.${format}`), await bytes(format));
  const pages = /^Pages:\s+(\d+)/m.exec(execFileSync('pdfinfo', [join(dir, 'made.pdf')], { encoding: 'utf8' }))[1];
  const pandoc = (format) => watched('pandoc', ['-f', 'html', '-t', format, '-o', `alone.${format}`, 'made.html'], { cwd: dir });
  const alone = {
    docx: [await pandoc('docx'), 'pandoc alone on the same HTML'],
    odt: [await pandoc('odt'), 'pandoc alone on the same HTML'],
    pdf: [await watched('chromium-headless-shell', ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(dir, 'profile')}`,
      '--no-pdf-header-footer', '--print-to-pdf=alone.pdf', `file://${join(dir, 'made.html')}`], { cwd: dir }), 'one pass of Chromium; ours are two, for the page numbers of the contents'],
  };
  const files = await cluster.sql(database, `select f.n, f.format, a.size from app.artifact_formats() f left join app.artifact a on a.format = f.format order by f.n`);
  for (const [n, format, size] of files) {
    if (!size) throw new Error(`report: no ${format}`);
    if (/^csv_(?!positions)/.test(format)) continue;
    const [from, to] = [ends.get(n - 1), ends.get(Number(n))];
    const [base, what] = alone[format] ?? [null, ''];
    const note = [format === 'html' && `${pages} pages as PDF`, what, `${(size / 1e6).toFixed(1)} MB`].filter(Boolean).join('; ');
    row(`report_${format}`, (to - from) / 1000, 's', base?.seconds ?? null, note);
    row(`report_${format}_memory`, peak(jobs.samples, from, to), 'MB', base && peak(base.samples), 'largest process');
  }
}
