-- in the demo world
-- The authorisation matrix (tests/matrix/) against every page and action
-- function, each called as the server calls it; each call is undone.
\set ON_ERROR_STOP on
\set QUIET on
\pset format unaligned
\pset tuples_only on
\pset pager off
set client_min_messages = warning;
set timezone = 'Europe/Berlin';
create extension if not exists pgtap;
set track_functions = 'all';
begin;
\set world `node $SQL_TESTS/../matrix/matrix.mjs world`
:world
create table matrix.cell (id int generated always as identity primary key, name text, function text, is_post boolean, is_seen boolean,
  audience text, role text, object text, state text, expected text, sent jsonb, objects text[], got text,
  body text, calls bigint, scans bigint);
create table matrix.gap (gap text);
create table matrix.guarded (name text, is_open boolean, everything text[], own text[]);
\copy matrix.cell (name, function, is_post, is_seen, audience, role, object, state, expected, sent, objects) from program 'node $SQL_TESTS/../matrix/matrix.mjs cells'
\copy matrix.gap from program 'node $SQL_TESTS/../matrix/matrix.mjs gaps'
\copy matrix.guarded from program 'node $SQL_TESTS/../matrix/matrix.mjs tables'

-- The call of a cell as the server writes it; what nothing is said of is null.
create function matrix.statement(c matrix.cell) returns text language sql as $$
  select format('select to_json(x)::text %s from %s e, lateral %s(e%s) x',
    case when c.is_seen then format(', %s_seen(e, x)', replace(c.function, 'page.', 'action.')) end,
    case when c.is_seen then format('app.enter(%L, %%L, ''matrix'')', c.audience) when c.is_post
      then format('app.enter_form(%L, %%L, ''matrix'', %L)', c.audience, matrix.context(c.role))
      else format('app.enter_read(%L, %%L, ''matrix'')', c.audience) end, c.function,
    (select string_agg(format(', %I => %L', n, coalesce(c.sent ->> substr(n, 3),
        case when substr(n, 3) = any (c.objects) then matrix.value(c.role, substr(n, 3), c.object) end)), '')
      from pg_proc p, unnest(p.proargnames[2:p.pronargs]) n where p.oid = to_regproc(c.function)))
$$;

-- ok, 401 …, 2f, or what went wrong that must not.
create function matrix.outcome(p_state text, p_message text) returns text language sql as $$
  select case when p_message = 'second_factor' then '2f'
    when p_state like 'CN4__' then substr(p_state, 3) else p_state || ' ' || p_message end
$$;

-- Calls of functions and reads of tables so far, whatever was undone.
create function matrix.calls() returns bigint language sql as $$
  select sum(pg_stat_get_xact_function_calls(p.oid)) from pg_proc p
    where p.pronamespace in ('app'::regnamespace, 'page'::regnamespace, 'action'::regnamespace)
$$;
create function matrix.scans() returns bigint language sql as $$
  select sum(coalesce(t.seq_scan, 0) + coalesce(t.idx_scan, 0)) from pg_stat_xact_user_tables t where t.schemaname = 'app'
$$;

create procedure matrix.run(p_state text) language plpgsql as $$
declare
  c matrix.cell;
  v_calls bigint; v_scans bigint;
  v_sql text; v_got text; v_state text; v_message text; v_body text;
begin
  for c in select * from matrix.cell x where x.state = p_state order by x.id loop
    v_sql := format(matrix.statement(c), (select sha256(convert_to(r.token, 'UTF8'))
      from matrix.role r where r.role = c.role and r.session <> 'none'));
    if c.object <> 'own' and c.expected = '404' then
      v_calls := matrix.calls();
      v_scans := matrix.scans();
    end if;
    begin
      v_body := null;
      perform set_config('session_authorization', 'resonanz_web', true);
      execute v_sql into v_body;
      raise exception using errcode = 'TT000', message = case when v_body is null then '404' else 'ok' end;
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_message = message_text;
      v_got := case when v_state = 'TT000' then v_message else matrix.outcome(v_state, v_message) end;
    end;
    reset session authorization;
    if c.object <> 'own' and c.expected = '404' then
      update matrix.cell x set calls = matrix.calls() - v_calls, scans = matrix.scans() - v_scans where x.id = c.id;
    end if;
    update matrix.cell x set got = v_got, body = trim('"' from left(v_body, 20)) where x.id = c.id;
  end loop;
end $$;
create function matrix.clock(p_at text) returns void language sql as $$
  update app.clock set shift = make_interval(secs =>
    extract(epoch from p_at::timestamptz - pg_catalog.now())::float8);
$$;

