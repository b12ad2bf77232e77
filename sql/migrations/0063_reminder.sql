-- Reminders to those whose response is missing: who sent which words to whom.
create table app.reminder (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null references app.stage,
  subject app.line_text not null,
  body app.body_text not null check (char_length(body) between 1 and 4000), -- with [Organisation], [Frist], [Link]
  sent_by bigint not null references app.person,
  sent_at timestamptz not null
);
create index on app.reminder (stage_id, id);
create trigger guard_immutable before update or delete on app.reminder
  for each row execute function app.guard_immutable();

create table app.reminder_recipient (
  reminder_id bigint not null references app.reminder,
  stage_id bigint not null,
  organisation_id bigint not null,
  primary key (reminder_id, organisation_id),
  foreign key (stage_id, organisation_id) references app.participation
);
create index on app.reminder_recipient (stage_id, organisation_id, reminder_id);
create trigger guard_immutable before update or delete on app.reminder_recipient
  for each row execute function app.guard_immutable();

do $$
declare
  t text;
begin
  foreach t in array array['reminder', 'reminder_recipient'] loop
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;

alter table app.participation add column reminded_at timestamptz; -- last
