-- Freeze, approval, release: what is released is what was approved. A response
-- that is put up for release is a candidate, bound to the hash of its content;
-- an approval is bound to the candidate and to its hash.
alter table app.response add column nil_rest_by bigint references app.person; -- who gave nil for the rest

create table app.release_candidate (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  number int not null check (number > 0), -- of the version it would become
  content_hash app.sha256 not null,
  publication app.publication_choice not null, -- part of the hash
  frozen_by bigint not null references app.person,
  frozen_at timestamptz not null,
  closed_at timestamptz,
  closed_as text check (closed_as in ('released', 'thawed', 'rejected', 'replaced')),
  closed_by bigint references app.person,
  unique (id, response_id, content_hash),
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  check (num_nonnulls(closed_at, closed_as, closed_by) in (0, 3))
);
create unique index one_open_candidate on app.release_candidate (response_id) where closed_at is null;
create index on app.release_candidate (response_id, id);

create table app.approval (
  id bigint generated always as identity primary key,
  candidate_id bigint not null,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  content_hash app.sha256 not null,
  person_id bigint not null references app.person,
  verdict text not null check (verdict in ('approve', 'reject')),
  reason app.body_text check (char_length(reason) between 1 and 2000),
  at timestamptz not null,
  unique (candidate_id, person_id, verdict),
  foreign key (candidate_id, response_id, content_hash)
    references app.release_candidate (id, response_id, content_hash) on delete cascade,
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  check ((verdict = 'reject') = (reason is not null))
);

-- A passage the public shall not read, marked in a sealed text: range in code
-- points. It counts while the answer has that text.
create table app.redaction (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  answer_id bigint not null,
  revision int not null,
  content_hash app.sha256 not null,
  field text collate "C" not null check (field in ('body', 'proposal', 'reason')),
  range int4range not null check (lower(range) >= 0 and upper(range) > lower(range)),
  reason app.line_text not null,
  made_by bigint not null references app.person,
  made_at timestamptz not null,
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  foreign key (answer_id, organisation_id) references app.answer (id, organisation_id) on delete cascade,
  foreign key (answer_id, revision, content_hash)
    references app.answer_revision (answer_id, revision, content_hash) on delete cascade,
  exclude using gist (answer_id with =, (content_hash::bytea) with =, (field::text) with =, range with &&)
);
create index on app.redaction (response_id);

-- Form 2 of a version's hash covers what its answers are released under
-- (app.terms_hash); versions from before stay as they were hashed.
alter table app.response_version
  add column form int not null default 1,
  add column candidate_id bigint,
  add foreign key (candidate_id, response_id, content_hash)
    references app.release_candidate (id, response_id, content_hash),
  add constraint response_version_approved check (candidate_id is not null) not valid;
alter table app.response_version alter column form set default 2;

create table app.released_redaction (
  id bigint generated always as identity primary key,
  response_version_id bigint not null,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  field text collate "C" not null check (field in ('body', 'proposal', 'reason')),
  range int4range not null check (lower(range) >= 0 and upper(range) > lower(range)),
  reason app.line_text not null,
  foreign key (response_version_id, response_id, stage_id, organisation_id)
    references app.response_version (id, response_id, stage_id, organisation_id),
  foreign key (response_version_id, target_id) references app.version_answer,
  exclude using gist (response_version_id with =, target_id with =, (field::text) with =, range with &&)
);
create trigger guard_immutable before update or delete on app.released_redaction
  for each row execute function app.guard_immutable();

-- A candidate is closed once. It goes with its whole response only.
create function app.guard_candidate() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.closed_at is null and to_jsonb(new) - '{closed_at,closed_as,closed_by}'::text[]
      = to_jsonb(old) - '{closed_at,closed_as,closed_by}'::text[] then
    return new;
  elsif tg_op = 'DELETE' and not exists (select from app.response r where r.id = old.response_id) then
    return old;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
create trigger guard_candidate before update or delete on app.release_candidate
  for each row execute function app.guard_candidate();

-- Approved is what is open; an approval stays as it was given.
create function app.guard_approval() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if exists (select from app.release_candidate c where c.id = new.candidate_id and c.closed_at is null) then
      return new;
    end if;
    raise exception using errcode = 'CN409', message = 'candidate_closed';
  elsif tg_op = 'DELETE' and not exists (select from app.response r where r.id = old.response_id) then
    return old;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
create trigger guard_approval before insert or update or delete on app.approval
  for each row execute function app.guard_approval();

-- While a candidate is open the text is not: whoever edits must have thawed it.
create function app.guard_open_candidate() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
declare
  v_response bigint := (to_jsonb(new) ->> case tg_table_name when 'response' then 'id' else 'response_id' end)::bigint;
begin
  if exists (select from release_candidate c join response r on r.id = c.response_id
      where c.response_id = v_response and c.closed_at is null and r.state <> 'frozen') then
    raise exception using errcode = 'CN409', message = 'candidate_open';
  end if;
  return null;
end $$;
create constraint trigger guard_open_candidate after insert on app.release_candidate
  deferrable initially deferred for each row execute function app.guard_open_candidate();
create constraint trigger guard_open_candidate after update of state on app.response
  deferrable initially deferred for each row execute function app.guard_open_candidate();

-- Marks stand with the text once it is submitted.
create function app.guard_redaction() returns trigger
language plpgsql as $$
declare
  v_response bigint;
begin
  v_response := case tg_op when 'DELETE' then old.response_id else new.response_id end;
  if tg_op = 'UPDATE' or exists (select from app.response r where r.id = v_response
      and r.state not in ('draft', 'cosigning', 'frozen')) then
    raise exception using errcode = 'CN409', message = 'not_draft';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_redaction before insert or update or delete on app.redaction
  for each row execute function app.guard_redaction();

do $$
declare
  t text;
begin
  foreach t in array array['release_candidate', 'approval', 'released_redaction'] loop
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;
