-- Commitments (Verbindlichkeiten) over all consultations: V1 Grundsätze bind
-- all, V2 Leitlinien the council itself, V3 Kooperationen who has joined.

create domain app.commitment_kind as text
  check (value in ('proposed', 'adopted', 'amended', 'replaced', 'repealed', 'expired', 'withdrawn'));

-- state is the kind of its last event; what holds on a day follows from all of
-- them (app.commitment_on).
create table app.commitment (
  id bigint generated always as identity primary key,
  step text not null check (step in ('V1', 'V2', 'V3')),
  serial int not null check (serial > 0),
  number text collate "C" not null unique generated always as (step || '-' || lpad(serial::text, greatest(2, length(serial::text)), '0')) stored,
  state app.commitment_kind,
  is_adopted boolean not null default false, -- has been, and so is public
  origin_version_id bigint references app.item_version,
  owner_organisation_id bigint references app.organisation,
  owner_name text check (char_length(owner_name) between 1 and 200), -- a body that is no organisation
  review_since date, -- in Überprüfung
  review_note text check (char_length(review_note) between 1 and 1000),
  version int not null default 1,
  created_at timestamptz not null,
  created_by bigint references app.person,
  unique (step, serial),
  check (num_nonnulls(owner_organisation_id, owner_name) < 2),
  check (review_note is null or review_since is not null)
);
create index on app.commitment (origin_version_id) where origin_version_id is not null;

create table app.commitment_version (
  id bigint generated always as identity primary key,
  commitment_id bigint not null references app.commitment,
  number int not null check (number > 0),
  title text not null check (char_length(title) between 1 and 300),
  body app.body_text not null check (char_length(body) between 1 and 20000),
  written_at timestamptz not null,
  written_by bigint references app.person,
  unique (commitment_id, number),
  unique (id, commitment_id)
);

create table app.commitment_event (
  id bigint generated always as identity primary key,
  commitment_id bigint not null references app.commitment,
  number int not null,
  kind app.commitment_kind not null,
  effective_on date not null, -- the first day it holds
  until date, -- the last day, where that was decided with it
  council_decision_id bigint references app.council_decision,
  reason app.body_text check (char_length(reason) between 1 and 4000),
  version_id bigint, -- the wording it brings
  successor_id bigint references app.commitment,
  recorded_at timestamptz not null,
  recorded_by bigint references app.person,
  unique (commitment_id, number),
  foreign key (version_id, commitment_id) references app.commitment_version (id, commitment_id),
  check (kind not in ('adopted', 'amended', 'replaced', 'repealed') or council_decision_id is not null),
  check (kind in ('proposed', 'adopted') or reason is not null),
  check (kind not in ('proposed', 'amended') or version_id is not null),
  check ((kind = 'replaced') = (successor_id is not null)),
  check (successor_id <> commitment_id),
  check (until is null or kind in ('adopted', 'amended') and until >= effective_on)
);
create index on app.commitment_event (council_decision_id) where council_decision_id is not null;
create index on app.commitment_event (successor_id) where successor_id is not null;

