-- Jobs, mail, sealed blocks of the audit log, retention.
create table app.job (
  id bigint generated always as identity primary key,
  kind app.key_text not null,
  dedupe_key text not null default '',
  args jsonb not null default '{}',
  state text not null default 'ready' check (state in ('ready', 'running', 'done', 'failed')),
  created_by bigint references app.person,
  created_at timestamptz not null default clock_timestamp(),
  run_at timestamptz not null default clock_timestamp(),
  attempts int not null default 0,
  claimed_by text,
  heartbeat_at timestamptz,
  parts_done int not null default 0,
  parts_total int,
  note text check (char_length(note) <= 500),
  finished_at timestamptz,
  check ((state in ('done', 'failed')) = (finished_at is not null)),
  check ((state = 'running') = (heartbeat_at is not null))
);
create unique index one_job_at_a_time on app.job (kind, dedupe_key) where state in ('ready', 'running');
create index on app.job (run_at) where state = 'ready';
create index on app.job (heartbeat_at) where state = 'running';

-- What goes out: template and arguments, never the text of an answer. Times
-- are of the real clock.
create table app.mail (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  template app.key_text not null,
  person_id bigint references app.person,
  organisation_id bigint references app.organisation,
  address text check (char_length(address) <= 254), -- null: the person's own at the time of sending
  args jsonb not null default '{}' check (octet_length(args::text) <= 8192),
  invitation_id bigint references app.invitation,
  dedupe_key text unique,
  state text not null default 'ready'
    check (state in ('ready', 'sending', 'sent', 'failed', 'bounced', 'withdrawn')),
  created_at timestamptz not null default clock_timestamp(),
  next_at timestamptz not null default clock_timestamp(),
  attempts int not null default 0,
  claimed_at timestamptz,
  sent_at timestamptz,
  message_id text,
  last_error text check (char_length(last_error) <= 500),
  check (person_id is not null or address is not null),
  check ((state in ('sent', 'bounced')) = (sent_at is not null))
);
create index on app.mail (next_at) where state = 'ready';
create index on app.mail (claimed_at) where state = 'sending';
create index on app.mail (state, created_at);

-- Entries of the audit log with xid in [xid_from, xid_to): all there will ever
-- be. The hash covers number, range, count, previous hash and entry hashes.
create table app.audit_block (
  number bigint primary key check (number >= 1),
  epoch int not null,
  xid_from xid8 not null,
  xid_to xid8 not null check (xid_to > xid_from),
  entry_count int not null check (entry_count >= 0),
  previous_hash app.sha256 not null,
  entry_hashes bytea not null,
  hash app.sha256 not null,
  sealed_at timestamptz not null default clock_timestamp(),
  key_id text not null,
  signature bytea not null check (octet_length(signature) = 64),
  check (octet_length(entry_hashes) = 32 * entry_count),
  unique (epoch, xid_from)
);

create table app.checkpoint (
  id bigint generated always as identity primary key,
  block_number bigint not null references app.audit_block,
  block_hash app.sha256 not null,
  made_at timestamptz not null default clock_timestamp(),
  body text not null, -- the signed lines as they went outside
  key_id text not null,
  signature bytea not null check (octet_length(signature) = 64),
  mail_id bigint references app.mail
);

create table app.retention_run (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  is_dry boolean not null,
  person_id bigint references app.person,
  result jsonb not null -- class, limit, count
);

do $$
declare
  t text;
begin
  foreach t in array array['audit_block', 'checkpoint', 'retention_run'] loop
    execute format('create trigger guard_immutable before update or delete on app.%I
      for each row execute function app.guard_immutable()', t);
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;
