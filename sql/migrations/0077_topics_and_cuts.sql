-- Cutting: an answer becomes parts, each a position with ranges in the same
-- immutable text. The whole one is set aside while it has parts in use, a part
-- is set aside for good when it is taken back: its number is never given again.
alter table app.position
  add column set_aside boolean not null default false,
  add check (not (is_current and set_aside));
create index position_set_aside on app.position (target_id) where set_aside;

-- The steps: who has cut which part from which whole position, and taken it back.
create table app.position_cut (
  position_id bigint primary key, -- the part
  whole_id bigint not null,
  stage_id bigint not null,
  made_at timestamptz not null,
  made_by bigint not null references app.person,
  undone_at timestamptz,
  undone_by bigint references app.person,
  foreign key (position_id, stage_id) references app.position (id, stage_id),
  foreign key (whole_id, stage_id) references app.position (id, stage_id),
  check (position_id <> whole_id),
  check ((undone_at is null) = (undone_by is null))
);
create index on app.position_cut (whole_id);

create function app.guard_position_cut() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.undone_at is not null
      or (new.position_id, new.whole_id, new.made_at, new.made_by)
        is distinct from (old.position_id, old.whole_id, old.made_at, old.made_by) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_position_cut before update or delete on app.position_cut
  for each row execute function app.guard_position_cut();
create trigger guard_truncate before truncate on app.position_cut
  for each statement execute function app.guard_immutable();

-- As before, and: what was numbered stays, parts too, with the ranges it was cut by.
create or replace function app.guard_position() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.stage_id, new.organisation_id, new.part, new.released_answer_id, new.kind)
    is distinct from (old.id, old.stage_id, old.organisation_id, old.part, old.released_answer_id, old.kind)
    or (old.number is not null and new.number is distinct from old.number)
    or (new.level, new.land_code, new.seat_status, new.stance, new.released_at)
    is distinct from (old.level, old.land_code, old.seat_status, old.stance, old.released_at)
    or (new.body_range, new.proposal_range, new.reason_range)
    is distinct from (old.body_range, old.proposal_range, old.reason_range) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;

-- A part has at least one passage, and each lies inside of a text that is there.
create function app.guard_part() returns trigger
language plpgsql as $$
declare
  a app.released_answer;
begin
  select x.* into a from app.released_answer x where x.id = new.released_answer_id;
  if new.number is null or coalesce(new.body_range, new.proposal_range, new.reason_range) is null
      or exists (select from (values (new.body_range, a.body), (new.proposal_range, a.proposal), (new.reason_range, a.reason)) x(r, words)
        where x.r is not null and (isempty(x.r) or not x.r <@ int4range(0, coalesce(char_length(x.words), 0)))) then
    raise exception using errcode = 'CN422', message = 'selection_beyond';
  end if;
  return new;
end $$;
create trigger guard_part before insert on app.position
  for each row when (new.part > 0) execute function app.guard_part();

-- Words to begin an assessment with; {{Organisation}} and the like are filled in.
create table app.text_block (
  id bigint generated always as identity primary key,
  consultation_id bigint not null references app.consultation,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  topic_id bigint, -- null: offered everywhere
  name app.line_text not null check (char_length(name) between 1 and 120),
  body app.body_text not null check (char_length(body) between 1 and 4000),
  version int not null default 1,
  unique nulls not distinct (consultation_id, topic_id, name),
  foreign key (topic_id, consultation_id) references app.topic (id, consultation_id)
);

-- Several positions tagged by one act: what it did to each, so that it can be
-- taken back to the row.
create table app.topic_batch (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null references app.stage,
  topic_name app.line_text not null, -- as it was called then
  mode text not null check (mode in ('add', 'replace', 'remove')),
  made_at timestamptz not null,
  made_by bigint not null references app.person,
  skipped jsonb not null check (jsonb_typeof(skipped) = 'object'), -- {reason: how many}
  closed_at timestamptz, -- one of its topics is gone: it stands
  unique (id, stage_id)
);
create index on app.topic_batch (stage_id, id);

create table app.topic_batch_position (
  batch_id bigint not null,
  position_id bigint not null,
  stage_id bigint not null,
  assigned_to bigint references app.person, -- nobody had it before
  version int not null, -- of the position; another one: it was weighed since
  undone_at timestamptz,
  undone_by bigint references app.person,
  primary key (batch_id, position_id),
  foreign key (batch_id, stage_id) references app.topic_batch (id, stage_id),
  foreign key (position_id, stage_id) references app.position (id, stage_id),
  check ((undone_at is null) = (undone_by is null))
);
create index on app.topic_batch_position (position_id);

create table app.topic_batch_tag (
  batch_id bigint not null,
  position_id bigint not null,
  topic_id bigint not null references app.topic on delete cascade,
  was_added boolean not null, -- else taken away
  tagged_at timestamptz not null,
  tagged_by bigint not null references app.person,
  primary key (batch_id, position_id, topic_id),
  foreign key (batch_id, position_id) references app.topic_batch_position
);
create index on app.topic_batch_tag (topic_id);
