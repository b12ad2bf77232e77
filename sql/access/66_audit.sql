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

-- Form 1, which a column of the block names.
create or replace function app.entry_canon(a app.audit) returns text
language plpgsql stable parallel safe as $$
begin
  return e'resonanz audit 1\n' || canon_field('epoch', a.epoch::text) || canon_field('xid', a.xid::text)
    || canon_field('id', a.id::text) || canon_field('at', canon_time(a.at))
    || canon_field('person', a.person_id::text) || canon_field('organisation', a.organisation_id::text)
    || canon_field('act', a.act) || canon_field('kind', a.object_kind)
    || canon_field('object', a.object_id::text) || canon_field('before', encode(a.hash_before, 'hex'))
    || canon_field('after', encode(a.hash_after, 'hex')) || canon_field('amount', a.amount::text)
    || canon_field('request', a.request_id);
end $$;

create or replace function app.entry_hash(a app.audit) returns bytea
language plpgsql stable parallel safe as $$
begin
  return sha256(convert_to(entry_canon(a), 'UTF8'));
end $$;
