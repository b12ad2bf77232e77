-- What the public reads of a stage: which statement may be published, what of it,
-- and the counts, from which no group under five can be found.

-- A text without what is cut: one mark for each cut, however long that is.
create or replace function app.redacted(p_text text, p_cuts int4range[]) returns text
language plpgsql immutable parallel safe set search_path = app, pg_temp as $$
declare
  v_text text := p_text;
  r int4range;
begin
  for r in select x from unnest((select range_agg(c) from unnest(p_cuts) c)) x order by lower(x) desc loop
    v_text := substr(v_text, 1, lower(r)) || '[…]' || substr(v_text, upper(r) + 1);
  end loop;
  return v_text;
end $$;

-- A version as the public would read it: without confidential answers and
-- without what its house has marked; of what was taken over from another house
-- only that it was, and the stance.
create or replace function app.public_form(p_version_id bigint)
returns table (target_id bigint, released_answer_id bigint, adopted boolean, kind text, stance text, body text,
  proposal text, reason text, value jsonb, cuts int)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query select va.target_id, a.id, va.adopted, a.kind::text, a.stance::text,
      case when not va.adopted then redacted(a.body, d.body) end, case when not va.adopted then redacted(a.proposal, d.proposal) end,
      case when not va.adopted then redacted(a.reason, d.reason) end, case when not va.adopted then a.value end, d.cuts
    from version_answer va join released_answer a on a.id = va.released_answer_id
      cross join lateral (select count(*)::int as cuts, array_agg(x.range) filter (where x.field = 'body') as body,
          array_agg(x.range) filter (where x.field = 'proposal') as proposal,
          array_agg(x.range) filter (where x.field = 'reason') as reason
        from released_redaction x where x.response_version_id = va.response_version_id and x.target_id = va.target_id) d
    where va.response_version_id = p_version_id and not a.confidential;
end $$;

-- Why a version cannot be published; null: it can.
create or replace function app.publication_obstacle(v app.response_version) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when v.publication = 'no' then 'no_consent'
    when exists (select from consent_withdrawal w where w.response_version_id = v.id) then 'consent_withdrawn'
    when not exists (select from current_version c where c.response_version_id = v.id) then 'version_changed'
    when exists (select from stage s join participation p on p.stage_id = s.id and p.organisation_id = v.organisation_id
      where s.id = v.stage_id and (stage_state(s) in ('planned', 'open') or coalesce(p.extended_until, s.closes_at) >= app.now()))
      then 'window_open' end;
end $$;

create or replace function app.publish(p_me app.caller, v app.response_version) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_id bigint;
begin
  insert into publication (response_version_id, response_id, stage_id, organisation_id, is_shortened, organisation_name,
      organisation_short_name, level, land_code, sort_key, published_at, published_by)
    values (v.id, v.response_id, v.stage_id, v.organisation_id, v.publication = 'shortened', v.organisation_name,
      v.organisation_short_name, v.level, v.land_code, v.sort_key, app.now(), p_me.person_id)
    returning id into v_id;
  insert into published_answer (publication_id, stage_id, organisation_id, target_id, released_answer_id, adopted, kind,
      stance, body, proposal, reason, value, cuts)
    select v_id, v.stage_id, v.organisation_id, f.target_id, f.released_answer_id, f.adopted, f.kind, f.stance, f.body,
        f.proposal, f.reason, f.value, f.cuts
      from public_form(v.id) f;
  perform search_publish(array[v_id]);
  perform audit(p_me, 'publication.publish', 'response_version', v.id, null, v.content_hash);
  perform mail_writers(p_me, s, v.organisation_id, 'statement_published', '{}') from stage s where s.id = v.stage_id;
end $$;

-- Words that are read in public under one's name: one's own, or those of who was
-- joined, as long as they are public there.
create or replace function app.public_words(a app.published_answer) returns app.published_answer
language plpgsql stable set search_path = app, pg_temp as $$
declare
  w app.published_answer;
begin
  if a.adopted and a.cuts = 0 then
    select x.* into w from published_answer x where x.released_answer_id = a.released_answer_id and not x.adopted;
    return w;
  end if;
  return a;
end $$;

-- Does a text quote what is cut from an answer? Then it does not become public
-- either. Runs as resonanz_search, which reads what was released.
set local role resonanz_search;
create or replace function app.quotes_cut(p_released_answer_id bigint, p_text text) returns boolean
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return exists (select from version_answer va join released_redaction d on d.response_version_id = va.response_version_id
      and d.target_id = va.target_id join released_answer a on a.id = va.released_answer_id
      cross join lateral (select substr(case d.field when 'body' then a.body when 'proposal' then a.proposal else a.reason end,
        lower(d.range) + 1, upper(d.range) - lower(d.range)) as words) w
    where va.released_answer_id = p_released_answer_id and char_length(w.words) > 3
      and strpos(regexp_replace(lower(p_text), '[\s\u00a0\u00ad\u202f]', '', 'g'),
        regexp_replace(lower(w.words), '[\s\u00a0\u00ad\u202f]', '', 'g')) > 0);
end $$;
grant execute on function app.quotes_cut(bigint, text) to resonanz_owner;
set local role resonanz_owner;

-- --- counts ----------------------------------------------------------------------
-- As resonanz_public, which sees how houses answered and none of their words.
set local role resonanz_public;

