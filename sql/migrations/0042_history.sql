-- The history of an answer: what its sealed copies lack, and what lies between.

-- A copy tells how confidential the answer was, so that what was emptied comes
-- back as protected as it went. No part of the hash: a co-sign is about words.
alter table app.answer_revision
  add confidential boolean not null default false,
  add confidential_reason text check (char_length(confidential_reason) between 1 and 500),
  add check (confidential = (confidential_reason is not null));

-- Every text that somebody sent and that is not the working text (any more).
-- part 0: what the answer said as that version, until a save replaced it; a
-- form made from it is compared with it. Goes after some days. part 1, 2, …:
-- what was written on that version and refused, because somebody else had been
-- quicker; never stood, and stays as long as the answer.
create table app.answer_step (
  id bigint generated always as identity primary key,
  answer_id bigint not null,
  organisation_id bigint not null,
  version int not null check (version >= 0),
  part int not null default 0 check (part >= 0),
  kind app.answer_kind,
  stance app.stance,
  body app.body_text,
  proposal app.body_text,
  reason app.body_text,
  value jsonb,
  confidential boolean not null,
  confidential_reason text check (char_length(confidential_reason) between 1 and 500),
  author_id bigint not null references app.person,
  written_at timestamptz not null,
  unique (answer_id, version, part),
  foreign key (answer_id, organisation_id) references app.answer (id, organisation_id) on delete cascade,
  check (confidential = (confidential_reason is not null))
);
create index on app.answer_step (author_id); -- what a person is told of
create trigger guard_immutable before update on app.answer_step
  for each row execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.answer_step
  for each statement execute function app.guard_immutable();

-- Longer than a weekend: who left a form open on Friday is shown on Monday
-- what it was made from.
insert into app.retention_class (key, position, days, least, most) values ('answer_step', 9, 4, 1, 30);

-- A text of the history, whichever it is.
create type app.history_entry as (
  key text, -- r3: revision 3; v12: step of version 12; v12.1: refused there
  source text, -- revision, step, refused
  number int,
  part int,
  written_at timestamptz,
  author_id bigint,
  content app.answer_content
);
