-- Helpers of pages are made anew with each deployment, like the pages, so that
-- their parameters may change: those of the last one go (zz_end.sql has marked
-- them), and what is in the schema before the first of this folder is noted.
do $$
declare
  r record;
begin
  for r in select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace = 'app'::regnamespace
        and obj_description(p.oid, 'pg_proc') = 'helper of pages' loop
    execute 'drop function ' || r.name;
  end loop;
end $$;

create temporary table before_pages on commit drop as
  select p.oid from pg_proc p where p.pronamespace = 'app'::regnamespace;
