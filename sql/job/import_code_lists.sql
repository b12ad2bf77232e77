-- Loads code lists and seats that "resonanzctl import" has checked. The same
-- content again changes nothing; other content needs a later as-of date. A code
-- in use stays: the foreign key of whoever uses it refuses.
create or replace function job.import_code_list(p_list jsonb) returns boolean
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_key text := p_list ->> 'key';
  v_as_of date := (p_list ->> 'as_of')::date;
  l code_list;
  v_old jsonb;
  v_new jsonb := (select jsonb_agg(jsonb_build_object('key', x ->> 'key', 'label', x ->> 'label',
      'level', x ->> 'level') order by n)
    from jsonb_array_elements(p_list -> 'codes') with ordinality c(x, n));
begin
  select x.* into l from code_list x where x.key = v_key;
  v_old := (select jsonb_agg(jsonb_build_object('key', c.key, 'label', c.label, 'level', c.level)
    order by c.position) from code c where c.list_key = v_key);
  if v_old is not distinct from v_new
      and (l.title, l.as_of, l.source) is not distinct from (p_list ->> 'title', v_as_of, p_list ->> 'source') then
    return false;
  elsif l.as_of >= v_as_of then
    perform fail('CN409', 'list_as_of', v_key, json_build_object('as_of', l.as_of));
  end if;
  insert into code_list (key, title, as_of, source)
    values (v_key, p_list ->> 'title', v_as_of, p_list ->> 'source')
    on conflict (key) do update set title = excluded.title, as_of = excluded.as_of, source = excluded.source;
  delete from code c where c.list_key = v_key
    and not exists (select from jsonb_array_elements(v_new) x where x ->> 'key' = c.key);
  -- places are unique: first out of the way
  update code c set position = -c.position where c.list_key = v_key;
  insert into code (list_key, key, label, position, level)
    select v_key, x ->> 'key', x ->> 'label', n, x ->> 'level'
      from jsonb_array_elements(v_new) with ordinality c(x, n)
    on conflict (list_key, key) do update set label = excluded.label, position = excluded.position,
      level = excluded.level;
  return true;
end $$;

-- Seats are added and renamed; the status of one that exists never changes.
create or replace function job.import_seats(p_seats jsonb) returns boolean
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_key text := (select x ->> 'key' from jsonb_array_elements(p_seats -> 'rows') x
    join seat s on s.key = x ->> 'key' where s.seat_status <> x ->> 'seat_status' limit 1);
  v_as_of date := (p_seats ->> 'as_of')::date;
  l code_list;
begin
  if v_key is not null then
    perform fail('CN409', 'seat_status', v_key);
  end if;
  select x.* into l from code_list x where x.key = 'seat';
  if l.key is not null and l.as_of = v_as_of and not exists (
      select from jsonb_array_elements(p_seats -> 'rows') x left join seat s on s.key = x ->> 'key'
        where s.name is distinct from x ->> 'name') then
    return false;
  elsif l.as_of >= v_as_of then
    perform fail('CN409', 'list_as_of', 'seat', json_build_object('as_of', l.as_of));
  end if;
  insert into code_list (key, title, as_of, source)
    values ('seat', p_seats ->> 'title', v_as_of, p_seats ->> 'source')
    on conflict (key) do update set title = excluded.title, as_of = excluded.as_of, source = excluded.source;
  insert into seat (key, name, seat_status, body, position)
    select x ->> 'key', x ->> 'name', x ->> 'seat_status', p_seats ->> 'body',
        n + coalesce((select max(s.position) from seat s), 0)
      from jsonb_array_elements(p_seats -> 'rows') with ordinality r(x, n)
    on conflict (key) do update set name = excluded.name;
  return true;
end $$;

create or replace function job.import_code_lists(p_doc jsonb) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_list jsonb;
  v_changed int := 0;
begin
  if not is_operator() then
    perform fail('CN403', 'audience');
  end if;
  perform pg_advisory_xact_lock(hashtextextended('job.import_code_lists', 0));
  for v_list in select l from jsonb_array_elements(p_doc -> 'lists') l loop
    v_changed := v_changed + job.import_code_list(v_list)::int;
  end loop;
  v_changed := v_changed + job.import_seats(p_doc -> 'seats')::int;
  if v_changed > 0 then
    perform audit(null, 'codes.import');
  end if;
  return json_build_object('state', case when v_changed = 0 then 'unchanged' else 'imported' end,
    'lists', jsonb_array_length(p_doc -> 'lists'), 'seats', jsonb_array_length(p_doc #> '{seats,rows}'),
    'codes', (select count(*) from jsonb_array_elements(p_doc -> 'lists') l, jsonb_array_elements(l -> 'codes')));
end $$;
