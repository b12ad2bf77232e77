-- The clock of the consultation. A demo or test database has app.clock and its
-- own body of app.now(), put there by "resonanzctl clock"; it is left alone.
do $$
begin
  if to_regclass('app.clock') is null then
    create or replace function app.now() returns timestamptz
    language sql stable parallel safe
    as 'select pg_catalog.now()';
  end if;
end $$;

create or replace function app.has_test_clock() returns boolean
language sql stable as $$
  select to_regclass('app.clock') is not null
    or (select p.prosrc <> 'select pg_catalog.now()' from pg_proc p
        where p.oid = 'app.now()'::regprocedure)
$$;

-- The day in Germany, which validity of roles and seats is about.
create or replace function app.today() returns date
language sql stable as $$
  select (app.now() at time zone 'Europe/Berlin')::date
$$;
