-- "Jetzt prüfen": the job loop does it, the page shows what it found.
create or replace function action.audit_verify(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform queue_job('audit_verify', 'asked', '{}', p_me.person_id);
  perform audit(p_me, 'audit.verify');
  return json_build_object('location', '/audit/verification?notice=verify_queued');
end $$;
