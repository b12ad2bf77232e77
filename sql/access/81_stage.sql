-- Stages: their windows in working days, their waves, and what is done with one
-- after it has opened.

-- The days from p_from to p_until, both included, on which offices work
-- everywhere: no weekend, and none of the holidays that all Länder have.
create or replace function app.working_days(p_from date, p_until date) returns int
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select count(*) from generate_series(p_from, least(p_until, p_from + 3660), interval '1 day') d(day)
    where extract(isodow from d.day) < 6
      and not exists (select from code c where c.list_key = 'holiday' and c.key = to_char(d.day, 'YYYY-MM-DD')));
end $$;

-- The holidays of these days that are no weekend; laender: null for all of them.
create or replace function app.holidays_between(p_from date, p_until date)
returns table (day date, name text, laender text)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query select left(c.key, 10)::date, regexp_replace(c.label, ' \d{4}$', ''),
      nullif(replace(substr(c.key, 12), '-', ', '), '')
    from code c where c.list_key = 'holiday' and c.key >= to_char(p_from, 'YYYY-MM-DD')
      and left(c.key, 10) <= to_char(p_until, 'YYYY-MM-DD') and extract(isodow from left(c.key, 10)::date) < 6
    order by c.key;
end $$;

-- What the length of a window means: its working days, the holidays in it, and
-- up to which year holidays are known. Null without a window.
create or replace function app.window_days(p_opens_at timestamptz, p_closes_at timestamptz) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_from date := (p_opens_at at time zone 'Europe/Berlin')::date;
  v_until date := (p_closes_at at time zone 'Europe/Berlin')::date;
begin
  return (select case when v_from <= v_until then json_build_object('days', working_days(v_from, v_until),
      'is_short', working_days(v_from, v_until) < 20,
      'holidays', string_agg(h.name || ' ' || to_char(h.day, 'DD.MM.'), ', ' order by h.day) filter (where h.laender is null),
      'laender', string_agg(h.name || ' ' || to_char(h.day, 'DD.MM.') || ' (' || h.laender || ')', ', ' order by h.day)
        filter (where h.laender is not null),
      'known_until', (select max(left(c.key, 4)) from code c where c.list_key = 'holiday'),
      'is_unknown', to_char(v_until, 'YYYY') > coalesce((select max(left(c.key, 4)) from code c where c.list_key = 'holiday'), '')) end
    from holidays_between(v_from, v_until) h);
end $$;

-- A moment of the window: 25.03.2024, or with a time 25.03.2024 09:00. Without
-- one a window begins and ends with the day.
create or replace function app.read_window(p_text text, p_field text, p_is_end boolean) returns timestamptz
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v text[] := regexp_match(btrim(p_text), '^(.*\d),?\s+(\d{1,2})[:.](\d{2})(\s*Uhr)?$');
  v_day date := read_day(coalesce(v[1], p_text), p_field);
begin
  if v is not null and (v[2]::int > 23 or v[3]::int > 59) then
    perform fail('CN422', 'bad_time', p_field);
  elsif v is not null then
    return (v_day + make_time(v[2]::int, v[3]::int, 0)) at time zone 'Europe/Berlin';
  elsif p_is_end then
    return end_of_day(v_day);
  end if;
  return v_day::timestamp at time zone 'Europe/Berlin';
end $$;

create or replace function app.window_text(p_at timestamptz) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_at timestamp := p_at at time zone 'Europe/Berlin';
begin
  return case when v_at is null then '' when v_at = v_at::date then to_char(v_at, 'DD.MM.YYYY') else deadline_text(p_at) end;
end $$;

create or replace function app.demand_window(s app.stage, p_is_short_fine boolean) returns void
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_days json := window_days(s.opens_at, s.closes_at);
begin
  if num_nonnulls(s.opens_at, s.closes_at) = 1 then
    perform fail('CN422', 'required', case when s.opens_at is null then 'opens' else 'closes' end);
  elsif s.opens_at < today()::timestamp at time zone 'Europe/Berlin' then
    perform fail('CN422', 'day_past', 'opens', json_build_object('today', today()));
  elsif s.closes_at <= greatest(s.opens_at, app.now()) then
    perform fail('CN422', 'period_turned', 'closes');
  elsif s.closes_at > s.opens_at + interval '366 days' then
    perform fail('CN422', 'window_long', 'closes');
  elsif (v_days ->> 'is_short')::boolean and p_is_short_fine is not true then
    perform fail('CN422', 'window_short', 'closes', v_days);
  end if;
end $$;

-- The fields of a form that are no part of the window; s: what is to be filled.
create or replace function app.read_stage(s app.stage, p_kind text, p_title text, p_purpose text, p_edition text,
  p_opens text, p_closes text, p_session text, p_session_on text, p_papers_due_on text, p_short_window boolean)
