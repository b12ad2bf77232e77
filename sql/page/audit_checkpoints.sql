-- The checkpoints with the text that went outside, 50 to a page.
create or replace function page.audit_checkpoints(p_me app.caller, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  v_after bigint := (regexp_match(p_after, '^\d{1,17}$'))[1]::bigint;
  v_rows json;
  v_next text;
begin
  with r as (select x.*, b.hash as hash_now, row_number() over (order by x.made_at desc) as n,
      floor(extract(epoch from x.made_at) * 1000000)::bigint as token
    from checkpoint x left join audit_block b on b.number = x.block_number
    where v_after is null or x.made_at < to_timestamp(v_after / 1000000.0)
    order by x.made_at desc limit c_size + 1)
  select coalesce(json_agg(json_build_object('at', r.made_at, 'block', r.block_number,
      'hash', encode(r.block_hash, 'hex'), 'key', r.key_id, 'is_same', coalesce(r.hash_now = r.block_hash, false),
      'text', r.body || canon_field('signature', encode(r.signature, 'hex')),
      'mails', (select coalesce(json_agg(json_build_object('address', m.address, 'state', m.state, 'at', m.sent_at)
          order by m.address), '[]') from mail m
        where m.template = 'checkpoint' and m.dedupe_key like 'checkpoint ' || canon_time(r.made_at) || ' %'))
      order by r.n) filter (where r.n <= c_size), '[]'),
    case when max(r.n) > c_size then max(r.token::text) filter (where r.n = c_size) end
    into v_rows, v_next from r;
  return json_build_object(
    'frame', frame(p_me, null, 'audit'),
    'rows', v_rows, 'next', v_next, 'is_first', v_after is null,
    'addresses', (select s.value from setting s where s.key = 'audit.checkpoint_addresses'));
end $$;
