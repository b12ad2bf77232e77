-- The files of a report, in the order in which they are made: what a file is
-- called, its type. A package has all others in it and comes last.
create or replace function app.artifact_formats()
returns table (n int, format text, file_name text, type text)
language sql immutable parallel safe rows 13 as $$
  values (1, 'html', 'bericht.html', 'text/html; charset=utf-8'),
    (2, 'json', 'daten.json', 'application/json; charset=utf-8'),
    (3, 'csv_participants', 'beteiligte.csv', 'text/csv; charset=utf-8'),
    (4, 'csv_figures', 'zahlen.csv', 'text/csv; charset=utf-8'),
    (5, 'csv_decisions', 'entscheidungen.csv', 'text/csv; charset=utf-8'),
    (6, 'csv_opinion', 'meinungsbild.csv', 'text/csv; charset=utf-8'),
    (7, 'csv_positions', 'positionen.csv', 'text/csv; charset=utf-8'),
    (8, 'csv_codebook', 'codebuch.csv', 'text/csv; charset=utf-8'),
    (9, 'xlsx', 'daten.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
    (10, 'docx', 'bericht.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
    (11, 'odt', 'bericht.odt', 'application/vnd.oasis.opendocument.text'),
    (12, 'pdf', 'bericht.pdf', 'application/pdf'),
    (13, 'package', 'aktenpaket.zip', 'application/zip')
$$;

-- The data of a report as tables: their columns, which are the codebook too.
create or replace function app.report_columns()
returns table (sheet text, sheet_title text, n int, name text, title text, meaning text, is_number boolean, width int)
language sql immutable parallel safe rows 40 as $$
  values ('participants', 'Beteiligte', 1, 'organisation', 'Organisation', 'Name, wie er bei der Freigabe war, sonst der heutige', false, 40),
    ('participants', 'Beteiligte', 2, 'level', 'Ebene', 'Bund, Land, Kommune und so weiter, wie bei der Einladung', false, 18),
    ('participants', 'Beteiligte', 3, 'land', 'Land', 'Land der Organisation, leer beim Bund', false, 22),
    ('participants', 'Beteiligte', 4, 'seat', 'Sitz', 'Sitz: stimmberechtigt; beratend; weitere: ohne Sitz', false, 12),
    ('participants', 'Beteiligte', 5, 'state', 'Rücklauf', 'eingegangen oder ausstehend, als der Bericht eingefroren wurde', false, 14),
    ('participants', 'Beteiligte', 6, 'released_on', 'Eingegangen am', 'Tag der Freigabe, die beim Einfrieren galt', false, 14),
    ('figures', 'Zahlen', 1, 'key', 'Kennwort', 'Name der Zahl im Text des Berichts', false, 22),
    ('figures', 'Zahlen', 2, 'label', 'Bezeichnung', 'was gezählt ist', false, 40),
    ('figures', 'Zahlen', 3, 'value', 'Wert', 'die Zahl', true, 10),
    ('figures', 'Zahlen', 4, 'base', 'Basis', 'von wie vielen; leer: ohne Basis', true, 10),
    ('figures', 'Zahlen', 5, 'base_label', 'Basis ist', 'was die Basis zählt', false, 28),
    ('decisions', 'Entscheidungen', 1, 'decision', 'Entscheidung', 'was aus Positionen wurde', false, 28),
    ('decisions', 'Entscheidungen', 2, 'positions', 'Positionen', 'wie viele Positionen so entschieden waren', true, 12),
    ('decisions', 'Entscheidungen', 3, 'base', 'Basis', 'alle Positionen des Berichts', true, 10),
    ('opinion', 'Meinungsbild', 1, 'target', 'Punkt', 'Kennung von Element, Leitfrage oder Kapitel', false, 12),
    ('opinion', 'Meinungsbild', 2, 'title', 'Titel', 'sein Titel oder Wortlaut', false, 44),
    ('opinion', 'Meinungsbild', 3, 'base', 'Positionen', 'alle Positionen zum Punkt; wer sich anschließt, zählt in der einen Position', true, 12),
    ('opinion', 'Meinungsbild', 4, 'agree', 'Zustimmung', 'Positionen mit dieser Haltung', true, 12),
    ('opinion', 'Meinungsbild', 5, 'agree_changed', 'Zustimmung mit Änderung', 'Positionen mit dieser Haltung', true, 12),
    ('opinion', 'Meinungsbild', 6, 'reject', 'Ablehnung', 'Positionen mit dieser Haltung', true, 12),
    ('opinion', 'Meinungsbild', 7, 'note', 'Hinweis', 'Positionen mit dieser Haltung', true, 12),
    ('opinion', 'Meinungsbild', 8, 'no_position', 'keine Angabe', 'Positionen ohne Haltung', true, 12),
    ('positions', 'Positionen', 1, 'number', 'Nummer', 'der Position in der Synopse', false, 11),
    ('positions', 'Positionen', 2, 'target', 'Punkt', 'wozu sie gesagt ist', false, 12),
    ('positions', 'Positionen', 3, 'title', 'Titel', 'des Punktes', false, 30),
    ('positions', 'Positionen', 4, 'organisation', 'Organisation', 'von wem sie ist', false, 30),
    ('positions', 'Positionen', 5, 'level', 'Ebene', 'der Organisation', false, 16),
    ('positions', 'Positionen', 6, 'stance', 'Haltung', 'zum Punkt', false, 18),
    ('positions', 'Positionen', 7, 'body', 'Stellungnahme', 'Text; [vertraulich], wo er nur für die Moderation bestimmt ist, [gekürzt] für Stellen, die ihre Organisation zurückhält', false, 60),
    ('positions', 'Positionen', 8, 'proposal', 'Formulierungsvorschlag', 'vorgeschlagener Wortlaut', false, 50),
    ('positions', 'Positionen', 9, 'reason', 'Begründung', 'des Vorschlags', false, 50),
    ('positions', 'Positionen', 10, 'decision', 'Entscheidung', 'als der Bericht eingefroren wurde', false, 22),
    ('positions', 'Positionen', 11, 'assessment', 'Bewertung', 'ihre Begründung', false, 60),
    ('positions', 'Positionen', 12, 'edition_place', 'Fundstelle', 'in der nächsten Fassung', false, 24),
    ('codebook', 'Codebuch', 1, 'sheet', 'Tabelle', 'Blatt oder CSV-Datei', false, 18),
    ('codebook', 'Codebuch', 2, 'name', 'Feld', 'Name in der JSON-Datei', false, 18),
    ('codebook', 'Codebuch', 3, 'title', 'Spalte', 'Überschrift in XLSX und CSV', false, 26),
    ('codebook', 'Codebuch', 4, 'meaning', 'Bedeutung', 'was in der Spalte steht', false, 80)
$$;

-- Without its bytes, which are fetched by themselves.
create or replace function app.artifact_last(r app.report, p_format text) returns app.artifact
language plpgsql stable as $$
declare
  a app.artifact;
begin
  select x.id, x.report_id, x.format, x.version, null::bytea, x.size, x.hash, x.holds, x.made_at into a from artifact x
    where x.report_id = r.id and x.format = p_format order by x.version desc limit 1;
  return a;
end $$;

create or replace function app.file_size_text(p_octets bigint) returns text
language sql immutable parallel safe as $$
  select case when p_octets < 1000 then p_octets || ' Byte' when p_octets < 999500 then round(p_octets / 1000.0) || ' KB'
    else replace(round(p_octets / 1000000.0, 1)::text, '.', ',') || ' MB' end
$$;

-- What is known of a file of a report: made, waiting, being made; missing when
-- the work is done and it is not there: the program for it is not set up.
create or replace function app.report_files(r app.report) returns json
language plpgsql stable as $$
declare
  j app.job := (select x from job x where x.kind = 'report_files' and x.dedupe_key = r.key order by x.id desc limit 1);
  v_is_busy boolean := coalesce(j.state in ('ready', 'running'), false);
begin
  return (select json_build_object('is_busy', v_is_busy, 'has_failed', coalesce(j.state = 'failed', false), 'done', count(a.hash),
      'total', count(*), 'is_complete', count(a.hash) = count(*), 'can_make', not v_is_busy and count(a.hash) < count(*),
      'no_pdf', not v_is_busy and j.state = 'done' and bool_or(f.format = 'pdf' and a.hash is null),
      'no_office', not v_is_busy and j.state = 'done' and bool_or(f.format in ('docx', 'odt') and a.hash is null),
      'rows', json_agg(json_build_object('format', f.format, 'file_name', f.file_name, 'size', file_size_text(a.size), 'hash', encode(a.hash, 'hex'),
        'made_at', a.made_at, 'is_made', a.hash is not null, 'state', case when a.hash is not null then 'made'
          when v_is_busy then 'waiting' else 'missing' end)
        order by array_position(array['html', 'pdf', 'docx', 'odt', 'package', 'xlsx', 'json'], f.format), f.n)) -- as readers look for them
    from artifact_formats() f left join lateral (select x.size, x.hash, x.made_at from artifact x
      where x.report_id = r.id and x.format = f.format order by x.version desc limit 1) a on true);
end $$;

-- Once while it waits or runs; what is there is not made again.
create or replace function app.queue_report_files(p_me app.caller, r app.report) returns bigint
language plpgsql volatile as $$
begin
  return queue_job('report_files', r.key, json_build_object('report', r.key)::jsonb, p_me.person_id);
end $$;
