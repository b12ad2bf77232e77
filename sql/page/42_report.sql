-- Papers for a session: what stands in them, read live while they are drafts.

create or replace function app.report_at(p_consultation text, p_report text) returns app.report
language plpgsql stable as $$
begin
  return (select r from report r where r.key = p_report and r.consultation_id = consultation_at(p_consultation));
end $$;

create or replace function app.report_titles() returns text[]
language sql immutable parallel safe as $$
  select array['Deckblatt', 'Beschlussvorschlag', 'Sachstand und Vorgehen', 'Ergebnisse', 'Umgang mit den Rückmeldungen',
    'Nächste Schritte', 'Anlagen']
$$;

-- The words of a paper: it is German by itself, wherever it is read.
create or replace function app.report_word(p_list text, p_code text) returns text
language sql immutable parallel safe as $$
  select coalesce('{"kind": {"interim": "Zwischenbericht", "result": "Ergebnisbericht", "decision": "Beschlussvorlage"},
    "purpose": {"decide": "Beschluss", "note": "Kenntnisnahme"},
    "stance": {"agree": "Zustimmung", "agree_changed": "Zustimmung mit Änderung", "reject": "Ablehnung", "note": "Hinweis",
      "no_position": "keine Angabe"},
    "outcome": {"agree": "Zustimmung", "agree_changed": "mit Änderung", "reject": "Ablehnung", "note": "Hinweis",
      "no_position": "keine Angabe", "nil": "Fehlanzeige", "not_applicable": "nicht zutreffend", "no_answer": "ohne Antwort",
      "outstanding": "noch ausstehend", "not_asked": "nicht gefragt", "not_invited": "nicht eingeladen"},
    "decision": {"adopted": "übernommen", "partly": "teilweise übernommen", "not_adopted": "nicht übernommen",
      "noted": "zur Kenntnis genommen", "referred": "verwiesen", "open": "noch offen"},
    "seat": {"voting": "Sitz", "advisory": "beratend", "none": "weitere"},
    "group": {"bund": "Bund", "laender": "Länder", "advisory": "Beratende Mitglieder", "municipal": "Kommunen",
      "others": "Weitere Eingeladene", "voting": "Sitze", "all": "Alle Eingeladenen"}}'::jsonb -> p_list ->> p_code, p_code)
$$;

create or replace function app.report_day(p_day date) returns text
language sql immutable parallel safe as $$
  select to_char(p_day, 'DD.MM.YYYY')
$$;

create or replace function app.report_moment(p_at timestamptz) returns text
language sql stable parallel safe as $$
  select to_char(p_at at time zone 'Europe/Berlin', 'DD.MM.YYYY, HH24:MI') || ' Uhr'
$$;

-- Where its rows are: always by the stage, which later stages do not change.
create or replace function app.report_base(s app.stage) returns text
language plpgsql stable as $$
begin
  return (select '/consultations/' || c.slug || '.' || s.key from consultation c where c.id = s.consultation_id);
end $$;

-- The last one that was frozen for the stage, before this one.
create or replace function app.report_before(r app.report) returns app.report
language plpgsql stable as $$
begin
  return (select x from report x where x.stage_id = r.stage_id and x.state = 'frozen'
    and (r.number is null or x.number < r.number) order by x.number desc limit 1);
end $$;

-- Positions that are decided otherwise than when a report was frozen, that came
-- after it or are not there any more: by its basis, whatever the clock says.
create or replace function app.report_changes(r app.report)
returns table (number text, target text, before text, now text, cause text, saved_by text, saved_at timestamptz)
language plpgsql stable rows 100 as $$
declare
  s app.stage := (select x from stage x where x.id = r.stage_id);
begin
  return query select position_number(s.kind, s.number, p.number, p.part), t.key,
      case when b.position_id is not null then coalesce(o.decision, 'open') end,
      case when p.is_current then coalesce(a.decision, 'open') end, a.body::text, desk_name(a.saved_by), a.saved_at
    from position p
      left join report_basis b on b.report_id = r.id and b.position_id = p.id
      left join assessment o on o.id = b.assessment_id
      left join assessment a on a.id = p.assessment_id
      join stage_targets(s.id) t on t.id = p.target_id
    where p.stage_id = s.id and (p.is_current and b.position_id is null
      or b.position_id is not null and (not p.is_current or p.assessment_id is distinct from b.assessment_id))
    order by p.sort_target, p.sort_key, p.id;
