// An assessment that holds for the first position of a house, with approvals of
// the sponsors; as rows, for tests of what becomes of it.

/** Resolves to the number of the position, e.g. R1-0042. nth: which of the house. */
export async function assess(w, { organisation, decision, body, place = 'K4.G2.5', referred = null, sponsors = 2, nth = 0 }) {
  const quote = (text) => (text === null ? 'null' : `'${text.replaceAll("'", "''")}'`);
  await w.jobs('--once');
  const position = `(select p.id from app.position p join app.organisation o on o.id = p.organisation_id
    where o.code = '${organisation}' and p.is_current order by p.sort_target, p.id offset ${nth} limit 1)`;
  await w.sql(`with a as (insert into app.assessment (stage_id, position_id, version, decision, referred_to, body, edition_place, content_hash, saved_at, saved_by)
      select p.stage_id, p.id, 1 + (select count(*) from app.assessment y where y.position_id = p.id), ${quote(decision)}, ${quote(referred)}, ${quote(body)},
          ${quote(place)}, sha256(convert_to(${quote(body)}, 'UTF8')), app.now(), (select min(x.id) from app.person x)
        from app.position p where p.id = ${position} returning *)
    insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, verdict, decided_at, decided_by)
      select a.id, a.content_hash, s.organisation_id, app.now(), a.saved_by, 'approved', app.now(), a.saved_by
        from a, app.sponsor s order by s.organisation_id limit ${sponsors}`);
  await w.sql(`select app.assessment_apply(array[${position}])`);
  return w.value(`select app.position_number('consultation', 1, p.number, p.part) from app.position p where p.id = ${position}`);
}

/** The same for a group, as its next version. */
export async function assessGroup(w, group, { decision, body, place = 'K4.G2.5' }) {
  const quote = (text) => (text === null ? 'null' : `'${text.replaceAll("'", "''")}'`);
  await w.sql(`with g as (select g.id, g.stage_id from app.position_group g where app.group_number(g.number) = '${group}'),
      a as (insert into app.assessment (stage_id, group_id, version, decision, body, edition_place, content_hash, saved_at, saved_by)
        select g.stage_id, g.id, 1 + (select count(*) from app.assessment y where y.group_id = g.id), ${quote(decision)}, ${quote(body)}, ${quote(place)},
            sha256(convert_to(${quote(body)}, 'UTF8')), app.now(), (select min(x.id) from app.person x) from g returning *)
    insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, verdict, decided_at, decided_by)
      select a.id, a.content_hash, s.organisation_id, app.now(), a.saved_by, 'approved', app.now(), a.saved_by from a, app.sponsor s;
    select app.assessment_apply(app.group_members(g.id)) from app.position_group g where app.group_number(g.number) = '${group}'`);
}
