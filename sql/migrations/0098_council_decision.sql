-- The register of Beschlüsse: what each is called and where it stands, what
-- became of it by a later one, and what was said for the minutes.

alter table app.council_decision
  add column title text check (char_length(title) between 1 and 500),
  add column session_number int check (session_number > 0),
  add column decided_on date,
  add column address text check (address ~ '^https://\S+$'), -- null: by the pattern
  add column checked_at timestamptz, -- a person has compared title and number
  add column checked_by bigint references app.person,
  add column effects jsonb not null default '[]', -- of later ones, as pages show them
  add column version int not null default 1,
  drop constraint council_decision_status_check,
  add check (status in ('cited', 'to_check', 'verified')),
  add check ((status = 'verified') = (checked_at is not null)),
  add check (status <> 'verified' or title is not null);

create table app.council_decision_link (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  from_id bigint not null references app.council_decision, -- the later one, which does it
  to_id bigint not null references app.council_decision,
  kind text not null check (kind in ('repeals', 'replaces', 'amends')),
  clauses text check (char_length(clauses) between 1 and 200), -- „Ziffern 2 und 3“; null: all of it
  since date,
  added_at timestamptz not null,
  added_by bigint references app.person,
  unique nulls not distinct (from_id, to_id, kind, clauses),
  check (from_id <> to_id)
);
create index on app.council_decision_link (to_id);

-- Pages show a Beschluss at every citation: what became of it is kept with it.
create function app.keep_effects() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  update council_decision d set effects = (select coalesce(jsonb_agg(jsonb_build_object('ref', f.ref,
      'href', '/council-decisions/' || f.ref, 'kind', l.kind, 'clauses', l.clauses, 'since', l.since)
      order by l.since nulls last, l.id), '[]')
    from council_decision_link l join council_decision f on f.id = l.from_id where l.to_id = d.id)
    where d.id in (old.to_id, new.to_id);
  return null;
end $$;
create trigger keep_effects after insert or update or delete on app.council_decision_link
  for each row execute function app.keep_effects();

-- Protokollerklärungen: the words of an organisation, at a Beschluss or a
-- session. Without the wording, what is known of it and from where.
create table app.protocol_statement (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  organisation_id bigint not null references app.organisation,
  organisation_name app.line_text not null, -- as it was on that day
  council_decision_id bigint references app.council_decision,
  session_number int check (session_number > 0),
  body app.body_text check (char_length(body) between 1 and 20000), -- verbatim
  note text check (char_length(note) between 1 and 1000),
  stated_on date,
  recorded_at timestamptz not null,
  recorded_by bigint references app.person,
  withdrawn_at timestamptz, -- recorded by mistake
  withdrawn_by bigint references app.person,
  withdrawn_reason text check (char_length(withdrawn_reason) between 1 and 1000),
  check (num_nonnulls(council_decision_id, session_number) > 0),
  check (num_nonnulls(body, note) > 0),
  check (num_nonnulls(withdrawn_at, withdrawn_reason) in (0, 2))
);
create index on app.protocol_statement (council_decision_id);

create function app.guard_protocol_statement() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.withdrawn_at is not null
      or (new.id, new.key, new.organisation_id, new.organisation_name, new.council_decision_id, new.session_number,
        new.body, new.note, new.stated_on, new.recorded_at, new.recorded_by)
      is distinct from (old.id, old.key, old.organisation_id, old.organisation_name, old.council_decision_id,
        old.session_number, old.body, old.note, old.stated_on, old.recorded_at, old.recorded_by) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_protocol_statement before update or delete on app.protocol_statement
  for each row execute function app.guard_protocol_statement();
create trigger guard_truncate before truncate on app.protocol_statement
  for each statement execute function app.guard_immutable();
