-- The nightly run, as a job of one part; {"dry": true} only counts.
create or replace function job.retention(p_id bigint, p_part int, p_args jsonb) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform retention_run(null, coalesce((p_args ->> 'dry')::boolean, false));
  return 1;
end $$;
