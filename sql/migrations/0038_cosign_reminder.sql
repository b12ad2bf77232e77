-- Who was reminded of a request and when: by a colleague, the day before it is
-- due, on the day. The last two come once.
alter table app.cosign_request add unique (id, organisation_id);
create table app.cosign_reminder (
  request_id bigint not null,
  organisation_id bigint not null,
  kind text not null check (kind in ('asked', 'eve', 'due')),
  on_day date not null,
  sent_by bigint references app.person, -- null: by itself
  sent_at timestamptz not null,
  primary key (request_id, kind, on_day),
  check ((kind = 'asked') = (sent_by is not null)),
  foreign key (request_id, organisation_id) references app.cosign_request (id, organisation_id) on delete cascade
);
create unique index on app.cosign_reminder (request_id, kind) where kind <> 'asked';
create trigger guard_immutable before update on app.cosign_reminder
  for each row execute function app.guard_immutable();
