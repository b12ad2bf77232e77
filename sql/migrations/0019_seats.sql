-- Exactly one holder per seat and day: the exclusion constraint keeps two away,
-- this one gaps. From the first holder on, somebody holds the seat until it
-- ends. Checked at commit, since a change of holder is two rows.
create function app.guard_seat_holding() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
declare
  v_seat_id bigint := coalesce(new.seat_id, old.seat_id);
begin
  if exists (select from (select h.valid, lead(h.valid) over (order by h.valid) as next,
          s.valid as seat_valid
        from seat_holding h join seat s on s.id = h.seat_id where h.seat_id = v_seat_id) x
      where case when x.next is null then upper(x.valid) < coalesce(upper(x.seat_valid), 'infinity')
        else upper(x.valid) is distinct from lower(x.next) end) then
    raise exception using errcode = 'CN409', message = 'seat_gap', column = '',
      detail = json_build_object('seat', (select s.key from seat s where s.id = v_seat_id))::text;
  end if;
  return null;
end $$;
create constraint trigger guard_seat_holding after insert or update or delete on app.seat_holding
  deferrable initially deferred for each row execute function app.guard_seat_holding();

-- What an address list makes: the columns nobody reads, and for the page what
-- came of it.
alter table app.organisation_import
  add column unused jsonb not null default '[]',
  add column result jsonb; -- counts, once it is imported
create index on app.organisation_import (file_hash);

-- A rule about an entry and whether it is broken (app.organisation_problems).
create type app.entry_check as (is_so boolean, field text, code text, value text, needed text);
