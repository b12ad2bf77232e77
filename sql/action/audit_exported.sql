-- Who took how many entries of the log away. Not a route: the streams of the
-- export call it and wait until the entry is committed.
create or replace function action.audit_exported(p_me app.caller, p_from text, p_until text, p_act text,
  p_person text, p_organisation text, p_object text) returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  f app.audit_filter := read_audit_filter(p_from, p_until, p_act, p_person, p_organisation, p_object);
  v_count bigint;
begin
  if cardinality(f.bad) > 0 then
    perform fail('CN422', 'bad_day', f.bad[1]);
  end if;
  v_count := (select count(*) from audit_rows(f, null, null, null, null));
  perform audit_seen(p_me, 'audit.export', null, null, v_count);
  return v_count;
end $$;
