-- Checkpoints: a few signed lines about the end of the chain, which go outside.
-- The caller signs the body; the row comes back with the signature. Null when
-- nothing was sealed yet.
create or replace function job.checkpoint_next(p_key_id text, out p_row text, out p_body text)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  b audit_block;
  c checkpoint;
begin
  select x.* into b from audit_block x order by x.number desc limit 1;
  if not found then
    return;
  end if;
  c.block_number := b.number;
  c.block_hash := b.hash;
  c.made_at := clock_timestamp();
  c.key_id := p_key_id;
  c.body := e'resonanz checkpoint 1\n' || canon_field('block', b.number::text)
    || canon_field('hash', encode(b.hash, 'hex')) || canon_field('epoch', b.epoch::text)
    || canon_field('entries', (select sum(x.entry_count) from audit_block x)::text)
    || canon_field('made_at', canon_time(c.made_at)) || canon_field('key', p_key_id);
  p_row := c::text;
  p_body := c.body;
end $$;

-- Keeps it and queues it to everybody it goes to.
create or replace function job.checkpoint_store(p_row text, p_signature bytea) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c checkpoint;
  v_text text;
  v_address text;
  v_mail bigint;
  v_first bigint;
begin
  select x.* into c from (select (p_row::checkpoint).*) x;
  v_text := c.body || canon_field('signature', encode(p_signature, 'hex'));
  for v_address in select jsonb_array_elements_text(s.value) from setting s
      where s.key = 'audit.checkpoint_addresses' loop
    v_mail := queue_mail('checkpoint', null, v_address, null, jsonb_build_object('body', v_text), null,
      'checkpoint ' || canon_time(c.made_at) || ' ' || v_address);
    v_first := coalesce(v_first, v_mail);
  end loop;
  insert into checkpoint (block_number, block_hash, made_at, body, key_id, signature, mail_id)
    values (c.block_number, c.block_hash, c.made_at, c.body, c.key_id, p_signature, v_first)
    returning id into c.id;
  perform audit(null, 'audit.checkpoint', 'checkpoint', c.id, null, c.block_hash);
  return 1;
end $$;

-- What was said of a block, and what it is now (null: it is gone).
create or replace function job.chain_checkpoints()
returns table (block_number bigint, hash_then text, hash_now text, body text, signature text, key_id text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select c.block_number, encode(c.block_hash, 'hex'), encode(b.hash, 'hex'), c.body,
      encode(c.signature, 'hex'), c.key_id
    from checkpoint c left join audit_block b on b.number = c.block_number order by c.id;
end $$;

-- For "resonanzctl checkpoint": the last one as it goes outside.
create or replace function job.checkpoint_last() returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select c.body || canon_field('signature', encode(c.signature, 'hex'))
    from checkpoint c order by c.id desc limit 1);
end $$;

-- The block that a checkpoint speaks of, and all entries up to it.
create or replace function job.chain_block(p_number bigint)
returns table (hash text, entries bigint)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select encode(b.hash, 'hex'), (select sum(x.entry_count) from audit_block x
      where x.number <= p_number)
    from audit_block b where b.number = p_number;
end $$;
