-- The second pair of eyes and the sponsors. What a sponsor's house may see and do:
-- of what it was asked about, the words, the assessment and its own verdict, by
-- the policies in 40_policies.sql.

-- Why the sponsors cannot be asked about it; null when they can.
create or replace function app.approval_hindrance(s app.stage, a app.assessment) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when a.id is null or a.decision = 'open' then 'approval_open'
    when not exists (select from sponsor x where x.consultation_id = s.consultation_id) then 'approval_no_sponsor'
    when (select c.needs_review from consultation c where c.id = s.consultation_id)
      and not exists (select from assessment_review r where r.assessment_id = a.id) then 'approval_review'
    when a.group_id is not null and exists (select from assessment_approval x where x.assessment_id = a.id
      and x.decided_at < last_joined(a.group_id)) then 'approval_outgrown' end;
end $$;

-- Asks every sponsor who has not been asked about this version, and sets the day
-- for those who have said nothing yet; gives the organisations asked anew.
create or replace function app.approval_ask(p_me app.caller, s app.stage, w app.weighed, a app.assessment, p_due_on date)
returns bigint[]
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_asked bigint[];
begin
  update assessment_approval x set due_on = p_due_on
    where x.assessment_id = a.id and x.verdict is null and x.due_on is distinct from p_due_on;
  with asked as (insert into assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by, due_on)
      select a.id, a.content_hash, p.organisation_id, app.now(), p_me.person_id, p_due_on
        from sponsor p where p.consultation_id = s.consultation_id order by p.organisation_id
      on conflict (assessment_id, organisation_id) do nothing
      returning organisation_id)
    select array_agg(x.organisation_id) into v_asked from asked x;
  if v_asked is not null then
    perform place_move(s, weighed_positions(w), 'approval'),
      audit(p_me, 'approval.ask', 'assessment', a.id, null, a.content_hash, cardinality(v_asked));
  end if;
  return coalesce(v_asked, '{}');
end $$;

-- One mail for each sponsor's people, whatever the number; never a text.
create or replace function app.approval_mail(p_me app.caller, s app.stage, p_asked bigint[], p_due_on date) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform mail_releasers_of(x.organisation_id, s.consultation_id, 'approval_asked', jsonb_build_object(
      'by', (select person_name(p) from person p where p.id = p_me.person_id), 'count', x.count, 'until', p_due_on,
      'consultation', stage_address(s)),
      'approval ' || gen_random_uuid())
    from (select u.id as organisation_id, count(*) as count from unnest(p_asked) u(id) group by u.id) x;
end $$;

-- What the house has to decide on: a version that is the last one and holds.
create or replace function app.approvals_waiting(p_stage_id bigint, p_organisation_id bigint, p_limit int)
returns setof app.assessment
language plpgsql stable rows 50 as $$
begin
  return query select a.* from app.assessment_approval x join app.assessment a on a.id = x.assessment_id
    where x.organisation_id = p_organisation_id and x.verdict is null and a.stage_id = p_stage_id
      and exists (select from app.position p where p.assessment_id = a.id and p.is_current)
    order by x.due_on nulls last, a.id limit p_limit;
end $$;

set local role resonanz_join;

-- Whether anything rests on the verdicts on it: houses are told, or will be by a
-- release that is scheduled; or another assessment holds by now.
create or replace function app.approval_is_built_on(p_assessment_id bigint) returns boolean
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return exists (select from reply_point y join reply_release r on r.id = y.release_id and r.cancelled_at is null
      where y.assessment_id = p_assessment_id)
    or not exists (select from position p where p.assessment_id = p_assessment_id and p.is_current);
end $$;

-- When every sponsor has approved, the positions are done; when one has returned
-- it, they are in work again; else they go to p_else, where there is one. Runs as
-- resonanz_join, since a house reads no verdict of another one.
create or replace function app.approval_settle(p_assessment_id bigint, p_else text default null) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_consultation bigint := (select s.consultation_id from assessment a join stage s on s.id = a.stage_id where a.id = p_assessment_id);
  v_kind text := case
    when exists (select from assessment_approval x where x.assessment_id = p_assessment_id and x.verdict = 'returned') then 'work'
    when not exists (select from sponsor p left join assessment_approval x on x.assessment_id = p_assessment_id
      and x.organisation_id = p.organisation_id and x.verdict = 'approved'
      where p.consultation_id = v_consultation and x.id is null) then 'done' else p_else end;
  v_place bigint := (select p.id from place p where p.consultation_id = v_consultation and p.kind = v_kind
    and p.retired_at is null order by p.position, p.id limit 1);
begin
  update position p set place_id = v_place, version = p.version + 1
    where p.assessment_id = p_assessment_id and v_place is not null and p.place_id is distinct from v_place;
end $$;
grant execute on function app.approval_is_built_on(bigint), app.approval_settle(bigint, text) to resonanz_owner;
set local role resonanz_owner;
