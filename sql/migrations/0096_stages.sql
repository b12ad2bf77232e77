-- Several stages of a consultation, one after the other: what they are, who is
-- asked from when on, and what may still change of one that runs.
alter table app.consultation add constraint slug_without_stage check (slug !~ '\.'); -- SLUG.STAGE is an address
alter table app.stage
  add constraint key_of_address check (key !~ '\.'),
  drop constraint stage_kind_check,
  add constraint stage_kind_check check (kind in ('consultation', 'evaluation', 'review')),
  add column version int not null default 1;

-- Who is asked later than the others: Länder before associations. Wave 1 begins
-- with the stage; each group of the returns belongs to one wave.
create table app.stage_wave (
  stage_id bigint not null references app.stage,
  wave int not null check (wave between 2 and 9),
  opens_at timestamptz not null,
  groups text[] not null
    check (cardinality(groups) > 0 and groups <@ array['bund', 'laender', 'advisory', 'municipal', 'others']),
  primary key (stage_id, wave)
);

create function app.guard_wave() returns trigger
language plpgsql as $$
begin
  if exists (select from app.stage s where s.opens_at <= app.now()
      and s.id = case tg_op when 'DELETE' then old.stage_id else new.stage_id end) then
    raise exception using errcode = 'CN409', message = 'stage_open';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_wave before insert or update or delete on app.stage_wave
  for each row execute function app.guard_wave();

-- What was done with a stage after it had opened: everybody reads it.
create table app.stage_act (
  id bigint generated always as identity primary key,
  stage_id bigint not null references app.stage,
  act text not null check (act in ('extended', 'weighed', 'reported', 'archived')),
  at timestamptz not null,
  closed_at timestamptz, -- extended: the end before and after
  closes_at timestamptz,
  open_positions bigint check (open_positions >= 0), -- weighed: how many were left open
  reason app.body_text check (char_length(reason) between 1 and 2000),
  check ((act = 'extended') = (num_nonnulls(closed_at, closes_at) = 2)),
  check ((act = 'weighed') = (open_positions is not null)),
  check (reason is not null or act <> 'extended' and coalesce(open_positions, 0) = 0)
);
create index on app.stage_act (stage_id, id);
create trigger guard_immutable before update or delete on app.stage_act
  for each row execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.stage_act
  for each statement execute function app.guard_immutable();

-- A stage that has opened stands. While it is open it may end later, never
-- earlier; when it has closed it is weighed, reported, archived, in this order.
create or replace function app.guard_stage() returns trigger
language plpgsql as $$
declare
  v_order constant text[] := array['weighed', 'reported', 'archived'];
  v_before int := coalesce(array_position(v_order, old.later_state), 0);
  v_after int := coalesce(array_position(v_order, new.later_state), 0);
begin
  if old.opens_at <= app.now() and ((new.edition_id, new.consultation_id, new.key, new.kind, new.number, new.title,
      new.purpose, new.opens_at) is distinct from (old.edition_id, old.consultation_id, old.key, old.kind, old.number,
      old.title, old.purpose, old.opens_at)
      or new.closes_at is distinct from old.closes_at and (old.closes_at < app.now() or new.closes_at < old.closes_at)) then
    raise exception using errcode = 'CN409', message = 'stage_open';
  end if;
  if v_after <> v_before and (v_after <> v_before + 1 or old.closes_at is null or old.closes_at >= app.now()) then
    raise exception using errcode = 'CN409', message = 'stage_state';
  end if;
  return new;
end $$;
