-- One point in words: who says what, the houses with a seat by name.
create or replace function app.matrix_detail(s app.stage, p_target app.target) returns json
language plpgsql stable as $$
begin
  return (with c as materialized (select x.* from matrix_cells(s, null) x where x.target_id = p_target.id),
    o as (select coalesce(sum(r.agree), 0) as agree, coalesce(sum(r.agree_changed), 0) as agree_changed, coalesce(sum(r.reject), 0) as reject,
        coalesce(sum(r.note), 0) as note, coalesce(sum(r.no_position), 0) as no_position, coalesce(sum(r.nil), 0) as nil, coalesce(sum(r.not_applicable), 0) as not_applicable,
        coalesce(sum(r.no_answer), 0) as no_answer, coalesce(sum(r.outstanding), 0) as outstanding, coalesce(sum(r.not_asked), 0) as not_asked
      from outcome_rows(s.id, p_target.id, 'none') r),
    n as (select (x).key, (x).value::bigint as others from (select json_each_text(row_to_json(o)) as x from o) y)
    select json_build_object('target', p_target.key, 'title', target_title(p_target),
      'seats', (select count(*) filter (where c.state not in ('not_invited', 'not_asked')) from c where c.seat_status = 'voting'),
      'others', (select sum(n.others) from n where n.key <> 'not_asked'),
      'rows', (select json_agg(json_build_object('state', k.state,
          'seats', (select count(*) from c where c.state = k.state and c.seat_status = 'voting'),
          'voting', coalesce((select json_agg(json_build_object('code', c.code, 'name', c.short_name) order by c.place) from c
            where c.state = k.state and c.seat_status = 'voting'), '[]'),
          'advisory', coalesce((select json_agg(json_build_object('code', c.code, 'name', c.short_name) order by c.place) from c
            where c.state = k.state and c.seat_status = 'advisory'), '[]'),
          'others', coalesce((select n.others from n where n.key = k.state), 0), 'has_words', is_position(k.state)) order by k.place)
        from unnest(matrix_states()) with ordinality k (state, place)
        where k.state not in ('not_asked', 'not_invited') or exists (select from c where c.state = k.state)
          or exists (select from n where n.key = k.state and n.others > 0))));
end $$;

-- All states of a cell in their order: the classes of the Meinungsbild and who is not asked.
create or replace function app.matrix_states() returns text[]
language sql immutable parallel safe as $$
  select array['agree', 'agree_changed', 'reject', 'note', 'no_position', 'nil', 'not_applicable', 'no_answer', 'outstanding', 'not_asked', 'not_invited']
$$;

