-- The audit log beyond the one entry of app.audit: views, and the canonical
-- form of entries and blocks, whose C twin is in app/domain.

-- Somebody sees or takes what is not theirs: without the entry they do not.
create or replace function app.audit_seen(p_me app.caller, p_act text, p_kind text, p_id bigint,
  p_amount bigint) returns void
language plpgsql set search_path = app, pg_temp as $$
begin
  perform audit(p_me, p_act, p_kind, p_id, null, null, p_amount);
exception
  when others then
    perform fail('CN503', 'audit_away');
end $$;

-- A time in the canonical form: UTC, microseconds.
create or replace function app.canon_time(p_at timestamptz) returns text
language plpgsql stable parallel safe as $$
begin
  return to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
end $$;

-- Form 1, which a column of the block names. Written out instead of calling
-- canon_field thirteen times, which takes four times as long: this runs for
-- each entry of each second. Only the request may hold more than ASCII.
create or replace function app.entry_canon(a app.audit) returns text
language plpgsql stable parallel safe as $$
declare
  v_at text := to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
begin
  return concat(e'resonanz audit 1\nepoch=', length(a.epoch::text), ':', a.epoch,
    e'\nxid=', length(a.xid::text), ':', a.xid, e'\nid=', length(a.id::text), ':', a.id,
    e'\nat=', length(v_at), ':', v_at,
    e'\nperson=', length(a.person_id::text) || ':' || a.person_id,
    e'\norganisation=', length(a.organisation_id::text) || ':' || a.organisation_id,
    e'\nact=', length(a.act), ':', a.act, e'\nkind=', length(a.object_kind) || ':' || a.object_kind,
    e'\nobject=', length(a.object_id::text) || ':' || a.object_id,
    e'\nbefore=', octet_length(a.hash_before) * 2 || ':' || encode(a.hash_before, 'hex'),
    e'\nafter=', octet_length(a.hash_after) * 2 || ':' || encode(a.hash_after, 'hex'),
    e'\namount=', length(a.amount::text) || ':' || a.amount,
    e'\nrequest=', octet_length(a.request_id) || ':' || a.request_id, e'\n');
end $$;

create or replace function app.entry_hash(a app.audit) returns bytea
language plpgsql stable parallel safe as $$
begin
  return sha256(convert_to(app.entry_canon(a), 'UTF8'));
end $$;

create or replace function app.block_canon(b app.audit_block) returns text
language plpgsql stable parallel safe as $$
begin
  return e'resonanz block 1\n' || app.canon_field('number', b.number::text)
    || app.canon_field('epoch', b.epoch::text) || app.canon_field('xid_from', b.xid_from::text)
    || app.canon_field('xid_to', b.xid_to::text) || app.canon_field('entry_count', b.entry_count::text)
    || app.canon_field('previous', encode(b.previous_hash, 'hex'))
    || app.canon_field('entries', encode(b.entry_hashes, 'hex'))
    || app.canon_field('sealed_at', app.canon_time(b.sealed_at)) || app.canon_field('key', b.key_id);
end $$;

-- Transaction numbers of a restored or upgraded database begin anew: until
-- "resonanzctl migrate" has begun an epoch, nothing can be put in order.
create or replace function app.is_own_epoch() returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return exists (select from setting s, pg_control_system() c
    where s.key = 'audit.epoch' and s.value ->> 'system' = c.system_identifier::text);
end $$;

create or replace function app.xid_after(p_xid xid8) returns xid8
language sql immutable parallel safe as $$
  select (p_xid::text::numeric + 1)::text::xid8
$$;
