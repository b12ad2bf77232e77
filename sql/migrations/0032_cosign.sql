-- Co-signing. A request names the text as it was sealed when somebody was
-- asked, a co-sign names the same one: both count while the working text has
-- that hash, so that nothing is ever reset (app.cosigns_of).

-- What a house has settled for itself; without a row what the columns say.
create table app.house_rule (
  organisation_id bigint primary key references app.organisation,
  silence text not null default 'waits' check (silence in ('waits', 'consents')), -- after the due day
  approvals int not null default 1 check (approvals in (1, 2)), -- of different people, for a release
  changed_by bigint not null references app.person,
  changed_at timestamptz not null
);

create table app.cosign_request (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  organisation_id bigint not null,
  answer_id bigint not null,
  revision int not null,
  content_hash app.sha256 not null,
  person_id bigint not null references app.person,
  asked_by bigint not null references app.person,
  asked_at timestamptz not null,
  due_on date not null,
  silence text not null check (silence in ('waits', 'consents')), -- the rule as it was when asked
  message text check (char_length(message) between 1 and 500),
  withdrawn_at timestamptz,
  unique (id, organisation_id, answer_id, revision, content_hash, person_id),
  foreign key (answer_id, organisation_id) references app.answer (id, organisation_id) on delete cascade,
  foreign key (answer_id, revision, content_hash)
    references app.answer_revision (answer_id, revision, content_hash) on delete cascade
);
create index on app.cosign_request (answer_id, revision, content_hash);
create index on app.cosign_request (person_id, organisation_id) where withdrawn_at is null;
create index on app.cosign_request (due_on) where withdrawn_at is null;
create index on app.cosign_request (asked_by);

create table app.cosign (
  id bigint generated always as identity primary key,
  request_id bigint not null,
  organisation_id bigint not null,
  answer_id bigint not null,
  revision int not null,
  content_hash app.sha256 not null,
  person_id bigint not null references app.person,
  verdict text not null check (verdict in ('agree', 'agree_changed', 'return', 'nil')),
  remark text check (char_length(remark) between 1 and 4000),
  decided_at timestamptz not null,
  undone_at timestamptz,
  check (verdict not in ('agree_changed', 'return') or remark is not null),
  foreign key (request_id, organisation_id, answer_id, revision, content_hash, person_id) references
    app.cosign_request (id, organisation_id, answer_id, revision, content_hash, person_id) on delete cascade
);
create unique index on app.cosign (request_id) where undone_at is null;
create index on app.cosign (request_id);
create index on app.cosign (person_id);

-- Nothing but the one column of the argument changes, and that once.
create function app.guard_once() returns trigger
language plpgsql as $$
begin
  if to_jsonb(new) - tg_argv[0] is distinct from to_jsonb(old) - tg_argv[0]
    or to_jsonb(old) ->> tg_argv[0] is not null then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_once before update on app.cosign_request
  for each row execute function app.guard_once('withdrawn_at');
create trigger guard_once before update on app.cosign
  for each row execute function app.guard_once('undone_at');

-- Until it is frozen: who asks or decides, and who takes it back.
create function app.guard_cosigning() returns trigger
language plpgsql as $$
begin
  if exists (select from app.answer a join app.response r on r.id = a.response_id
      where a.id = new.answer_id and r.state not in ('draft', 'cosigning')) then
    raise exception using errcode = 'CN409', message = 'not_draft';
  end if;
  return new;
end $$;
create trigger guard_cosigning before insert or update on app.cosign_request
  for each row execute function app.guard_cosigning();
create trigger guard_cosigning before insert or update on app.cosign
  for each row execute function app.guard_cosigning();
