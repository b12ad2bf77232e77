-- Freezing, approving, giving back: the way of a response to its release. A
-- candidate stands for the content with its hash; whoever approves, approves
-- that. Releasing an open response is freezing and approving it at once.

-- What waits for approval; only a frozen response has it.
create or replace function app.open_candidate(h app.house) returns app.release_candidate
language plpgsql stable as $$
declare
  c app.release_candidate;
begin
  if h.response_state = 'frozen' then
    select x.* into c from release_candidate x where x.response_id = h.response_id and x.closed_at is null;
  end if;
  return c;
end $$;

-- How many people must approve before it is released.
create or replace function app.approvals_needed(h app.house) returns int
language plpgsql stable as $$
begin
  return (rule_of(h.organisation_id)).approvals;
end $$;

create or replace function app.approval_count(p_candidate_id bigint) returns int
language plpgsql stable as $$
begin
  return (select count(*) from approval a where a.candidate_id = p_candidate_id and a.verdict = 'approve');
end $$;

-- Is what the candidate was frozen with still what there is? Not after a mark
-- was set or the organisation renamed meanwhile.
create or replace function app.is_current_candidate(c app.release_candidate) returns boolean
language plpgsql stable as $$
begin
  return c.content_hash = canon_hash(response_canon(c.response_id, c.publication));
end $$;

-- Has anybody but this person a part in the text: wrote an answer that is in
-- it, now or before, or gave nil for the rest?
create or replace function app.has_other_author(p_response_id bigint, p_person_id bigint) returns boolean
language plpgsql stable as $$
begin
  return exists (select from answer a where a.response_id = p_response_id and a.kind is not null
      and a.author_id <> p_person_id)
    or exists (select from response r where r.id = p_response_id and r.nil_rest and r.nil_rest_by <> p_person_id)
    or exists (select from answer a join answer_revision r on r.answer_id = a.id
      where a.response_id = p_response_id and a.kind is not null and r.author_id <> p_person_id);
end $$;

create or replace function app.allows_single_release(h app.house) returns boolean
language plpgsql stable as $$
begin
  return (select p.single_release from participation p
    where p.stage_id = h.stage_id and p.organisation_id = h.organisation_id);
end $$;

-- Why the caller cannot approve now; no row means she can. Four eyes: what one
-- person has written alone another one releases, unless the moderators allow
-- it; where two approve it is two anyway.
create or replace function app.release_blockers(h app.house)
returns table (code text, args json, href text)
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || h.slug || '/response';
  c app.release_candidate;
begin
  if not h.has_begun then
    return query select 'not_open', json_build_object('opens_at', h.opens_at), v_base;
  elsif h.is_over and not is_intake_candidate((open_candidate(h)).id, h.closes_at) then
    return query select 'deadline', json_build_object('closes_at', h.closes_at), v_base;
  end if;
  if not is_open(h.response_state) and h.response_state <> 'frozen' then
    return query select case when h.response_state = 'withdrawn' then 'withdrawn' else 'not_draft' end,
      json_build_object(), v_base;
  elsif not h.nil_rest and not exists (
      select from answer a where a.response_id = h.response_id and a.kind is not null) then
    return query select 'nothing', json_build_object(), v_base;
  end if;
  if not h.is_releaser then
    return query select 'not_releaser', json_build_object(), v_base;
    return;
  end if;
  if not allows_single_release(h) and approvals_needed(h) = 1 and not has_other_author(h.response_id, my_person()) then
    return query select 'sole_author', json_build_object(), v_base;
  end if;
  c := open_candidate(h);
  if exists (select from approval a where a.candidate_id = c.id and a.person_id = my_person()
      and a.verdict = 'approve') and is_current_candidate(c) then
    return query select 'approved', json_build_object(), v_base;
  end if;
end $$;

create or replace function app.close_candidate(p_me app.caller, c app.release_candidate, p_as text) returns void
language plpgsql volatile as $$
begin
  update release_candidate x set closed_at = app.now(), closed_as = p_as, closed_by = p_me.person_id
    where x.id = c.id;
  if p_as in ('thawed', 'rejected') then -- from now on it is the draft of the house
    update intake i set state = 'taken_over' where i.candidate_id = c.id;
  end if;
end $$;

-- What the house will probably choose: what is approved already, else what
-- marked passages say, else what it chose the last time.
create or replace function app.publication_wish(h app.house) returns text
language plpgsql stable as $$
begin
  return coalesce((select c.publication from open_candidate(h) c where approval_count(c.id) > 0),
    case when exists (select from standing_redactions(h.response_id)) then 'shortened' end,
    (select nullif(r.publication, 'shortened') from response r where r.id = h.response_id), 'no');
