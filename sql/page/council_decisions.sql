-- The register of Beschlüsse. A search that looks like a number but is none says
-- what a number looks like, and which one may be meant.
create or replace function page.council_decisions(p_me app.caller, p_q text, p_state text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_names constant text[] := array['q', 'state'];
  v_desk boolean := is_at_desk(p_me);
  v_rows json;
  r record;
begin
  select * into r from council_ref(p_q);
  select coalesce(json_agg((council_decision_json(d, v_desk)::jsonb || jsonb_build_object('cited_by', coalesce(c.list, '[]')))::json
      order by d.year desc, d.number desc, d.ref), '[]') into v_rows
    from council_decision_rows(p_q, p_state, v_desk) d left join citations(null) c on c.council_decision_id = d.id;
  return json_build_object(
    'frame', frame(p_me, null, null),
    'rows', v_rows,
    'counts', (select json_build_object('all', count(*), 'cited', count(*) filter (where c.council_decision_id is not null),
        'affected', count(*) filter (where d.effects <> '[]'), 'to_check', count(*) filter (where d.status = 'to_check'))
      from council_decision d left join citations(null) c on c.council_decision_id = d.id),
    'filter', json_build_object('q', p_q, 'state', p_state, 'is_on', num_nonnulls(p_q, p_state) > 0),
    'hint', case when p_q ~ '\d' and p_q !~* '[a-z]{3}' and json_array_length(v_rows) = 0 or r.near is not null
      then json_build_object('code', coalesce(r.code, 'ref_unknown'), 'near', r.near,
        'near_href', case when r.near is not null then '/council-decisions?q=' || url_part(r.near) end) end,
    'csv_href', with_query('/council-decisions.csv', v_names, array[url_part(p_q), p_state]),
    'can', json_build_object('edit', p_me.roles @> '{moderator}'));
end $$;

-- For the export: a row for each Beschluss, with all that cites it in one cell.
create or replace function page.council_decisions_csv(p_me app.caller, p_q text, p_state text)
returns table (ref text, title text, session_number int, decided_on date, status text, repealed_by text,
  replaced_by text, amended_by text, cited_by text, citations int, note text, address text)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_desk boolean := is_at_desk(p_me);
begin
  return query select d.ref, case when d.status = 'verified' or v_desk then d.title end, d.session_number, d.decided_on,
      d.status, x.repeals, x.replaces, x.amends,
      (select string_agg(distinct y ->> 'key', ', ') from json_array_elements(c.list) y), coalesce(json_array_length(c.list), 0),
      d.note, council_address(d)
    from council_decision_rows(p_q, p_state, v_desk) d left join citations(null) c on c.council_decision_id = d.id
      cross join lateral (select
        string_agg(concat_ws(': ', e ->> 'ref', e ->> 'clauses'), '; ') filter (where e ->> 'kind' = 'repeals') as repeals,
        string_agg(concat_ws(': ', e ->> 'ref', e ->> 'clauses'), '; ') filter (where e ->> 'kind' = 'replaces') as replaces,
        string_agg(concat_ws(': ', e ->> 'ref', e ->> 'clauses'), '; ') filter (where e ->> 'kind' = 'amends') as amends
        from jsonb_array_elements(d.effects) e) x;
end $$;
