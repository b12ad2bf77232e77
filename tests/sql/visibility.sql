-- Who sees what: drafts nobody outside the house, released rows the desk too.
-- The queries run as the owner of the tables inside a security definer
-- function, as those of a page do that forgot its own condition.
\ir t/setup.sql
select plan(39);

-- What a careless page would read: every row, no condition.
create function page.t_careless(p_me app.caller, p_table text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_rows json;
begin
  execute format('select coalesce(json_agg(x), ''[]'') from app.%I x', p_table) into v_rows;
  return v_rows;
end $$;
alter function page.t_careless owner to resonanz_owner;
grant execute on function page.t_careless to resonanz_web;
create function t.sees(p_who text, p_table text) returns text
language sql as $$
  select t.read(p_who, case when p_who is null then 'public' else 'signed_in' end,
    format('page.t_careless(e, %L)', p_table))::text
$$;
create function t.count(p_who text, p_table text) returns int
language sql as $$ select jsonb_array_length(t.sees(p_who, p_table)::jsonb) $$;

select t.do(t.save('huber', 'K4.G2.5', 0, 'reject', 'Geheimwort Gamsbart im Entwurf.'));
select t.do(t.save('brandl', 'K4.G2.5', 1, 'reject', 'Geheimwort Gamsbart, zweite Hand.'));
select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree', 'Geheimwort Leuchtturm im Entwurf.'));

select alike(t.sees('huber', 'answer'), '%Gamsbart%', 'the house sees its draft');
select unalike(t.sees('huber', 'answer'), '%Leuchtturm%', 'but not that of another house');
select unalike(t.sees('lorenz', 'answer'), '%Gamsbart%', 'nor the other way round');
select is(t.count('graf', 'answer'), 1, 'who co-signs reads the house');
select is(t.count('sander', 'answer'), 0, 'a moderator sees no draft');
select is(t.count('voss', 'answer'), 0, 'nor does the revision');
select is(t.count('adler', 'answer'), 0, 'nor does the administration');
select is(t.count(null, 'answer'), 0, 'nor anybody');
select is(t.count('huber', 'answer_revision'), 1, 'the house sees its sealed copies');
select is(t.count('sander', 'answer_revision') + t.count('lorenz', 'answer_revision') + t.count(null, 'answer_revision'),
  0, 'and nobody else');
select is(t.count('sander', 'response'), 2, 'a moderator sees that two have begun');
select is(t.count('lorenz', 'response'), 1, 'another house does not');
select is(t.count(null, 'response') + t.count('voss', 'response'), 0, 'nor anybody else');

select t.do(t.release('brandl', 'T-BY'));
select alike(t.sees('sander', 'released_answer'), '%Gamsbart%', 'after the release a moderator reads it');
select is(t.count('sander', 'answer'), 0, 'from the released rows, never from the draft');
select is(t.count('sander', 'position') + t.count('sander', 'response_version') + t.count('sander', 'receipt')
  + t.count('sander', 'version_answer') + t.count('sander', 'current_version'), 5, 'and all that belongs to it');
select is(t.count('lorenz', 'released_answer') + t.count('lorenz', 'position') + t.count('lorenz', 'response_version')
  + t.count('lorenz', 'receipt') + t.count('lorenz', 'current_version'), 0, 'another house sees nothing of it');
select is(t.count(null, 'released_answer') + t.count(null, 'position') + t.count(null, 'receipt'), 0, 'nor does anybody');
select is(t.count('huber', 'participation'), 1, 'a house sees its own invitation');
select is(t.count('sander', 'participation'), 3, 'the desk sees all');

select is((select array_agg(x ->> 'name' order by x ->> 'name')::text from jsonb_array_elements(t.sees('huber', 'person')::jsonb) x),
  '{Brandl,Graf,Huber}', 'people see their house');
select is(t.count('sander', 'person'), 8, 'a moderator sees whom there is to invite');
select is(t.count(null, 'person') + t.count(null, 'membership') + t.count(null, 'session'), 0, 'nobody sees nobody');
select is(t.count('huber', 'session'), 1, 'one sees the own sessions');
select is(t.count('huber', 'login_attempt') + t.count('sander', 'login_attempt'), 0, 'attempts are for signing in only');
select cmp_ok(t.count('voss', 'audit'), '>', 0, 'the revision reads the audit log');
select is(t.count('sander', 'audit') + t.count('huber', 'audit') + t.count(null, 'audit'), 0, 'nobody else does');
select is((select count(*) from app.audit a where a::text ~* 'gamsbart|huber|@'), 0::bigint,
  'the audit log holds no words, names or addresses');

-- The web role itself, without any identity set.
set local session authorization resonanz_web;
select throws_ok('select * from app.answer', '42501', null, 'the web role has no right on a table');
select throws_ok('select * from app.consultation', '42501', null, 'not even on the paper');
select throws_ok($$select app.audit(null::app.caller, 'x.y')$$, '42501', null,
  'nor on a helper');
select throws_ok('set local role resonanz_owner', '42501', null, 'nor can it become another role');
reset session authorization;

select is_empty($$
  select c.relname from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind = 'r'
    and c.relname not in ('seat_holding', 'organisation_name', 'sponsor') and not (c.relrowsecurity and c.relforcerowsecurity)
    and (c.relname in ('person', 'login_attempt') or exists (select from pg_attribute a
      where a.attrelid = c.oid and a.attname in ('organisation_id', 'person_id', 'author_id'))) $$,
  'row level security is forced on every table with data of an organisation or person');
select is_empty($$
  select table_name from information_schema.role_table_grants
    where grantee in ('resonanz_web', 'resonanz_jobs', 'PUBLIC') and table_schema = 'app' $$,
  'no grants on tables');
select is_empty($$
  select p.oid::regprocedure from pg_proc p where p.pronamespace = 'app'::regnamespace
    and has_function_privilege('resonanz_web', p.oid, 'execute')
    and p.proname not in ('enter', 'enter_form', 'enter_read', 'login_begin', 'login_finish', 'logout', 'touch', 'ready',
      'factor_begin', 'factor_finish', 'step_up_finish',
      'switch_context', 'link_use', 'link_accept', 'reset_begin', 'reset_make', 'barrier_begin', 'password_begin', 'password_change') $$,
  'the web role executes the ways in and nothing else of app');

-- resonanz_identity sees people before anybody is known; of houses only this.
select results_eq($$
  select (table_name || ' ' || privilege_type || ' ' || string_agg(column_name::text, ' ' order by column_name::text)) collate "default"
    from information_schema.column_privileges where grantee = 'resonanz_identity' and table_schema = 'app'
      and table_name in ('response', 'response_version', 'mail_event', 'organisation_import') group by table_name, privilege_type order by 1 $$,
  $$ values ('mail_event SELECT mail_id'), ('mail_event UPDATE note'),
    ('organisation_import SELECT finished_at id key rows uploaded_at'), ('organisation_import UPDATE rows'),
    ('response SELECT id organisation_id stage_id'),
    ('response_version SELECT number organisation_id organisation_name released_at response_id stage_id') $$,
  'signing in and data protection read ids and times, and write what is erased');
select results_eq($$
  select (table_name || ' ' || privilege_type) collate "default" from information_schema.role_table_grants
    where grantee = 'resonanz_identity' and table_schema = 'app'
      and table_name in ('response', 'response_version', 'mail_event', 'organisation_import') order by 1 $$,
  $$ values ('organisation_import DELETE'), ('response DELETE') $$, 'and end what is over its time');
set local role resonanz_identity;
create function app.t_end_responses() returns bigint language plpgsql security definer as $$
declare
  v_count bigint;
begin
  delete from app.response;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
grant execute on function app.t_end_responses() to resonanz_web;
reset role;
set local session authorization resonanz_web;
select cmp_ok(app.t_end_responses(), '>', 0::bigint, 'drafts can end');
reset session authorization;
select set_eq('select id from app.response', 'select distinct response_id from app.response_version', 'what was released stays');

select * from finish();
rollback;