create function app.commitment_may(p_from text, p_to text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(p_from, '') || '>' || p_to = any (array['>proposed', 'proposed>proposed', 'proposed>adopted',
    'proposed>withdrawn', 'adopted>amended', 'amended>amended', 'adopted>replaced', 'amended>replaced',
    'adopted>repealed', 'amended>repealed', 'adopted>expired', 'amended>expired'])
$$;

-- The state machine: an event is the only way to another state, and no event
-- holds earlier than the one before it.
create function app.guard_commitment_event() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
declare
  c commitment;
  v_last commitment_event;
begin
  select x.* into c from commitment x where x.id = new.commitment_id for update;
  select x.* into v_last from commitment_event x where x.commitment_id = c.id order by x.number desc limit 1;
  if not commitment_may(c.state, new.kind) then
    perform fail('CN409', 'commitment_state');
  elsif new.effective_on < v_last.effective_on then
    perform fail('CN422', 'event_before', 'effective_on', json_build_object('from', v_last.effective_on));
  end if;
  new.number := coalesce(v_last.number, 0) + 1;
  perform set_config('app.commitment_event', c.id::text, true);
  update commitment x set state = new.kind, is_adopted = x.is_adopted or new.kind = 'adopted' where x.id = c.id;
  perform set_config('app.commitment_event', '', true);
  return new;
end $$;
create trigger guard_commitment_event before insert on app.commitment_event
  for each row execute function app.guard_commitment_event();

create function app.guard_commitment() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state is not null or new.is_adopted then
      raise exception using errcode = 'CN409', message = 'commitment_state';
    end if;
  elsif tg_op = 'DELETE' or (new.id, new.step, new.serial, new.created_at) is distinct from (old.id, old.step, old.serial, old.created_at)
      or old.is_adopted and new.origin_version_id is distinct from old.origin_version_id then
    raise exception using errcode = 'CN409', message = 'immutable';
  elsif (new.state, new.is_adopted) is distinct from (old.state, old.is_adopted)
      and current_setting('app.commitment_event', true) is distinct from old.id::text then
    raise exception using errcode = 'CN409', message = 'commitment_state';
  end if;
  return new;
end $$;
create trigger guard_commitment before insert or update or delete on app.commitment
  for each row execute function app.guard_commitment();

-- Who is in a cooperation, from which day and to which; who has recorded it.
create table app.cooperation_member (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  commitment_id bigint not null references app.commitment,
  organisation_id bigint not null references app.organisation,
  valid daterange not null check (not isempty(valid) and lower(valid) is not null),
  joined_at timestamptz not null,
  joined_by bigint references app.person, -- who recorded or confirmed it
  left_at timestamptz,
  left_by bigint references app.person,
  exclude using gist (commitment_id with =, organisation_id with =, valid with &&),
  check (upper(valid) is null or left_at is not null)
);

-- What a house has declared for itself; a moderator confirms it.
create table app.cooperation_declaration (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  commitment_id bigint not null references app.commitment,
  organisation_id bigint not null references app.organisation,
  act text not null check (act in ('join', 'leave')),
  on_day date not null, -- the first day in, or the last
  declared_at timestamptz not null,
  declared_by bigint references app.person,
  verdict text check (verdict in ('confirmed', 'refused', 'taken_back')),
  remark text check (char_length(remark) between 1 and 1000),
  decided_at timestamptz,
  decided_by bigint references app.person,
  check ((verdict is null) = (decided_at is null)),
  check (verdict is distinct from 'refused' or remark is not null)
);
create unique index cooperation_declaration_open on app.cooperation_declaration (commitment_id, organisation_id)
  where verdict is null;

create function app.guard_cooperation() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    raise exception using errcode = 'CN409', message = 'immutable';
  elsif tg_op = 'INSERT' and not exists (select from commitment c
      where c.id = new.commitment_id and c.step = 'V3' and c.state in ('proposed', 'adopted', 'amended')) then
    raise exception using errcode = 'CN409', message = 'no_cooperation';
  elsif tg_op = 'UPDATE' and (new.commitment_id, new.organisation_id) is distinct from (old.commitment_id, old.organisation_id) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_cooperation before insert or update or delete on app.cooperation_member
  for each row execute function app.guard_cooperation();
create trigger guard_cooperation before insert or update or delete on app.cooperation_declaration
  for each row execute function app.guard_cooperation();

-- Comply or explain: what an organisation does otherwise, since when, and why.
-- A draft is the house's alone. Released without a reason, one is due.
create table app.deviation (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  commitment_id bigint not null references app.commitment,
  organisation_id bigint not null references app.organisation,
  subject text not null check (char_length(subject) between 1 and 300),
  since date not null,
  reason app.body_text check (char_length(reason) between 1 and 4000),
  reason_due_on date,
  ended_on date check (ended_on >= since),
  is_public boolean not null default false, -- the house agrees that all read its reason
  released_at timestamptz,
  reason_released_at timestamptz,
  released_by bigint references app.person,
  version int not null default 1,
  changed_at timestamptz not null,
  changed_by bigint references app.person,
  check (released_at is null or num_nonnulls(reason_released_at, reason_due_on) > 0),
  check (reason_released_at is null or reason is not null and released_at is not null),
  check (not is_public or reason_released_at is not null)
);
create index on app.deviation (commitment_id, organisation_id);

create function app.guard_deviation() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.released_at is not null then
      raise exception using errcode = 'CN409', message = 'immutable';
    end if;
    return old;
  elsif tg_op = 'UPDATE' and ((new.commitment_id, new.organisation_id) is distinct from (old.commitment_id, old.organisation_id)
      or old.released_at is not null and (new.subject, new.since, new.released_at) is distinct from (old.subject, old.since, old.released_at)
      or old.reason_released_at is not null and (new.reason, new.reason_released_at)
        is distinct from (old.reason, old.reason_released_at)) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_deviation before update or delete on app.deviation
  for each row execute function app.guard_deviation();

do $$
declare
  t text;
begin
  foreach t in array array['commitment_version', 'commitment_event'] loop
    execute format('create trigger guard_immutable before update or delete on app.%I
      for each row execute function app.guard_immutable()', t);
  end loop;
  foreach t in array array['commitment', 'commitment_version', 'commitment_event', 'cooperation_member', 'deviation'] loop
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;
