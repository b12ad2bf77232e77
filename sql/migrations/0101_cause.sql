-- The closure of causes says of each position who stands behind it: its author
-- as well as who has taken it over, as the version that counts of each says. So
-- the chain of a change is counted from this table alone.
delete from app.cause;
alter table app.cause
  add column level app.level not null,
  add column seat_status app.seat_status not null,
  drop constraint cause_pkey,
  add primary key (change_id, position_id, organisation_id);
create index on app.cause (change_id, organisation_id) include (level, seat_status);
drop index app.cause_organisation_id_change_id_idx;
create index on app.cause (organisation_id, position_id);

-- A cause says what was meant then: it is never another one. Those of a published
-- edition stay; some may be added later.
create function app.guard_change_cause() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    raise exception using errcode = 'CN409', message = 'immutable',
      detail = json_build_object('table', tg_table_name)::text;
  elsif exists (select from app.change c join app.edition e on e.id = c.edition_id
      where c.id = old.change_id and e.state = 'published') then
    raise exception using errcode = 'CN409', message = 'edition_published';
  end if;
  return old;
end $$;
create trigger guard_change_cause before update or delete on app.change_cause
  for each row execute function app.guard_change_cause();
create trigger guard_truncate before truncate on app.change_cause
  for each statement execute function app.guard_immutable();

-- Whatever changes who stands behind a change keeps the closure in the same
-- transaction: a cause that comes or goes, a member of a group, a position that
-- counts no more or again. What a release or a withdrawal changes in who holds an
-- answer is kept by app.settle_positions.
create function app.keep_cause_of_change() returns trigger
language plpgsql as $$
begin
  perform app.cause_lock(false);
  perform app.cause_keep(array(select distinct x.change_id from touched x), null);
  return null;
end $$;
create trigger keep_cause_added after insert on app.change_cause referencing new table as touched
  for each statement execute function app.keep_cause_of_change();
create trigger keep_cause_removed after delete on app.change_cause referencing old table as touched
  for each statement execute function app.keep_cause_of_change();

create function app.keep_cause_of_positions() returns trigger
language plpgsql as $$
begin
  perform app.cause_lock(false);
  perform app.cause_keep(null, array(select distinct x.position_id from touched x));
  return null;
end $$;
create trigger keep_cause_joined after insert on app.group_member referencing new table as touched
  for each statement execute function app.keep_cause_of_positions();
create trigger keep_cause_left after update on app.group_member referencing new table as touched
  for each statement execute function app.keep_cause_of_positions();

create function app.keep_cause_of_position() returns trigger
language plpgsql as $$
begin
  perform app.cause_lock(true);
  perform app.cause_keep(null, array[new.id]);
  return null;
end $$;
create trigger keep_cause_current after update on app.position
  for each row when (old.is_current <> new.is_current or old.stance is distinct from new.stance or old.sort_key <> new.sort_key)
  execute function app.keep_cause_of_position();

-- Where the chain of an item stands in an edition: its version there, or the last
-- one where the edition dropped it; and what the edition changed in it, if anything.
create type app.chain_item as (
  edition_id bigint,
  consultation_id bigint,
  item_id bigint,
  version_id bigint,
  is_dropped boolean,
  change_id bigint
);
