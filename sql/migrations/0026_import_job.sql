-- A confirmed address list is done in parts: what came of the parts so far, in
-- numbers.
alter table app.organisation_import
  drop constraint organisation_import_state_check,
  drop constraint organisation_import_check,
  add column done jsonb,
  add constraint organisation_import_state_check
    check (state in ('checked', 'running', 'imported', 'discarded')),
  add constraint organisation_import_finished check ((state in ('checked', 'running')) = (finished_at is null)),
  add constraint organisation_import_done check (state <> 'running' or num_nulls(result, done) = 0);

-- A line with the words of people turned into keys (app.address_entries), and
-- what it is the same as (app.address_matches).
create type app.address_entry as (line int, error text, content text, name text, short_name text, code text,
  level text, kind text, land text, ars text, size_class text, mail text);
create type app.address_match as (line int, of int, organisation_id bigint);
