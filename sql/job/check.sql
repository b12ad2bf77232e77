-- The verification of the chain as a job: how far it has come lies in the
-- arguments of the job, what it found in the end in audit_check.
create or replace function job.check_state(p_job bigint) returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select (j.args -> 'state')::text from app.job j where j.id = p_job);
end $$;

create or replace function job.check_store(p_job bigint, p_state jsonb) returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  j app.job;
  c audit_check;
begin
  update app.job x set args = jsonb_set(x.args, '{state}', p_state) where x.id = p_job returning x.* into j;
  if not (p_state -> 'is_done')::boolean then
    return false;
  end if;
  insert into audit_check (job_id, person_id, started_at, block_count, entry_count, unsealed_count,
      unsealed_since, last_block, last_hash, key_id, finding)
    values (j.id, j.created_by, j.created_at, (p_state ->> 'blocks')::bigint, (p_state ->> 'entries')::bigint,
      (p_state ->> 'unsealed')::bigint, nullif(p_state ->> 'unsealed_since', '')::timestamptz,
      nullif((p_state ->> 'last_block')::bigint, 0), decode(p_state ->> 'last_hash', 'hex'), p_state ->> 'key_id',
      case when (p_state ->> 'findings')::bigint > 0 then jsonb_build_object('what', p_state -> 'what',
        'count', p_state -> 'findings', 'block', p_state -> 'block', 'place', nullif(p_state -> 'place', '0'),
        'epoch', p_state -> 'entry_epoch', 'xid', p_state -> 'xid', 'id', nullif(p_state -> 'entry_id', '0'),
        'expected', p_state -> 'expected', 'found', p_state -> 'found') end)
    returning * into c;
  perform audit(null, case when c.finding is null then 'audit.intact' else 'audit.broken' end, 'audit_check', c.id,
    null, c.last_hash, c.entry_count);
  if c.finding is not null then
    perform job.report_broken(c);
  end if;
  return true;
end $$;

-- Whoever reads the log and whoever runs the platform hear of it, once for
-- each first finding.
create or replace function job.report_broken(c app.audit_check) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_person bigint;
begin
  for v_person in select distinct r.person_id from platform_role r join person p on p.id = r.person_id
      where r.role in ('auditor', 'administrator') and r.valid @> today() and p.state = 'active' loop
    perform queue_mail('audit_broken', v_person, null, null,
      jsonb_build_object('at', c.finished_at, 'block', c.finding ->> 'block', 'count', c.finding ->> 'count'), null,
      'audit_broken ' || (c.finding ->> 'what') || ' ' || (c.finding ->> 'block') || ' ' || v_person);
  end loop;
end $$;
