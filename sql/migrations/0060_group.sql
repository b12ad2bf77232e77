-- Like positions treated together. A group is a row of its own, with number and
-- name, so that one assessment can serve it; what a position says and counts is
-- not touched by it. Who is in it now: rows without left_at, one at most for each
-- position. Proposals come from the comparison of texts; people decide.
alter table app.position add unique (id, stage_id);

create table app.comparison (
  id bigint generated always as identity primary key,
  stage_id bigint not null references app.stage,
  asked_by bigint references app.person, -- null: by itself, at night
  finished_at timestamptz not null,
  position_count int not null check (position_count >= 0),
  pair_count int not null check (pair_count >= 0), -- open ones after it
  new_count int not null check (new_count >= 0),
  last_position_id bigint not null -- newer ones were not compared
);
create index on app.comparison (stage_id, id);

create table app.group_proposal (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null references app.stage,
  a_id bigint not null,
  b_id bigint not null,
  percent int not null check (percent between 1 and 100),
  state text not null default 'open' check (state in ('open', 'merged', 'kept_apart')),
  found_at timestamptz not null,
  decided_at timestamptz,
  decided_by bigint references app.person,
  -- what merging made of it: the group, and its version then; a proposal that
  -- became true by another decision has no version
  group_id bigint,
  group_version int,
  unique (a_id, b_id),
  unique (id, stage_id),
  foreign key (a_id, stage_id) references app.position (id, stage_id) on delete cascade,
  foreign key (b_id, stage_id) references app.position (id, stage_id) on delete cascade,
  check (a_id < b_id),
  check ((state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check ((state = 'merged') = (group_id is not null) and (group_version is null or group_id is not null))
);
create index group_proposal_open on app.group_proposal (stage_id, percent desc, id) where state = 'open';
create index group_proposal_decided on app.group_proposal (stage_id, decided_at desc) where state <> 'open';
create index on app.group_proposal (b_id);

create table app.position_group (
  id bigint generated always as identity primary key,
  stage_id bigint not null references app.stage,
  number int not null check (number > 0),
  name app.line_text not null check (char_length(name) <= 200),
  state text not null default 'open' check (state in ('open', 'dissolved')),
  version int not null default 1, -- of its members
  made_at timestamptz not null,
  made_by bigint not null references app.person,
  made_from bigint, -- the proposal
  dissolved_at timestamptz,
  dissolved_by bigint references app.person,
  dissolved_from bigint, -- the proposal that joined it to another
  unique (stage_id, number),
  unique (id, stage_id),
  foreign key (made_from, stage_id) references app.group_proposal (id, stage_id) on delete set null (made_from),
  foreign key (dissolved_from, stage_id) references app.group_proposal (id, stage_id)
    on delete set null (dissolved_from),
  check ((state = 'dissolved') = (dissolved_at is not null) and (dissolved_at is null) = (dissolved_by is null))
);
alter table app.group_proposal
  add foreign key (group_id, stage_id) references app.position_group (id, stage_id);

create table app.group_member (
  id bigint generated always as identity primary key,
  group_id bigint not null,
  stage_id bigint not null,
  position_id bigint not null,
  joined_at timestamptz not null,
  joined_by bigint not null references app.person,
  joined_from bigint, -- the proposal, null: by hand
  left_at timestamptz,
  left_by bigint references app.person,
  left_from bigint, -- the proposal that took it to another group or was undone
  foreign key (group_id, stage_id) references app.position_group (id, stage_id),
  foreign key (position_id, stage_id) references app.position (id, stage_id),
  foreign key (joined_from, stage_id) references app.group_proposal (id, stage_id) on delete set null (joined_from),
  foreign key (left_from, stage_id) references app.group_proposal (id, stage_id) on delete set null (left_from),
  check ((left_at is null) = (left_by is null) and (left_at is not null or left_from is null))
);
create unique index group_member_now on app.group_member (position_id) where left_at is null;
create index on app.group_member (group_id);
create index on app.group_member (joined_from) where joined_from is not null;
create index on app.group_member (left_from) where left_from is not null;

-- A group ends, and comes back only where the proposal that ended it is undone.
create function app.guard_position_group() returns trigger
language plpgsql as $$
begin
  if (new.id, new.stage_id, new.number, new.made_at, new.made_by)
      is distinct from (old.id, old.stage_id, old.number, old.made_at, old.made_by) then
    raise exception using errcode = 'CN409', message = 'immutable';
  elsif old.state = 'dissolved' and (new.state = 'open' and old.dissolved_from is null or new.name <> old.name) then
    raise exception using errcode = 'CN409', message = 'group_dissolved';
  end if;
  return new;
end $$;
create trigger guard_position_group before update on app.position_group
  for each row execute function app.guard_position_group();

-- Who is in an open group; nobody is in one that was dissolved.
create function app.guard_group_member() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.id, new.group_id, new.position_id, new.joined_at, new.joined_by)
      is distinct from (old.id, old.group_id, old.position_id, old.joined_at, old.joined_by) then
    raise exception using errcode = 'CN409', message = 'immutable';
  elsif new.left_at is null and not exists (select from app.position_group g
      where g.id = new.group_id and g.state = 'open') then
    raise exception using errcode = 'CN409', message = 'group_dissolved';
  end if;
  return new;
end $$;
create trigger guard_group_member before insert or update on app.group_member
  for each row execute function app.guard_group_member();

do $$
declare
  t text;
begin
  foreach t in array array['position_group', 'group_member'] loop
    execute format('create trigger guard_delete before delete on app.%I
      for each row execute function app.guard_immutable()', t);
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;
