-- Who of the house works on which target until when. Its own table, since what
-- has no answer yet is assigned too, and what is written, sealed, released or
-- copied has nothing to do with it. The columns of the answer that were meant
-- for it were never used.
alter table app.answer drop column assignee_id, drop column internal_due_on;

create table app.assignment (
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  person_id bigint not null references app.person,
  due_on date, -- inside the house
  assigned_by bigint not null references app.person,
  assigned_at timestamptz not null,
  done_at timestamptz, -- the person has finished
  reminded_on date, -- the last day a reminder was sent
  primary key (response_id, target_id),
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  foreign key (target_id, stage_id) references app.target (id, stage_id)
);
create index on app.assignment (target_id, stage_id);
create index on app.assignment (person_id);
create index on app.assignment (assigned_by);
create index on app.assignment (due_on) where done_at is null;
