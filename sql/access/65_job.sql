-- Work on demand: one row of app.job, done by "resonanzctl jobs". Runs as
-- resonanz_identity, since who asks for work may not read the list of it.
set local role resonanz_identity;

-- Gives the id of the job; while one of the same kind and dedupe key waits or
-- runs, that one.
create or replace function app.queue_job(p_kind text, p_dedupe text, p_args jsonb, p_created_by bigint)
returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_id bigint;
begin
  for i in 1..3 loop
    insert into job (kind, dedupe_key, args, created_by)
      values (p_kind, coalesce(p_dedupe, ''), coalesce(p_args, '{}'), p_created_by)
      on conflict (kind, dedupe_key) where state in ('ready', 'running') do nothing
      returning id into v_id;
    exit when v_id is not null;
    select j.id into v_id from job j
      where j.kind = p_kind and j.dedupe_key = coalesce(p_dedupe, '') and j.state in ('ready', 'running');
    exit when v_id is not null; -- else it ended in between
  end loop;
  return v_id;
end $$;

grant execute on function app.queue_job(text, text, jsonb, bigint) to resonanz_owner;
set local role resonanz_owner;
