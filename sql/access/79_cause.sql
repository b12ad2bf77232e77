-- Who stands behind a change: the closure of its causes, computed and kept. A
-- cause is an assessment; behind it stand the positions it is of, for a group
-- those who are in it now, as far as they count, and whoever holds them.
--
-- Runs as resonanz_join: what a house releases or takes back changes it, and no
-- house reads what others hold.
set local role resonanz_join;

-- One at a time, with members of groups and with each other; releases beside each
-- other. So nobody computes from what another transaction is about to change.
create or replace function app.cause_lock(p_is_shared boolean) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  if p_is_shared then
    perform pg_advisory_xact_lock_shared(hashtextextended('cause', 0));
  else
    perform pg_advisory_xact_lock(hashtextextended('cause', 0));
  end if;
end $$;

-- Of these changes and these positions; null for all.
create or replace function app.cause_computed(p_changes bigint[], p_positions bigint[]) returns setof app.cause
language plpgsql stable security definer set search_path = app, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  return query with c as (
      select x.change_id, a.position_id from change_cause x join assessment a on a.id = x.assessment_id
        where a.position_id is not null and (p_changes is null or x.change_id = any (p_changes))
          and (p_positions is null or a.position_id = any (p_positions))
      union select x.change_id, m.position_id from change_cause x join assessment a on a.id = x.assessment_id
          join group_member m on m.group_id = a.group_id and m.left_at is null
        where (p_changes is null or x.change_id = any (p_changes))
          and (p_positions is null or m.position_id = any (p_positions)))
    select c.change_id, p.id, v.organisation_id, p.stance, p.sort_key, v.level, v.seat_status
      from c join position p on p.id = c.position_id and p.is_current
        join version_answer h on h.released_answer_id = p.released_answer_id
        join current_version n on n.response_version_id = h.response_version_id
        join response_version v on v.id = n.response_version_id;
end $$;

-- Makes it so; nothing is touched that is so already.
create or replace function app.cause_keep(p_changes bigint[], p_positions bigint[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  if not exists (select from change_cause x where x.assessment_id is not null) and not exists (select from cause) then
    return;
  end if;
  with gone as (select x.change_id, x.position_id, x.organisation_id from cause x
      where (p_changes is null or x.change_id = any (p_changes)) and (p_positions is null or x.position_id = any (p_positions))
    except select y.change_id, y.position_id, y.organisation_id from cause_computed(p_changes, p_positions) y)
    delete from cause x using gone g where (x.change_id, x.position_id, x.organisation_id) = (g.change_id, g.position_id, g.organisation_id);
  insert into cause as x (change_id, position_id, organisation_id, stance, sort_key, level, seat_status)
    select y.change_id, y.position_id, y.organisation_id, y.stance, y.sort_key, y.level, y.seat_status
      from cause_computed(p_changes, p_positions) y
    on conflict (change_id, position_id, organisation_id) do update
      set stance = excluded.stance, sort_key = excluded.sort_key, level = excluded.level, seat_status = excluded.seat_status
      where (x.stance, x.sort_key, x.level, x.seat_status)
        is distinct from (excluded.stance, excluded.sort_key, excluded.level, excluded.seat_status);
end $$;

-- Where the closure is not what is computed anew: for "resonanzctl verify".
create or replace function app.cause_faults() returns table (change_id bigint, position_id bigint, organisation_id bigint, fault text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select coalesce(x.change_id, y.change_id), coalesce(x.position_id, y.position_id),
      coalesce(x.organisation_id, y.organisation_id),
      case when y.change_id is null then 'too_much' when x.change_id is null then 'missing' else 'differs' end
    from cause x full join cause_computed(null, null) y on y.change_id = x.change_id and y.position_id = x.position_id
      and y.organisation_id = x.organisation_id
    where x is distinct from y;
end $$;

-- How many organisations of each level stand behind a change, for the public: none
-- of fewer than five, and no level of which fewer than five do. Levels below that
-- are one number, with so many of the others that it has five too; what is left
-- out can then not be found by taking away.
create or replace function app.levels_behind(p_change_id bigint) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  c_least constant int := 5;
  v_total bigint;
  v_shown json;
  v_rest bigint;
begin
  with o as (select distinct x.organisation_id, x.level from cause x where x.change_id = p_change_id),
    l as (select o.level, count(*) as count from o group by o.level),
    s as (select l.*, sum(l.count) over (order by l.count, l.level) as up_to, -- with those that are not larger
        coalesce((select sum(m.count) from l m where m.count < c_least), 0) as small from l)
    select sum(s.count), json_agg(json_build_object('level', s.level, 'count', s.count) order by s.count desc, s.level)
        filter (where s.small = 0 or s.count >= c_least and s.up_to - s.count >= c_least),
        sum(s.count) filter (where s.small > 0 and not (s.count >= c_least and s.up_to - s.count >= c_least))
      into v_total, v_shown, v_rest from s;
  return case when v_total >= c_least then json_build_object('organisations', v_total, 'levels', coalesce(v_shown, '[]'),
    'rest', v_rest) end;
end $$;

-- A group that an assessment is of: at the desk, also for who does not form groups.
create or replace function app.group_behind(p_group_id bigint) returns app.position_group
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  g app.position_group;
begin
  select x.* into g from position_group x where x.id = p_group_id;
  return g;
end $$;

-- Which changes of published editions the points of a house have caused, as far as
-- it was told: the assessment that is cited, now or before, or a later version of
-- it that decides the same.
create or replace function app.changes_told(p_organisation_id bigint, p_points app.told_point[], p_at timestamptz)
returns table (position_id bigint, change_id bigint)
language plpgsql stable security definer set search_path = app, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  return query select distinct x.position_id, k.change_id
    from unnest(p_points) x join cause k on k.position_id = x.position_id and k.organisation_id = p_organisation_id
      join change h on h.id = k.change_id join edition e on e.id = h.edition_id and e.state = 'published'
      join change_cause c on c.change_id = h.id join assessment a on a.id = c.assessment_id
      join assessment t on t.id = x.assessment_id
    where x.told_at <= p_at and (a.id = t.id
      or a.decision = t.decision and a.version < t.version and (a.position_id = t.position_id or a.group_id = t.group_id)
      or exists (select from reply_point y join reply_release r on r.id = y.release_id
        where y.position_id = x.position_id and y.assessment_id = a.id and r.cancelled_at is null and r.at <= p_at));
end $$;

grant execute on function app.changes_told(bigint, app.told_point[], timestamptz), app.group_behind(bigint), app.cause_lock(boolean), app.cause_computed(bigint[], bigint[]), app.cause_keep(bigint[], bigint[]),
  app.cause_faults(), app.levels_behind(bigint) to resonanz_owner;
set local role resonanz_owner;
