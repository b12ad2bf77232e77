-- Telling all together: what a release made now would tell and whom, what is
-- still open, and the one that is scheduled.

-- All numbers of the page from one reading, as the act compares them. rows: the
-- first that are open; is_decided: only the approval of a sponsor is missing.
create or replace function app.reply_stand(s app.stage, p_limit int, out positions json, out missing json, out effect json)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  r record;
begin
  with n as materialized (select * from reply_now(s)),
  l as materialized (select * from reply_last(s.id, app.now())),
  c as materialized (select coalesce(n.released_answer_id, (select p.released_answer_id from position p
      where p.id = l.position_id)) as released_answer_id, n.assessment_id, n.position_id is null as is_dropped
    from n full join l on l.position_id = n.position_id
    where l.position_id is null or (n.assessment_id, n.position_id is null) is distinct from (l.assessment_id, l.is_dropped)),
  m as materialized (select n.position_id, n.is_decided, p.sort_target, p.sort_key from n
      join position p on p.id = n.position_id where n.assessment_id is null
    order by n.is_decided, p.sort_target, p.sort_key, p.id limit p_limit)
  select (select json_build_object('of', count(*), 'decided', count(*) filter (where n.is_decided), 'told', count(n.assessment_id)) from n) as positions,
      (select count(*) from n where n.assessment_id is null and not n.is_decided) as undecided,
      (select count(*) from n where n.assessment_id is null and n.is_decided) as unapproved,
      (select array_agg(c.released_answer_id) from c) as answers,
      (select count(*) from c where not c.is_dropped) as points, (select count(c.assessment_id) from c) as told,
      (select coalesce(json_agg(json_build_object('number', point_key(s, p), 'target', t.key, 'title', target_title(t),
          'organisation', json_build_object('code', o.code, 'short_name', w.short_name), 'is_decided', m.is_decided)
          order by m.is_decided, m.sort_target, m.sort_key, p.id), '[]')
        from m join position p on p.id = m.position_id join target t on t.id = p.target_id
          join organisation o on o.id = p.organisation_id, name_on(o.id, today()) w) as rows
    into r;
  positions := r.positions;
  missing := json_build_object('count', r.undecided + r.unapproved, 'undecided', r.undecided, 'unapproved', r.unapproved, 'rows', r.rows);
  effect := json_build_object('organisations', (select count(*) from reply_recipients(s, r.answers)),
    'submitted', (select count(*) from current_version c where c.stage_id = s.id), 'points', r.points, 'told', r.told);
end $$;

create or replace function page.reply_release(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  n app.reply_release := next_release(s.id);
  l app.reply_release := last_release(s.id);
  x record;
begin
  if s.id is null then
    return null;
  end if;
  select * into x from reply_stand(s, 50);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'replies'),
    'consultation', consultation_json(s.consultation_id),
    'state', stage_state(s), 'is_open', stage_state(s) in ('planned', 'open'),
    'sponsors', to_json(sponsor_names(s.consultation_id)),
    'positions', x.positions, 'missing', x.missing,
    'effect', case when n.id is null then x.effect end, 'next', reply_release_json(n), 'last', reply_release_json(l), 'is_update', l.id is not null,
    'history', reply_history(s.id),
    'can', json_build_object('schedule', n.id is null and stage_state(s) not in ('planned', 'open')
      and (x.effect ->> 'organisations')::bigint > 0),
    'form', json_build_object('on_day', to_char(coalesce(n.at at time zone 'Europe/Berlin', today() + 1), 'DD.MM.YYYY'),
      'on_time', coalesce(to_char(n.at at time zone 'Europe/Berlin', 'HH24:MI'), '09:00'),
      'ask_back_days', s.ask_back_days::text, 'anyway', '', 'reason', '', 'move_reason', '', 'cancel_reason', ''));
end $$;
