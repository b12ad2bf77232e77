-- Telling all together: what a release made now would tell and whom, what is
-- still open, and the one that is scheduled.

-- What is open, the first of them by name; p_undecided: no decision yet, else the
-- approval of a sponsor is missing.
create or replace function app.reply_missing(s app.stage, p_limit int, out undecided bigint, out unapproved bigint, out rows json)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  with n as materialized (select * from reply_now(s) x where x.assessment_id is null)
  select count(*) filter (where not n.is_decided), count(*) filter (where n.is_decided),
      (select coalesce(json_agg(y.row), '[]') from (select json_build_object('number', point_key(s, p), 'target', t.key, 'title', target_title(t),
          'organisation', json_build_object('code', o.code, 'short_name', w.short_name), 'is_decided', m.is_decided) as row
        from n m join position p on p.id = m.position_id join target t on t.id = p.target_id
          join organisation o on o.id = p.organisation_id, name_on(o.id, today()) w
        order by m.is_decided, p.sort_target, p.sort_key, p.id limit p_limit) y)
    into undecided, unapproved, rows from n;
end $$;

-- The numbers a moderator sees before the act; the act compares them.
create or replace function app.reply_effect(s app.stage) returns json
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return (select json_build_object('organisations', (select count(*) from reply_recipients(s)),
      'submitted', (select count(*) from current_version c where c.stage_id = s.id),
      'points', count(*) filter (where not c.is_dropped), 'told', count(c.assessment_id))
    from reply_changes(s) c);
end $$;

create or replace function page.reply_release(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  n app.reply_release := next_release(s.id);
  l app.reply_release := last_release(s.id);
  m record;
  v_effect json;
begin
  if s.id is null then
    return null;
  end if;
  select * into m from reply_missing(s, 50);
  v_effect := case when n.id is null then reply_effect(s) end;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'replies'),
    'consultation', consultation_json(s.consultation_id),
    'state', stage_state(s), 'is_open', stage_state(s) in ('planned', 'open'),
    'sponsors', to_json(sponsor_names(s.consultation_id)),
    'positions', (select json_build_object('of', count(*), 'decided', count(*) filter (where x.is_decided),
      'told', count(x.assessment_id)) from reply_now(s) x),
    'missing', json_build_object('count', m.undecided + m.unapproved, 'undecided', m.undecided, 'unapproved', m.unapproved,
      'rows', m.rows),
    'effect', v_effect, 'next', reply_release_json(n), 'last', reply_release_json(l), 'is_update', l.id is not null,
    'history', reply_history(s.id),
    'can', json_build_object('schedule', n.id is null and stage_state(s) not in ('planned', 'open')
      and (v_effect ->> 'organisations')::bigint > 0),
    'form', json_build_object('on_day', to_char(coalesce(n.at at time zone 'Europe/Berlin', today() + 1), 'DD.MM.YYYY'),
      'on_time', coalesce(to_char(n.at at time zone 'Europe/Berlin', 'HH24:MI'), '09:00'),
      'ask_back_days', s.ask_back_days::text, 'anyway', '', 'reason', '', 'move_reason', '', 'cancel_reason', ''));
end $$;
