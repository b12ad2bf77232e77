-- The edges of a draft follow its texts: each change asks for a comparison, and
-- what was confirmed for other words is open again.

-- What a draft has goes with it.
alter table app.item_lineage drop constraint item_lineage_to_edition_id_consultation_id_fkey,
  add foreign key (to_edition_id, consultation_id) references app.edition (id, consultation_id) on delete cascade;
alter table app.change drop constraint change_edition_id_fkey,
  add foreign key (edition_id) references app.edition on delete cascade;

-- The comparison reads and writes while nobody writes texts of items: taken
-- before any of their rows is locked.
create function app.lineage_turn() returns trigger
language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('app.lineage', 0));
  return null;
end $$;
create trigger lineage_turn before insert or update or delete on app.item_version
  for each statement execute function app.lineage_turn();

create function app.lineage_due() returns trigger
language plpgsql as $$
declare
  v_edition bigint;
begin
  for v_edition in select e.id from app.edition e where e.state = 'draft' and e.based_on_id is not null
      and e.id in (select t.edition_id from touched t) loop
    perform app.queue_job('lineage', 'edition.' || v_edition, jsonb_build_object('edition', v_edition),
      nullif(current_setting('app.person_id', true), '')::bigint);
  end loop;
  return null;
end $$;
create trigger lineage_due_insert after insert on app.item_version
  referencing new table as touched for each statement execute function app.lineage_due();
create trigger lineage_due_update after update on app.item_version
  referencing new table as touched for each statement execute function app.lineage_due();
create trigger lineage_due_delete after delete on app.item_version
  referencing old table as touched for each statement execute function app.lineage_due();

-- Of a version that goes, what was decided together with it.
create function app.lineage_reopen() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.content_hash = old.content_hash and new.parent_id is not distinct from old.parent_id
    and (select s.key from app.section s where s.id = new.section_id)
      = (select s.key from app.section s where s.id = old.section_id) then
    return null;
  end if;
  update app.item_lineage l set state = 'proposed', confirmed_at = null, confirmed_by = null
    where l.state = 'confirmed' and l.to_edition_id = old.edition_id and (l.to_version_id = old.id
      or tg_op = 'DELETE' and l.from_version_id in (select x.from_version_id from app.item_lineage x
        where x.to_version_id = old.id));
  return case tg_op when 'DELETE' then old end;
end $$;
create trigger lineage_reopen after update on app.item_version
  for each row execute function app.lineage_reopen();
create trigger lineage_reopen_gone before delete on app.item_version
  for each row execute function app.lineage_reopen();
