-- The fields of the matrix: what is adopted, and proposed for who sees proposals.
create or replace function app.convergence_rows(p_on date)
returns table (c app.commitment, title text, state text, cells json, gaps bigint, affected bigint)
language plpgsql stable as $$
begin
  return query select r.c, v.title, r.state, x.cells,
      (select count(*) from json_array_elements(x.cells) y where y ->> 'verdict' = 'gap'),
      (select count(*) from json_array_elements(x.cells) y where y ->> 'verdict' <> 'not_affected')
    from commitment_rows(null, null, null, p_on) r, commitment_on((r.c).id, p_on) d
      join commitment_version v on v.id = d.version_id, lateral (select convergence_cells(r.c) as cells offset 0) x
    where r.state in ('in_force', 'planned', 'proposed');
end $$;

-- Commitments and Zielbilder: what contributes, and where nobody has said yet.
create or replace function page.convergence(p_me app.caller, p_on text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_on date := coalesce(day_of(p_on), today());
  v_rows json;
  v_gaps bigint;
  v_affected bigint;
begin
  select coalesce(json_agg(json_build_object('number', (r.c).number, 'href', '/commitments/' || (r.c).number, 'title', r.title,
      'state', r.state, 'cells', r.cells, 'gaps', r.gaps)), '[]'), coalesce(sum(r.gaps), 0), coalesce(sum(r.affected), 0)
    into v_rows, v_gaps, v_affected from convergence_rows(v_on) r;
  return json_build_object(
    'frame', frame(p_me, null, 'commitments'),
    'on', v_on,
    'filter', json_build_object('on', coalesce(p_on, to_char(v_on, 'DD.MM.YYYY')), 'is_bad', p_on is not null and day_of(p_on) is null),
    'focus_topics', (select json_agg(json_build_object('key', f.key, 'name', f.name, 'href', '/commitments/convergence/' || f.key,
        'manager', topic_manager(f), 'is_mine', manages_topic(f.id),
        'gaps', (select count(*) from json_array_elements(v_rows) r, json_array_elements(r -> 'cells') x
          where x ->> 'key' = f.key and x ->> 'verdict' = 'gap')) order by f.position) from focus_topic f),
    'rows', v_rows,
    'base', json_build_object('commitments', json_array_length(v_rows), 'visions', (select count(*) from target_vision),
      'fields', json_array_length(v_rows) * (select count(*) from target_vision), 'affected', v_affected, 'gaps', v_gaps),
    'csv_href', '/commitments/convergence.csv');
end $$;

create or replace function page.convergence_csv(p_me app.caller)
returns table (number text, title text, vision text, verdict text, evidence text, stated_on date, manager text)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return query select (r.c).number, r.title, f.name::text, x ->> 'verdict', x ->> 'evidence', (x ->> 'stated_on')::date, topic_manager(f)
    from convergence_rows(today()) r, json_array_elements(r.cells) x join focus_topic f on f.key = x ->> 'key'
    order by (r.c).step, (r.c).serial, f.position;
end $$;
