-- Tables, charts and lists of a paper. A block is one of
--   {"type": "table", "caption", "base", "columns": [{"title", "width", "is_number"}], "rows": [[cell]]}
--   {"type": "chart", "chart": see chart.h, "table": a table}
--   {"type": "list", "items": [{"strong", "text", "number", "href"}], "empty"}
-- A cell is a word, a count or {"percent": [count, base]}.

-- p_columns: "Titel|width in percent|n for numbers".
create or replace function app.report_table(p_caption text, p_base text, p_columns text[], p_rows jsonb, p_empty text default null) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_build_object('type', 'table', 'caption', p_caption, 'base', p_base, 'empty', p_empty,
    'columns', (select jsonb_agg(jsonb_build_object('title', split_part(c, '|', 1), 'width', split_part(c, '|', 2)::int,
      'is_number', split_part(c, '|', 3) = 'n') order by n) from unnest(p_columns) with ordinality x(c, n)),
    'rows', coalesce(p_rows, '[]'))
$$;

create or replace function app.report_returns_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (with p as (select return_group(x.seat_status, x.level) as own, x.seat_status, c.response_id
      from participation x left join current_version c on c.stage_id = x.stage_id and c.organisation_id = x.organisation_id
      where x.stage_id = s.id),
    g as (select k.key, k.n, count(*) as of, count(p.response_id) as released
      from unnest(return_groups() || '{voting,all}') with ordinality k(key, n) join p on k.key in (p.own, p.seat_status, 'all') group by k.key, k.n)
    select report_table('Rücklauf nach Gruppen', sum(g.of) filter (where g.key = 'all') || ' eingeladene Organisationen',
      '{Gruppe|40,Eingeladen|20|n,Eingegangen|20|n,Anteil|20|n}',
      jsonb_agg(jsonb_build_array(report_word('group', g.key), g.of, g.released, jsonb_build_object('percent', jsonb_build_array(g.released, g.of)))
        order by g.n)) from g);
end $$;

-- Stances of the seats on each Grundsatz; the classes of a row add up to its base.
create or replace function app.report_opinion(s app.stage, p_kind text) returns jsonb
language plpgsql stable as $$
begin
  return (with o as (select t.key, t.title, y.position, sum(x.base) as base, array[sum(x.agree), sum(x.agree_changed), sum(x.reject), sum(x.note),
        sum(x.no_position), sum(x.nil), sum(x.not_applicable), sum(x.no_answer), sum(x.outstanding)]::bigint[] as n
      from outcome_rows(s.id, null, 'voting') x join stage_targets(s.id) t on t.id = x.target_id join target y on y.id = t.id
      where t.kind = p_kind group by t.key, t.title, y.position having sum(x.base) > 0)
    select jsonb_build_object('table', report_table('Meinungsbild der Sitze zu den Grundsätzen', 'gefragte Sitze je Grundsatz; das Meinungsbild ersetzt keine Entscheidung der Sitzung',
        '{Grundsatz|29,Zustimmung|12|n,mit Änderung|11|n,Ablehnung|11|n,Hinweis|9|n,ohne Haltung|10|n,ausstehend|11|n,Basis|7|n}',
        jsonb_agg(jsonb_build_array(o.key || ' ' || o.title, o.n[1], o.n[2], o.n[3], o.n[4], o.n[5] + o.n[6] + o.n[7] + o.n[8], o.n[9], o.base::bigint)
          order by o.position)),
      'chart', jsonb_build_object('kind', 'stacked', 'id', 'meinungsbild', 'title', 'Meinungsbild der Sitze zu den Grundsätzen',
        'desc', 'Balken je Grundsatz; die Zahlen stehen in der Tabelle darunter.', 'width', 720, 'classes', outcome_classes(),
        'classes_labels', (select jsonb_agg(report_word('outcome', c) order by n) from json_array_elements_text(outcome_classes()) with ordinality x(c, n)),
        'rows', jsonb_agg(jsonb_build_object('label', o.key || ' ' || o.title, 'n', o.base::bigint, 'values', to_jsonb(o.n)) order by o.position)))
    from o);
end $$;

create or replace function app.report_questions_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (with o as (select t.key, t.title, y.position, t.id, sum(x.base)::bigint as base, sum(x.agree + x.agree_changed + x.reject + x.note + x.no_position)::bigint as answered,
        sum(x.nil + x.not_applicable)::bigint as nil, sum(x.no_answer + x.outstanding)::bigint as none
      from outcome_rows(s.id, null, null) x join stage_targets(s.id) t on t.id = x.target_id join target y on y.id = t.id
      where t.kind = 'question' group by t.key, t.title, y.position, t.id)
    select report_table('Antworten je Leitfrage', 'gefragte Organisationen je Leitfrage',
      '{Leitfrage|44,beantwortet|12|n,Fehlanzeige|12|n,ohne Antwort|12|n,Positionen|12|n,Basis|8|n}', jsonb_agg(jsonb_build_array(o.key || ' ' || o.title,
        o.answered, o.nil, o.none, (select count(*) from position p where p.stage_id = s.id and p.is_current and p.target_id = o.id), o.base)
        order by o.position)) from o);
end $$;

