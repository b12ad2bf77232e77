-- The figures of a paper, each with its base and the place of its rows.

-- form: count 21, of 15 von 17, percent 75 % (made from value and base where it
-- is shown), positions 9 Positionen, stances 4 Zustimmung, 1 Ablehnung.
create or replace function app.report_figure(p_label text, p_form text, p_value bigint, p_base bigint, p_base_label text,
  p_href text, p_parts jsonb default null) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_build_object('label', p_label, 'form', p_form, 'value', p_value, 'base', p_base, 'base_label', p_base_label,
    'href', p_href, 'parts', p_parts)
$$;

create or replace function app.report_decisions() returns text[]
language sql immutable parallel safe as $$
  select array['adopted', 'partly', 'not_adopted', 'noted', 'referred', 'open']
$$;

create or replace function app.report_return_figures(p_totals json, p_base text) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_object_agg(x.key, app.report_figure(x.label, x.form, (p_totals ->> x.value)::bigint, (p_totals ->> x.base)::bigint,
      x.base_label, p_base || x.path))
    from (values ('eingeladen', 'Eingeladen', 'count', 'invited', null, null, '/returns'),
      ('eingegangen', 'Eingegangen', 'count', 'released', 'invited', 'Eingeladene', '/returns'),
      ('quote', 'Eingegangen in Prozent', 'percent', 'released', 'invited', 'Eingeladene', '/returns'),
      ('sitze', 'Sitze', 'of', 'seats', 'seats_of', 'Sitze', '/returns?seat=voting'),
      ('beratend', 'Beratend', 'of', 'advisory', 'advisory_of', 'beratende Mitglieder', '/returns?seat=advisory'),
      ('weitere', 'Weitere', 'of', 'others', 'others_of', 'weitere Eingeladene', '/returns?seat=none'),
      ('positionen', 'Positionen', 'count', 'positions', null, null, '/synopsis')) x(key, label, form, value, base, base_label, path)
$$;

-- Positions of each target, and how they divide.
create or replace function app.report_target_figures(s app.stage, p_base text, p_all bigint) returns jsonb
language plpgsql stable as $$
begin
  return (with n as (select p.target_id, coalesce(p.stance::text, 'no_position') as stance, count(*) as n from position p
        where p.stage_id = s.id and p.is_current group by 1, 2),
      t as (select k.key, sum(n.n)::bigint as n, jsonb_agg(jsonb_build_object('count', n.n, 'word', report_word('stance', n.stance))
          order by array_position(stances(), n.stance)) as parts
        from n join stage_targets(s.id) k on k.id = n.target_id group by k.key)
    select coalesce(jsonb_object_agg('positionen:' || t.key, report_figure('Positionen zu ' || t.key, 'positions', t.n, p_all, 'Positionen',
        p_base || '/synopsis?target=' || t.key))
      || jsonb_object_agg('haltungen:' || t.key, report_figure('Haltungen zu ' || t.key, 'stances', t.n, t.n, 'Positionen zu ' || t.key,
        p_base || '/synopsis?target=' || t.key, t.parts)), '{}') from t);
end $$;

create or replace function app.report_figures(r app.report, s app.stage) returns jsonb
language plpgsql stable as $$
declare
  v_base text := report_base(s);
  v_totals json := opinion_totals(s.id);
  v_all bigint := (v_totals ->> 'positions')::bigint;
  b app.report := report_before(r);
begin
  return report_return_figures(v_totals, v_base)
    || (select jsonb_object_agg(k.key, report_figure(report_word('decision', k.code), 'count', (select count(*) from position p
          where p.stage_id = s.id and p.is_current and p.decision = k.code), v_all, 'Positionen', v_base || '/synopsis?decision=' || k.code))
        from (values ('uebernommen', 'adopted'), ('teilweise', 'partly'), ('nicht-uebernommen', 'not_adopted'),
          ('kenntnisnahme', 'noted'), ('verwiesen', 'referred'), ('offen', 'open')) k(key, code))
    || jsonb_build_object('dissens', report_figure('Gekennzeichneter Dissens', 'count', (select count(*) from report_dissent d
        where d.report_id = r.id), null, null, v_base || '/opinion'))
    || case when b.id is not null then jsonb_build_object('aenderungen', report_figure('Änderungen seit Bericht ' || b.number, 'count',
        (select count(*) from report_changes(b)), v_all, 'Positionen', v_base || '/reports/' || b.key)) else '{}' end
    || report_target_figures(s, v_base, v_all);
end $$;

-- A figure as words, for lists of them; as app/web/report_doc.c writes it.
create or replace function app.report_figure_text(p_figure jsonb) returns text
language sql immutable parallel safe as $$
  select case p_figure ->> 'form'
    when 'of' then (p_figure ->> 'value') || ' von ' || (p_figure ->> 'base')
    when 'percent' then case when (p_figure ->> 'base')::bigint > 0
      then (200 * (p_figure ->> 'value')::bigint + (p_figure ->> 'base')::bigint) / (2 * (p_figure ->> 'base')::bigint) || e'\u00a0%' else '–' end
    when 'positions' then (p_figure ->> 'value') || case when p_figure ->> 'value' = '1' then ' Position' else ' Positionen' end
    when 'stances' then (select string_agg((x ->> 'count') || ' ' || (x ->> 'word'), ', ' order by n)
      from jsonb_array_elements(p_figure -> 'parts') with ordinality y(x, n))
    else p_figure ->> 'value' end
$$;

create or replace function app.report_figure_list(p_figures jsonb) returns json
language sql immutable parallel safe as $$
  select coalesce(json_agg(json_build_object('key', f.key, 'label', f.value ->> 'label', 'text', app.report_figure_text(f.value),
      'base', f.value ->> 'base', 'base_label', f.value ->> 'base_label', 'href', f.value ->> 'href') order by f.key ~ ':', f.key), '[]')
    from jsonb_each(p_figures) f
$$;
