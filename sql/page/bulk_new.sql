-- Several positions at once, by their numbers: typed here, ticked in the synopsis,
-- or all of it under a filter.
create or replace function page.bulk_new(p_me app.caller, p_consultation text, p_position json, p_all boolean, p_target text,
  p_level text, p_land text, p_seat text, p_stance text, p_tag text, p_decision text, p_place text, p_assignee text,
  p_grouped text, p_state text, p_q text, p_kind text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_most constant int := 500;
  s app.stage := desk_stage(p_consultation);
  v_ids bigint[];
begin
  if s.id is null then
    return null;
  end if;
  v_ids := nature_positions(p_me, s, p_position, p_all, row(p_target, p_level, p_land, p_seat, p_stance, p_tag, p_decision, p_place,
    p_assignee, p_grouped, p_state, p_q)::synopsis_filter, c_most);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'count', cardinality(v_ids), 'is_many', cardinality(v_ids) > c_most, 'most', c_most,
    'form', json_build_object('kind', case when p_kind = 'approval' then p_kind else 'assign' end, 'positions', coalesce(
      (select string_agg(position_number(s.kind, s.number, p.number, p.part), ', ' order by p.sort_target, p.sort_key, p.id)
        from position p where p.id = any (v_ids[:c_most]) and p.number is not null), '')));
end $$;