create or replace function app.report_decisions_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (with n as (select d.key, d.n, (select count(*) from position p where p.stage_id = s.id and p.is_current and p.decision = d.key) as count
      from unnest(report_decisions()) with ordinality d(key, n)),
    a as (select sum(n.count)::bigint as count from n)
    select report_table('Positionen nach Entscheidung', a.count || ' Positionen', '{Entscheidung|60,Positionen|20|n,Anteil|20|n}',
      jsonb_agg(jsonb_build_array(report_word('decision', n.key), n.count, jsonb_build_object('percent', jsonb_build_array(n.count, a.count))) order by n.n))
    from n, a group by a.count);
end $$;

-- Where nobody of those asked rejects, most approval first.
create or replace function app.report_agreement_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (with o as (select t.key, t.title, y.position, sum(x.agree) as agree, sum(x.agree_changed) as changed, sum(x.base) as base
      from outcome_rows(s.id, null, 'voting') x join stage_targets(s.id) t on t.id = x.target_id join target y on y.id = t.id
      where t.kind in ('principle', 'cornerstone') group by t.key, t.title, y.position
      having sum(x.reject) = 0 and sum(x.agree) > 0 order by sum(x.agree) desc, sum(x.agree_changed) desc, y.position limit 5)
    select report_table('Punkte mit der meisten Zustimmung und ohne Ablehnung', 'gefragte Sitze', '{Punkt|55,Zustimmung|15|n,mit Änderung|15|n,Basis|15|n}',
      jsonb_agg(jsonb_build_array(o.key || ' ' || o.title, o.agree::bigint, o.changed::bigint, o.base::bigint)
        order by o.agree desc, o.changed desc, o.position), 'Kein Punkt ist ohne Ablehnung.') from o);
end $$;

-- What the reporter has marked, in the words of the stance that was submitted.
create or replace function app.report_dissent_list(r app.report, s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_build_object('type', 'list', 'empty', 'Kein Dissens ist gekennzeichnet.', 'items', coalesce(jsonb_agg(jsonb_build_object(
      'strong', x.short_name, 'number', x.number, 'href', report_base(s) || '/positions/' || x.number, 'text', case x.stance
        when 'reject' then format('lehnt %s „%s“ ab', x.target, x.target_title)
        when 'agree_changed' then format('stimmt %s „%s“ nur mit Änderung zu', x.target, x.target_title)
        else format('nimmt zu %s „%s“ abweichend Stellung', x.target, x.target_title) end)), '[]'))
    from position_rows(s, array(select p.id from report_dissent d join position p on p.id = d.position_id where d.report_id = r.id
      order by p.sort_target, p.sort_key, p.id), true) x);
end $$;

create or replace function app.report_open_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (select report_table('Offene Positionen', null, '{Nummer|20,Punkt|45,Organisation|35}',
      jsonb_agg(jsonb_build_array(x.number, x.target || ' ' || x.target_title, x.short_name)), 'Keine Position ist offen.')
    from position_rows(s, array(select p.id from position p where p.stage_id = s.id and p.is_current and p.decision = 'open'
      order by p.sort_target, p.sort_key, p.id), true) x);
end $$;

create or replace function app.report_people_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (select report_table('Beteiligte', count(*) || ' eingeladene Organisationen', '{Organisation|55,Status|20,Eingegangen am|25}',
      jsonb_agg(jsonb_build_array(coalesce(v.organisation_name, n.name), report_word('seat', p.seat_status),
        coalesce(report_day((v.released_at at time zone 'Europe/Berlin')::date), 'nicht eingegangen')) order by p.sort_key))
    from participation p cross join lateral name_on(p.organisation_id, today()) n
      left join current_version c on c.stage_id = p.stage_id and c.organisation_id = p.organisation_id
      left join response_version v on v.id = c.response_version_id
    where p.stage_id = s.id);
end $$;

-- The table of positions as participants read it.
create or replace function app.report_synopsis_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (select report_table('Synopse', count(*) || ' Positionen, in der Fassung für die Beteiligten', '{Nummer|11,Punkt|11,Organisation|16,Haltung|15,Wortlaut|32,Entscheidung|15}',
      jsonb_agg(jsonb_build_array(x.number, x.target, x.short_name, report_word('stance', x.stance),
        coalesce(nullif(concat_ws(e'\n', x.body, 'Vorschlag: ' || x.proposal, 'Begründung: ' || x.reason), ''),
          case when x.confidential then 'nicht für die Beteiligten bestimmt' else 'ohne Text' end), report_word('decision', x.decision)) order by x.ordinality))
    from position_rows(s, array(select p.id from position p where p.stage_id = s.id and p.is_current
      order by p.sort_target, p.sort_key, p.id), true) with ordinality x);
end $$;

-- Which places of the next edition change, and because of which positions.
create or replace function app.report_places_table(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (select report_table('Änderungen für die nächste Fassung', 'übernommene und teilweise übernommene Positionen', '{Stelle|40,Entscheidung|25,Positionen|35}',
      jsonb_agg(jsonb_build_array(x.place, report_word('decision', x.decision), x.numbers) order by x.first, x.place), 'Noch ist keine Änderung entschieden.')
    from (select a.edition_place as place, a.decision, min(p.sort_target) as first,
        string_agg(position_number(s.kind, s.number, p.number, p.part), ', ' order by p.number, p.part) as numbers
      from position p join assessment a on a.id = p.assessment_id
      where p.stage_id = s.id and p.is_current and a.decision in ('adopted', 'partly') group by a.edition_place, a.decision) x);
end $$;
