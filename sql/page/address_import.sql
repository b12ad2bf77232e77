-- Uploading an address list, and what came of it.
create or replace function app.stage_choices() returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', c.slug || '.' || s.key, 'consultation', c.title,
      'stage', s.number, 'title', s.title, 'state', stage_state(s), 'opens_at', s.opens_at,
      'closes_at', s.closes_at) order by s.opens_at nulls last, c.id, s.number), '[]')
    from stage s join consultation c on c.id = s.consultation_id where stage_state(s) in ('planned', 'open'));
end $$;

-- How far a running import has come, and what it waits for: going, asleep
-- (nobody does the work), waiting (for the next attempt), stopped (for good,
-- unless somebody asks for it again). Null for all others.
create or replace function app.import_progress(i app.organisation_import) returns json
language plpgsql stable as $$
declare
  j app.job;
  v_read int := coalesce((i.done ->> 'read')::int, 0);
  v_total int := (i.result ->> 'ok')::int;
begin
  if i.state <> 'running' then
    return null;
  end if;
  select x.* into j from job x where x.kind = 'address_import' and x.dedupe_key = i.key order by x.id desc limit 1;
  return json_build_object('lines', v_read, 'total', v_total, 'rest', v_total - v_read, 'done', i.done,
    'state', case when j.id is null or j.state in ('failed', 'done') then 'stopped'
      when j.state = 'ready' and j.run_at > clock_timestamp() then 'waiting'
      when jobs_asleep() is not null then 'asleep' else 'going' end,
    'note', j.note, 'run_at', j.run_at);
end $$;

create or replace function page.address_import(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := current_stage(default_consultation());
begin
  return json_build_object(
    'frame', frame(p_me, null, 'invitations'),
    'stages', stage_choices(),
    'form', json_build_object('stage', case when stage_state(s) in ('planned', 'open') then
      (select c.slug || '.' || s.key from consultation c where c.id = s.consultation_id) end),
    'options', organisation_options(),
    'imports', (select coalesce(json_agg(json_build_object('key', x.key, 'file_name', x.file_name,
        'state', x.state, 'uploaded_at', x.uploaded_at, 'by', x.by_name, 'result', x.result, 'progress', x.progress)), '[]')
      from (select i.key, i.file_name, i.state, i.uploaded_at, i.result, import_progress(i) as progress,
          person_name(p) as by_name
        from organisation_import i join person p on p.id = i.uploaded_by
        order by i.uploaded_at desc, i.id desc limit 20) x));
end $$;
