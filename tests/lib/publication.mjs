// Statements and counts that are public, whatever the time of a world: for tests
// that need some and test something else.

/** What this organisation has submitted is public, and the counts of its stage. */
export async function publish(w, code) {
  await w.sql(`set session_replication_role = replica;
    with p as (insert into app.publication (response_version_id, response_id, stage_id, organisation_id, is_shortened, organisation_name,
        organisation_short_name, level, land_code, sort_key, published_at, published_by)
      select v.id, v.response_id, v.stage_id, v.organisation_id, false, v.organisation_name, v.organisation_short_name, v.level, v.land_code,
          v.sort_key, app.now(), (select min(id) from app.person)
        from app.current_version c join app.response_version v on v.id = c.response_version_id join app.organisation o on o.id = v.organisation_id
        where o.code = '${code}' returning *),
      a as (insert into app.published_answer (publication_id, stage_id, organisation_id, target_id, released_answer_id, adopted, kind, stance, body)
        select p.id, p.stage_id, p.organisation_id, f.target_id, f.released_answer_id, f.adopted, f.kind, f.stance, f.body
          from p, app.public_form(p.response_version_id) f returning 1)
    insert into app.result_release (stage_id, released_at, released_by)
      select p.stage_id, p.published_at, p.published_by from p on conflict do nothing`);
}
