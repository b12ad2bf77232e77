-- A house reports what it found out later; its stage does not matter.
create or replace function action.finding_write(p_me app.caller, p_consultation text, p_item text, p_title text, p_body text,
  p_source text, p_found_on text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  f app.finding;
begin
  if not (h.is_editor or h.is_releaser) then
    perform fail('CN403', 'audience');
  end if;
  f := record_finding(p_me, h.consultation_id, h.organisation_id, p_item, p_title, p_body, p_source, p_found_on);
  return json_build_object('location', '/consultations/' || h.slug || '/response/findings?notice=finding_recorded', 'finding', f.key);
end $$;
