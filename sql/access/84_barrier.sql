-- Reports of barriers. They come from the public, who sees no row of them: the
-- way in and the answer by its key run as resonanz_identity.
set local role resonanz_identity;

-- Seconds to wait: who sends many within a quarter of an hour (attempt_begin).
create or replace function app.barrier_begin(p_address text) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return attempt_begin(sha256(convert_to('barrier ' || p_address, 'UTF8')), p_address, null, 'barrier.throttled');
end $$;

-- p_contact: of the environment, where none is published. A page is an address
-- of this server. All of a day are no more than somebody can read.
create or replace function app.barrier_report(p_me app.caller, p_page text, p_body text, p_name text, p_mail text,
  p_contact text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c_most constant int := 200;
  r app.barrier_report;
  v_to text := coalesce((select nullif(s.value ->> 'contact_mail', '') from setting s where s.key = 'operator'), nullif(p_contact, ''));
begin
  if btrim(coalesce(p_body, ''), E' \n\r\t') = '' then
    perform fail('CN422', 'required', 'body');
  elsif nullif(btrim(p_mail), '') is not null and not is_mail(btrim(p_mail)) then
    perform fail('CN422', 'bad_mail', 'mail');
  end if;
  perform pg_advisory_xact_lock(hashtextextended('resonanz barrier', 13));
  if (select count(*) from barrier_report x where x.received_at > app.now() - interval '1 day') >= c_most then
    perform fail('CN429', 'barriers_full');
  end if;
  insert into barrier_report (number, page, body, name, mail, received_at, due_on)
    values ('B-' || extract(year from today()) || '-' || lpad((coalesce((select max(split_part(x.number, '-', 3)::int) from barrier_report x
          where x.number like 'B-' || extract(year from today()) || '-%'), 0) + 1)::text, 4, '0'),
      nullif(btrim(p_page), ''), p_body, nullif(btrim(p_name), ''), lower(nullif(btrim(p_mail), '')), app.now(), today() + 42)
    returning * into r;
  perform audit(p_me, 'barrier.report', 'barrier_report', r.id);
  if v_to is not null then
    perform queue_mail('barrier_reported', null, v_to, null, jsonb_build_object('number', r.number, 'until', r.due_on), null,
      'barrier ' || r.id);
  else
    perform mail_moderators('barrier_reported', null, jsonb_build_object('number', r.number, 'until', r.due_on), 'barrier ' || r.id);
  end if;
  return json_build_object('location', '/barriers/received/' || r.key, 'number', r.number, 'due_on', r.due_on);
end $$;

-- What who has reported reads: never the report, nor who it came from.
create or replace function app.barrier_receipt(p_key text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select json_build_object('number', r.number, 'received_at', r.received_at, 'due_on', r.due_on, 'state', r.state,
      'reply', r.reply, 'handled_at', r.handled_at, 'has_mail', r.mail is not null, 'is_late', r.state = 'open' and r.due_on < today())
    from barrier_report r where r.key = p_key);
end $$;

grant execute on function app.barrier_begin(text) to resonanz_web;
grant execute on function app.barrier_report(app.caller, text, text, text, text, text),
  app.barrier_receipt(text) to resonanz_owner;
set local role resonanz_owner;

create or replace function app.barrier_json(r app.barrier_report) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object('number', r.number, 'key', r.key, 'page', r.page, 'body', r.body, 'start', case when char_length(r.body) > 160 then left(r.body, 159) || '…' else r.body end, 'name', r.name, 'mail', r.mail,
    'received_at', r.received_at, 'due_on', r.due_on, 'state', r.state, 'reply', r.reply, 'handled_at', r.handled_at,
    'version', r.version, 'is_late', r.state = 'open' and r.due_on < today(), 'href', '/barriers/' || r.number);
end $$;

-- When the statement was made, as set or as it is shipped; it is looked through again within a year.
create or replace function app.statement_on(p_texts jsonb) returns date
language plpgsql immutable set search_path = app, pg_temp as $$
begin
  return coalesce(read_day(p_texts ->> 'accessibility_on', 'accessibility_on'), date '2026-11-23');
end $$;

create or replace function app.statement_due() returns date
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (statement_on((select s.value from setting s where s.key = 'operator')) + interval '1 year')::date;
end $$;
