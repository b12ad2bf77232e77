-- Audit rows, settings and what the deployment remembers.
create table app.setting (
  key app.key_text primary key,
  value jsonb not null
);
insert into app.setting (key, value)
values ('audit.epoch', '{"epoch": 1, "system": null}'::jsonb);

-- Ids, acts and hashes; no text, mail address, name or address of a machine.
create table app.audit (
  epoch int not null,
  xid xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  person_id bigint,
  organisation_id bigint,
  act text not null check (act ~ '^[a-z][a-z_.]{1,59}$'),
  object_kind text check (object_kind ~ '^[a-z][a-z_]{0,39}$'),
  object_id bigint,
  hash_before bytea,
  hash_after bytea,
  request_id text check (char_length(request_id) <= 64),
  primary key (epoch, xid, id)
);

create table app.migration (
  name text primary key,
  sha256 app.sha256 not null,
  applied_at timestamptz not null default clock_timestamp()
);
