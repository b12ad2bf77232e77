-- Makes organisations, people and statements of a large data set out of what
-- "resonanzctl generate" copied into gen_organisation and gen_answer. Not part
-- of a deployment. The statements do for all at once what the actions do one by
-- one; the deferred trigger recomputes every hash at commit.

create temp table gen_world on commit drop as
  select s.id as stage_id, s.key as stage_key, s.number, c.slug, s.opens_at,
      least(app.now(), s.closes_at) - s.opens_at as span
    from app.stage s join app.consultation c on c.id = s.consultation_id
    where s.opens_at <= app.now() order by s.opens_at desc limit 1;

insert into app.organisation (code, level, kind, land_code, ars, office_mail)
  select code, level, kind, land_code, ars, 'poststelle@' || lower(code) || '.example'
    from gen_organisation order by n;
insert into app.organisation_name (organisation_id, name, short_name)
  select o.id, g.name, g.short_name from gen_organisation g join app.organisation o using (code);
insert into app.person (mail, name, state, password_hash)
  select lower('amt@' || code || '.example'), person, 'active', '$argon2id$generated'
    from gen_organisation order by n;
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, r
    from gen_organisation g join app.organisation o using (code)
      join app.person p on p.mail = lower('amt@' || g.code || '.example'),
      unnest('{editor,releaser}'::text[]) r;

-- Every time is a share of the window, so that a run at another time differs in
-- nothing else.
create temp table gen_house on commit drop as
  select g.n, g.code, g.state, o.id as organisation_id, p.id as person_id, g.name, g.short_name, o.level,
      o.land_code, app.participation_sort_key(o.id, app.today()) as sort_key, w.stage_id,
      w.opens_at + w.span * (0.05 + 0.6 * g.pace) as began_at,
      w.opens_at + w.span * (0.35 + 0.6 * g.pace) as released_at
    from gen_organisation g join app.organisation o using (code)
      join app.person p on p.mail = lower('amt@' || g.code || '.example'), gen_world w;
insert into app.participation (stage_id, organisation_id, wave, invited_at, opened_at, single_release, level,
    land_code, seat_status, sort_key)
  select h.stage_id, h.organisation_id, 1, w.opens_at, case when h.state <> 'invited' then h.began_at end,
      true, h.level, h.land_code, 'none', h.sort_key
    from gen_house h, gen_world w order by h.n;
insert into app.response (stage_id, organisation_id, state, nil_rest, created_at, changed_at)
  select h.stage_id, h.organisation_id, 'draft', h.state = 'nil', h.began_at, h.began_at
    from gen_house h where h.state in ('draft', 'nil', 'released') order by h.n;
alter table gen_house add response_id bigint;
update gen_house h set response_id = r.id from app.response r
  where r.stage_id = h.stage_id and r.organisation_id = h.organisation_id;
insert into app.answer (response_id, stage_id, organisation_id, target_id, kind, stance, body, proposal,
    reason, author_id, created_at, changed_at)
  select h.response_id, h.stage_id, h.organisation_id, t.id, a.kind, a.stance, a.body, a.proposal, a.reason,
      h.person_id, h.began_at, h.began_at
    from gen_answer a join gen_house h on h.n = a.n
      join app.target t on t.stage_id = h.stage_id and t.position = a.target
    order by a.n, a.target;
analyze app.organisation, app.participation, app.response, app.answer, gen_house;

-- Releases: candidate, approval, version, answers, receipt and positions.
insert into app.release_candidate (response_id, stage_id, organisation_id, number, content_hash, publication,
    frozen_by, frozen_at)
  select h.response_id, h.stage_id, h.organisation_id, 1,
      app.canon_hash(app.response_head(w.stage_key, h.name, h.level, 1, x.publication, h.state = 'nil')
        || coalesce(a.rows, '')), x.publication, h.person_id, h.released_at
    from gen_house h cross join gen_world w
      cross join lateral (select (array['no', 'yes'])[1 + h.n % 2]) x (publication)
      left join (
        select b.response_id, string_agg(t.key || ' '
            || encode(coalesce(i.content_hash, q.content_hash, k.content_hash), 'hex') || ' '
            || encode(b.content_hash, 'hex') || e'\n', '' order by t.key collate "C") as rows
          from app.answer b join app.target t on t.id = b.target_id
            left join app.item_version i on i.id = t.item_version_id
            left join app.question_version q on q.id = t.question_version_id
            left join app.chapter k on k.id = t.chapter_id
          where b.response_id in (select g.response_id from gen_house g) group by b.response_id
      ) a on a.response_id = h.response_id
    where h.state in ('nil', 'released') order by h.released_at, h.n;
