-- Errors that the server maps to a page: SQLSTATE CN401 … CN503, a code as the
-- message, the field as the column and numbers for the text as JSON detail.
create or replace function app.fail(p_state text, p_code text, p_field text default null,
  p_args json default null) returns void
language plpgsql as $$
begin
  raise exception using errcode = p_state, message = p_code,
    column = coalesce(p_field, ''), detail = coalesce(p_args::text, '');
end $$;

create or replace function app.epoch() returns int
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select (s.value ->> 'epoch')::int from setting s where s.key = 'audit.epoch');
end $$;

-- One entry of the audit log: ids, acts and hashes, never words or names.
-- p_amount: how many rows were seen or taken away.
create or replace function app.audit(p_me app.caller, p_act text, p_kind text default null,
  p_id bigint default null, p_before bytea default null, p_after bytea default null,
  p_amount bigint default null) returns void
language plpgsql as $$
begin
  insert into app.audit (epoch, person_id, organisation_id, act, object_kind, object_id,
      hash_before, hash_after, amount, request_id)
    values ((select (s.value ->> 'epoch')::int from app.setting s where s.key = 'audit.epoch'),
      p_me.person_id, p_me.organisation_id, p_act, p_kind, p_id, p_before, p_after, p_amount,
      left(nullif(current_setting('app.request_id', true), ''), 64));
end $$;

-- What an action answers instead of raising when the attempt itself belongs in
-- the log: an error would take the entry back with it. The server makes an
-- error of p_state of it. Only for actions that have written nothing yet.
create or replace function app.refuse(p_me app.caller, p_act text, p_kind text, p_id bigint, p_code text,
  p_args json default null) returns json
language plpgsql set search_path = app, pg_temp as $$
begin
  perform audit(p_me, p_act || '_refused', p_kind, p_id);
  return json_build_object('refused', json_build_object('state', 'CN409', 'code', p_code, 'args', p_args));
end $$;