-- By target and level: how many have taken a stance, which, and how many of them
-- are read in public by name. The base: who was invited.
create or replace function app.stances_by_level(p_stage_id bigint, p_target_id bigint)
returns table (target_id bigint, level text, base bigint, answered bigint, named bigint, counts bigint[])
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query
    with n as (select a.target_id, p.level::text as level, count(*) as named
      from published_answer a join publication p on p.id = a.publication_id
      where a.stage_id = p_stage_id and (p_target_id is null or a.target_id = p_target_id) and a.kind = 'answered' group by 1, 2)
    select r.target_id, r.level, sum(r.base)::bigint,
        sum(r.agree + r.agree_changed + r.reject + r.note + r.no_position)::bigint, coalesce(max(n.named), 0),
        array[sum(r.agree), sum(r.agree_changed), sum(r.reject), sum(r.note), sum(r.no_position)]::bigint[]
      from outcome_rows(p_stage_id, p_target_id, null) r left join n on n.target_id = r.target_id and n.level = r.level
      group by r.target_id, r.level having sum(r.base) > 0; -- of whom is not asked nobody can answer
end $$;

-- As many that nothing can be said of any one of them: five at least, and of
-- those who are not read by name none, or five at least as well.
create or replace function app.is_many(p_answered bigint, p_named bigint) returns boolean
language sql immutable parallel safe as $$
  select p_answered >= 5 and (p_answered = p_named or p_answered - p_named >= 5)
$$;

-- What the public reads: for each target a row of all (level null), and rows of
-- the levels that are many. The others are one row, 'rest', and with them as many
-- of the smallest of the many that the rest is many too: so what is left out
-- cannot be found by taking away. Where no level stands for itself there is the
-- row of all only; a target of few has none.
create or replace function app.public_rows(p_stage_id bigint, p_target_id bigint default null)
returns table (target_id bigint, level text, levels text[], base bigint, answered bigint, agree bigint,
  agree_changed bigint, reject bigint, note bigint, no_position bigint)
language plpgsql stable security definer set search_path = app, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with l as materialized (select * from stances_by_level(p_stage_id, p_target_id)),
    o as (select l.*, is_many(l.answered, l.named) as is_many,
        bool_and(is_many(l.answered, l.named)) over (partition by l.target_id) as are_all_many,
        sum(l.answered) over w as answered_before, sum(l.named) over w as named_before
      from l window w as (partition by l.target_id order by is_many(l.answered, l.named), l.answered, l.level
        rows between unbounded preceding and 1 preceding)),
    s as (select o.*, case when o.is_many and (o.are_all_many
        or is_many(coalesce(o.answered_before, 0)::bigint, coalesce(o.named_before, 0)::bigint)) then o.level else 'rest' end as shown from o),
    f as (select s.*, bool_or(s.shown <> 'rest') over (partition by s.target_id) as has_levels from s)
    select f.target_id, case when grouping(f.shown) = 0 then f.shown end, array_agg(f.level order by f.level), sum(f.base)::bigint,
        sum(f.answered)::bigint, sum(f.counts[1])::bigint, sum(f.counts[2])::bigint, sum(f.counts[3])::bigint,
        sum(f.counts[4])::bigint, sum(f.counts[5])::bigint
      from f group by grouping sets ((f.target_id, f.shown), (f.target_id))
      having is_many(sum(f.answered)::bigint, sum(f.named)::bigint) and (grouping(f.shown) = 1 or bool_or(f.has_levels))
        and (is_desk() or exists (select from result_release r where r.stage_id = p_stage_id and r.revoked_at is null));
end $$;

-- How many have submitted; null for fewer than five.
create or replace function app.public_returned(p_stage_id bigint) returns bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select case when count(*) >= 5 then count(*) end from current_version c where c.stage_id = p_stage_id);
end $$;

-- What became of what is published, as it was told to its house.
create or replace function app.public_decisions(p_stage_id bigint, p_answers bigint[], p_at timestamptz)
returns table (released_answer_id bigint, part int, decision text, referred_to text, body text, edition_place text)
language plpgsql stable security definer set search_path = app, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  return query select p.released_answer_id, p.part, coalesce(a.decision, 'open')::text, a.referred_to::text, a.body::text, a.edition_place::text
      from position p cross join lateral (select y.assessment_id, y.is_dropped from reply_point y join reply_release r on r.id = y.release_id
          where y.position_id = p.id and r.cancelled_at is null and r.at <= p_at order by r.number desc limit 1) l
        left join assessment a on a.id = l.assessment_id
      where p.stage_id = p_stage_id and p.released_answer_id = any (p_answers) and not l.is_dropped
        and (is_desk() or exists (select from published_answer x where x.released_answer_id = p.released_answer_id));
end $$;

-- Whose published answers stand behind a change, by publication.
create or replace function app.published_behind(p_change_id bigint) returns bigint[]
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return array(select distinct a.publication_id from cause k join position p on p.id = k.position_id
      join published_answer a on a.released_answer_id = p.released_answer_id and a.organisation_id = k.organisation_id
    where k.change_id = p_change_id);
end $$;

grant execute on function app.public_rows(bigint, bigint), app.public_returned(bigint), app.public_decisions(bigint, bigint[], timestamptz),
  app.published_behind(bigint), app.is_many(bigint, bigint) to resonanz_owner;
set local role resonanz_owner;
