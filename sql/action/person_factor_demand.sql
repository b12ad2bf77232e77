-- Demands a second factor of a person, or no longer: until it is shown, no role
-- of that person can be used.
create or replace function action.person_factor_demand(p_me app.caller, p_person text, p_demanded boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
begin
  if p.state = 'erased' then
    perform fail('CN404', 'not_found');
  end if;
  update person x set factor_demanded = p_demanded where x.id = p.id and x.factor_demanded <> p_demanded;
  if found then
    perform audit(p_me, case when p_demanded then 'factor.demand' else 'factor.demand_end' end, 'person', p.id);
  end if;
  return json_build_object('location', '/people/' || p.key || '?notice='
    || case when p_demanded then 'factor_demanded' else 'factor_not_demanded' end);
end $$;