select plan(7 + (select count(distinct name) from matrix.cell)::int + (select count(*) from matrix.guarded)::int);
select is_empty('select gap from matrix.gap', 'authorisation-matrix: each route has a row');
select is_empty($$
  select p.oid::regproc::text from pg_proc p
    where p.pronamespace in ('page'::regnamespace, 'action'::regnamespace)
      and not exists (select from matrix.cell c where replace(p.oid::regproc::text, '"', '') in (c.function,
        case when c.is_seen then replace(c.function, 'page.', 'action.') || '_seen' end)) $$,
  'authorisation-matrix: each function of page and action has a row');
select is_empty($$ select distinct c.function from matrix.cell c where to_regproc(c.function) is null $$,
  'authorisation-matrix: each row has its function');

call matrix.run('open');
select matrix.clock('2024-03-20 09:00');
call matrix.run('planned');
select matrix.clock('2024-04-22 09:00');
select matrix.set_state('submitted');
call matrix.run('submitted');
select matrix.set_state('open');
select matrix.clock('2024-05-10 09:00');
call matrix.run('closed');
select matrix.clock('2024-04-22 09:00');

select is((select (array_agg(format('%s, %s object, %s: expected %s, got %s', c.role, c.object, c.state, c.expected, c.got)
      order by c.id))[:12] from matrix.cell c where c.name = x.name and not (c.got = c.expected or c.expected = 'in' and c.got in ('ok', '409', '422'))), null, 'authorisation-matrix: ' || x.name)
  from (select name, min(id) as id from matrix.cell group by name) x order by x.id;

-- Time is not measured: as many steps are as much to do.
select is((select array_agg(format('%s, %s: %s calls and %s reads for a foreign object, %s and %s for a random one',
      f.name, f.role, f.calls, f.scans, r.calls, r.scans)) filter (where f.calls <> r.calls or abs(f.scans - r.scans) > 3)
    from matrix.cell f join matrix.cell r using (name, role, state)
    where f.object = 'foreign' and r.object = 'random' and f.expected = '404' and r.expected = '404'), null,
  'authorisation-matrix: a foreign object takes what a random one takes');
select cmp_ok((select count(*) from matrix.cell c where c.object = 'foreign' and c.calls > 3 and c.scans > 2), '>', 20::bigint,
  'authorisation-matrix: and it was counted');

-- What a careless page would read: every row, no condition. Foreign are rows
-- of another house, and of people who are in none of his.
create function page.matrix_careless(p_me app.caller, p_table text) returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_all bigint;
  v_foreign bigint;
  v_own text := (select string_agg(case a.attname when 'organisation_id' then 'x.organisation_id = $1' else 'x.person_id = $2' end,
      ' or ') from pg_attribute a where a.attrelid = format('app.%I', p_table)::regclass
    and a.attname in ('organisation_id', 'person_id'));
begin
  if p_table = 'person' then
    v_own := 'x.id = $2 or x.id in (select m.person_id from membership m where m.organisation_id = $1)';
  end if;
  execute format('select count(*), count(*) filter (where (%s) is not true) from app.%I x', coalesce(v_own, 'false'), p_table)
    into v_all, v_foreign using p_me.organisation_id, p_me.person_id;
  return case when v_all = 0 then 'none' when v_foreign > 0 then 'all' else 'own' end;
end $$;
alter function page.matrix_careless owner to resonanz_owner;
grant execute on function page.matrix_careless to resonanz_web;
insert into matrix.cell (name, function, is_post, is_seen, audience, role, object, state, expected, sent, objects)
  select t.relname, 'page.matrix_careless', false, false, case r.session when 'pending' then 'pending' else 'public' end, r.role,
      'own', 'table', case when r.role = any (g.everything) then 'all' when r.role = any (g.own) then 'own' else 'none' end,
      json_build_object('table', t.relname), '{}'
    from pg_class t left join matrix.guarded g on g.name = t.relname, matrix.role r
    where t.relnamespace = 'app'::regnamespace and t.relkind in ('r', 'p') order by t.relname;
call matrix.run('table');
select is((select array_agg(t.relname::text order by 1) from pg_class t where t.relnamespace = 'app'::regnamespace
    and t.relkind in ('r', 'p') and not exists (select from matrix.guarded g where g.name = t.relname)), null,
  'authorisation-matrix: each table has a row');
-- Who may see his own rows need not have any; an open table may be empty.
select is((select array_agg(format('%s meets %s rows, expected %s', c.role, c.body, c.expected) order by c.id)
      filter (where c.body is distinct from c.expected and not (c.body = 'none' and (c.expected = 'own' or g.is_open)))
    from matrix.cell c where c.state = 'table' and c.name = g.name), null, 'authorisation-matrix: rows of ' || g.name)
  from matrix.guarded g order by g.name;
select is((select array_agg(t.relname::text order by 1) from pg_class t where t.relnamespace = 'app'::regnamespace
      and t.relkind in ('r', 'p') and not (t.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = t.oid))
      and not exists (select from matrix.guarded g where g.name = t.relname and g.is_open)), null,
  'authorisation-matrix: each table that is not open to everybody has policies, forced');
select * from finish();
rollback;
