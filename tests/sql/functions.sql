-- Every function is what plpgsql_check and the rules of the house want.
\ir t/setup.sql
create extension if not exists plpgsql_check;
-- Helpers of pages run with the search_path of their page.
set local search_path = app, public;
select plan(7);

select is_empty($$
  select p.oid::regprocedure, c.lineno, c.level, c.message
    from pg_proc p cross join lateral plpgsql_check_function_tb(p.oid, coalesce(
        (select t.tgrelid from pg_trigger t where t.tgfoid = p.oid limit 1), 0),
      performance_warnings => false, extra_warnings => true,
      newtable => (select t.tgnewtable from pg_trigger t where t.tgfoid = p.oid limit 1)) c
    where p.pronamespace in ('app'::regnamespace, 'page'::regnamespace, 'action'::regnamespace, 'job'::regnamespace)
      and p.prolang = (select l.oid from pg_language l where l.lanname = 'plpgsql')
      and c.level in ('error', 'warning') $$, 'plpgsql_check finds no error');

select is_empty($$
  select p.oid::regprocedure from pg_proc p
    where p.pronamespace in ('page'::regnamespace, 'action'::regnamespace)
      and not (p.prosecdef and 'search_path=app, pg_temp' = any (coalesce(p.proconfig, '{}'))) $$,
  'pages and actions run as the owner with a fixed search_path');
select is_empty($$
  select p.oid::regprocedure from pg_proc p
    where p.prosecdef and p.pronamespace in ('app'::regnamespace, 'job'::regnamespace)
      and not 'search_path=app, pg_temp' = any (coalesce(p.proconfig, '{}')) $$,
  'so does whatever else is a security definer');
select is_empty($$
  select p.oid::regprocedure from pg_proc p join pg_roles r on r.oid = p.proowner
    where p.pronamespace in ('page'::regnamespace, 'action'::regnamespace, 'job'::regnamespace)
      and r.rolname <> 'resonanz_owner' $$, 'they belong to the owner');
select is_empty($$
  select p.oid::regprocedure from pg_proc p where p.pronamespace = 'page'::regnamespace and p.provolatile = 'v'
    or p.pronamespace = 'action'::regnamespace and p.provolatile <> 'v' $$, 'pages are stable, actions volatile');
select is_empty($$
  select p.oid::regprocedure, cardinality(string_to_array(p.prosrc, e'\n')) from pg_proc p
    where p.pronamespace in ('app'::regnamespace, 'page'::regnamespace, 'action'::regnamespace, 'job'::regnamespace)
      and cardinality(string_to_array(p.prosrc, e'\n')) > 80 $$, 'no function is longer than 80 lines');
select is_empty($$
  select p.oid::regprocedure from pg_proc p
    where p.pronamespace in ('app'::regnamespace, 'page'::regnamespace, 'action'::regnamespace)
      and p.oid <> 'app.now()'::regprocedure and p.proname <> 'has_test_clock'
      and p.prosrc ~ '\m(current_timestamp|localtimestamp|current_date|statement_timestamp|pg_catalog\.now)\M' $$,
  'time is app.now()');

select * from finish();
rollback;
