-- Papers for a session (Sitzungsunterlagen): a draft in Markdown whose figures
-- are read live, and what it was when it was frozen: the data as canonical JSON,
-- the template it was made with, and which assessment each position had.

create table app.template_copy (
  hash app.sha256 primary key,
  data bytea not null check (octet_length(data) > 0),
  kept_at timestamptz not null,
  check (sha256(data) = hash)
);
create trigger guard_change before update or delete on app.template_copy
  for each row execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.template_copy
  for each statement execute function app.guard_immutable();

create table app.report (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  consultation_id bigint not null references app.consultation,
  stage_id bigint not null references app.stage,
  kind text not null check (kind in ('interim', 'result', 'decision')),
  session_number int check (session_number between 1 and 9999),
  session_on date,
  agenda_item app.line_text check (char_length(agenda_item) between 1 and 20), -- TOP
  title app.line_text not null check (char_length(title) between 1 and 200),
  speaker app.line_text check (char_length(speaker) between 1 and 200), -- who reports
  purpose text not null check (purpose in ('decide', 'note')), -- Beschluss or Kenntnisnahme
  mark app.line_text not null check (char_length(mark) between 1 and 100), -- confidentiality
  state text not null default 'draft' check (state in ('draft', 'frozen')),
  version int not null default 1,
  created_at timestamptz not null,
  created_by bigint not null references app.person,
  number int check (number > 0), -- of the consultation, without gaps
  frozen_at timestamptz,
  frozen_by bigint references app.person,
  data bytea,
  data_hash app.sha256,
  template_hash app.sha256 references app.template_copy,
  unique (consultation_id, number),
  unique (id, stage_id),
  check (num_nonnulls(number, frozen_at, frozen_by, data, data_hash, template_hash) = case state when 'frozen' then 6 else 0 end),
  check (sha256(data) = data_hash)
);
create index on app.report (stage_id);

create table app.report_section (
  report_id bigint not null references app.report on delete cascade,
  number int not null check (number between 1 and 7),
  body app.body_text check (char_length(body) between 1 and 60000),
  version int not null default 1,
  saved_at timestamptz not null,
  saved_by bigint references app.person, -- null: as proposed
  primary key (report_id, number)
);

-- Positions of voting members that the paper names as dissent.
create table app.report_dissent (
  report_id bigint not null,
  stage_id bigint not null,
  position_id bigint not null,
  marked_at timestamptz not null,
  marked_by bigint not null references app.person,
  primary key (report_id, position_id),
  foreign key (report_id, stage_id) references app.report (id, stage_id) on delete cascade,
  foreign key (position_id, stage_id) references app.position (id, stage_id)
);

-- What each position had been decided when the report was frozen.
create table app.report_basis (
  report_id bigint not null,
  stage_id bigint not null,
  position_id bigint not null,
  assessment_id bigint,
  primary key (report_id, position_id),
  foreign key (report_id, stage_id) references app.report (id, stage_id),
  foreign key (position_id, stage_id) references app.position (id, stage_id),
  foreign key (assessment_id, stage_id) references app.assessment (id, stage_id)
);

-- What the session made of it; recorded afterwards, and may be corrected.
create table app.report_outcome (
  report_id bigint primary key references app.report,
  council_decision_id bigint references app.council_decision,
  result text not null check (result in ('noted', 'as_proposed', 'changed', 'deferred', 'withdrawn')),
  note app.body_text check (char_length(note) between 1 and 4000),
  version int not null default 1,
  recorded_at timestamptz not null,
  recorded_by bigint not null references app.person
);

create function app.guard_report() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    if old.state = 'frozen' then
      raise exception using errcode = 'CN409', message = 'immutable';
    end if;
    return old;
  elsif tg_op = 'UPDATE' and (old.state = 'frozen' or (new.id, new.key, new.consultation_id, new.stage_id, new.created_at, new.created_by)
      is distinct from (old.id, old.key, old.consultation_id, old.stage_id, old.created_at, old.created_by)) then
    raise exception using errcode = 'CN409', message = 'immutable';
  elsif tg_op = 'INSERT' and new.state <> 'draft' then
    raise exception using errcode = 'CN409', message = 'immutable';
  elsif new.state = 'frozen' and new.number <> (select coalesce(max(r.number), 0) + 1 from report r
      where r.consultation_id = new.consultation_id) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_report before insert or update or delete on app.report
  for each row execute function app.guard_report();
create trigger guard_truncate before truncate on app.report
  for each statement execute function app.guard_immutable();

-- What belongs to a frozen report is as it was.
create function app.guard_report_part() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  if exists (select from report r where r.id in (old.report_id, new.report_id) and r.state = 'frozen') then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return coalesce(new, old);
end $$;
create trigger guard_report_part before insert or update or delete on app.report_section
  for each row execute function app.guard_report_part();
create trigger guard_report_part before insert or update or delete on app.report_dissent
  for each row execute function app.guard_report_part();
create trigger guard_report_part before insert or update or delete on app.report_basis
  for each row execute function app.guard_report_part();
create trigger guard_truncate before truncate on app.report_section
  for each statement execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.report_dissent
  for each statement execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.report_basis
  for each statement execute function app.guard_immutable();
