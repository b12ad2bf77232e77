-- Released: immutable, without authors; moderators see it from release on.
create table app.response_version (
  id bigint generated always as identity primary key,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  number int not null check (number > 0),
  receipt_no text collate "C" not null unique
    check (receipt_no ~ '^[RE]\d+-[A-Z0-9-]+-\d+-[0-9A-HJKMNP-TV-Z]{4}$'),
  released_at timestamptz not null,
  content_hash app.sha256 not null,
  organisation_name app.line_text not null,
  organisation_short_name app.line_text not null,
  level app.level not null,
  land_code text references app.land,
  seat_status app.seat_status not null,
  sort_key text collate "C" not null,
  nil_rest boolean not null,
  publication app.publication_choice not null,
  unique (response_id, number),
  unique (id, response_id, stage_id, organisation_id),
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id)
);
create index on app.response_version (stage_id, organisation_id);

create table app.released_answer (
  id bigint generated always as identity primary key,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  kind app.answer_kind not null,
  stance app.stance,
  body app.body_text,
  proposal app.body_text,
  reason app.body_text,
  value jsonb,
  confidential boolean not null,
  confidential_reason text,
  content_hash bytea not null generated always as
    (app.answer_hash(kind, stance, body, proposal, reason, value)) stored,
  -- An unchanged answer keeps its row in the next version, and its position.
  unique nulls not distinct (response_id, target_id, content_hash, confidential, confidential_reason),
  unique (id, target_id),
  unique (id, stage_id, organisation_id),
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id),
  foreign key (target_id, stage_id) references app.target (id, stage_id),
  check ((kind = 'answered') = (num_nonnulls(stance, body, proposal, reason, value) > 0))
);

create table app.version_answer (
  response_version_id bigint not null,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  released_answer_id bigint not null,
  adopted boolean not null default false,
  primary key (response_version_id, target_id),
  foreign key (response_version_id, response_id, stage_id, organisation_id)
    references app.response_version (id, response_id, stage_id, organisation_id),
  foreign key (released_answer_id, target_id) references app.released_answer (id, target_id)
);
create index on app.version_answer (released_answer_id);

-- The one mutable pointer: the version that counts. No row after a withdrawal.
create table app.current_version (
  response_id bigint primary key,
  response_version_id bigint not null unique,
  stage_id bigint not null,
  organisation_id bigint not null,
  foreign key (response_version_id, response_id, stage_id, organisation_id)
    references app.response_version (id, response_id, stage_id, organisation_id)
);
create index on app.current_version (stage_id, organisation_id);

create table app.receipt (
  response_version_id bigint primary key,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  number text collate "C" not null unique references app.response_version (receipt_no),
  body bytea not null,
  sha256 bytea not null generated always as (sha256(body)) stored,
  key_id text,
  signature bytea check (octet_length(signature) = 64),
  foreign key (response_version_id, response_id, stage_id, organisation_id)
    references app.response_version (id, response_id, stage_id, organisation_id),
  check ((key_id is null) = (signature is null))
);