-- Who stands where: points by houses with a seat, and how many of the others hold
-- a position. p_kind: the kind of points, 'all' for all; p_differ: only where
-- houses with a vote say different things; p_item: one point in words.
create or replace function page.matrix(p_me app.caller, p_consultation text, p_kind text, p_differ text, p_view text, p_item text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_path text := '/consultations/' || p_consultation || '/matrix';
  s app.stage := desk_stage(p_consultation);
  v_kinds json := (select json_agg(json_build_object('kind', k.kind, 'count', k.count) order by k.place) from matrix_kinds(s.id) k);
  v_kind text := coalesce((select k.kind from matrix_kinds(s.id) k where k.kind = p_kind), case when p_kind = 'all' then 'all' end, v_kinds #>> '{0,kind}', 'all');
  v_filter text[] := array[p_kind, p_differ];
  v_view text := case when p_view in ('list', 'chart') then p_view else 'matrix' end;
  d app.target;
begin
  if s.id is null then
    return null;
  end if;
  select x.* into d from target x where x.stage_id = s.id and x.key = p_item;
  if p_item is not null and d.id is null then
    return null;
  end if;
  return (with m as materialized (select * from matrix_columns(s)), c as materialized (select * from matrix_cells(s, nullif(v_kind, 'all'))),
    r as (select c.target_id, c.target_position, c.kind, json_agg(json_build_object('code', c.code, 'name', c.name, 'state', c.state, 'has_words', is_position(c.state),
          'is_first', c.is_first) order by c.place) as cells,
        count(distinct c.state) filter (where c.seat_status = 'voting' and c.state in ('agree', 'agree_changed', 'reject')) as said
      from (select x.*, x.part is distinct from lag(x.part) over (partition by x.target_id order by x.place) as is_first from c x) c
      group by c.target_id, c.target_position, c.kind),
    x as (select r.*, z.key as head_key, z.title as head, g.groups, g.seats
      from r join target t on t.id = r.target_id join matrix_groups(s.id) g on g.target_id = r.target_id
        left join item_version iv on iv.id = t.item_version_id left join section z on z.id = iv.section_id
      where p_differ is null or r.said > 1)
  select json_build_object(
    'frame', frame_at(p_me, s, null, 'matrix'),
    'consultation', consultation_json(s.consultation_id),
    'totals', opinion_totals(s.id, 0),
    'base', (select json_build_object(
        'nil', coalesce(json_agg(m.short_name order by m.place) filter (where m.seat_status = 'voting' and cv.is_nil), '[]'),
        'missing', coalesce(json_agg(m.short_name order by m.place) filter (where m.seat_status = 'voting' and m.is_invited and m.version_id is null), '[]'),
        'not_invited', coalesce(json_agg(m.short_name order by m.place) filter (where not m.is_invited), '[]'))
      from m left join current_version cv on cv.response_version_id = m.version_id),
    'columns', (select coalesce(json_agg(json_build_object('code', m.code, 'name', m.name, 'is_first', m.part is distinct from m.before,
        'label', matrix_label(m.code, m.level)) order by m.place), '[]')
      from (select x.*, lag(x.part) over (order by x.place) as before from m x) m),
    'parts', (select coalesce(json_agg(json_build_object('part', y.part, 'count', y.count) order by y.first), '[]')
      from (select m.part, count(*), min(m.place) as first from m group by m.part) y),
    'states', to_json(matrix_states()),
    'rows', (select coalesce(json_agg(json_build_object('target', t.key, 'title', target_title(t), 'kind', x.kind, 'href', v_path || '?' ||
          'item=' || t.key || coalesce('&kind=' || url_part(p_kind), '') || '#einzeln',
        'head', case when x.head_key <> x.before then json_build_object('key', x.head_key, 'title', x.head, 'span', 4 + json_array_length(x.cells)) end,
        'audience', audience_json(t.audience, null), 'cells', x.cells, 'groups', x.groups, 'seats', x.seats) order by t.position), '[]')
      from (select x.*, lag(x.head_key::text, 1, '') over (order by x.target_position) as before from x) x join target t on t.id = x.target_id),
    'detail', case when d.id is not null then matrix_detail(s, d) end,
    'filter', json_build_object('kind', v_kind, 'differ', p_differ is not null, 'view', v_view),
    'kinds', v_kinds,
    'views', (select json_agg(json_build_object('view', k.view, 'is_current', k.view = v_view,
        'href', with_query(v_path, '{kind,differ,view}', v_filter || nullif(k.view, 'matrix'))) order by k.place)
      from unnest('{matrix,list,chart}'::text[]) with ordinality k (view, place)),
    'chart', case when v_view = 'chart' then json_build_object('kind', 'matrix', 'id', 'matrix', 'title', 'chart:matrix', 'desc', 'chart:matrix_desc', 'classes', to_json(matrix_states()),
      'columns', (select json_agg(matrix_label(m.code, m.level) order by m.place) from m),
      'rows', (select coalesce(json_agg(json_build_object('label', t.key || ' ' || target_title(t),
          'cells', (select json_agg(array_position(matrix_states(), e ->> 'state') - 1 order by n) from json_array_elements(x.cells) with ordinality w (e, n)))
          order by t.position), '[]') from x join target t on t.id = x.target_id)) end,
    'csv_href', with_query(v_path || '.csv', '{kind}', array[nullif(v_kind, 'all')]),
    'xlsx_href', with_query(v_path || '.xlsx', '{kind}', array[nullif(v_kind, 'all')]),
    'svg_href', with_query(v_path || '.svg', '{kind,differ}', v_filter),
    'json_href', '/api' || with_query(v_path, '{kind,differ}', v_filter),
    'counts_href', '/consultations/' || p_consultation || '/opinion.csv'));
end $$;

-- The same as lines of a file, a house and a point each; not a route.
create or replace function page.matrix_lines(p_me app.caller, p_consultation text, p_kind text)
returns table (target text, title text, kind text, organisation_code text, organisation text, level text, seat_status text, stance text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  return query select t.key::text, target_title(t), c.kind, c.code, c.name, c.level, c.seat_status, c.state
    from matrix_cells(s, nullif(p_kind, 'all')) c join target t on t.id = c.target_id order by t.position, c.place;
end $$;

-- The Meinungsbild as lines: a point, level and seat status each; not a route.
create or replace function page.opinion_lines(p_me app.caller, p_consultation text)
returns table (target text, title text, kind text, level text, seat_status text, base int, agree int, agree_changed int, reject int, note int,
  no_position int, nil int, not_applicable int, no_answer int, outstanding int, not_asked int)
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  return query select t.key::text, target_title(t), target_kind(i.kind, t.question_version_id), r.level, r.seat_status, r.base, r.agree, r.agree_changed, r.reject, r.note,
      r.no_position, r.nil, r.not_applicable, r.no_answer, r.outstanding, r.not_asked
    from outcome_rows(s.id, null, null) r join target t on t.id = r.target_id
      left join item_version iv on iv.id = t.item_version_id left join item i on i.id = iv.item_id
    order by t.position, r.sort_key;
end $$;
