-- Whatever two people do one after the other: a version is what each of two
-- approved, and nothing was edited between the first approval and the release.
\ir t/setup.sql
select plan(9);
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, 'releaser' from app.person p, app.organisation o where p.mail = 'huber@t.example' and o.code = 'T-BY';
insert into app.house_rule (organisation_id, approvals, changed_by, changed_at)
  select o.id, 2, p.id, app.now() from app.organisation o, app.person p where o.code = 'T-BY' and p.mail = 'brandl@t.example';
create table t.done (n int, who text, step text, outcome text);

-- What may come next, each as likely as the others; looking at the preview is
-- a step of its own, so that a release may be of what was seen long ago.
create function t.any_step(p_who text, p_step int, p_seen text) returns jsonb language sql as $$
  select case p_step
    when 0 then t.save(p_who, 'K4.G2.5', coalesce((t.answer('T-BY', 'K4.G2.5')).version, 0), 'agree', 'Fassung ' || (random() * 3)::int)
    when 1 then t.save(p_who, 'L-K4-1', coalesce((t.answer('T-BY', 'L-K4-1')).version, 0), 'note', 'Sicher ist es nicht.',
      p_confidential => random() < 0.5, p_confidential_reason => 'Verfahren ' || (random() * 2)::int)
    when 2 then t.act(p_who, 'editor', format($a$action.nil_rest(e, 'dachstrategie', %L)$a$, random() < 0.5))
    when 3 then t.act(p_who, 'member', $a$action.redaction_mark(e, 'dachstrategie', 'L-K4-1', 'Sicher', 'Grund', null, null, null)$a$)
    when 4 then t.act(p_who, 'editor', $a$action.release_freeze(e, 'dachstrategie')$a$)
    when 5 then t.act(p_who, 'editor', $a$action.release_thaw(e, 'dachstrategie')$a$)
    when 6 then t.act(p_who, 'releaser', $a$action.release_reject(e, 'dachstrategie', 'Bitte prüfen.')$a$)
    when 7 then t.act(p_who, 'editor', $a$action.correction(e, 'dachstrategie')$a$)
    else t.release(p_who, 'T-BY', case when p_step = 8 then (array['no', 'shortened', 'yes'])[1 + floor(random() * 3)::int] else 'no' end,
      p_hash => p_seen) end
$$;

do $$
declare
  v_seen text;
  v_step int; v_who text; v_result jsonb;
begin
  perform setseed(0.4);
  for i in 1..400 loop
    v_step := floor(random() * 13);
    v_who := (array['huber', 'brandl'])[1 + (random() > 0.5)::int];
    if v_seen is null or random() < 0.7 then
      v_seen := (select app.preview_hash(r.id) from app.response r where r.organisation_id
        = (select id from app.organisation where code = 'T-BY'));
    end if;
    v_result := t.any_step(v_who, v_step, coalesce(v_seen, repeat('0', 64)));
    insert into t.done values (i, v_who, v_step::text, coalesce(v_result ->> 'error', case when v_result ? 'receipt' then 'released'
      else 'done' end));
    if exists (select from app.release_candidate c join app.response r on r.id = c.response_id
        where c.closed_at is null and r.state <> 'frozen') then
      raise exception 'step %: an open candidate beside an open text', i;
    end if;
  end loop;
end $$;

select cmp_ok((select count(*) from app.response_version), '>', 5::bigint, 'enough was released');
select cmp_ok((select count(*) from app.release_candidate c where c.closed_as in ('thawed', 'rejected', 'replaced')), '>', 10::bigint,
  'enough was taken back after it was frozen');
select cmp_ok((select count(distinct d.outcome) from t.done d), '>', 7::bigint, 'for many reasons something was refused');
select is_empty($$ select d.* from t.done d where d.outcome not in ('done', 'released', 'stale', 'not_draft', 'frozen', 'not_frozen', 'nothing',
  'nothing_to_mark', 'redaction_overlap', 'redaction_none', 'redaction_void', 'approved', 'hash_changed', 'not_submitted', 'words_unknown') $$,
  'and never for want of a guard further inside');
select is_empty($$ select v.number from app.response_version v where (select count(distinct a.person_id) from app.approval a
  where a.candidate_id = v.candidate_id and a.verdict = 'approve' and a.content_hash = v.content_hash) <> 2 $$,
  'each version was approved by two, as it is');
select is_empty($$ select v.number from app.response_version v where v.content_hash <> app.canon_hash(app.version_canon(v.id)) $$,
  'and its hash is that of what it is made of');
select is_empty($$
  select v.number, e.act from app.response_version v
    join app.audit r on r.act = 'response.release' and r.object_id = v.id
    join app.audit a on a.act = 'response.approve' and a.object_id = v.candidate_id
    join app.audit e on e.id between a.id and r.id and e.organisation_id = v.organisation_id
      and e.act in ('answer.save', 'response.nil_rest', 'response.nil_rest_off', 'response.thaw', 'response.reject', 'response.correction') $$,
  'nothing was edited between its first approval and its release');
select is_empty($$ select c.id from app.release_candidate c where c.closed_as = 'released'
  and not exists (select from app.response_version v where v.candidate_id = c.id) $$, 'only what is released is closed as released');
select is((select count(*) from app.audit a where a.act in ('response.approve', 'response.release')), (select count(*) from app.approval a
  where a.verdict = 'approve'), 'each approval has its entry');

select * from finish();
rollback;
