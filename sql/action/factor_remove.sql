-- Does without the second factor from now on, where nothing demands it.
create or replace function action.factor_remove(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform demand_factor_shown(p_me);
  if factor_reasons(p_me.person_id) <> '{}' then
    perform fail('CN409', 'factor_mandatory');
  elsif not clear_factor(p_me.person_id) then
    perform fail('CN409', 'factor_none');
  end if;
  perform audit(p_me, 'factor.remove', 'person', p_me.person_id);
  return json_build_object('location', '/account/second-factor?notice=factor_removed');
end $$;
