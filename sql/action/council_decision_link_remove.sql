create or replace function action.council_decision_link_remove(p_me app.caller, p_year text, p_number text, p_link text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  d app.council_decision := council_decision_of(p_year, p_number);
begin
  delete from council_decision_link l where l.key = p_link and l.to_id = d.id;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'council_decision.unlink', 'council_decision', d.id);
  return json_build_object('location', '/council-decisions/' || d.ref || '/edit?notice=saved');
end $$;
