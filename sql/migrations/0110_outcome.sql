-- What became of the invitations of a stage, as counters: for each target, level,
-- Land and seat status how many organisations answered how. A release does not
-- touch them, because counters are shared and releases are not to wait for each
-- other: it writes one row of its own, what counted before and what counts now,
-- and a job folds those rows into the counters.
create table app.outcome_count (
  id bigint generated always as identity primary key,
  stage_id bigint not null references app.stage,
  target_id bigint, -- null: the base, which is the same for all targets
  level app.level not null,
  land_code text references app.land,
  seat_status app.seat_status not null,
  -- Of the base: invited, released, rest (released with a Fehlanzeige for all the
  -- rest). Of a target what stands there, and answered_rest: rows of those of rest.
  outcome text not null check (case when target_id is null then outcome in ('invited', 'released', 'rest')
    else outcome in ('agree', 'agree_changed', 'reject', 'note', 'no_position', 'nil', 'not_applicable', 'answered_rest') end),
  organisations bigint not null,
  sort_key text collate "C", -- of invited: the first of the group
  foreign key (target_id, stage_id) references app.target (id, stage_id),
  unique nulls not distinct (stage_id, target_id, level, land_code, seat_status, outcome)
);

create table app.outcome_pending (
  id bigint generated always as identity primary key,
  stage_id bigint not null references app.stage,
  gone_id bigint references app.response_version, -- counts no more
  come_id bigint references app.response_version, -- counts instead
  check (gone_id is distinct from come_id)
);
create index on app.outcome_pending (stage_id);

create function app.note_outcome() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  insert into outcome_pending (stage_id, gone_id, come_id)
    values (case tg_op when 'DELETE' then old.stage_id else new.stage_id end,
      case when tg_op <> 'INSERT' then old.response_version_id end,
      case when tg_op <> 'DELETE' then new.response_version_id end);
  return null;
end $$;
create trigger note_outcome_new after insert or delete on app.current_version
  for each row execute function app.note_outcome();
create trigger note_outcome after update on app.current_version
  for each row when (old.response_version_id <> new.response_version_id) execute function app.note_outcome();

-- Invitations are acts of the moderators and come in heaps: counted at once, in
-- the order in which the job takes the counters too.
create function app.count_invited() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  insert into outcome_count as o (stage_id, level, land_code, seat_status, outcome, organisations, sort_key)
    select a.stage_id, a.level, a.land_code, a.seat_status, 'invited', count(*), min(a.sort_key) from added a
      group by a.stage_id, a.level, a.land_code, a.seat_status order by a.stage_id, a.level, a.land_code, a.seat_status
    on conflict (stage_id, target_id, level, land_code, seat_status, outcome) do update
      set organisations = o.organisations + excluded.organisations, sort_key = least(o.sort_key, excluded.sort_key);
  return null;
end $$;
create trigger count_invited after insert on app.participation
  referencing new table as added for each statement execute function app.count_invited();

-- As whom an organisation is invited stays: it is counted by that.
create function app.guard_participation_group() returns trigger
language plpgsql as $$
begin
  raise exception using errcode = 'CN409', message = 'immutable';
end $$;
create trigger guard_group before update of stage_id, organisation_id, level, land_code, seat_status on app.participation
  for each row when ((old.stage_id, old.organisation_id, old.level, old.seat_status) is distinct from
    (new.stage_id, new.organisation_id, new.level, new.seat_status) or old.land_code is distinct from new.land_code)
  execute function app.guard_participation_group();

insert into app.outcome_count (stage_id, level, land_code, seat_status, outcome, organisations, sort_key)
  select p.stage_id, p.level, p.land_code, p.seat_status, 'invited', count(*), min(p.sort_key) from app.participation p
    group by p.stage_id, p.level, p.land_code, p.seat_status;
insert into app.outcome_pending (stage_id, come_id)
  select c.stage_id, c.response_version_id from app.current_version c order by c.response_version_id;
