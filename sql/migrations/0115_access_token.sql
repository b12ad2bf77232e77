-- Tokens with which a program acts for a person: in one context, for reading or
-- for both, until a day. Only the hash is kept.
create table app.access_token (
  id bigint generated always as identity primary key,
  token_hash app.sha256 not null unique,
  person_id bigint not null references app.person,
  organisation_id bigint references app.organisation, -- null: the platform
  name text not null check (char_length(name) between 1 and 100),
  writes boolean not null,
  has_factor boolean not null, -- made in a session that had shown the second one
  made_at timestamptz not null default clock_timestamp(),
  used_at timestamptz,
  ends_at timestamptz not null,
  revoked_at timestamptz,
  check (ends_at > made_at and ends_at <= made_at + interval '366 days')
) with (fillfactor = 80);
create index on app.access_token (person_id);

alter type app.caller
  add attribute token_id bigint, -- a program, not a browser
  add attribute token_writes boolean;
