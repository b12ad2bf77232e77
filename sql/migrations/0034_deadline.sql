-- Deadlines of one organisation, and a response that is taken back.

-- More time: asked for by the house and then granted or refused, or given
-- unasked. What holds stands in app.participation; here is who said why.
create table app.extension (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  stage_id bigint not null,
  organisation_id bigint not null,
  wanted_until timestamptz,
  wish app.body_text check (char_length(wish) between 1 and 2000),
  asked_by bigint references app.person,
  asked_at timestamptz,
  verdict text check (verdict in ('granted', 'refused')),
  until timestamptz,
  reopens boolean not null default false, -- and what was in is open again
  reason app.body_text check (char_length(reason) between 1 and 2000),
  decided_by bigint references app.person,
  decided_at timestamptz,
  foreign key (stage_id, organisation_id) references app.participation,
  check (num_nonnulls(wanted_until, wish, asked_by, asked_at) in (0, 4)),
  check (num_nonnulls(verdict, reason, decided_by, decided_at) in (0, 4)),
  check (num_nonnulls(asked_at, decided_at) > 0),
  check ((verdict is not distinct from 'granted') = (until is not null)),
  check (not reopens or verdict is not distinct from 'granted')
);
create unique index one_open_extension on app.extension (stage_id, organisation_id) where verdict is null;
create index on app.extension (stage_id, organisation_id, id);

-- What was asked stays, and it is decided once.
create function app.guard_extension() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.verdict is null and (new.id, new.key, new.stage_id, new.organisation_id,
      new.wanted_until, new.wish, new.asked_by, new.asked_at) is not distinct from (old.id, old.key, old.stage_id,
      old.organisation_id, old.wanted_until, old.wish, old.asked_by, old.asked_at) then
    return new;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
create trigger guard_extension before update or delete on app.extension
  for each row execute function app.guard_extension();

-- A version that counted, and since when it does not.
create table app.withdrawal (
  response_version_id bigint primary key,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  withdrawn_at timestamptz not null,
  foreign key (response_version_id, response_id, stage_id, organisation_id)
    references app.response_version (id, response_id, stage_id, organisation_id)
);
create index on app.withdrawal (response_id);
create trigger guard_immutable before update or delete on app.withdrawal
  for each row execute function app.guard_immutable();

do $$
declare
  t text;
begin
  foreach t in array array['extension', 'withdrawal'] loop
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;

-- As before, and from withdrawn a new version may begin.
create or replace function app.guard_response() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'draft' then
      raise exception using errcode = 'CN409', message = 'response_state';
    end if;
    return new;
  end if;
  if (new.stage_id, new.organisation_id) is distinct from (old.stage_id, old.organisation_id) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'cosigning'), ('draft', 'frozen'), ('draft', 'submitted'),
    ('cosigning', 'draft'), ('cosigning', 'frozen'), ('cosigning', 'submitted'),
    ('frozen', 'draft'), ('frozen', 'submitted'),
    ('submitted', 'draft'), ('submitted', 'withdrawn'), ('withdrawn', 'draft')) then
    raise exception using errcode = 'CN409', message = 'response_state';
  end if;
  if old.state in ('frozen', 'submitted', 'withdrawn') and new.state = old.state
    and (new.nil_rest, new.publication) is distinct from (old.nil_rest, old.publication) then
    raise exception using errcode = 'CN409', message = 'not_draft';
  end if;
  return new;
end $$;
