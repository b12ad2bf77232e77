create or replace function page.consultation(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
begin
  return case when v_id is not null and (is_public(v_id) or p_me.roles @> '{moderator}') then overview(p_me, v_id, 'paper') end;
end $$;