returns app.stage
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if p_kind is null or p_kind not in ('consultation', 'evaluation', 'review') then
    perform fail('CN422', 'choose', 'kind');
  elsif text_or_null(p_title) is null then
    perform fail('CN422', 'required', 'title');
  elsif p_session <> '' and btrim(p_session) !~ '^\d{1,4}$' then
    perform fail('CN422', 'bad_number', 'session');
  end if;
  s.kind := p_kind;
  s.title := btrim(p_title);
  s.purpose := text_or_null(p_purpose);
  select e.id into s.edition_id from edition e where e.consultation_id = s.consultation_id and e.state = 'published'
    and e.number::text = p_edition;
  if s.edition_id is null then
    perform fail('CN422', 'choose', 'edition');
  end if;
  s.opens_at := read_window(p_opens, 'opens', false);
  s.closes_at := read_window(p_closes, 'closes', true);
  perform demand_window(s, p_short_window);
  s.session_number := nullif(btrim(p_session), '')::int;
  s.session_on := read_day(p_session_on, 'session_on');
  s.papers_due_on := read_day(p_papers_due_on, 'papers_due_on');
  if s.papers_due_on > s.session_on then
    perform fail('CN422', 'papers_late', 'papers_due_on');
  end if;
  return s;
end $$;

-- In which wave an organisation is asked.
create or replace function app.wave_of(p_stage_id bigint, p_seat_status text, p_level text) returns int
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return coalesce((select w.wave from stage_wave w
    where w.stage_id = p_stage_id and return_group(p_seat_status, p_level) = any (w.groups) order by w.wave limit 1), 1);
end $$;

-- p_groups: group -> wave, as the form says; p_opens: when the second and the third begin.
create or replace function app.set_waves(s app.stage, p_groups jsonb, p_opens text[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_groups text[];
  v_at timestamptz;
begin
  delete from stage_wave w where w.stage_id = s.id;
  for i in 2..3 loop
    v_groups := array(select g.key from jsonb_each_text(p_groups) g where g.value = i::text order by g.key);
    v_at := read_window(p_opens[i - 1], 'wave' || i || '_opens', false);
    if cardinality(v_groups) = 0 then
      continue;
    elsif v_at is null then
      perform fail('CN422', 'required', 'wave' || i || '_opens');
    elsif s.opens_at is null or v_at <= s.opens_at or v_at >= s.closes_at then
      perform fail('CN422', 'wave_outside', 'wave' || i || '_opens');
    end if;
    insert into stage_wave (stage_id, wave, opens_at, groups) values (s.id, i, v_at, v_groups);
  end loop;
  update participation p set wave = wave_of(s.id, p.seat_status, p.level) where p.stage_id = s.id
    and p.wave <> wave_of(s.id, p.seat_status, p.level);
end $$;

-- The edition of a stage that is planned, and with it what can be answered; frozen when the stage opens.
create or replace function app.set_stage_edition(p_stage_id bigint, p_edition_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  delete from target t where t.stage_id = p_stage_id and t.edition_id <> p_edition_id;
  update stage s set edition_id = p_edition_id where s.id = p_stage_id;
  if not exists (select from target t where t.stage_id = p_stage_id) then
    perform job.make_targets(p_stage_id);
  end if;
end $$;

-- Of the consultation of an address, by its key and locked; CN404 for none.
create or replace function app.stage_to_change(p_consultation text, p_stage text) returns app.stage
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  s app.stage;
begin
  select x.* into s from stage x where x.consultation_id = consultation_at(p_consultation) and x.key = p_stage for update;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return s;
end $$;

-- What comes next for a stage that has closed; null before and after all.
create or replace function app.next_stage_state(s app.stage) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case stage_state(s) when 'closed' then 'weighed' when 'weighed' then 'reported' when 'reported' then 'archived' end;
end $$;

-- Positions that nobody has decided on yet.
create or replace function app.open_positions(p_stage_id bigint) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select count(*) from position p where p.stage_id = p_stage_id and p.is_current and not p.set_aside
    and p.decision = 'open');
end $$;

-- To who writes and releases, or to the office where nobody does yet.
create or replace function app.mail_stage(s app.stage, p_organisation_id bigint, p_until timestamptz) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_args jsonb := jsonb_build_object('consultation', stage_address(s), 'closes_at', p_until);
  v_key text := 'stage-extended-' || s.id || '-' || extract(epoch from p_until)::bigint;
begin
  perform mail_house_of(p_organisation_id, s.consultation_id, 'stage_extended', v_args, v_key);
  perform queue_mail('stage_extended', null, o.office_mail, o.id, v_args, null, v_key || ' ' || o.id)
    from organisation o where o.id = p_organisation_id and o.office_mail is not null
      and not exists (select from membership m join person p on p.id = m.person_id and p.state = 'active'
        where m.organisation_id = o.id and m.role in ('editor', 'releaser') and m.valid @> today()
          and coalesce(m.consultation_id, s.consultation_id) = s.consultation_id);
end $$;
