-- The chain as it lies, in portions, for a reader that computes it again.
create or replace function job.chain_blocks(p_after bigint, p_limit int)
returns table (number bigint, epoch int, xid_from text, xid_to text, entry_count int, previous text,
  entries text, sealed_at text, key_id text, form int, hash text, signature text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select b.number, b.epoch, b.xid_from::text, b.xid_to::text, b.entry_count,
      encode(b.previous_hash, 'hex'), encode(b.entry_hashes, 'hex'), canon_time(b.sealed_at), b.key_id, b.form,
      encode(b.hash, 'hex'), encode(b.signature, 'hex')
    from audit_block b where b.number > p_after order by b.number limit p_limit;
end $$;

-- The entries behind a place, in the order of the blocks.
create or replace function job.chain_entries(p_epoch int, p_xid text, p_id bigint, p_limit int)
returns table (epoch int, xid text, id bigint, at text, person bigint, organisation bigint, act text,
  kind text, object bigint, before text, after text, amount bigint, request text)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  return query select a.epoch, a.xid::text, a.id, canon_time(a.at), a.person_id, a.organisation_id, a.act,
      a.object_kind, a.object_id, encode(a.hash_before, 'hex'), encode(a.hash_after, 'hex'), a.amount, a.request_id
    from audit a where (a.epoch, a.xid, a.id) > (p_epoch, p_xid::xid8, p_id)
    order by a.epoch, a.xid, a.id limit p_limit;
end $$;

-- What no block holds yet: how many, and since when.
create or replace function job.chain_tail(p_epoch int, p_xid text)
returns table (count bigint, since timestamptz)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select count(*), min(a.at) from audit a where (a.epoch, a.xid) >= (p_epoch, p_xid::xid8);
end $$;
