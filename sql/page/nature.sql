-- Before several positions are said to be general, substantive, editorial or new.
-- Named one by one, or all of the synopsis under a filter.
create or replace function app.nature_positions(p_me app.caller, s app.stage, p_position json, p_all boolean,
  f app.synopsis_filter, p_most int) returns bigint[]
language plpgsql stable as $$
begin
  if p_all then
    return filtered_positions(p_me, s, f, p_most + 1);
  end if;
  return array(select x.id from json_array_elements_text(p_position) y(token)
    cross join lateral position_at(s.id, y.token) x where x.is_current);
end $$;

create or replace function page.nature(p_me app.caller, p_consultation text, p_position json, p_all boolean, p_target text,
  p_level text, p_land text, p_seat text, p_stance text, p_tag text, p_decision text, p_place text, p_assignee text,
  p_grouped text, p_state text, p_q text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_most constant int := 500;
  s app.stage := desk_stage(p_consultation);
  v_filter app.synopsis_filter := row(p_target, p_level, p_land, p_seat, p_stance, p_tag, p_decision, p_place,
    p_assignee, p_grouped, p_state, p_q);
  v_ids bigint[];
begin
  if s.id is null then
    return null;
  end if;
  v_ids := nature_positions(p_me, s, p_position, p_all, v_filter, c_most);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'count', cardinality(v_ids), 'is_many', cardinality(v_ids) > c_most, 'most', c_most,
    'rows', (select coalesce(json_agg(json_build_object('token', r.token, 'number', r.number, 'target', r.target,
        'organisation', r.organisation, 'nature', r.nature)), '[]')
      from position_rows(s, v_ids[:c_most], false) r),
    'natures', json_build_array('general', 'substantive', 'editorial', 'new'),
    'back_href', synopsis_href('/consultations/' || p_consultation || '/synopsis', filter_values(v_filter), null, null));
end $$;
