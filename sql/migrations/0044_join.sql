-- Joining: an organisation takes over released answers of another one that
-- allows it. It is counted with its own version; the position stays one.

-- Whether others may join is said at the release and belongs to the version. It
-- is no part of the content hash, which tests/fixtures/canon.json fixes: it is
-- bound to the candidate, as what was approved.
alter table app.release_candidate add column joinable boolean not null default false;
alter table app.response_version add column joinable boolean not null default false;
create index on app.response_version (stage_id, sort_key) where joinable;

create or replace function app.guard_candidate() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.closed_at is null and (new.id, new.key, new.response_id, new.stage_id, new.organisation_id, new.number,
        new.content_hash, new.publication, new.joinable, new.frozen_by, new.frozen_at)
      is not distinct from (old.id, old.key, old.response_id, old.stage_id, old.organisation_id, old.number,
        old.content_hash, old.publication, old.joinable, old.frozen_by, old.frozen_at) then
      return new;
    end if;
  elsif not exists (select from app.response r where r.id = old.response_id) then
    return old;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;

-- The answer of another house that an answer of the draft was taken from. It is
-- adopted while the text is theirs, and a deviation when it is not: nothing to
-- reset, as with co-signs. Pinned to the row: a newer text is another one.
create table app.adoption (
  answer_id bigint primary key,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  released_answer_id bigint not null,
  content_hash app.sha256 not null, -- of theirs
  stays_at int, -- the number of a version of theirs that was seen and not taken
  foreign key (answer_id, organisation_id) references app.answer (id, organisation_id) on delete cascade,
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  foreign key (released_answer_id, target_id) references app.released_answer (id, target_id)
);
create index on app.adoption (response_id);
create index on app.adoption (released_answer_id);

-- What is taken over stands with the text once that is frozen or submitted.
create function app.guard_adoption_open() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.answer_id, new.released_answer_id) = (old.answer_id, old.released_answer_id) then
    return new;
  elsif exists (select from app.response r where r.id = case tg_op when 'DELETE' then old.response_id else new.response_id end
      and r.state not in ('draft', 'cosigning')) then
    raise exception using errcode = 'CN409', message = 'not_draft';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_open before insert or update or delete on app.adoption
  for each row execute function app.guard_adoption_open();

-- Where an answer that was taken over comes from. state: current (the version
-- that counts of its author holds it), newer (another text is offered), closed
-- (that one may not be joined), withdrawn.
create type app.origin as (
  response_id bigint,
  organisation_id bigint,
  code text,
  name text,
  short_name text,
  version int, -- the last one that holds it
  state text,
  new_version int -- where it is newer
);

-- An own answer that deviates says from which one.
alter table app.released_answer add column deviates_from_id bigint,
  add foreign key (deviates_from_id, target_id) references app.released_answer (id, target_id);
create index on app.released_answer (deviates_from_id) where deviates_from_id is not null;
do $$
begin
  execute (select format('alter table app.released_answer drop constraint %I', c.conname) from pg_constraint c
    where c.conrelid = 'app.released_answer'::regclass and c.contype = 'u' and cardinality(c.conkey) = 5);
end $$;
alter table app.released_answer add constraint released_answer_once unique nulls not distinct
  (response_id, target_id, content_hash, confidential, confidential_reason, deviates_from_id);

create index version_answer_joined on app.version_answer (released_answer_id) where adopted;
create index version_answer_joiner on app.version_answer (organisation_id) where adopted;

-- Adopted is what the draft has taken over, unchanged.
create function app.guard_adopted() returns trigger
language plpgsql as $$
begin
  if not exists (select from app.adoption d join app.answer a on a.id = d.answer_id and a.content_hash = d.content_hash
      where d.response_id = new.response_id and d.target_id = new.target_id
        and d.released_answer_id = new.released_answer_id and not a.confidential) then
    raise exception using errcode = 'CN409', message = 'not_adopted';
  end if;
  return new;
end $$;
create trigger guard_adopted before insert on app.version_answer
  for each row when (new.adopted) execute function app.guard_adopted();
