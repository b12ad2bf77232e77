-- A file with a paper between upload and draft. A job takes it apart (the web
-- server starts no program); its bytes go when that is done.
create table app.edition_upload (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  consultation_id bigint not null references app.consultation,
  file_name app.line_text not null,
  file_size int not null check (file_size between 0 and 4000000),
  file_hash app.sha256 not null,
  bytes bytea,
  state text not null default 'waiting' check (state in ('waiting', 'refused', 'read', 'taken')),
  refusal text check (char_length(refusal) <= 64), -- the code of a message
  refusal_what text check (char_length(refusal_what) <= 500),
  paper text check (octet_length(paper) <= 1048576), -- the text it was turned into
  doc jsonb,
  issues jsonb not null default '[]',
  edition_id bigint references app.edition on delete set null, -- the draft that took it
  uploaded_at timestamptz not null,
  uploaded_by bigint not null references app.person,
  check ((state = 'waiting') = (bytes is not null)),
  check ((state = 'refused') = (refusal is not null)),
  check (state not in ('read', 'taken') or doc is not null)
);
create index on app.edition_upload (consultation_id, id);
create index on app.edition_upload (edition_id) where edition_id is not null;
