-- What a house sent on paper or by mail, entered by the moderators. It is no
-- draft of the house and no version: until the house confirms it, it stands
-- here and counts nowhere.
create table app.intake (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null,
  organisation_id bigint not null,
  received_on date not null,
  channel text not null check (channel in ('letter', 'mail', 'fax', 'hand')),
  reference text check (char_length(reference) between 1 and 200), -- in the file
  note app.body_text check (char_length(note) between 1 and 2000),
  late_reason app.body_text check (char_length(late_reason) between 1 and 2000), -- entered after the deadline
  nil_rest boolean not null default false,
  state text not null default 'open'
    check (state in ('open', 'waiting', 'returned', 'confirmed', 'taken_over', 'discarded')),
  version int not null default 1,
  entered_by bigint not null references app.person,
  entered_at timestamptz not null,
  changed_at timestamptz not null,
  content_hash app.sha256, -- of what waits: app.intake_hash
  handed_by bigint references app.person,
  handed_at timestamptz,
  remark app.body_text check (char_length(remark) between 1 and 2000),
  decided_by bigint references app.person,
  decided_at timestamptz,
  candidate_id bigint unique references app.release_candidate on delete set null,
  unique (id, stage_id, organisation_id),
  foreign key (stage_id, organisation_id) references app.participation,
  check (state not in ('waiting', 'confirmed', 'taken_over') or num_nonnulls(content_hash, handed_by, handed_at) = 3),
  check (state not in ('returned', 'confirmed', 'taken_over') or num_nonnulls(decided_by, decided_at) = 2),
  check (state <> 'returned' or remark is not null)
);
create unique index one_open_intake on app.intake (stage_id, organisation_id)
  where state in ('open', 'waiting', 'returned');
create index on app.intake (stage_id, organisation_id, id);
create index on app.intake (entered_by);

create table app.intake_answer (
  id bigint generated always as identity primary key,
  intake_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null,
  kind app.answer_kind,
  stance app.stance,
  body app.body_text check (body <> ''),
  proposal app.body_text check (proposal <> ''),
  reason app.body_text check (reason <> ''),
  value jsonb check (octet_length(value::text) <= 65536),
  confidential boolean not null default false,
  confidential_reason text check (char_length(confidential_reason) between 1 and 500),
  version int not null default 1,
  author_id bigint not null references app.person,
  changed_at timestamptz not null,
  content_hash bytea not null generated always as
    (app.answer_hash(kind, stance, body, proposal, reason, value)) stored,
  unique (intake_id, target_id),
  foreign key (intake_id, stage_id, organisation_id)
    references app.intake (id, stage_id, organisation_id) on delete cascade,
  foreign key (target_id, stage_id) references app.target (id, stage_id),
  check ((kind is not distinct from 'answered')
    = (num_nonnulls(stance, body, proposal, reason, value) > 0)),
  check (confidential = (confidential_reason is not null)),
  check (kind = 'answered' or not confidential)
);
create index on app.intake_answer (author_id);

-- open -> waiting -> returned -> waiting …; what the house has decided stands.
create function app.guard_intake() returns trigger
language plpgsql as $$
begin
  if (new.id, new.key, new.stage_id, new.organisation_id, new.entered_by, new.entered_at)
    is distinct from (old.id, old.key, old.stage_id, old.organisation_id, old.entered_by, old.entered_at)
    or (new.state <> old.state and (old.state, new.state) not in (
      ('open', 'waiting'), ('open', 'discarded'), ('waiting', 'open'), ('waiting', 'returned'),
      ('waiting', 'confirmed'), ('waiting', 'taken_over'), ('returned', 'waiting'), ('returned', 'discarded'),
      ('confirmed', 'taken_over')))
    or (old.state not in ('open', 'returned') and (new.received_on, new.channel, new.reference, new.note,
      new.late_reason, new.nil_rest) is distinct from (old.received_on, old.channel, old.reference, old.note,
      old.late_reason, old.nil_rest)) then
    raise exception using errcode = 'CN409', message = 'intake_state';
  end if;
  return new;
end $$;
create trigger guard_intake before update on app.intake
  for each row execute function app.guard_intake();

create function app.guard_intake_answer() returns trigger
language plpgsql as $$
declare
  v_intake bigint;
begin
  v_intake := case tg_op when 'DELETE' then old.intake_id else new.intake_id end;
  if exists (select from app.intake i where i.id = v_intake and i.state not in ('open', 'returned'))
    and (tg_op <> 'DELETE' or not exists (select from app.intake i where i.id = v_intake and i.state = 'discarded'))
    or (tg_op = 'UPDATE' and (old.intake_id, old.target_id) <> (new.intake_id, new.target_id)) then
    raise exception using errcode = 'CN409', message = 'intake_state';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_intake_answer before insert or update or delete on app.intake_answer
  for each row execute function app.guard_intake_answer();
