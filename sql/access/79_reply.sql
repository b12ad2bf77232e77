-- Replies, for pages and actions: what would be told now, what was told, and
-- the release that is to come.

create or replace function app.next_release(p_stage_id bigint) returns app.reply_release
language plpgsql stable as $$
declare
  r app.reply_release;
begin
  select x.* into r from reply_release x where x.stage_id = p_stage_id and x.cancelled_at is null and x.at > app.now();
  return r;
end $$;

create or replace function app.last_release(p_stage_id bigint) returns app.reply_release
language plpgsql stable as $$
declare
  r app.reply_release;
begin
  select x.* into r from reply_release x where x.stage_id = p_stage_id and x.cancelled_at is null and x.at <= app.now()
    order by x.number desc limit 1;
  return r;
end $$;

-- The current positions with what may be told of them: a decision that all
-- sponsors have approved. p_version_id: those of one response only.
create or replace function app.reply_now(s app.stage, p_version_id bigint default null)
returns table (position_id bigint, released_answer_id bigint, assessment_id bigint, is_decided boolean)
language plpgsql stable rows 100 set plan_cache_mode = force_custom_plan as $$
declare
  v_is_sponsored boolean := exists (select from sponsor x where x.consultation_id = s.consultation_id);
begin
  return query select p.id, p.released_answer_id, case when p.decision <> 'open' and (p.is_approved or not v_is_sponsored)
        then p.assessment_id end, p.decision <> 'open'
      from position p where p.stage_id = s.id and p.is_current and (p_version_id is null or p.released_answer_id in (
        select x.released_answer_id from version_answer x where x.response_version_id = p_version_id));
end $$;

-- What was told last of each position by the releases up to a time.
create or replace function app.reply_last(p_stage_id bigint, p_until timestamptz)
returns table (position_id bigint, assessment_id bigint, is_dropped boolean)
language plpgsql stable rows 100 set plan_cache_mode = force_custom_plan as $$
begin
  return query select distinct on (y.position_id) y.position_id, y.assessment_id, y.is_dropped
    from reply_release r join reply_point y on y.release_id = r.id
    where r.stage_id = p_stage_id and r.cancelled_at is null and r.at <= p_until
    order by y.position_id, r.number desc;
end $$;

-- What a release made now would tell: each position whose words are new.
create or replace function app.reply_changes(s app.stage)
returns table (position_id bigint, released_answer_id bigint, assessment_id bigint, is_dropped boolean)
language plpgsql stable rows 100 set plan_cache_mode = force_custom_plan as $$
begin
  return query select coalesce(n.position_id, l.position_id), coalesce(n.released_answer_id,
      (select p.released_answer_id from position p where p.id = l.position_id)), n.assessment_id, n.position_id is null
    from reply_now(s) n full join reply_last(s.id, app.now()) l on l.position_id = n.position_id
    where l.position_id is null
      or (n.assessment_id, n.position_id is null) is distinct from (l.assessment_id, l.is_dropped);
end $$;

-- Whom a release reaches that tells something new about these answers: who has
-- submitted and was not told yet, holds one of them, or has another covering text.
create or replace function app.reply_recipients(s app.stage, p_answers bigint[])
returns table (organisation_id bigint, response_version_id bigint, body text)
language plpgsql stable rows 100 set plan_cache_mode = force_custom_plan as $$
begin
  return query with q as (select distinct on (v.organisation_id) v.organisation_id, v.response_version_id, v.body
      from reply_version v join reply_release r on r.id = v.release_id
      where v.stage_id = s.id and r.cancelled_at is null and r.at <= app.now() order by v.organisation_id, r.number desc),
    x as (select distinct va.response_version_id from version_answer va where va.released_answer_id = any (p_answers))
    select c.organisation_id, c.response_version_id, t.body::text
      from current_version c left join reply t on t.stage_id = c.stage_id and t.organisation_id = c.organisation_id
        left join q on q.organisation_id = c.organisation_id left join x on x.response_version_id = c.response_version_id
      where c.stage_id = s.id and (x.response_version_id is not null
        or q.response_version_id is distinct from c.response_version_id or q.body is distinct from t.body);
end $$;

-- The version and the covering text an organisation was told last, up to a time.
create or replace function app.reply_of(p_stage_id bigint, p_organisation_id bigint, p_until timestamptz)
returns app.reply_version
language plpgsql stable as $$
declare
  v app.reply_version;
begin
  select x.* into v from reply_version x join reply_release r on r.id = x.release_id
    where x.stage_id = p_stage_id and x.organisation_id = p_organisation_id and r.cancelled_at is null and r.at <= p_until
    order by r.number desc limit 1;
  return v;
end $$;

-- The points of a version as they were told up to a time.
create or replace function app.told_points(p_organisation_id bigint, p_version_id bigint, p_until timestamptz)
returns app.told_point[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return array(with l as (select y.position_id, y.assessment_id, y.is_dropped, r.at,
        row_number() over (partition by y.position_id order by r.number desc) as n
      from version_answer va join position p on p.released_answer_id = va.released_answer_id
        join reply_point y on y.position_id = p.id
        join reply_release r on r.id = y.release_id and r.cancelled_at is null and r.at <= p_until
      where va.response_version_id = p_version_id and va.organisation_id = p_organisation_id)
    select row(a.position_id, a.assessment_id, a.at, b.position_id is not null, b.assessment_id, b.at)::told_point
      from l a left join l b on b.position_id = a.position_id and b.n = 2
      where a.n = 1 and not a.is_dropped);
end $$;

-- The points of a version as a release made now would leave them.
create or replace function app.points_now(s app.stage, p_organisation_id bigint, p_version_id bigint) returns app.told_point[]
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return array(select case when t.position_id is not null and t.assessment_id is not distinct from n.assessment_id
      then t else row(n.position_id, n.assessment_id, null, t.position_id is not null, t.assessment_id, t.told_at)::told_point end
    from reply_now(s, p_version_id) n
      left join unnest(told_points(p_organisation_id, p_version_id, app.now())) t on t.position_id = n.position_id);
end $$;
