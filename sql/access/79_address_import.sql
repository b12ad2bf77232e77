-- A confirmed address list, part by part. A part is one transaction of whoever
-- confirms (the first one) or of the job (sql/job/address_import.sql), and
-- moves the import on by its lines: none is done twice, and none half.

-- A code for each new line that names none: of its name, or with its ARS or a
-- hash where that one is taken, now or by another line of the list.
create or replace function app.address_codes(p_lines jsonb, p_list jsonb) returns table (line int, code text)
language plpgsql stable set search_path = app, pg_temp
-- the planner takes a list for a hundred lines
set enable_nestloop = off as $$
begin
  return query
    with x as materialized (select y.*, row_number() over (partition by y.base order by y.line) as n
      from (select (r ->> 'line')::int as line, r ->> 'name' as name, r ->> 'land' as land, r ->> 'ars' as ars,
            code_from(coalesce(r ->> 'short_name', r ->> 'name')) as base
          from jsonb_array_elements(p_lines) r where r ->> 'state' = 'new' and r ->> 'code' is null) y),
    named as materialized (select distinct r ->> 'code' as code from jsonb_array_elements(p_list) r)
    select x.line, case when x.n = 1 and o.id is null and named.code is null then x.base
        else x.base || '-' || coalesce(x.ars, upper(left(md5(x.name || coalesce(x.land, '') || x.line), 6))) end
      from x left join organisation o on o.code = x.base left join named on named.code = x.base;
end $$;

-- Makes the new organisations of these lines; gives the ids of all of them, of
-- those that were there as well.
create or replace function app.address_create(p_me app.caller, p_lines jsonb, p_list jsonb) returns bigint[]
language plpgsql volatile set search_path = app, pg_temp
set enable_nestloop = off as $$
declare
  v_new bigint[];
begin
  with n as materialized (select r, coalesce(r ->> 'code', c.code) as code, (r ->> 'line')::int as line
      from jsonb_array_elements(p_lines) r left join address_codes(p_lines, p_list) c on c.line = (r ->> 'line')::int
      where r ->> 'state' = 'new'),
    o as (insert into organisation (code, level, kind, land_code, ars, size_class, office_mail, postal_address)
      select n.code, r ->> 'level', r ->> 'kind', r ->> 'land', r ->> 'ars', r ->> 'size_class', r ->> 'mail',
          r ->> 'postal_address' from n
      returning organisation.id, organisation.code),
    names as (insert into organisation_name (organisation_id, name, short_name)
      select o.id, r ->> 'name', coalesce(r ->> 'short_name', left(r ->> 'name', 60)) from n join o on o.code = n.code)
  select coalesce(array_agg(o.id order by n.line), '{}') into v_new from n join o on o.code = n.code;
  perform audit(p_me, 'organisation.create', 'organisation', x.id) from unnest(v_new) x(id);
  return v_new || array(select (r ->> 'organisation_id')::bigint
    from jsonb_array_elements(p_lines) r where r ->> 'state' = 'same');
end $$;

-- Invites those who are not yet; each office gets one mail a stage, however
-- often it is asked for.
create or replace function app.address_invite(p_me app.caller, p_ids bigint[], p_stage app.stage) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_today date := today();
  v_title text := (select c.title from consultation c where c.id = p_stage.consultation_id);
  v_by text := (select p.name from person p where p.id = p_me.person_id);
  r record;
begin
  for r in
    with i as (insert into participation (stage_id, organisation_id, wave, invited_at, level, land_code,
          seat_status, sort_key)
        select p_stage.id, o.id, wave_of(p_stage.id, seat_status_on(o.id, v_today), o.level), app.now(), o.level, o.land_code, seat_status_on(o.id, v_today),
            participation_sort_key(o.id, v_today)
          from organisation o where o.id = any (p_ids)
        on conflict (stage_id, organisation_id) do nothing returning organisation_id)
    select o.id, o.office_mail from i join organisation o on o.id = i.organisation_id order by o.id loop
    perform audit(p_me, 'participation.invite', 'organisation', r.id);
    if r.office_mail is not null then
      perform queue_mail('office_invitation', null, r.office_mail, r.id, jsonb_build_object(
        'consultation', left(v_title, 300), 'stage', p_stage.number, 'closes_at', p_stage.closes_at, 'by', v_by),
        null, office_mail_key(p_stage.id, r.office_mail));
    end if;
  end loop;
