-- What the server asks before it serves: which files made this schema, whether
-- the functions still are those, and whose clock runs.
create or replace function app.functions_checksum() returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select encode(sha256(convert_to(string_agg(
      n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' || e'\n'
        || p.provolatile::text || p.prosecdef::text || coalesce(array_to_string(p.proconfig, ','), '') || e'\n'
        || pg_get_function_result(p.oid) || e'\n' || p.prosrc || e'\n',
      '' order by n.nspname collate "C", p.proname collate "C",
        pg_get_function_identity_arguments(p.oid) collate "C"), 'UTF8')), 'hex')
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('app', 'page', 'action', 'job') and p.prokind = 'f'
      and p.oid <> 'app.now()'::regprocedure); -- the clock is reported by itself
end $$;

create or replace function app.ready() returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_stored jsonb := (select s.value from setting s where s.key = 'schema.checksum');
begin
  return json_build_object(
    'schema_checksum', v_stored ->> 'files',
    'is_intact', coalesce(v_stored ->> 'functions' = functions_checksum(), false),
    'is_own_epoch', is_own_epoch(),
    'has_test_clock', has_test_clock(),
    'now', app.now());
end $$;
