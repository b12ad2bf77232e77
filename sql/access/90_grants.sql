-- The web role executes pages, actions and the ways in, and nothing else. New
-- functions of the owner are closed to everybody by default (00_roles.sql).
do $$
declare
  r record;
begin
  for r in select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('page'::regnamespace, 'action'::regnamespace, 'job'::regnamespace) loop
    execute 'revoke all on function ' || r.name || ' from public';
  end loop;
end $$;

grant usage on schema app, page, action to resonanz_web;
grant execute on all functions in schema page, action to resonanz_web;
grant execute on function app.ready() to resonanz_web, resonanz_jobs;
grant usage on schema app, job to resonanz_jobs;
grant execute on all functions in schema job to resonanz_jobs;
