-- All positions of the filter in their order, for the exports; p_limit of them
-- behind the token p_after. Not a route. The words are fetched in portions, so
-- that nothing large is sorted. organisations: how many hold the position; joined
-- and also_for: those that have joined its author, who may not hold it any more
-- (is_held).
create or replace function page.synopsis_rows(p_me app.caller, p_consultation text, p_target text default null,
  p_level text default null, p_land text default null, p_seat text default null, p_stance text default null,
  p_tag text default null, p_decision text default null, p_place text default null, p_assignee text default null,
  p_grouped text default null, p_state text default null, p_q text default null, p_view text default null,
  p_after text default null, p_limit bigint default null)
returns setof app.synopsis_row
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_portion constant int := 2000;
  s app.stage := desk_stage(p_consultation);
  v_ids bigint[];
begin
  if s.id is null or not is_at_desk(p_me) then
    return;
  end if;
  v_ids := position_ids(s.id, position_filter(p_me, s, row(p_target, p_level, p_land, p_seat, p_stance, p_tag,
    p_decision, p_place, p_assignee, p_grouped, p_state, p_q)::synopsis_filter), position_at(s.id, p_after), false, p_limit);
  for i in 0 .. (cardinality(v_ids) - 1) / c_portion loop
    return query select * from position_rows(s, v_ids[i * c_portion + 1 : (i + 1) * c_portion],
      coalesce(p_view = 'participants', false));
  end loop;
end $$;
