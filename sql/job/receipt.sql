-- Signing receipts: the caller has the key. Oldest first.
create or replace function job.receipts_unsigned(p_limit int) returns table (id bigint, number text, body text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select r.response_version_id, r.number::text, convert_from(r.body, 'UTF8') from receipt r
    where r.signature is null order by r.response_version_id limit p_limit;
end $$;

-- A key that signs for the first time is published with it and replaces the
-- one before. Returns how many were signed: what another has signed stays.
create or replace function job.receipts_store(p_key_id text, p_public_key bytea, p_ids bigint[],
  p_signatures text[]) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_count int := 0;
  r record;
begin
  insert into signing_key (id, public_key) values (p_key_id, p_public_key) on conflict (id) do nothing;
  if found then
    update signing_key k set used_until = clock_timestamp() where k.used_until is null and k.id <> p_key_id;
  end if;
  for r in select x.id, decode(x.signature, 'hex') as signature
      from unnest(p_ids, p_signatures) x(id, signature) order by x.id loop
    update receipt c set key_id = p_key_id, signature = r.signature
      where c.response_version_id = r.id and c.signature is null;
    if found then
      v_count := v_count + 1;
      perform audit(null, 'receipt.sign', 'response_version', c.response_version_id, null, c.sha256)
        from receipt c where c.response_version_id = r.id;
    end if;
  end loop;
  return v_count;
end $$;
