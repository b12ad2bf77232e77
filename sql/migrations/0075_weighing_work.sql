-- Who weighs what at the moment, and what several positions were given at once.

-- Whether somebody else than who saved an assessment has to look at it before
-- the sponsors are asked.
alter table app.consultation add column needs_review boolean not null default false;

-- A position or a group, as it is weighed: exactly one of both.
create type app.weighed as (stage_id bigint, position_id bigint, group_id bigint);

-- Who has the form of an assessment open to write.
create table app.row_lock (
  id bigint generated always as identity primary key,
  stage_id bigint not null,
  position_id bigint unique,
  group_id bigint unique,
  person_id bigint not null references app.person,
  taken_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > taken_at),
  check (num_nonnulls(position_id, group_id) = 1),
  foreign key (position_id, stage_id) references app.position (id, stage_id) on delete cascade,
  foreign key (group_id, stage_id) references app.position_group (id, stage_id)
);

create index on app.position (assessment_id) where assessment_id is not null;
create index on app.assessment_approval (assessment_id) where verdict = 'returned';

-- A verdict is said once, and a request stays as it was made.
create function app.guard_assessment_approval() returns trigger
language plpgsql as $$
begin
  if old.verdict is not null or tg_op = 'UPDATE' and (new.id, new.assessment_id, new.content_hash, new.organisation_id, new.asked_at)
      is distinct from (old.id, old.assessment_id, old.content_hash, old.organisation_id, old.asked_at) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_assessment_approval before update or delete on app.assessment_approval
  for each row execute function app.guard_assessment_approval();
create trigger guard_truncate before truncate on app.assessment_approval
  for each statement execute function app.guard_immutable();

-- What is about to be done, or was done, to several positions at once: shown
-- before, and taken back where nothing has happened to a position since.
create table app.bulk (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null references app.stage,
  kind text not null check (kind in ('assign', 'approval')),
  made_at timestamptz not null,
  made_by bigint not null references app.person,
  done_at timestamptz,
  undone_at timestamptz,
  assignee_id bigint references app.person,
  place_id bigint references app.place,
  due_on date,
  unique (id, stage_id),
  check (undone_at is null or done_at is not null)
);
create index on app.bulk (stage_id, id);

create table app.bulk_position (
  bulk_id bigint not null,
  position_id bigint not null,
  stage_id bigint not null,
  outcome text check (outcome in ('changed', 'same', 'locked', 'not_ready', 'replaced', 'undone')),
  before_assignee_id bigint references app.person,
  before_place_id bigint references app.place,
  before_due_on date,
  after_version int, -- of the position; another one: something has happened since
  primary key (bulk_id, position_id),
  foreign key (bulk_id, stage_id) references app.bulk (id, stage_id),
  foreign key (position_id, stage_id) references app.position (id, stage_id)
);

-- Places for consultations that are there already.
insert into app.place (consultation_id, name, position, kind)
  select c.id, x.name, x.position, x.kind from app.consultation c, (values ('Eingang', 1, 'entry'),
    ('In Bewertung', 2, 'work'), ('Zweite Sichtung', 3, 'review'), ('Zur Freigabe', 4, 'approval'),
    ('Abgeschlossen', 5, 'done')) x(name, position, kind);
