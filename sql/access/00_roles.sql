-- Runs as whoever connects (a superuser, or an owner with CREATEROLE), before
-- the migrations; everything after it runs as resonanz_owner. Idempotent.
do $$
declare
  v_role text; -- or the name of an extension
begin
  foreach v_role in array array['resonanz_owner', 'resonanz_identity', 'resonanz_join', 'resonanz_search', 'resonanz_public', 'resonanz_jobs', 'resonanz_web'] loop
    if to_regrole(v_role) is null then
      execute format('create role %I', v_role);
      if v_role in ('resonanz_web', 'resonanz_jobs') then
        execute format('alter role %I login', v_role);
      end if;
    end if;
    if not pg_has_role(current_user, v_role, 'member') then
      execute format('grant %I to current_user', v_role);
    end if;
  end loop;

  -- The owner becomes the others by SET ROLE only: inherited rights would let
  -- the policies for resonanz_identity and resonanz_join hold in every function
  -- of the owner.
  if (select rolinherit from pg_roles where rolname = 'resonanz_owner') then
    alter role resonanz_owner noinherit;
  end if;
  foreach v_role in array array['resonanz_identity', 'resonanz_join', 'resonanz_search', 'resonanz_public', 'resonanz_jobs'] loop
    if not pg_has_role('resonanz_owner', v_role, 'member') then
      execute format('grant %I to resonanz_owner', v_role);
    end if;
  end loop;

  foreach v_role in array array['resonanz_web', 'resonanz_jobs', 'resonanz_owner'] loop
    if not exists (select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
        where r.rolname = v_role and s.setdatabase = 0
          and 'TimeZone=Europe/Berlin' = any (s.setconfig)) then
      execute format('alter role %I set timezone = %L', v_role, 'Europe/Berlin');
    end if;
  end loop;
  -- Pages are short; a parallel plan costs more than it gives. An answer is
  -- packed at every save: with lz4 in a tenth of the time of pglz.
  if not exists (select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
      where r.rolname = 'resonanz_web'
        and 'default_toast_compression=lz4' = any (s.setconfig)) then
    alter role resonanz_web set max_parallel_workers_per_gather = 0;
    alter role resonanz_web set jit = off;
    alter role resonanz_web set default_toast_compression = lz4;
    alter role resonanz_jobs set default_toast_compression = lz4;
  end if;

  -- A new function is closed to everybody until it is granted.
  foreach v_role in array array['resonanz_owner', 'resonanz_identity', 'resonanz_join', 'resonanz_search', 'resonanz_public'] loop
    execute format('alter default privileges for role %I revoke execute on functions from public', v_role);
  end loop;

  foreach v_role in array array['btree_gist', 'pg_trgm', 'fuzzystrmatch'] loop
    if not exists (select from pg_extension where extname = v_role) then
      execute format('create extension %I', v_role);
    end if;
  end loop;
  if not has_database_privilege('resonanz_owner', current_database(), 'create') then
    execute format('grant create on database %I to resonanz_owner', current_database());
  end if;
end $$;
