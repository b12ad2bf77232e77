-- The log counts what was seen and taken away; blocks name their form; what a
-- check of the chain found is kept.
alter table app.audit add column amount bigint check (amount >= 0);
create index on app.audit using brin (at) with (pages_per_range = 32, autosummarize = on);

alter table app.audit_block add column form int not null default 1; -- of entries and block, as hashed

create table app.audit_check (
  id bigint generated always as identity primary key,
  job_id bigint, -- null: at the command line
  person_id bigint references app.person, -- who asked for it
  started_at timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  block_count bigint not null,
  entry_count bigint not null,
  unsealed_count bigint not null,
  unsealed_since timestamptz,
  last_block bigint,
  last_hash app.sha256,
  key_id text,
  finding jsonb, -- the first one: what, block, place, epoch, xid, id, expected, found; null: intact
  check (finished_at >= started_at)
);
create trigger guard_immutable before update or delete on app.audit_check
  for each row execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.audit_check
  for each statement execute function app.guard_immutable();

insert into app.setting (key, value) values ('audit.checkpoint_addresses', '[]');
