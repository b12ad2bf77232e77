-- Replies: what became of each point of an organisation, told to all of a stage
-- together. A release fixes what is told when it is scheduled; from its time on,
-- by the server's clock, houses read it. What is assessed later is told with the
-- next release, as an update. Told is what all sponsors have approved; all else
-- is "open".
alter table app.stage add column ask_back_days int not null default 28 check (ask_back_days between 1 and 180);

-- The covering text to an organisation, as the moderators write it.
create table app.reply (
  stage_id bigint not null,
  organisation_id bigint not null,
  body app.body_text check (char_length(body) between 1 and 10000),
  version int not null default 1,
  saved_at timestamptz not null,
  saved_by bigint not null references app.person,
  primary key (stage_id, organisation_id),
  foreign key (stage_id, organisation_id) references app.participation
);

create table app.reply_release (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null references app.stage,
  number int not null check (number > 0), -- from 2 on: updates
  at timestamptz not null,
  ask_back_until timestamptz not null,
  sponsors text[] not null default '{}', -- who had approved, by their names then
  cancelled_at timestamptz,
  unique (id, stage_id),
  check (ask_back_until > at)
);
create unique index reply_release_number on app.reply_release (stage_id, number) where cancelled_at is null;
create index on app.reply_release (stage_id, at);

-- Who scheduled, moved or cancelled a release, and why.
create table app.reply_release_step (
  id bigint generated always as identity primary key,
  release_id bigint not null references app.reply_release,
  kind text not null check (kind in ('scheduled', 'moved', 'cancelled')),
  at timestamptz not null, -- of the release, from then on
  reason app.body_text check (char_length(reason) between 1 and 2000),
  made_at timestamptz not null,
  made_by bigint not null references app.person,
  check (kind = 'scheduled' or reason is not null)
);
create index on app.reply_release_step (release_id);

-- What an organisation is told with a release, about the version that counted.
create table app.reply_version (
  release_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  response_version_id bigint not null references app.response_version,
  body app.body_text,
  mailed_at timestamptz,
  primary key (release_id, organisation_id),
  foreign key (release_id, stage_id) references app.reply_release (id, stage_id),
  foreign key (stage_id, organisation_id) references app.participation
);
create index on app.reply_version (organisation_id, stage_id);
create index reply_version_due on app.reply_version (release_id, organisation_id) where mailed_at is null;

-- What is told of a position, once for all who hold it; in an update only what
-- is new. No assessment: open. Dropped: cut into parts, replaced or withdrawn.
create table app.reply_point (
  release_id bigint not null,
  stage_id bigint not null,
  position_id bigint not null,
  assessment_id bigint,
  is_dropped boolean not null default false,
  primary key (position_id, release_id),
  foreign key (release_id, stage_id) references app.reply_release (id, stage_id),
  foreign key (position_id, stage_id) references app.position (id, stage_id) on delete cascade,
  foreign key (assessment_id, stage_id) references app.assessment (id, stage_id),
  check (not is_dropped or assessment_id is null)
);
create index on app.reply_point (release_id);
create index on app.reply_point (assessment_id) where assessment_id is not null;

-- An organisation asks once about a point, and is answered once.
create table app.ask_back (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null,
  organisation_id bigint not null,
  position_id bigint not null,
  body app.body_text not null check (char_length(body) between 1 and 2000),
  asked_at timestamptz not null,
  asked_by bigint not null references app.person,
  answer app.body_text check (char_length(answer) between 1 and 4000),
  answered_at timestamptz,
  answered_by bigint references app.person,
  unique (organisation_id, position_id),
  foreign key (stage_id, organisation_id) references app.participation,
  foreign key (position_id, stage_id) references app.position (id, stage_id),
  check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null))
);
create index ask_back_open on app.ask_back (stage_id, organisation_id) where answer is null;

-- A point of a reply as pages show it; before: what was told of it earlier.
create type app.told_point as (
  position_id bigint,
  assessment_id bigint,
  told_at timestamptz, -- null: not told yet
  is_update boolean,
  before_id bigint,
  before_at timestamptz
);

-- A release may be moved and cancelled until its time, and nothing else.
create function app.guard_reply_release() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.at <= app.now() or new.cancelled_at is not null then
      raise exception using errcode = 'CN409', message = 'reply_released';
    end if;
  elsif old.at <= app.now() or old.cancelled_at is not null or new.at <= app.now() then
    raise exception using errcode = 'CN409', message = 'reply_released';
  elsif (new.id, new.key, new.stage_id, new.number, new.sponsors)
      is distinct from (old.id, old.key, old.stage_id, old.number, old.sponsors) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_reply_release before insert or update on app.reply_release
  for each row execute function app.guard_reply_release();

-- What is told is fixed with the release; a cancelled one tells nothing and lets
-- go of it. The one thing noted later is that the mail went out.
create function app.guard_reply_told() returns trigger
language plpgsql as $$
declare
  r app.reply_release;
begin
  select x.* into r from app.reply_release x
    where x.id = case tg_op when 'INSERT' then new.release_id else old.release_id end;
  if tg_op = 'INSERT' and r.at > app.now() and r.cancelled_at is null then
    return new;
  elsif tg_op = 'DELETE' and (r.at > app.now() or r.cancelled_at is not null) then
    return old;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
create trigger guard_reply_told before insert or update or delete on app.reply_point
  for each row execute function app.guard_reply_told();
create trigger guard_reply_told before insert or delete on app.reply_version
  for each row execute function app.guard_reply_told();

create function app.guard_reply_mailed() returns trigger
language plpgsql as $$
begin
  if old.mailed_at is not null or (new.release_id, new.stage_id, new.organisation_id, new.response_version_id, new.body)
      is distinct from (old.release_id, old.stage_id, old.organisation_id, old.response_version_id, old.body) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_reply_mailed before update on app.reply_version
  for each row execute function app.guard_reply_mailed();

create function app.guard_ask_back() returns trigger
language plpgsql as $$
begin
  if old.answer is not null or (new.id, new.key, new.stage_id, new.organisation_id, new.position_id, new.body,
      new.asked_at, new.asked_by) is distinct from (old.id, old.key, old.stage_id, old.organisation_id,
      old.position_id, old.body, old.asked_at, old.asked_by) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_ask_back before update on app.ask_back
  for each row execute function app.guard_ask_back();

create trigger guard_immutable before update or delete on app.reply_release_step
  for each row execute function app.guard_immutable();
do $$
declare
  t text;
begin
  foreach t in array array['reply_release', 'ask_back'] loop
    execute format('create trigger guard_delete before delete on app.%I
      for each row execute function app.guard_immutable()', t);
  end loop;
  foreach t in array array['reply_release', 'reply_release_step', 'reply_version', 'reply_point', 'ask_back'] loop
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;
