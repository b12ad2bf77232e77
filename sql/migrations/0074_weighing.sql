-- Weighing: what the desk makes of a position or of a group of them. An
-- assessment is a version that never changes; the last one of a group holds for
-- its members, else the last one of the position itself. What holds is copied
-- to the position (assessment_id, decision) by the function that writes it.

-- The places a position passes in the desk's work, in their order; one that is
-- in no place yet is in the first one. What an act moves on goes to the first
-- place of that kind.
create table app.place (
  id bigint generated always as identity primary key,
  consultation_id bigint not null references app.consultation,
  name app.line_text not null check (char_length(name) between 1 and 80),
  position int not null check (position > 0),
  kind text not null check (kind in ('entry', 'work', 'review', 'approval', 'done')),
  retired_at timestamptz,
  unique (consultation_id, name) deferrable,
  unique (id, consultation_id)
);

-- Who decides with the moderators: houses that own the text of the paper.
create table app.sponsor (
  consultation_id bigint not null references app.consultation,
  organisation_id bigint not null references app.organisation,
  primary key (consultation_id, organisation_id)
);

create table app.assessment (
  id bigint generated always as identity primary key,
  stage_id bigint not null,
  position_id bigint,
  group_id bigint,
  version int not null check (version > 0),
  decision text not null
    check (decision in ('open', 'adopted', 'partly', 'not_adopted', 'noted', 'referred')),
  referred_to app.line_text check (char_length(referred_to) between 1 and 200),
  body app.body_text check (char_length(body) between 1 and 20000),
  edition_place app.line_text check (char_length(edition_place) between 1 and 300), -- where in the next edition
  content_hash app.sha256 not null,
  saved_at timestamptz not null,
  saved_by bigint not null references app.person,
  check (num_nonnulls(position_id, group_id) = 1),
  check ((decision = 'referred') = (referred_to is not null)),
  check (decision = 'open' or body is not null),
  check (decision not in ('adopted', 'partly') or edition_place is not null),
  unique (position_id, version),
  unique (group_id, version),
  unique (id, content_hash),
  unique (id, stage_id),
  foreign key (position_id, stage_id) references app.position (id, stage_id),
  foreign key (group_id, stage_id) references app.position_group (id, stage_id)
);
create trigger guard_immutable before update or delete on app.assessment
  for each row execute function app.guard_immutable();

-- A sponsor is asked, and says yes or returns it with a remark: for this
-- version and no other.
create table app.assessment_approval (
  id bigint generated always as identity primary key,
  assessment_id bigint not null,
  content_hash app.sha256 not null,
  organisation_id bigint not null references app.organisation,
  asked_at timestamptz not null,
  asked_by bigint not null references app.person,
  due_on date,
  verdict text check (verdict in ('approved', 'returned')),
  remark app.body_text check (char_length(remark) between 1 and 4000),
  decided_at timestamptz,
  decided_by bigint references app.person,
  unique (assessment_id, organisation_id),
  foreign key (assessment_id, content_hash) references app.assessment (id, content_hash),
  check ((verdict is null) = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check (verdict is distinct from 'returned' or remark is not null)
);
create index on app.assessment_approval (organisation_id, assessment_id) where verdict is null;

-- The second pair of eyes: somebody else than who saved it has seen this version.
create table app.assessment_review (
  assessment_id bigint primary key,
  content_hash app.sha256 not null,
  reviewed_at timestamptz not null,
  reviewed_by bigint not null references app.person,
  foreign key (assessment_id, content_hash) references app.assessment (id, content_hash)
);
create trigger guard_immutable before update or delete on app.assessment_review
  for each row execute function app.guard_immutable();

alter table app.position
  add column assessment_id bigint,
  add column place_id bigint references app.place,
  add column due_on date,
  add foreign key (assessment_id, stage_id) references app.assessment (id, stage_id),
  drop column place;
create index position_assignee on app.position (stage_id, assignee_id, due_on, sort_target, sort_key, id)
  where is_current and assignee_id is not null;
create index position_decision on app.position (stage_id, decision, sort_target, sort_key, id) where is_current;

-- Topics: a tree for a consultation; names are unique beside each other.
create table app.topic (
  id bigint generated always as identity primary key,
  consultation_id bigint not null references app.consultation,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  parent_id bigint,
  name app.line_text not null check (char_length(name) between 1 and 120),
  assignee_id bigint references app.person, -- who gets what is tagged with it
  version int not null default 1,
  unique nulls not distinct (consultation_id, parent_id, name),
  unique (id, consultation_id),
  foreign key (parent_id, consultation_id) references app.topic (id, consultation_id),
  check (parent_id <> id)
);

create table app.position_topic (
  position_id bigint not null,
  topic_id bigint not null references app.topic,
  stage_id bigint not null,
  tagged_at timestamptz not null,
  tagged_by bigint not null references app.person,
  primary key (position_id, topic_id),
  foreign key (position_id, stage_id) references app.position (id, stage_id)
);
create index on app.position_topic (topic_id, position_id);

do $$
declare
  t text;
begin
  foreach t in array array['assessment', 'assessment_review'] loop
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;
