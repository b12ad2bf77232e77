-- Names with their time, code lists, the second factor, invitations.
create table app.organisation_name (
  organisation_id bigint not null references app.organisation,
  name app.line_text not null,
  short_name app.line_text not null,
  valid daterange not null default daterange(null, null) check (not isempty(valid)),
  primary key (organisation_id, valid),
  exclude using gist (organisation_id with =, valid with &&)
);
insert into app.organisation_name (organisation_id, name, short_name)
  select id, name, short_name from app.organisation;

alter table app.organisation
  drop column name,
  drop column short_name,
  add column size_class text, -- of a municipality, by inhabitants
  add constraint office_mail_form check (office_mail ~ '^[^@[:space:]]+@[^@[:space:]]+$'
    and char_length(office_mail) <= 254);

-- Lists of codes as published somewhere on a day; labels are theirs.
create table app.code_list (
  key app.key_text primary key,
  title app.line_text not null,
  as_of date not null,
  source app.line_text not null
);
create table app.code (
  list_key app.key_text not null references app.code_list,
  key app.key_text not null,
  label app.line_text not null,
  position int not null,
  level app.level, -- of the list of kinds: where a kind belongs
  primary key (list_key, key),
  unique (list_key, position)
);

alter table app.seat
  add column body text not null default 'IT-PLR',
  add column valid daterange not null default daterange(null, null) check (not isempty(valid));

alter table app.person
  add column key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  add column totp_secret bytea, -- sealed with a key that is not in the database
  add column totp_set_at timestamptz, -- confirmed with a first code
  add column totp_step bigint, -- the last one used: a code counts once
  add column factor_demanded boolean not null default false,
  add column password_set_at timestamptz,
  add column last_login_at timestamptz,
  add check (totp_set_at is null or totp_secret is not null),
  add check (state <> 'erased' or num_nonnulls(totp_secret, totp_set_at, last_login_at) = 0);

alter table app.membership
  add column key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  add column deputy_for bigint references app.person,
  add column granted_by bigint references app.person,
  add column granted_at timestamptz not null default now(),
  add check (deputy_for is distinct from person_id);
alter table app.platform_role
  add column key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  add column granted_at timestamptz not null default now();
create index on app.platform_role (person_id);

-- organisation_id null: the context of the platform's own roles.
alter table app.session
  add column is_pending boolean not null default false, -- password right, code to come
  add column factor_at timestamptz,
  add column stepped_up_at timestamptz not null default clock_timestamp();

alter table app.consultation
  add column release_needs_factor boolean not null default false;

-- One-time links: who holds the token may set a password. The hash is written
-- by whoever sends the link; the token itself is never stored.
create table app.invitation (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  person_id bigint not null references app.person,
  organisation_id bigint references app.organisation,
  purpose text not null check (purpose in ('invitation', 'reset')),
  token_hash app.sha256 unique,
  created_by bigint references app.person,
  created_at timestamptz not null,
  ends_at timestamptz not null,
  sent_at timestamptz,
  used_at timestamptz,
  withdrawn_at timestamptz,
  check (ends_at > created_at),
  check (used_at is null or token_hash is not null),
  check (num_nonnulls(used_at, withdrawn_at) <= 1)
);
create unique index one_open_link on app.invitation (person_id, purpose)
  where used_at is null and withdrawn_at is null;
create index on app.invitation (organisation_id);

create table app.recovery_code (
  person_id bigint not null references app.person,
  code_hash app.sha256 not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz,
  primary key (person_id, code_hash)
);

-- An address list between reading and confirming; nothing of it counts yet.
create table app.organisation_import (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint references app.stage,
  file_name app.line_text not null,
  file_hash app.sha256 not null,
  encoding text not null,
  separator text not null,
  rows jsonb not null, -- each: line, content, state, reasons, values
  state text not null default 'checked' check (state in ('checked', 'imported', 'discarded')),
  uploaded_by bigint not null references app.person,
  uploaded_at timestamptz not null,
  finished_at timestamptz,
  check ((state = 'checked') = (finished_at is null))
);

alter type app.caller
  add attribute withheld text[], -- roles that wait for the second factor
  add attribute has_factor boolean, -- this session has shown one
  add attribute stepped_up boolean; -- password or code within ten minutes
