-- The synopsis: a page of its rows under a filter, the open one beside them, and
-- what leads on from here.
create or replace function app.synopsis_links(p_path text, v text[], p_row text) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'work_href', synopsis_href(p_path, v, 'work', null, 'row', p_row), 'all_href', synopsis_href(p_path, v, 'all', null, 'row', p_row),
    'participants_href', synopsis_href(p_path, v, 'participants', null, 'row', p_row));
end $$;

create or replace function app.synopsis_exports(p_path text, v text[], p_view text, p_columns text[]) returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('format', x.format,
      'href', synopsis_href(p_path || x.ending, v, p_view, p_columns),
      'participants_href', synopsis_href(p_path || x.ending, v, 'participants', p_columns)) order by x.place)
      from (values (1, 'print', '/print'), (2, 'xlsx', '.xlsx'), (3, 'csv', '.csv'), (4, 'json', '.json')) x(place, format, ending));
end $$;

-- The ids of a page, whether there are more on each side, and the place of the
-- first among all up to 10,001. p_found, p_stand: what app.position_sums has found,
-- that many and one more.
create or replace function app.synopsis_ids(p_stage_id bigint, f app.position_filter, a app.position, p_is_back boolean,
  p_size int, p_found bigint[], p_stand bigint, out ids bigint[], out has_previous boolean, out has_next boolean, out place bigint)
language plpgsql stable as $$
begin
  ids := coalesce(p_found, position_ids(p_stage_id, f, a, p_is_back, p_size + 1));
  has_previous := case when p_is_back then cardinality(ids) > p_size else a.id is not null end;
  has_next := p_is_back or cardinality(ids) > p_size;
  ids := case when p_is_back then ids[greatest(cardinality(ids) - p_size + 1, 1):] else ids[:p_size] end;
  place := case when not has_previous then 1 when cardinality(ids) > 0 then coalesce(
    p_stand + 1 - case when p_is_back then p_size else 0 end, position_rank(p_stage_id, f, ids[1]) + 1) end;
  place := case when place <= 10001 then place end;
end $$;

create or replace function page.synopsis(p_me app.caller, p_consultation text, p_target text default null,
  p_level text default null, p_land text default null, p_seat text default null, p_stance text default null,
  p_tag text default null, p_decision text default null, p_place text default null, p_assignee text default null,
  p_grouped text default null, p_state text default null, p_q text default null, p_view text default null,
  p_column json default null, p_row text default null, p_after text default null, p_before text default null) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  s app.stage := desk_stage(p_consultation);
  v_base text := '/consultations/' || p_consultation;
  v_path text := v_base || '/synopsis';
  v_filter app.synopsis_filter := row(p_target, p_level, p_land, p_seat, p_stance, p_tag, p_decision, p_place,
    p_assignee, p_grouped, p_state, p_q);
  v_values text[] := filter_values(v_filter);
  v_view text := case when p_view in ('all', 'participants') then p_view
    when json_array_length(p_column) > 0 then 'all' else 'work' end;
  v_columns text[] := columns_of(v_view, p_column);
  v_chosen text[] := case when json_array_length(p_column) > 0 then v_columns end;
  a app.position;
  f app.position_filter;
  n record;
  i record;
  v_is_back boolean;
  v_carried text := coalesce('?from=' || url_part(filter_text(v_values, v_view, v_chosen)), '');
  v_rows json;
  v_tokens text[];
begin
  if s.id is null then
    return null;
  end if;
  a := position_at(s.id, coalesce(p_before, p_after));
  f := position_filter(p_me, s, v_filter);
  v_is_back := p_before is not null and a.id is not null;
  select * into n from position_sums(s, f, a, v_is_back, c_size + 1);
  select * into i from synopsis_ids(s.id, f, a, v_is_back, c_size, n.ids, n.stand);
  select coalesce(json_agg(synopsis_row_json(x.r, v_base, v_columns, x.is_head, synopsis_href(v_path, v_values, v_view, v_chosen, 'row', (x.r).token) || '#' || (x.r).token, (x.r).token = p_row, v_carried)), '[]'),
      array_agg((x.r).token) into v_rows, v_tokens
    from (select r, r.target is distinct from lag(r.target) over () as is_head
      from position_rows(s, i.ids, v_view = 'participants') r) x;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'rows', v_rows,
    'row', synopsis_open_row(p_me, s, v_path, p_row, v_view, v_chosen, v_filter, f, i.ids),
    'counts', json_build_object('filtered', n.filtered, 'organisations', n.organisations,
      'all', least(position_count(s.id), 10000), 'is_capped', n.is_capped, 'is_shown', cardinality(i.ids),
      'from', i.place, 'until', i.place + cardinality(i.ids) - 1),
    'withdrawn', withdrawn_json(s.id),
    'stance_sum', (select coalesce(json_agg(json_build_object('stance', x.key, 'count', x.value)
      order by array_position(stances(), x.key)), '[]') from json_each(n.sums -> 'stance') x),
    'facets', n.sums,
    'filter', to_jsonb(v_filter) || jsonb_build_object('is_on', num_nonnulls(variadic v_values) > 0,
      'is_wide', num_nonnulls(p_place, p_assignee, p_grouped, p_state, p_q) > 0),
    'chips', synopsis_chips(s, v_path, v_filter, v_view, v_chosen),
    'view_kind', v_view, 'columns', (select json_agg(json_build_object('column', c, 'is_on', c = any (v_columns)) order by x.n)
      from unnest(columns_of(v_view, null)) with ordinality x(c, n)),
    'on', (select json_object_agg(c, c = any (v_columns)) from unnest(synopsis_columns()) c),
    'is_chosen', v_chosen is not null,
    'options', synopsis_options(s, n.sums),
    'views', saved_views(p_me, s.consultation_id, p_consultation),
    'is_stale', coalesce(p_before, p_after) is not null and a.id is null,
    'can', json_build_object('moderate', p_me.roles @> '{moderator}'),
    'first_href', synopsis_href(v_path, v_values, v_view, v_chosen),
    'previous_href', case when i.has_previous then synopsis_href(v_path, v_values, v_view, v_chosen, 'before', v_tokens[1]) end,
    'next_href', case when i.has_next then synopsis_href(v_path, v_values, v_view, v_chosen, 'after', v_tokens[cardinality(v_tokens)]) end,
    'reset_href', synopsis_href(v_path, array_fill(null::text, array[12]), v_view, v_chosen),
    'links', synopsis_links(v_path, v_values, p_row),
    'exports', synopsis_exports(v_path, v_values, v_view, v_chosen));
end $$;
