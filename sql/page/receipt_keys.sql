-- How to check a receipt without this platform, and the public keys for it; the
-- twin of the page is the file of keys.
create or replace function page.receipt_keys(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, 'help'),
    'keys', (select coalesce(json_agg(json_build_object('key_id', k.id, 'algorithm', 'Ed25519',
        'public_key', public_key_pem(k.public_key), 'used_from', k.used_from, 'used_until', k.used_until)
        order by k.used_from desc), '[]')
      from signing_key k));
end $$;
