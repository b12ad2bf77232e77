-- Before positions are treated together: which of those ticked, filtered or named
-- by number come into the group, which do not and why, and what it stands for.
create or replace function app.group_candidates(p_me app.caller, s app.stage, p_position json, p_all boolean,
  f app.synopsis_filter, p_positions text, p_most int) returns bigint[]
language plpgsql stable as $$
begin
  if p_all then
    return filtered_positions(p_me, s, f, p_most + 1);
  end if;
  return array(select x.id from (select t.token from json_array_elements_text(p_position) t(token)
      union select w.word from regexp_split_to_table(upper(coalesce(p_positions, '')), '[\s,;]+') w(word)) y
    cross join lateral position_at(s.id, y.token) x where x.id is not null order by x.sort_target, x.sort_key, x.id limit p_most + 1);
end $$;

create or replace function page.group_new(p_me app.caller, p_consultation text, p_position json, p_all boolean, p_target text,
  p_level text, p_land text, p_seat text, p_stance text, p_tag text, p_decision text, p_place text, p_assignee text,
  p_grouped text, p_state text, p_q text, p_positions text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_most constant int := 100;
  s app.stage := desk_stage(p_consultation);
  v_filter app.synopsis_filter := row(p_target, p_level, p_land, p_seat, p_stance, p_tag, p_decision, p_place,
    p_assignee, p_grouped, p_state, p_q);
  v_ids bigint[];
  v_fit bigint[];
begin
  if s.id is null then
    return null;
  end if;
  v_ids := group_candidates(p_me, s, p_position, p_all, v_filter, p_positions, c_most);
  v_fit := array(select p.id from position p where p.id = any (v_ids[:c_most]) and p.number is not null
    and group_obstacle(p_me, p) is null);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'groups'),
    'consultation', consultation_json(s.consultation_id),
    'rows', (select coalesce(jsonb_agg(work_line(s, p, p_consultation)::jsonb || jsonb_build_object(
        'group', group_label(group_of_position(p.id)), 'locked_by', name_of((locked_by_other(p.id)).person_id),
        'outcome', coalesce(group_obstacle(p_me, p), case when p.number is null then 'position_unknown' end))
        order by p.sort_target, p.sort_key, p.id), '[]')
      from position p where p.id = any (v_ids[:c_most])),
    'count', cardinality(v_fit), 'left_out', cardinality(v_ids[:c_most]) - cardinality(v_fit), 'is_group', cardinality(v_fit) > 1,
    'is_many', cardinality(v_ids) > c_most, 'most', c_most, 'weight', positions_weight(v_fit),
    'back_href', synopsis_href('/consultations/' || p_consultation || '/synopsis', filter_values(v_filter), null, null),
    'form', json_build_object('name', '', 'positions', coalesce((select string_agg(position_number(s.kind, s.number, p.number, p.part), ', '
      order by p.sort_target, p.sort_key, p.id) from position p where p.id = any (v_fit)), '')));
end $$;
