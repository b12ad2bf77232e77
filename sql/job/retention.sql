-- The nightly run, as a job in parts of 1,000 rows a class; {"dry": true} only
-- counts.
create or replace function job.retention(p_id bigint, p_part int, p_args jsonb) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c_most constant int := 1000;
  v_result jsonb := retention_run(null, coalesce((p_args ->> 'dry')::boolean, false), c_most);
begin
  return p_part + 1 + (coalesce((p_args ->> 'dry')::boolean, false) is false and exists (
    select from jsonb_array_elements(v_result) x where (x ->> 'count')::int = c_most))::int;
end $$;
