-- Receipts are signed once, by the jobs, after the release that wrote them. The
-- public halves of the keys stay here for good, so that old receipts can be
-- checked after a key was replaced.
create table app.signing_key (
  id text primary key,
  public_key bytea not null unique check (octet_length(public_key) = 32),
  used_from timestamptz not null default clock_timestamp(),
  used_until timestamptz check (used_until >= used_from), -- null: signs now
  check (id = left(encode(sha256(public_key), 'hex'), 16))
);

create function app.guard_signing_key() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.used_until is null and new.used_until is not null
    and (new.id, new.public_key, new.used_from) = (old.id, old.public_key, old.used_from) then
    return new;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
create trigger guard_signing_key before update or delete on app.signing_key
  for each row execute function app.guard_signing_key();
create trigger guard_truncate before truncate on app.signing_key
  for each statement execute function app.guard_immutable();

alter table app.receipt add foreign key (key_id) references app.signing_key;
create index receipt_unsigned on app.receipt (response_version_id) where signature is null;

-- From unsigned to signed, once, and nothing else. (The SHA-256 is generated and
-- not there yet in a trigger.)
create function app.guard_receipt() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.signature is null and new.signature is not null
    and to_jsonb(new) - '{key_id,signature,sha256}'::text[]
      = to_jsonb(old) - '{key_id,signature,sha256}'::text[] then
    return new;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
drop trigger guard_immutable on app.receipt;
create trigger guard_receipt before update or delete on app.receipt
  for each row execute function app.guard_receipt();
