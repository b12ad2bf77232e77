-- A job that has failed goes on where it stood.
create or replace function action.job_retry(p_me app.caller, p_job text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  j app.job;
begin
  select x.* into j from job x where x.key = p_job for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif j.state <> 'failed' then
    perform fail('CN409', 'job_not_failed');
  elsif exists (select from job x where x.kind = j.kind and x.dedupe_key = j.dedupe_key
      and x.state in ('ready', 'running')) then
    perform fail('CN409', 'job_there');
  end if;
  update job x set state = 'ready', attempts = 0, run_at = clock_timestamp(), finished_at = null where x.id = j.id;
  perform audit(p_me, 'job.retry', 'job', j.id);
  return json_build_object('location', '/jobs?notice=job_again');
end $$;