end $$;

-- What stands between braces in a text: the line, the word and whether the line is its own.
create or replace function app.report_places(p_body text)
returns table (line int, word text, is_alone boolean)
language sql immutable parallel safe rows 20 as $$
  select l.n::int, btrim(m.m[1]), btrim(l.text) = '{{' || m.m[1] || '}}'
    from regexp_split_to_table(replace(p_body, e'\r', ''), e'\n') with ordinality l(text, n),
      regexp_matches(l.text, '\{\{([^{}]*)\}\}', 'g') m(m)
$$;

-- The sections, the figures and blocks they name; what a reader is shown and what is frozen.
create or replace function app.report_data(r app.report) returns jsonb
language plpgsql stable as $$
declare
  s app.stage := (select x from stage x where x.id = r.stage_id);
  v_words text[] := array(select distinct x.word from report_section y, report_places(y.body) x where y.report_id = r.id);
  v_session text := concat_ws(' am ', r.session_number || '. Sitzung', report_day(r.session_on));
begin
  return jsonb_build_object('form', 1, 'kind', r.kind, 'kind_title', report_word('kind', r.kind), 'title', r.title, 'mark', r.mark,
    'number', null, 'frozen', null, 'session', nullif(v_session, ''),
    'consultation', (select c.title from consultation c where c.id = r.consultation_id), 'stage', s.title,
    'cover', (select jsonb_agg(jsonb_build_object('name', x.name, 'value', x.value) order by x.n) from (values
        (1, 'Sitzung', nullif(v_session, '')), (2, 'TOP', r.agenda_item::text), (3, 'Titel', r.title::text),
        (4, 'Berichterstattung', r.speaker::text), (5, 'Art', report_word('purpose', r.purpose)),
        (6, 'Vertraulichkeit', r.mark::text)) x(n, name, value) where x.value is not null),
    'sections', (select jsonb_agg(jsonb_build_object('number', x.number, 'title', (report_titles())[x.number],
        'body', coalesce(x.body::text, '')) order by x.number) from report_section x where x.report_id = r.id),
    'figures', (select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(report_figures(r, s)) f
      where 'zahl:' || f.key = any (v_words)),
    'blocks', report_blocks(r, s, v_words));
end $$;

-- As it is read now; of a frozen one, its bytes.
create or replace function app.report_json(r app.report) returns json
language plpgsql stable as $$
begin
  return case when r.state = 'frozen' then convert_from(r.data, 'UTF8')::json else report_data(r)::json end;
end $$;

-- What every page says of it.
create or replace function app.report_head(r app.report) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', r.key, 'kind', r.kind, 'title', r.title, 'state', r.state, 'number', r.number,
      'draft_number', (select coalesce(max(x.number), 0) + 1 from report x where x.consultation_id = r.consultation_id),
      'session_number', r.session_number, 'session_on', r.session_on, 'agenda_item', r.agenda_item, 'speaker', r.speaker,
      'purpose', r.purpose, 'mark', r.mark, 'frozen_at', r.frozen_at, 'frozen_by', (select person_name(p) from person p where p.id = r.frozen_by),
      'hash', encode(r.data_hash, 'hex'), 'stage', json_build_object('number', s.number, 'kind', s.kind, 'title', s.title),
      'href', '/consultations/' || address(c.slug) || '/reports/' || r.key, 'saved_at', coalesce((select max(x.saved_at) from report_section x
        where x.report_id = r.id), r.created_at))
    from stage s join consultation c on c.id = s.consultation_id where s.id = r.stage_id);
end $$;

create or replace function app.report_changes_json(r app.report) returns json
language plpgsql stable as $$
begin
  return case when r.id is not null then (select json_build_object('number', r.number, 'count', count(*),
      'href', '/consultations/' || (select address(c.slug) from consultation c where c.id = r.consultation_id) || '/reports/' || r.key,
      'rows', coalesce(json_agg(json_build_object('number', x.number, 'target', x.target, 'before', x.before, 'now', x.now,
        'cause', x.cause, 'saved_by', x.saved_by, 'saved_at', x.saved_at,
        'href', report_base((select y from stage y where y.id = r.stage_id)) || '/positions/' || x.number)), '[]'))
    from report_changes(r) x) end;
end $$;
