// A report of all positions of the first stage as they stand, frozen at once.
export const FREEZE = `set search_path = app, pg_temp;
  insert into report (consultation_id, stage_id, kind, title, purpose, mark, created_at, created_by)
    select consultation_id, id, 'interim', 'Zwischenbericht zur Dachstrategie', 'note', 'Nur für den Dienstgebrauch', app.now(), 1 from stage where number = 1;
  insert into report_section (report_id, number, body, saved_at)
    select r.id, n, case n when 4 then e'Eingegangen: {{zahl:eingegangen}}, {{zahl:quote}}.\\n\\n{{bild:meinungsbild}}' when 5 then '{{tabelle:entscheidungen}}'
      when 7 then '{{tabelle:synopse}}' else 'Text.' end, app.now() from report r, generate_series(1, 7) n;
  insert into report_basis (report_id, stage_id, position_id, assessment_id)
    select r.id, p.stage_id, p.id, p.assessment_id from report r join position p on p.stage_id = r.stage_id and p.is_current;
  with d as (select r.id, convert_to(canon_json(report_data(r) || '{"number": 1, "frozen": "06.05.2024"}'), 'UTF8') as b from report r)
    update report r set state = 'frozen', number = 1, frozen_at = date_trunc('second', app.now()), frozen_by = 1, data = d.b, data_hash = sha256(d.b),
      template_hash = keep_template() from d where d.id = r.id`;
