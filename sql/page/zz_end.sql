-- Marks the helpers of this folder; see 000_begin.sql.
do $$
declare
  r record;
begin
  for r in select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace = 'app'::regnamespace
        and p.oid not in (select b.oid from pg_temp.before_pages b) loop
    execute format('comment on function %s is %L', r.name, 'helper of pages');
  end loop;
end $$;
drop table pg_temp.before_pages;
