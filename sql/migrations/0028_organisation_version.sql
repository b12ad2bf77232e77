-- Two people at the same organisation: who edited an older version is told.
alter table app.organisation
  add column version bigint not null default 1,
  add column changed_at timestamptz,
  add column changed_by bigint references app.person;
