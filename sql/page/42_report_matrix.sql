-- The matrix in a paper: the drawing of its page, and under it the same in words.
create or replace function app.report_matrix(s app.stage) returns jsonb
language plpgsql stable as $$
begin
  return (with c as materialized (select x.*, t.key, t.title from matrix_cells(s, 'principle') x join stage_targets(s.id) t on t.id = x.target_id),
    w as (select c.target_position, c.key || ' ' || c.title as label, c.state, string_agg(c.short_name, ', ' order by c.place) as names
      from c group by c.target_position, c.key, c.title, c.state),
    r as (select w.target_position, w.label, max(w.names) filter (where w.state = 'agree') as agree, max(w.names) filter (where w.state = 'agree_changed') as changed,
        max(w.names) filter (where w.state = 'reject') as reject, max(w.names) filter (where w.state = 'note') as note
      from w group by w.target_position, w.label)
    select jsonb_build_object('type', 'chart',
      'chart', jsonb_build_object('kind', 'matrix', 'id', 'positionsmatrix', 'title', 'Positionsmatrix der Grundsätze',
        'desc', 'Zeilen sind Grundsätze, Spalten Organisationen mit Sitz. Die Tabelle darunter nennt, wer eine Haltung hat.', 'width', 900,
        'classes', to_jsonb(matrix_states()),
        'classes_labels', (select jsonb_agg(report_word('outcome', x.state) order by x.n) from unnest(matrix_states()) with ordinality x (state, n)),
        'columns', (select coalesce(jsonb_agg(matrix_label(m.code, m.level) order by m.place), '[]') from matrix_columns(s) m),
        'rows', (select coalesce(jsonb_agg(jsonb_build_object('label', y.label, 'cells', y.cells) order by y.target_position), '[]')
          from (select c.target_position, c.key || ' ' || c.title as label,
              jsonb_agg(array_position(matrix_states(), c.state) - 1 order by c.place) as cells from c group by c.target_position, c.key, c.title) y)),
      'table', report_table('Wer zu welchem Grundsatz eine Haltung hat', 'Organisationen mit Sitz; was nicht genannt ist, hat keine Haltung eingereicht',
        '{Grundsatz|28,Zustimmung|20,mit Änderung|18,Ablehnung|17,Hinweis|17}',
        (select jsonb_agg(jsonb_build_array(r.label, coalesce(r.agree, '–'), coalesce(r.changed, '–'), coalesce(r.reject, '–'), coalesce(r.note, '–'))
          order by r.target_position) from r), 'Diese Stufe fragt nach keinem Grundsatz.')));
end $$;