insert into app.approval (candidate_id, response_id, stage_id, organisation_id, content_hash, person_id, verdict, at)
  select c.id, c.response_id, c.stage_id, c.organisation_id, c.content_hash, c.frozen_by, 'approve', c.frozen_at
    from app.release_candidate c join gen_house h on h.response_id = c.response_id order by c.id;
update app.release_candidate c set closed_at = c.frozen_at, closed_as = 'released', closed_by = c.frozen_by
  from gen_house h where h.response_id = c.response_id;
insert into app.response_version (response_id, stage_id, organisation_id, number, receipt_no, released_at,
    candidate_id, content_hash, organisation_name, organisation_short_name, level, land_code, seat_status,
    sort_key, nil_rest, publication)
  select h.response_id, h.stage_id, h.organisation_id, 1,
      'R' || w.number || '-' || h.code || '-1-' || upper(left(md5(h.code), 4)), h.released_at, c.id,
      c.content_hash, h.name, h.short_name, h.level, h.land_code, 'none', h.sort_key, h.state = 'nil',
      c.publication
    from app.release_candidate c join gen_house h on h.response_id = c.response_id cross join gen_world w
    order by c.id;
analyze app.release_candidate, app.approval;
create temp table gen_version on commit drop as
  select v.*, h.n from app.response_version v join gen_house h on h.response_id = v.response_id;
analyze gen_version, app.response_version;
insert into app.released_answer (response_id, stage_id, organisation_id, target_id, kind, stance, body,
    proposal, reason, value, confidential, confidential_reason)
  select a.response_id, a.stage_id, a.organisation_id, a.target_id, a.kind, a.stance, a.body, a.proposal,
      a.reason, a.value, a.confidential, a.confidential_reason
    from app.answer a join gen_version v on v.response_id = a.response_id
      join app.target t on t.id = a.target_id order by v.id, t.position;
insert into app.version_answer (response_version_id, response_id, stage_id, organisation_id, target_id,
    released_answer_id)
  select v.id, v.response_id, v.stage_id, v.organisation_id, a.target_id, a.id
    from app.released_answer a join gen_version v on v.response_id = a.response_id order by a.id;
insert into app.current_version (response_id, response_version_id, stage_id, organisation_id, is_nil)
  select v.response_id, v.id, v.stage_id, v.organisation_id, v.nil_rest and not exists (
      select from app.version_answer x join app.released_answer a on a.id = x.released_answer_id
      where x.response_version_id = v.id and a.kind <> 'nil')
    from gen_version v order by v.id;
select app.make_receipt(v) from app.response_version v join gen_version g on g.id = v.id order by v.id;
insert into app.position (stage_id, organisation_id, released_answer_id, target_id, body_range,
    proposal_range, reason_range, released_at, sort_target, sort_key, stance, level, land_code, seat_status)
  select v.stage_id, v.organisation_id, a.id, a.target_id, app.whole_range(a.body),
      app.whole_range(a.proposal), app.whole_range(a.reason), v.released_at, t.sort_key, v.sort_key,
      a.stance, v.level, v.land_code, v.seat_status
    from app.released_answer a join gen_version v on v.response_id = a.response_id
      join app.target t on t.id = a.target_id
    where a.kind = 'answered' order by v.released_at, v.id, t.position;
update app.response r set state = 'submitted', publication = v.publication, changed_at = v.released_at
  from gen_version v where v.response_id = r.id;
insert into app.audit (epoch, person_id, organisation_id, act, object_kind, object_id, hash_after)
  select app.epoch(), h.person_id, v.organisation_id, 'response.release', 'response_version', v.id,
      v.content_hash
    from gen_version v join gen_house h on h.n = v.n order by v.id;
analyze app.position, app.released_answer;
select job.number_positions();
select job.fold_outcomes() from generate_series(0, (select count(*) / 2000 from app.outcome_pending));
select app.search_later(v.response_id) from app.current_version v join gen_version g on g.response_id = v.response_id;

insert into app.session (token_hash, person_id, organisation_id, agent, ends_at)
  select decode(g.token_hash, 'hex'), h.person_id, h.organisation_id, 'generate',
      clock_timestamp() + interval '12 hours'
    from gen_session g join gen_house h on h.n = g.n;
