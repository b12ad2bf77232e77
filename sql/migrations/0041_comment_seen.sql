-- What people of a house say to each other about an answer, and what each of
-- them has seen of it. Neither leaves the house, by any way.
create table app.internal_comment (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  person_id bigint not null references app.person,
  body text check (char_length(body) between 1 and 4000),
  written_at timestamptz not null,
  withdrawn_at timestamptz,
  check ((body is null) = (withdrawn_at is not null)),
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  foreign key (target_id, stage_id) references app.target (id, stage_id)
);
create index on app.internal_comment (response_id, target_id, id);
create index on app.internal_comment (target_id, stage_id);
create index on app.internal_comment (person_id);

-- Words stand as they were said; withdrawn, they are gone.
create function app.guard_comment() returns trigger
language plpgsql as $$
begin
  if old.withdrawn_at is not null or new.withdrawn_at is null
    or to_jsonb(new) - array['body', 'withdrawn_at'] is distinct from to_jsonb(old) - array['body', 'withdrawn_at'] then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_comment before update on app.internal_comment
  for each row execute function app.guard_comment();

create table app.seen (
  person_id bigint not null references app.person,
  response_id bigint not null,
  target_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  version int not null, -- of the answer; 0: there was none
  revision int, -- the sealed copy of that version
  comment_id bigint not null, -- the last one; 0: there was none
  seen_at timestamptz not null,
  primary key (person_id, response_id, target_id),
  foreign key (response_id, stage_id, organisation_id)
    references app.response (id, stage_id, organisation_id) on delete cascade,
  foreign key (target_id, stage_id) references app.target (id, stage_id)
);
create index on app.seen (response_id);
create index on app.seen (target_id, stage_id);