end $$;

-- Whether others may join is asked anew, as it was approved or said the last time.
create or replace function app.joinable_wish(h app.house) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return coalesce((select c.joinable from open_candidate(h) c where approval_count(c.id) > 0),
    (select v.joinable from response_version v where v.response_id = h.response_id order by v.number desc limit 1), false);
end $$;

-- The candidate with this content and these choices; one with others goes, and
-- with it what was approved of it. The caller has locked the response.
create or replace function app.candidate_for(p_me app.caller, h app.house, p_publication text, p_joinable boolean)
returns app.release_candidate
language plpgsql volatile as $$
declare
  c app.release_candidate := open_candidate(h);
  v_before bigint := c.id;
  v_hash bytea := canon_hash(response_canon(h.response_id, p_publication));
begin
  if c.content_hash = v_hash and c.joinable = p_joinable then
    return c;
  elsif c.id is not null then
    perform close_candidate(p_me, c, 'replaced');
  end if;
  insert into release_candidate (response_id, stage_id, organisation_id, number, content_hash, publication,
      joinable, frozen_by, frozen_at)
    values (h.response_id, h.stage_id, h.organisation_id, next_number(h.response_id), v_hash, p_publication,
      p_joinable, p_me.person_id, app.now())
    returning * into c;
  if v_before is not null then -- the same text under another choice of publication
    update intake i set candidate_id = c.id where i.candidate_id = v_before;
  end if;
  return c;
end $$;

-- p_reason null: approved; else given back with it.
create or replace function app.judge(p_me app.caller, c app.release_candidate, p_reason text) returns void
language plpgsql volatile as $$
begin
  insert into approval (candidate_id, response_id, stage_id, organisation_id, content_hash, person_id, verdict,
      reason, at)
    values (c.id, c.response_id, c.stage_id, c.organisation_id, c.content_hash, p_me.person_id,
      case when p_reason is null then 'approve' else 'reject' end, p_reason, app.now());
end $$;

-- The candidate waits for somebody: the text stands, sealed, and whoever can
-- approve it hears of it.
create or replace function app.hold_candidate(p_me app.caller, h app.house, c app.release_candidate) returns void
language plpgsql volatile as $$
begin
  perform seal_answer(a) from answer a where a.response_id = c.response_id;
  update response r set state = 'frozen', changed_at = app.now() where r.id = c.response_id and r.state <> 'frozen';
  perform audit(p_me, 'response.freeze', 'release_candidate', c.id, null, c.content_hash),
    mail_house(p_me, h, 'release_asked', 'releaser', 'release_asked ' || c.key);
end $$;

-- The text is open again, and what was approved of it is void: taken back by an
-- editor, or given back with a reason.
create or replace function app.thaw(p_me app.caller, h app.house, p_reason text) returns app.release_candidate
language plpgsql volatile as $$
declare
  c app.release_candidate;
begin
  if h.is_over then
    perform fail('CN409', 'deadline', null, json_build_object('closes_at', h.closes_at));
  end if;
  select r.state into h.response_state from response r where r.id = h.response_id for update;
  c := open_candidate(h);
  if c.id is null then
    perform fail('CN409', 'not_frozen');
  end if;
  if p_reason is not null then
    perform judge(p_me, c, p_reason);
  end if;
  perform close_candidate(p_me, c, case when p_reason is null then 'thawed' else 'rejected' end);
  perform reopen_response(h.response_id);
  return c;
end $$;

-- To everybody of the house with that role, but not to who does it: that there
-- is something, and where. p_dedupe: once for each person.
create or replace function app.mail_house(p_me app.caller, h app.house, p_template text, p_role text,
  p_dedupe text) returns void
language plpgsql volatile as $$
begin
  perform queue_mail(p_template, x.person_id, null, h.organisation_id, jsonb_build_object('consultation', h.slug,
      'by', (select p.name from person p where p.id = p_me.person_id)), null, p_dedupe || ' ' || x.person_id)
    from (select distinct m.person_id from membership m join person p on p.id = m.person_id and p.state = 'active'
      where m.organisation_id = h.organisation_id and m.role = p_role and m.valid @> today()
        and coalesce(m.consultation_id, h.consultation_id) = h.consultation_id
        and m.person_id <> p_me.person_id) x;
end $$;
