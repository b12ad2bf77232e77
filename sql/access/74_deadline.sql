-- More time for one organisation: asked for and granted or refused, or given
-- unasked. The server's clock decides, nothing else.

-- A deadline is said as a day and ends with it, in Germany.
create or replace function app.end_of_day(p_day date) returns timestamptz
language plpgsql stable parallel safe as $$
begin
  return (p_day + 1)::timestamp at time zone 'Europe/Berlin' - interval '1 second';
end $$;

-- A deadline as forms take it: the day, and the time unless the day ends with it.
create or replace function app.deadline_text(p_at timestamptz) returns text
language plpgsql stable parallel safe set search_path = app, pg_temp as $$
declare
  v_at timestamp := p_at at time zone 'Europe/Berlin';
begin
  return to_char(v_at, case when p_at = end_of_day(v_at::date) then 'DD.MM.YYYY' else 'DD.MM.YYYY HH24:MI' end);
end $$;

-- The day of a form as a deadline, 03.05.2024 or 03.05.2024 12:00: to come, and later than what holds.
create or replace function app.read_deadline(p_text text, p_after timestamptz, p_field text default 'until')
returns timestamptz
language plpgsql stable as $$
declare
  v text[] := regexp_match(btrim(p_text), '^(.*\d),?\s+(\d{1,2})[:.](\d{2})(\s*Uhr)?$');
  v_day date := read_day(coalesce(v[1], p_text), p_field);
  v_at timestamptz := end_of_day(v_day);
begin
  if v_day is null then
    perform fail('CN422', 'required', p_field);
  elsif v is not null and (v[2]::int > 23 or v[3]::int > 59) then
    perform fail('CN422', 'bad_time', p_field);
  elsif v is not null then
    v_at := (v_day + make_time(v[2]::int, v[3]::int, 0)) at time zone 'Europe/Berlin';
  end if;
  if v_at < app.now() then
    perform fail('CN422', 'day_past', p_field, json_build_object('today', today()));
  elsif v_at <= p_after then
    perform fail('CN422', 'deadline_early', p_field, json_build_object('closes_at', p_after));
  elsif v_day > today() + 366 then
    perform fail('CN422', 'deadline_far', p_field);
  end if;
  return v_at;
end $$;

-- Gives the time: in answer to the request that is open, if there is one.
create or replace function app.grant_time(p_me app.caller, p app.participation, p_until timestamptz, p_reason text,
  p_reopens boolean) returns void
language plpgsql volatile as $$
begin
  update extension x set verdict = 'granted', until = p_until, reopens = p_reopens, reason = p_reason,
      decided_by = p_me.person_id, decided_at = app.now()
    where x.stage_id = p.stage_id and x.organisation_id = p.organisation_id and x.verdict is null;
  if not found then
    insert into extension (stage_id, organisation_id, verdict, until, reopens, reason, decided_by, decided_at)
      values (p.stage_id, p.organisation_id, 'granted', p_until, p_reopens, p_reason, p_me.person_id, app.now());
  end if;
  update participation x set extended_until = p_until, extension_reason = p_reason
    where x.stage_id = p.stage_id and x.organisation_id = p.organisation_id;
end $$;

-- To who writes and who releases in that house; once to each.
create or replace function app.mail_writers(p_me app.caller, s app.stage, p_organisation_id bigint, p_template text,
  p_args jsonb) returns void
language plpgsql volatile as $$
begin
  perform queue_mail(p_template, x.person_id, null, p_organisation_id, p_args || jsonb_build_object('consultation',
      stage_address(s)), null, null)
    from (select distinct m.person_id from membership m join person p on p.id = m.person_id and p.state = 'active'
      where m.organisation_id = p_organisation_id and m.role in ('editor', 'releaser') and m.valid @> today()
        and coalesce(m.consultation_id, s.consultation_id) = s.consultation_id) x;
end $$;

-- What was asked and said, the last first; p_open: only what waits.
create or replace function app.extensions_of(p_stage_id bigint, p_organisation_id bigint, p_open boolean) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'wanted_until', x.wanted_until, 'wish', x.wish,
      'asked_at', x.asked_at, 'verdict', x.verdict, 'until', x.until, 'reopens', x.reopens, 'reason', x.reason,
      'decided_at', x.decided_at, 'organisation', json_build_object('code', o.code, 'name', n.name,
        'short_name', n.short_name)) order by x.id desc), '[]')
    from extension x join organisation o on o.id = x.organisation_id, name_on(o.id, today()) n
    where x.stage_id = p_stage_id and x.organisation_id = coalesce(p_organisation_id, x.organisation_id)
      and (x.verdict is null or not p_open));
end $$;
