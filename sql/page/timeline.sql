-- What has been and what is to come, in the order of time: a list. „Sommer 2025“
-- stands where it begins; what has no time at all at the end, in its own order.
create or replace function app.day_in_words(p_text text) returns date
language plpgsql immutable parallel safe as $$
declare
  v_year int := substring(p_text from '\y(?:19|20)\d\d\y')::int;
begin
  return (select make_date(v_year, x.month, 1) from (values ('januar', 1), ('februar', 2), ('märz', 3), ('april', 4), ('mai', 5),
      ('juni', 6), ('juli', 7), ('august', 8), ('september', 9), ('oktober', 10), ('november', 11), ('dezember', 12),
      ('frühjahr', 3), ('frühling', 3), ('sommer', 6), ('herbst', 9), ('winter', 12), ('', 1)) x(word, month)
    where lower(p_text) like '%' || x.word || '%' order by length(x.word) desc limit 1);
end $$;

create or replace function app.timeline_entries(p_consultation_id bigint, p_base text)
returns table (kind text, on_date date, until date, label text, detail text, state text, href text, stage json, date_text text, place int)
language plpgsql stable as $$
declare
  v_zone constant text := 'Europe/Berlin';
begin
  return query
    select 'milestone', m.on_date, null::date, m.label::text, 'Beschluss ' || d.ref, null::text, '/council-decisions/' || d.ref, null::json, m.date_text, m.position
      from milestone m left join council_decision d on d.id = m.council_decision_id where m.consultation_id = p_consultation_id
        and not exists (select from stage s where s.id = m.stage_id and s.session_on = m.on_date)
    union all
    select 'stage', (s.opens_at at time zone v_zone)::date, (s.closes_at at time zone v_zone)::date, s.title::text, s.purpose,
        stage_state(s), null, json_build_object('kind', s.kind, 'number', s.number), null, 1000 + s.number
      from stage s where s.consultation_id = p_consultation_id
    union all
    select 'wave', (w.opens_at at time zone v_zone)::date, null, s.title::text, array_to_string(w.groups, ' '), null, null,
        json_build_object('kind', s.kind, 'number', s.number, 'wave', w.wave), null, w.wave
      from stage s join stage_wave w on w.stage_id = s.id where s.consultation_id = p_consultation_id
    union all
    select 'papers', s.papers_due_on, null, s.title::text, null, null, null, json_build_object('session', s.session_number), null, s.number
      from stage s where s.consultation_id = p_consultation_id and s.papers_due_on is not null
    union all
    select 'session', s.session_on, null, s.title::text, null, null, null,
        json_build_object('kind', s.kind, 'number', s.number, 'session', s.session_number), null, s.number
      from stage s where s.consultation_id = p_consultation_id and s.session_on is not null
    union all
    select 'edition', e.as_of, null, 'Fassung ' || e.number || coalesce(': ' || e.title, ''), e.note, null, p_base || '/editions/' || e.number, json_build_object('edition', e.number), null, e.number
      from edition e where e.consultation_id = p_consultation_id and e.state = 'published'
    union all
    select a.act, (a.at at time zone v_zone)::date, null, s.title::text, a.reason, null, null,
        json_build_object('kind', s.kind, 'number', s.number, 'closes_at', a.closes_at), null, s.number
      from stage_act a join stage s on s.id = a.stage_id where s.consultation_id = p_consultation_id;
end $$;

create or replace function page.timeline(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
begin
  return case when v_id is not null and (is_public(v_id) or p_me.roles @> '{moderator}') then json_build_object(
    'frame', frame(p_me, v_id, 'paper'),
    'consultation', consultation_json(v_id),
    'entries', (select coalesce(json_agg(json_build_object('kind', t.kind, 'on_date', t.on_date, 'until', t.until,
        'date_text', t.date_text, 'label', t.label, 'detail', t.detail, 'state', t.state, 'href', t.href, 'stage', t.stage,
        'is_past', coalesce(coalesce(t.until, t.on_date) < today(), false),
        'is_now', coalesce(today() between t.on_date and coalesce(t.until, t.on_date), false))
        order by coalesce(t.on_date, day_in_words(t.date_text)) nulls last, t.kind, t.place), '[]')
      from timeline_entries(v_id, '/consultations/' || p_consultation) t),
    'steps', (select coalesce(json_agg(json_build_object('key', x.key, 'kind', s.kind, 'number', s.number, 'body', x.body,
        'date_text', x.date_text) order by s.kind, s.number, x.position), '[]')
      from stage_step x join stage s on s.id = x.stage_id where s.consultation_id = v_id)) end;
end $$;
