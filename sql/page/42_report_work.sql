-- Which blocks there are for a paper, what is proposed for its sections, and
-- what in a text is none of them.

create or replace function app.report_changes_table(b app.report) returns jsonb
language plpgsql stable as $$
begin
  return (select report_table('Änderungen seit Bericht ' || b.number, null, '{Position|18,Bericht|22,jetzt|22,Ursache|38}', jsonb_agg(jsonb_build_array(
      x.number, report_word('decision', coalesce(x.before, '–')), report_word('decision', coalesce(x.now, '–')), coalesce(x.cause, '–'))),
      'Nichts hat sich geändert.') from report_changes(b) x);
end $$;

-- Returns of the stage before beside those of this one, and how the seats moved.
create or replace function app.report_stages_table(f app.stage, s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (with k as (select x.n, x.label, opinion_totals(f.id) ->> x.value as before, opinion_totals(f.id) ->> x.of as before_of,
        opinion_totals(s.id) ->> x.value as now, opinion_totals(s.id) ->> x.of as now_of
      from (values (1, 'Eingegangen', 'released', 'invited'), (2, 'Sitze', 'seats', 'seats_of'), (3, 'Beratend', 'advisory', 'advisory_of'),
        (4, 'Weitere', 'others', 'others_of')) x(n, label, value, of))
    select report_table('Rücklauf im Vergleich', null, array['Gruppe|40', f.title || '|30|n', s.title || '|30|n'],
      jsonb_agg(jsonb_build_array(k.label, k.before || ' von ' || k.before_of, k.now || ' von ' || k.now_of) order by k.n)) from k);
end $$;

create or replace function app.report_shift_table(f app.stage, s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (select report_table('Verschiebung der Haltungen der Sitze', 'Sitze mit Haltung in einer der Stufen', '{Punkt|52,gleich|12|n,verschoben|12|n,neu|12|n,ohne Fortsetzung|12|n}',
      jsonb_agg(jsonb_build_array(x.key || ' ' || x.title, x.same, x.moved, x.new, x.gone) order by x.position), 'Kein Punkt hat Haltungen in beiden Stufen.')
    from (select t.key, t.title, y.position, count(*) filter (where c.change = 'same') as same, count(*) filter (where c.change = 'moved') as moved,
        count(*) filter (where c.change = 'new') as new, count(*) filter (where c.change not in ('same', 'moved', 'new')) as gone
      from shift_rows(f, s, null, null, 'voting') h join stage_targets(s.id) t on t.id = h.target_id join target y on y.id = t.id
        cross join lateral shift_change(h.before, h.after) c(change)
      group by t.key, t.title, y.position) x);
end $$;

-- Those there are, with what each is called in the form.
create or replace function app.report_block_list(r app.report, s app.stage)
returns table (key text, label text)
language plpgsql stable rows 15 as $$
begin
  return query select x.key, x.label from (values (1, 'tabelle:ruecklauf', 'Rücklauf nach Gruppen', true),
      (2, 'tabelle:leitfragen', 'Antworten je Leitfrage', true), (3, 'bild:meinungsbild', 'Meinungsbild: Diagramm mit Tabelle', true),
      (4, 'tabelle:meinungsbild', 'Meinungsbild: nur Tabelle', true), (5, 'tabelle:zustimmung', 'Punkte ohne Ablehnung', true),
      (6, 'liste:dissens', 'Gekennzeichneter Dissens', true), (7, 'tabelle:entscheidungen', 'Positionen nach Entscheidung', true),
      (8, 'tabelle:offen', 'Offene Positionen', true), (9, 'tabelle:fassung', 'Änderungen für die nächste Fassung', true),
      (10, 'tabelle:synopse', 'Synopse', true), (11, 'tabelle:beteiligte', 'Beteiligte', true),
      (12, 'tabelle:aenderungen', 'Änderungen seit dem letzten Bericht', (report_before(r)).id is not null),
      (13, 'tabelle:stufen', 'Rücklauf im Vergleich der Stufen', (shift_from(s, null)).id is not null),
      (14, 'tabelle:verschiebung', 'Verschiebung der Haltungen', (shift_from(s, null)).id is not null),
      (15, 'bild:positionsmatrix', 'Positionsmatrix: Diagramm mit Tabelle', true)) x(n, key, label, is_there)
    where x.is_there order by x.n;
end $$;

create or replace function app.report_block(r app.report, s app.stage, p_key text) returns jsonb
language plpgsql stable as $$
declare
  o jsonb;
begin
  if p_key in ('bild:meinungsbild', 'tabelle:meinungsbild') then
    o := report_opinion(s, 'principle');
    return case p_key when 'tabelle:meinungsbild' then o -> 'table'
      else jsonb_build_object('type', 'chart', 'chart', o -> 'chart', 'table', o -> 'table') end;
  end if;
  return case p_key when 'tabelle:ruecklauf' then report_returns_table(s) when 'tabelle:leitfragen' then report_questions_table(s)
    when 'tabelle:zustimmung' then report_agreement_table(s) when 'liste:dissens' then report_dissent_list(r, s)
    when 'tabelle:entscheidungen' then report_decisions_table(s) when 'tabelle:offen' then report_open_table(s)
    when 'tabelle:fassung' then report_places_table(s) when 'tabelle:synopse' then report_synopsis_table(s)
    when 'tabelle:beteiligte' then report_people_table(s) when 'tabelle:aenderungen' then report_changes_table(report_before(r))
    when 'bild:positionsmatrix' then report_matrix(s)
    when 'tabelle:stufen' then report_stages_table(shift_from(s, null), s)
    when 'tabelle:verschiebung' then report_shift_table(shift_from(s, null), s) end;
end $$;

create or replace function app.report_blocks(r app.report, s app.stage, p_words text[]) returns jsonb
language plpgsql stable as $$
begin
  return (select coalesce(jsonb_object_agg(x.key, report_block(r, s, x.key)), '{}') from report_block_list(r, s) x where x.key = any (p_words));
end $$;

-- The first place that means nothing, or a block within a sentence: refused at the field, with its line.
create or replace function app.report_check(r app.report, p_body text) returns void
language plpgsql stable as $$
declare
  s app.stage := (select x from stage x where x.id = r.stage_id);
  v_figures jsonb := report_figures(r, s);
  v_blocks text[] := array(select x.key from report_block_list(r, s) x);
  x record;
begin
  for x in select p.*, p.word = any (v_blocks) as is_block from report_places(p_body) p order by p.line loop
    if not x.is_block and (x.word !~ '^zahl:' or not v_figures ? substr(x.word, 6)) then
      perform fail('CN422', 'report_place', 'body', json_build_object('line', x.line, 'what', left(x.word, 60)));
    elsif x.is_block and not x.is_alone then
      perform fail('CN422', 'report_block', 'body', json_build_object('line', x.line, 'what', x.word));
    end if;
  end loop;
end $$;

create or replace function app.report_proposed(r app.report, s app.stage) returns text[]
language plpgsql stable as $$
declare
  v_title text := (select c.title from consultation c where c.id = r.consultation_id);
  v_paper text := report_word('kind', r.kind);
  v_next text := 'Fassung ' || (select e.number + 1 from edition e where e.id = s.edition_id);
  v_earlier boolean := (shift_from(s, null)).id is not null;
  v_before app.report := report_before(r);
begin
  return array[
    format('%s zum Verfahren „%s“, %s. Diese Unterlage gibt wieder, was bis zum Stand auf diesem Blatt eingegangen ist; spätere Stellungnahmen ändern sie nicht.', v_paper, v_title, s.title),
    concat_ws(e'\n', '1. Der IT-Planungsrat nimmt ' || case r.kind when 'interim' then 'den Zwischenbericht' when 'result' then 'den Ergebnisbericht' else 'die Vorlage' end || ' zur Kenntnis.',
      '2. Er bittet die Projektsponsoren, die Strategie auf Grundlage der Rückmeldungen fertigzustellen.',
      format('3. Er bittet um Vorlage der %s zur nächsten Sitzung.', v_next)),
    format(e'Die Beteiligung lief vom %s bis zum %s. Eingeladen waren {{zahl:eingeladen}} Organisationen, eingegangen sind {{zahl:eingegangen}} Stellungnahmen, das sind {{zahl:quote}}.',
      report_day((s.opens_at at time zone 'Europe/Berlin')::date), report_day((s.closes_at at time zone 'Europe/Berlin')::date))
      || coalesce(e'\n\n' || (select 'Frühere Beschlüsse zu diesem Verfahren: ' || string_agg(distinct d.ref, ', ' order by d.ref) || '.'
        from report x join report_outcome o on o.report_id = x.id join council_decision d on d.id = o.council_decision_id
        where x.consultation_id = r.consultation_id), ''),
    concat_ws(e'\n\n', 'Nach Status: Sitze {{zahl:sitze}}, beratend {{zahl:beratend}}, weitere {{zahl:weitere}}. Daraus ergeben sich {{zahl:positionen}} Positionen.',
      '{{tabelle:ruecklauf}}', '# Leitfragen', '{{tabelle:leitfragen}}', '# Meinungsbild zu den Grundsätzen', '{{bild:meinungsbild}}',
      '# Positionsmatrix', '{{bild:positionsmatrix}}',
      '# Übereinstimmung', '{{tabelle:zustimmung}}', '# Abweichende Positionen', '{{liste:dissens}}',
      case when v_earlier then e'# Vergleich der Stufen\n\n{{tabelle:stufen}}\n\n{{tabelle:verschiebung}}' end),
    concat_ws(e'\n\n', 'Von {{zahl:positionen}} Positionen sind {{zahl:uebernommen}} übernommen, {{zahl:teilweise}} teilweise übernommen, {{zahl:nicht-uebernommen}} nicht übernommen, {{zahl:kenntnisnahme}} zur Kenntnis genommen und {{zahl:verwiesen}} verwiesen; {{zahl:offen}} sind offen.',
      '{{tabelle:entscheidungen}}', '# Offene Punkte', '{{tabelle:offen}}',
      case when v_before.id is not null then format(e'# Änderungen seit Bericht %s\n\n{{tabelle:aenderungen}}', v_before.number) end),
    format(e'Die Rückmeldungen fließen in die %s ein.\n\n# Finanzielle Auswirkungen\n\nKeine.\n\n# Beteiligung der Gremien\n\nAL-Runde und Fachministerkonferenzen: noch zu ergänzen.', v_next),
    concat_ws(e'\n\n', '# Anlage 1: Synopse', '{{tabelle:synopse}}', format('# Anlage 2: %s mit Änderungen', v_next), '{{tabelle:fassung}}', '# Anlage 3: Beteiligte', '{{tabelle:beteiligte}}')];
end $$;
