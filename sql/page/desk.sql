-- "Mein Tisch": what is to be done, by its day.

-- Counted to 10,001 each: the figures of a larger stage would cost a second.
create or replace function app.desk_progress(p_stage_id bigint, out total bigint, out is_capped boolean, out rows json)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  select coalesce(sum(x.count), 0), max(x.count) > 10000,
      json_agg(json_build_object('decision', d.decision, 'count', least(x.count, 10000), 'is_capped', x.count > 10000) order by d.place)
    into total, is_capped, rows
    from (values (1, 'adopted'), (2, 'partly'), (3, 'not_adopted'), (4, 'noted'), (5, 'referred'), (6, 'open')) d(place, decision)
      cross join lateral (select count(*) as count from (select from position p
        where p.stage_id = p_stage_id and p.is_current and p.decision = d.decision limit 10001) y) x;
  total := case when is_capped then 10000 else total end;
end $$;

-- What a sponsor has returned and nobody has saved anew since.
create or replace function app.returned_positions(p_stage_id bigint) returns setof app.position
language plpgsql stable rows 20 as $$
begin
  return query select x.* from (select distinct a.assessment_id from assessment_approval a where a.verdict = 'returned') r
      join position x on x.assessment_id = r.assessment_id
    where x.stage_id = p_stage_id and x.is_current order by x.sort_target, x.sort_key, x.id limit 20;
end $$;

-- Days that come: approvals that sponsors owe, papers, the session.
create or replace function app.desk_dates(s app.stage, p_today date) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('on', x.on_day, 'kind', x.kind, 'name', x.name, 'count', x.count,
      'is_late', x.on_day < p_today) order by x.on_day, x.kind, x.name), '[]')
    from (select y.due_on as on_day, 'approval' as kind, n.short_name::text as name, y.count
        from (select a.due_on, a.organisation_id, count(distinct a.assessment_id) as count
            from assessment_approval a join position p on p.assessment_id = a.assessment_id and p.is_current
            where p.stage_id = s.id and a.verdict is null and a.due_on is not null group by 1, 2) y
          cross join lateral name_on(y.organisation_id, p_today) n
      union all select r.due_on, 'barrier', r.number, null from (select x.* from barrier_report x where x.state = 'open'
        order by x.due_on, x.id limit 20) r
      union all select statement_due(), 'statement', null, null
        where my_roles()::text[] @> '{moderator}' and statement_due() < p_today + 31
      union all select s.papers_due_on, 'papers', null, null where s.papers_due_on >= p_today
      union all select s.session_on, 'session', s.session_number::text, null where s.session_on >= p_today) x);
end $$;

create or replace function page.desk(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_shown constant int := 50;
  s app.stage := desk_stage(p_consultation);
  n record;
begin
  if s.id is null then
    return null;
  end if;
  select * into n from desk_progress(s.id);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'desk'),
    'consultation', consultation_json(s.consultation_id),
    'assigned', (select coalesce(json_agg(work_line(s, p, p_consultation)::jsonb || jsonb_build_object('href', position_href(
        '/consultations/' || p_consultation, position_number(s.kind, s.number, p.number, p.part), 'assignee=me')) order by p.due_on nulls last, p.sort_target, p.sort_key, p.id), '[]')
      from (select x.* from position x where x.stage_id = s.id and x.is_current and x.id = any (my_positions(p_me, s.id))
        order by x.due_on nulls last, x.sort_target, x.sort_key, x.id limit c_shown) p),
    'assigned_count', cardinality(my_positions(p_me, s.id)),
    'proposals', case when p_me.roles @> '{moderator}' then proposal_count(s.id) end,
    'returned', (select coalesce(json_agg(work_line(s, p, p_consultation) order by p.sort_target, p.sort_key, p.id), '[]')
      from returned_positions(s.id) p),
    'progress', n.rows, 'total', n.total, 'is_capped', n.is_capped,
    'submissions', (select count(*) from current_version c where c.stage_id = s.id and not c.is_nil),
    'dates', desk_dates(s, today()),
    'declarations', (select count(*) from cooperation_declaration x where x.verdict is null),
    'me', json_build_object('key', (select x.key from person x where x.id = p_me.person_id), 'is_moderator', p_me.roles @> '{moderator}'));
end $$;
