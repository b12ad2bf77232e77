-- Before several positions are tagged: each with its topics now and then. Named
-- one by one (p_position, p_positions), or all of the synopsis under a filter.
create or replace function page.topic_assign(p_me app.caller, p_consultation text, p_position json, p_positions text,
  p_topic text, p_mode text, p_target text, p_level text, p_land text, p_seat text, p_stance text, p_tag text, p_decision text,
  p_place text, p_assignee text, p_grouped text, p_state text, p_q text, p_all boolean)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_most constant int := 500;
  s app.stage := desk_stage(p_consultation);
  t app.topic := topic_at(s.consultation_id, p_topic);
  v_mode text := case when p_mode in ('replace', 'remove') then p_mode else 'add' end;
  v_filter app.synopsis_filter := row(p_target, p_level, p_land, p_seat, p_stance, p_tag, p_decision, p_place, p_assignee,
    p_grouped, p_state, p_q);
  v_ids bigint[];
  v_unknown text[] := array[]::text[];
  v_rows json := json_build_array();
  v_count int;
begin
  if s.id is null then
    return null;
  end if;
  if p_all then
    v_ids := filtered_positions(p_me, s, v_filter, c_most + 1);
  else
    select n.ids, n.unknown into v_ids, v_unknown from positions_named(s, concat_ws(',', p_positions,
      (select string_agg(x, ',') from json_array_elements_text(p_position) x))) n;
  end if;
  v_count := cardinality(v_ids);
  if t.id is not null and v_count <= c_most then
    v_rows := topic_preview(s, t, v_mode, v_ids, p_consultation);
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'topics'),
    'consultation', consultation_json(s.consultation_id),
    'count', least(v_count, c_most), 'most', c_most, 'is_many', v_count > c_most, 'unknown', v_unknown,
    'topic', case when t.id is not null then json_build_object('key', t.key, 'name', t.name, 'path', topic_path(t.id)) end,
    'mode', v_mode,
    'skipped', (select count(*) from json_array_elements(v_rows) r where r ->> 'skip' is not null),
    'reasons', (select skip_reasons(coalesce(jsonb_object_agg(x.reason, x.count), '{}'))
      from (select r ->> 'skip' as reason, count(*) as count from json_array_elements(v_rows) r
        where r ->> 'skip' is not null group by 1) x),
    'filter', to_jsonb(v_filter) || jsonb_build_object('all', coalesce(p_all, false)),
    'back_href', case when p_all then synopsis_href('/consultations/' || p_consultation || '/synopsis', filter_values(v_filter), null, null)
      else '/consultations/' || p_consultation || '/topics' end,
    'options', json_build_object('topics', topic_options(s), 'modes', json_build_array('add', 'replace', 'remove')),
    'form', json_build_object('rows', v_rows, 'take_count', (select count(*) from json_array_elements(v_rows) r where r ->> 'skip' is null),
      'positions', case when v_count <= c_most then (select string_agg(position_number(s.kind, s.number, p.number, p.part), ', ' order by u.n)
        from unnest(v_ids) with ordinality u(id, n) join position p on p.id = u.id) end,
      'topic', t.key, 'mode', v_mode));
end $$;
