-- The files of a frozen report: each is made once, by a job, and stays as it is.
-- A record package is made again when a file came later that it lacks; the
-- older one stays.
create table app.artifact (
  id bigint generated always as identity primary key,
  report_id bigint not null references app.report,
  format text not null check (format in ('html', 'pdf', 'docx', 'odt', 'xlsx', 'json', 'csv_participants', 'csv_figures',
    'csv_decisions', 'csv_opinion', 'csv_positions', 'csv_codebook', 'package')),
  version int not null default 1 check (version > 0 and (version = 1 or format = 'package')),
  data bytea not null check (octet_length(data) > 0),
  size int not null,
  hash app.sha256 not null,
  holds int not null default 0 check (holds >= 0), -- how many files a package has
  made_at timestamptz not null,
  unique (report_id, format, version),
  check (octet_length(data) = size),
  check (sha256(data) = hash)
);
-- Most of it is compressed already.
alter table app.artifact alter column data set storage external;

create function app.guard_artifact() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  if not exists (select from report r where r.id = new.report_id and r.state = 'frozen') then
    raise exception using errcode = 'CN409', message = 'not_allowed';
  end if;
  return new;
end $$;
create trigger guard_artifact before insert on app.artifact
  for each row execute function app.guard_artifact();
create trigger guard_change before update or delete on app.artifact
  for each row execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.artifact
  for each statement execute function app.guard_immutable();
