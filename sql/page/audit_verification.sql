-- The last verification of the chain, as every page of the log shows it.
create or replace function app.check_json(c app.audit_check) returns json
language plpgsql stable as $$
begin
  return json_build_object('is_intact', c.finding is null, 'at', c.finished_at, 'who', person_label(c.person_id),
    'blocks', c.block_count, 'entries', c.entry_count, 'unsealed', c.unsealed_count,
    'ms', round(extract(epoch from c.finished_at - c.started_at) * 1000), 'last_block', c.last_block,
    'last_hash', encode(c.last_hash, 'hex'), 'key', c.key_id, 'finding', c.finding,
    'covered', (select json_build_object('at', p.made_at, 'block', p.block_number) from checkpoint p
      where p.block_number < (c.finding ->> 'block')::bigint order by p.id desc limit 1));
end $$;

create or replace function app.verification_json() returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'last', (select check_json(c) from audit_check c order by c.id desc limit 1),
    'job', (select json_build_object('state', j.state, 'at', j.created_at, 'parts', j.parts_done) from job j
      where j.kind = 'audit_verify' and j.state in ('ready', 'running') order by j.id desc limit 1),
    'failed', (select json_build_object('at', j.finished_at, 'note', j.note) from job j
      where j.kind = 'audit_verify' and j.state = 'failed'
        and j.finished_at > coalesce((select max(c.finished_at) from audit_check c), '-infinity')
      order by j.id desc limit 1),
    'checkpoint', (select json_build_object('at', p.made_at, 'block', p.block_number, 'key', p.key_id)
      from checkpoint p order by p.id desc limit 1));
end $$;

-- What waits to be sealed: a second's worth, or somebody has to look.
create or replace function app.sealing_json() returns json
language plpgsql stable as $$
declare
  b app.audit_block;
  v_count bigint;
  v_since timestamptz;
begin
  select x.* into b from audit_block x order by x.number desc limit 1;
  select count(*), min(a.at) into v_count, v_since from (select a.at from audit a
    where (a.epoch, a.xid) >= (coalesce(b.epoch, 0), coalesce(b.xid_to, '0')) limit 10001) a;
  return json_build_object('block', b.number, 'at', b.sealed_at, 'hash', encode(b.hash, 'hex'), 'key', b.key_id,
    'waiting', least(v_count, 10000), 'since', v_since,
    'is_late', coalesce(v_since < clock_timestamp() - interval '1 minute', false));
end $$;

create or replace function page.audit_verification(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, 'audit'),
    'verification', verification_json(),
    'sealing', sealing_json(),
    'checks', (select coalesce(json_agg(check_json(c) order by c.id desc), '[]')
      from (select x.* from audit_check x order by x.id desc limit 20) c));
end $$;
