-- Who took how many organisations with their addresses out of the house. Not a
-- route: the stream of the export waits until the entry is committed.
create or replace function action.organisations_exported(p_me app.caller, p_q text, p_level text,
  p_land text, p_status text, p_on text, p_valid text) returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_count bigint := organisation_count(p_q, p_level, p_land, p_status, coalesce(day_of(p_on), today()),
    p_valid = 'all' is true);
begin
  perform audit_seen(p_me, 'organisation.export', null, null, v_count);
  return v_count;
end $$;
