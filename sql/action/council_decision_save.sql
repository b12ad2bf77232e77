create or replace function action.council_decision_save(p_me app.caller, p_year text, p_number text, p_version bigint,
  p_title text, p_session_number text, p_decided_on text, p_note text, p_address text, p_checked boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  d app.council_decision := council_decision_of(p_year, p_number);
begin
  perform from council_decision x where x.id = d.id and x.version = p_version for update;
  if not found then
    perform fail('CN409', 'stale');
  end if;
  perform council_decision_set(p_me, d.id, p_title, p_session_number, p_decided_on, p_note, p_address, p_checked);
  perform audit(p_me, 'council_decision.save', 'council_decision', d.id);
  return json_build_object('location', '/council-decisions/' || d.ref || '?notice=saved');
end $$;
