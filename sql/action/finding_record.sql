create or replace function action.finding_record(p_me app.caller, p_consultation text, p_item text, p_title text, p_body text,
  p_source text, p_found_on text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  f app.finding;
begin
  if v_id is null then
    perform fail('CN404', 'not_found');
  end if;
  f := record_finding(p_me, v_id, null, p_item, p_title, p_body, p_source, p_found_on);
  return json_build_object('location', '/consultations/' || p_consultation || '/inbox/' || f.key || '?notice=finding_recorded', 'finding', f.key);
end $$;
