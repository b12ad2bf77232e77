-- The house: drafts. Nobody outside the organisation has a policy here.
create table app.response (
  id bigint generated always as identity primary key,
  stage_id bigint not null,
  organisation_id bigint not null,
  state text not null default 'draft'
    check (state in ('draft', 'cosigning', 'frozen', 'submitted', 'withdrawn')),
  nil_rest boolean not null default false,
  publication app.publication_choice,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (stage_id, organisation_id),
  unique (id, stage_id, organisation_id),
  foreign key (stage_id, organisation_id) references app.participation
);
create index on app.response (organisation_id);

-- One working text per response and target. kind null: emptied again; the row
-- stays for its version. Texts are null, never ''.
create table app.answer (
  id bigint generated always as identity primary key,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  kind app.answer_kind,
  stance app.stance,
  body app.body_text check (body <> ''),
  proposal app.body_text check (proposal <> ''),
  reason app.body_text check (reason <> ''),
  value jsonb check (octet_length(value::text) <= 65536),
  confidential boolean not null default false,
  confidential_reason text check (char_length(confidential_reason) between 1 and 500),
  version int not null default 1,
  author_id bigint not null references app.person,
  assignee_id bigint references app.person,
  internal_due_on date,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  content_hash bytea not null generated always as
    (app.answer_hash(kind, stance, body, proposal, reason, value)) stored,
  unique (response_id, target_id),
  unique (id, organisation_id),
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  foreign key (target_id, stage_id) references app.target (id, stage_id),
  check ((kind is not distinct from 'answered')
    = (num_nonnulls(stance, body, proposal, reason, value) > 0)),
  check (confidential = (confidential_reason is not null)),
  check (kind = 'answered' or not confidential)
) with (fillfactor = 70);

create table app.answer_revision (
  answer_id bigint not null,
  revision int not null,
  organisation_id bigint not null,
  kind app.answer_kind,
  stance app.stance,
  body app.body_text,
  proposal app.body_text,
  reason app.body_text,
  value jsonb,
  content_hash app.sha256 not null,
  author_id bigint not null references app.person,
  written_at timestamptz not null, -- when the author last changed it
  sealed_at timestamptz not null,
  primary key (answer_id, revision),
  unique (answer_id, revision, content_hash),
  foreign key (answer_id, organisation_id) references app.answer (id, organisation_id) on delete cascade,
  check (content_hash = app.answer_hash(kind, stance, body, proposal, reason, value))
);
