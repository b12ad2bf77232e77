-- What somebody reports as a barrier, without an account: the public writes, the
-- moderators and the administration answer within six weeks (§ 6 HVBIT, § 12b BGG).
create table app.barrier_report (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default replace(gen_random_uuid()::text, '-', ''), -- who holds it reads the answer
  number text not null unique check (number ~ '^B-\d{4}-\d{4,}$'),
  page text check (char_length(page) between 1 and 500), -- where
  body app.body_text not null check (char_length(body) between 1 and 4000),
  name app.line_text,
  mail text check (char_length(mail) <= 254),
  received_at timestamptz not null,
  due_on date not null,
  state text not null default 'open' check (state in ('open', 'answered', 'closed')),
  reply app.body_text check (char_length(reply) between 1 and 4000),
  handled_at timestamptz,
  handled_by bigint references app.person,
  version int not null default 1,
  check ((state = 'open') = (handled_at is null)),
  check (state <> 'answered' or reply is not null)
);
create index on app.barrier_report (due_on) where state = 'open';
create index on app.barrier_report (received_at);

-- What was reported stands; who reported it may be forgotten, and goes with retention.
create function app.guard_barrier_report() returns trigger
language plpgsql as $$
begin
  if (new.id, new.key, new.number, new.page, new.body, new.received_at, new.due_on)
      is distinct from (old.id, old.key, old.number, old.page, old.body, old.received_at, old.due_on)
    or new.name is not null and new.name is distinct from old.name
    or new.mail is not null and new.mail is distinct from old.mail then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_barrier_report before update on app.barrier_report
  for each row execute function app.guard_barrier_report();

-- What was read from a paper ends by the clock, whether or not another comes.
insert into app.retention_class (key, position, days, least, most) values
  ('edition_upload', 11, 30, 7, 180),
  ('barrier_contact', 12, 90, 30, 365), -- name and address, after the answer
  ('barrier_report', 13, 1095, 365, 3650); -- the report itself
