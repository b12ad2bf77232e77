-- What jobs and mail remember: public numbers of jobs, when periodic work last
-- ran, what became of each mail, which addresses came back.
alter table app.job
  add column key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12);
create index on app.job (state, created_at);

create table app.job_period (
  kind app.key_text primary key,
  seconds int check (seconds > 0),
  daily_at time, -- in Germany
  seen_at timestamptz not null default clock_timestamp(), -- somebody takes care of it
  ran_at timestamptz,
  is_ok boolean not null default true,
  did bigint not null default 0, -- by the run noted last
  note text check (char_length(note) <= 500),
  check (num_nonnulls(seconds, daily_at) = 1)
);

-- Never the token of a link, never a body.
create table app.mail_event (
  id bigint generated always as identity primary key,
  mail_id bigint not null references app.mail on delete cascade,
  at timestamptz not null default clock_timestamp(),
  event text not null check (event in ('sending', 'sent', 'retry', 'lost', 'failed', 'bounced', 'delayed',
    'withdrawn', 'again')),
  message_id text,
  note text check (char_length(note) <= 500),
  person_id bigint references app.person -- who asked for it
);
create index on app.mail_event (mail_id, id);
create index on app.mail_event (message_id) where message_id is not null;

alter table app.person add column mail_bounced_at timestamptz;
alter table app.organisation add column office_mail_bounced_at timestamptz;

-- Another address has not come back yet.
create function app.forget_person_bounce() returns trigger
language plpgsql as $$
begin
  new.mail_bounced_at := null;
  return new;
end $$;
create trigger forget_bounce before update of mail on app.person
  for each row when (new.mail is distinct from old.mail) execute function app.forget_person_bounce();

create function app.forget_office_bounce() returns trigger
language plpgsql as $$
begin
  new.office_mail_bounced_at := null;
  return new;
end $$;
create trigger forget_bounce before update of office_mail on app.organisation
  for each row when (new.office_mail is distinct from old.office_mail) execute function app.forget_office_bounce();
