-- Fixes what all are told, and when. The numbers are those that the page showed:
-- with others it is a conflict, and nothing is scheduled.

-- A day and a time of a form, to come, within a year.
create or replace function app.read_moment(p_day text, p_time text) returns timestamptz
language plpgsql stable as $$
declare
  v_day date := read_day(p_day, 'on_day');
  v_time text[] := regexp_match(btrim(p_time), '^(\d{1,2})[:.](\d{2})(?:\s*Uhr)?$');
  v_at timestamptz;
begin
  if v_day is null then
    perform fail('CN422', 'required', 'on_day');
  elsif v_time is null or v_time[1]::int > 23 or v_time[2]::int > 59 then
    perform fail('CN422', 'bad_clock', 'on_time');
  end if;
  v_at := (v_day + make_time(v_time[1]::int, v_time[2]::int, 0)) at time zone 'Europe/Berlin';
  if v_at <= app.now() then
    perform fail('CN422', case when v_day < today() then 'day_past' else 'time_past' end,
      case when v_day < today() then 'on_day' else 'on_time' end, json_build_object('today', today(), 'now', app.now()));
  elsif v_day > today() + 366 then
    perform fail('CN422', 'deadline_far', 'on_day');
  end if;
  return v_at;
end $$;

create or replace function app.ask_back_end(p_at timestamptz, p_days int) returns timestamptz
language plpgsql stable as $$
begin
  return end_of_day((p_at at time zone 'Europe/Berlin')::date + p_days);
end $$;

create or replace function app.lock_replies(p_stage_id bigint) returns void
language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtext('reply_release'), p_stage_id::int);
end $$;

-- Points first: whom they concern follows from them.
create or replace function app.fix_replies(r app.reply_release, s app.stage) returns void
language plpgsql volatile set plan_cache_mode = force_custom_plan as $$
declare
  v_answers bigint[];
begin
  with c as materialized (select * from reply_changes(s)),
    told as (insert into reply_point (release_id, stage_id, position_id, assessment_id, is_dropped)
      select r.id, s.id, c.position_id, c.assessment_id, c.is_dropped from c)
    select array_agg(c.released_answer_id) into v_answers from c;
  insert into reply_version (release_id, stage_id, organisation_id, response_version_id, body)
    select r.id, s.id, x.organisation_id, x.response_version_id, x.body from reply_recipients(s, v_answers) x;
end $$;

create or replace function action.reply_schedule(p_me app.caller, p_consultation text, p_on_day text, p_on_time text,
  p_ask_back_days text, p_organisations bigint, p_told bigint, p_missing bigint, p_anyway boolean, p_reason text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.reply_release;
  x record;
  v_missing bigint;
  v_at timestamptz;
  v_days int;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  elsif stage_state(s) in ('planned', 'open') then
    perform fail('CN409', 'reply_early', null, json_build_object('closes_at', s.closes_at));
  end if;
  perform lock_replies(s.id);
  if (next_release(s.id)).id is not null then
    perform fail('CN409', 'reply_scheduled');
  end if;
  v_at := read_moment(p_on_day, p_on_time);
  if btrim(p_ask_back_days) !~ '^\d{1,3}$' or btrim(p_ask_back_days)::int not between 1 and 180 then
    perform fail('CN422', 'ask_back_days', 'ask_back_days');
  end if;
  v_days := btrim(p_ask_back_days)::int;
  select * into x from reply_stand(s, 0);
  v_missing := (x.missing ->> 'count')::bigint;
  if (x.effect ->> 'organisations')::bigint = 0 then
    perform fail('CN409', 'reply_nothing');
  elsif ((x.effect ->> 'organisations')::bigint, (x.effect ->> 'told')::bigint, v_missing)
      is distinct from (p_organisations, p_told, p_missing) then
    perform fail('CN409', 'reply_changed');
  elsif v_missing > 0 and p_anyway is not true then
    perform fail('CN422', 'reply_anyway', 'anyway', json_build_object('count', v_missing));
  elsif v_missing > 0 and text_or_null(p_reason) is null then
    perform fail('CN422', 'reply_reason', 'reason');
  end if;
  update stage y set ask_back_days = v_days where y.id = s.id and y.ask_back_days <> v_days;
  insert into reply_release (stage_id, number, at, ask_back_until, sponsors)
    values (s.id, coalesce((last_release(s.id)).number, 0) + 1, v_at, ask_back_end(v_at, v_days), sponsor_names(s.consultation_id))
    returning * into r;
  perform fix_replies(r, s);
  insert into reply_release_step (release_id, kind, at, reason, made_at, made_by)
    values (r.id, 'scheduled', v_at, text_or_null(p_reason), app.now(), p_me.person_id);
  perform audit(p_me, 'reply.schedule', 'reply_release', r.id, null, null, p_organisations);
  return json_build_object('location', '/consultations/' || p_consultation || '/replies/release?notice=reply_scheduled',
    'at', v_at, 'release', r.key);
end $$;
