-- Sealing: the entries below the oldest transaction still running are all there
-- will ever be. They become one block, which the caller signs and stores in the
-- same transaction. Nothing is returned when there is nothing to seal or
-- another is at it.
create or replace function job.seal_next(p_key_id text) returns table (block text, hash text)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c_most constant int := 10000; -- entries of a block, but a transaction is never cut
  v_last audit_block;
  v_first audit;
  v_far xid8;
  b audit_block;
begin
  if not is_own_epoch() then
    raise exception 'this database was restored or upgraded: run resonanzctl migrate';
  elsif not pg_try_advisory_xact_lock(hashtextextended('job.seal', 0)) then
    return;
  end if;
  select x.* into v_last from audit_block x order by x.number desc limit 1;
  select a.* into v_first from audit a
    where (a.epoch, a.xid) >= (coalesce(v_last.epoch, 0), coalesce(v_last.xid_to, '0'))
    order by a.epoch, a.xid, a.id limit 1;
  if not found then
    return;
  end if;
  b.number := coalesce(v_last.number, 0) + 1;
  b.epoch := v_first.epoch;
  b.xid_from := case when b.epoch = v_last.epoch then v_last.xid_to else '0'::xid8 end;
  -- what was left of an earlier epoch is over as a whole
  b.xid_to := case when b.epoch = epoch() then pg_snapshot_xmin(pg_current_snapshot())
    else (select xid_after(max(a.xid)) from audit a where a.epoch = b.epoch) end;
  select a.xid into v_far from audit a
    where a.epoch = b.epoch and a.xid >= b.xid_from and a.xid < b.xid_to
    order by a.epoch, a.xid, a.id offset c_most limit 1;
  if found then
    b.xid_to := case when v_far = v_first.xid then xid_after(v_far) else v_far end;
  end if;
  select count(*), string_agg(entry_hash(a), '' order by a.xid, a.id) into b.entry_count, b.entry_hashes
    from audit a where a.epoch = b.epoch and a.xid >= b.xid_from and a.xid < b.xid_to;
  if b.entry_count = 0 then
    return;
  end if;
  b.previous_hash := coalesce(v_last.hash, decode(repeat('00', 32), 'hex'));
  b.sealed_at := clock_timestamp();
  b.key_id := p_key_id;
  b.form := 1;
  b.hash := canon_hash(block_canon(b));
  return query select b::text, encode(b.hash, 'hex');
end $$;

-- The block as seal_next gave it, with its signature. Returns the entries.
create or replace function job.seal_store(p_block text, p_signature bytea) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  b audit_block;
begin
  select x.* into b from (select (p_block::audit_block).*) x;
  b.signature := p_signature;
  insert into audit_block select b.*;
  return b.entry_count;
end $$;
