// Drafts of editions as tests need them: texts changed by SQL, compared by the jobs.
import './jobs.mjs';
import { BASE } from './server.mjs';

export const EDITIONS = `${BASE}/editions`;
/** The id of an item's version in the draft, as a piece of SQL. */
const at = (key) => `(select v.id from app.item_version v join app.item i on i.id = v.item_id join app.edition e on e.id = v.edition_id
  where i.key = '${key}' and e.state = 'draft')`;

/**
 * A draft on the base of the last edition: K4.G2.5 reworded, K4.G1.2 split into
 * itself and K4.G1.6, K4.G1.1 moved to another section, K4.G2.I1 dropped,
 * K4.G1.7 added, K4.G1.I1 merged into K4.G1.I3. Compared when it comes back.
 */
export async function draft(w, moderator) {
  const reply = await moderator.submit(EDITIONS, { as_of: '01.06.2024' }, { action: EDITIONS });
  if (reply.status !== 303) throw new Error(`no draft: ${reply.status} ${reply.words}`);
  const body = async (key) => w.value(`select v.body from app.item_version v where v.id = ${at(key)}`);
  const [whole, one, two] = [await body('K4.G1.2'), await body('K4.G1.I1'), await body('K4.G1.I3')];
  const middle = whole.indexOf(';') + 1;
  const q = (text) => `'${text.replaceAll("'", "''")}'`;
  const add = (key, kind, section, title, text) => `insert into app.item (consultation_id, key, kind) select consultation_id, '${key}', '${kind}' from app.edition where state = 'draft';
    insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
      select e.consultation_id, e.id, i.id, s.id, 91, ${q(title)}, ${q(text)} from app.edition e join app.item i on i.consultation_id = e.consultation_id and i.key = '${key}'
        join app.section s on s.edition_id = e.id and s.key = '${section}' where e.state = 'draft';`;
  await w.sql(`
    update app.item_version set body = body || ' Abweichungen werden anhand eines Musters begründet.' where id = ${at('K4.G2.5')};
    update app.item_version set body = ${q(whole.slice(0, middle))} where id = ${at('K4.G1.2')};
    ${add('K4.G1.6', 'principle', 'K4.G1', 'Klares Mandat', whole.slice(middle + 1))}
    update app.item_version set body = ${q(`${one} ${two}`)} where id = ${at('K4.G1.I3')};
    update app.item_version set section_id = (select s.id from app.section s join app.edition e on e.id = s.edition_id
      where e.state = 'draft' and s.key = 'K4.G2'), position = 92 where id = ${at('K4.G1.1')};
    ${add('K4.G1.7', 'principle', 'K4.G1', 'Beteiligung', 'Kommunale Spitzenverbände wirken an jeder Entscheidung über gemeinsame Standards mit.')}
    delete from app.citation where item_version_id in (${at('K4.G2.I1')}, ${at('K4.G1.I1')});
    delete from app.question_aim where item_version_id in (${at('K4.G2.I1')}, ${at('K4.G1.I1')});
    update app.footnote set item_version_id = null where item_version_id in (${at('K4.G2.I1')}, ${at('K4.G1.I1')});
    delete from app.item_version where id in (${at('K4.G2.I1')}, ${at('K4.G1.I1')});`);
  await w.jobs('--once');
}
