-- Consultations made at the desk: from a template or anew.
alter table app.consultation
  add constraint slug_not_new check (slug <> 'new'), -- /consultations/new
  add column version int not null default 1;

-- Between the cycles: what somebody finds about an item later, outside of any
-- window. Of a house, or of the moderators themselves; who it was says the audit log.
create table app.finding (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  consultation_id bigint not null references app.consultation,
  organisation_id bigint references app.organisation, -- null: of the moderators
  item_id bigint, -- null: about the paper as a whole
  title app.line_text not null check (char_length(title) <= 200),
  body app.body_text not null check (char_length(body) between 1 and 4000),
  source text check (char_length(source) between 1 and 500),
  found_on date,
  recorded_at timestamptz not null,
  state text not null default 'new' check (state in ('new', 'taken_up', 'answered', 'closed')),
  stage_id bigint references app.stage, -- in which it is taken up
  reply app.body_text check (char_length(reply) between 1 and 4000),
  handled_at timestamptz,
  version int not null default 1,
  foreign key (item_id, consultation_id) references app.item (id, consultation_id),
  check (state <> 'taken_up' or stage_id is not null),
  check (state not in ('answered', 'closed') or reply is not null),
  check ((state = 'new') = (handled_at is null))
);
create index on app.finding (consultation_id, id);
create index on app.finding (organisation_id, id) where organisation_id is not null;

-- The words of who found it stand.
create function app.guard_finding() returns trigger
language plpgsql as $$
begin
  if (new.consultation_id, new.organisation_id, new.item_id, new.title, new.body, new.source, new.found_on, new.recorded_at)
    is distinct from (old.consultation_id, old.organisation_id, old.item_id, old.title, old.body, old.source, old.found_on,
    old.recorded_at) then
    raise exception using errcode = 'CN409', message = 'immutable',
      detail = json_build_object('table', tg_table_name)::text;
  end if;
  return new;
end $$;
create trigger guard_finding before update on app.finding
  for each row execute function app.guard_finding();