end $$;

-- The list with what became of lines that could not be taken any more.
create or replace function app.import_left_out(p_list jsonb, p_lines jsonb) returns jsonb
language plpgsql immutable set search_path = app, pg_temp
set enable_nestloop = off as $$
begin
  return (select jsonb_agg(case when b.r is null then l.r
      else l.r || jsonb_build_object('state', 'left', 'reasons', b.r -> 'reasons') end order by l.n)
    from jsonb_array_elements(p_list) with ordinality l(r, n) left join jsonb_array_elements(p_lines) b(r)
      on b.r ->> 'line' = l.r ->> 'line' and b.r ->> 'state' = 'bad');
end $$;

-- The numbers of another part added up.
create or replace function app.import_sum(p_done jsonb, p_counts json) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_object_agg(c.key, coalesce((p_done ->> c.key)::int, 0) + c.value::int) from json_each_text(p_counts) c
$$;

-- The next lines of a running import. Each is checked again: what is there by
-- now is not made twice, and what contradicts it is left out with its reason.
-- Gives how many parts are left.
create or replace function app.import_part(p_me app.caller, p_import_id bigint) returns int
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  c_lines constant int := 500;
  i app.organisation_import;
  s app.stage;
  v_lines jsonb;
  v_rest int;
begin
  -- one list at a time, so that two never make the same organisation
  perform pg_advisory_xact_lock(hashtextextended('address_import', 0));
  select x.* into i from organisation_import x where x.id = p_import_id and x.state = 'running' for update;
  if not found then
    return 0;
  end if;
  select x.* into s from stage x where x.id = i.stage_id;
  if s.id is not null and stage_state(s) not in ('planned', 'open') then
    raise exception 'Diese Stufe nimmt keine Einladungen mehr an.';
  end if;
  v_lines := (select jsonb_agg(l.r order by l.n) from (select r, n
    from jsonb_array_elements(i.rows) with ordinality x(r, n) where r ->> 'state' <> 'bad'
    order by n offset coalesce((i.done ->> 'read')::int, 0) limit c_lines) l);
  v_lines := (select jsonb_agg(to_jsonb(c)) from address_check(v_lines, i.stage_id) c);
  i.done := import_sum(i.done, address_counts(v_lines, i.stage_id));
  if s.id is not null then
    perform address_invite(p_me, address_create(p_me, v_lines, i.rows), s);
  else
    perform address_create(p_me, v_lines, i.rows);
  end if;
  if jsonb_path_exists(v_lines, '$[*] ? (@.state == "bad")') then
    update organisation_import x set rows = import_left_out(i.rows, v_lines) where x.id = i.id;
  end if;
  v_rest := ceil(((i.result ->> 'ok')::int - (i.done ->> 'read')::int)::numeric / c_lines);
  update organisation_import x set done = i.done, state = case when v_rest = 0 then 'imported' else 'running' end,
      finished_at = case when v_rest = 0 then app.now() end,
      result = case when v_rest = 0 then x.result || (i.done - 'read')
        || jsonb_build_object('bad', (x.result ->> 'bad')::int + (i.done ->> 'bad')::int) else x.result end
    where x.id = i.id;
  if v_rest = 0 then
    perform audit(p_me, 'address_list.import', 'organisation_import', i.id, null, i.file_hash, (i.done ->> 'ok')::bigint);
  end if;
  return v_rest;
end $$;
